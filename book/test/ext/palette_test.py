"""Computes the contrast of all colors that meet on a page or in a figure."""

import pathlib
import sys
import unittest

BOOK = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BOOK / "_ext"))

import strata_palette  # noqa: E402
import strata_style  # noqa: E402

TEXT, SHAPE = 4.5, 3.0
INKS = ("color-foreground-primary", "color-foreground-secondary",
        "color-foreground-muted", "color-brand-content", "s-ok", "s-bad",
        "color-problematic", "s-hit", "color-api-name",
        "color-api-pre-name")
PAPERS = ("color-background-primary", "color-background-secondary",
          "color-inline-code-background")
STATES = ("s-run", "s-runnable", "s-hit")


def luminance(color):
    """Returns the relative luminance that WCAG 2 defines."""
    parts = [int(color[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045
              else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in
               zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class PaletteTest(unittest.TestCase):

    palettes = {"day": (strata_palette.LIGHT, strata_style.Day),
                "night": (strata_palette.DARK, strata_style.Night)}

    def check(self, one, other, least, words):
        self.assertGreaterEqual(contrast(one, other), least, words)

    def test_black_on_white_has_21(self):
        self.assertAlmostEqual(contrast("#000000", "#ffffff"), 21)

    def test_words_are_readable_on_every_paper(self):
        for name, (colors, _) in self.palettes.items():
            for ink in INKS:
                for paper in PAPERS:
                    self.check(colors[ink], colors[paper], TEXT,
                               f"{name}: {ink} on {paper}")

    def test_words_are_readable_on_a_marked_line_and_a_tinted_box(self):
        for name, (colors, _) in self.palettes.items():
            for ink in INKS[:2]:
                self.check(colors[ink], colors["s-mark"], TEXT,
                           f"{name}: {ink} on s-mark")

    def test_code_is_readable_on_its_paper_and_on_a_marked_line(self):
        for name, (colors, style) in self.palettes.items():
            for token, look in style:
                for paper in ("color-code-background", "s-mark"):
                    self.check(f"#{look['color']}", colors[paper], TEXT,
                               f"{name}: {token} on {paper}")

    def test_both_palettes_color_the_same_tokens(self):
        self.assertEqual(set(strata_style.DAY), set(strata_style.NIGHT))
        self.assertEqual(set(strata_palette.LIGHT),
                         set(strata_palette.DARK))

    def test_states_stand_out_from_the_paper(self):
        for name, (colors, _) in self.palettes.items():
            for state in STATES:
                least = SHAPE if state != "s-runnable" else 2.5
                self.check(colors[state], colors["s-bg"], least,
                           f"{name}: {state}")


if __name__ == "__main__":
    unittest.main()
