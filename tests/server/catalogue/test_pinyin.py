"""Keys of names: every reading, bounded, quickly made."""

from __future__ import annotations

import re
import time
from itertools import product

import pytest
from hypothesis import given, strategies as st
from pypinyin.constants import PINYIN_DICT

from domain.catalogue.spelling import LINK, OR, elements, fold, links
from domain.catalogue.syllables import SYLLABLES
from server_stub.catalogue.pinyin import INITIALS_WORDS, SPELLED_LETTERS, search_keys
from tests.support.products import make_products

# Exclamations that nobody types as pinyin.
NOT_TYPED = {"hm", "hng", "m", "n", "ng", "cei", "eng", "bong"}


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("龙井茶", {"longjingcha"}, {"ljc"}),
        ("重庆小面", {"chongqingxiaomian", "zhongqingxiaomian"}, {"cqxm", "zqxm"}),
        ("长虹", {"changhong", "zhanghong"}, {"ch", "zh"}),
        ("绿茶", {"lvcha", "lucha"}, {"lc"}),
        ("单县", {"danxian", "shanxian"}, {"dx", "sx"}),
        ("OPPO手机", {"opposhouji"}, {"opposj"}),
        ("王老吉310ml", {"wanglaoji310ml"}, {"wlj310ml"}),
        ("Ｕ盘１２８ＧＢ", {"upan128gb"}, {"up128gb"}),
        ("可口可乐(罐)", {"kekoukeleguan"}, {"kkklg"}),
        ("Nestlé", {"nestle"}, {"nestle"}),
        ("曾先生", {"zengxiansheng", "cengxiansheng"}, {"zxs", "cxs"}),
    ],
)
def test_readings_stand_among_the_words(name: str, pinyin: set[str], initials: set[str]) -> None:
    made = search_keys(name)
    assert pinyin <= set(made[0].split())
    assert initials <= set(made[1].split())


@pytest.mark.parametrize("name", ["", "  ", "!?、。", "\x00", "\ud800"])
def test_nothing_to_spell(name: str) -> None:
    assert search_keys(name) == ("", "")


def test_phrases_put_the_likely_reading_first() -> None:
    assert search_keys("重庆小面")[1].split()[0] == "cqxm"
    assert search_keys("重力")[1].split()[0] == "zl"
    assert search_keys("建设银行")[0].split()[1] == "jiansheyinhang"


def test_characters_without_a_reading_stay() -> None:
    assert search_keys("の茶") == ("の'cha のcha", "のc")


def test_long_names_are_bounded() -> None:
    pinyin, initials = search_keys("和行重长乐单曾朝盛" * 6)
    assert len(initials.split()) <= INITIALS_WORDS
    chain, *spelled = pinyin.split()
    assert len(spelled) == 1
    assert len(chain.split(LINK)) == 54


@given(st.text(max_size=30))
def test_any_text_has_a_chain_that_fits(name: str) -> None:
    pinyin, initials = search_keys(name)
    named = elements(fold(name))
    assert bool(pinyin) == bool(initials) == bool(named)
    assert not re.search(r"[A-Z]", pinyin + initials)
    if named:
        assert links(named, pinyin) == pinyin.split()[0].split(LINK)
        assert len(initials.split()) <= INITIALS_WORDS
        assert len(pinyin.split()) <= 2 + SPELLED_LETTERS


@given(st.sampled_from(list(make_products(500))))
def test_few_readings_are_all_there(made: object) -> None:
    name = getattr(made, "name", "")
    pinyin, initials = search_keys(name)
    read = [link.split(OR) for link in pinyin.split()[0].split(LINK)]
    short = [
        list(dict.fromkeys(reading[0] for reading in each)) if not element.isascii() else each
        for element, each in zip(elements(fold(name)), read, strict=True)
    ]
    ways = {"".join(way) for way in product(*short)}
    words = initials.split()
    assert set(words) <= ways
    assert len(words) == len(set(words)) == min(len(ways), INITIALS_WORDS)


def test_the_counter_knows_every_syllable() -> None:
    made = {reading for code in PINYIN_DICT for reading in search_keys(chr(code))[0].split()[1:]}
    typed = {reading for reading in made if reading.isascii() and reading.isalpha()}
    assert typed - SYLLABLES <= NOT_TYPED


def test_a_hundred_thousand_names_are_a_matter_of_seconds() -> None:
    names = [made.name for made in make_products(10_000)]
    search_keys(names[0])
    began = time.process_time()
    for name in names:
        search_keys(name)
    assert time.process_time() - began < 3
