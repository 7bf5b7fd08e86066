"""What the end of a round asks for: secrets that ended, a session that ended at the server, a PC that was shut out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.app.doorkeeper import Doorkeeper
from desktop.app.main_window import MainWindow
from desktop.app.profile import Profile
from desktop.features.sign_in.again_dialog import AgainDialog
from desktop.platform.later import later
from desktop.platform.notice import NoticeAction
from desktop.platform.workbench import Workbench

if TYPE_CHECKING:
    from desktop.sync.round import RoundResult

REVOKED = "device_revoked"
NEEDS_SIGN_IN = frozenset({"sync_needs_sign_in", "session_revoked", "session_expired", "bad_token", "not_signed_in"})
RETIREMENT: Callable[..., Any] = later("desktop.app.retirement", "Retirement")


class AfterRound(QObject):
    """Follows the rounds of one window.

    Signals:
        retired(Retired): the server has proved that this PC is shut out and has what was unsent; the data may go.
    """

    retired = Signal(object)

    def __init__(self, profile: Profile, workbench: Workbench, window: MainWindow, keeper: Doorkeeper) -> None:
        super().__init__(window)
        self._profile, self._workbench, self._window, self._keeper = profile, workbench, window, keeper
        self._asked, self._retiring = "", False
        window.scheduler.ended.connect(self._ended)

    def _ended(self, result: RoundResult | None) -> None:
        problem = result.problem if result is not None else ""
        self._keeper.look_after()
        if problem == REVOKED:
            self._retire()
        elif problem in NEEDS_SIGN_IN:
            self._ask_once(problem)
        elif not problem:
            self._asked = ""

    def _ask_once(self, problem: str) -> None:
        """Selling goes on; what is sealed waits until somebody proves himself at the server."""
        if self._asked != problem:
            self._asked = problem
            step = NoticeAction("people.again.title", lambda: AgainDialog(self._window, self._workbench).begin())
            self._workbench.messages.warning(problem, step)

    def _retire(self) -> None:
        if self._retiring:
            return
        self._retiring = True
        task = self._workbench.threads.network.task(lambda: RETIREMENT(self._profile).prepare(), self)
        task.on_done(self._prepared).on_error(self._unproved)

    def _prepared(self, told: Any) -> None:
        self._retiring = False
        if told is not None:  # else the line broke: once more after a later round
            self.retired.emit(told)

    def _unproved(self, error: BaseException) -> None:
        self._retiring = False
        self._workbench.messages.report(error, where="revocation")
