#!/usr/bin/env python3
"""Checks the links of built pages: every file and anchor that a page names
must be there, and no id twice. Asks no network.

Usage: check_links.py FOLDER_OF_HTML

Readers open the book from disk. So a link must name a file, not a folder,
and must not start at the root of a server.
"""

import html.parser
import pathlib
import re
import sys
import urllib.parse

LINK_ATTRIBUTES = ("href", "src", "data", "data-src", "poster")
CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)")
# A server's page for wrong addresses: it alone starts at the server's root.
NOT_CHECKED = {"404.html"}


class Page(html.parser.HTMLParser):
    """The ids and links of a page, with their lines."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.doubles, self.links = set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        line = self.getpos()[0]
        if "id" in attributes:
            if attributes["id"] in self.ids:
                self.doubles.append((line, attributes["id"]))
            self.ids.add(attributes["id"])
        if tag == "a" and attributes.get("name"):
            self.ids.add(attributes["name"])
        for attribute in LINK_ATTRIBUTES:
            if attribute == "data" and tag != "object":
                continue
            if attribute in attributes:
                self.links.append((line, tag, attributes[attribute] or ""))


def is_local(address):
    """Tells whether an address names something of the site itself."""
    parts = urllib.parse.urlsplit(address)
    return not parts.scheme and not parts.netloc


def wrong_in_link(root, page_path, address, pages):
    """Returns what is wrong with a local link, or None."""
    parts = urllib.parse.urlsplit(address)
    target = page_path
    if parts.path:
        if parts.path.startswith("/"):
            return "starts at a server's root, which a page on disk has not"
        target = page_path.parent / urllib.parse.unquote(parts.path)
        target = target.resolve()
    if root != target and root not in target.parents:
        return "leads out of the site"
    if target.is_dir():
        return "names a folder; name its index.html"
    if not target.exists():
        return "names no file"
    anchor = urllib.parse.unquote(parts.fragment)
    if anchor in ("", "top") or target not in pages:
        return None
    if anchor not in pages[target].ids:
        return "names an anchor that its page has not"
    return None


def findings_of_page(root, path, pages):
    """Returns what is wrong in one page."""
    name = path.relative_to(root)
    found = [f"{name}:{line}: id \"{double}\" stands twice: rename one"
             for line, double in pages[path].doubles]
    alike = {}  # links to one file are told once
    for line, tag, address in pages[path].links:
        if not is_local(address):
            continue
        wrong = wrong_in_link(root, path, address, pages)
        if wrong:
            key = address if "anchor" in wrong else address.split("#")[0]
            alike.setdefault((key, wrong), []).append(
                f"{name}:{line}: <{tag}> {address!r} {wrong}")
    return found + [
        some[0] + (f" (and {len(some) - 1} links more)" if some[1:] else "")
        for some in alike.values()]


def findings_of_style(root, path):
    """Returns the files that a style sheet names and that are not there."""
    text = path.read_text(encoding="utf-8", errors="replace")
    found = []
    for address in CSS_ADDRESS.findall(text):
        if is_local(address) and not address.startswith("#"):
            wrong = wrong_in_link(root, path, address, {})
            if wrong:
                found.append(f"{path.relative_to(root)}: url({address}) "
                             f"{wrong}")
    return found


def check(root):
    """Returns (findings, a line that says how much was looked at)."""
    root = pathlib.Path(root).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8"))
             for path in sorted(root.rglob("*.html"))
             if path.name not in NOT_CHECKED}
    found = []
    for path in pages:
        found += findings_of_page(root, path, pages)
    for path in sorted(root.rglob("*.css")):
        found += findings_of_style(root, path)
    links = sum(is_local(address) for page in pages.values()
                for _, _, address in page.links)
    if not pages:
        found.append(f"no pages in {root}: make book")
    return found, f"{len(pages)} pages, {links} local links"


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.split("\n\n")[1])
    found, looked_at = check(sys.argv[1])
    for finding in found:
        print(finding)
    print(f"{looked_at}, {len(found)} bad")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
