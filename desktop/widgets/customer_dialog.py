"""Choosing a customer: find by phone digits, name or initials, or make a new one in place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget

from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import customers
from desktop.store.ledger import DraftsAfter
from desktop.store.store import Performed
from desktop.widgets.consent import Consent
from desktop.widgets.customer_box import CustomerBox
from desktop.widgets.dialog import Dialog
from desktop.widgets.form import Form
from desktop.widgets.kept_form import Field, Keeper, KeptForm
from desktop.widgets.key_button import Weight
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

WALK_IN, NEW = "walk_in", "new"
WIDTH, HEIGHT, LEAST = 620, 440, 200
AROUND = 30
"""Pixels at 100 % that the window keeps around the dialog."""
Chosen = Callable[[str | None], None]


class CustomerDialog(Dialog):
    """One box to find; name, phone and consent of a new one; *chosen* is told the customer's id, None for the walk-in.

    *keeper* keeps what is said of a new one until it is answered; *drafts* says what becomes of it in his commit.
    """

    def __init__(
        self,
        parent: QWidget,
        workbench: Workbench,
        chosen: Chosen,
        keeper: Keeper | None = None,
        drafts: DraftsAfter | None = None,
    ) -> None:
        verbs = (
            Verb(WALK_IN, "widgets.customer.walk_in", "F6"),
            Verb(NEW, "widgets.customer.add", "F9", weight=Weight.PRIMARY, enters=False),
        )
        super().__init__(parent, "widgets.customer.title", verbs=verbs, keeps_open=True)
        self._workbench, self._chosen, self._host, self._drafts = workbench, chosen, parent, drafts
        self.box = CustomerBox(workbench)
        self.name, self.phone, self.consent = QLineEdit(), QLineEdit(), Consent()
        self.form = Form()
        self.form.add("name", "widgets.customer.name", self.name)
        self.form.add("phone", "widgets.customer.phone", self.phone)
        self.form.add("consent", "customers.field.consent", self.consent, "customers.dialog.consent_hint")
        self.body.put(self.box, Text("widgets.customer.or_new", colour="secondary"), self.form)
        self.body.addStretch(1)
        whole = self.layout()
        if isinstance(whole, QBoxLayout):
            whole.setStretchFactor(self.body, 1)
        self.box.picked.connect(self._pick)
        self.box.submitted.connect(self._begin_new)
        self.chosen.connect(self._verb)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()
        fields: dict[str, Field] = {"name": self.name, "phone": self.phone, "consent": self.consent}
        self._kept = KeptForm(self, keeper, fields) if keeper is not None else None

    def begin(self) -> None:
        """Open with the focus in the box."""
        self.open()
        self.box.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """Wide enough for a name and a phone number, high enough for the list."""
        super().restyle()
        if hasattr(self, "form"):
            px, room = theme().px, self._host.window().height() - theme().px(AROUND)
            self.setMinimumSize(px(WIDTH), max(px(LEAST), min(px(HEIGHT), room)))
            for field in (self.name, self.phone):
                field.setMinimumHeight(theme().control_height())

    def _pick(self, customer_id: object) -> None:
        self._tell(str(customer_id))
        self.accept()

    def _begin_new(self, text: str) -> None:
        """Nobody found: what was typed begins the new customer."""
        digits = text.replace(" ", "").lstrip("+").isdecimal()
        (self.phone if digits else self.name).setText(text)
        self.box.clear()
        (self.name if digits else self.phone).setFocus(Qt.FocusReason.TabFocusReason)

    def _verb(self, verb: str) -> None:
        if verb == WALK_IN:
            self._tell(None)
            self.accept()
            return
        name, phone = self.name.text().strip() or self.box.text().strip(), self.phone.text().strip()
        if not name:
            self.form.show_error("name", "no_name")
            return
        drafts, consent = self._drafts, self.consent.said(self._workbench.clock.today())
        task = self._workbench.do(
            lambda store: customers.add_customer(store, name=name, phone=phone, consent=consent, drafts=drafts), self
        )
        task.on_done(self._added)

    def _tell(self, customer_id: str | None) -> None:
        if self._kept is not None:
            self._kept.used()
        self._chosen(customer_id)

    def _added(self, done: Performed) -> None:
        self._tell(done.document_id)
        self.accept()
