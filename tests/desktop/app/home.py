"""A home folder of an enrolled shop that never met its server: what ``dealerdesk app`` opens."""

from __future__ import annotations

from pathlib import Path

from desktop.app.profile import DATABASE_KEY, DEVICE_KEY, KeptTokens
from desktop.platform.secrets import open_key_store
from tests.support.counter import Counter
from tests.support.processes import environment_of


def furnish(home: Path) -> dict[str, str]:
    """Fill *home* with databases, keys and a session; the environment that names it."""
    home.mkdir()
    environment = {**environment_of(home), "QT_QPA_PLATFORM": "offscreen"}
    counter = Counter(home)
    counter.close()
    keys = open_key_store(home, environment)
    keys.set(DATABASE_KEY, counter.secrets.database_key)
    keys.set(DEVICE_KEY, counter.secrets.device_key)
    KeptTokens(keys).save({"access_token": "a", "refresh_token": "r", "expires_at": 0})
    return environment
