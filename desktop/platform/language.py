"""The language on the Qt side: tells widgets of a change and gives Qt's own words the same language."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

import i18n


class Language(QObject):
    """Follows :mod:`i18n`.

    Signals:
        changed: after the language changed; widgets put in their words again and keep what was entered.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._translator: QTranslator | None = None
        i18n.on_change(self._follow)

    def install(self, name: str) -> None:
        """Use ``name`` from now on; called once at start and again by the settings."""
        if name == i18n.language():
            self._translate_qt()
        else:
            i18n.set_language(name)

    def _follow(self) -> None:
        self._translate_qt()
        self.changed.emit()

    def _translate_qt(self) -> None:
        QLocale.setDefault(QLocale(i18n.language()))
        application = QCoreApplication.instance()
        if application is None:
            return
        if self._translator is not None:
            application.removeTranslator(self._translator)
        self._translator = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{i18n.language()}", folder):
            application.installTranslator(self._translator)


@cache
def language() -> Language:
    """The one follower of the program."""
    return Language()
