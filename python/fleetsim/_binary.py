"""The program `fleetsim`: where it is, and how it is called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Optional, Union

Argument = Union[str, int, float, "os.PathLike[str]"]


class FleetsimError(RuntimeError):
    """fleetsim did not do what it was asked; the text is its own message.

    `exit_code`: 1 file or folder trouble, 2 wrong command line, 3 invalid scenario, or a study of another version,
    130 interrupted, 143 terminated; None when it could not even be started.
    """

    def __init__(self, message: str, exit_code: Optional[int] = None) -> None:
        # Both go to `args`: that is what pickle makes the error from when it comes back from a worker.
        super().__init__(message, exit_code)
        self.message = message
        self.exit_code = exit_code

    def __str__(self) -> str:
        return self.message


def binary() -> Path:
    """The program: `$FLEETSIM_BINARY` if set, else the one that came in this wheel, else the one on the path.

    Raises FleetsimError when there is none, with the places looked at.
    """
    chosen = os.environ.get("FLEETSIM_BINARY")
    if chosen:
        return Path(chosen)
    name = "fleetsim" + (sysconfig.get_config_var("EXE") or "")
    looked_at = [folder / name for folder in _script_folders()]
    for candidate in looked_at:
        if candidate.is_file():
            return candidate
    on_path = shutil.which("fleetsim")
    if on_path:
        return Path(on_path)
    places = "\n".join(f"  {place}" for place in looked_at)
    raise FleetsimError(f"the program fleetsim is not there, neither on the path nor as one of\n{places}")


def _script_folders() -> Iterator[Path]:
    """Where installers put programs of a wheel, the likeliest first."""
    yield Path(sysconfig.get_path("scripts"))
    # `pip install --target DIR` puts them beside the packages, `--prefix DIR` beside the `lib` that holds these.
    packages = Path(__file__).resolve().parent.parent
    yield packages / "bin"
    for above in list(packages.parents)[:3]:
        yield above / ("Scripts" if os.name == "nt" else "bin")
    yield Path(sysconfig.get_path("scripts", _user_scheme()))


def _user_scheme() -> str:
    """The name that Python has for `pip install --user` on this system."""
    if sys.version_info >= (3, 10):
        return sysconfig.get_preferred_scheme("user")
    return "nt_user" if os.name == "nt" else "posix_user"


def call(*arguments: Argument, cwd: Optional["os.PathLike[str]"] = None) -> str:
    """Runs fleetsim with the arguments of its command line; what it printed, which must be text.

    A path, as `pathlib.Path` has it, is never taken for an option. In a string it is up to you: `--client=-odd-name`.

    Raises FleetsimError with its exit code and message when it fails.
    """
    command = [str(binary()), *map(_argument, arguments)]
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    except OSError as error:
        raise FleetsimError(f"cannot start {command[0]}: {error}") from error
    if done.returncode != 0:
        raise FleetsimError(done.stderr.strip() or f"fleetsim ended with {done.returncode}", done.returncode)
    return done.stdout


def _argument(argument: Argument) -> str:
    if not isinstance(argument, os.PathLike):
        return str(argument)
    path = os.fspath(argument)
    return os.path.join(os.curdir, path) if path.startswith("-") else path


def version() -> str:
    """The version of the program, such as `0.1.0`."""
    # Behind it may stand the commit.
    return call("--version").split()[1]
