"""Commands that our own bug at the server cannot handle: they park, and everything else goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from desktop.store import layering as counter_side
from domain.kernel import handling
from domain.kernel.commands import CommandType
from domain.kernel.context import ApplyContext
from server_stub.sync import commit as server_side


@dataclass(slots=True)
class Poison:
    """Which commands make the server stumble.

    Attributes:
        ids: commands chosen when they were first applied on their counter.
        mended: the server can take them now.
    """

    ids: set[str] = field(default_factory=set)
    mended: bool = False
    _waiting: bool = False

    def next_of(self, _name: str) -> None:
        """The next command that is sealed will be poison."""
        self._waiting = True

    def missed(self) -> None:
        """Nobody sealed one."""
        self._waiting = False

    def mend(self) -> None:
        """The bug is mended: what it met can be taken again."""
        self.mended = True

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The bug is in the program inside."""
        real: Callable[[CommandType, ApplyContext, Any], None] = handling.execute

        def execute(kind: CommandType, ctx: ApplyContext, payload: Any) -> None:
            if self._waiting and not ctx.rows.authority:
                self._waiting = False
                self.ids.add(ctx.command_id)
            if ctx.rows.authority and ctx.command_id in self.ids and not self.mended:
                raise ZeroDivisionError("a bug of ours")
            real(kind, ctx, payload)

        places: list[Any] = [counter_side, server_side]
        for place in places:
            place.execute = execute
        try:
            yield
        finally:
            for place in places:
                place.execute = real
