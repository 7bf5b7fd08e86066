"""What every round asks of the ledger, made once: building a statement costs more than running it."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, func, or_, select, update

from desktop.store.ledger_tables import HELD_BACK, IS_OPEN, SAVED, SENT, command, meta

META = select(meta.c.value).where(meta.c.key == bindparam("of"))
METAS = select(meta.c.key, meta.c.value).where(meta.c.key.in_(bindparam("keys", expanding=True)))
ENVELOPES = select(command.c.sequence, command.c.body, command.c.signature, command.c.personal)
OPEN_AFTER = (
    ENVELOPES.where(command.c.sequence > bindparam("after"), IS_OPEN)
    .order_by(command.c.sequence)
    .limit(bindparam("most"))
)
OPEN_OF_EPOCH = OPEN_AFTER.where(command.c.epoch == bindparam("of_epoch"))
BY_SEQUENCE = ENVELOPES.where(command.c.sequence.in_(bindparam("sequences", expanding=True)))
MARK_SENT = (
    update(command)
    .where(
        command.c.epoch == bindparam("of_epoch"),
        command.c.sequence.in_(bindparam("sequences", expanding=True)),
        command.c.status == SAVED,
    )
    .values(status=SENT)
)
ANSWERED_ANEW = or_(
    IS_OPEN,
    and_(
        or_(*(command.c.status == status for status in HELD_BACK)),
        or_(command.c.status != bindparam("told_status"), command.c.code != bindparam("told_code")),
    ),
)
RECORD = (
    update(command)
    .where(command.c.id == bindparam("of_id"), ANSWERED_ANEW)
    .values(
        status=bindparam("told_status"),
        code=bindparam("told_code"),
        params=bindparam("told_params"),
        answered_at=bindparam("told_at"),
        settled_at=case((command.c.earlier == bindparam("as_before"), command.c.settled_at), else_=0),
    )
)
SEQUENCES = select(command.c.id, command.c.sequence).where(command.c.id.in_(bindparam("ids", expanding=True)))
UNSENT = (
    select(command.c.currency, func.count(), func.sum(command.c.amount), func.min(command.c.sealed_at))
    .where(command.c.status == SAVED)
    .group_by(command.c.currency)
)
