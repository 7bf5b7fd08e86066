"""Reading a catalogue: TOML, of which catalogues use three kinds of line only.

A start reads a dozen of them, and a whole TOML reader took longer over that than the databases take to open. A test
reads every catalogue both ways and wants the same.
"""

from __future__ import annotations

import json
import re

_LINE = re.compile(
    r'(?P<quote>"?)(?P<key>[\w.-]+)(?P=quote) = (?P<text>"(?:[^"\\]|\\.)*")|\[(?P<table>[\w.-]+)\]|(?P<other>#.*|)'
)


def read_catalogue(prefix: str, text: str) -> dict[str, str]:
    """Dotted key, with *prefix* before it, → text.

    Raises:
        ValueError: a line is none of ``key = "text"``, ``[table]``, a comment and nothing.
    """
    found: dict[str, str] = {}
    table = prefix
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{prefix}: {line}")
        if match["table"]:
            table = f"{prefix}.{match['table']}"
        elif match["key"]:
            quoted = match["text"]
            # What TOML escapes in a text of one line JSON escapes in the same way.
            found[f"{table}.{match['key']}"] = json.loads(quoted) if "\\" in quoted else quoted[1:-1]
    return found
