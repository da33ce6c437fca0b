"""Python values as text of the scenario language, for `set=`.

Each value becomes YAML on one line that means exactly this value: a string always stays a string, whatever YAML would
make of it without quotes; a time that is finer than the scenario's clock is refused instead of rounded.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

# YAML forbids or folds these even in double quotes; of the control characters below U+0020 JSON takes care.
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

_MILLISECOND = timedelta(milliseconds=1)
# Longest first, as the language wants them.
_UNITS = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("m", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
    ("ms", _MILLISECOND),
)


def setting(path: str, value: object) -> str:
    """`PATH=VALUE`, as `--set` takes it.

    Raises TypeError for values that the language has no text for, ValueError for those that it cannot hold exactly.
    """
    if not isinstance(path, str):
        raise TypeError(f"set: a key is a string such as 'licenses.base.nodes', not {path!r}")
    if "=" in path:
        raise ValueError(f"set[{path!r}]: a key with an equals sign cannot be set from outside")
    try:
        return f"{path}={scenario_text(value)}"
    except (TypeError, ValueError) as error:
        raise type(error)(f"set[{path!r}]: {error}") from None


def scenario_text(value: object) -> str:
    """The value as the scenario language writes it.

    Raises TypeError and ValueError as `setting` does.
    """
    if isinstance(value, Enum):
        return scenario_text(value.value)
    if value is None:
        return "null"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value, math.isfinite(value), float.__repr__(value))
    if isinstance(value, Decimal):
        return _number(value, value.is_finite(), format(value, "f"))
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, (date, time)):
        return _instant(value)
    if isinstance(value, os.PathLike):
        return _path(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {scenario_text(held)}" for key, held in value.items()) + "}"
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"bytes are no text; decode them: {value!r}")
    if hasattr(value, "dtype"):
        return _of_array(value)
    if isinstance(value, Sequence):
        return _list(value)
    raise TypeError(f"the scenario language has no text for {type(value).__name__}: {value!r}")


def _list(values: Any) -> str:
    return "[" + ", ".join(map(scenario_text, values)) + "]"


def _key(key: object) -> str:
    key = key.value if isinstance(key, Enum) else key
    if not isinstance(key, str):
        raise TypeError(f"keys of a mapping are strings, not {key!r}")
    return _quoted(key)


def _quoted(text: str) -> str:
    """The string in double quotes: JSON, but for the characters that YAML reads in another way."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} is not valid Unicode") from None
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04X}", json.dumps(text, ensure_ascii=False))


def _number(value: object, finite: bool, text: str) -> str:
    if not finite:
        raise ValueError(f"{value!r} is not a finite number")
    return text


def _duration(value: timedelta) -> str:
    # pandas.Timedelta is a timedelta with nanoseconds.
    if any((value % _MILLISECOND, getattr(value, "nanoseconds", 0))):
        raise ValueError(f"{value!r} is finer than a millisecond, the unit of a scenario's clock; round it")
    rest, parts = abs(value), []
    for name, unit in _UNITS:
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count}{name}")
    return ("-" if value < timedelta() else "") + (" ".join(parts) or "0s")


def _instant(value: date | time) -> str:
    """A date, a date and time, or a time of day."""
    if not isinstance(value, (datetime, time)):
        return value.isoformat()
    if value.tzinfo is not None:
        raise ValueError(f"{value!r} has a time zone; a scenario's clock is the server's local time, so leave it out")
    # pandas.Timestamp is a datetime with nanoseconds.
    if value.microsecond % 1000 or getattr(value, "nanosecond", 0):
        raise ValueError(f"{value!r} is finer than a millisecond, the unit of a scenario's clock; round it")
    text = value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    # Some readers of YAML take 08:30 for a number of base 60.
    return text if isinstance(value, datetime) else f'"{text}"'


def _path(value: os.PathLike[Any]) -> str:
    path = os.fspath(value)
    if not isinstance(path, str):
        raise TypeError(f"a path of bytes is no text; decode it: {path!r}")
    return _quoted(path)


def _of_array(value: Any) -> str:
    """What numpy, pandas and polars make: a scalar, or a list of them. None of them needs to be installed for that."""
    if getattr(value, "shape", ()) != ():
        return _list(value)
    item = value.item()
    if value.dtype.kind in "mM" and not isinstance(item, (date, timedelta)):
        item = _coarser(value)
    if hasattr(item, "dtype"):
        raise TypeError(f"the scenario language has no text for {type(value).__name__}: {value!r}")
    return scenario_text(item)


def _coarser(value: Any) -> object:
    """A time of numpy that is not one of Python by itself: its unit is finer, or it is none."""
    if value.dtype.str.endswith(("[ns]", "[ps]", "[fs]", "[as]")):
        microseconds = value.astype(value.dtype.kind + "8[us]")
        # "Not a time" equals nothing, not even itself.
        if microseconds == value:
            return microseconds.item()
    raise ValueError(f"{value!r} is no time in whole milliseconds")
