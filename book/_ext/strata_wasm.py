"""Compiles C++ of the layers to WebAssembly, for figures that run it.

The module comes into the page as text in a classic script, because a page
that was opened from a folder may not load files. Nothing compiled is kept in
the repository; it goes to the build's folder and from there to _static.

A machine without clang's WebAssembly target builds the book all the same: the
build says so in one line, and the figure says so in its place.
"""

from __future__ import annotations

import base64
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
from typing import NamedTuple

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ("--target=wasm32-wasi", "-std=c++20", "-O2", "-fno-exceptions",
         "-fno-rtti", "-fno-c++-static-destructors", "-mexec-model=reactor",
         "-Wall", "-Wextra", "-Werror", "-Wl,--strip-all")
INCLUDES = ("common/include", "chapters/*/include")
PACKAGES = "clang lld wasi-libc libc++-dev-wasm32 libclang-rt-dev-wasm32"


class Program(NamedTuple):
    """One module: the page finds it as window.STRATA_WASM[name]."""

    name: str
    script: str
    sources: tuple[str, ...]
    flags: tuple[str, ...]


PROGRAMS = (
    Program("runq_lab", "widgets/runq_wasm.js",
            ("book/wasm/runq_lab.cpp",
             "chapters/02-scheduler/src/steal.cpp",
             "chapters/02-scheduler/src/global_queue.cpp"),
            ("-DSTRATA_CHECKED=1",)),
)


def compilers() -> list[str]:
    """Lists the clangs of this machine, the default one first."""
    found = [str(path) for folder in ("/usr/bin", "/usr/local/bin")
             for path in sorted(pathlib.Path(folder).glob("clang++-*"))
             if re.fullmatch(r"clang\+\+-\d+", path.name)]
    default = shutil.which("clang++")
    return ([default] if default else []) + found


def inputs_of(program: Program) -> list[pathlib.Path]:
    """Lists all that a module may be made of."""
    found = [pathlib.Path(__file__)]
    found += [ROOT / source for source in program.sources]
    for pattern in INCLUDES:
        for folder in sorted(ROOT.glob(pattern)):
            found += sorted(folder.rglob("*.hpp"))
    return found


def inputs_hash(program: Program) -> str:
    states = [(str(path), path.stat().st_mtime_ns)
              for path in inputs_of(program)]
    return hashlib.sha256(repr((compilers(), states)).encode()).hexdigest()


def compile_module(program: Program, out: pathlib.Path) -> str:
    """Compiles a module; returns "" or why no compiler could do it."""
    includes = [f"-I{folder.relative_to(ROOT)}" for pattern in INCLUDES
                for folder in sorted(ROOT.glob(pattern))]
    reason = "there is no clang++"
    for compiler in compilers():
        done = subprocess.run(
            [compiler, *FLAGS, *program.flags, *includes, *program.sources,
             "-o", str(out)], cwd=ROOT, text=True, capture_output=True)
        if done.returncode == 0:
            return ""
        reason = done.stderr.strip().splitlines()[0]
    return reason


def script_text(program: Program, module: bytes | None) -> str:
    """Returns the script that hands a module, or null, to the page."""
    content = base64.b64encode(module).decode() if module else None
    return (f"(window.STRATA_WASM=window.STRATA_WASM||{{}})"
            f"[{json.dumps(program.name)}]={json.dumps(content)};\n")


def build(program: Program, out: pathlib.Path) -> None:
    """Makes a module's script, unless nothing has changed."""
    script = out / "static" / program.script
    stamp, now = out / f"{program.name}.sha", inputs_hash(program)
    if script.exists() and stamp.exists() and stamp.read_text() == now:
        return
    script.parent.mkdir(parents=True, exist_ok=True)
    module = out / f"{program.name}.wasm"
    reason = compile_module(program, module)
    if reason:
        print(f"book: {program.name} does not run in the page: {reason} "
              f"(packages: {PACKAGES})", file=sys.stderr)
    script.write_text(script_text(
        program, None if reason else module.read_bytes()))
    stamp.write_text(now)


def build_all(app: Sphinx, config: Config) -> None:
    """Builds all modules and has them copied to _static."""
    out = pathlib.Path(app.doctreedir).parent / "wasm"
    for program in PROGRAMS:
        build(program, out)
    config.html_static_path.append(str(out / "static"))


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", build_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
