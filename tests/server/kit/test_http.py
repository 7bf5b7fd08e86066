"""The edge over real HTTP: bodies, limits, refusals, bugs, ids, and the routes for load balancers."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
import requests
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from domain.kernel.clock import FixedClock
from domain.kernel.errors import Invalid, Refused
from server_stub import bootstrap
from server_stub.app import create_app
from server_stub.kit import http as edge, migrate
from server_stub.kit.database import Database
from server_stub.kit.errors import TooMany
from server_stub.kit.health import Alarms, health, openapi, ready
from server_stub.kit.jobs import Jobs
from server_stub.kit.pressure import Pressure
from server_stub.kit.routes import PUBLIC, SIGNED_IN, SMALL_LIMIT, Call, Caller, make_route
from server_stub.kit.services import ServiceMap
from server_stub.settings import Settings
from server_stub.sync.pokes import Pokes
from tests.server.kit.serving import served

PRESSURE = Pressure(turns=2, room=16 * 1024 * 1024)
BIG = 3 * 1024 * 1024
ANNA = Caller("p", "Anna", "clerk", "party", "active", "d", "s")


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """Inside a body."""

    count: int


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """A body."""

    name: str
    lines: list[Inner] = []


def wish(call: Call, body: Wish) -> Wish:
    """Say the same."""
    return body


def weigh(call: Call, body: bytes) -> Response:
    """How heavy the body is."""
    return Response(str(len(body)))


def refuse(call: Call) -> None:
    """One refusal of many, by the query."""
    raise {
        "refused": Refused("device_taken"),
        "busy": TooMany("too_many_attempts", seconds=7),
        "html": Invalid("bad_setting", name="<b onclick=x>"),
    }[call.query["why"]]


def fail(call: Call) -> None:
    """A bug."""
    raise ZeroDivisionError("secret detail")


def break_statement(call: Call) -> None:
    """A bug in SQL."""
    with call.db.read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))


def who(call: Call) -> Response:
    """The caller's name."""
    return Response(call.caller.person_name)


def nobody(call: Call) -> Response:
    """A public route that asks for its caller: our bug, but it opens nothing."""
    return Response(call.caller.person_name)


async def stream(call: Call) -> Response:
    """Parts, one after the other, to a signed-in caller."""

    async def parts() -> Iterator[bytes]:  # type: ignore[misc]
        for part in (b"a", b"b"):
            yield part
            await asyncio.sleep(0)

    return StreamingResponse(parts())


def authenticate(request: Request) -> Callable[[], Caller]:
    return lambda: ANNA


ROUTES = (
    make_route("POST", "/wish", PUBLIC, SMALL_LIMIT, wish),
    make_route("POST", "/weigh", PUBLIC, BIG, weigh),
    make_route("GET", "/refuse", PUBLIC, SMALL_LIMIT, refuse),
    make_route("GET", "/fail", PUBLIC, SMALL_LIMIT, fail),
    make_route("GET", "/statement", PUBLIC, SMALL_LIMIT, break_statement),
    make_route("GET", "/who", SIGNED_IN, SMALL_LIMIT, who),
    make_route("GET", "/owners", frozenset({"owner"}), SMALL_LIMIT, who),
    make_route("GET", "/nobody", PUBLIC, SMALL_LIMIT, nobody),
    make_route("GET", "/stream", SIGNED_IN, SMALL_LIMIT, stream),
    make_route("GET", "/health", PUBLIC, SMALL_LIMIT, health),
    make_route("GET", "/ready", PUBLIC, SMALL_LIMIT, ready),
    make_route("GET", "/openapi.json", PUBLIC, SMALL_LIMIT, openapi),
)


@pytest.fixture
def kind() -> str:
    """The name of the fixture that has the database's address; classes that talk to it take both kinds."""
    return "sqlite_database"


