"""The code against the texts: every key and every error code has words, no words are left over, none stand in code."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from tests.architecture.lints.catalogues import ONE, Texts, placeholders
from tests.architecture.lints.sources import Finding, Source, call_name, literal

# Keys that are put together in a way no lint can follow; a plain f-string such as tr(f"orders.state.{state}") is
# understood and needs no entry.
DYNAMIC_PREFIXES: tuple[str, ...] = ()
ERROR_CLASSES = frozenset({"DomainError", "Invalid", "NotFound", "Refused", "NotEntitled"})
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
# Methods and classes of Qt whose text a person reads.
SPEAKING = frozenset(
    "setText setPlainText setTitle setWindowTitle setToolTip setStatusTip setWhatsThis setPlaceholderText"
    " setInformativeText setLabelText setPrefix setSuffix setSpecialValueText setAccessibleName"
    " setAccessibleDescription setHorizontalHeaderLabels setHeaderLabels addTab addMenu addAction addItem addItems"
    " showMessage QLabel QPushButton QToolButton QCheckBox QRadioButton QGroupBox QAction QMenu QDockWidget"
    " QCommandLinkButton QListWidgetItem QStandardItem QTreeWidgetItem QTableWidgetItem".split()
)
# From Python 3.12 on the words of an f-string are tokens of their own.
STRING_TOKENS = frozenset({tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)})
LETTER = re.compile(r"[^\W\d_]{2,}")


class CodeTexts:
    """What the code asks the catalogues for.

    Attributes:
        calls: (source, call, key) for each ``tr`` or ``message`` with a literal key.
        raised: (source, call, code) for each error made with a literal code.
        prefixes: beginnings of the keys that are put together with f-strings.
        strings: every string constant in the code.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self.calls: list[tuple[Source, ast.Call, str]] = []
        self.raised: list[tuple[Source, ast.Call, str]] = []
        self.prefixes: list[tuple[Source, ast.AST, str]] = []
        self.strings: set[str] = set()
        sources = [source for source in sources if not source.within("tests")]
        errors = _error_classes(sources)
        for source in sources:
            self.strings.update(str(node.value) for node in source.strings)
            for node in ast.walk(source.tree):
                if isinstance(node, ast.JoinedStr):
                    self._joined(source, node)
                elif isinstance(node, ast.Call) and node.args:
                    self._call(source, node, errors)

    def _joined(self, source: Source, node: ast.JoinedStr) -> None:
        start = literal(node.values[0]) if node.values else None
        if start and "." in start:
            self.prefixes.append((source, node, start))

    def _call(self, source: Source, node: ast.Call, errors: frozenset[str]) -> None:
        key, name = literal(node.args[0]), call_name(node)
        if key is None:
            return
        if name == "tr":
            self.calls.append((source, node, key))
        elif name in errors:
            self.raised.append((source, node, key))


def _error_classes(sources: Iterable[Source]) -> frozenset[str]:
    """The domain's error classes and everything derived from them, except those that set a code themselves."""
    known = set(ERROR_CLASSES)
    classes = [node for source in sources for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    grown = True
    while grown:
        derived = {node.name for node in classes if any(ast.unparse(base) in known for base in node.bases)}
        grown = not derived <= known
        known |= derived
    own = {node.name for node in classes if node.name not in ERROR_CLASSES and _has_constructor(node)}
    return frozenset(known - own)


def _has_constructor(node: ast.ClassDef) -> bool:
    return any(isinstance(each, ast.FunctionDef) and each.name == "__init__" for each in node.body)


def error_texts(texts: Texts) -> dict[str, str]:
    """Error code → text, under the code alone and with its noun."""
    found: dict[str, str] = {}
    for key, text in texts.items():
        noun, _, code = key.partition(".errors.")
        if code:
            found.setdefault(code, text)
            found[f"{noun}.{code}"] = text
    return found


def missing(asked: CodeTexts, texts: Texts) -> list[Finding]:
    """Keys and codes without words, and words whose parameters nobody passes."""
    found = [
        finding for source, node, key in asked.calls for finding in _check(source, node, f"text {key}", texts.get(key))
    ]
    errors = error_texts(texts)
    found += [
        finding
        for source, node, code in asked.raised
        for finding in _check(source, node, f"error {code}", errors.get(code))
    ]
    for source, node, prefix in asked.prefixes:
        noun = prefix.partition(".")[0]
        known_noun = any(key.startswith(f"{noun}.") for key in texts)
        if known_noun and _is_key_argument(source, node) and not any(key.startswith(prefix) for key in texts):
            found.append(source.finding(node, f"no text begins with {prefix}"))
    return found


def _is_key_argument(source: Source, node: ast.AST) -> bool:
    """Whether an f-string is what ``tr`` is given."""
    return any(
        isinstance(call, ast.Call) and call_name(call) == "tr" and call.args and call.args[0] is node
        for call in ast.walk(source.tree)
    )


def _check(source: Source, node: ast.Call, what: str, text: str | None) -> Iterator[Finding]:
    if text is None:
        yield source.finding(node, f"{what} has no words")
        return
    passed = {keyword.arg for keyword in node.keywords}
    lacking = placeholders(text) - {name for name in passed if name}
    if lacking and None not in passed:
        yield source.finding(node, f"{what} needs {', '.join(sorted(lacking))}")


def unused(asked: CodeTexts, texts: Texts) -> list[str]:
    """Keys that no code mentions."""
    prefixes = tuple(prefix for _, _, prefix in asked.prefixes) + DYNAMIC_PREFIXES
    return [key for key in sorted(texts) if not _is_used(key.removesuffix(ONE), asked.strings, prefixes)]


def _is_used(key: str, strings: set[str], prefixes: tuple[str, ...]) -> bool:
    noun, _, code = key.partition(".errors.")
    if code and (code in strings or f"{noun}.{code}" in strings):
        return True
    return key in strings or key.startswith(prefixes)


def words_in_code(source: Source) -> list[Finding]:
    """Chinese in string literals; docstrings and comments are free to use it, and so are escapes such as \\u4e00."""
    documented = {
        line
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and id(node) in source.docstrings
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return [
        Finding(source.path, token.start[0], "words for people belong into i18n")
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline)
        if token.type in STRING_TOKENS and token.start[0] not in documented and CHINESE.search(token.string)
    ]


def spoken_literals(source: Source) -> list[Finding]:
    """Literal words handed to a widget instead of a text's key."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and call_name(node) in SPEAKING:
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                found += [
                    source.finding(each, f"{call_name(node)} shows a literal: use tr")
                    for each in _spoken(argument)
                    if LETTER.search(str(each.value))
                ]
    return found


def _spoken(argument: ast.expr) -> Iterator[ast.Constant]:
    """The string constants that an argument consists of; a nested call speaks for itself."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument
    elif isinstance(argument, ast.JoinedStr | ast.List | ast.Tuple):
        for part in argument.values if isinstance(argument, ast.JoinedStr) else argument.elts:
            yield from _spoken(part)
    elif isinstance(argument, ast.BinOp):
        yield from _spoken(argument.left)
        yield from _spoken(argument.right)
