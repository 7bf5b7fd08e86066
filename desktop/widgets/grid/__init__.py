"""A table that reads what it shows: see :class:`desktop.widgets.grid.view.Grid`."""

from desktop.widgets.grid.column import Align, Cell, Column
from desktop.widgets.grid.keyset import KeysetSource
from desktop.widgets.grid.row_verbs import RowVerbs
from desktop.widgets.grid.searched import SearchedSource
from desktop.widgets.grid.source import ListSource, PageSource, Query
from desktop.widgets.grid.view import Grid

__all__ = [
    "Align",
    "Cell",
    "Column",
    "Grid",
    "KeysetSource",
    "ListSource",
    "PageSource",
    "Query",
    "RowVerbs",
    "SearchedSource",
]
