"""Compares recorded figure data (JSON) with a fresh run: equal, or alike.

Alike means of one shape: the same kinds of values under the same keys. The
elements of a list share one shape; a key that some of them lack is optional.
"""

import json


def kind_of(value):
    """Returns the JSON name of a value's type; all numbers are one type."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", type(None): "null"}[type(value)]


def shape(value):
    """Returns the shape of a value.

    A shape has the kinds of plain values, the keys of an object with their
    shapes, the keys that each object has, and the shape of list elements.
    """
    made = {"kinds": set(), "keys": {}, "always": None, "element": None}
    if isinstance(value, dict):
        made["keys"] = {key: shape(inner) for key, inner in value.items()}
        made["always"] = set(value)
        made["kinds"] = {"object"}
    elif isinstance(value, list):
        made["kinds"] = {"list"}
        for inner in value:
            made["element"] = merged(made["element"], shape(inner))
    else:
        made["kinds"] = {kind_of(value)}
    return made


def merged(one, other):
    """Returns the shape of two elements of a list; None is of no element."""
    if one is None or other is None:
        return one or other
    keys = {key: merged(one["keys"].get(key), other["keys"].get(key))
            for key in one["keys"].keys() | other["keys"].keys()}
    both = [made["always"] for made in (one, other)
            if made["always"] is not None]
    return {"kinds": one["kinds"] | other["kinds"], "keys": keys,
            "always": set.intersection(*both) if both else None,
            "element": merged(one["element"], other["element"])}


def strays(old, new, place):
    """Yields where the shape `new` holds what `old` does not allow."""
    if extra := new["kinds"] - old["kinds"]:
        yield f"{place}: {', '.join(sorted(extra))}, recorded is " \
              f"{', '.join(sorted(old['kinds']))}"
        return
    for key in sorted((old["always"] or set()) - (new["always"] or set())):
        if "object" in new["kinds"]:
            yield f"{place}: lacks the key {key}"
    for key, inner in sorted(new["keys"].items()):
        if key not in old["keys"]:
            yield f"{place}: has a new key {key}"
        else:
            yield from strays(old["keys"][key], inner, f"{place}.{key}")
    if old["element"] and "list" in new["kinds"] and not new["element"]:
        yield f"{place}: is empty"
    elif new["element"] and not old["element"]:
        yield f"{place}: is empty in the record"
    elif new["element"]:
        yield from strays(old["element"], new["element"], f"{place}[]")


def first_unequal(old, new, place="data"):
    """Returns where two equal-shaped values first differ, or None."""
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(f"{place}.{key}", old.get(key), new.get(key))
                 for key in sorted(old.keys() | new.keys())]
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            return f"{place}: {len(new)} elements, recorded are {len(old)}"
        pairs = [(f"{place}[{index}]", *both)
                 for index, both in enumerate(zip(old, new))]
    else:
        return None if old == new else f"{place}: {new!r}, recorded {old!r}"
    return next(filter(None, (first_unequal(a, b, where)
                              for where, a, b in pairs)), None)


def difference(recorded, fresh, check):
    """Returns how `fresh` strays from the record, as lines; [] if it fits."""
    old, new = json.loads(recorded), json.loads(fresh)
    if check == "shape":
        return list(strays(shape(old), shape(new), "data"))
    unequal = first_unequal(old, new)
    return [unequal] if unequal else []
