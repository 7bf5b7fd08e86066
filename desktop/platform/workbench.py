"""What a screen is given: the store, the lanes it may work on, and the ways to tell others. Made by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.platform.changes import Changes
from desktop.platform.messages import Messages
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.task import Task
from desktop.platform.threads import Threads
from desktop.store.attaching import Attached
from desktop.store.identity import Identity
from desktop.store.people import People
from desktop.store.store import Performed, Store
from domain.kernel.clock import Clock
from domain.kernel.context import Actor
from domain.kernel.errors import Refused

T = TypeVar("T")
SignInAt = Callable[[str, str], Task[Identity]]
"""Signs the person at this PC in at a server's address, with a password."""


FetchContent = Callable[[Attached], Task[bool]]
"""Brings the content of a file here."""


def _no_line() -> bool:
    raise Refused("attachment_offline")


class Workbench(QObject):
    """The surroundings of every screen.

    Attributes:
        store: the local databases. Views never call it on the UI thread but through :meth:`do` and :meth:`ask`
            (reads below 5 ms by an index may be made directly).
        changes: what changed; screens decide whether to read again.
        messages: the banner and the funnel.
        people: who may use this PC.
        sign_in_at: moves this PC to another address of its server.
        fetch_content: brings the content of a file on a document here; refuses while nothing talks to the server.

    Signals:
        open_requested(str, dict): show this screen with these parameters.
        sync_requested(): synchronise now.
        performed(Performed): a command happened here; on the UI thread, after its change set.
        print_requested(str): print the order of this id.
        test_print_requested(): print a page that shows whether the printer is set up.
        action_requested(str): do what the window does for the action of this id.
        help_requested(str): show this page of the help.
    """

    open_requested = Signal(str, dict)
    sync_requested = Signal()
    performed = Signal(object)
    print_requested = Signal(str)
    test_print_requested = Signal()
    action_requested = Signal(str)
    help_requested = Signal(str)

    def __init__(
        self,
        store: Store,
        threads: Threads,
        changes: Changes,
        messages: Messages,
        settings: Settings,
        shortcuts: Shortcuts,
        people: People,
        sign_in_at: SignInAt,
    ) -> None:
        super().__init__()
        self.store = store
        self.threads = threads
        self.changes = changes
        self.messages = messages
        self.settings = settings
        self.shortcuts = shortcuts
        self.people = people
        self.sign_in_at = sign_in_at
        self.fetch_content: FetchContent = lambda _wanted: threads.files.task(_no_line)

    @property
    def clock(self) -> Clock:
        """This PC's clock."""
        return self.store.clock

    @property
    def actor(self) -> Actor:
        """The person signed in, with the role that the network last told."""
        with self.store.read() as connection:
            return self.store.actor(connection)

    def do(self, operation: Callable[[Store], Performed], owner: QObject | None = None) -> Task[Performed]:
        """Run an operation on the writer; its change set is broadcast and a sync follows by itself.

        The task's end is told on the UI thread; a refusal that nobody handles shows as a message.
        """

        def work() -> Performed:
            performed = operation(self.store)
            self.changes.broadcast(performed.changes)
            # By the same way as the change set: behind it, on the UI thread, and not at all once the program closes.
            self.threads.ui.post(lambda: self.performed.emit(performed))
            return performed

        return self.threads.writer.task(work, owner)

    def write(self, work: Callable[[Store], T], owner: QObject | None = None) -> Task[T]:
        """Run other work on the writer: drafts, settling an inbox entry."""
        return self.threads.writer.task(lambda: work(self.store), owner)

    def ask(self, question: Callable[[Store], T], owner: QObject | None = None) -> Task[T]:
        """Run a read on the reader lane."""
        return self.threads.reader.task(lambda: question(self.store), owner)

    def open(self, screen: str, **params: Any) -> None:
        """Show another screen; features never import each other."""
        self.open_requested.emit(screen, params)
