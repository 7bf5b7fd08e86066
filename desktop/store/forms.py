"""What is typed into a form and no document yet: in the ledger like any draft, gone in the commit of the document."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from desktop.store.ledger import DraftsAfter
from desktop.store.ledger_tables import FORM
from desktop.store.store import Store

PREFIX = "form:"
Values = Mapping[str, str]
"""Name of a field → what was typed or chosen; fields as they were at first are left out."""


def keep(store: Store, name: str, values: Values) -> None:
    """Keep what is in a form; when this returns a power cut loses nothing of it. Nothing in it drops it."""
    if values:
        body = msgspec.json.encode(dict(values)).decode()
        store.ledger.save_draft(PREFIX + name, FORM, body, store.clock.now_ms())
    else:
        store.ledger.drop_draft(PREFIX + name)


def kept(store: Store, name: str) -> Values:
    """What was in a form when the program ended, empty for nothing."""
    return all_kept(store).get(name, {})


def all_kept(store: Store) -> dict[str, Values]:
    """All forms of the person who works here, by name."""
    rows = store.ledger.drafts(FORM)
    return {row["id"].removeprefix(PREFIX): msgspec.json.decode(row["body"], type=dict[str, str]) for row in rows}


def ended(name: str) -> DraftsAfter:
    """For :meth:`desktop.store.store.Store.perform`: the form became this command."""
    return DraftsAfter(ends=PREFIX + name)
