"""``make demo`` on a machine without a display: from nothing to orders that headquarters has, twice over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

PICTURES = set(
    "sale sale_offline offline order_entry orders replenishment stock customers approvals products network sync_centre"
    " settings".split()
)


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    """The command as a person gives it, without a display."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "desktop.app.cli", "demo", "--folder", str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**kept, "PYTHONUTF8": "1", "DEALERDESK_LANGUAGE": "zh_CN"},
        check=False,
    )


@pytest.mark.timeout(240)
def test_the_demo_sells_offline_and_every_order_arrives(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = demo(folder)
    assert done.returncode == 0, done.stderr
    assert "待上传 1 单（¥" in done.stdout
    assert "一单不多一单不少" in done.stdout
    found = {path.stem for path in folder.glob("*.png")}
    assert found >= PICTURES
    sizes = {(image.width(), image.height()) for image in (QImage(str(folder / f"{name}.png")) for name in PICTURES)}
    assert sizes == {(1366, 768)}
    assert (tmp_path / "demo.key").exists()
    assert not list(folder.rglob("demo.key"))


@pytest.mark.timeout(240)
def test_a_second_run_begins_afresh(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "network").mkdir(parents=True)
    (folder / "network" / "server.db").write_bytes(b"what an earlier run left")
    done = demo(folder)
    assert done.returncode == 0, done.stderr
