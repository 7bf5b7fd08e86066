"""Nothing in the client or the domain works on one system only."""

from __future__ import annotations

import pytest

from tests.architecture.lints.portability import check
from tests.architecture.lints.sources import Source, expect_none, load


def test_client_and_domain_run_on_both_systems() -> None:
    expect_none(found for source in load("domain", "desktop", "i18n") for found in check(source))


@pytest.mark.parametrize(
    "planted",
    [
        "import fcntl",
        "from pwd import getpwuid",
        "import os\nos.fork()",
        "from os import getuid",
        "import signal\nsignal.signal(signal.SIGKILL, None)",
        "import socket\nsocket.socket(socket.AF_UNIX)",
        "import winreg",
        "subprocess.Popen(command, preexec_fn=become)",
        "folder = '/tmp/dealerdesk'",
        "folder = 'C:\\\\Dealerdesk'",
        "open('x')",
        "open('x', 'w')",
        "open('x', mode='a')",
        "path.read_text()",
        "path.write_text(text)",
        "if ready:\n    import fcntl",
    ],
)
def test_planted_dependence_is_found(planted: str) -> None:
    assert len(check(Source("desktop/a.py", planted))) == 1


@pytest.mark.parametrize(
    "innocent",
    [
        "import sys\nif sys.platform == 'win32':\n    import winreg\nelse:\n    import fcntl",
        "import os\nname = 'x' if os.name == 'nt' else os.uname()",
        '"""Like /tmp/x on paper."""',
        "open('x', 'rb')",
        "open('x', mode)",
        "open('x', encoding='utf-8')",
        "path.read_text('utf-8')",
        "path.write_text(text, encoding='utf-8')",
        "url = '/orders/lines'",
    ],
)
def test_innocent_code_passes(innocent: str) -> None:
    assert check(Source("desktop/a.py", innocent)) == []
