"""Every test begins with the look and the language of a fresh counter, and with some sample words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

import i18n
from desktop.platform.theme import Look, theme

SAMPLE = {
    "zh_CN": {
        "one": "龙井茶",
        "two": "大米",
        "three": "酱油",
        "pay": "收款",
        "hint": "扫码",
        "due": "应收 {sum}",
    },
    "en": {"one": "Tea", "two": "Rice", "three": "Soy sauce", "pay": "Pay", "hint": "Scan", "due": "Due {sum}"},
}


@pytest.fixture(autouse=True)
def fresh_look(qapp: QApplication) -> Iterator[None]:
    for language, words in SAMPLE.items():
        i18n._catalogue(language, "sample").update({f"sample.{key}": text for key, text in words.items()})
    i18n.set_language("zh_CN")
    theme().install(qapp, Look("light"))
    yield
    i18n.set_language("zh_CN")
