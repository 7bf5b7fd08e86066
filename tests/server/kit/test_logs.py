"""No secret reaches a log line, whatever name, form or depth it comes in."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from server_stub.kit.logs import VEIL, make_handler, veiled

TOKEN = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2g"


@pytest.mark.parametrize(
    "name",
    ["password", "new_password", "refresh_token", "Authorization", "proof", "signature", "private_key", "current_hash",
     "client_secret", "Set-Cookie", "database_key"],
)  # fmt: skip
def test_veiled_by_name_in_any_depth(name: str) -> None:
    assert veiled({"a": [{name: "hush"}]}) == {"a": [{name: VEIL}]}


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        HASH,
        "Authorization: Bearer abc.def",
        "postgresql+psycopg://app:hush@db/dealerdesk",
        "password=hush&user=a",
        '{"user":"a","password":"hush"}',
        "refresh_token: 'hush'",
    ],
)
def test_veiled_by_form(text: str) -> None:
    shown = veiled(f"before {text} after")
    assert not any(secret in shown for secret in ("hush", "eyJzdWIi", "c29tZXNhbHQ", "abc.def"))
    assert shown.startswith("before ")
    assert VEIL in shown


@pytest.mark.parametrize("innocent", ["party 广州店", "https://example.com/a?b=1", "took 3 ms", 12, None, 1.5, True])
def test_the_rest_stays(innocent: Any) -> None:
    assert veiled(innocent) == innocent


def test_public_keys_and_counts_of_bytes_are_shown() -> None:
    assert veiled({"public_key": "abc", "body": b"12345"}) == {"public_key": "abc", "body": "<5 bytes>"}


def logged(*args: Any, level: int = logging.WARNING, **options: Any) -> dict[str, Any]:
    stream = io.StringIO()
    handler = make_handler(stream)
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    try:
        logger.log(level, *args, **options)
    finally:
        logger.removeHandler(handler)
    found: dict[str, Any] = json.loads(stream.getvalue())
    return found


def test_a_line_is_json_with_level_name_and_instant() -> None:
    line = logged("signed in as %s", "安娜", extra={"party": "GZ01", "token": TOKEN})
    assert line["event"] == "signed in as 安娜"
    assert line["level"] == "warning"
    assert line["logger"] == "tests.logs"
    assert line["timestamp"].endswith("Z")
    assert (line["party"], line["token"]) == ("GZ01", VEIL)


def test_secrets_in_exceptions_are_veiled() -> None:
    try:
        raise ValueError(f"cannot use {TOKEN} password='hush'")
    except ValueError as error:
        line = logged("failed", exc_info=error)
    assert "ValueError" in line["exception"]
    assert TOKEN not in json.dumps(line)
    assert "hush" not in json.dumps(line)


def test_a_program_logs_lines_of_json_to_standard_error() -> None:
    program = (
        "import logging; from server_stub.kit import logs; logs.configure('INFO');"
        f"logging.getLogger('x').info('hello', extra={{'token': '{TOKEN}'}}); logging.getLogger('x').debug('not this')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    (line,) = (json.loads(each) for each in done.stderr.splitlines())
    assert (line["event"], line["token"]) == ("hello", VEIL)


def test_odd_values_do_not_stop_a_line() -> None:
    assert logged("odd", extra={"thing": object(), "many": {1: {2}}})["event"] == "odd"
