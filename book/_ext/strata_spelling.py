"""A filter for the spell check: names of code are not words.

Most names stand in literals, which are not checked. Those in signatures of
the API pages are plain text to the checker: kRunnable, maxProcs.
"""

import re

from enchant.tokenize import Filter

INNER_CAPITAL = re.compile(r"^\w*[a-z][A-Z]")


class Identifiers(Filter):
    """Passes words with a capital after a small letter."""

    def _skip(self, word):
        return bool(INNER_CAPITAL.match(word))
