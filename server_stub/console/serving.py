"""``init`` and ``serve``."""

from __future__ import annotations

import argparse
import json
import secrets
import socket
import sys
from typing import Any

import i18n
from domain.kernel.clock import SystemClock
from domain.kernel.errors import Refused
from domain.parties.handlers import HQ_CODE, decide_add_person, decide_found_network
from domain.parties.roles import HQ_ADMIN
from server_stub.accounts.hashing import Hasher
from server_stub.bootstrap import build, http_server, prepare_database, server_device
from server_stub.catalogue.pinyin import search_keys
from server_stub.console.answer import INITIALISED, Answer, check_initialised, database, password_from_stdin
from server_stub.kit import logs
from server_stub.sync import repository

ADMIN = "admin"


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    init = commands.add_parser("init", parents=[common], help=i18n.tr("cli.server.init"))
    init.add_argument("--admin-password-stdin", action="store_true", help=i18n.tr("cli.password_stdin"))
    init.add_argument("--name", default="", help=i18n.tr("cli.server.hq_name"))
    init.add_argument("--currency", default="CNY", help=i18n.tr("cli.server.currency"))
    init.set_defaults(run=run_init)
    serve = commands.add_parser("serve", parents=[common], help=i18n.tr("cli.server.serve"))
    serve.add_argument("--host", help=i18n.tr("cli.server.host"))
    serve.add_argument("--port", type=int, help=i18n.tr("cli.server.port"))
    serve.set_defaults(run=run_serve)


def run_init(given: argparse.Namespace) -> Answer:
    """Make the tables, headquarters and the person ``admin``; without a password given one is made and told once.

    Raises:
        Refused: ``already_initialised``.
    """
    clock = SystemClock()
    with database(given) as (settings, db):
        prepare_database(db, clock)
        with db.read() as connection:
            if repository.get_meta(connection, INITIALISED) is not None:
                raise Refused("already_initialised")
        made = not given.admin_password_stdin
        password = secrets.token_urlsafe(12) if made else password_from_stdin()
        digest = Hasher(settings.argon2_memory, settings.argon2_passes).hash(password)
        device = server_device(db, clock, search_keys)
        name = given.name or i18n.tr("cli.server.default_hq_name")

        def begin(connection: Any) -> None:
            device.issue_in(
                connection,
                lambda ctx: decide_found_network(
                    ctx, name=name, currency=given.currency, base_list_name=i18n.tr("cli.server.base_list_name")
                ),
            )
            device.issue_in(
                connection,
                lambda ctx: decide_add_person(ctx, party_code=HQ_CODE, name=ADMIN, role=HQ_ADMIN, password_hash=digest),
            )
            repository.set_meta(connection, INITIALISED, str(clock.now_ms()))

        db.run(begin)
        device.number_commits()
        data = {"dealer": HQ_CODE, "user": ADMIN, "database": db.engine.url.render_as_string(hide_password=True)}
        if made:
            data["password"] = password
            return Answer(data, i18n.tr("cli.server.initialised_with_password", user=ADMIN, password=password))
        return Answer(data, i18n.tr("cli.server.initialised", user=ADMIN))


def listen_at(host: str, port: int) -> socket.socket:
    """A listening socket.

    Its protocol is named: asyncio sets TCP_NODELAY only then, and without it every answer waited 40 ms for an ACK.

    Raises:
        Refused: ``cannot_listen``: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Refused("cannot_listen", host=host, port=port, detail=error.strerror or "") from None
    listening.listen(2048)
    return listening


def run_serve(given: argparse.Namespace) -> Answer | None:
    """Serve until told to stop. Once bound the address stands on standard error, with ``--json`` on standard output."""
    with database(given) as (settings, db):
        check_initialised(db)
    logs.configure(settings.log_level)
    server = build(settings, search_keys=search_keys)
    http = http_server(server)
    listening = listen_at(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    told = {"host": host, "port": port, "url": f"http://{shown}:{port}"}
    if given.json:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    sys.stderr.write(i18n.tr("cli.server.serving", url=told["url"]) + "\n")
    sys.stderr.flush()
    try:
        http.run(sockets=[listening])
    finally:
        server.db.dispose()
    return None
