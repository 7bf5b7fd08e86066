"""One message to the person at the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

import i18n


class Kind(Enum):
    """How grave a message is; each has its own colour and sign."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """The one next step that a message offers: the key of its verb and what it does."""

    text_key: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message as data: words are looked up when it is shown, so a change of language reaches it.

    Attributes:
        kind: how grave.
        code: code of the text (catalogue section ``errors``).
        params: what the text names.
        action: the one next step, if there is one.
    """

    kind: Kind
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    action: NoticeAction | None = None

    @property
    def text(self) -> str:
        """The sentence in the language in force."""
        return i18n.message(self.code, self.params)
