"""Who this PC is, as the ledger keeps it."""

from __future__ import annotations

from dataclasses import replace

from desktop.store.identity import Identity

KNOWN = Identity("d" * 8, 3, 1, "party", "S1", "城东店", "person", "王芳", "owner", "db", "http://127.0.0.1:1", "a2V5")


def test_what_is_kept_is_what_comes_back() -> None:
    assert Identity.from_meta(KNOWN.to_meta()) == KNOWN


def test_pc_that_was_enrolled_before_there_was_a_server_key_stays_enrolled() -> None:
    kept = {name: value for name, value in KNOWN.to_meta().items() if name != "identity.server_key"}
    assert Identity.from_meta(kept) == replace(KNOWN, server_key="")


def test_pc_without_a_device_is_not_enrolled() -> None:
    kept = {name: value for name, value in KNOWN.to_meta().items() if name != "identity.device_id"}
    assert Identity.from_meta(kept) is None
