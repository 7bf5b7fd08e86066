"""Made requests to every route that the OpenAPI document names, by several people: whatever comes, no 5xx.

``make soak-api`` makes ten times as many, from a new seed each time (``FUZZ_CASES``, ``FUZZ_SEED``).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import msgspec
import pytest
import requests
import schemathesis
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response

from domain.kernel import wire
from domain.kernel.ids import HQ_PARTY_ID
from tests.support.databases import Preparation
from tests.support.network import prepare
from tests.support.online import Online, online, sync

CASES = int(os.environ.get("FUZZ_CASES", "2000"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
PLENTY = 10**6
PEOPLE = ("admin", "m1-owner", "m1-warehouse", "")
"""Headquarters, a shop's owner, its warehouse, and nobody."""
SET_ASIDE = {"envelope quarantined", "envelope parked"}
"""What a server logs as an error that is none of its own."""
ENDLESS = "/v1/sync/events"
"""A stream that does not end by itself has a test of its own."""
STRANGE_WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=40),
)
STRANGE = st.recursive(STRANGE_WORDS, lambda inner: st.lists(inner, max_size=4), max_leaves=12)
ENVELOPES = st.tuples(st.binary(max_size=200), st.binary(max_size=64), st.none() | st.binary(max_size=40))
ITEMS = st.lists(st.tuples(st.integers(1, 2**63 - 1), ENVELOPES), max_size=3)
BATCHES = st.one_of(STRANGE, st.tuples(st.integers(1, 2**31 - 1), ITEMS))
"""Pushes: anything that msgpack can carry, and what has the form of a batch."""


QUERIES = ("cursor", "after", "resume", "again", "channel", "from", "start")
NAMES = ("orders", "outcome", "device_health", "alembic_version", "receipt", "sqlite_master")
"""Tables of both sides, of the server alone, and of the database."""


def values(network: Online) -> st.SearchStrategy[str]:
    """What stands in paths and behind the question mark: anything, and what a program would send."""
    # Of a device that nobody here needs: it will be revoked.
    device = network.profile("e1-owner").store.known.device_id
    cursor = sync(network.profile("m2-owner")).cursor or ""
    good = st.sampled_from([*NAMES, device, cursor, cursor[:-3], HQ_PARTY_ID, "hq", "catalogue,hq"])
    return st.one_of(good, st.text(max_size=30))


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare


@pytest.fixture
def network(database_url: str, tmp_path: Path) -> Iterator[Online]:
    """A served network without limits that would hide what stands behind them."""
    limits = ("sync_requests_per_device", "sign_ins_per_name", "sign_ins_per_peer", "refreshes_per_peer")
    settings: dict[str, Any] = dict.fromkeys(limits, PLENTY)
    with online(database_url, tmp_path, **settings) as made:
        yield made


@pytest.fixture
def tokens(network: Online) -> dict[str, str]:
    """Person → access token."""
    found = {}
    for name in filter(None, PEOPLE):
        kept = network.profile(name).tokens.load()
        assert kept is not None
        found[name] = str(kept["access_token"])
    return found


def chance(cases: int) -> Any:
    """So many examples, the same in every test run."""
    every = list(hypothesis.HealthCheck)
    return hypothesis.settings(max_examples=cases, deadline=None, database=None, suppress_health_check=every)


def operations(network: Online) -> list[Any]:
    """What the document names, but for what does not end."""
    schema = schemathesis.openapi.from_url(network.url + "/openapi.json")
    found: list[Any] = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return [each for each in found if each.path != ENDLESS]


def complaint(answer: requests.Response | Response) -> str:
    """What is wrong with an answer; empty for nothing."""
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.status_code >= 400:
        told = answer.json()
        if set(told) != {"code", "params", "message"}:
            return f"a refusal without code: {told}"
    return ""


def test_no_made_request_meets_a_fault(
    network: Online, tokens: dict[str, str], expected_errors: list[logging.LogRecord]
) -> None:
    found = operations(network)
    assert len(found) >= 12
    each_gets = max(1, CASES * 3 // 4 // len(found))
    words = values(network)
    queries = st.dictionaries(st.sampled_from(QUERIES), words, max_size=3)
    line = requests.Session()
    made = 0
    for operation in found:

        @hypothesis.seed(SEED)
        @chance(each_gets)
        @hypothesis.given(operation.as_strategy(), st.sampled_from(PEOPLE), queries, st.none() | words)
        def check(case: Any, person: str, query: dict[str, str], word: str | None) -> None:
            nonlocal made
            made += 1
            case.query = {**(case.query or {}), **query}
            if word and "/" not in word and case.path_parameters:
                case.path_parameters = dict.fromkeys(case.path_parameters, word)
            # A session that somebody ended would answer 401 to everything behind it.
            signed_in = person and case.operation.method.upper() != "DELETE"
            headers = {"Authorization": f"Bearer {tokens[person]}"} if signed_in else {}
            answer = case.call(session=line, headers=headers, timeout=30)
            assert not complaint(answer), f"{case.operation.label} by {person or 'nobody'}: {complaint(answer)}"

        check()
    line.close()
    assert made >= CASES // 2
    assert {record.getMessage() for record in expected_errors} <= SET_ASIDE


def test_no_made_push_meets_a_fault(
    network: Online, tokens: dict[str, str], expected_errors: list[logging.LogRecord]
) -> None:
    line = requests.Session()

    @hypothesis.seed(SEED)
    @chance(max(1, CASES // 4))
    @hypothesis.given(message=BATCHES, person=st.sampled_from(PEOPLE[:-1]))
    def check(message: Any, person: str) -> None:
        headers = {"Authorization": f"Bearer {tokens[person]}"}
        answer = line.post(network.url + "/v1/sync/push", data=wire.pack(message), headers=headers, timeout=30)
        assert not complaint(answer), f"{msgspec.msgpack.encode(message)!r} by {person}: {complaint(answer)}"

    check()
    line.close()
    assert {record.getMessage() for record in expected_errors} <= SET_ASIDE


def test_made_headers_of_the_stream_meet_no_fault(network: Online, tokens: dict[str, str]) -> None:
    for token in ("", "x", tokens["admin"][:-2], "é".encode("latin-1").decode("latin-1")):
        head = {"Authorization": f"Bearer {token}"}
        with requests.get(network.url + ENDLESS, headers=head, stream=True, timeout=30) as answer:
            assert answer.status_code == 401
