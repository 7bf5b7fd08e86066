"""The home folder comes from the environment or from the system, and is made with what belongs in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.platform.paths import HOME_VARIABLE, home_paths


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "shop"))
    assert home_paths().home == (tmp_path / "shop").resolve()
    assert not (tmp_path / "shop").exists()


def test_without_it_the_system_has_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME_VARIABLE)
    assert home_paths().home.name == "Dealerdesk"


def test_prepare_makes_every_folder_and_may_run_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "shop"))
    paths = home_paths().prepare().prepare()
    assert paths.settings_file.parent == paths.home
    made = {folder.name for folder in paths.home.iterdir()}
    assert made == {"data", "documents", "layouts", "backups", "logs", "updates"}
