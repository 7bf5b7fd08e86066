"""The only place of the server that makes engines, secrets, threads and sockets, and wires them together."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from sqlalchemy import Connection
from uvicorn.protocols.http.h11_impl import H11Protocol

from domain import registry
from domain.kernel.clock import Clock, SystemClock
from domain.kernel.ids import IdSource
from server_stub.accounts import (
    endpoints as account_endpoints,
    reactions as account_reactions,
)
from server_stub.accounts.bearer import bearer
from server_stub.accounts.hashing import Hasher
from server_stub.accounts.keys import DEVICE_KEY, history_key, load_key, make_keys, missing_keys, token_keys
from server_stub.accounts.service import AccountService, Limits
from server_stub.accounts.tokens import Keys, Tokens
from server_stub.app import create_app
from server_stub.attachments import endpoints as attachment_endpoints
from server_stub.attachments.service import Attachments
from server_stub.kit import health, migrate
from server_stub.kit.database import Database
from server_stub.kit.health import Alarms
from server_stub.kit.jobs import Jobs, Periodic
from server_stub.kit.limits import RateLimit
from server_stub.kit.pressure import Pressure
from server_stub.kit.routes import all_routes
from server_stub.kit.services import ServiceMap
from server_stub.settings import Settings
from server_stub.sync import (
    endpoints as sync_endpoints,
    metrics as sync_metrics,
    reactions as sync_reactions,
    remainder as sync_remainder,
    repository as sync_repository,
)
from server_stub.sync.chains import epoch_of_newcomer, epoch_of_returned
from server_stub.sync.commit import SearchKeys
from server_stub.sync.device import ServerDevice
from server_stub.sync.device_health import FLUSH_SECONDS, DeviceHealth
from server_stub.sync.feed import database_id
from server_stub.sync.limit import SyncLimit
from server_stub.sync.metrics import MetricsToken
from server_stub.sync.pokes import LOOK_SECONDS, Pokes
from server_stub.sync.push import Intake
from server_stub.sync.reading import Reading
from server_stub.sync.remainder import ContentTaker
from server_stub.sync.replay import Replay
from server_stub.sync.repository_devices import count_unseen_alarms
from server_stub.sync.retention import Retention

# Importing them registered their routes and reactions; a noun that is missing here does not exist.
REGISTERED = (
    health,
    account_endpoints,
    account_reactions,
    sync_endpoints,
    sync_metrics,
    sync_reactions,
    sync_remainder,
    attachment_endpoints,
    *registry.NOUNS,
)

RandomBytes = Callable[[int], bytes]

RELEASED_SECONDS, LOST_SECONDS = 3.0, 10.0
"""How soon what somebody has released is taken again, and what waits for something that was lost (s)."""
SEQUENCER_SECONDS = 1.0
"""How often commits that a dead process left without a number get one."""
RETENTION_SECONDS = 600.0
"""How often what need not be kept is forgotten."""


@dataclass(frozen=True, slots=True)
class Server:
    """The parts of one API process."""

    settings: Settings
    clock: Clock
    db: Database
    services: ServiceMap
    jobs: Jobs
    app: FastAPI


def open_database(settings: Settings) -> Database:
    """The database that the settings name; the folder of the default one is made, for this user alone."""
    if not settings.database_url:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Database(settings.database, threads=settings.threads)


def prepare_database(db: Database, clock: Clock, random_bytes: RandomBytes = os.urandom) -> None:
    """Bring the schema up to date and make the server's secrets and the database's id where they are missing.

    A database that has it all is only read, so that a command line does not wait for a busy server.
    """
    if not migrate.is_current(db):
        migrate.upgrade(db)

    def complete(connection: Connection) -> None:
        make_keys(connection, clock.now_ms(), random_bytes)
        if not database_id(connection):
            sync_repository.set_meta(connection, "database_id", IdSource(clock, random_bytes).new())

    with db.read() as connection:
        missing = not database_id(connection) or missing_keys(connection)
    if missing:
        db.run(complete)


def server_device(
    db: Database, clock: Clock, search_keys: SearchKeys | None = None, random_bytes: RandomBytes = os.urandom
) -> ServerDevice:
    """The server as a device that issues commands; the database must be prepared."""
    with db.read() as connection:
        key = load_key(connection, DEVICE_KEY)
    return ServerDevice(db, clock, Ed25519PrivateKey.from_private_bytes(key), search_keys, random_bytes)


def build(settings: Settings, clock: Clock | None = None, search_keys: SearchKeys | None = None) -> Server:
    """Everything that one API process needs; nothing runs and no database is touched yet."""
    clock = clock or SystemClock()
    db = open_database(settings)
    jobs = Jobs()
    services = make_services(settings, db, clock, jobs, search_keys)
    accounts = services[AccountService]
    pressure = Pressure(turns=settings.pushes_at_once, room=settings.push_megabytes * 1024 * 1024)
    workers = ThreadPoolExecutor(settings.threads, thread_name_prefix="request")
    app = create_app(db, clock, services, jobs, bearer(accounts), workers, all_routes(), pressure)
    return Server(settings, clock, db, services, jobs, app)


def make_services(
    settings: Settings,
    db: Database,
    clock: Clock,
    jobs: Jobs,
    search_keys: SearchKeys | None = None,
    random_bytes: RandomBytes = os.urandom,
) -> ServiceMap:
    """The long-lived parts that endpoints ask for, and the jobs that belong to them, not started yet."""
    services = ServiceMap()
    services.add(make_accounts(settings, db, clock, random_bytes))
    per_minute = settings.sync_requests_per_device
    services.add(SyncLimit(RateLimit(clock, burst=per_minute, per_minute=per_minute)))
    intake = services.add(Intake(db, clock, search_keys))
    services.add(intake.tally)
    services.add(MetricsToken(settings.metrics_token))
    replay = services.add(Replay(db, clock, search_keys))
    jobs.add(Periodic("released", RELEASED_SECONDS, replay.take_released))
    jobs.add(Periodic("lost", LOST_SECONDS, replay.take_lost))
    services.add(Alarms(count_unseen_alarms))
    health_reports = services.add(DeviceHealth(db, clock, IdSource(clock, random_bytes)))
    jobs.add(Periodic("device-health", FLUSH_SECONDS, health_reports.flush))
    jobs.add(Periodic("pokes", LOOK_SECONDS, services.add(Pokes(db)).look))
    if db.dialect == "postgresql":
        jobs.add(Periodic("sequencer", SEQUENCER_SECONDS, intake.db_number))
    retention = services.add(Retention(db, clock, settings.live_days))
    ids = IdSource(clock, random_bytes)
    services.add(Reading(db, clock, history_key, ids, retention, settings.history_months))
    jobs.add(Periodic("retention", RETENTION_SECONDS, retention.round))
    pieces = RateLimit(clock, burst=per_minute, per_minute=per_minute)
    quota = settings.attachment_megabytes * 1024 * 1024
    attachments = services.add(Attachments(db, clock, pieces, quota))
    services.add(ContentTaker(attachments.take_whole))
    jobs.add(Periodic("attachments", RETENTION_SECONDS, attachments.tidy))
    return services


def make_accounts(
    settings: Settings, db: Database, clock: Clock, random_bytes: RandomBytes = os.urandom
) -> AccountService:
    """The account service; the server's secrets are read when they are first wanted."""

    def keys() -> Keys:
        with db.read() as connection:
            return token_keys(connection)

    def limit(per_minute: int) -> RateLimit:
        return RateLimit(clock, burst=per_minute, per_minute=per_minute)

    return AccountService(
        db,
        clock,
        IdSource(clock, random_bytes),
        Tokens(clock, keys, access_minutes=settings.access_minutes),
        Hasher(settings.argon2_memory, settings.argon2_passes),
        Limits(
            limit(settings.sign_ins_per_name), limit(settings.sign_ins_per_peer), limit(settings.refreshes_per_peer)
        ),
        refresh_days=settings.refresh_days,
        database_id=database_id,
        epoch_of_newcomer=epoch_of_newcomer,
        taken_back=epoch_of_returned,
        random_bytes=random_bytes,
    )


class PromptProtocol(H11Protocol):
    """HTTP that sends small answers at once, whoever made the listening socket.

    Asyncio switches Nagle's algorithm off only for sockets that were made with an explicit protocol; with it a head and
    its body wait 40 ms for each other.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        line = transport.get_extra_info("socket")
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)


class EndingServer(uvicorn.Server):
    """Ends what would never end by itself before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end()
        await super().shutdown(sockets)


def http_server(server: Server) -> uvicorn.Server:
    """The HTTP server for a built process; ``run()`` serves until told to stop."""
    settings = server.settings
    config = uvicorn.Config(
        server.app,
        host=settings.host,
        port=settings.port,
        http=PromptProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=15,
    )
    return EndingServer(config, server.services[Pokes].end)
