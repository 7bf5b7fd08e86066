"""The tests' network served over real HTTP from a thread of this process, and the program's own profiles as clients.

For tests that look at headers, tokens and limits, and into the parts of the server at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.app.profile import Profile
from desktop.platform.paths import Paths
from desktop.sync.round import RoundResult, SyncRound
from domain import registry
from domain.kernel.clock import Clock, SystemClock
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale
from server_stub import bootstrap
from server_stub.settings import Settings
from tests.server.kit.serving import served
from tests.support.factories.products import TEA
from tests.support.network import PASSWORD
from tests.support.processes import environment_of


@dataclass
class Online:
    """A served network.

    Attributes:
        server: the parts of the API process.
        url: where it listens.
    """

    server: bootstrap.Server
    url: str
    folder: Path
    _profiles: list[Profile] = field(default_factory=list)

    def profile(self, user: str, clock: Clock | None = None) -> Profile:
        """A new PC with *user* signed in."""
        home = self.folder / f"{user}-{len(self._profiles)}"
        made = Profile(Paths(home), clock or SystemClock(), environment_of(home))
        self._profiles.append(made)
        made.enrol(self.url, user, PASSWORD)
        return made

    def close(self) -> None:
        """Close the PCs."""
        for each in self._profiles:
            each.close()


def sync(profile: Profile) -> RoundResult:
    """One round, however it ends."""
    return SyncRound(profile.store, profile.transport).once()


def sell(profile: Profile, sales: int = 1) -> None:
    """Sales of one tea each, offline."""
    for _ in range(sales):
        profile.store.perform(lambda ctx: decide_sale(ctx, [Wanted(TEA, 1000)]))


@contextmanager
def online(database: str, folder: Path, clock: Clock | None = None, **settings: Any) -> Iterator[Online]:
    """Serve the network at a prepared database until the end of the block."""
    registry.commands()
    cheap = {"argon2_memory": 8, "argon2_passes": 1, **settings}
    server = bootstrap.build(Settings(home=folder, database_url=database, **cheap), clock)
    with served(server) as url:
        made = Online(server, url, folder)
        try:
            yield made
        finally:
            made.close()
