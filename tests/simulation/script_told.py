"""Those above look at sales that a shop below was not authorised for, also once the faults have stopped; now and then
two of them do. Drawn from a stream of its own.
"""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from desktop.features.sync_centre import held
from domain.kernel.outcome import document_exception
from domain.orders.authorisation import NOT_AUTHORISED
from tests.simulation.drawing import newest_or_any

if TYPE_CHECKING:
    from tests.simulation.world import Plot

OFTEN = 5
"""Times in a run at which everybody who is told of something may look at it."""


def plan(plot: Plot, until: int) -> None:
    """Spread them over the run and the calm behind it."""
    chance = plot.world.chance("told")
    for _ in range(OFTEN):
        own = Random(chance.random())
        plot.world.timeline.after(chance.randrange(until // 3, until + 90_000), partial(_look, plot, own))


def _look(plot: Plot, chance: Random) -> None:
    for pc in plot.world.pcs:
        if not pc.on or pc.store.identity is None or chance.random() < 0.3:
            continue
        of_others = document_exception.c.party_id != pc.store.known.party_id
        told = (document_exception.c.code == NOT_AUTHORISED, document_exception.c.upline_id.is_not(None), of_others)
        row = newest_or_any(chance, pc.store, document_exception, *told)
        if row is not None:
            pc.perform(partial(held.see, exception_id=row["id"]))
