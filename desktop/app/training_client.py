"""The window program on the training shop, and the strip that stands above each of its screens."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.app.behind import Waiting
from desktop.app.bootstrap import Client
from desktop.app.main_window import EVERYWHERE, MainWindow
from desktop.app.scheduler import Scheduler
from desktop.app.training import TrainingProfile, printer_of
from desktop.platform import typeface
from desktop.platform.action import Action
from desktop.platform.actions import Actions
from desktop.platform.paths import Paths
from desktop.platform.print_settings import PRINTER
from desktop.platform.shortcuts import Shortcuts
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.strip import Strip
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb
from domain.kernel.clock import Clock

ACTIONS = (
    Action("training.leave", "training.action.leave", "leave", group_key=EVERYWHERE, everywhere=True,
           search_key="training.search.leave"),
    Action("training.printer", "training.action.printer", "take_printer", group_key=EVERYWHERE, everywhere=True,
           search_key="training.search.printer"),
    Action("training.reset", "training.action.reset", "ask_reset", group_key=EVERYWHERE, everywhere=True,
           search_key="training.search.reset"),
)  # fmt: skip
RESET = Verb("reset", "training.reset.verb", weight=Weight.DANGER)


class TrainingStrip(Strip):
    """Says that nothing here is real, and the way out beside it; and what of the real counter still waits.

    Attributes:
        real: of the real counter; says nothing until it is known.

    Signals:
        left: back to the real counter.
        reset_wanted: everything practised is to be forgotten; a person has confirmed it.
        printer_wanted: receipts are to come out of the real printer.
    """

    left = Signal()
    reset_wanted = Signal()
    printer_wanted = Signal()

    def __init__(self, shortcuts: Shortcuts) -> None:
        super().__init__("training.strip")
        self.actions_here = Actions(ACTIONS, self, shortcuts)
        self.out = KeyButton.of(self.actions_here["training.leave"])
        self.real = Text("", typeface.BODY, "training", wrap=True, optional=True)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.real)
            layout.addWidget(self.out)

    def show_real(self, now: Waiting) -> None:
        """Uploads of the real counter go on meanwhile."""
        kind = "files" if now.files else "documents" if now.documents else "none"
        self.real.say(f"training.real.{kind}", n=now.documents, files=now.files)

    def leave(self) -> None:
        """Back to the real counter."""
        self.left.emit()

    def take_printer(self) -> None:
        """Practise with the real printer."""
        self.printer_wanted.emit()

    def ask_reset(self) -> None:
        """Begin anew, once a person has said so again."""
        dialog = Dialog(self.window(), "training.reset.title", "training.reset.sentence", [RESET])
        dialog.chosen.connect(lambda _verb: self.reset_wanted.emit())
        dialog.open()


class TrainingClient(Client):
    """The same program on the training shop; its profile has no wire.

    Attributes:
        strip: above every screen, once the window is open.
    """

    training = True

    def __init__(
        self, real: Paths, *, clock: Clock | None, environment: Mapping[str, str], synchronise: bool = True
    ) -> None:
        super().__init__(real.training, clock=clock, environment=environment, synchronise=synchronise)
        self._real = real
        self.strip: TrainingStrip | None = None
        self._waiting: Waiting | None = None

    def _new_profile(self, paths: Paths, clock: Clock, environment: Mapping[str, str]) -> TrainingProfile:
        return TrainingProfile(paths, clock, environment)

    def _dress(self, window: MainWindow) -> None:
        """The strip above the screens of a new window."""
        if self.workbench is None:
            return
        self.strip = TrainingStrip(self.workbench.shortcuts)
        self.strip.left.connect(self.left)
        self.strip.reset_wanted.connect(self.reset_wanted)
        self.strip.printer_wanted.connect(self._take_printer)
        if self._waiting is not None:
            self.strip.show_real(self._waiting)
        window.put_strip(self.strip, self.strip.actions_here)

    def show_real(self, now: Waiting) -> None:
        """What of the real counter is not uploaded yet."""
        self._waiting = now
        if self.strip is not None:
            self.strip.show_real(now)

    def _lock_strip(self) -> QWidget | None:
        return Strip("training.strip")

    def _listen(self, scheduler: Scheduler) -> None:
        """There is nobody to listen to."""

    def _ask_sign_out(self) -> None:
        """Who signs out of the training shop has practised enough."""
        self.left()

    def _take_printer(self) -> None:
        address = printer_of(self._real)
        if not address:
            self.messages.error("training_no_printer")
            return
        self.settings.set(PRINTER, address)
        self.messages.info("training.on_printer", printer=address)
