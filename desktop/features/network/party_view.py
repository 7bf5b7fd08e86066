"""One party beside the tree: its file and its people."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.network.operations import Branch
from desktop.features.network.table_model import PERSON_COLUMNS, STATUS_TONES, tier_words
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from domain.kernel.channels import Row


class PartyDetail(Live, QWidget):
    """Shows a party and its people.

    Attributes:
        people: the grid of people.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._branch: Branch | None = None
        self.name = Text("", typeface.HEADING, wrap=True)
        self.status = Chip()
        self.about = Text("", typeface.SMALL, "secondary", wrap=True)
        self.policy = Text("", typeface.SMALL, "secondary", wrap=True)
        top = row(self.name, self.status, gap=SMALL)
        top.setStretch(0, 1)
        self._card = Card("", top, self.about, self.policy, gap=SMALL)
        self._source = ListSource(key=lambda person: person["id"])
        self.people = Grid(
            PERSON_COLUMNS, self._source, name_key="network.people.name", empty=EmptyState("network.people.none")
        )
        self._nothing = EmptyState("network.party.nothing", icon="people")
        self._title = Text("network.people.title", typeface.STRONG)
        whole = column(self._card, self._title, self.people, self._nothing, gap=MEDIUM)
        whole.setStretchFactor(self.people, 1)
        self.setLayout(whole)
        self.go_live()

    def show_party(self, branch: Branch | None) -> None:
        """Show another party's file."""
        self._branch = branch
        for part in (self._card, self._title, self.people):
            part.setVisible(branch is not None)
        self._nothing.setVisible(branch is None)
        self._tell()

    def show_people(self, people: list[Row]) -> None:
        """Show the people of the party."""
        self._source.replace(people)
        self.people.reload()
        if people and self.people.table.current_row() < 0:
            self.people.table.go_to(0)

    def restyle(self) -> None:
        """Room for some people in a low window."""
        self.people.setMinimumHeight(theme().px(120))

    def retranslate(self) -> None:
        """The same party in the language in force."""
        self._tell()

    def _tell(self) -> None:
        if self._branch is None:
            return
        party = self._branch.party
        self.name.show_value(party["name"])
        self.status.say(f"network.status.{party['status']}", STATUS_TONES.get(party["status"], "neutral"))
        parts = [party["code"], tier_words(party) if party["tier"] else "", party["region"]]
        if party["grade"]:
            parts.append(i18n.tr("network.party.grade", grade=party["grade"]))
        self.about.show_value(" · ".join(part for part in parts if part))
        self.policy.say("network.party.pauses" if party["pause_at_zero"] else "network.party.sells_below_zero")
