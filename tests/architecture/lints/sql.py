"""Where SQL may stand: writing through the one door, reading in files that are named for it."""

from __future__ import annotations

import ast
import re

from tests.architecture.lints.sources import Finding, Source

WRITING = frozenset({"insert", "update", "delete"})
READING = frozenset({"select", "text"})
WRITING_TEXT = re.compile(
    r"\b(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+[\w\"{}.]+\s+SET|DELETE\s+FROM|REPLACE\s+INTO|MERGE\s+INTO)\b"
    r"|^\s*(?i:insert\s+(or\s+\w+\s+)?into|update\s+[\w\"{}.]+\s+set|delete\s+from|replace\s+into)\b"
)
SESSION_WRITES = frozenset({"add", "add_all", "delete", "merge", "bulk_save_objects", "bulk_insert_mappings"})
# Files with one of these names hold statements, also when there are so many that they are split by noun
# (queries_prices.py).
QUERY_FILE = re.compile(r"(queries|repository)(_\w+)?\.py")
REPOSITORY_FILE = re.compile(r"repository(_\w+)?\.py")
DEFINITION_FILE = re.compile(r"(models?|tables)(_\w+)?\.py")
ROW_WRITER = re.compile(r"domain/kernel/rowwriter\w*\.py")


def may_write(source: Source) -> bool:
    """Whether this file may hold INSERT, UPDATE and DELETE."""
    if source.within("desktop/store", "server_stub/migrations", "tests") or ROW_WRITER.fullmatch(source.path):
        return True
    return source.within("server_stub") and bool(REPOSITORY_FILE.fullmatch(source.parts[-1]))


def may_read(source: Source) -> bool:
    """Whether this file may hold SELECT and SQL text."""
    if may_write(source) or source.within("server_stub/kit", "server_stub/sync"):
        return True
    return bool(QUERY_FILE.fullmatch(source.parts[-1]))


def check_writing(source: Source) -> list[Finding]:
    """Statements that change rows outside the doors for them."""
    if may_write(source):
        return []
    found = _imported(source, WRITING, "write rows through the row-writer or a repository")
    found += [
        each for node in ast.walk(source.tree) if isinstance(node, ast.Call) for each in _writing_call(source, node)
    ]
    found += [
        source.finding(node, "SQL text that changes rows: use the row-writer or a repository")
        for node in source.strings
        if WRITING_TEXT.search(str(node.value))
    ]
    return found


def check_reading(source: Source) -> list[Finding]:
    """SELECTs and SQL text outside the files that are named for them."""
    if may_read(source):
        return []
    where = "statements stand in queries.py, repository.py or store"
    # A table's definition may hold the condition of a partial index as text.
    names = READING - {"text"} if DEFINITION_FILE.fullmatch(source.parts[-1]) else READING
    found = _imported(source, names, where)
    found += [
        source.finding(node, f"exec_driver_sql: {where}")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "exec_driver_sql"
    ]
    return found


def _imported(source: Source, names: frozenset[str], why: str) -> list[Finding]:
    """Uses of SQLAlchemy's constructs of these names: imported by name, or taken from the imported package."""
    found: list[Finding] = []
    packages: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            found += [source.finding(node, f"{alias.name}: {why}") for alias in node.names if alias.name in names]
            packages.update(alias.asname or alias.name for alias in node.names if alias.name.islower())
        elif isinstance(node, ast.Import):
            packages.update(
                alias.asname or "sqlalchemy" for alias in node.names if alias.name.partition(".")[0] == "sqlalchemy"
            )
    for node in ast.walk(source.tree):
        taken = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in packages
        if isinstance(node, ast.Attribute) and taken and node.attr in names:
            found.append(source.finding(node, f"{node.attr}: {why}"))
    return found


def _writing_call(source: Source, node: ast.Call) -> list[Finding]:
    """``table.insert()`` and a session's ``add``; lists, sets and dictionaries have methods of the same names."""
    if not isinstance(node.func, ast.Attribute):
        return []
    receiver = ast.unparse(node.func.value)
    constructs = node.func.attr in WRITING and not node.args and not node.keywords and receiver not in {"self", "cls"}
    by_session = node.func.attr in SESSION_WRITES and "session" in receiver.lower().rpartition(".")[2]
    if constructs or by_session:
        return [source.finding(node, f"{receiver}.{node.func.attr}: use the row-writer or a repository")]
    return []
