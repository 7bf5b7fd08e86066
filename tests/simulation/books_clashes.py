"""The books of fields that two people wrote: what must be left of both values, and what a choice does.

No value vanishes unseen: what an edit could not write is kept beside what stands, until somebody has chosen or both
have become the same. As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from domain.kernel.envelope import Body
from domain.kernel.ids import HQ_PARTY_ID, derive_id
from tests.simulation.expected import DONE, FLAGGED, NOT_ALLOWED, REFUSED
from tests.simulation.records import Key, Record
from tests.simulation.roles import OFFICE, SELLING

if TYPE_CHECKING:
    from tests.simulation.books import Books

Fields = dict[str, Any]
Check = Callable[["Books", Body, Fields], frozenset[str]]
Effect = Callable[["Books", Body, Fields], None]


@dataclass(slots=True)
class Clash:
    """One field of one record with two values: what stands there, and what a later edit would have written.

    Attributes:
        command: the edit that came second.
        state: ``open``, then ``stays`` or ``other`` by a choice, or ``same``.
    """

    record: Key
    field: str
    command: str
    stays: Any
    other: Any
    state: str = "open"


def plain(field: str, told: str) -> Any:
    """A value as the books have it, of one that is told as JSON: grants are JSON themselves, in any order."""
    value = msgspec.json.decode(told)
    if field == "grants":
        return sorted((one["kind"], one["value"]) for one in msgspec.json.decode(value))
    return value


def open_about(books: Books, record: Key) -> list[Clash]:
    """What is open about a record."""
    return [one for one in books.clashes.values() if one.record == record and one.state == "open"]


def follow(books: Books, record: Key, written: Mapping[str, Any], but: Clash | None = None) -> None:
    """Fields are written: that is what stands now; a clash of which both values are the same by it is closed."""
    for clash in open_about(books, record):
        if clash.field in written and clash is not but and written[clash.field] != clash.stays:
            clash.stays = written[clash.field]
            if clash.stays == clash.other:
                clash.state = "same"


def write(books: Books, record: Key, written: Fields) -> None:
    """Fields are written by something that asks nobody, such as the merging of products."""
    known = books.records[record].fields
    follow(books, record, {name: value for name, value in written.items() if known.get(name) != value})
    known.update(written)


# -- edits -------------------------------------------------------------------------------------------------------------


def check_edit(books: Books, body: Body, record: Key, given: Fields) -> frozenset[str]:
    """What becomes of an edit."""
    if record not in books.records:
        return REFUSED
    return FLAGGED if books.records[record].merged(body, record, given)[1] else DONE


def take_edit(books: Books, body: Body, record: Key, given: Fields) -> None:
    """An edit takes effect; a new record is one of which nobody has edited anything."""
    if record not in books.records:
        books.records[record] = Record(given)
        return
    known = books.records[record]
    writes, clashing = known.merged(body, record, given)
    write(books, record, writes)
    for index, name in enumerate(sorted(clashing)):
        clash = Clash(record, name, body.id, known.fields[name], given[name])
        books.clashes[derive_id(body.id, "clash", index)] = clash


# -- choices -----------------------------------------------------------------------------------------------------------


def _may_choose(books: Books, body: Body, clash: Clash) -> bool:
    actor = books.fields_of("person", body.person)
    table, row_id = clash.record
    known = books.fields_of(table, row_id)
    if actor is None or known is None:
        return False
    if table == "customer":
        return bool(known["party"] == body.party) and actor["role"] in SELLING
    if table == "person":
        return row_id != body.person and may_give(actor, known["party"], known["role"])
    return body.party == HQ_PARTY_ID and actor["role"] in OFFICE


def may_give(actor: Fields, party: str, role: str) -> bool:
    """Whether somebody may give a role at a party."""
    fits = role not in ({"owner", "clerk"} if party == HQ_PARTY_ID else OFFICE)
    if actor["role"] == "hq_admin" and actor["party"] == HQ_PARTY_ID:
        return fits
    return actor["role"] == "owner" and actor["party"] == party and role in {"clerk", "warehouse"}


def _check_settle(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    clash = books.clashes.get(fields["clash_id"])
    if clash is None or not _may_choose(books, body, clash):
        return NOT_ALLOWED
    if clash.state != "open":
        return DONE if clash.state == fields["keep"] else REFUSED
    seen = fields["personal"]
    if (plain(clash.field, seen["stays"]), plain(clash.field, seen["other"])) != (clash.stays, clash.other):
        return REFUSED
    return DONE if fields["keep"] == "stays" or _may_be_written(books, body, clash) else REFUSED


def _may_be_written(books: Books, body: Body, clash: Clash) -> bool:
    """A role that somebody could not give is not given by choosing it."""
    if (clash.record[0], clash.field) != ("person", "role"):
        return True
    actor, known = books.fields_of("person", body.person), books.fields_of(*clash.record)
    return actor is not None and known is not None and may_give(actor, known["party"], clash.other)


def _settle(books: Books, _body: Body, fields: Fields) -> None:
    clash = books.clashes[fields["clash_id"]]
    if clash.state != "open":
        return
    clash.state = fields["keep"]
    if clash.state == "other":
        follow(books, clash.record, {clash.field: clash.other}, clash)
        books.records[clash.record].fields[clash.field] = clash.other


CHECKS: dict[str, Check] = {"clashes.settle": _check_settle}
EFFECTS: dict[str, Effect] = {"clashes.settle": _settle}
