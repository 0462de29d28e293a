"""Builds test programs over one changed source, beside a build folder.

The zoo, the mutators and the book's kill tables ask the same question: which
tests notice this wrong version? The changed source is compiled by the command
that compiled the right one, and linked in front of the layer's library, so
that the linker takes it in the other's place. Nothing in the build folder
changes: versions are made and tested at the same time, each at the price of
one translation unit and the links that are asked for.
"""

import functools
import pathlib
import re
import shlex
import subprocess
import tempfile
import threading


class Problem(Exception):
    """A build folder is not as expected; the text says where."""


class Unbuilt(Exception):
    """The changed source does not compile or link."""


def shell(command, folder):
    """Runs a command; returns what it printed when it failed, else None."""
    done = subprocess.run(command, cwd=folder, shell=True, text=True,
                          errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.stdout if done.returncode else None


@functools.lru_cache(maxsize=None)
def commands(build, program):
    """Returns the commands that make a program and what it needs."""
    done = subprocess.run(["ninja", "-C", str(build), "-t", "commands",
                           program], text=True, capture_output=True,
                          check=False)
    if done.returncode != 0:
        raise Problem(f"no program {program} in {build}: "
                      + done.stdout.strip()[-300:])
    return done.stdout.splitlines()


def compile_command(lines, source, changed, output, library):
    """Returns the command that compiles the changed source."""
    for line in lines:
        if line.endswith(f"-c {source}") and f"/{library}.dir/" in line:
            words = shlex.split(line)
            words[words.index("-o") + 1] = str(output)
            words[-1:] = [str(changed)]
            # Headers beside the right source are found from there.
            words[1:1] = ["-iquote", str(source.parent)]
            # A version lives for seconds: nobody debugs it.
            words = [w for w in words if w not in ("-MD", "-Werror", "-g")]
            for option in ("-MT", "-MF"):
                at = words.index(option)
                del words[at:at + 2]
            return shlex.join(words)
    raise Problem(f"no command compiles {source.name} for {library}")


def links(lines):
    """Finds the links: a program's path in the build folder, the words of
    its command."""
    found = {}
    for line in lines:
        if line.startswith(": && ") and " -o " in line:
            words = shlex.split(line.split(" && ")[1])
            output = words[words.index("-o") + 1]
            if not output.endswith((".a", ".so")):
                found[output] = words
    return found


def library_in(words, layer):
    """Names the form of a layer's library that a link takes, or None."""
    for word in words:
        match = re.search(rf"(?:^|/)lib(strata_{layer}(?:_explore)?)\.a$", word)
        if match:
            return match[1]
    return None


def link_command(words, library, output, extra):
    """Returns a link with one more object in front of the library."""
    words = list(words)
    words[words.index("-o") + 1] = str(output)
    at = next(i for i, word in enumerate(words)
              if word.endswith(f"lib{library}.a"))
    words[at:at] = [str(extra)]
    # Without the others' debug information a link takes half the time.
    return shlex.join(words + ["-Wl,--strip-debug"])


class Variant:
    """One changed source and the programs over it, made when asked for."""

    def __init__(self, build, layer, source, text):
        """
        @param build   a build folder (Ninja) with the right version built.
        @param layer   whose source it is, such as sched.
        @param source  the path of the right version.
        @param text    the changed one.
        """
        self.build, self.layer, self.source = build, layer, source
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._temporary.name)
        (self.folder / "source").mkdir()
        (self.folder / "programs").mkdir()
        self.changed = self.folder / "source" / source.name
        self.changed.write_text(text)
        self._lock = threading.Lock()
        self._once = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._temporary.cleanup()

    def program(self, name):
        """Makes a program, and beside it the crash programs that it runs;
        testkit::run_program prefers those.

        @return its path; the build folder's if it is not over the layer.
        @raise Unbuilt when the changed source does not compile.
        """
        lines = commands(self.build, name)
        path = None
        for output, words in links(lines).items():
            place = pathlib.PurePosixPath(output)
            if place.name != name and place.parent.name != "crash":
                continue
            made = self.once(output, lambda w=words, p=place:
                             self.link(lines, w, p.name))
            if place.name == name:
                path = made or self.build / output
        if path is None:
            raise Problem(f"no command links {name}")
        return path

    def once(self, key, make):
        """Makes a thing once, whoever asks first; the others wait."""
        with self._lock:
            lock, results = self._once.setdefault(
                key, (threading.Lock(), []))
        with lock:
            if not results:
                try:
                    results.append(make())
                except Unbuilt as error:
                    results.append(error)
        if isinstance(results[0], Unbuilt):
            raise results[0]
        return results[0]

    def link(self, lines, words, name):
        """Links one program; None if the layer is not in it."""
        library = library_in(words, self.layer)
        if library is None:
            return None
        extra = self.once(library, lambda: self.compile(lines, library))
        output = self.folder / "programs" / name
        failed = shell(link_command(words, library, output, extra),
                       self.build)
        if failed is not None:
            raise Unbuilt(f"{name} does not link:\n{failed[-600:]}")
        return output

    def compile(self, lines, library):
        """Compiles the changed source for one form of the library."""
        output = self.folder / f"{library}.o"
        failed = shell(compile_command(lines, self.source, self.changed,
                                       output, library), self.build)
        if failed is not None:
            raise Unbuilt(failed)
        return output
