"""A command line that finds the profile taken: the window does it, once, or says that it is not known."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from desktop.platform.instance import Instance
from domain.kernel.errors import Refused

SALE = {"words": ["order", "sale"], "password": ""}
_context = multiprocessing.get_context("forkserver")


def _hold(home: Path, ready: Connection, how: str) -> None:
    """A window in a process of its own that sells and then answers, or is killed in between."""
    holder = Instance(home)
    assert holder.try_acquire()

    def sell(_request: dict[str, Any]) -> dict[str, Any]:
        with (home / "sold").open("a", encoding="utf-8") as file:
            file.write("1")
        if how == "dies":
            os._exit(9)
        return {"code": 0}

    holder.listen(sell)
    ready.send(True)
    ready.poll(60)  # until the test is over


@pytest.mark.parametrize("how", ["answers", "dies"])
def test_what_the_window_took_is_not_done_once_more(tmp_path: Path, how: str) -> None:
    ours, theirs = _context.Pipe()
    window = _context.Process(target=_hold, args=(tmp_path, theirs, how))
    window.start()
    theirs.close()
    assert ours.poll(60)
    caller = Instance(tmp_path)
    if how == "answers":
        assert caller.acquire_or_forward(SALE) == {"code": 0}
    else:
        with pytest.raises(Refused, match="handed_over_unanswered"):
            caller.acquire_or_forward(SALE)
    ours.close()
    window.join(60)
    assert not window.is_alive()
    assert (tmp_path / "sold").read_text(encoding="utf-8") == "1"
    assert caller.acquire_or_forward(SALE) is None, "the window has gone: it is ours now"
    caller.release()
