"""Checks a JSON value against the part of JSON Schema that labs.json needs.

A small checker of our own, because the standard library has none and a course
machine has nothing else. It knows: type, enum, required, properties,
additionalProperties (false), items, pattern, minLength, minimum, maximum,
minItems, maxItems, and $ref to a name in `definitions`.
"""

import re

TYPES = {"object": dict, "array": list, "string": str, "integer": int,
         "boolean": bool}


def errors(value, schema, definitions=None, where=""):
    """Returns a list of lines, each `place: what is wrong`; empty if valid."""
    definitions = definitions or schema.get("definitions", {})
    if "$ref" in schema:
        schema = definitions[schema["$ref"]]
    here = where or "the file"
    wrong = type_error(value, schema)
    if wrong:
        return [f"{here}: {wrong}"]
    found = [f"{here}: {text}" for text in value_errors(value, schema)]
    if isinstance(value, dict):
        found += object_errors(value, schema, definitions, where)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            found += errors(item, schema["items"], definitions,
                            f"{where}[{number}]")
    return found


def type_error(value, schema):
    """Says that a value has the wrong type or is not in the list, or None."""
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is none of {', '.join(schema['enum'])}"
    expected = schema.get("type")
    if expected is None:
        return None
    if not isinstance(value, TYPES[expected]) or (
            expected == "integer" and isinstance(value, bool)):
        return f"expected {expected}, got {value!r}"
    return None


def value_errors(value, schema):
    """Checks lengths, ranges and patterns of a value of the right type."""
    size = len(value) if isinstance(value, (str, list)) else value
    low = schema.get("minLength", schema.get("minItems",
                                             schema.get("minimum")))
    high = schema.get("maxItems", schema.get("maximum"))
    if low is not None and size < low:
        yield f"{value!r} is below {low}"
    if high is not None and size > high:
        yield f"{value!r} is above {high}"
    pattern = schema.get("pattern")
    if pattern and not re.search(pattern, value):
        yield f"{value!r} does not match {pattern}"


def object_errors(value, schema, definitions, where):
    """Checks the members of an object."""
    known = schema.get("properties", {})
    prefix = f"{where}." if where else ""
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where or 'the file'}: {name!r} is missing"
    for name, member in value.items():
        if name in known:
            yield from errors(member, known[name], definitions,
                              prefix + name)
        elif schema.get("additionalProperties") is False:
            yield f"{prefix}{name}: no such member"
