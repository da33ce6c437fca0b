"""A study on many machines, over Dask: one that outgrows the cores of one.

`fleetsim plan` divides a study into shards and writes a manifest, in which all is that a worker needs. `run` has the
shards run by the workers of a Dask cluster, keeps each as a file as soon as it is there, and merges them into the
files of the one-machine command, byte for byte. Results come back as bytes: no common disk is needed.

What is kept in the folder of shards is all that there is to know: whoever is killed, the driver, a worker or all of
them, the same call goes on where it was.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import queue
import time
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Callable, Optional, Union

from distributed import Client, Future, KilledWorker

from .._binary import Argument, FleetsimError, call
from .._results import Results
from . import worker
from .progress import on_terminal
from .worker import ShardError

__all__ = ["ShardError", "run"]

Folder = Union[str, "os.PathLike[str]"]

# A worker thread has one shard in work, and one at hand so that it need not wait for the next.
PER_THREAD = 2
# Workers come and go; so often the driver asks how many there are, in seconds.
ASK_AGAIN_S = 2.0
# A worker whose disk is full, or which has another version, need not be the end: the shard is tried elsewhere.
RETRIES = 2


def run(
    study: Folder,
    client: Client,
    *,
    output: Optional[Folder] = None,
    shards: Optional[Folder] = None,
    in_flight: Optional[int] = None,
    anyway: bool = False,
    options: Sequence[Argument] = (),
    progress: Optional[Callable[[int, int], None]] = None,
) -> Results:
    """Runs all shards of a study that are missing, and merges them.

    study: the manifest, as `fleetsim plan ... -o study.jsonl` wrote it.
    client: of the Dask cluster. Its workers must have this wheel; they need no file of yours.
    output: folder for the results, by default named after the manifest, such as `study-results`.
    shards: folder in which finished shards are kept, by default `study-shards`.
    in_flight: most shards handed out at a time, by default two for each thread of the workers there are.
    anyway: go on with shards of more events than half an hour allows, or of more memory than a worker has.
    options: options of `fleetsim merge`, such as `"--report"`.
    progress: called with the number of shards that are done and of all; by default a line on a terminal.

    Raises FleetsimError when a worker has another version of fleetsim, when the folder is in use for another study,
    ShardError when a shard fails for good. After these, and after KeyboardInterrupt, the same call goes on.
    """
    if in_flight is not None and in_flight < 1:
        raise ValueError(f"in_flight={in_flight}: with none handed out, none would ever be done")
    study = Path(study)
    text = study.read_bytes()
    kept = Path(shards) if shards is not None else Path(f"{study.stem}-shards")
    folder = Path(output) if output is not None else Path(f"{study.stem}-results")
    also = ("--anyway",) if anyway else ()
    # Says first what is wrong with the manifest, if anything is.
    missing = [int(line) for line in call("merge", study, kept, "--missing").split()]
    holds = json.loads(text.split(b"\n", 1)[0])["holds"]
    refuse_others(client, holds["fleetsim"])

    kept.mkdir(parents=True, exist_ok=True)
    told = progress or on_terminal()
    done = holds["shards"] - len(missing)
    told(done, holds["shards"])
    with closing(results(text, missing, client, in_flight, also)) as arriving:
        for shard, content in arriving:
            keep(kept / f"shard-{shard:06}.jsonl.gz", content)
            done += 1
            told(done, holds["shards"])
    call("merge", study, kept, "-o", folder, "--quiet", *also, *options)
    return Results(folder)


def refuse_others(client: Client, wanted: str) -> None:
    """Raises FleetsimError, with their names, when workers have another fleetsim than the study's, or none."""
    others = []
    for address, found in sorted(client.run(worker.its_version, on_error="return").items()):
        if found != wanted:
            others.append(f"  {address} has {found if isinstance(found, str) else f'none: {found}'}")
    if others:
        raise FleetsimError("\n".join([f"the study needs fleetsim {wanted} on every worker:", *others]))


def results(
    study: bytes,
    missing: Sequence[int],
    client: Client,
    in_flight: Optional[int] = None,
    options: Sequence[str] = (),
) -> Generator[tuple[int, bytes], None, None]:
    """Each missing shard with its bytes, as they are done; never more handed out than workers have hands for.

    When it ends early, for whatever reason, the workers are told to drop what they have of it.
    """
    digest = hashlib.sha256(study).hexdigest()
    packed = client.submit(worker.unchanged, zlib.compress(study), key=f"fleetsim-manifest-{digest}")
    ended: queue.SimpleQueue[Future[bytes]] = queue.SimpleQueue()
    running: dict[Future[bytes], int] = {}
    to_do = iter(missing)
    try:
        limit, asked = 0, float("-inf")
        while True:
            if in_flight is not None:
                limit = in_flight
            elif time.monotonic() - asked > ASK_AGAIN_S:
                limit, asked = PER_THREAD * max(1, sum(client.nthreads().values())), time.monotonic()
            for shard in _first(to_do, limit - len(running)):
                key = f"fleetsim-shard-{shard}-{digest}"
                future = client.submit(worker.run_shard, packed, digest, shard, options, key=key, retries=RETRIES)
                running[future] = shard
                future.add_done_callback(ended.put)
            if not running:
                return
            try:
                future = ended.get(timeout=ASK_AGAIN_S)
            except queue.Empty:
                continue
            shard = running.pop(future)
            yield shard, _bytes_of(future, shard)
            # Without this the workers would keep every shard until the end.
            future.release()
    finally:
        client.cancel([*running, packed])


def _first(shards: Iterator[int], room: int) -> Iterator[int]:
    """The next shards, as many as there is room for."""
    for _ in range(room):
        try:
            yield next(shards)
        except StopIteration:
            return


def _bytes_of(future: Future[bytes], shard: int) -> bytes:
    if future.status == "cancelled":
        raise FleetsimError(f"shard {shard} was cancelled: the scheduler is gone, or somebody else cancelled it")
    try:
        # Should its worker have died since, Dask runs the shard again, and this waits for it.
        return future.result()
    except KilledWorker as error:
        raise ShardError(shard, error.last_worker.address, f"workers died of it, again and again: {error}", None) from None


def _study_of(shard: bytes) -> Optional[str]:
    """The study that a shard says it is of; None when it is damaged."""
    try:
        head = gzip.GzipFile(fileobj=io.BytesIO(shard)).readline()
        return str(json.loads(head)["holds"]["study"])
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        return None


def keep(path: Path, content: bytes) -> None:
    """Writes a shard so that it is there in full or not at all, also after a power cut.

    Raises FleetsimError when the shard of another study is there: it may be all that is left of hours of work.
    """
    if path.exists() and _study_of(path.read_bytes()) not in (None, _study_of(content)):
        raise FleetsimError(f"{path} is of another study; name another folder for the shards")
    beside = path.with_name(path.name + ".part")
    with open(beside, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    if os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
