"""What a shop may choose about its printing."""

from __future__ import annotations

from typing import Any

from desktop.platform.setting import Setting

PRINTER = Setting("printer", str, "", "printing.settings.printer")
PAPER = Setting(
    "paper",
    int,
    80,
    "printing.settings.paper",
    choices=(58, 80),
    choice_texts=("printing.paper.58", "printing.paper.80"),
)
PRINTER_FONT = Setting("printer_chinese", bool, True, "printing.settings.font")
AUTOMATIC = Setting("receipt_automatic", bool, True, "printing.settings.automatic")
DRAWER = Setting("drawer", bool, False, "printing.settings.drawer")
SHOP_NAME = Setting("receipt_shop", str, "", "printing.settings.shop")
HEADER = Setting("receipt_header", str, "", "printing.settings.header")
FOOTER = Setting("receipt_footer", str, "", "printing.settings.footer")
NOTES = Setting("receipt_notes", bool, True, "printing.settings.notes")
LOTS = Setting("receipt_lots", bool, True, "printing.settings.lots")
SERIALS = Setting("receipt_serials", bool, True, "printing.settings.serials")

DECLARED: tuple[Setting[Any], ...] = (
    PRINTER, PAPER, PRINTER_FONT, AUTOMATIC, DRAWER, SHOP_NAME, HEADER, FOOTER, NOTES, LOTS, SERIALS,
)  # fmt: skip
