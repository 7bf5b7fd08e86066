"""A PC that is shut out, and a server that is put back to before that: whoever saw it tells, and it stays out.

In some runs a PC of somebody who works here too is enrolled, reports, and is revoked. What saw that, of its party or at
headquarters, is noted when the server is put back; often the backup is older than the PC itself. Nobody else acts at
this PC: it goes on asking, as a stolen one would. Drawn from a stream of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.features.order_entry import operations as selling
from desktop.store.identity import Secrets
from domain.kernel.errors import NotFound
from domain.orders.pricing import Wanted
from domain.parties.queries import revocations
from server_stub.accounts import repository as accounts
from server_stub.accounts.service import revoke_device
from server_stub.sync import models
from tests.simulation.founding import PASSWORD
from tests.simulation.line import Line, Weather
from tests.simulation.mishaps import put_server_back
from tests.simulation.pc import Pc
from tests.simulation.promises import expect
from tests.support.factories import products

if TYPE_CHECKING:
    from tests.simulation.world import Plot, World

OFTEN = 0.1
REFUSED = "device_revoked"
TRIES_MS = 4 * 60_000
"""For so long it is let try once everything has come to rest."""


@dataclass(slots=True)
class ShutOut:
    """The PC, and who can tell.

    Attributes:
        revoked: it is shut out at the server.
        restores: how often the server had been put back before.
        witnesses: PCs that had seen it when the server was put back, each with the length of the trace then.
    """

    pc: Pc
    revoked: bool = False
    restores: int = 0
    witnesses: list[tuple[Pc, int]] = field(default_factory=list)


def plan(plot: Plot, until: int) -> None:
    """In some runs this happens once."""
    chance = plot.world.chance("shut out")
    if chance.random() < OFTEN:
        plot.world.timeline.after(chance.randrange(until // 4 + 1), partial(_begin, plot, chance))


def _begin(plot: Plot, chance: Random) -> None:
    """It comes to a party of which somebody else is here, or headquarters are."""
    world = plot.world
    older = world.office.backup() if chance.random() < 0.5 else None
    person = chance.choice(world.pcs).name
    line = Line(world.timeline, world.chance("line shut out"), world.office, Weather(), world.trouble)
    secrets = Secrets(chance.randbytes(32), chance.randbytes(32))
    pc = Pc(person, world.folder / "shut-out", secrets, line, world.trouble, chance, label=f"{person}!")
    pc.note = lambda text: world.note(pc, text)
    pc.period = 10_000
    pc.enrol(PASSWORD)
    one = world.shut_out = ShutOut(pc)
    world.timeline.after(chance.randrange(35_000, 60_000), partial(_revoke, plot, one, chance, older))


def _revoke(plot: Plot, one: ShutOut, chance: Random, older: Path | None) -> None:
    world = plot.world
    if plot.calm:
        return
    if not world.office.up or not one.pc.on or one.pc.store.identity is None:
        world.timeline.after(3_000, partial(_revoke, plot, one, chance, older))
        return
    copy = older or world.office.backup()
    with world.trouble.work_of(None):
        try:
            world.office.db.run(lambda connection: revoke_device(connection, one.pc.store.known.device_id))
        except NotFound:
            return  # somebody has put the server back, and it has forgotten the PC
    one.revoked, one.restores = True, world.office.restores
    world.note(one.pc, "is shut out")
    world.timeline.after(chance.randrange(35_000, 90_000), partial(_put_back, plot, one, copy))


def _put_back(plot: Plot, one: ShutOut, copy: Path) -> None:
    world = plot.world
    if plot.calm or world.office.restores != one.restores:
        return
    one.witnesses = [(pc, len(world.trace)) for pc in world.pcs if _saw(pc, one.pc.store.known.device_id)]
    if one.witnesses:
        put_server_back(plot, copy)
    else:  # what nobody has seen nobody can tell
        world.timeline.after(5_000, partial(_put_back, plot, one, copy))


def _saw(pc: Pc, device_id: str) -> bool:
    if not pc.on or pc.store.identity is None:
        return False
    with pc.store.read() as connection:
        return device_id in dict(revocations(connection))


def check_shut_out(world: World) -> None:
    """Everybody has told what he had to tell: the PC stays out whatever it tries, and nothing of it is taken.

    Raises:
        Broken: it came back.
    """
    one = world.shut_out
    if one is None or not one.revoked or not _is_told(world, one):
        return
    device_id = one.pc.store.known.device_id
    with world.office.db.read() as connection:
        row = accounts.device_by_id(connection, device_id)
        known = row["status"] == "revoked" if row is not None else accounts.was_revoked(connection, device_id)
    expect(known, f"{one.pc}: what was shut out is shut out", (row, [str(pc) for pc, _ in one.witnesses]))
    one.pc.line.weather = Weather()
    sale = (
        one.pc.perform(lambda store: selling.complete_sale(store, [Wanted(products.TEA, 1000)])) if one.pc.on else None
    )
    one.pc.hurry()
    world.timeline.run(world.timeline.now + TRIES_MS)
    expect(REFUSED in one.pc.problem, f"{one.pc}: a PC that was shut out is told so", one.pc.problem)
    if sale is not None:
        with world.office.db.read() as connection:
            taken = connection.execute(
                select(models.receipt.c.status).where(models.receipt.c.command_id == sale.command_id)
            )
            expect(taken.scalar() is None, f"{one.pc}: nothing of a PC that was shut out is taken")


def _is_told(world: World, one: ShutOut) -> bool:
    """Nobody put the server back since, or once, and somebody had seen it whose memory was not put back after that."""
    if world.office.restores == one.restores:
        return True
    return world.office.restores == one.restores + 1 and any(_remembers(world, pc, at) for pc, at in one.witnesses)


def _remembers(world: World, pc: Pc, at: int) -> bool:
    lost = (f" {pc}: put back to a copy", f" {pc}: cache is an older one")
    return not any(what in line for line in world.trace[at:] for what in lost)
