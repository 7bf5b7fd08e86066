"""The few words of the X11 protocol that a person at a display needs, spoken on the display's own socket.

Without a library or a tool, which a machine that tests may not have. Source: X Window System Protocol (X11R7.7), the
numbers of its appendix B, and the XTEST extension protocol for the keys.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

ERROR, REPLY = 0, 1
VIEWABLE = 2
KEY_PRESS, KEY_RELEASE, CLIENT_MESSAGE = 2, 3, 33
ATTRIBUTES, QUERY_TREE, INTERN_ATOM, GET_PROPERTY, SEND_EVENT = 3, 15, 16, 20, 25
SET_FOCUS, GET_FOCUS, GET_IMAGE, QUERY_EXTENSION, KEYBOARD = 42, 43, 73, 98, 101
FAKE_INPUT = 2
SHIFT_SYMBOL = 0xFFE1
_SOCKET = "/tmp/.X11-unix/X"  # noqa: S108 - where every display of the system listens
_LONGEST = 1 << 16
_PATIENCE_S = 120


class XError(Exception):
    """The display refused a request; a window that was asked about has gone, most of the time."""


@dataclass(frozen=True)
class Key:
    """Where a symbol is on the keyboard.

    Attributes:
        shift: whether it takes the shift key.
    """

    code: int
    shift: bool


class X11:
    """One client of a display.

    Attributes:
        root: the window behind all windows.
    """

    def __init__(self, number: int) -> None:
        """*number* is that of ``DISPLAY``."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_PATIENCE_S)
        try:
            self._socket.connect(f"{_SOCKET}{number}")
        except FileNotFoundError:  # who is not root may have only the abstract name
            self._socket.connect(f"\0{_SOCKET}{number}")
        self._sent = 0
        self.root, least, most = self._greet()
        self._atoms: dict[str, int] = {}
        self._xtest = self._extension("XTEST")
        self._keys = self._keyboard(least, most)

    def close(self) -> None:
        """Leave the display."""
        self._socket.close()

    # -- windows -----------------------------------------------------------------------------------------------------

    def windows(self) -> list[int]:
        """Windows that can be seen, bottom first; popups and tool tips, which no window manager handles, left out."""
        return [one for one in self._children() if self._is_seen(one)]

    def number_of(self, window: int, name: str) -> int:
        """The first number of a property; 0 without it."""
        return int.from_bytes(self._property(window, name)[:4], "little")

    def text_of(self, window: int, name: str) -> str:
        """A property that is text."""
        return self._property(window, name).decode()

    def focus(self, window: int) -> None:
        """Keys go to *window*."""
        self._send(SET_FOCUS, 1, struct.pack("<II", window, 0))
        self.sync()

    def tell(self, window: int, kind: str, value: str) -> None:
        """Send a message with one atom in it."""
        event = struct.pack(
            "<BBHIIIIIII", CLIENT_MESSAGE, 32, 0, window, self._atom(kind), self._atom(value), 0, 0, 0, 0
        )
        self._send(SEND_EVENT, 0, struct.pack("<II", window, 0) + event)
        self.sync()

    def pixels(self, width: int, height: int) -> bytes:
        """What the display shows: 32 bits each, blue first."""
        return self._ask(GET_IMAGE, 2, struct.pack("<IHHHHI", self.root, 0, 0, width, height, 0xFFFFFFFF))[32:]

    # -- keys --------------------------------------------------------------------------------------------------------

    def press(self, symbols: list[int], pause_ms: int) -> None:
        """Press and let go keys one after the other, each after *pause_ms*; returns when the last was let go.

        All of them are handed over at once, and the display itself keeps the pauses: they do not depend on how busy
        whoever presses is.
        """
        requests = b"".join(self._strokes(symbol, pause_ms) for symbol in symbols)
        self._socket.sendall(requests)
        self.sync()

    def sync(self) -> None:
        """Wait until the display has done all that was asked.

        Raises:
            XError: it refused something.
        """
        self._ask(GET_FOCUS, 0, b"")

    def _strokes(self, symbol: int, pause_ms: int) -> bytes:
        key = self._keys[symbol]
        strokes = [(KEY_PRESS, key.code, pause_ms), (KEY_RELEASE, key.code, 0)]
        if key.shift:
            shift = self._keys[SHIFT_SYMBOL].code
            strokes = [(KEY_PRESS, shift, 0), *strokes, (KEY_RELEASE, shift, 0)]
        return b"".join(self._stroke(*stroke) for stroke in strokes)

    def _stroke(self, kind: int, code: int, pause_ms: int) -> bytes:
        # Time is the pause before it; root, place and device mean nothing for a key.
        return self._request(self._xtest, FAKE_INPUT, struct.pack("<BBxxI", kind, code, pause_ms) + bytes(24))

    def _keyboard(self, least: int, most: int) -> dict[int, Key]:
        reply = self._ask(KEYBOARD, 0, struct.pack("<BBxx", least, most - least + 1))
        each = reply[1]
        symbols = struct.unpack(f"<{(len(reply) - 32) // 4}I", reply[32:])
        keys: dict[int, Key] = {}
        for code in range(least, most + 1):
            plain, shifted = symbols[(code - least) * each : (code - least) * each + 2]
            keys.setdefault(plain, Key(code, shift=False))
            keys.setdefault(shifted, Key(code, shift=True))
        return keys

    # -- the wire ----------------------------------------------------------------------------------------------------

    def _greet(self) -> tuple[int, int, int]:
        """The root window and the numbers of the first and the last key."""
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        said, length = struct.unpack("<B5xH", self._read(8))
        body = self._read(length * 4)
        if said != REPLY:
            raise XError(body.decode(errors="replace"))
        vendor, formats, least, most = struct.unpack_from("<16xHxxxBxxxxBB", body)
        screens = 32 + (vendor + 3) // 4 * 4 + formats * 8
        return int.from_bytes(body[screens : screens + 4], "little"), least, most

    def _extension(self, name: str) -> int:
        reply = self._ask(QUERY_EXTENSION, 0, struct.pack("<Hxx", len(name)) + name.encode())
        if not reply[8]:
            raise XError(f"no {name}")
        return reply[9]

    def _atom(self, name: str) -> int:
        if name not in self._atoms:
            reply = self._ask(INTERN_ATOM, 0, struct.pack("<Hxx", len(name)) + name.encode())
            self._atoms[name] = int.from_bytes(reply[8:12], "little")
        return self._atoms[name]

    def _children(self) -> tuple[int, ...]:
        reply = self._ask(QUERY_TREE, 0, struct.pack("<I", self.root))
        return struct.unpack(f"<{(len(reply) - 32) // 4}I", reply[32:])

    def _is_seen(self, window: int) -> bool:
        try:
            reply = self._ask(ATTRIBUTES, 0, struct.pack("<I", window))
        except XError:  # closed meanwhile
            return False
        return reply[26] == VIEWABLE and not reply[27]

    def _property(self, window: int, name: str) -> bytes:
        try:
            reply = self._ask(GET_PROPERTY, 0, struct.pack("<IIIII", window, self._atom(name), 0, 0, _LONGEST))
        except XError:
            return b""
        return reply[32 : 32 + int.from_bytes(reply[16:20], "little") * (reply[1] // 8)]

    def _request(self, opcode: int, detail: int, body: bytes) -> bytes:
        self._sent += 1
        body += bytes(-len(body) % 4)
        return struct.pack("<BBH", opcode, detail, len(body) // 4 + 1) + body

    def _send(self, opcode: int, detail: int, body: bytes) -> None:
        self._socket.sendall(self._request(opcode, detail, body))

    def _ask(self, opcode: int, detail: int, body: bytes) -> bytes:
        """The answer to a request; what the display tells by itself is passed over."""
        self._send(opcode, detail, body)
        refused = ""
        while True:
            head = self._read(32)
            kind, code, number = struct.unpack_from("<BBH", head)
            if kind == ERROR:
                refused = f"error {code} for opcode {head[10]}"
            elif kind == REPLY:
                head += self._read(int.from_bytes(head[4:8], "little") * 4)
            if kind in (ERROR, REPLY) and number == self._sent & 0xFFFF:
                break
        if refused:
            raise XError(refused)
        return head

    def _read(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = self._socket.recv(count - len(parts))
            if not part:
                raise XError("the display has gone")
            parts += part
        return bytes(parts)
