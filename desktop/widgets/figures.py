"""Figures as people write them: amounts with their sign, quantities, moments; the same on every screen."""

from __future__ import annotations

import datetime as dt

import i18n
from domain.catalogue.units import in_unit
from domain.kernel.money import format_amount, format_price, format_quantity

MINUS = "−"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SHOWN_AT_ENDS = 7
"""A telephone number of fewer digits is hidden but for its last two."""
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def amount_text(minor: int, currency: str = "CNY") -> str:
    """Minor units: ``¥1,280.00``, ``−¥8.00``."""
    return _signed(minor, currency, format_amount(abs(minor), currency))


def price_text(price: int, currency: str = "CNY") -> str:
    """A unit price in 1/10000: ``¥46.80``."""
    return _signed(price, currency, format_price(abs(price)))


def quantity_text(quantity: int) -> str:
    """Thousandths: ``1.568``, ``−2``."""
    plain = _grouped(format_quantity(abs(quantity)))
    return MINUS + plain if quantity < 0 else plain


def unit_text(quantity: int, factor: int, unit: str) -> str:
    """Thousandths of a product's own unit in the unit of which *factor* are one: ``2 箱``, ``1 + 5/24 箱``."""
    exact = in_unit(quantity, factor)
    if exact is not None:
        return f"{quantity_text(exact)} {unit}".rstrip()
    sign = MINUS if quantity < 0 else ""
    whole, rest = divmod(abs(quantity), factor)
    part = f"{quantity_text(rest)}/{quantity_text(factor)} {unit}"
    return f"{sign}{_grouped(str(whole))} + {part}" if whole else f"{sign}{part}"


def signed_text(quantity: int) -> str:
    """A difference in thousandths: ``+2``, ``−5``, ``0``."""
    return f"+{quantity_text(quantity)}" if quantity > 0 else quantity_text(quantity)


def moment(ms: int) -> dt.datetime:
    """A UTC instant in this PC's zone."""
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).astimezone()


def moment_text(ms: int, now_ms: int = 0) -> str:
    """``11-20 14:05``; with the year when it is another than now's; empty for never."""
    if not ms:
        return ""
    at = moment(ms)
    other_year = bool(now_ms) and moment(now_ms).year != at.year
    return at.strftime("%Y-%m-%d %H:%M" if other_year else "%m-%d %H:%M")


def age_text(at: int, now_ms: int) -> str:
    """How long ago in words: just now, minutes, hours, then the moment; empty for never."""
    age = now_ms - at
    if not at or age >= DAY:
        return moment_text(at, now_ms)
    if age < MINUTE:
        return i18n.tr("widgets.age.now")
    if age < HOUR:
        return i18n.tr("widgets.age.minutes", n=age // MINUTE)
    return i18n.tr("widgets.age.hours", n=age // HOUR)


def masked_phone(phone: str) -> str:
    """``13812346621`` is ``138****6621``: enough to recognise, not enough to copy from the screen."""
    if len(phone) > SHOWN_AT_ENDS:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * (len(phone) - 2) + phone[-2:] if len(phone) > 2 else phone


def _signed(value: int, currency: str, plain: str) -> str:
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{MINUS if value < 0 else ''}{sign}{_grouped(plain)}"


def _grouped(plain: str) -> str:
    whole, point, part = plain.partition(".")
    return f"{int(whole):,}{point}{part}"
