"""What the status bar says, worked out off the UI thread. What cannot be read is unknown, never nothing."""

from __future__ import annotations

from desktop.features.sync_centre.operations import status
from desktop.store.store import Store
from desktop.widgets.figures import amount_text, moment
from desktop.widgets.status_info import Connection, StatusInfo


def connection_of(online: bool | None, busy: bool) -> Connection:
    """How the bar calls it."""
    if busy and not online:
        return Connection.SYNCING
    return Connection.ONLINE if online else Connection.OFFLINE


def status_info(store: Store, connection: Connection) -> StatusInfo:
    """Everything the bar shows now. Raises what the databases raise."""
    now = status(store)
    known = store.known
    unsent = now.unsent
    return StatusInfo(
        connection=connection,
        to_upload=unsent.number,
        upload_sum=" + ".join(amount_text(sum_, currency) for currency, sum_ in sorted(unsent.amounts.items())),
        oldest=f"{moment(unsent.oldest):%H:%M}" if unsent.oldest else "",
        files=now.files,
        needs_you=now.needing,
        place=known.party_name,
        person=known.person_name,
        clock=f"{moment(store.clock.now_ms()):%H:%M}",
    )
