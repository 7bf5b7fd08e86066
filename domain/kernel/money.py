"""Money and quantities as integers; every rounding has a name and stands here.

Amounts are minor units (fen), unit prices are 1/10000 of the currency unit, quantities are thousandths of a product's
unit, rates are basis points. Source of the rules: ARCHITECTURE "Numbers", DOMAIN "Prices and promotions".
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from domain.kernel.errors import Invalid

PRICE_SCALE = 10_000
QUANTITY_SCALE = 1_000
LIMIT = 10**15
"""No amount, price or quantity may reach this: sums of them must stay inside 64 bits."""

_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}


def exponent(currency: str) -> int:
    """Decimal places of a currency's minor unit; 2 unless ISO 4217 says otherwise."""
    return _EXPONENTS.get(currency, 2)


def divide_half_away(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero: 5/2 → 3, −5/2 → −3. *denominator* is positive."""
    quotient, rest = divmod(abs(numerator), denominator)
    if 2 * rest >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def line_amount(quantity: int, unit_price: int, currency: str = "CNY", factor: int = QUANTITY_SCALE) -> int:
    """Amount of a line in minor units, rounded once, half away from zero.

    *quantity* in thousandths of the product's own unit, *unit_price* in 1/10000 for *factor* of them: for one, or for a
    whole case. The one place where a line is rounded.
    """
    return divide_half_away(quantity * unit_price * 10 ** exponent(currency), factor * PRICE_SCALE)


def tax_included(amount: int, rate_bp: int) -> int:
    """The tax inside an amount that includes it, half away from zero; sign-symmetric."""
    return divide_half_away(amount * rate_bp, 10_000 + rate_bp)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of *amount* in proportion to *weights* by largest remainder: they add up exactly.

    Ties go to the earlier part. Negative amounts are split as the exact negative of the positive ones.
    """
    total = sum(weights)
    if not weights or total <= 0 or min(weights) < 0:
        raise Invalid("bad_weights")
    sign, size = (1, amount) if amount >= 0 else (-1, -amount)
    parts = [size * weight // total for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
    for i in by_rest[: size - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


def _scaled(text: str, places: int, code: str) -> int:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise Invalid(code, value=text[:40]) from None
    if not value.is_finite() or abs(value) >= LIMIT:
        raise Invalid(code, value=text[:40])
    scaled = value.scaleb(places)
    if scaled != scaled.to_integral_value() or abs(scaled) >= LIMIT:
        raise Invalid(code, value=text[:40])
    return int(scaled)


def parse_amount(text: str, currency: str = "CNY") -> int:
    """A decimal string as minor units; more places than the currency has are refused, never rounded."""
    return _scaled(text, exponent(currency), "bad_amount")


def parse_price(text: str) -> int:
    """A decimal string as a unit price in 1/10000."""
    return _scaled(text, 4, "bad_price")


def parse_quantity(text: str) -> int:
    """A decimal string as thousandths of a unit."""
    return _scaled(text, 3, "bad_quantity")


def _plain(value: int, places: int, least: int) -> str:
    sign = "-" if value < 0 else ""
    digits = str(abs(value)).rjust(places + 1, "0")
    if places == 0:
        return sign + digits
    whole, part = digits[:-places], digits[-places:]
    part = part.rstrip("0").ljust(least, "0")
    return f"{sign}{whole}.{part}" if part else sign + whole


def format_amount(minor: int, currency: str = "CNY") -> str:
    """Minor units as a plain decimal string: 123450 → ``1234.50``."""
    places = exponent(currency)
    return _plain(minor, places, places)


def format_price(price: int) -> str:
    """A unit price as a decimal string with at least two places: 468000 → ``46.80``."""
    return _plain(price, 4, 2)


def format_quantity(quantity: int) -> str:
    """A quantity without needless zeros: 1568 → ``1.568``, 2000 → ``2``."""
    return _plain(quantity, 3, 0)
