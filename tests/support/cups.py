"""CUPS's own daemon, on a socket of its own, with one raw queue whose printer keeps every job as a file.

The daemon and ``lp`` are Debian's. Only the last yard, the program that hands bytes to a device, is ours: the one for
``socket://`` comes in a package that brings filters and drivers of every kind along.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

QUEUE = "receipts"
DAEMON = "/usr/sbin/cupsd"
LIBRARY = Path("/usr/lib/cups")
PATIENCE_S = 120
CONFIGURATION = """\
Listen {socket}
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
FILES = """\
ServerRoot {folder}/etc
ServerBin {folder}/bin
StateDir {folder}/state
CacheDir {folder}/cache
RequestRoot {folder}/spool
TempDir {folder}/tmp
AccessLog {folder}/access
ErrorLog {folder}/error
PageLog {folder}/page
Sandboxing Relaxed
"""
PRINTER = """\
<Printer receipts>
DeviceURI tray:/printer
State Idle
Accepting Yes
Shared No
OpPolicy default
ErrorPolicy retry-job
</Printer>
"""
TRAY = """\
#!/bin/sh
[ $# = 0 ] && exit 0
cat "${{6:--}}" > {folder}/tray/.$1 && mv {folder}/tray/.$1 {folder}/tray/$1
"""
"""As CUPS calls it: without words to be listed, else with the job's number first and its file sixth."""


class PrintServer:
    """The daemon; it may come and go, its queue stays.

    Attributes:
        address: what ``CUPS_SERVER`` has to be for programs to find it.
    """

    def __init__(self, folder: Path) -> None:
        """*folder* has a short name: a socket's address takes a hundred signs."""
        self.address = str(folder / "socket")
        self._tray = folder / "tray"
        self._etc = folder / "etc"
        self._daemon: subprocess.Popen[bytes] | None = None
        for name in ("etc", "state", "cache", "spool", "tmp", "tray", "bin/backend"):
            (folder / name).mkdir(parents=True)
        (folder / "bin" / "daemon").symlink_to(LIBRARY / "daemon")
        (self._etc / "cupsd.conf").write_text(CONFIGURATION.format(socket=self.address))
        (self._etc / "cups-files.conf").write_text(FILES.format(folder=folder))
        (self._etc / "printers.conf").write_text(PRINTER)
        backend = folder / "bin" / "backend" / "tray"
        backend.write_text(TRAY.format(folder=folder))
        # The owner's alone: then it runs with the daemon's own rights, which may write here.
        backend.chmod(0o700)

    def start(self) -> None:
        """Begin; see :meth:`answers`."""
        command = [DAEMON, "-f", "-c", str(self._etc / "cupsd.conf"), "-s", str(self._etc / "cups-files.conf")]
        self._daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def answers(self) -> bool:
        """Whether the daemon takes jobs for the queue.

        Raises:
            RuntimeError: it has ended.
        """
        if self._daemon is None or self._daemon.poll() is not None:
            raise RuntimeError("cupsd has ended")
        lpstat = shutil.which("lpstat") or "lpstat"
        environment = {**os.environ, "CUPS_SERVER": self.address, "LC_ALL": "C"}
        done = subprocess.run(
            [lpstat, "-a", QUEUE], env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        return done.stdout.startswith(f"{QUEUE} accepting")

    def stop(self) -> None:
        """End the daemon; without one nothing happens."""
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(PATIENCE_S)
            self._daemon = None

    def papers(self) -> list[bytes]:
        """What the printer was sent, job by job."""
        whole = [path for path in self._tray.iterdir() if path.name.isdigit()]
        return [path.read_bytes() for path in sorted(whole, key=lambda path: int(path.name))]
