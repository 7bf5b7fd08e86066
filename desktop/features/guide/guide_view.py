"""The first steps, one after another; every one can be skipped, and all of them stay here for later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.guide import operations
from desktop.features.guide.step_card import DONE, OPEN, SKIPPED, StepCard
from desktop.platform import print_settings
from desktop.platform.guide_settings import STEPS
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.form import Form
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import MEDIUM, column
from desktop.widgets.page import Page
from desktop.widgets.text import Text
from domain.parties.roles import SELLING

PRINTER, SCANNER, RECEIPT, PIN, SALE = "printer", "scanner", "receipt", "pin", "sale"
TEXTS = (print_settings.SHOP_NAME, print_settings.HEADER, print_settings.FOOTER)
LONGEST = 200


class GuidePage(Page):
    """What a new shop sets up before its first customer. Nothing here stops anybody from selling.

    Attributes:
        cards: the steps of whoever works here, in order.
        heard: what the scanner brought.
        fields: the receipt's texts by setting.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("guide.title")
        self._workbench, self._turn = workbench, ""
        self.heard = Text("guide.scanner.waiting", wrap=True)
        self._printer = Text("", wrap=True)
        self.form = Form()
        self.fields = {setting.key: self._field(setting.key, setting.description) for setting in TEXTS}
        sells = workbench.actor.role in SELLING
        made = {PRINTER: self._printer_step, SCANNER: self._scanner_step, RECEIPT: self._receipt_step,
                PIN: self._pin_step, SALE: self._sale_step}  # fmt: skip
        self.cards = {step: make() for step, make in made.items() if sells or step in (SCANNER, PIN, SALE)}
        for step, card in self.cards.items():
            card.skipped.connect(lambda step=step: self.mark(step, SKIPPED))
            card.opened.connect(lambda step=step: self._take_turn(step))
        self._holder = QWidget()
        self._holder.setLayout(
            column(Text("guide.sentence", colour="secondary", wrap=True), *self.cards.values(), 1, gap=MEDIUM)
        )
        self.content.put(self._holder)
        self._sell = self._button("guide.sell", lambda: workbench.open("order_entry"))
        self.put_actions(*((self._sell,) if sells else ()))
        self.go_live()
        self.opened()

    # -- steps -------------------------------------------------------------------------------------------------------

    @property
    def turn(self) -> str:
        """The step that is shown whole; empty when all are behind."""
        return self._turn

    def mark(self, step: str, state: str) -> None:
        """A step was done or skipped; the next one has its turn."""
        self._keep(step, state)
        self._take_turn(next((each for each in self.cards if self._state(each) == OPEN), ""))
        self.first_focus().setFocus()

    def _keep(self, step: str, state: str) -> None:
        steps: dict[str, Any] = self._workbench.settings.get(STEPS)
        self._workbench.settings.set(STEPS, {**steps, step: state})

    def _state(self, step: str) -> str:
        if step == PIN and self._workbench.people.current.has_pin:
            return DONE
        steps: dict[str, Any] = self._workbench.settings.get(STEPS)
        found = steps.get(step)
        return str(found) if found in (DONE, SKIPPED) else OPEN

    def _take_turn(self, step: str) -> None:
        self._turn = step
        for name, card in self.cards.items():
            card.show_state(self._state(name), whole=name == step)

    def _printer_step(self) -> StepCard:
        return StepCard(
            PRINTER,
            [self._printer],
            [
                self._button("guide.printer.choose", lambda: self._workbench.open("settings"), Weight.PRIMARY),
                self._button("guide.printer.test", self._workbench.test_print_requested.emit),
                self._button("guide.printer.done", lambda: self.mark(PRINTER, DONE)),
            ],
        )

    def _scanner_step(self) -> StepCard:
        return StepCard(
            SCANNER, [self.heard], [self._button("guide.next", lambda: self.mark(SCANNER, DONE), Weight.PRIMARY)]
        )

    def _receipt_step(self) -> StepCard:
        return StepCard(RECEIPT, [self.form], [self._button("guide.receipt.keep", self._keep_texts, Weight.PRIMARY)])

    def _pin_step(self) -> StepCard:
        ask = self._workbench.action_requested.emit
        return StepCard(PIN, [], [self._button("guide.pin.choose", lambda: ask("app.pin"), Weight.PRIMARY)])

    def _sale_step(self) -> StepCard:
        how = self._button("guide.sale.how", lambda: self._workbench.help_requested.emit("first_sale"))
        return StepCard(SALE, [], [self._button("guide.sale.begin", self._practise, Weight.PRIMARY), how])

    def _practise(self) -> None:
        self.mark(SALE, DONE)
        self._workbench.action_requested.emit("app.training")

    def _keep_texts(self) -> None:
        for setting in TEXTS:
            self._workbench.settings.set(setting, self.fields[setting.key].text().strip())
        self.mark(RECEIPT, DONE)

    # -- page --------------------------------------------------------------------------------------------------------

    def scanned(self, code: str) -> bool:
        """What came is shown; that it came at all means that the scanner is known by its rhythm."""
        asked = self._workbench.ask(lambda store: operations.name_of(store, code), self)
        asked.on_done(lambda name: self._tell_scan(code, name))
        return True

    def _tell_scan(self, code: str, name: str) -> None:
        if name:
            self.heard.say("guide.scanner.known", code=code, name=name)
        else:
            self.heard.say("guide.scanner.unknown", code=code)
        self._keep(SCANNER, DONE)
        self._take_turn(SCANNER)

    def opened(self) -> None:
        """Printer, texts and PIN may have been set elsewhere."""
        address = self._workbench.settings.get(print_settings.PRINTER)
        if address:
            self._printer.say("guide.printer.known", address=address)
        else:
            self._printer.say("guide.printer.none")
        for setting in TEXTS:
            self.fields[setting.key].setText(self._workbench.settings.get(setting))
        if self._state(self._turn) != OPEN or not self._turn:
            self._take_turn(next((each for each in self.cards if self._state(each) == OPEN), ""))

    def first_focus(self) -> QWidget:
        """The first control of the step whose turn it is, else the way to selling."""
        card = self.cards.get(self._turn)
        inside = (
            [each for each in card.findChildren(QWidget) if isinstance(each, (QLineEdit, KeyButton))] if card else []
        )
        return next((each for each in inside if each.isVisibleTo(self)), self._sell)

    def restyle(self) -> None:
        """Narrow enough to read a line at once."""
        self._holder.setMaximumWidth(theme().px(720))
        for field in self.fields.values():
            field.setMinimumHeight(theme().control_height())

    def _field(self, key: str, description: str) -> QLineEdit:
        field = QLineEdit()
        field.setMaxLength(LONGEST)
        self.form.add(key, description, field)
        return field

    def _button(self, key: str, work: Callable[[], None], weight: Weight = Weight.PLAIN) -> KeyButton:
        button = KeyButton(key, weight=weight)
        button.clicked.connect(lambda: work())
        return button
