"""Keep the search index to what a reader looks for.

Sphinx makes every parameter of every function an object of its own, and a
search for `lock` then begins with pages of them. An object of negative
priority stays out of the search; the function itself stays in.

Entries of the printed-style index are left out too: they repeat the objects
and the glossary, and are a quarter of what the search page must load. So are
the words of tables that repeat what stands on other pages; their titles stay.
"""

from sphinx.domains.cpp import CPPDomain

NOISE = {"functionParam", "templateParam"}
HIDDEN = -1
REPEATING = {"appendix/coverage", "appendix/invariants",
             "appendix/kill-matrix"}


class QuietCPPDomain(CPPDomain):
    """The C++ domain, with parameters hidden from the search."""

    def get_objects(self):
        """Yield all objects with their priority for the search."""
        for entry in super().get_objects():
            yield (*entry[:5], HIDDEN) if entry[2] in NOISE else entry


def drop_index_entries(app):
    """Empty the list of index entries before the index is written."""
    indexer = getattr(app.builder, "indexer", None)
    if hasattr(indexer, "_index_entries"):
        indexer._index_entries.clear()
    return []


def drop_repetitions(app):
    """Take the words of repeating pages out of the index."""
    words = getattr(getattr(app.builder, "indexer", None), "_mapping", {})
    for word in list(words):
        words[word] -= REPEATING
        if not words[word]:
            del words[word]
    return []


def setup(app):
    app.add_domain(QuietCPPDomain, override=True)
    # The last event before Sphinx writes the search index.
    app.connect("html-collect-pages", drop_index_entries)
    app.connect("html-collect-pages", drop_repetitions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
