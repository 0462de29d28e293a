#!/usr/bin/env python3
"""Runs the tour programs of one chapter or of all, in order.

Usage: tour.py BUILD_DIR [CHAPTER]
The build writes tour.txt: chapter number and program on each line.
"""

import pathlib
import subprocess
import sys


def programs(build, chapter):
    """Returns (chapter, path) pairs, lowest chapter first, then by name."""
    lines = (build / "tour.txt").read_text().splitlines()
    pairs = [line.split(" ", 1) for line in lines if line.strip()]
    found = sorted((int(number), path) for number, path in pairs)
    return [pair for pair in found if chapter in (None, pair[0])]


def main(arguments):
    build = pathlib.Path(arguments[0])
    chapter = int(arguments[1]) if len(arguments) > 1 else None
    found = programs(build, chapter)
    if not found:
        print("no tour program for that chapter")
        return 1
    for number, path in found:
        name = pathlib.Path(path).name.split("_tour_")[-1]
        print(f"\n--- chapter {number}: {name.replace('_', ' ')} ---\n",
              flush=True)
        status = subprocess.run([path], check=False).returncode
        if status != 0:
            print(f"{path} ended with status {status}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
