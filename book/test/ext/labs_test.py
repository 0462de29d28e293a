"""Tests of the pages made from labs.json, on small books."""

import json
import unittest
from unittest import mock

from small_site import Site

import strata_labs

EXTENSIONS = ["strata_labs", "strata_coverage"]
INDEX = ("First\n=====\n\nHow to start.\n\n.. toctree::\n\n"
         "   labs/02-scheduler\n   front/student-guide\n")
GUIDE = "Guide\n=====\n\nWords.\n"
README = """\
# The ring

It is in [src/queue.cpp](../../../../chapters/02-scheduler/src/queue.cpp#L1), see
[first](../../../../book/index.rst) and [the bug](../../bugs/02.b1-lost/).

## Questions

```cpp
int x = 0;
```

1. Why `I-02.3`?
"""


def test(name, **more):
    return {"name": name, "program": "sched_tests", "tier": 1, "points": 70,
            "visibility": "public", **more}


def labs():
    """Returns a labs.json with a lab, an essay and a bug."""
    shared = {"goal": "Write `put` and the rest of the ring.",
              "hints": ["Look at the tail.", "Who ``writes`` it?",
                        "Store live_ in *two* steps:\n\nThen Slab::guard"
                        " of pool.hpp."],
              "stars": 2, "minutes": [45, 90], "seeds": [],
              "section": "index"}
    lab = {**shared, "id": "02.1", "slug": "ring", "title": "The ring",
           "kind": "slot", "slots": ["queue"], "files": ["queue.cpp"],
           "needs": [], "tests": [
               test("queue: is empty", invariant="I-02.3"),
               test("queue: secret order", tier=6, points=30,
                    visibility="hidden")]}
    essay = {**shared, "id": "02.2", "slug": "read", "title": "Read it",
             "kind": "essay", "slots": [], "files": ["essay.md"],
             "needs": ["02.1"], "tests": [], "rubric": [
                 {"criterion": "Names the owner of each index.",
                  "points": points} for points in (50, 30, 20)]}
    bug = {**shared, "id": "02.b1", "slug": "lost", "title": "Lost",
           "files": ["lost.cpp"], "tests": [test("lost: is found")]}
    return {"chapter": 2, "layer": "sched", "labs": [lab, essay],
            "tasks": [], "bugs": [bug],
            "slots": [{"name": "queue", "file": "queue.cpp",
                       "title": "the ring"}]}


def tree(told=None, readme=README):
    """Returns the files of a small repository."""
    home = "exercises/02-scheduler"
    return {
        "book/index.rst": INDEX, "book/front/student-guide.rst": GUIDE,
        "book/seed_items.json": json.dumps(
            {"items": [], "families": [], "corrections": []}),
        "chapters/02-scheduler/src/queue.cpp": "int tail;\n",
        "chapters/02-scheduler/test/queue_test.cpp":
            '\nTEST_CASE("queue: is empty") {}\n',
        f"{home}/labs.json": json.dumps(told or labs()),
        f"{home}/labs/02.1-ring/README.md": readme,
        f"{home}/labs/02.2-read/README.md": "# Read it\n\nRead.\n",
        f"{home}/bugs/02.b1-lost/README.md": "# Lost\n\nFind it.\n",
    }


def complaints(said):
    """Returns warnings; invariants are known to strata_reference alone."""
    return [line for line in said.splitlines()
            if "'inv' reference target" not in line]


