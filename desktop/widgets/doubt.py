"""What the records say against pieces, in words."""

from __future__ import annotations

from collections.abc import Sequence

import i18n
from desktop.store.doubts import Doubt


def doubt_text(doubts: Sequence[Doubt]) -> str:
    """A sentence for each piece, empty for none."""
    return " ".join(i18n.message(code, {"serial": serial}) for code, serial in doubts)
