"""What is left of the lease that the server gave this PC, measured so that setting the clock back gains nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from desktop.store.ledger import Ledger
from desktop.store.steady_clock import Monotonic, SteadyClock, monotonic_ms
from domain.kernel.clock import Clock
from domain.kernel.commands import CommandType
from domain.kernel.errors import Refused
from domain.kernel.lease import DAY_MS, Lease, read_lease

TEXT, RECEIVED, SEEN = "lease.text", "lease.received", "lease.seen"
KEEP_MS = 600_000
"""How far time may go on before the latest instant is kept again."""
WARN_DAYS = 5


@dataclass(frozen=True, slots=True)
class LeaseState:
    """*days* the lease runs for and how many whole days are *left*; a PC without a lease has no limit."""

    days: int = 0
    left: int = 0
    ended: bool = False

    @property
    def ends_soon(self) -> bool:
        """Whether somebody should be told to find a network."""
        return self.days > 0 and not self.ended and self.left < min(WARN_DAYS, self.days)


class LeaseBook:
    """The lease, kept in the ledger. Time runs from its receipt, by this PC's own clock: a wrong one does no harm."""

    def __init__(self, ledger: Ledger, clock: Clock, monotonic: Monotonic = monotonic_ms) -> None:
        self._ledger, self._clock, self._monotonic = ledger, clock, monotonic
        self._guard = threading.Lock()
        self._load()

    def _load(self) -> None:
        packed = self._ledger.get_meta(TEXT)
        self._lease = _unpacked(packed) if packed else None
        self._received = int(self._ledger.get_meta(RECEIVED) or 0)
        self._kept = int(self._ledger.get_meta(SEEN) or 0)
        self._steady = SteadyClock(self._clock, self._kept, self._monotonic)

    def take(self, text: str, public_key: bytes, device_id: str) -> None:
        """A lease came with an answer of the server.

        Raises:
            Invalid: ``lease_altered``.
        """
        lease = read_lease(text, public_key, device_id)
        with self._guard:
            # A clock that stood before the server's instant is behind, and time may only be counted from where it is.
            received = max(self._clock.now_ms(), lease.issued_at)
            packed = f"{lease.device}\n{lease.issued_at}\n{lease.days}"
            self._ledger.set_meta({TEXT: packed, RECEIVED: str(received), SEEN: str(received)})
            self._load()

    def state(self) -> LeaseState:
        """What is left now."""
        with self._guard:
            if self._lease is None:
                return LeaseState()
            now = self._steady.now_ms()
            if now - self._kept > KEEP_MS:
                self._ledger.set_meta({SEEN: str(now)})
                self._kept = now
            left = self._received + self._lease.length_ms - now
            return LeaseState(self._lease.days, max(0, left // DAY_MS), left <= 0)

    def check(self, kind: CommandType) -> None:
        """Let a command be sealed.

        Raises:
            Refused: ``lease_ended`` with ``days``, for all but selling.
        """
        if kind.goes_on:
            return
        now = self.state()
        if now.ended:
            raise Refused("lease_ended", days=now.days)


def _unpacked(text: str) -> Lease:
    device, issued_at, days = text.split("\n")
    return Lease(device, int(issued_at), int(days))
