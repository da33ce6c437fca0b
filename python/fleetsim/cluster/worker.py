"""What runs on a worker: one shard of a study, as a child process whose output is the result."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from distributed import Reschedule, Worker, get_worker
from distributed.core import Status

from .._binary import FleetsimError, binary, version

# A worker has several threads; the manifest is written once for all of them.
_WRITING = threading.Lock()

# A worker that is paused, because its memory is full, or about to retire, still ends what it has begun.
_ENDING = (Status.closing, Status.closed, Status.failed)

# How long a cancelled task, or a worker that closes, waits for its child to be ended, in seconds.
LOOK_AGAIN_S = 0.2


class ShardError(FleetsimError):
    """A shard that cannot be made: its number, the worker it failed on, and what fleetsim said there."""

    def __init__(self, shard: int, worker: str, message: str, exit_code: int | None) -> None:
        super().__init__(message, exit_code)
        self.args = (shard, worker, message, exit_code)
        self.shard = shard
        self.worker = worker

    def __str__(self) -> str:
        return f"shard {self.shard}, on {self.worker}: {self.message}"


# A terminal's Ctrl-C goes to all processes of its group. It is the worker that decides what becomes of its child:
# else the shard would fail, where the worker closes and another takes it over.
_APART: dict[str, Any]
if sys.platform == "win32":
    _APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    _APART = {"start_new_session": True}


def its_version() -> str:
    """The version of the fleetsim that this worker would run, or why there is none; it may be anything."""
    try:
        return version()
    except FleetsimError as error:
        return f"none: {error}"


def unchanged(packed: bytes) -> bytes:
    """The study's manifest, packed, as a task of its own.

    Workers then pass it on to one another, and when all that have it are gone, Dask makes it again: data that was
    merely scattered would be lost with them, and the study with it.
    """
    return packed


def run_shard(packed: bytes, digest: str, shard: int, options: Sequence[str]) -> bytes:
    """The bytes of one shard. `digest`: of the manifest, hexadecimal; `options`: more of `run-shard`.

    Raises ShardError when fleetsim refuses it, Reschedule when this worker closes before it is done.
    """
    worker = get_worker()
    manifest = _on_disk(worker, packed, digest)
    command = [str(binary()), "run-shard", str(manifest), str(shard), "--output", "-", "--quiet", "--end-with-stdin"]
    try:
        child = subprocess.Popen(
            [*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **_APART
        )
    except OSError as error:
        raise ShardError(shard, worker.address, f"cannot start {command[0]}: {error}", None) from error
    # The child ends with this pipe, which the system closes when this worker is killed and can end nothing itself.
    # It is taken out of the child because `communicate` would close it at once.
    lifeline, child.stdin = child.stdin, None
    try:
        output, said = _wait(child, worker)
    finally:
        # Whatever ended the wait, a closing worker too, no child outlives its task.
        child.kill()
        child.wait()
        if lifeline is not None:
            lifeline.close()
    if child.returncode != 0:
        message = said.decode("utf-8", "replace").strip() or "no message"
        raise ShardError(shard, worker.address, f"{message} (exit code {child.returncode})", child.returncode)
    return output


def _wait(child: subprocess.Popen[bytes], worker: Worker) -> tuple[bytes, bytes]:
    """What the child prints, as soon as it ends."""
    key = worker.get_current_task()
    while True:
        try:
            return child.communicate(timeout=LOOK_AGAIN_S)
        except subprocess.TimeoutExpired:
            if worker.status in _ENDING or _cancelled(worker, key):
                raise Reschedule() from None


def _cancelled(worker: Worker, key: Any) -> bool:
    """Does nobody want this task any more? Threads cannot be stopped from outside; they have to look."""
    task = worker.state.tasks.get(key)
    return task is None or task.state == "cancelled"


def _on_disk(worker: Worker, packed: bytes, digest: str) -> Path:
    """The manifest as a file of this worker, in the folder that Dask clears when it closes."""
    path = Path(worker.local_directory) / f"study-{digest}.jsonl"
    with _WRITING:
        if not path.exists():
            beside = path.with_suffix(".part")
            beside.write_bytes(zlib.decompress(packed))
            os.replace(beside, path)
    return path
