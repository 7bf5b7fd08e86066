"""What the server keeps when the network changes: secrets stay out of the rows that both sides have.

The same events are emitted on counters, where there is nobody to keep secrets.
"""

from __future__ import annotations

from domain.kernel.context import ApplyContext
from domain.kernel.errors import Refused
from domain.kernel.events import reacts
from domain.parties.events import PasswordChanged, PersonAdded
from server_stub.accounts import repository
from server_stub.accounts.hashing import check_hash
from server_stub.accounts.rules import name_key


@reacts(PersonAdded)
def keep_credential(ctx: ApplyContext, added: PersonAdded) -> None:
    """The person may sign in from now on.

    Raises:
        Refused: ``name_taken``; the database decides when two offices added the same name at once.
        Invalid: ``bad_password_hash``.
    """
    if not ctx.rows.authority:
        return
    password_hash = check_hash(added.password_hash) if added.password_hash else None
    if not repository.add_credential(ctx.rows.connection, added.person_id, name_key(added.name), password_hash):
        raise Refused("name_taken", name=added.name)


@reacts(PasswordChanged)
def replace_credential(ctx: ApplyContext, changed: PasswordChanged) -> None:
    """The new password counts at once; whoever knew the old one is out, except on the device that changed it.

    Raises:
        Invalid: ``bad_password_hash``.
    """
    if not ctx.rows.authority:
        return
    connection = ctx.rows.connection
    repository.change_password(connection, changed.person_id, check_hash(changed.password_hash))
    repository.revoke_sessions_elsewhere(connection, changed.person_id, ctx.actor.device_id, ctx.received_at)
