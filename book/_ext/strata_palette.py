"""All colors of the site, by day and by night, under the names that CSS uses.

furo's own variables come first, then ours: `s-run`, `s-runnable`, `s-wait`
and `s-hit` are the states of a goroutine and mean the same in every figure,
drawn or moving. test/ext/palette_test.py computes the contrast of each pair
that meets on a page.
"""

PAPER, CARD, INK = "#fffdf9", "#f7f3ec", "#23201c"
SOFT, MUTED, RULE = "#5c564d", "#6b645a", "#e7e0d4"
RUST, RUST_DEEP = "#9a3412", "#8a2d0f"

NIGHT, NIGHT_CARD, MOON = "#16181c", "#1c1f24", "#dcd8d0"
NIGHT_SOFT, NIGHT_MUTED, NIGHT_RULE = "#a9a49a", "#989288", "#343942"
GLOW = "#f0a477"


def variables(paper, card, ink, soft, muted, rule, accent, more):
    """Return furo's variables made from a few colors, and ours."""
    return {
        "color-brand-primary": accent,
        "color-brand-content": accent,
        "color-brand-visited": accent,
        "color-background-primary": paper,
        "color-background-secondary": card,
        "color-background-border": rule,
        "color-background-item": rule,
        "color-foreground-primary": ink,
        "color-foreground-secondary": soft,
        "color-foreground-muted": muted,
        "color-api-background": card,
        "color-api-background-hover": card,
        "color-api-keyword": soft,
        "color-api-overall": soft,
        "color-api-paren": soft,
        "color-code-background": card,
        "color-code-foreground": ink,
        "color-sidebar-search-background": paper,
        "color-sidebar-search-background--focus": paper,
        "s-fg": ink,
        "s-mute": muted,
        "s-bg": paper,
        "s-line": rule,
        "s-card": card,
        "s-hit": accent,
        **more,
    }


LIGHT = variables(
    PAPER, CARD, INK, SOFT, MUTED, RULE, RUST,
    {
        "color-foreground-border": "#8a8276",
        "color-highlight-on-target": "#fff3c4",
        "color-highlighted-background": "#fdeec4",
        "color-inline-code-background": "#f3eee4",
        "color-api-name": RUST_DEEP,
        "color-api-pre-name": "#6b4a3a",
        "s-run": "#2f7d4f",
        "s-runnable": "#c98a0a",
        "s-wait": "#b9b2a6",
        "s-mark": "#fdeec4",
        "s-ok": "#1f6b3f",
        "s-bad": "#a32626",
        "color-problematic": "#a32626",
    },
)
DARK = variables(
    NIGHT, NIGHT_CARD, MOON, NIGHT_SOFT, NIGHT_MUTED, NIGHT_RULE, GLOW,
    {
        "color-foreground-border": "#7b766d",
        "color-highlight-on-target": "#4a3a10",
        "color-highlighted-background": "#4a3a10",
        "color-inline-code-background": "#24282f",
        "color-api-name": GLOW,
        "color-api-pre-name": "#c9a58e",
        "s-run": "#5fbf86",
        "s-runnable": "#e0ac45",
        "s-wait": "#545b66",
        "s-mark": "#3a3014",
        "s-ok": "#7fd6a2",
        "s-bad": "#f19a9a",
        "color-problematic": "#f19a9a",
    },
)
FONTS = {
    "font-stack": "'Book Sans', system-ui, sans-serif",
    "font-stack--monospace": "'Book Mono', ui-monospace, monospace",
    "s-serif": "'Book Serif', 'Serif Fallback', Georgia, serif",
}
