"""Amounts of the scenario language, as whole milliseconds and exact fractions.

Nothing here rounds but where docs/MODEL.md, "Time", says so.
"""

from fractions import Fraction

MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
DAY = MS["d"]
# What would happen after every possible run does not happen.
NEVER = 200 * 366 * DAY
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def duration(text):
    """`1d 12h`, `7m`, `250ms` in milliseconds; a number is one already."""
    if isinstance(text, int):
        return text
    total, number, i = Fraction(0), "", 0
    text = text.replace(" ", "")
    while i < len(text):
        if text[i].isdigit() or text[i] == ".":
            number += text[i]
            i += 1
            continue
        end = i
        while end < len(text) and text[end].isalpha():
            end += 1
        total += Fraction(number) * MS[text[i:end]]
        number, i = "", end
    return int(total)


def optional(text):
    """A duration, or `never`."""
    return NEVER if text == "never" else duration(text)


def size(text):
    """Bytes; sizes are decimal."""
    number, unit = text.split()
    return int(Fraction(number) * {"B": 1, "kB": 1000, "MB": 10**6, "GB": 10**9}[unit])


def rate(text):
    """Bits per millisecond; None is unlimited."""
    if text in (None, "unlimited"):
        return None
    number, unit = text.split()
    return Fraction(number) * {"kbit/s": 1, "Mbit/s": 1000, "Gbit/s": 10**6, "MB/s": 8000}[unit]


def clock(text):
    """`HH:MM` as milliseconds after midnight."""
    return int(text[:2]) * MS["h"] + int(text[3:]) * MS["m"]


def version(text):
    """A server version that can be compared."""
    return float(str(text).split()[0].replace("8.7.1", "8.71"))


class Schedule:
    """Runs of the server at O, O + P, O + 2P, ...; section "Schedules"."""

    def __init__(self, spec, start):
        self.period, self.offset, self.immediate = None, 0, spec == "immediate"
        if spec in ("never", "immediate"):
            return
        if isinstance(spec, str):
            self.period = duration(spec)
        elif "daily" in spec:
            self.period, self.offset = DAY, (clock(spec["daily"]) - start) % DAY
        else:
            self.period, self.offset = duration(spec["every"]), duration(spec.get("offset", 0))

    def next(self, t):
        """The first run at or after t."""
        if self.immediate:
            return t
        if self.period is None:
            return NEVER
        if t <= self.offset:
            return self.offset
        return self.offset + -(-(t - self.offset) // self.period) * self.period