@pytest.fixture
def db(kind: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    made = Database(str(request.getfixturevalue(kind)))
    yield made
    made.dispose()


@pytest.fixture
def url(db: Database, tmp_path: Path) -> Iterator[str]:
    clock, services, jobs = FixedClock(1), ServiceMap(), Jobs()
    services.add(Pokes(db))
    services.add(Alarms(lambda _connection: 3))
    app = create_app(db, clock, services, jobs, authenticate, ThreadPoolExecutor(2), ROUTES, PRESSURE)
    with served(bootstrap.Server(Settings(home=tmp_path), clock, db, services, jobs, app)) as address:
        yield address


def post(url: str, body: bytes) -> requests.Response:
    return requests.post(f"{url}/wish", data=body, timeout=20)


class TestBodies:
    def test_a_struct_comes_and_goes(self, url: str) -> None:
        answer = post(url, '{"name":"茶","lines":[{"count":2}]}'.encode())
        assert (answer.status_code, answer.json()) == (200, {"name": "茶", "lines": [{"count": 2}]})
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (b'{"name":1}', "name"),
            (b'{"name":"x","lines":[{"count":"2"}]}', "lines[0].count"),
            (b'{"name":"x","role":"hq_admin"}', "role"),
            (b'{"name":"x","lines":[{"count":1,"price":2}]}', "lines[0].price"),
            (b"{}", "name"),
            (b"[]", ""),
            (b'"x"', ""),
            (b"null", ""),
        ],
    )
    def test_what_does_not_fit_is_named(self, url: str, body: bytes, field: str) -> None:
        answer = post(url, body)
        assert answer.status_code == 422
        assert answer.json()["code"] == "bad_input"
        assert answer.json()["params"] == {"field": field}

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"\xff\xfe", b'{"name":"\xff"}', b"<xml/>", b'{"name":"x"}trailing', b"[" * 60_000, b"\0"]
    )
    def test_what_is_no_json_is_said_so(self, url: str, body: bytes) -> None:
        answer = post(url, body)
        assert answer.status_code in (400, 422)
        assert answer.json()["code"] in ("not_json", "bad_input")

    @pytest.mark.parametrize("over", [1, 500_000])
    def test_too_large_is_told_and_the_connection_lives_or_closes_cleanly(self, url: str, over: int) -> None:
        answer = post(url, b"x" * (SMALL_LIMIT + over))
        assert answer.status_code == 413
        assert (answer.json()["code"], answer.json()["params"]) == ("body_too_large", {"limit": SMALL_LIMIT})

    def test_exactly_the_limit_is_taken(self, url: str) -> None:
        assert requests.post(f"{url}/weigh", data=b"x" * BIG, timeout=20).text == str(BIG)

    def test_length_that_is_not_told_is_measured(self, url: str) -> None:
        chunks = (b"x" * 65_536 for _ in range(BIG // 65_536 + 1))
        assert requests.post(f"{url}/weigh", data=chunks, timeout=20).status_code == 413

    def test_announced_giant_is_refused_before_it_comes(self, url: str) -> None:
        """Only the head is sent; the answer comes without waiting for the body."""
        host = urlsplit(url)
        with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as line:
            line.sendall(f"POST /wish HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 413")

    def test_a_body_where_none_is_wanted_is_refused(self, url: str) -> None:
        assert requests.get(f"{url}/health", data=b"x", timeout=20).status_code == 413

    def test_a_body_that_never_comes_ends(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(edge, "PATIENCE", 0.05)
        host = urlsplit(url)
        with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as line:
            line.sendall(b"POST /wish HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
            answer = http.client.HTTPResponse(line)
            answer.begin()
            assert json.loads(answer.read())["code"] == "body_too_slow"

    def test_endless_parts_are_cut_off(self, url: str) -> None:
        host = urlsplit(url)
        part = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as line:
            line.sendall(b"POST /wish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            sent = 0
            try:
                while sent < 1000:
                    line.sendall(part)
                    sent += 1
            except ConnectionError:
                pass
        assert sent < 1000

    def test_a_client_that_hangs_up_is_no_bug(self, url: str) -> None:
        host = urlsplit(url)
        with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as line:
            line.sendall(b"POST /wish HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        assert requests.get(f"{url}/health", timeout=20).ok


class TestRefusals:
    def test_code_params_and_message(self, url: str) -> None:
        answer = requests.get(f"{url}/refuse?why=refused", timeout=20)
        assert answer.status_code == 409
        assert answer.json().keys() == {"code", "params", "message"}

    def test_when_to_come_again(self, url: str) -> None:
        answer = requests.get(f"{url}/refuse?why=busy", timeout=20)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")

    def test_never_html(self, url: str) -> None:
        for path in ("/refuse?why=html", "/nowhere/<script>", "/docs", "/redoc"):
            answer = requests.get(url + path, timeout=20)
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_unknown_path_and_wrong_method(self, url: str) -> None:
        unknown, wrong = requests.get(f"{url}/nowhere", timeout=20), requests.get(f"{url}/wish", timeout=20)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_route")
        assert (wrong.status_code, wrong.json()["code"], wrong.headers["Allow"]) == (405, "method_not_allowed", "POST")

    def test_slash_at_the_end_is_another_path(self, url: str) -> None:
        assert requests.get(f"{url}/health/", timeout=20).status_code == 404


class TestBugs:
    @pytest.fixture
    def kind(self, database_url: str) -> str:
        return "database_url"

    @pytest.mark.parametrize("path", ["/fail", "/statement"])
    def test_logged_once_and_answered_without_detail(
        self, url: str, path: str, expected_errors: list[logging.LogRecord]
    ) -> None:
        answer = requests.get(url + path, headers={"X-Request-Id": "abcd-1234"}, timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert answer.json()["params"] == {"ref": "abcd-1234"}
        assert "secret detail" not in answer.text
        assert "nowhere" not in answer.text
        assert [record.__dict__["request_id"] for record in expected_errors] == ["abcd-1234"]


class TestNoDatabase:
    @pytest.fixture
    def db(self, tmp_path: Path) -> Iterator[Database]:
        made = Database(f"sqlite:///{tmp_path / 'no such folder' / 'server.db'}")
        yield made
        made.dispose()

    def test_is_told_as_such(self, url: str) -> None:
        for path in ("/ready", "/statement"):
            answer = requests.get(url + path, timeout=20)
            assert (answer.status_code, answer.json()["code"]) == (503, "database_unreachable")


class TestCaller:
    def test_is_known_behind_a_rule(self, url: str) -> None:
        assert requests.get(f"{url}/who", timeout=20).text == "Anna"

    def test_other_roles_are_refused(self, url: str) -> None:
        answer = requests.get(f"{url}/owners", timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")

    def test_is_not_there_on_a_public_route(self, url: str) -> None:
        assert requests.get(f"{url}/nobody", timeout=20).status_code == 401

    def test_streams_have_one_too(self, url: str) -> None:
        assert requests.get(f"{url}/stream", timeout=20).content == b"ab"


class TestRequestIds:
    def test_given_one_comes_back(self, url: str) -> None:
        answer = requests.get(f"{url}/health", headers={"X-Request-Id": "0123-abcd"}, timeout=20)
        assert answer.headers["X-Request-Id"] == "0123-abcd"

    @pytest.mark.parametrize("odd", ["short", "x" * 65, "with space", "a;b;c;d;e"])
    def test_odd_one_is_replaced(self, url: str, odd: str) -> None:
        answer = requests.get(f"{url}/health", headers={"X-Request-Id": odd}, timeout=20)
        assert answer.headers["X-Request-Id"] != odd


class TestHealth:
    @pytest.fixture
    def kind(self, database_url: str) -> str:
        return "database_url"

    def test_alive_although_not_ready(self, url: str, db: Database) -> None:
        assert requests.get(f"{url}/health", timeout=20).json() == {"status": "ok"}
        answer = requests.get(f"{url}/ready", timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (503, "migrations_missing")
        migrate.upgrade(db)
        assert requests.get(f"{url}/ready", timeout=20).json() == {"status": "ready", "alarms": 3}

    def test_describes_itself(self, url: str) -> None:
        document = requests.get(f"{url}/openapi.json", timeout=20).json()
        assert set(document["paths"]) == {each.path for each in ROUTES}

    def test_odd_requests_do_not_reach_us_as_bugs(self, url: str) -> None:
        host = urlsplit(url)
        for line in (b"GET /\xff HTTP/1.1\r\n", b"GET /health?%ff=%00 HTTP/1.1\r\n", b"BREW /health HTTP/1.1\r\n"):
            with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as connection:
                connection.sendall(line + b"Host: x\r\nConnection: close\r\n\r\n")
                answer = http.client.HTTPResponse(connection)
                answer.begin()
                assert answer.status < 500
