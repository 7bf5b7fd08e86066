"""The chains of devices: where they begin, where they have holes, and what happens when one forks.

A device counts its commands 1, 2, 3 … through all its epochs. An epoch begins where the device noticed that it had been
restored or copied; its first envelope names the hash of the one before, which another epoch has. Source: SYNC point 22.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from domain.kernel.channels import Row
from domain.kernel.envelope import GENESIS, Body
from domain.kernel.wire import PushBatch
from server_stub.accounts import repository as accounts
from server_stub.sync import alarms, history, repository

FORKED = "forked"
"""State of an envelope, and of an answer: another command has its place in the chain; the device seals it anew."""
AFTER_RESTORE = 1000
"""A restored server may have forgotten epochs that it had dealt: it goes on this much higher."""


def is_gap(link: Row, sequence: int, oldest: int) -> bool:
    """Whether earlier envelopes must come first; not when the device has none that are older."""
    return bool(sequence > link["last_sequence"] + 1 and sequence != oldest)


def is_foreign(connection: Connection, link: Row, body: Body, batch: PushBatch) -> bool:
    """Whether the first envelope of a batch stands on one of its device in whose place another one was handled.

    A copy of the PC had it taken, a restore of this server lost it, and the first PC came before the copy with a
    command of its own. Taken as it is, what it stands on would never be missed: everything must be offered from the
    oldest on, and shows where the two part. What stands in the place unread (altered on its disk) proves nothing.
    """
    is_first = body.sequence == batch.items[0].sequence
    if not is_first or body.sequence <= batch.oldest or body.previous in (GENESIS, link["last_hash"]):
        return False
    there = repository.handled_at(connection, body.device, body.epoch, body.sequence - 1)
    return there not in ("", body.previous)


def begin_late(connection: Connection, link: Row, body: Body, now_ms: int) -> None:
    """Let a chain go on at *body* though something is missing before it: an alarm, but for a new epoch's start."""
    fresh = link["last_sequence"] == 0
    known = body.previous == GENESIS or repository.has_envelope(connection, body.device, body.previous)
    if not fresh or not known:
        detail = {"epoch": body.epoch, "from": link["last_sequence"] + 1, "to": body.sequence - 1}
        alarms.raise_alarm(connection, alarms.ARCHIVE_GONE, body.device, detail, now_ms)
    link["last_hash"] = body.previous


def deal_epoch(connection: Connection, device_id: str, detail: Mapping[str, int], now_ms: int) -> int:
    """A new epoch for a device, higher than any it ever had; raises the alarm."""
    least = max(repository.highest_epoch(connection, device_id) + 1, history.restores(connection) * AFTER_RESTORE + 1)
    dealt = accounts.raise_epoch(connection, device_id, least)
    alarms.raise_alarm(connection, alarms.DEVICE_FORKED, device_id, {**detail, "dealt": dealt}, now_ms)
    return dealt


def epoch_of_returned(connection: Connection, device: Row, number: int, now_ms: int) -> int:
    """The epoch in which a device goes on that this database had forgotten, and that had this *number*: a new one when
    it has another number now, because its documents must get other numbers too. Raises the alarm.
    """
    detail = {"number": number, "now": int(device["number"])}
    alarms.raise_alarm(connection, alarms.DEVICE_RETURNED, device["id"], detail, now_ms)
    if device["number"] == number:
        return int(device["epoch"])
    least = max(history.restores(connection), 1) * AFTER_RESTORE + 1
    return accounts.raise_epoch(connection, device["id"], least)


def epoch_of_newcomer(connection: Connection, device: Row, now_ms: int) -> int:
    """The epoch of a device that enrols: it knows nothing, so what is known of it here was made before its loss."""
    epoch = int(device["epoch"])
    known = repository.expected_sequence(connection, device["id"], epoch) - 1
    if known == 0:
        return epoch
    return deal_epoch(connection, device["id"], {"epoch": epoch, "sequence": known + 1}, now_ms)
