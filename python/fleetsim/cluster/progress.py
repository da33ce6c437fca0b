"""How far a study is, for people who watch."""

from __future__ import annotations

import sys
import time
from typing import Callable


def on_terminal() -> Callable[[int, int], None]:
    """Draws one line on standard error when that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        return lambda done, of: None
    begun = time.monotonic()
    before: list[int] = []

    def draw(done: int, of: int) -> None:
        # What was there before this call says nothing about its speed.
        before.append(done) if not before else None
        new = done - before[0]
        left = f", {_spoken((time.monotonic() - begun) / new * (of - done))} left" if 0 < new and done < of else ""
        end = "\n" if done == of else ""
        sys.stderr.write(f"\r{done:,} of {of:,} shards{left}\x1b[K{end}")
        sys.stderr.flush()

    return draw


def _spoken(seconds: float) -> str:
    """A duration in the largest unit that fits, rounded up."""
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds:.0f} s"
