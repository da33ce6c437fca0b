"""One run of a scenario."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional, Union

from ._binary import Argument, call
from ._results import Results


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
    set: keys of the scenario and their values, such as `{"licenses.base.nodes": 900, "duration": "30d"}`.
    actions: deeds to add, such as `"run licensing_refresh at 30d"`.
    events: also write events.csv; `"all"`: also the later scans of license holders.
    report: also write report.html.
    force: overwrite results of another scenario.
    options: any other options of `fleetsim run`, such as `"--exhaustive"`.

    Raises FleetsimError when the scenario is wrong (exit code 3) or the folder cannot be written (1).
    """
    scenario = Path(scenario)
    folder = Path(output) if output is not None else Path(scenario.stem)
    arguments: list[Argument] = ["run", scenario, "--quiet", "--output", folder]
    if seed is not None:
        arguments += ["--seed", seed]
    for key, value in (set or {}).items():
        arguments += ["--set", f"{key}={_yaml(value)}"]
    for action in actions:
        arguments += ["--action", action]
    if events:
        arguments.append("--events" if events is True else f"--events={events}")
    arguments += [flag for flag, wanted in (("--report", report), ("--force", force)) if wanted]
    call(*arguments, *options)
    return Results(folder)


def _yaml(value: object) -> str:
    """A value as the command line reads it; JSON is YAML, and writes true and null where Python has True and None."""
    return value if isinstance(value, str) else json.dumps(value)
