"""A real X display without a screen, and a person's hands on it: keys, the focus, closing a window, a picture.

Keys are X's own events: they wait in the program's queue however busy the machine is. There is no window manager; what
one would do, giving the focus and asking a window to close, is done here.
"""

from __future__ import annotations

import os
import subprocess

from PySide6.QtGui import QImage

from tests.support.x11 import X11

SIZE = (1366, 768)
PATIENCE_S = 120
FINGERS_MS = 120
SYMBOLS = {"Tab": 0xFF09, "Return": 0xFF0D, "Escape": 0xFF1B} | {f"F{n}": 0xFFBD + n for n in range(1, 13)}


class Display:
    """Xvfb on a number that is free.

    Attributes:
        name: what ``DISPLAY`` has to be.
    """

    def __init__(self) -> None:
        reading, writing = os.pipe()
        screen = "x".join(map(str, (*SIZE, 24)))
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        self._server = subprocess.Popen(
            command, pass_fds=[writing], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb ended with {self._server.wait(PATIENCE_S)}")
        self.name = f":{number}"
        self._x11 = X11(int(number))

    def close(self) -> None:
        """End the display."""
        self._x11.close()
        self._server.terminate()
        self._server.wait(PATIENCE_S)

    def windows(self, pid: int) -> dict[str, int]:
        """The windows of a process that can be seen, by their titles."""
        mine = [one for one in self._x11.windows() if self._x11.number_of(one, "_NET_WM_PID") == pid]
        return {self._x11.text_of(one, "_NET_WM_NAME"): one for one in mine}

    def focus(self, window: int) -> None:
        """Keys go to this window from now on."""
        self._x11.focus(window)

    def write(self, text: str) -> None:
        """Type letters, digits and signs of the keyboard, no faster than fingers: what is, is a scanner."""
        self._x11.press([ord(sign) for sign in text], FINGERS_MS)

    def scan(self, code: str) -> None:
        """Letters and digits as a scanner types them, with Enter."""
        self._x11.press([*map(ord, code), SYMBOLS["Return"]], 0)

    def press(self, key: str) -> None:
        """Press a key that has a name."""
        self._x11.press([SYMBOLS[key]], FINGERS_MS)

    def ask_to_close(self, window: int) -> None:
        """What a window manager says when a person presses the window's x."""
        self._x11.tell(window, "WM_PROTOCOLS", "WM_DELETE_WINDOW")

    def picture(self) -> QImage:
        """What the screen shows now."""
        pixels = self._x11.pixels(*SIZE)
        return QImage(pixels, *SIZE, SIZE[0] * 4, QImage.Format.Format_RGB32).copy()
