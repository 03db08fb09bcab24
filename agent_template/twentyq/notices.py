"""Warnings that would come again with every question: each kind is logged once."""

from __future__ import annotations

import logging

log = logging.getLogger("twentyq")


class Notices:
    """Remembers which kinds of warning were given."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def warn(self, message: str, *values: object, kind: str = "") -> None:
        """Log the message unless one of its ``kind`` (by default: the same one) was logged."""
        if (kind or message) not in self._given:
            self._given.add(kind or message)
            log.warning(message, *values)
