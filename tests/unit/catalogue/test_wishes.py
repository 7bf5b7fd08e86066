"""Words, prices and a category in one line."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from domain.catalogue.wishes import MOST, Wish, read_wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("龙井 10-20", Wish("龙井", 100_000, 200_000)),
        ("20-10", Wish("", 100_000, 200_000)),
        (">50", Wish("", 500_000, MOST)),
        ("＜￥9.9 糖", Wish("糖", 0, 99_000)),
        ("<=9.9", Wish("", 0, 99_000)),
        (">5 <8.5 tea", Wish("tea", 50_000, 85_000)),
        ("#零食 糖 红", Wish("糖 红", category="零食")),
        ("＃零食 <5", Wish("", 0, 50_000, "零食")),
        ("#", Wish("#")),
        ("海天 生抽", Wish("海天 生抽")),
        ("6902-265", Wish("", 2_650_000, 69_020_000)),
        ("A-12", Wish("A-12")),
        ("1.28L", Wish("1.28L")),
        ("10-", Wish("10-")),
        ("<1.23456", Wish("<1.23456")),
    ],
)
def test_what_is_read(text: str, wish: Wish) -> None:
    assert read_wish(text) == wish


@given(st.text(max_size=60))
def test_any_text_is_fine(text: str) -> None:
    wish = read_wish(text)
    assert wish.words == text or not wish.is_plain


def test_both_ends_are_inside_and_without_a_price_nothing_fits() -> None:
    wish = read_wish("10-20")
    assert [wish.fits(price) for price in (99_999, 100_000, 200_000, 200_001, None)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert read_wish("#tea").fits(None)
