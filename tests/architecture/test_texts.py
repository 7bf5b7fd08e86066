"""Every language says the same, the code asks for nothing else, and no words for people stand in the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from i18n.lines import read_catalogue
from tests.architecture.lints import catalogues
from tests.architecture.lints.catalogues import Texts, differences
from tests.architecture.lints.sources import PRODUCT, ROOT, Source, expect_none, load
from tests.architecture.lints.texts import CodeTexts, missing, spoken_literals, unused, words_in_code

CODE = tuple(source for source in load(*PRODUCT) if not source.within("resources"))


@pytest.fixture(scope="module")
def texts() -> Texts:
    return catalogues.read(ROOT / "i18n")["zh_CN"]


@pytest.fixture(scope="module")
def asked() -> CodeTexts:
    return CodeTexts(CODE)


def test_languages_say_the_same() -> None:
    expect_none(differences(catalogues.read(ROOT / "i18n")))


def test_the_program_reads_catalogues_as_toml_means_them() -> None:
    for language, texts in catalogues.read(ROOT / "i18n").items():
        read: Texts = {}
        for path in sorted((ROOT / "i18n" / language).glob("*.toml")):
            read |= read_catalogue(path.stem, path.read_text(encoding="utf-8"))
        assert read == texts


def test_a_line_that_a_catalogue_may_not_have_is_named() -> None:
    with pytest.raises(ValueError, match="orders: many = 3"):
        read_catalogue("orders", '[title]\nnew = "New"\nmany = 3\n')


def test_every_key_and_code_has_words(asked: CodeTexts, texts: Texts) -> None:
    expect_none(missing(asked, texts))


def test_no_words_are_left_over(asked: CodeTexts, texts: Texts) -> None:
    expect_none(unused(asked, texts))


def test_no_chinese_stands_in_code() -> None:
    expect_none(found for source in CODE for found in words_in_code(source))


def test_widgets_show_texts_not_literals() -> None:
    expect_none(found for source in CODE for found in spoken_literals(source))


class TestDifferences:
    def test_missing_key(self) -> None:
        assert differences({"zh_CN": {"a.b": "甲"}, "en": {}}) == ["en: a.b is missing"]

    def test_empty_text(self) -> None:
        assert differences({"zh_CN": {"a.b": " "}, "en": {"a.b": "A"}}) == ["zh_CN: a.b is empty"]

    def test_placeholders(self) -> None:
        found = differences({"zh_CN": {"a.b": "{n} 行"}, "en": {"a.b": "{count} lines"}})
        assert found == ["a.b: the placeholders differ between languages"]

    def test_only_some_languages_have_a_singular(self) -> None:
        assert differences({"zh_CN": {"a.b": "{n} 行"}, "en": {"a.b": "{n} lines", "a.b.one": "one line"}}) == []

    def test_singular_names_nothing_new(self) -> None:
        found = differences({"en": {"a.b": "{n} lines", "a.b.one": "one {thing}"}})
        assert found == ["en: a.b.one names placeholders that a.b does not have"]

    def test_files_are_read_by_language_and_noun(self, tmp_path: Path) -> None:
        (tmp_path / "en").mkdir()
        (tmp_path / "en" / "orders.toml").write_text('[title]\nnew = "New"\n"n.one" = "One"\n', encoding="utf-8")
        assert catalogues.read(tmp_path) == {"en": {"orders.title.new": "New", "orders.title.n.one": "One"}}


TEXTS = {
    "orders.title": "销售单",
    "orders.lines": "{n} 行",
    "orders.lines.one": "一行",
    "orders.state.open": "未结",
    "orders.state.done": "已结",
    "orders.errors.over_limit": "超出 {by}",
}


def plant(code: str) -> CodeTexts:
    return CodeTexts([Source("desktop/features/orders/orders_view.py", code)])


class TestUse:
    @pytest.mark.parametrize(
        "planted",
        [
            "tr('orders.nothing')",
            "tr('orders.lines')",
            "tr(f'orders.stage.{stage}')",
            "raise Refused('unheard_of')",
            "raise Refused('over_limit')",
            "class TooMuch(Refused): pass\nraise TooMuch('unheard_of')",
        ],
    )
    def test_planted_gap_is_found(self, planted: str) -> None:
        assert len(missing(plant(planted), TEXTS)) == 1

    @pytest.mark.parametrize(
        "innocent",
        [
            "tr('orders.title')",
            "tr('orders.lines', n=3)",
            "tr('orders.lines', **values)",
            "tr(f'orders.state.{state}')",
            "tr(key)",
            "raise Refused('over_limit', by=3)",
            "raise Refused('orders.over_limit', by=3)",
            "path = f'orders.csv.{number}'",
        ],
    )
    def test_what_has_words_passes(self, innocent: str) -> None:
        assert missing(plant(innocent), TEXTS) == []

    def test_left_over_words_are_found(self) -> None:
        used = plant("tr(f'orders.state.{state}')\ntitle = 'orders.title'\nraise Refused('over_limit', by=1)")
        assert unused(used, TEXTS) == ["orders.lines", "orders.lines.one"]


class TestWordsInCode:
    @pytest.mark.parametrize("planted", ["title = '销售单'", "title = f'第{n}行'", "name = 'a，b'"])
    def test_planted_chinese_is_found(self, planted: str) -> None:
        assert len(words_in_code(Source("desktop/a.py", planted))) == 1

    @pytest.mark.parametrize("innocent", ['"""销售单"""', "x = 1  # 销售单", "first = '\\u4e00'", "sign = '¥'"])
    def test_documentation_and_ranges_pass(self, innocent: str) -> None:
        assert words_in_code(Source("desktop/a.py", innocent)) == []

    @pytest.mark.parametrize(
        "planted",
        [
            "label.setText('Orders')",
            "QLabel('Orders', self)",
            "label.setText(f'{n} lines')",
            "view.setHeaderLabels(['Name', 'x'])",
            "label.setText('Total: ' + total)",
            "box.addItem(icon, text='All')",
        ],
    )
    def test_planted_literal_is_found(self, planted: str) -> None:
        assert len(spoken_literals(Source("desktop/a.py", planted))) == 1

    @pytest.mark.parametrize(
        "innocent",
        ["label.setText(tr('orders.title'))", "label.setText('×')", "label.setText(f'{a} / {b}')", "QLabel(self)"],
    )
    def test_texts_and_signs_pass(self, innocent: str) -> None:
        assert spoken_literals(Source("desktop/a.py", innocent)) == []
