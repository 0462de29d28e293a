#!/usr/bin/env python3
"""Builds and runs one step of a chapter: step.py [--build DIR] 01/02.

The output and the exit status are those of the step.
"""

import argparse
import pathlib
import subprocess
import sys

from recording import programs

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path,
                        default=ROOT / "build" / "dev")
    parser.add_argument("step", help="chapter and number, as in 01/02")
    options = parser.parse_args()
    try:
        program = programs.find(ROOT, f"step {options.step}")
    except ValueError as error:
        print(error)
        return 2
    built = subprocess.run(
        ["cmake", "--build", str(options.build), "--target", program.target],
        capture_output=True, text=True, check=False)
    if built.returncode:
        print(built.stdout + built.stderr)
        return built.returncode
    status = subprocess.run([str(options.build / program.path)],
                            check=False).returncode
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main())
