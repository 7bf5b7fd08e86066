"""First expired, first out."""

from __future__ import annotations

from hypothesis import given, strategies as st

from domain.stock.picking import LotStock, in_order, is_expired, less, pick

DAY = "2026-11-22"
DAYS = st.none() | st.sampled_from(["2026-10-01", "2026-11-21", DAY, "2026-11-23", "2027-01-31", "2027-12-31"])
SHELVES = st.dictionaries(
    st.sampled_from(["", "A", "B", "C", "D", "E"]), st.tuples(st.integers(-3_000, 20_000), DAYS), max_size=6
).map(lambda found: [LotStock(lot, quantity, until if lot else None) for lot, (quantity, until) in found.items()])


@given(st.integers(1, 60_000), SHELVES)
def test_parts_sum_to_the_line_and_no_later_lot_goes_before_an_earlier_one(wanted: int, shelf: list[LotStock]) -> None:
    picked = pick(wanted, shelf, DAY)
    assert sum(quantity for _, quantity in picked) == wanted
    assert len({lot for lot, _ in picked}) == len(picked)
    assert all(quantity > 0 for _, quantity in picked)
    left = {one.lot: one.quantity for one in less(shelf, picked)}
    named = [one for one in shelf if one.lot]
    for lot, _ in picked:
        if not lot:
            continue
        assert left[lot] >= 0, "never more of a lot than is there"
        mine = next(one for one in named if one.lot == lot)
        for other in named:
            if other is not mine and sooner(other, mine):
                assert left[other.lot] <= 0, "something that expires sooner lies there still"


def sooner(one: LotStock, other: LotStock) -> bool:
    """Said in other words than the product's: good before spoilt, then the earlier last day."""
    spoilt, spoilt_too = (
        one.expires_on in ("2026-10-01", "2026-11-21"),
        other.expires_on in ("2026-10-01", "2026-11-21"),
    )
    if spoilt != spoilt_too:
        return not spoilt
    return (one.expires_on or "9999") < (other.expires_on or "9999")


@given(st.integers(1, 60_000), SHELVES)
def test_goods_of_no_lot_are_taken_only_when_no_good_lot_is_left(wanted: int, shelf: list[LotStock]) -> None:
    picked = dict(pick(wanted, shelf, DAY))
    good = sum(max(0, one.quantity) for one in shelf if one.lot and not is_expired(one.expires_on, DAY))
    everything = sum(max(0, one.quantity) for one in shelf)
    known = sum(max(0, one.quantity) for one in shelf if not one.lot)
    assert picked.get("", 0) == max(0, min(wanted - good, known)) + max(0, wanted - everything)


def test_the_order_by_hand() -> None:
    shelf = [
        LotStock("FOREVER", 1),
        LotStock("", 1),
        LotStock("GONE", 1, "2026-11-21"),
        LotStock("TODAY", 1, DAY),
        LotStock("LATER", 1, "2027-01-01"),
    ]
    assert [one.lot for one in in_order(shelf, DAY)] == ["TODAY", "LATER", "FOREVER", "", "GONE"]
