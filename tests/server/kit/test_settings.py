"""Settings: from the environment, from arguments, and never by a misspelt name."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from domain.kernel.errors import Invalid
from server_stub.settings import Settings, from_environment


def test_home_names_the_place_of_everything(tmp_path: Path) -> None:
    settings = from_environment({"DEALERDESK_HOME": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path / 'server' / 'server.db'}"
    assert settings.host == "127.0.0.1"


def test_without_home_the_systems_usual_place(tmp_path: Path) -> None:
    assert from_environment({}).home.name == "dealerdesk"


def test_arguments_win_over_the_environment(tmp_path: Path) -> None:
    environment = {
        "DEALERDESK_HOME": str(tmp_path),
        "DEALERDESK_SERVER_PORT": "1",
        "DEALERDESK_SERVER_HOST": "192.0.2.1",
    }
    settings = from_environment(environment, port=2, database_url=None)
    assert (settings.port, settings.host, settings.database_url) == (2, "192.0.2.1", "")


def test_other_programs_variables_are_theirs(tmp_path: Path) -> None:
    from_environment({"DEALERDESK_HOME": str(tmp_path), "DEALERDESK_KEYRING": "file", "PATH": "/bin"})


@pytest.mark.parametrize("name", ["SIGN_INS_PER_PEEER", "HOME_", ""])
def test_misspelt_setting_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="unknown_setting"):
        from_environment({f"DEALERDESK_SERVER_{name}": "1"})


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("PORT", "-1"), ("ACCESS_MINUTES", "0"), ("PORT", "")])
def test_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=f"bad_setting.*{name.lower()}"):
        from_environment({f"DEALERDESK_SERVER_{name}": value})


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.metadata["about"] for field in dataclasses.fields(Settings) if field.name != "home")
