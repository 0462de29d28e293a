"""Tests of the kill matrix, on small books."""

import json
import unittest

from labs_test import complaints, labs, tree
from small_site import Site

PAGE = "Guide\n=====\n\n.. kill-matrix::\n"


def row(bug, killed_by=(), hidden=0, **more):
    return {"bug": bug, "title": f"Title of {bug}", "symptom": "It *stops*.",
            "origin": None, "tier": 1, "killed_by": list(killed_by),
            "public": len(killed_by), "hidden": hidden, "scores": [], **more}


MUTANTS = {"02": [{"slot": "queue", "made": 12, "killed": 9, "equivalent": 2,
                   "survive": 1, "notes": [
                       {"operator": "weaken acquire", "verdict": "survives",
                        "reason": "x86 orders it anyway."}]}]}


class KillsTest(unittest.TestCase):
    def built(self, rows, mutants=None):
        """Returns the page's HTML and the warnings."""
        files = tree(labs())
        files["book/front/student-guide.rst"] = PAGE
        files["book/_recorded/kill-matrix.json"] = json.dumps({"02": rows})
        if mutants:
            files["book/_recorded/mutants.json"] = json.dumps(mutants)
        site = Site(["strata_kills", "strata_coverage"], files)
        self.addCleanup(site.close)
        config = site.path("conf.py", "book")
        config.write_text(config.read_text()
                          + f'strata_labs_root = "{site.root}"\n'
                          + f'strata_root = "{site.root}"\n')
        said = complaints(site.build())
        return site.page("front/student-guide.html"), said

    def test_the_share_killed_by_public_tests_is_said(self):
        page, said = self.built([row("Z02-1", ["queue: is empty"]),
                                 row("Z02-2", hidden=2)])
        self.assertEqual([], said)
        self.assertIn("All 2 wrong solutions are noticed", page)
        self.assertIn("notice 1 of them, 50 %", page)

    def test_a_survivor_is_not_called_noticed(self):
        page, _ = self.built([row("Z02-1", ["queue: is empty"]),
                              row("Z02-2")])
        self.assertIn("1 of 2 wrong solutions are noticed", page)

    def test_killers_stand_below_their_tier(self):
        page, _ = self.built([row("Z02-1", ["queue: is empty"], scores=[
            {"lab": "02.1", "points": 45, "of": 100}])])
        self.assertIn("<p>T1</p>", page)
        self.assertNotIn("<p>T3</p>", page)
        self.assertIn("45\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}100", page)
        self.assertIn('<th class="stub"', page)

    def test_the_matrix_is_read_aloud(self):
        page, _ = self.built([row("Z02-1", ["queue: is empty"])])
        self.assertIn('role="img"', page)
        self.assertIn('aria-label="fails"', page)

    def test_an_origin_is_a_link(self):
        page, _ = self.built([row("Z02-1", origin={
            "text": "someone/else#7", "url": "https://example.org/7"})])
        self.assertIn('href="https://example.org/7"', page)

    def test_an_unknown_or_hidden_test_is_a_warning(self):
        _, said = self.built([row("Z02-1", ["queue: secret order"])])
        self.assertIn("which is no public test of a lab", said[0])

    def test_mutants_have_a_score_and_reasons(self):
        page, _ = self.built([row("Z02-1", ["queue: is empty"])], MUTANTS)
        self.assertIn("Of 10 others 9 are noticed, a mutation score of 90 %", page)
        self.assertIn("x86 orders it anyway.", page)

    def test_without_a_recording_the_build_says_so(self):
        files = tree(labs())
        files["book/front/student-guide.rst"] = PAGE
        site = Site(["strata_kills", "strata_coverage"], files)
        self.addCleanup(site.close)
        self.assertIn("kill-matrix.json is not there", site.build())


if __name__ == "__main__":
    unittest.main()
