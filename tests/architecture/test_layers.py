"""The import contracts of pyproject.toml hold, and each of them notices when it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.lints.sources import ROOT

STUBS = (
    *(f"domain/{noun}" for noun in ("kernel", "parties", "catalogue", "stock", "customers", "tills", "orders")),
    *(f"desktop/{room}" for room in ("app", "features", "store", "sync", "widgets", "platform")),
    "desktop/features/orders",
    "desktop/features/stock",
    "server_stub/sync",
    "i18n",
)
PLANTS = {
    "domain-pure": ("domain/kernel", "import PySide6"),
    "two-programs": ("desktop/sync", "import server_stub.sync"),
    "words-alone": ("i18n", "import domain.kernel"),
    "domain-layers": ("domain/stock", "import domain.orders"),
    "headless-client": ("desktop/store", "import desktop.widgets"),
    "features-apart": ("desktop/features/orders", "import desktop.features.stock"),
    "features-unknown": ("desktop/widgets", "import desktop.features.stock"),
}
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
NAMES = {contract["id"]: contract["name"] for contract in SETTINGS["contracts"]}


def test_every_contract_has_its_plant() -> None:
    assert PLANTS.keys() == NAMES.keys()


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """The folders of the architecture, empty, under the project's contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for stub in STUBS:
        folder = tmp_path / stub
        folder.mkdir(parents=True)
        for package in (folder, *folder.relative_to(tmp_path).parents):
            (tmp_path / package / "__init__.py").touch()
    return tmp_path


def test_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_contracts_accept_an_innocent_tree(stubs: Path) -> None:
    (stubs / "domain/orders/__init__.py").write_text("import domain.kernel\n", encoding="utf-8")
    done = lint_imports(stubs)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("contract", PLANTS)
def test_broken_contract_is_noticed(stubs: Path, contract: str) -> None:
    place, statement = PLANTS[contract]
    (stubs / place / "__init__.py").write_text(f"{statement}\n", encoding="utf-8")
    done = lint_imports(stubs)
    assert done.returncode == 1
    broken = [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    assert broken == [NAMES[contract]], done.stdout


def test_new_noun_needs_a_place_in_the_layers(stubs: Path) -> None:
    (stubs / "domain/warranty").mkdir()
    (stubs / "domain/warranty/__init__.py").touch()
    done = lint_imports(stubs)
    assert done.returncode == 1
    assert "warranty" in done.stdout
