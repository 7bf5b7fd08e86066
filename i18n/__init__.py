"""Every word a person reads: catalogues by language and noun, looked up by a dotted key.

``i18n/<language>/<noun>.toml`` holds the texts of one noun; ``orders.title.new`` is the key ``new`` of the table
``[title]`` in ``orders.toml``. Texts carry ``{name}`` placeholders. A text that differs for one thing has a second key
with the ending ``.one`` (quoted in TOML: ``"lines.one" = "1 line"``), taken when the parameter ``n`` is 1.

Error texts stand in the table ``[errors]`` of the noun that raises them, or in ``errors.toml`` when many nouns do, and
are found by their code, with the noun (``orders.credit_exceeded``) or without (``N02``).

The package imports neither Qt nor anything of the project, so that both programs and the domain may use it.
"""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path

from i18n.lines import read_catalogue

__all__ = ["MissingText", "available", "keys", "language", "language_of", "message", "on_change", "set_language", "tr"]

DEFAULT_LANGUAGE = "zh_CN"
_ROOT = Path(__file__).resolve().parent
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Callback = Callable[[], None]


class MissingText(KeyError):
    """A key, or a parameter that its text needs, is missing. Raised in tests only; see :func:`tr`."""


class _State:
    """The language in force, the catalogues read so far and who wants to hear of a change."""

    def __init__(self) -> None:
        self.language = DEFAULT_LANGUAGE
        self.catalogues: dict[tuple[str, str], dict[str, str]] = {}
        self.errors: dict[str, dict[str, str]] = {}
        self.listeners: list[Callable[[], Callback | None]] = []


_state = _State()


def available() -> tuple[str, ...]:
    """The languages that have a folder of catalogues, the default one first."""
    found = sorted(folder.name for folder in _ROOT.iterdir() if folder.is_dir() and any(folder.glob("*.toml")))
    return tuple(sorted(found, key=lambda name: name != DEFAULT_LANGUAGE))


def language() -> str:
    """The language in force, ``zh_CN`` until somebody says otherwise."""
    return _state.language


def language_of(environment: Mapping[str, str]) -> str:
    """What a command line speaks: ``DEALERDESK_LANGUAGE``, else English where the system says so, else Chinese."""
    chosen = environment.get("DEALERDESK_LANGUAGE") or environment.get("LANG", "")
    return "en" if chosen.lower().startswith("en") else DEFAULT_LANGUAGE


def set_language(name: str) -> None:
    """Change the language for every later look-up and tell the listeners.

    Raises:
        ValueError: there are no catalogues for that language.
    """
    if name not in available():
        raise ValueError(f"no catalogues for language {name!r}")
    if name == _state.language:
        return
    _state.language = name
    for reference in tuple(_state.listeners):
        callback = reference()
        if callback is not None:
            callback()
    _state.listeners[:] = [reference for reference in _state.listeners if reference() is not None]


def on_change(callback: Callback) -> Callback:
    """Call ``callback`` after each change of language; returns the function that ends it.

    A bound method is held weakly: an object that has gone is dropped from the list.
    """
    reference: Callable[[], Callback | None]
    if hasattr(callback, "__self__"):
        reference = weakref.WeakMethod(callback)
    else:
        reference = lambda: callback  # noqa: E731 - the same shape as a weak reference

    def unsubscribe() -> None:
        if reference in _state.listeners:
            _state.listeners.remove(reference)

    _state.listeners.append(reference)
    return unsubscribe


def tr(key: str, **params: object) -> str:
    """The text of ``key`` in the language in force, with ``params`` put in.

    A missing key or parameter raises :class:`MissingText` in tests; in production the key stands for its text and the
    placeholder stays, because a screen with an odd word is better than none.
    """
    text = _find(key, params)
    if text is None:
        return _missing(f"{_state.language}: {key}", key)
    return _fill(key, text, params)


def message(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence for an error code; an unknown code gives the general sentence that names it."""
    params = params or {}
    texts = _error_texts(_state.language)
    text = _choose(texts, code, params)
    if text is None:
        general = _choose(texts, "platform.unknown_code", params)
        return _missing(f"{_state.language}: errors {code}", (general or "{code}").replace("{code}", code))
    return _fill(code, text, params)


def keys(noun: str, name: str | None = None) -> frozenset[str]:
    """The keys of one catalogue, in the language in force or in ``name``: tests compare languages with it."""
    return frozenset(_catalogue(name or _state.language, noun))


def _find(key: str, params: Mapping[str, object]) -> str | None:
    noun = key.partition(".")[0]
    text = _choose(_catalogue(_state.language, noun), key, params)
    if text is None and not _strict() and _state.language != DEFAULT_LANGUAGE:
        text = _choose(_catalogue(DEFAULT_LANGUAGE, noun), key, params)
    return text


def _choose(texts: Mapping[str, str], key: str, params: Mapping[str, object]) -> str | None:
    if params.get("n") == 1:
        single = texts.get(f"{key}.one")
        if single is not None:
            return single
    return texts.get(key)


def _fill(key: str, text: str, params: Mapping[str, object]) -> str:
    if "{" not in text:
        return text

    def put(match: re.Match[str]) -> str:
        name = match[1]
        return str(params[name]) if name in params else _missing(f"{key}: parameter {name}", match[0])

    return _PLACEHOLDER.sub(put, text)


def _missing(what: str, stand_in: str) -> str:
    if _strict():
        raise MissingText(what)
    return stand_in


def _strict() -> bool:
    return "PYTEST_CURRENT_TEST" in os.environ or os.environ.get("DEALERDESK_STRICT") == "1"


def _catalogue(name: str, noun: str) -> dict[str, str]:
    """Key → text of one file, read once; a noun without a file is an empty catalogue."""
    known = _state.catalogues.get((name, noun))
    if known is None:
        path = _ROOT / name / f"{noun}.toml"
        known = {}
        if path.is_file():
            known = read_catalogue(noun, path.read_text(encoding="utf-8"))
        _state.catalogues[name, noun] = known
    return known


def _error_texts(name: str) -> dict[str, str]:
    """Code → text from ``errors.toml`` and the ``[errors]`` of all nouns, under ``code`` and under ``noun.code``."""
    known = _state.errors.get(name)
    if known is None:
        known = {}
        for path in sorted((_ROOT / name).glob("*.toml")):
            start = "errors." if path.stem == "errors" else f"{path.stem}.errors."
            for key, text in _catalogue(name, path.stem).items():
                if key.startswith(start):
                    code = key.removeprefix(start).removeprefix("errors.")
                    known.setdefault(code, text)
                    known[f"{path.stem}.{code}"] = text
        _state.errors[name] = known
    return known
