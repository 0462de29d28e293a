"""Reads book/_recorded/NN/name.cmd: lines `key: value`, and # comments."""

import dataclasses
import pathlib
import re
import shlex

from . import programs

KEYS = {"run", "env", "exit", "check", "format", "shown", "seconds"}
SECONDS = 60  # as long as a reader waits; what takes longer says so
SOURCE = re.compile(r"book/_recorded/([\w-]+/[\w-]+)\.(?:out|json)")
CHECKS = {"text": ("exact", "numbers", "lines"), "json": ("exact", "shape")}


@dataclasses.dataclass(frozen=True)
class Recording:
    """What one .cmd file says."""

    name: str  # 01/ping-pong
    path: pathlib.Path  # of the .cmd file
    run: str
    env: dict
    exit: int
    check: str
    format: str
    shown: str
    seconds: int = SECONDS  # then it is killed

    @property
    def output(self):
        """Returns the path of the recorded output."""
        return self.path.with_suffix(
            ".json" if self.format == "json" else ".out")

    @property
    def drawn_from(self):
        """Returns the names of the recordings that this one reads."""
        return set(SOURCE.findall(self.run))


def folder(root):
    return pathlib.Path(root) / "book" / "_recorded"


def names(root):
    """Returns the names of all recordings, in order."""
    home = folder(root)
    return sorted(str(path.relative_to(home).with_suffix(""))
                  for path in home.glob("*/*.cmd"))


def orphans(root):
    """Returns recorded outputs whose .cmd file is gone."""
    home = folder(root)
    known = set(names(root))
    outputs = [*home.glob("*/*.out"), *home.glob("*/*.json")]
    return sorted(str(path.relative_to(home)) for path in outputs
                  if str(path.relative_to(home).with_suffix(""))
                  not in known)


def read_keys(text):
    """Returns {key: value}; raises ValueError on what it does not know."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon or key not in KEYS or key in found:
            raise ValueError(f"line {number}: not one of the keys "
                             f"{', '.join(sorted(KEYS))}, or twice: {line}")
        found[key] = value.strip()
    if "run" not in found:
        raise ValueError("no line `run: ...`")
    return found


def read_env(text):
    """Returns {name: value} of `A=1 B="two words"`."""
    words = shlex.split(text)
    if bad := [word for word in words if "=" not in word]:
        raise ValueError(f"env: no `=` in {' '.join(bad)}")
    return dict(word.split("=", 1) for word in words)


def shown_command(root, keys):
    """Returns the line that the reader types."""
    if "shown" in keys:
        return keys["shown"]
    line = programs.shown(root, keys["run"])
    return f"{keys['env']} {line}" if keys.get("env") else line


def read(root, name):
    """Returns the Recording `name`; raises ValueError when it is malformed."""
    path = folder(root) / f"{name}.cmd"
    if not path.exists():
        raise ValueError(f"no recording book/_recorded/{name}.cmd")
    keys = read_keys(path.read_text())
    kind = keys.get("format", "text")
    if kind not in CHECKS:
        raise ValueError(f"format: {kind} is neither text nor json")
    check = keys.get("check", "exact")
    if check not in CHECKS[kind]:
        raise ValueError(f"check: {check} is none of {CHECKS[kind]}")
    return Recording(name, path, keys["run"], read_env(keys.get("env", "")),
                     int(keys.get("exit", "0")), check, kind,
                     shown_command(root, keys),
                     int(keys.get("seconds", SECONDS)))
