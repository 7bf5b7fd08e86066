"""Which counter is in the window: the real one or the training shop, behind which the real one's rounds go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.app.bootstrap import FIRST_ROUND_MS, Client, application
from desktop.features.order_entry import operations as selling
from desktop.features.order_entry.draft import SaleDraft
from desktop.platform.later import later
from desktop.platform.paths import Paths
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb
from domain.kernel.clock import Clock, SystemClock
from domain.parties.roles import AT_DEALER, OWNER

if TYPE_CHECKING:
    from desktop.app.behind import Behind
    from desktop.app.training_client import TrainingClient

BEHIND = later("desktop.app.behind", "Behind")
TRAINING_CLIENT = later("desktop.app.training_client", "TrainingClient")
COPIED, PREPARE, RESET = (later("desktop.app.training", name) for name in ("copied", "prepare", "reset"))
HOLD = Verb("hold", "training.hold.verb", weight=Weight.PRIMARY)


class Desks:
    """Opens the program, and changes between the real counter and the training shop.

    Attributes:
        client: the program on the profile that is in the window.
        behind: the real profile's rounds while somebody practises.
    """

    def __init__(
        self,
        paths: Paths,
        *,
        clock: Clock | None = None,
        environment: Mapping[str, str] = os.environ,
        synchronise: bool = True,
    ) -> None:
        self._paths, self._clock, self._environment, self._synchronise = paths, clock, environment, synchronise
        self.behind: Behind | None = None
        self.client = self._real()

    @property
    def training(self) -> bool:
        """Whether somebody practises."""
        return self.client.training

    def start(self) -> QWidget:
        """Show the first screen."""
        return self.client.start()

    def close(self) -> None:
        """End the program that is open."""
        self.client.close()
        self._stop_behind()

    # -- in ----------------------------------------------------------------------------------------------------------

    def practise(self) -> None:
        """To the training shop. An order in hand is held first: it must not stand open while nobody sees it."""
        bench = self.client.workbench
        if bench is None or self.client.window is None:
            self._prepare()
        else:
            # Behind the last change of the order, which the same lane is still to keep.
            bench.write(selling.load_draft).on_done(self._with_draft)

    def _with_draft(self, draft: SaleDraft) -> None:
        if not draft.lines and not draft.credits:
            self._prepare()
            return
        dialog = Dialog(self.client.window, "training.hold.title", "training.hold.sentence", [HOLD])
        dialog.chosen.connect(lambda _verb: self._hold())
        dialog.open()

    def _hold(self) -> None:
        bench, window = self.client.workbench, self.client.window
        if bench is None or window is None:
            return
        window.setEnabled(False)  # a scan now would bring the order back that is being put aside
        bench.write(lambda store: selling.hold(store, selling.load_draft(store))).on_done(lambda _: self._prepare())

    def _prepare(self) -> None:
        """Make the shop aside, on a reader's lane; then change over."""
        client = self.client
        shown = client.window or client.sign_in
        if shown is not None:
            shown.setEnabled(False)
        client.messages.info("training.preparing")
        clock, open_window = self._clock or SystemClock(), client.window is not None

        def work() -> None:
            profile = client.profile
            role = profile.store.known.role if profile.enrolled and profile.signed_in else OWNER
            role = role if role in AT_DEALER else OWNER
            PREPARE(self._paths, clock, self._environment, COPIED(profile), role)
            if open_window and not profile.people.current.is_new:
                # Whoever comes back from training need not be who began it.
                profile.vault.set_screen_locked(True)

        def failed(error: BaseException) -> None:
            if shown is not None:
                shown.setEnabled(True)
            client.messages.report(error, where="training")

        client.threads.reader.task(work).on_done(lambda _: self._later(self._new_training)).on_error(failed)

    # -- out ---------------------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Back to the real counter, or to its door."""
        self._later(self._real)

    def reset(self) -> None:
        """Forget what was practised and begin anew with the same goods."""
        client = self.client
        if client.window is not None:
            client.window.setEnabled(False)

        def known() -> tuple[object, str]:
            return COPIED(client.profile), client.profile.store.known.role

        def failed(error: BaseException) -> None:
            client.messages.report(error, where="training")
            self._later(self._real)

        client.threads.reader.task(known).on_done(lambda told: self._soon(lambda: self._anew(*told))).on_error(failed)

    def _anew(self, goods: object, role: str) -> None:
        """Once nothing of the old training shop runs any more: no lane may open its files again under our hands."""
        application().setQuitOnLastWindowClosed(False)
        self.client.close()
        # Only the lanes of this one are used; it opens no database of the real profile.
        self.client = between = self._real()
        clock = self._clock or SystemClock()

        def work() -> None:
            RESET(self._paths, clock, self._environment)
            PREPARE(self._paths, clock, self._environment, goods, role)

        def failed(error: BaseException) -> None:
            between.messages.report(error, where="training")
            self._later(self._real)

        between.threads.network.task(work).on_done(lambda _: self._later(self._new_training)).on_error(failed)

    # -- changing over -----------------------------------------------------------------------------------------------

    def _soon(self, work: Callable[[], None]) -> None:
        """Not under the feet of the window whose button was pressed."""
        QTimer.singleShot(0, work)

    def _later(self, make: Callable[[], Client]) -> None:
        self._soon(lambda: self._change(make))

    def _change(self, make: Callable[[], Client]) -> None:
        app = application()
        app.setQuitOnLastWindowClosed(False)
        window = self.client.window
        where = window.geometry() if window is not None else None
        self.client.close()
        self._stop_behind()
        self.client = make()
        self.client.messages.install()
        self.client.start()
        if self.behind is not None:
            self.behind.start(FIRST_ROUND_MS)
        if where is not None and self.client.window is not None:
            self.client.window.setGeometry(where)
        app.setQuitOnLastWindowClosed(True)

    def _stop_behind(self) -> None:
        """Before anybody else opens the real databases."""
        behind, self.behind = self.behind, None
        if behind is not None:
            behind.close()

    def _real(self) -> Client:
        made = Client(self._paths, clock=self._clock, environment=self._environment, synchronise=self._synchronise)
        made.practise = self.practise
        return made

    def _new_training(self) -> Client:
        made: TrainingClient = TRAINING_CLIENT(
            self._paths, clock=self._clock, environment=self._environment, synchronise=self._synchronise
        )
        made.left, made.reset_wanted = self.leave, self.reset
        clock = self._clock or SystemClock()
        self.behind = BEHIND(self._paths, clock, self._environment, synchronise=self._synchronise)
        self.behind.told.connect(made.show_real)
        return made
