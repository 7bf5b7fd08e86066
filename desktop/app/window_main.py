"""``dealerdesk app``: the window, and the ear for command lines that find the profile taken."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

import i18n
from desktop.app.bootstrap import application
from desktop.app.desks import Desks
from desktop.platform.collector import Collector
from desktop.platform.instance import Instance
from desktop.platform.later import later
from desktop.platform.messages import reference_of
from desktop.platform.paths import home_paths
from domain import registry
from domain.kernel.errors import DomainError

GRAMMAR: Callable[[], argparse.ArgumentParser] = later("desktop.app.console.run", "parser")
EXECUTE: Callable[..., dict[str, Any]] = later("desktop.app.console.run", "execute")


def start(_given: argparse.Namespace) -> int:
    """Open the window on the profile; a second one only says that the first is open."""
    paths = home_paths()
    instance = Instance(paths.home)
    if not instance.try_acquire():
        sys.stderr.write(i18n.tr("app.already_open") + "\n")
        return 1
    registry.commands()
    app = application(sys.argv[:1])
    app.setApplicationName("Dealerdesk")
    try:
        desks = Desks(paths, environment=os.environ)
    except DomainError as error:
        sys.stderr.write(i18n.message(error.code, error.params) + "\n")
        instance.release()
        return 1
    desks.client.messages.install()
    instance.listen(lambda request: answer(desks, request))
    collector = Collector()
    collector.start()
    desks.start()
    try:
        return app.exec()
    finally:
        instance.release()
        desks.close()
        collector.stop()


def answer(desks: Desks, request: dict[str, Any]) -> dict[str, Any]:
    """Run a command line that was handed over, on the thread that owns the databases. A bug ends it, not the ear.

    While somebody practises the real databases are closed, and the command is refused.
    """
    client = desks.client
    if client.training:
        return {"code": 1, "data": None, "text": "", "error": i18n.message("training_open")}
    try:
        given = GRAMMAR().parse_args([str(word) for word in request["words"]])
        given.password = str(request.get("password", ""))
        done = client.run_on_writer(lambda: EXECUTE(client.profile, given), is_round=getattr(given, "is_round", False))
        client.follow_session()
        return done
    except Exception as error:  # noqa: BLE001 - the caller gets an answer whatever happens
        client.messages.report(error, where="handed over")
        words = i18n.message("platform.internal", {"ref": reference_of(error)})
        return {"code": 1, "data": None, "text": "", "error": words}
