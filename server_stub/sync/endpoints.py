"""Routes of synchronisation. Bodies and answers are msgpack packed with zstd, see :mod:`domain.kernel.wire`."""

from __future__ import annotations

import msgspec
from starlette.responses import Response, StreamingResponse

from domain.kernel import wire
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.health import health_in
from domain.kernel.ledger_file import open_file
from server_stub.accounts import repository as accounts
from server_stub.accounts.keys import BOX_KEY, load_key
from server_stub.kit.routes import SIGNED_IN, SYNC_LIMIT, Call, route
from server_stub.sync.device_health import DeviceHealth
from server_stub.sync.ledger_import import take_in
from server_stub.sync.limit import SyncLimit
from server_stub.sync.pokes import HEADERS, Pokes
from server_stub.sync.push import Intake, Sender
from server_stub.sync.reading import Reading

MOST_ITEMS = 500
"""Envelopes in one push."""
MOST_EXPANDED = 64 * 1024 * 1024
"""Bytes of a push when it is unpacked; a counter sends two megabytes at a time."""


def _answer(message: object) -> Response:
    return Response(wire.pack(message), media_type=wire.MEDIA_TYPE)


def _admit(call: Call) -> None:
    """Count the request, and keep what the device tells of itself; what it tells wrongly is left out.

    Raises:
        TooMany: ``too_many_requests``.
    """
    call.services[SyncLimit].admit(call.caller.device_id)
    told = health_in(call.headers)
    if told is not None:
        call.services[DeviceHealth].note(call.caller.device_id, told)


@route("POST", "/v1/sync/push", access=SIGNED_IN, limit=SYNC_LIMIT)
def push(call: Call, body: bytes) -> Response:
    """Take envelopes of the caller's device; the answer is a :class:`domain.kernel.wire.PushAnswer`."""
    _admit(call)
    try:
        batch = wire.PUSH_BATCH.decode(wire.unpack(body, MOST_EXPANDED))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_encoding") from None
    if len(batch.items) > MOST_ITEMS:
        raise Invalid("too_many_envelopes", most=MOST_ITEMS)
    with call.db.read() as connection:
        device = accounts.device_by_id(connection, call.caller.device_id)
    if device is None:
        raise NotFound("not_found", what="device", id=call.caller.device_id)
    sender = Sender.of(device)
    return _answer(call.services[Intake].take(sender, batch))


@route("POST", "/v1/sync/ledger", access=SIGNED_IN, limit=SYNC_LIMIT)
def hand_in(call: Call, body: bytes) -> Response:
    """Take a ledger file of the caller's party, whichever of its devices wrote it; a foreign one is not found."""
    _admit(call)
    with call.db.read() as connection:
        key = load_key(connection, BOX_KEY)
    told = take_in(call.services[Intake], open_file(body, key), call.caller.party_id)
    return Response(msgspec.json.encode(told), media_type="application/json")


@route("GET", "/v1/sync/feed", access=SIGNED_IN)
def read_feed(call: Call) -> Response:
    """Commits after ``cursor``; the answer is a :class:`domain.kernel.wire.FeedPage`."""
    _admit(call)
    reading, caller = call.services[Reading], call.caller
    return _answer(reading.feed(caller.party_id, caller.device_id, call.query.get("cursor", "")))


@route("GET", "/v1/sync/events", access=SIGNED_IN)
async def events(call: Call) -> Response:
    """Server-sent events: the number of the newest commit that the device may see, whenever there is a new one."""
    call.services[SyncLimit].admit(call.caller.device_id)
    pokes, caller = call.services[Pokes], call.caller
    pokes.admit()
    lines = pokes.lines(caller.party_id, caller.device_id)
    return StreamingResponse(lines, media_type="text/event-stream", headers=HEADERS)


@route("GET", "/v1/sync/snapshot", access=SIGNED_IN)
def start_snapshot(call: Call) -> Response:
    """Begin a snapshot: of everything, of what the device enters since ``cursor`` and of the channels ``again``
    (joined by commas); or go on with the one named ``resume``. The answer is a
    :class:`domain.kernel.wire.SnapshotStart`.
    """
    _admit(call)
    reading, caller, query = call.services[Reading], call.caller, call.query
    again = [channel for channel in query.get("again", "").split(",") if channel]
    asked = (query.get("cursor", ""), query.get("resume", ""), again)
    return _answer(reading.snapshot_start(caller.party_id, caller.device_id, *asked))


@route("GET", "/v1/sync/snapshot/{table}", access=SIGNED_IN)
def read_snapshot(call: Call) -> Response:
    """Rows of one table after the key ``after`` in the snapshot named ``token``; the answer is a
    :class:`domain.kernel.wire.SnapshotChunk`.
    """
    _admit(call)
    reading, caller, query = call.services[Reading], call.caller, call.query
    asked = (call.path["table"], query.get("after", ""), query.get("token", ""))
    return _answer(reading.snapshot_chunk(caller.party_id, caller.device_id, *asked))


@route("GET", "/v1/sync/slices/{table}", access=SIGNED_IN)
def read_slice(call: Call) -> Response:
    """What stands in the slice of one table after the key ``after``, for a device at ``cursor`` that knows ``columns``
    columns, let go of history before ``since`` and has ``mended`` slices; the answer is a
    :class:`domain.kernel.wire.SliceSum`.
    """
    _admit(call)
    query, caller = call.query, call.caller
    try:
        asked = msgspec.convert({**query, "table": call.path["table"]}, wire.SliceAsked, strict=False)
    except msgspec.ValidationError:
        raise Invalid("bad_input", field="slice") from None
    return _answer(call.services[Reading].slice_sum(caller.party_id, caller.device_id, asked))
