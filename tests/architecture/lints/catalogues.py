"""The texts against each other: every language says the same things, with the same placeholders."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A second text for one thing; languages without a plural do not need it.
ONE = ".one"

Texts = dict[str, str]


def read(root: Path) -> dict[str, Texts]:
    """Language → dotted key → text, from ``<language>/<noun>.toml``."""
    languages: dict[str, Texts] = {}
    for path in sorted(root.glob("*/*.toml")):
        flat = languages.setdefault(path.parent.name, {})
        _flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8")), flat)
    return languages


def _flatten(prefix: str, table: Mapping[str, object], into: Texts) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}.{key}", value, into)
        else:
            into[f"{prefix}.{key}"] = str(value)


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return set(PLACEHOLDER.findall(text))


def differences(languages: Mapping[str, Texts]) -> list[str]:
    """Keys that a language lacks, empty texts, and placeholders that differ between languages."""
    said = []
    everywhere = set().union(*languages.values()) if languages else set()
    for language, texts in sorted(languages.items()):
        for key in sorted(everywhere):
            base = key.removesuffix(ONE)
            if key not in texts:
                if not (key.endswith(ONE) and base in texts):
                    said.append(f"{language}: {key} is missing")
            elif not texts[key].strip():
                said.append(f"{language}: {key} is empty")
    for key in sorted(everywhere):
        wanted = [placeholders(texts[key]) for texts in languages.values() if key in texts]
        if any(each != wanted[0] for each in wanted):
            said.append(f"{key}: the placeholders differ between languages")
        said += _odd_singular(key, languages)
    return said


def _odd_singular(key: str, languages: Mapping[str, Texts]) -> list[str]:
    """The text for one thing may leave placeholders out, but cannot name others than the text for many."""
    if not key.endswith(ONE):
        return []
    base = key.removesuffix(ONE)
    return [
        f"{language}: {key} names placeholders that {base} does not have"
        for language, texts in languages.items()
        if key in texts and not placeholders(texts[key]) <= placeholders(texts.get(base, ""))
    ]
