"""The register refuses what has no rule, and knows everything that the application offers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from fastapi.routing import APIRoute
from starlette.responses import Response

from domain.kernel.errors import DomainError, Invalid, NotEntitled, NotFound, Refused
from domain.parties.roles import ADMIN, MANAGING
from server_stub import bootstrap
from server_stub.kit.errors import NoRoute, TooMany, Unauthorized, status_of
from server_stub.kit.routes import PUBLIC, SIGNED_IN, SMALL_LIMIT, Call, all_routes, make_route, route
from server_stub.kit.services import ServiceMap
from server_stub.settings import Settings


class Thing(msgspec.Struct):
    """A body and an answer."""

    name: str


def plain(call: Call, body: Thing) -> Thing:
    """One line.

    More lines.
    """
    return body


async def streamed(call: Call) -> Response:
    """A stream."""
    return Response()


def test_what_a_route_is_made_of() -> None:
    made = make_route("POST", "/v1/things", MANAGING, 5, plain)
    assert (made.body, made.answer, made.is_async, made.limit) == (Thing, Thing, False, 5)
    assert make_route("GET", "/v1/things", PUBLIC, 5, streamed).is_async


@pytest.mark.parametrize("rule", [None, "", "everyone", frozenset(), frozenset({"boss"}), ["owner"], {"owner"}, True])
def test_no_route_without_a_rule(rule: Any) -> None:
    with pytest.raises(TypeError, match="no access rule"):
        make_route("GET", "/x", rule, SMALL_LIMIT, plain)


def test_rule_has_no_default() -> None:
    with pytest.raises(TypeError, match="access"):
        route("GET", "/x")  # type: ignore[call-arg]


def no_parameters() -> None: ...


def wrong_name(request: Call) -> None: ...


def third(call: Call, body: bytes, more: int) -> None: ...


def untyped(call, body):  # type: ignore[no-untyped-def]
    ...


def odd_body(call: Call, body: dict[str, Any]) -> None: ...


@pytest.mark.parametrize("endpoint", [no_parameters, wrong_name, third, untyped, odd_body])
def test_odd_endpoints_are_refused(endpoint: Any) -> None:
    with pytest.raises(TypeError):
        make_route("GET", "/x", PUBLIC, SMALL_LIMIT, endpoint)


def test_a_route_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        route("GET", "/health", access=PUBLIC)(streamed)


@pytest.mark.parametrize(("rule", "expected"), [(PUBLIC, True), (SIGNED_IN, True), (ADMIN, False), (MANAGING, True)])
def test_roles(rule: Any, expected: bool) -> None:
    assert make_route("GET", "/x", rule, SMALL_LIMIT, streamed).admits("owner") is expected


class TestApplication:
    @pytest.fixture
    def server(self, sqlite_database: str, tmp_path: Any) -> bootstrap.Server:
        return bootstrap.build(Settings(home=tmp_path, database_url=sqlite_database, argon2_memory=8, argon2_passes=1))

    def test_offers_what_is_registered_and_nothing_else(self, server: bootstrap.Server) -> None:
        offered = {
            (method, each.path)
            for each in server.app.routes
            if isinstance(each, APIRoute)
            for method in each.methods or ()
        }
        assert offered == {(each.method, each.path) for each in all_routes()}
        assert all(isinstance(each, APIRoute) for each in server.app.routes)

    def test_description_names_rules_and_structs(self, server: bootstrap.Server) -> None:
        document = server.app.openapi()
        enrol = document["paths"]["/v1/enrol"]["post"]
        assert (
            enrol["requestBody"]["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/EnrolRequest"
        )
        assert document["components"]["schemas"]["EnrolRequest"]["additionalProperties"] is False
        assert (enrol["x-access"], enrol["security"]) == ("public", [])
        revoke = document["paths"]["/v1/devices/{id}/revoke"]["post"]
        assert revoke["x-access"] == sorted(MANAGING)
        assert revoke["security"] == [{"access_token": []}]
        assert [each["name"] for each in revoke["parameters"]] == ["id"]

    def test_every_reference_of_the_description_leads_somewhere(self, server: bootstrap.Server) -> None:
        document = server.app.openapi()
        schemas = document["components"]["schemas"]

        def walk(node: Any) -> None:
            if isinstance(node, dict):
                target = node.get("$ref")
                assert target is None or target.removeprefix("#/components/schemas/") in schemas
                for inner in node.values():
                    walk(inner)
            elif isinstance(node, list):
                for inner in node:
                    walk(inner)

        walk(document)

    def test_building_touches_no_database(self, server: bootstrap.Server, sqlite_database: str, tmp_path: Any) -> None:
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("x"), 422),
        (NotFound("x"), 404),
        (NoRoute("x"), 404),
        (Refused("x"), 409),
        (NotEntitled("x"), 403),
        (Unauthorized("x"), 401),
        (TooMany("x"), 429),
        (type("Special", (Refused,), {})("x"), 409),
        (DomainError("x"), 400),
    ],
)
def test_status_follows_the_class(error: DomainError, status: int) -> None:
    assert status_of(error) == status


def test_services_are_found_by_class() -> None:
    services = ServiceMap()
    thing = services.add(Thing("a"))
    assert services[Thing] is thing
    with pytest.raises(ValueError, match="second"):
        services.add(Thing("b"))
