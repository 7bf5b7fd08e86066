"""Every way to a printer, with a real thing at the other end."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from desktop.printing.ports import (
    FilePort,
    NetworkPort,
    PrinterSilent,
    SerialPort,
    SystemQueuePort,
    port_named,
)
from domain.kernel.errors import Invalid

DATA = bytes(range(256)) * 300


def test_a_file_takes_one_job_after_the_other(tmp_path: Path) -> None:
    port = port_named(f"file:{tmp_path / 'out'}")
    assert isinstance(port, FilePort)
    port.send(b"one")
    port.send(b"two")
    assert (tmp_path / "out").read_bytes() == b"onetwo"


def test_a_file_that_cannot_be_written_is_a_silent_printer(tmp_path: Path) -> None:
    with pytest.raises(PrinterSilent):
        FilePort(str(tmp_path)).send(b"x")


def test_the_network_takes_every_byte() -> None:
    got = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def printer() -> None:
            connection, _ = listening.accept()
            with connection:
                while part := connection.recv(4096):
                    got.extend(part)

        thread = threading.Thread(target=printer)
        thread.start()
        port = port_named(f"tcp:127.0.0.1:{listening.getsockname()[1]}")
        assert isinstance(port, NetworkPort)
        port.send(DATA)
        thread.join()
    assert bytes(got) == DATA


def test_nobody_at_the_other_end_is_a_silent_printer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    with pytest.raises(PrinterSilent) as silent:
        NetworkPort("127.0.0.1", free).send(b"x")
    assert silent.value.code == "printer_silent"


def test_a_printer_that_reads_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(PrinterSilent):
        NetworkPort("127.0.0.1", listening.getsockname()[1], seconds=0.2).send(DATA * 200)


def test_a_serial_line_takes_every_byte() -> None:
    near, far = os.openpty()
    got = bytearray()

    def printer() -> None:
        while len(got) < 4000:
            got.extend(os.read(near, 4096))

    thread = threading.Thread(target=printer)
    thread.start()
    SerialPort(os.ttyname(far)).send(DATA[:4000])
    thread.join()
    os.close(near)
    os.close(far)
    assert bytes(got) == DATA[:4000]


def test_a_missing_serial_line_is_a_silent_printer(tmp_path: Path) -> None:
    with pytest.raises(PrinterSilent):
        SerialPort(str(tmp_path / "none")).send(b"x")


def test_the_systems_queue_is_given_raw_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lp"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\ncat > {tmp_path}/data\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    SystemQueuePort("counter 1").send(DATA)
    assert (tmp_path / "data").read_bytes() == DATA
    assert (tmp_path / "words").read_text().strip() == "-s -o raw -d counter 1"


def test_a_queue_that_refuses_is_a_silent_printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lp"
    program.write_text("#!/bin/sh\ncat > /dev/null\necho no such printer >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(PrinterSilent) as silent:
        SystemQueuePort("none").send(b"x")
    assert silent.value.params["detail"] == "no such printer"


def test_no_name_is_no_printer() -> None:
    assert port_named(" ") is None


@pytest.mark.parametrize(
    "text", ["lpt1", "file:", "tcp:", "tcp:a b", "tcp:h:0", "tcp:h:99999", "serial:", "serial:COM1@fast", "http://x"]
)
def test_an_address_nobody_understands(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        port_named(text)
    assert refused.value.code == "bad_printer"
