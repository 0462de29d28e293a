#!/usr/bin/env python3
"""Tests the book's server: ports, what it watches, and how it ends."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.request

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import serve  # noqa: E402 (found only with the path above)


class ServeTest(unittest.TestCase):
    """Each test works in a folder of its own, on ports that are free."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = pathlib.Path(folder.name)

    def call(self, *arguments):
        return subprocess.run(
            [sys.executable, TOOLS / "serve.py", *arguments, str(self.out)],
            capture_output=True, text=True, check=False)

    def test_a_taken_port_gives_the_next_one(self):
        first = serve.bind(self.out, 18000)
        second = serve.bind(self.out, first.server_port)
        self.assertGreater(second.server_port, first.server_port)
        first.server_close()
        second.server_close()

    def test_a_changed_a_new_and_a_removed_source_are_seen(self):
        page = self.out / "book/page.rst"
        page.parent.mkdir()
        page.write_text("a page")
        before = serve.newest_change(self.out)
        os.utime(page, (before[0] + 5, before[0] + 5))
        changed = serve.newest_change(self.out)
        self.assertNotEqual(before, changed)
        other = page.with_name("other.rst")
        other.write_text("another")
        self.assertNotEqual(changed, serve.newest_change(self.out))
        other.unlink()
        self.assertEqual(changed, serve.newest_change(self.out))

    def test_what_is_no_source_is_not_watched(self):
        (self.out / "book").mkdir()
        before = serve.newest_change(self.out)
        (self.out / "book/page.rst.swp").write_text("an editor's file")
        self.assertEqual(before, serve.newest_change(self.out))

    def test_no_pages_is_a_clear_error(self):
        done = self.call()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("make book", done.stderr)

    def test_an_absurd_port_is_a_clear_error(self):
        done = self.call("--port", "70000")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--port 70000", done.stderr)

    def test_a_background_server_serves_and_is_stopped(self):
        (self.out / "html").mkdir()
        (self.out / "html/index.html").write_text("the book's front page")
        said = self.call("--background", "--port", "18100").stdout
        address = said.split()[-1]
        with urllib.request.urlopen(address, timeout=5) as page:
            self.assertIn(b"front page", page.read())
        self.assertIn("has ended", self.call("--stop").stdout)
        self.assertIn("no server", self.call("--stop").stdout)


if __name__ == "__main__":
    unittest.main()
