"""What a PC does once a day, after a round: a copy of its databases, and forgetting what nobody needs any more."""

from __future__ import annotations

from desktop.store import archive
from desktop.store.store import Store


def daily_work(store: Store) -> bool:
    """Do it when a day has passed; whether it was done. May run beside a writer.

    The copy comes first: what is forgotten was answered long before it and stands in its cache.
    """
    if not store.keep_copies():
        return False
    archive.forget_old(store.ledger)
    return True
