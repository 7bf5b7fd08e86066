"""``make demo`` on a machine without a display: from nothing to orders that headquarters has, twice over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from desktop.app.screens import ALL
from desktop.app.screenshots import build

IS = {"cd": "dealer", "hq": "hq"}
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


TAKE = (
    "import sys; from pathlib import Path; from desktop.app.screenshots import pictures;"
    "list(pictures(Path(sys.argv[1]), Path(sys.argv[2]), [('en', 'dark', 100)]))"
)
DIALOGS = set(
    "cd-order_entry-pay cd-order_entry-customer cd-customers-collect cd-till-open hq-products-price"
    " hq-network-add_dealer cd-help".split()
)


def test_every_screen_and_the_main_dialogs_have_their_picture(tmp_path: Path) -> None:
    build(tmp_path / "demo")
    folder = tmp_path / "pictures"
    kept = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", TAKE, str(tmp_path / "demo"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=kept, check=False)
    assert done.returncode == 0, done.stderr
    found = {path.stem.removesuffix("-dark-en-100"): QImage(str(path)) for path in folder.glob("*.png")}
    screens = {f"{place}-{screen.id}" for place in ("cd", "hq") for screen in ALL if screen.at in ("both", IS[place])}
    assert screens - {"hq-replenishment", "hq-returns", "hq-guide"} <= set(found)
    assert set(found) >= DIALOGS
    assert all(picture.width() >= 400 for picture in found.values())
    # One colour would be a window that nobody painted.
    spots = [(x, y) for x in range(0, 400, 7) for y in range(0, 160, 7)]
    assert all(len({picture.pixel(x, y) for x, y in spots}) > 3 for picture in found.values())


def test_a_second_run_begins_afresh(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "network").mkdir(parents=True)
    (folder / "network" / "server.db").write_bytes(b"what an earlier run left")
    done = demo(folder)
    assert done.returncode == 0, done.stderr
