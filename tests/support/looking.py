"""Looks at a window as a person would: is a text cut off, does something stick out or lie over something else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTabBar,
    QTableView,
    QWidget,
)

from desktop.widgets.banner import Banner
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.result_list import ResultList

SLACK = 2
"""Pixels that rounding may cost."""
HOLDERS = frozenset({"qt_scrollarea_viewport", "qt_tabwidget_stackedwidget"})
"""Qt's own parts that hold what is ours."""
OVERLAYS = (Banner, ResultList)
"""What lies over the content on purpose."""


def visible(root: QWidget) -> list[QWidget]:
    """The widgets of *root*'s own window that can be seen."""
    return [each for each in root.findChildren(QWidget) if each.isVisible() and each.window() is root.window()]


def faults(root: QWidget) -> list[str]:
    """What is cut off, sticks out or overlaps below *root*, in words."""
    seen = [each for each in visible(root) if not covered(each)]
    return [*_cut_texts(seen), *_out_of_place(root, seen), *_overlaps(seen)]


def reachable(root: QWidget) -> list[QWidget]:
    """The enabled controls that Tab should come to."""
    return [each for each in visible(root) if _takes_tab(each) and not covered(each)]


def shows_focus(widget: QWidget) -> bool:
    """Whether it looks different with the focus than without; *widget* has it and keeps it."""
    around = widget.parentWidget() or widget
    place = QRect(widget.mapTo(around, QPoint(0, 0)), widget.size()).adjusted(-3, -3, 3, 3)
    with_focus = around.grab(place).toImage()
    widget.clearFocus()
    without = around.grab(place).toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    return bool(with_focus != without)


def named(widget: QWidget) -> str:
    """What identifies it in a list of faults."""
    words = widget.accessibleName() or str(widget.property("text") or "")
    return f"{type(widget).__name__} {words[:40]!r}"


def _takes_tab(widget: QWidget) -> bool:
    # A button that takes no focus at all would be for the mouse alone.
    inside = isinstance(widget.parentWidget(), QLineEdit | QTableView)
    pressed = isinstance(widget, QAbstractButton) and not inside and not isinstance(widget, FigureCard)
    tab = pressed or bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tab and widget.isEnabled() and widget.focusProxy() is None and not widget.visibleRegion().isEmpty()


def covered(widget: QWidget) -> bool:
    """Inside something that lies over the content, or inside Qt's own parts of a control."""
    one: QWidget | None = widget
    while one is not None:
        parent = one.parentWidget()
        inner = one.objectName().startswith("qt_") and one.objectName() not in HOLDERS
        if isinstance(one, OVERLAYS) or inner or isinstance(parent, QComboBox):
            return True
        one = parent
    return False


def _cut_texts(seen: list[QWidget]) -> Iterator[str]:
    for each in seen:
        if isinstance(each, QLabel) and each.text():
            wanted = each.heightForWidth(each.width()) if each.wordWrap() else each.sizeHint().height()
            if each.height() + SLACK < wanted:
                yield f"{named(each)}: {each.height()} high, needs {wanted}"
            widest = _widest(each) if each.wordWrap() else each.sizeHint().width()
            if each.width() + SLACK < widest:
                yield f"{named(each)}: {each.width()} wide, needs {widest}"
        elif isinstance(each, QAbstractButton) and each.minimumSizeHint().isValid():
            wanted_size = each.minimumSizeHint()
            if each.width() + SLACK < wanted_size.width() or each.height() + SLACK < wanted_size.height():
                yield f"{named(each)}: {each.size().toTuple()}, needs {wanted_size.toTuple()}"
        elif isinstance(each, QComboBox):
            inner = QFontMetricsF(each.font()).horizontalAdvance(each.currentText())
            if each.width() < inner + 24:
                yield f"{named(each)}: {each.width()} wide for {each.currentText()!r}"
        elif isinstance(each, QLineEdit):
            wanted = round(QFontMetricsF(each.font()).height())
            if each.height() < wanted + SLACK:
                yield f"{named(each)}: {each.height()} high, its text {wanted}"
            hint = round(QFontMetricsF(each.font()).horizontalAdvance(each.placeholderText()))
            if not each.text() and each.width() < hint + 2 * SLACK:
                yield f"{named(each)}: {each.width()} wide for {each.placeholderText()!r}"


def _widest(label: QLabel) -> int:
    """The longest part that does not break."""
    metrics = QFontMetricsF(label.font())
    words = [word for word in label.text().split() if word.isascii()]
    return round(max((metrics.horizontalAdvance(word) for word in words), default=0.0))


def _out_of_place(root: QWidget, seen: list[QWidget]) -> Iterator[str]:
    for each in seen:
        parent = each.parentWidget()
        if parent is None or each is root or isinstance(parent, QStackedWidget):
            continue
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            hidden = Qt.ScrollBarPolicy.ScrollBarAlwaysOff == area.horizontalScrollBarPolicy()
            if hidden and each.width() > parent.width() + SLACK:
                yield f"{named(each)} in {named(area)}: {each.width()} wide, room for {parent.width()}"
            continue
        if isinstance(parent, QAbstractScrollArea | QTabBar):
            continue
        if not parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(each.geometry()):
            yield f"{named(each)} {each.geometry().getRect()} sticks out of {named(parent)} {parent.size().toTuple()}"


def _overlaps(seen: list[QWidget]) -> Iterator[str]:
    by_parent: dict[QWidget, list[QWidget]] = {}
    for each in seen:
        parent = each.parentWidget()
        if parent is not None and not isinstance(parent, QAbstractScrollArea | QStackedWidget | QTabBar | QLineEdit):
            by_parent.setdefault(parent, []).append(each)
    for children in by_parent.values():
        for one, other in combinations(children, 2):
            common = one.geometry().intersected(other.geometry())
            if common.width() > SLACK and common.height() > SLACK:
                yield f"{named(one)} and {named(other)} overlap by {common.size().toTuple()}"


def settle() -> None:
    """What was posted is done: layouts, restyling, deleted widgets."""
    for _ in range(3):
        QApplication.processEvents()
