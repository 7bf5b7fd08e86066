"""Reading queries, syllables, spelling and ranking, without any engine."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from domain.catalogue.grams import START, TAIL, ProductText, index_text, sounds
from domain.catalogue.ranking import Place, Step, rank
from domain.catalogue.search import LONGEST_QUERY, Asked, Grams, Sounding, ask
from domain.catalogue.spelling import elements, fold, links, slots, spelled, squeezed
from domain.catalogue.syllables import splits, typos

TEA = ProductText("A-001", "龙井茶 500G", "10袋", "listed", "long'jing'cha'500g longjingcha500g")
NOODLES = ProductText("B1", "重庆小面", "", "listed", "chong/zhong/tong'qing'xiao'mian chongqingxiaomian")


def asked(text: str) -> Asked:
    found = ask(text)
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Crème Brûlée", "creme brulee"),
        ("㎏", "kg"),
        ("龙井", "龙井"),
        ("ガラス", "ガラス"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_elements_are_words_and_characters() -> None:
    assert elements(fold("可口可乐 Zero-330ml*6")) == ["可", "口", "可", "乐", "zero", "330ml", "6"]
    assert squeezed(" a-1 0/茶 ") == "a10茶"


def test_a_chain_of_another_name_is_not_believed() -> None:
    assert links(["龙", "井"], "long'jing longjing") == ["long", "jing"]
    assert links(["龙", "井", "茶"], "long'jing longjing") == ["", "", ""]
    assert links(["oppo", "井"], "long'jing") == ["oppo", ""]
    assert links(["龙"], "") == [""]


def test_index_text() -> None:
    text = index_text(TEA, ["6901234567892"])
    grams = set(text.grams.split())
    assert {"龙井", "井茶", "茶", "袋", "ljc", "jc5", "500", "00g", "0g", "g", "10"} <= grams
    assert {START + gram for gram in ("龙", "龙井", "l", "lj", "ljc")} <= grams
    assert {TAIL + "7892", TAIL + "a001"} <= grams
    assert text.keys == ("a001", "6901234567892")


def test_delisted_and_long_names_stand_behind() -> None:
    ranks = [
        index_text(ProductText("1", name, "", status, ""), ()).rank
        for status in ("listed", "delisted")
        for name in ("茶", "龙井茶", "x" * 5000)
    ]
    assert ranks == sorted(ranks)
    assert ranks[-1] < 256


def test_every_reading_is_indexed_without_spelling_the_name_out() -> None:
    text = index_text(NOODLES, ())
    assert {"cqx", "zqx", "tqx", START + "cqx", START + "zqx"} <= set(text.grams.split())
    known: set[str] = set()
    made = sounds(text, known)
    assert ("chongˈqing", "重庆") in made
    assert ("zhongˈqing", "重庆") in made
    assert ("ˈxiao", "小") in made
    assert sounds(text, known) == []


@pytest.mark.parametrize(
    ("letters", "pieces"),
    [
        ("longjingcha", ("long", "jing", "cha")),
        ("longj", ("long", "j")),
        ("longjc", ("long", "j", "c")),
        ("ljcha", ("l", "j", "cha")),
        ("xian", ("xi", "an")),
        ("fangan", ("fan", "gan")),
        ("fangan", ("fang", "an")),
        ("zhgs", ("zh", "g", "s")),
        ("lvch", ("lv", "ch")),
    ],
)
def test_splits(letters: str, pieces: tuple[str, ...]) -> None:
    assert pieces in splits(letters)


def test_no_pinyin_no_split() -> None:
    assert splits("vvv") == ()
    assert splits("coffeeuu") == ()


@pytest.mark.parametrize(
    ("letters", "meant"),
    [
        ("lonjing", ("long", "jing")),
        ("longjinh", ("long", "jing")),
        ("logjing", ("long", "jing")),
        ("longjnig", ("long", "jing")),
        ("zongqing", ("zhong", "qing")),
        ("niulai", ("niu", "nai")),
        ("kuanquanshui", ("kuang", "quan", "shui")),
    ],
)
def test_typos(letters: str, meant: tuple[str, ...]) -> None:
    assert meant in typos(letters)


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=LONGEST_QUERY))
def test_letters_are_split_without_loss(letters: str) -> None:
    assert all("".join(pieces) == letters for pieces in splits(letters))
    assert all(len(pieces) for pieces in typos(letters))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cqxm", (0, 4)),
        ("chongqingxiaomian", (0, 4)),
        ("zqxm", (1, 4)),
        ("zhongqing", (1, 2)),
        ("chongq", (0, 2)),
        ("chqxm", (0, 4)),
        ("cqxiaom", (0, 4)),
        ("cqmx", None),
        ("cqxmm", None),
        ("chongxiao", None),
    ],
)
def test_spelled(typed: str, found: tuple[int, int] | None) -> None:
    named = elements(NOODLES.name)
    assert spelled(typed, slots(named, links(named, NOODLES.pinyin))) == found


def test_nothing_is_asked() -> None:
    for text in ("", "  ", "%_*\"'()", "\x00\x01", "\ud800"):
        assert ask(text) is None


def test_terms() -> None:
    assert asked("农夫550ML山泉").terms == ("农夫", "550ml", "山泉")
    assert asked("６９０１２").tail == "69012"
    assert asked("690").tail is None
    assert asked("龙井 ljc").key == "龙井ljc"


def test_two_characters_are_one_gram() -> None:
    assert asked("龙井").anywhere() == [(((Grams(("龙井",)),),),)]
    assert asked("龙井").beginnings() == [(((Grams((START + "龙井",)),),),)]


def test_letters_are_initials_or_pinyin() -> None:
    (look,) = asked("longj").anywhere()
    assert look[0] == (
        (Grams(("lon",)), Grams(("ong",)), Grams(("ngj",))),
        (Sounding("long", True, "j"),),
    )


@given(st.text(max_size=200))
def test_no_text_is_an_error(text: str) -> None:
    found = ask(text)
    if found:
        assert len(found.key) <= LONGEST_QUERY
        steps = [found.beginnings(), found.anywhere(), found.alike(), *([look] for look in found.loosely())]
        assert all(looks for looks in steps)
        for row in (TEA, NOODLES, ProductText("", text[:50], text[50:], "", text)):
            for step in Step:
                rank(found, row, step)


def order(text: str, *names: str) -> list[str]:
    """The names in the order in which a query puts them; the pinyin is that of the tea."""
    rows = [ProductText(name, name, "", "listed", TEA.pinyin) for name in names]
    return [row.name for row in sorted(rows, key=lambda row: rank(asked(text), row, Step.TERMS)[0])]


def test_whole_names_then_beginnings_then_parts() -> None:
    assert order("龙井", "西湖龙井", "龙井茶叶", "龙井", "龙井茶") == ["龙井", "龙井茶", "龙井茶叶", "西湖龙井"]


def test_words_before_parts_of_words() -> None:
    assert order("mug", "smug cat", "white mug", "mug") == ["mug", "white mug", "smug cat"]


@pytest.mark.parametrize(
    ("text", "row", "step", "key", "place", "matched"),
    [
        ("a001", TEA, Step.KEY, "a001", Place.KEY, "code"),
        ("6901234567892", TEA, Step.KEY, "6901234567892", Place.KEY, "barcode"),
        ("690", TEA, Step.KEY, "6901234567892", Place.KEY_START, "barcode"),
        ("a0", TEA, Step.KEY, "a001", Place.KEY_START, "code"),
        ("b", NOODLES, Step.KEY, "b1", Place.LETTERS_KEY_START, "code"),
        ("7892", TEA, Step.TAIL, "", Place.TAIL, "barcode"),
        ("重庆小面", NOODLES, Step.TERMS, "", Place.NAME, "name"),
        ("重庆", NOODLES, Step.TERMS, "", Place.NAME_START, "name"),
        ("cqxm", NOODLES, Step.TERMS, "", Place.SPELLED, "initials"),
        ("zq", NOODLES, Step.TERMS, "", Place.SPELLED_START, "initials"),
        ("chongq", NOODLES, Step.TERMS, "", Place.SPELLED_START, "pinyin"),
        ("xm", NOODLES, Step.TERMS, "", Place.SPELLED_PART, "initials"),
        ("小面", NOODLES, Step.TERMS, "", Place.NAME_PART, "name"),
        ("500g", TEA, Step.TERMS, "", Place.WORD_START, "name"),
        ("龙井 500", TEA, Step.TERMS, "", Place.TERMS, "name"),
        ("congqing", NOODLES, Step.ALIKE, "", Place.ALIKE, "fuzzy"),
        ("重庆大面", NOODLES, Step.LOOSE, "", Place.LOOSE, "fuzzy"),
    ],
)
def test_rank(text: str, row: ProductText, step: Step, key: str, place: Place, matched: str) -> None:
    found = rank(asked(text), row, step, key)
    assert (found[0].place, found[1]) == (place, matched)


def test_delisted_products_stand_last_unless_their_code_was_typed() -> None:
    gone = TEA._replace(status="delisted")
    assert rank(asked("龙井茶500g"), gone, Step.TERMS)[0] > rank(asked("井"), TEA, Step.TERMS)[0]
    assert rank(asked("a001"), gone, Step.KEY, "a001")[0] < rank(asked("a001"), TEA, Step.TERMS)[0]