class LabsTest(unittest.TestCase):
    def site(self, files):
        site = Site(EXTENSIONS, files)
        self.addCleanup(site.close)
        config = site.path("conf.py", "book")
        config.write_text(config.read_text()
                          + f'strata_labs_root = "{site.root}"\n'
                          + f'strata_root = "{site.root}"\n')
        return site

    def built(self, files=None):
        """Builds without warnings; returns the site."""
        site = self.site(files or tree())
        self.assertEqual([], complaints(site.build()))
        return site

    def warnings(self, files):
        return self.site(files).build()

    def test_a_lab_has_a_card(self):
        page = self.built().page("labs/02.1-ring.html")
        self.assertIn("<h1>Lab 02.1: The ring", page)
        self.assertIn("Write <code", page)
        self.assertIn('aria-label="2 of 5 stars"', page)
        self.assertIn("45 to 90 min", page)
        self.assertIn("exercises/02-scheduler/mine/queue.cpp", page)
        self.assertIn("1 public test, 70 points; 1 hidden, 30 points; "
                      "tiers T1 T6", page)

    def test_the_names_of_hidden_tests_stay_hidden(self):
        site = self.built()
        for page in site.path("").rglob("*.html"):
            self.assertNotIn("secret order", page.read_text())
        self.assertIn("A course adds 1 hidden test with 30 points, of tier T6",
                      site.page("labs/02.1-ring.html"))

    def test_a_bug_has_a_symptom_and_a_program_to_run(self):
        told = labs()
        told["bugs"][0].update(kind="main", symptom={
            "shows": "41 of 42", "exit": 2})
        page = self.built(tree(told)).page("labs/02.b1-lost.html")
        self.assertIn("41 of 42", page.replace(
            '</span> <span class="pre">', " "))
        self.assertIn(", and ends with status 2", page)
        self.assertIn("</span>run<span", page)
        self.assertIn("70 points; tier T1<", page)
        self.assertNotIn("Invariant", page)

    def test_a_test_is_linked_to_its_line(self):
        page = self.built().page("labs/02.1-ring.html")
        self.assertRegex(page, r'href="[^"]*source/chapters/02-scheduler/test/'
                               r'queue_test.cpp(.html)?#L-2"')

    def test_hints_are_folded_and_in_order(self):
        page = self.built().page("labs/02.1-ring.html")
        at = [page.index(f"Hint {number}") for number in (1, 2, 3)]
        self.assertEqual(sorted(at), at)
        self.assertEqual(3, page.count("<details"))
        self.assertIn("in *two* steps:</p>", page)
        for name in ("live_", "Slab::guard", "pool.hpp", "writes"):
            self.assertIn(f'<span class="pre">{name}</span>', page)

    def test_the_readme_is_part_of_the_page(self):
        page = self.built().page("labs/02.1-ring.html")
        self.assertIn("<h2>Questions", page)
        self.assertEqual(1, page.count("<h1"))
        self.assertIn('href="02.b1-lost.html"', page)
        self.assertIn('href="../index.html"', page)
        self.assertRegex(page, r'source/chapters/02-scheduler/src/queue.cpp'
                               r'(.html)?#L-1"')
        self.assertIn('<span class="pre">src/queue.cpp</span>', page)
        self.assertIn("highlight-cpp", page)

    def test_an_essay_shows_its_rubric(self):
        page = self.built().page("labs/02.2-read.html")
        self.assertIn("none; an essay of 100 points", page)
        self.assertIn("Names the owner of each index.", page)
        self.assertIn("02.1 The ring", page)
        self.assertNotIn("lab-tests", page)

    def test_the_shelves_list_all(self):
        page = self.built().page("labs/02-scheduler.html")
        for text in ("The ring", "Read it", "Lost", "rubric"):
            self.assertIn(text, page)
        self.assertNotIn(">Tasks<", page)

    def test_without_a_number_all_chapters_are_listed(self):
        files = tree()
        files["book/front/student-guide.rst"] += \
            "\n.. labs::\n   :shelf: labs\n"
        page = self.built(files).page("front/student-guide.html")
        self.assertIn("Chapter 2", page)
        self.assertIn("Read it", page)
        self.assertNotIn("02.b1 ", page)

    def test_a_card_elsewhere_names_its_lab(self):
        files = tree()
        files["book/front/student-guide.rst"] += "\n.. lab:: 02.1\n"
        page = self.built(files).page("front/student-guide.html")
        self.assertIn('href="../labs/02.1-ring.html"', page)

    def test_a_chapters_card_lists_its_slots_and_labs(self):
        files = tree()
        files["book/front/student-guide.rst"] += (
            "\n.. title-card:: 2\n   :layer: sched\n   :slots: none\n"
            "   :needs: C++\n   :read: 70\n   :do: 240\n   :claim: So.\n")
        page = self.built(files).page("front/student-guide.html")
        self.assertIn("the ring (<code", page)
        self.assertIn('href="../labs/02.2-read.html"', page)
        self.assertNotIn("02.b1 Lost", page)

    def test_the_navigation_lists_exercises_on_their_own_pages(self):
        tree_html = (
            '<ul><li><a href="../chapters/02-x/index.html">2</a><ul>'
            '<li><a href="ring.html">2.1</a></li>'
            '<li><a class="r" href="../labs/02-x.html">Labs</a><ul>'
            '<li><a href="../labs/02.1-ring.html">Ring</a></li></ul></li>'
            '<li><a href="last.html">Last</a></li></ul></li></ul>')
        app = mock.Mock(builder=mock.Mock(format="html"))

        def shown(page):
            context = {"toctree": lambda **_: tree_html}
            strata_labs.trim_toctree(app, page, "", context, None)
            return context["toctree"](collapse=False)

        self.assertEqual(tree_html, shown("labs/02.1-ring"))
        for page in ("chapters/02-x/ring", "labs/01.1-jump"):
            self.assertNotIn("Ring", shown(page))
            for kept in (">Labs</a></li>", ">2.1<", ">Last<"):
                self.assertIn(kept, shown(page))

    def test_an_unknown_lab_is_an_error(self):
        files = tree()
        files["book/front/student-guide.rst"] += "\n.. lab:: 02.9\n"
        self.assertIn("there is no exercise 02.9", self.warnings(files))

    def test_a_link_that_leads_nowhere_is_a_warning(self):
        said = self.warnings(tree(readme="# The ring\n\nSee [it](no.md).\n"))
        self.assertIn("link to no.md: there is no such file", said)
        self.assertIn("README.md:3", said)

    def test_a_link_into_the_solutions_is_a_warning(self):
        files = tree(readme="# The ring\n\n[it](../../../../solutions-private"
                            "/a.md)\n")
        files["solutions-private/a.md"] = "secret"
        self.assertIn("readers do not have that folder",
                      self.warnings(files))

    def test_another_title_is_a_warning(self):
        said = self.warnings(tree(readme="# A ring\n\nWords.\n"))
        self.assertIn("its title is 'A ring', labs.json says 'The ring'",
                      said)

    def test_the_title_may_have_the_number(self):
        for title in ("02.1 The ring", "02.1: The ring", "Lab 02.1: The ring"):
            self.built(tree(readme=f"# {title}\n\nWords.\n"))

    def test_wide_code_is_a_warning(self):
        wide = "x" * 79
        said = self.warnings(tree(
            readme=f"# The ring\n\n```text\n{wide}\n```\n"))
        self.assertIn("79 columns of code, at most 78 fit", said)

    def test_a_broken_labs_json_is_a_warning(self):
        told = labs()
        told["labs"][0]["stars"] = 9
        self.assertIn("labs.json", self.warnings(tree(told)))

    def test_html_and_roles_are_plain_words(self):
        page = self.built(tree(
            readme="# The ring\n\n<b>bold</b> {ref}`x`\n")).page(
                "labs/02.1-ring.html")
        self.assertIn("&lt;b&gt;bold", page)

    def test_a_change_of_labs_json_reaches_the_pages(self):
        site = self.built()
        told = labs()
        told["labs"][0]["title"] = "Another ring"
        told["labs"][0]["slug"] = "another"
        home = "exercises/02-scheduler/labs"
        site.write({"exercises/02-scheduler/labs.json": json.dumps(told),
                    f"{home}/02.1-another/README.md": "# Another ring\n"})
        self.assertEqual([], complaints(site.build()))
        self.assertIn("Another ring", site.page("labs/02-scheduler.html"))
        self.assertFalse(site.path("labs/02.1-ring.rst", "book").exists())


if __name__ == "__main__":
    unittest.main()
