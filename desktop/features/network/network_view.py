"""Dealers and people: the tree, and beside it the chosen party with its people."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.network import actions, operations
from desktop.features.network.dealer_dialog import AddDealerDialog, EditDealerDialog, MoveDealerDialog
from desktop.features.network.operations import Branch
from desktop.features.network.party_view import PartyDetail
from desktop.features.network.person_dialog import (
    AddPersonDialog,
    EditPersonDialog,
    NetworkRulesDialog,
    PasswordDialog,
    PinResetDialog,
)
from desktop.features.network.table_model import PARTY_COLUMNS, matches
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.store import Store
from desktop.widgets.clash_line import ClashLine, beside
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import SMALL, column
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.scan_box import with_key
from desktop.widgets.side_by_side import SideBySide
from domain.kernel.channels import Row
from domain.kernel.ids import HQ_PARTY_ID

TABLES = ("party", "person")
SIDE_WIDTH = 380
LEAST_LIST = 180
"""Pixels at 100 % that the list keeps in a low window; the page scrolls."""


class NetworkView(Page):
    """The screen.

    Attributes:
        actor: the person signed in.
        branch: the party chosen in the tree.
        person: the person chosen beside it.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("network.screen.title")
        self.workbench = workbench
        self.actor = workbench.actor
        self.branch: Branch | None = None
        self.person: Row | None = None
        self._wanted: str | None = self.actor.party_id
        self._stale = True
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self._source = ListSource(key=lambda branch: branch.id, matches=matches)
        empty = EmptyState("network.list.empty", icon="tree")
        self.grid = Grid(PARTY_COLUMNS, self._source, name_key="network.list.name", empty=empty)
        self.detail = PartyDetail()
        self.clashes = ClashLine(workbench)
        self.actions_here = self.use_actions(Actions(actions.DECLARED, self, workbench.shortcuts))
        left = QWidget()
        left.setLayout(column(self.search, self.grid, gap=SMALL))
        self.content.put(SideBySide(left, beside(self.clashes, self.detail), SIDE_WIDTH))
        self._put_buttons()
        self._connect()
        self.go_live()
        self._read()

    def first_focus(self) -> QWidget:
        """The tree."""
        return self.grid.table

    def opened(self) -> None:
        """Read what changed while another screen was in front."""
        self.actor = self.workbench.actor
        if self._stale:
            self._read()
        self.actions_here.refresh()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Parties or people changed."""
        if touches(change_set, *TABLES):
            self._read()

    def retranslate(self) -> None:
        """Hints in the language in force."""
        cap = self.workbench.shortcuts.label("network.find")
        self.search.setPlaceholderText(with_key("network.list.search", cap))
        self.search.setAccessibleName(i18n.tr("network.action.find"))

    def restyle(self) -> None:
        """Measures of the look in force."""
        self.search.setMinimumHeight(theme().control_height())
        self.grid.setMinimumHeight(theme().px(LEAST_LIST))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the search the arrows go into the tree."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.search.hasFocus():
            self.grid.table.setFocus()
            return
        super().keyPressEvent(event)

    # -- actions -----------------------------------------------------------------------------------------------------

    def find_party(self) -> None:
        """To the search."""
        self.search.setFocus()
        self.search.selectAll()

    def add_dealer(self) -> None:
        """A dealer below the chosen party."""
        if self.branch is not None:
            AddDealerDialog(self, self.workbench, self.branch.party).begin()

    def edit_dealer(self) -> None:
        """The chosen dealer's file."""
        if self.branch is not None:
            EditDealerDialog(self, self.workbench, self.branch.party).begin()

    def move_dealer(self) -> None:
        """Another upline for the chosen dealer."""
        if self.branch is not None:
            MoveDealerDialog(self, self.workbench, self.branch.party).begin()

    def add_person(self) -> None:
        """A person of the chosen party."""
        if self.branch is not None:
            AddPersonDialog(self, self.workbench, self.branch.party).begin()

    def edit_person(self) -> None:
        """Role and state of the chosen person."""
        if self.person is not None:
            EditPersonDialog(self, self.workbench, self.person).begin()

    def set_password(self) -> None:
        """A new password for the chosen person."""
        if self.person is not None:
            PasswordDialog(self, self.workbench, self.person).begin()

    def reset_pin(self) -> None:
        """The chosen person chooses a new PIN."""
        if self.person is not None:
            PinResetDialog(self, self.workbench, self.person).open()

    def set_rules(self) -> None:
        """What holds for the whole network."""
        NetworkRulesDialog(self, self.workbench).begin()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _put_buttons(self) -> None:
        here = self.actions_here
        persons = [KeyButton.of(here[each.id]) for each in (actions.EDIT_PERSON, actions.PASSWORD, actions.RESET_PIN)]
        if operations.may_maintain_dealers(self.actor):
            dealer = [
                KeyButton.of(here[each.id]) for each in (actions.EDIT_DEALER, actions.MOVE_DEALER, actions.ADD_PERSON)
            ]
            self.put_foot(dealer + persons, PrimaryButton.of(here[actions.ADD_DEALER.id]))
        else:
            self.put_foot(persons, PrimaryButton.of(here[actions.ADD_PERSON.id]))

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda text: self.grid.set_filter(text.strip()))
        self.grid.current_changed.connect(self._choose)
        self.grid.opened.connect(lambda _: self.actions_here[actions.EDIT_DEALER.id].trigger())
        self.detail.people.current_changed.connect(self._choose_person)
        self.detail.people.opened.connect(lambda _: self.actions_here[actions.EDIT_PERSON.id].trigger())
        self.workbench.changes.changed.connect(self._hear)

    def _hear(self, change_set: ChangeSet) -> None:
        if touches(change_set, *TABLES):
            self._stale = True
            if self.isVisible():
                self._read()

    def _read(self) -> None:
        self._stale = False
        self.workbench.ask(operations.tree, self).on_done(self._show_tree)

    def _show_tree(self, branches: list[Branch]) -> None:
        self._source.replace(branches)
        self.note.say("network.list.count", n=sum(1 for branch in branches if branch.id != HQ_PARTY_ID))
        self.grid.reload()
        if self._wanted is not None:
            self.grid.select_key(self._wanted)
            self._wanted = None

    def _choose(self, branch: Branch | None) -> None:
        moved = (branch and branch.id) != (self.branch and self.branch.id)
        self.branch = branch
        if moved:
            self.person = None
            self.detail.show_people([])
        self.detail.show_party(branch)
        self.actions_here.refresh()
        if branch is not None:
            self._read_people(branch.id)

    def _read_people(self, party_id: str) -> None:
        def read(store: Store) -> tuple[str, list[Row]]:
            return party_id, operations.people_of(store, party_id)

        self.workbench.ask(read, self).on_done(self._show_people)

    def _show_people(self, found: tuple[str, list[Row]]) -> None:
        if self.branch is not None and self.branch.id == found[0]:
            self.detail.show_people(found[1])
            self.clashes.show_records(found[0], *(one["id"] for one in found[1]))

    def _choose_person(self, person: Any) -> None:
        self.person = person
        self.actions_here.refresh()
