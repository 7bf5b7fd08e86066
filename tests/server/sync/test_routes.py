"""Every registered route stands in the access table, with the roles that the table names."""

from __future__ import annotations

from domain.parties import roles
from server_stub import bootstrap
from server_stub.kit.routes import PUBLIC, all_routes
from tests.server.sync.access_rules import ROUTES


def test_every_route_has_a_rule() -> None:
    assert bootstrap.REGISTERED
    assert sorted(ROUTES) == sorted(f"{route.method} {route.path}" for route in all_routes())


def test_routes_admit_the_roles_of_the_table() -> None:
    for route in all_routes():
        rule = ROUTES[f"{route.method} {route.path}"]
        if rule == PUBLIC:
            assert route.access == PUBLIC, route.path
            continue
        assert route.access != PUBLIC, route.path
        admitted = {role for role in roles.ALL if route.admits(role)}
        assert admitted == {role.partition("@")[0] for role in rule}, route.path
