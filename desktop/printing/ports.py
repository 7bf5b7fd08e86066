"""The ways to a printer: a file, the network, a serial line, the system's own raw queue."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import serial

from domain.kernel.errors import Invalid, Refused

if sys.platform == "win32":
    import pywintypes
    import win32print

NETWORK_PORT = 9100
SECONDS = 10
"""So long a printer may take nothing before the job waits for the next try."""
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?")


class PrinterSilent(Refused):
    """``printer_silent``: the printer does not answer or does not take what is sent."""


class Port(Protocol):
    """A way to a printer."""

    def send(self, data: bytes) -> None:
        """Hand over all of *data*.

        Raises:
            PrinterSilent: it did not go through; send it whole again.
        """


class FilePort:
    """Appends to a file: for a device node, and for looking at what would be printed."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def send(self, data: bytes) -> None:
        """See :meth:`Port.send`."""
        try:
            with self._path.open("ab") as stream:
                stream.write(data)
                stream.flush()
        except OSError as error:
            raise PrinterSilent("printer_silent", detail=str(error)) from error


class NetworkPort:
    """A printer's raw port on the network, 9100 unless said otherwise."""

    def __init__(self, host: str, port: int = NETWORK_PORT, seconds: float = SECONDS) -> None:
        self._address, self._seconds = (host, port), seconds

    def send(self, data: bytes) -> None:
        """See :meth:`Port.send`."""
        try:
            with socket.create_connection(self._address, self._seconds) as connection:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                # The printer closes when it has read everything; what it says meanwhile is of no interest.
                while connection.recv(1024):
                    continue
        except OSError as error:
            raise PrinterSilent("printer_silent", detail=str(error)) from error


class SerialPort:
    """A serial line: ``COM3``, ``/dev/ttyUSB0``."""

    def __init__(self, device: str, baud: int = 9600, seconds: float = SECONDS) -> None:
        self._device, self._baud, self._seconds = device, baud, seconds

    def send(self, data: bytes) -> None:
        """See :meth:`Port.send`."""
        try:
            with serial.Serial(self._device, self._baud, write_timeout=self._seconds) as line:
                line.write(data)
                line.flush()
        except (serial.SerialException, OSError, ValueError) as error:
            raise PrinterSilent("printer_silent", detail=str(error)) from error


class SystemQueuePort:
    """A queue of the operating system, given raw bytes: the spooler on Windows, ``lp`` elsewhere."""

    def __init__(self, name: str, seconds: float = SECONDS) -> None:
        self._name, self._seconds = name, seconds

    def send(self, data: bytes) -> None:
        """See :meth:`Port.send`."""
        if sys.platform == "win32":
            self._spool(data)
        else:
            self._lp(data)

    if sys.platform == "win32":

        def _spool(self, data: bytes) -> None:
            try:
                printer = win32print.OpenPrinter(self._name)
                try:
                    win32print.StartDocPrinter(printer, 1, ("Dealerdesk", "", "RAW"))
                    win32print.WritePrinter(printer, data)
                    win32print.EndDocPrinter(printer)
                finally:
                    win32print.ClosePrinter(printer)
            except pywintypes.error as error:
                raise PrinterSilent("printer_silent", detail=str(error)) from error

    else:

        def _lp(self, data: bytes) -> None:
            command = ["lp", "-s", "-o", "raw"] + (["-d", self._name] if self._name else [])
            try:
                done = subprocess.run(command, input=data, capture_output=True, timeout=self._seconds, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise PrinterSilent("printer_silent", detail=str(error)) from error
            if done.returncode:
                raise PrinterSilent("printer_silent", detail=done.stderr.decode(errors="replace").strip()[:200])


def port_named(text: str) -> Port | None:
    """The port that a setting names, None for no printer.

    ``file:PATH`` · ``tcp:HOST[:PORT]`` · ``serial:DEVICE[@BAUD]`` · ``queue:NAME``.

    Raises:
        Invalid: ``bad_printer``.
    """
    kind, _, rest = text.strip().partition(":")
    if not kind:
        return None
    if kind == "file" and rest:
        return FilePort(rest)
    if kind == "tcp" and (found := _HOST.fullmatch(rest)):
        port = int(found["port"] or NETWORK_PORT)
        if 0 < port < 65536:
            return NetworkPort(found["host"].strip("[]"), port)
    if kind == "serial" and rest:
        device, _, baud = rest.partition("@")
        if not baud or (baud.isascii() and baud.isdigit()):
            return SerialPort(device, int(baud or 9600))
    if kind == "queue":
        return SystemQueuePort(rest)
    raise Invalid("bad_printer", value=text[:80])


if sys.platform == "win32":

    def system_queues() -> list[str]:
        """Names of the system's print queues."""
        flags = win32print.PRINTER_ENUM_LOCAL | win32print.PRINTER_ENUM_CONNECTIONS
        return [printer[2] for printer in win32print.EnumPrinters(flags)]

else:

    def system_queues() -> list[str]:
        """Names of the system's print queues; empty when it has none or cannot say."""
        if shutil.which("lpstat") is None:
            return []
        plain = {**os.environ, "LC_ALL": "C"}
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run(
                ["lpstat", "-e"], capture_output=True, text=True, timeout=SECONDS, env=plain, check=False
            )
            return done.stdout.split()
        return []
