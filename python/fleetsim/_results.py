"""What fleetsim wrote, as Python's own types."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Union

#: What a cell of a results file holds; None where it is empty.
Cell = Union[int, float, str, datetime, None]

# Names and reasons stay text even where each of them happens to look like a number: a site may be called 12.
TEXT = {"client", "column", "event", "group", "reason", "result", "rule", "site"}


class Results(Mapping[str, Path]):
    """A folder of results: the path of each file by its name, such as `results["timeline.csv"]`."""

    def __init__(self, folder: Union[str, "os.PathLike[str]"]) -> None:
        self.folder = Path(folder)

    def _names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())

    def __getitem__(self, name: str) -> Path:
        if name not in self._names():
            raise KeyError(name)
        return self.folder / name

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return f"Results({str(self.folder)!r}: {', '.join(self._names())})"

    def timeline(self) -> dict[str, list[Cell]]:
        """The columns of timeline.csv; see read_timeline."""
        return read_timeline(self.folder)

    def summary(self) -> dict[str, Any]:
        """The content of summary.json: the answers a planner asks first."""
        text = self["summary.json"].read_text(encoding="utf-8")
        return dict(json.loads(text))


def read_timeline(folder: Union[str, "os.PathLike[str]"]) -> dict[str, list[Cell]]:
    """The columns of timeline.csv in a folder of results, by name.

    `timestamp` holds datetimes (of the server's local time), states are strings, all else is numbers, None where a
    cell is empty. `pandas.DataFrame(...)` and `polars.DataFrame(...)` take the answer as it is.

    Raises FileNotFoundError when the folder has no timeline.csv.
    """
    return read_csv(Path(folder) / "timeline.csv")


def read_csv(path: Union[str, "os.PathLike[str]"]) -> dict[str, list[Cell]]:
    """The columns of any CSV file that fleetsim wrote, by name, typed like read_timeline's.

    A column of whole numbers holds ints, one with any other number floats.
    """
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return {name: _typed(name, [row[index] for row in rows]) for index, name in enumerate(header)}


def _typed(name: str, cells: list[str]) -> list[Cell]:
    """The cells of a column as the first type that all of them have."""
    kinds: list[Callable[[str], Cell]] = [] if name in TEXT else [int, float, datetime.fromisoformat]
    for kind in kinds:
        try:
            return [kind(cell) if cell else None for cell in cells]
        except ValueError:
            continue
    return list(cells)
