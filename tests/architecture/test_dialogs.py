"""No dialog is left out of the walk that looks at each of them in every size, scheme and language."""

from __future__ import annotations

from tests.desktop.app.ways import OF_HEADQUARTERS, WAYS, every_dialog


def test_every_dialog_of_the_program_is_walked() -> None:
    """A new one needs a way to it in ``tests/desktop/app/ways.py``."""
    walked = {way.dialog for way in (*WAYS, *OF_HEADQUARTERS)}
    assert {each.__name__ for each in every_dialog() - walked} == set()
