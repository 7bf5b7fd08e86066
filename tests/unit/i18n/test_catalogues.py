"""Look-up of texts, their parameters, the change of language, and both languages saying the same things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import i18n

ROOT = Path(i18n.__file__).parent
NOUNS = sorted({path.stem for path in ROOT.glob("*/*.toml")})


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    yield
    i18n.set_language("zh_CN")


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production's behaviour: a gap in a catalogue does not stop anybody."""
    monkeypatch.setattr(i18n, "_strict", lambda: False)


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A small pair of catalogues of our own."""
    for name, text in {
        "zh_CN": '[list]\nlines = "{n} 行"\nonly = "只有中文"\n'
        '[errors]\nN02 = "网络断开。（N02）"\nover = "超出 {by}"\n',
        "en": '[list]\nlines = "{n} lines"\n"lines.one" = "one line"\n[errors]\nN02 = "Offline. (N02)"\n',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "demo.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(i18n, "_ROOT", tmp_path)
    monkeypatch.setattr(i18n, "_state", i18n._State())


@pytest.mark.usefixtures("catalogue")
class TestLookUp:
    def test_parameters_are_put_in(self) -> None:
        assert i18n.tr("demo.list.lines", n=3) == "3 行"

    def test_one_has_its_own_words_where_the_language_has_them(self) -> None:
        assert i18n.tr("demo.list.lines", n=1) == "1 行"
        i18n.set_language("en")
        assert i18n.tr("demo.list.lines", n=1) == "one line"
        assert i18n.tr("demo.list.lines", n=2) == "2 lines"

    @pytest.mark.parametrize("key", ["demo.list.nothing", "nobody.at.home", "demo"])
    def test_missing_key_fails_a_test(self, key: str) -> None:
        with pytest.raises(i18n.MissingText, match=re.escape(key)):
            i18n.tr(key)

    def test_missing_parameter_fails_a_test(self) -> None:
        with pytest.raises(i18n.MissingText, match="parameter n"):
            i18n.tr("demo.list.lines")

    def test_a_parameter_is_never_read_as_a_format(self) -> None:
        assert i18n.tr("demo.list.lines", n="{n.__class__} %s") == "{n.__class__} %s 行"

    @pytest.mark.usefixtures("lenient")
    def test_production_goes_on(self) -> None:
        assert i18n.tr("demo.list.nothing") == "demo.list.nothing"
        assert i18n.tr("demo.list.lines") == "{n} 行"
        i18n.set_language("en")
        assert i18n.tr("demo.list.only") == "只有中文"


@pytest.mark.usefixtures("catalogue")
class TestErrors:
    @pytest.mark.parametrize("code", ["N02", "demo.N02"])
    def test_found_by_code_with_and_without_noun(self, code: str) -> None:
        assert i18n.message(code) == "网络断开。（N02）"

    def test_parameters(self) -> None:
        assert i18n.message("demo.over", {"by": "¥3.00"}) == "超出 ¥3.00"

    def test_what_many_nouns_raise_stands_in_a_file_of_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "zh_CN" / "errors.toml").write_text('bad_amount = "金额不对"\n', encoding="utf-8")
        assert i18n.message("bad_amount") == "金额不对"

    def test_unknown_code_fails_a_test(self) -> None:
        with pytest.raises(i18n.MissingText, match="Q99"):
            i18n.message("Q99")


@pytest.mark.usefixtures("lenient")
def test_unknown_code_in_production_is_named() -> None:
    assert "Q99" in i18n.message("Q99")


class TestChange:
    def test_listeners_hear_until_they_leave(self) -> None:
        heard: list[str] = []
        leave = i18n.on_change(lambda: heard.append(i18n.language()))
        i18n.set_language("en")
        i18n.set_language("en")
        leave()
        leave()
        i18n.set_language("zh_CN")
        assert heard == ["en"]

    def test_an_object_that_has_gone_is_not_called(self) -> None:
        heard: list[str] = []

        class Screen:
            def retranslate(self) -> None:
                heard.append("screen")

        screen = Screen()
        i18n.on_change(screen.retranslate)
        i18n.set_language("en")
        del screen
        i18n.set_language("zh_CN")
        assert heard == ["screen"]

    def test_unknown_language_is_refused(self) -> None:
        with pytest.raises(ValueError, match="xx"):
            i18n.set_language("xx")


@pytest.mark.parametrize("noun", NOUNS)
def test_both_languages_say_the_same(noun: str) -> None:
    chinese, english = ({key for key in i18n.keys(noun, name) if not key.endswith(".one")} for name in ("zh_CN", "en"))
    assert chinese == english


@pytest.mark.parametrize("noun", NOUNS)
def test_both_languages_take_the_same_parameters(noun: str) -> None:
    chinese, english = i18n._catalogue("zh_CN", noun), i18n._catalogue("en", noun)
    different = {
        key
        for key in chinese.keys() & english.keys()
        if set(i18n._PLACEHOLDER.findall(chinese[key])) != set(i18n._PLACEHOLDER.findall(english[key]))
    }
    assert not different


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "zh_CN"),
        ({"LANG": "C.UTF-8"}, "zh_CN"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "DEALERDESK_LANGUAGE": "zh_CN"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "DEALERDESK_LANGUAGE": "EN"}, "en"),
    ],
)
def test_a_command_line_speaks_what_it_is_told_to_or_the_systems_english(
    environment: dict[str, str], spoken: str
) -> None:
    assert i18n.language_of(environment) == spoken
