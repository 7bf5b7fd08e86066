"""The set-up script's decisions: what is missing, who may install it, which index serves, when nothing is to do."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap() -> ModuleType:
    """A fresh copy of the script as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", ROOT / "packaging" / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH; tests put programs of their own into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def write_program(folder: Path, name: str, body: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)


class TestSystemPackages:
    def test_missing_package_is_named_as_apt_knows_it(self, bootstrap: ModuleType, programs: Path) -> None:
        body = "echo 'installed libgl1'; echo 'installed libglib2.0-0t64'; echo 'config-files libegl1'"
        write_program(programs, "dpkg-query", body)
        wanted = ["libgl1", "libegl1", "libglib2.0-0/libglib2.0-0t64"]
        assert bootstrap.missing_packages(wanted) == ["libegl1"]

    def test_without_rights_the_command_is_spelt_out(
        self, bootstrap: ModuleType, programs: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_program(programs, "dpkg-query", "echo 'installed libgl1'")
        write_program(programs, "apt-get", "exit 99")
        write_program(programs, "sudo", "exit 1")
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(bootstrap.BootstrapError, match=r"sudo apt-get install .*libegl1.*fonts-noto-cjk"):
            bootstrap.ensure_system_packages()

    @pytest.mark.parametrize(("answer", "prefix"), [("exit 0", ["sudo", "-n"]), ("exit 1", None)])
    def test_sudo_is_used_only_without_a_password(
        self,
        bootstrap: ModuleType,
        programs: Path,
        monkeypatch: pytest.MonkeyPatch,
        answer: str,
        prefix: list[str] | None,
    ) -> None:
        write_program(programs, "sudo", answer)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        found = bootstrap.root_prefix()
        assert (found and [Path(found[0]).name, *found[1:]]) == prefix

    def test_stale_lists_are_refreshed_once(
        self, bootstrap: ModuleType, programs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """The first attempt fails, as with lists that name a version which the mirror no longer has."""
        write_program(programs, "dpkg-query", "echo 'installed libgl1'")
        log = tmp_path / "log"
        write_program(programs, "env", 'shift; exec "$@"')
        write_program(
            programs,
            "apt-get",
            f'echo "$*" >>{log}; case "$*" in *update*) : >{log}.fresh;; *) [ -e {log}.fresh ];; esac',
        )
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        bootstrap.ensure_system_packages()
        calls = [" ".join(line.split()[3:5]) for line in log.read_text(encoding="utf-8").splitlines()]
        assert calls[-2:] == ["update", "install -y"]

    def test_other_systems_are_left_alone(self, bootstrap: ModuleType, programs: Path) -> None:
        assert list(programs.iterdir()) == []
        bootstrap.ensure_system_packages()


class TestIndex:
    def test_settings_of_pip_are_handed_to_uv(
        self, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        configuration = tmp_path / "pip.conf"
        configuration.write_text(
            "[global]\nindex-url = https://mirror.example/pypi\nextra-index-url =\n    file:///a\n    file:///b\n"
            "find-links = file:///c\n    file:///d\n[install]\nindex-url = https://second.example/pypi\n",
            encoding="utf-8",
        )
        for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
        monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / "none")
        monkeypatch.setattr(sys, "executable", os.fspath(ROOT / ".tools" / "bin" / "python"))
        env = bootstrap.uv_environment()
        assert env["UV_DEFAULT_INDEX"] == "https://second.example/pypi"
        assert env["UV_INDEX"] == "file:///a file:///b"
        assert env["UV_FIND_LINKS"] == "file:///c,file:///d"

    def test_settings_of_uv_come_first(self, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/pypi")
        monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/pypi")
        assert bootstrap.uv_environment()["UV_DEFAULT_INDEX"] == "https://uv.example/pypi"


class TestEnvironment:
    def test_nothing_is_done_twice(self, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise AssertionError("nothing was to be done")

        monkeypatch.setattr(bootstrap, "run", refuse)
        monkeypatch.setattr(bootstrap, "STAMP", ROOT / "requirements.lock")
        monkeypatch.setattr(bootstrap, "fingerprint", lambda: bootstrap.STAMP.read_text(encoding="utf-8"))
        assert bootstrap.ensure_environment() is False

    def test_fingerprint_follows_the_lock(
        self, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        before = bootstrap.fingerprint()
        other = tmp_path / "requirements.lock"
        other.write_text("x==1\n", encoding="utf-8")
        monkeypatch.setattr(bootstrap, "LOCK", other)
        assert bootstrap.fingerprint() != before


class TestLock:
    LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    def test_lock_holds_hashes_and_no_address(self) -> None:
        assert "--hash=sha256:" in self.LOCK
        assert not re.search(r"https?:|file:|--(index|find)", self.LOCK)

    def test_lock_covers_both_systems(self) -> None:
        assert re.search(r"^pywin32-ctypes==.*sys_platform == 'win32'", self.LOCK, re.MULTILINE)
        assert re.search(r"^secretstorage==.*sys_platform == 'linux'", self.LOCK, re.MULTILINE)

    def test_lock_names_everything_that_the_project_requires(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        extras = [each for group in project["optional-dependencies"].values() for each in group]
        wanted = {re.split(r"[\[<>=]", each)[0].lower() for each in [*project["dependencies"], *extras]}
        locked = set(re.findall(r"^([\w.-]+)==", self.LOCK, re.MULTILINE))
        assert wanted <= locked
