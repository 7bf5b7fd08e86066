"""``GET /metrics``: figures for whoever runs the server, read by a monitoring system on this machine.

No session: a monitoring system has none. It is given to this machine itself, or to whoever has the token of the setting
``metrics_token``; for everybody else there is no such route. The figures name no dealer, device or person.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from server_stub.kit import metrics
from server_stub.kit.errors import NoRoute
from server_stub.kit.metrics import CommandTally, Family, RequestTally, by_label, gauge
from server_stub.kit.routes import PUBLIC, Call, route
from server_stub.sync import repository_devices, repository_figures as figures
from server_stub.sync.pokes import Pokes

HOUR_MS = 3_600_000
SEEN = {"1h": HOUR_MS, "1d": 24 * HOUR_MS, "7d": 168 * HOUR_MS, "30d": 720 * HOUR_MS}
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers of a proxy: what it forwards comes from elsewhere, though it runs on this machine."""


@dataclass(frozen=True, slots=True)
class MetricsToken:
    """What opens the figures from another machine; empty for nothing does."""

    value: str


@route("GET", "/metrics", access=PUBLIC)
def read_metrics(call: Call) -> Response:
    """The figures in the text format of Prometheus, for this machine or with ``Authorization: Bearer`` and the token.

    Raises:
        NoRoute: ``no_such_route`` to everybody else.
    """
    if not (_is_here(call) or _has_token(call)):
        raise NoRoute("no_such_route")
    content = metrics.exposition([*_of_process(call), *_of_database(call)])
    return Response(content, media_type=metrics.MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _is_here(call: Call) -> bool:
    if any(name in call.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(call.peer).is_loopback
    except ValueError:
        return False


def _has_token(call: Call) -> bool:
    wanted = call.services[MetricsToken].value
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    return bool(wanted) and scheme == "Bearer" and hmac.compare_digest(given.encode(), wanted.encode())


def _of_process(call: Call) -> Iterable[Family]:
    yield call.services[RequestTally].family(
        "dealerdesk_requests_total", "Answers of this process by method, route template and status."
    )
    yield call.services[CommandTally].family(
        "dealerdesk_commands_total", "Pushed commands that this process acknowledged, repeated ones included."
    )
    yield gauge("dealerdesk_event_streams", "Devices that listen to this process for news.", len(call.services[Pokes]))


def _of_database(call: Call) -> Iterable[Family]:
    now = call.clock.now_ms()
    with call.db.read() as connection:
        held = figures.held(connection)
        newest, kept, waiting = figures.feed(connection)
        number, seen, oldest = figures.devices(connection, {name: now - ms for name, ms in SEEN.items()})
        alarms = repository_devices.count_unseen_alarms(connection)
    about = "Commands that are kept without effect and wait for a fix or a decision."
    yield by_label("dealerdesk_held_commands", "gauge", about, "state", held)
    yield gauge("dealerdesk_feed_sequence", "Number of the newest commit of the feed.", newest)
    yield gauge("dealerdesk_feed_commits", "Commits that the feed keeps.", kept)
    yield gauge("dealerdesk_feed_unnumbered", "Commits that wait for the sequencer.", waiting)
    yield gauge("dealerdesk_devices", "Devices that may sign in.", number)
    about = "Devices that were seen within a time; noted every quarter of an hour."
    yield by_label("dealerdesk_devices_seen", "gauge", about, "within", seen)
    age = max(0, now - oldest) / 1000 if oldest else 0
    yield gauge("dealerdesk_oldest_unsent_seconds", "Age of the oldest work that a device has not handed over.", age)
    yield gauge("dealerdesk_alarms_unseen", "Alarms that nobody at headquarters has looked at.", alarms)
