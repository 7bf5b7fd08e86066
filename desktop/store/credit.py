"""What a return leaves for the next sale, as a draft: it begins in the commit of the return, whoever takes it up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from desktop.store.ledger import Draft, DraftsAfter
from desktop.store.ledger_tables import HELD
from domain.kernel.channels import Row

KIND = f"credit{HELD}"
EXCHANGE = "exchange"


class GivenBack(Protocol):
    """Money given back by one means."""

    @property
    def method(self) -> str:
        """The means."""
        ...

    @property
    def amount(self) -> int:
        """Minor units."""
        ...


def draft_id_of(command_id: str) -> str:
    """Id of the draft that the return of this command began."""
    return f"credit:{command_id}"


def credit_in(refunds: Iterable[GivenBack]) -> int:
    """How much of what is given back stays for the next sale."""
    return sum(one.amount for one in refunds if one.method == EXCHANGE)


class CreditDraft:
    """Begins the draft of a return while it is being sealed; :meth:`told` what is given back once that is decided."""

    def __init__(self) -> None:
        self._amount = 0

    def told(self, refunds: Iterable[GivenBack]) -> None:
        """What is given back."""
        self._amount = credit_in(refunds)

    def drafts(self, ends: str = "") -> DraftsAfter:
        """For :meth:`desktop.store.store.Store.perform`."""
        return DraftsAfter(ends=ends, begins=self._begin)

    def _begin(self, row: Row) -> Draft | None:
        if not self._amount:
            return None
        body = msgspec.json.encode((row["id"], self._amount)).decode()
        return draft_id_of(row["id"]), KIND, body
