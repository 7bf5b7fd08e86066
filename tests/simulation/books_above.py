"""The books of what those above decide about commands without effect, and of files on documents.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.kernel.envelope import Body
from domain.kernel.ids import HQ_PARTY_ID
from tests.simulation.expected import DONE, KEPT, NOT_ALLOWED, REFUSED
from tests.simulation.roles import REQUESTS

if TYPE_CHECKING:
    from tests.simulation.books import Books

Fields = dict[str, Any]
DISMISSED = "held_dismissed"


@dataclass(slots=True)
class Held:
    """A command that had no effect when it came: who stood above its sender then, and what is decided about it."""

    upline: str | None
    state: str = "waiting"


@dataclass(slots=True)
class Above:
    """All of them.

    Attributes:
        held: by command.
        dismissed: the command that has just come to nothing; who decided so comes next.
        files: (document, party, SHA-256) by attachment.
    """

    held: dict[str, Held] = field(default_factory=dict)
    dismissed: str = ""
    files: dict[str, tuple[str, str, str]] = field(default_factory=dict)


def dismiss(books: Books, body: Body, status: str) -> None:
    """Nothing comes of a command: a request is refused by it, a fact stays in quarantine."""
    if books.statuses.get(body.id) not in KEPT:
        books.surprise(body, f"comes to nothing, though it was {books.statuses.get(body.id)}")
    if status != ("refused" if body.kind in REQUESTS else "quarantined"):
        books.surprise(body, f"is {status} when it comes to nothing")
    books.statuses[body.id] = status
    books.above.dismissed = body.id


def note(books: Books, body: Body, status: str) -> None:
    """What became of a command: it is shown to those above as long as it has no effect."""
    if books.above.dismissed and body.kind != "held.refuse":
        books.surprise(body, f"follows {books.above.dismissed}, which came to nothing by nobody")
    books.above.dismissed = ""
    books.statuses[body.id] = status
    known = books.above.held.get(body.id)
    if known is not None:
        known.state = "waiting" if status in KEPT else "released"
    elif status in KEPT:
        books.above.held[body.id] = Held(books.parents.get(body.party))


def _check_decided(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    known = books.above.held.get(fields["command_id"])
    if body.party != HQ_PARTY_ID and (known is None or known.upline != body.party):
        return NOT_ALLOWED
    return DONE if known is not None and known.state == "waiting" else REFUSED


def _release(books: Books, _body: Body, fields: Fields) -> None:
    books.above.held[fields["command_id"]].state = "releasing"


def _refuse(books: Books, body: Body, fields: Fields) -> None:
    books.above.held[fields["command_id"]].state = "refused"
    if books.above.dismissed != fields["command_id"]:
        books.surprise(body, "was to bring a command to nothing, and did not")


def _check_attach(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    if fields["subject"] == "order":
        order = books.orders.get(fields["subject_id"])
        owners = {order.seller, order.buyer} if order is not None else set()
    else:
        owners = {books.documents.get(fields["subject_id"], "")}
    return DONE if fields["party_id"] == body.party and body.party in owners else NOT_ALLOWED


def _attach(books: Books, _body: Body, fields: Fields) -> None:
    books.above.files[fields["attachment_id"]] = (fields["subject_id"], fields["party_id"], fields["sha256"])


def _check_detach(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    known = books.above.files.get(fields["attachment_id"])
    foreign = known is not None and known[1] != body.party
    return NOT_ALLOWED if foreign or fields["party_id"] != body.party else DONE


def _detach(books: Books, _body: Body, fields: Fields) -> None:
    books.above.files.pop(fields["attachment_id"], None)


CHECKS = {
    "held.release": _check_decided,
    "held.refuse": _check_decided,
    "attachments.attach": _check_attach,
    "attachments.detach": _check_detach,
}
EFFECTS = {
    "held.release": _release,
    "held.refuse": _refuse,
    "attachments.attach": _attach,
    "attachments.detach": _detach,
}
