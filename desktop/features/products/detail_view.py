"""One product beside the list: description, bar codes, prices by list."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.products.operations import Detail, PriceLine
from desktop.features.products.table_model import price_words
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import quantity_text
from desktop.widgets.grid import Align, Cell, Column, Grid, ListSource
from desktop.widgets.layout import MEDIUM, SMALL, TIGHT, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from domain.kernel.channels import Row


def list_words(line: PriceLine) -> str:
    """A list's name; the base list has none of its own."""
    if line.base and not line.list_name:
        return i18n.tr("products.price_list.base")
    return line.list_name or line.list_code


def _price(line: PriceLine) -> Cell:
    text = f"{price_words(line.price)}/{line.unit}" if line.unit else price_words(line.price)
    return Cell(text, bold=line.holds, tone="text" if line.holds else "secondary")


def _list(line: PriceLine) -> Cell:
    least = quantity_text(line.min_quantity)
    return Cell(list_words(line), i18n.tr("products.price.from_quantity", quantity=least) if line.min_quantity else "")


def _since(line: PriceLine) -> Cell:
    if line.holds:
        return Cell(line.valid_from, i18n.tr("products.price.holds"))
    return Cell(line.valid_from, i18n.tr("products.price.until", date=line.valid_to) if line.valid_to else "")


PRICE_COLUMNS = (
    Column("list", "products.price.list", _list, 110, stretch=True),
    Column("price", "products.price.price", _price, 92, Align.RIGHT),
    Column("since", "products.price.since", _since, 104),
)


class ProductDetail(Live, QWidget):
    """Shows a :class:`Detail`, or that nothing is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: Detail | None = None
        self.name = Text("", typeface.HEADING, wrap=True)
        self.spec = Text("", typeface.SMALL, "secondary", wrap=True)
        self.status = Chip()
        self.tax = Text("", typeface.SMALL, "secondary", wrap=True)
        self.range = Text("", typeface.SMALL, "secondary", wrap=True, optional=True)
        self._codes = column(gap=TIGHT)
        self.codes_title = Text("products.detail.barcodes", typeface.STRONG)
        self.price_source = ListSource(key=lambda line: (line.list_code, line.valid_from, line.unit, line.min_quantity))
        empty = EmptyState("products.price.none", icon="coins")
        self.prices = Grid(
            PRICE_COLUMNS, self.price_source, name_key="products.detail.prices", two_lines=True, empty=empty
        )
        top = row(self.name, self.status, gap=SMALL)
        top.setStretch(0, 1)
        self._card = Card("", top, self.spec, self.tax, self.range, self.codes_title, self._codes, gap=SMALL)
        self._nothing = EmptyState("products.detail.nothing", icon="tag")
        whole = column(
            self._nothing, self._card, Text("products.detail.prices", typeface.STRONG), self.prices, gap=MEDIUM
        )
        whole.setStretchFactor(self.prices, 1)
        self.setLayout(whole)
        self.show_detail(None)
        self.go_live()

    def show_detail(self, detail: Detail | None) -> None:
        """Show another product, or the same again after a change."""
        self._detail = detail
        self._nothing.setVisible(detail is None)
        self._card.setVisible(detail is not None)
        self.price_source.replace(detail.prices if detail else [])
        self.prices.reload()
        self._tell()

    def restyle(self) -> None:
        """Room for some prices in a low window."""
        self.prices.setMinimumHeight(theme().px(140))

    def retranslate(self) -> None:
        """The same product in the language in force."""
        self._tell()

    def _tell(self) -> None:
        if self._detail is None:
            return
        product = self._detail.product
        self.name.show_value(product["name"])
        parts = (product["code"], product["spec"], product["unit"])
        self.spec.show_value(" · ".join(part for part in parts if part))
        listed = product["status"] == "listed"
        self.status.say(
            "products.status.listed" if listed else "products.status.delisted", "success" if listed else "neutral"
        )
        rate = format_rate(product["tax_rate_bp"])
        stocked = i18n.tr("products.detail.stocked" if product["stocked"] else "products.detail.not_stocked")
        self.tax.show_value(f"{i18n.tr('products.detail.tax', rate=rate)} · {stocked}")
        name = self._detail.range_name
        self.range.show_value(i18n.tr("products.detail.range", name=name) if name else "")
        self._put_codes(self._detail.barcodes)

    def _put_codes(self, barcodes: list[Row]) -> None:
        while (item := self._codes.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.codes_title.setVisible(bool(barcodes))
        for code in barcodes:
            label = Text("", typeface.BODY)
            label.show_value(_code_words(code))
            self._codes.put(label)


def _code_words(barcode: Row) -> str:
    if barcode["factor"] == 1000 and not barcode["unit"]:
        return str(barcode["code"])
    pack = i18n.tr("products.detail.pack", unit=barcode["unit"], quantity=quantity_text(barcode["factor"]))
    return f"{barcode['code']}  {pack}"


def format_rate(basis_points: int) -> str:
    """``1300`` is ``13``."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)
