"""Set-up of every test run: no screen, no network beyond this machine, no state outside temporary folders."""

from __future__ import annotations

import os
import tempfile

import hypothesis

from tests.support.memory import roomy_folder

# Files of tests are flushed to the disk thousands of times and then thrown away: in memory that costs nothing. Whoever
# names a folder himself gets it.
if "TMPDIR" not in os.environ and (folder := roomy_folder()):
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
# Before anything imports Qt: there is no screen here.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
# The machine speaks whatever it speaks; Qt warns of some locales (LC_ALL=C), and command lines follow LANG.
os.environ["LANG"] = os.environ["LC_ALL"] = "C.UTF-8"
# A test that forgets to name its own folder must never meet a person's data or keyring.
os.environ["DEALERDESK_HOME"] = os.path.join(tempfile.gettempdir(), f"dealerdesk-no-home-{os.getpid()}")
os.environ["DEALERDESK_KEYRING"] = "file"
# Made examples are the same in every run and may take as long as the machine takes; hypothesis does so by itself only
# where it finds itself on a build machine. Others: --hypothesis-profile=default.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")

pytest_plugins = [
    "tests.support.data",
    "tests.support.postgres",
    "tests.support.databases",
    "tests.support.logged_errors",
    "tests.support.no_dangling",
    "tests.support.no_network",
]
