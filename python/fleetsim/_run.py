"""One run of a scenario."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional, Union

from ._binary import Argument, call
from ._results import Results
from ._values import setting


def run(
    scenario: Union[str, "os.PathLike[str]"],
    *,
    output: Union[str, "os.PathLike[str]", None] = None,
    seed: Optional[int] = None,
    set: Optional[Mapping[str, object]] = None,
    actions: Sequence[str] = (),
    events: Union[bool, str] = False,
    report: bool = False,
    force: bool = False,
    options: Sequence[Argument] = (),
) -> Results:
    """Runs a scenario once, and tells where its results are.

    scenario: a YAML file.
    output: folder for the results; without it one named after the scenario, in the current folder.
    seed: of all random decisions, instead of the scenario's.
    set: keys of the scenario and their values, such as `{"licenses.base.nodes": 900, "duration": timedelta(days=30)}`.
        A value is a number, bool, string, Enum, path, timedelta, date, datetime, time, None, or a list or mapping of
        these; those of numpy and pandas will do. A string is that string, never YAML.
    actions: deeds to add, such as `"run licensing_refresh at 30d"`.
    events: also write events.csv; `"all"`: also the later scans of license holders.
    report: also write report.html.
    force: overwrite results of another scenario.
    options: any other options of `fleetsim run`, such as `"--exhaustive"`.

    Raises TypeError and ValueError for values in `set` that the scenario language cannot hold exactly, such as
    microseconds, FleetsimError when the scenario is wrong (exit code 3) or the folder cannot be written (1).
    """
    for name, given in (("actions", actions), ("options", options)):
        if isinstance(given, str):
            raise TypeError(f"{name}: a list of strings is expected, not one string: [{given!r}]")
    scenario = Path(scenario)
    folder = Path(output) if output is not None else Path(scenario.stem)
    arguments: list[Argument] = ["run", scenario, "--quiet", "--output", folder]
    if seed is not None:
        arguments.append(f"--seed={seed}")
    # With an equals sign a value may begin with a dash.
    arguments += [f"--set={setting(key, value)}" for key, value in (set or {}).items()]
    arguments += [f"--action={action}" for action in actions]
    if events:
        arguments.append("--events" if events is True else f"--events={events}")
    arguments += [flag for flag, wanted in (("--report", report), ("--force", force)) if wanted]
    call(*arguments, *options)
    return Results(folder)

