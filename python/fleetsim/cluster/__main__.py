"""`python -m fleetsim.cluster --scheduler ADDRESS MANIFEST`."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence

from distributed import Client, LocalCluster

from .._binary import FleetsimError
from . import run


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What was typed; what follows `--` is left to `fleetsim merge`."""
    end = list(given).index("--") if "--" in given else len(given)
    own, options = given[:end], given[end + 1 :]
    parser = argparse.ArgumentParser(
        prog="python -m fleetsim.cluster",
        description="Run a study's missing shards on a Dask cluster, and merge them into its results.",
        epilog="Options of `fleetsim merge`, such as --report, follow a `--`. "
        "Exit codes: as of fleetsim; 130 interrupted. The same command goes on where it was.",
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--scheduler", metavar="ADDRESS", help="of the Dask scheduler, such as tcp://10.0.0.1:8786")
    where.add_argument("--scheduler-file", metavar="FILE", help="the file in which the scheduler wrote its address")
    where.add_argument("--local", metavar="N", type=int, help="start N workers on this machine")
    parser.add_argument("manifest", help="the study, as `fleetsim plan` wrote it")
    parser.add_argument("-o", "--output", metavar="DIR", help="folder for the results [default: MANIFEST-results]")
    parser.add_argument("--shards", metavar="DIR", help="folder that keeps finished shards [default: MANIFEST-shards]")
    parser.add_argument("--in-flight", metavar="N", type=int, help="most shards handed out at a time [default: 2 a thread]")
    parser.add_argument("--anyway", action="store_true", help="also shards of more events than half an hour allows")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    typed = parser.parse_args(own)
    for name in ("local", "in_flight"):
        if getattr(typed, name) is not None and getattr(typed, name) < 1:
            parser.error(f"--{name.replace('_', '-')}: at least 1")
    typed.options = list(options)
    return typed


@contextlib.contextmanager
def cluster(typed: argparse.Namespace) -> Iterator[Client]:
    """The cluster that was asked for; one that was started here ends with the study."""
    if typed.local is None:
        with Client(typed.scheduler, scheduler_file=typed.scheduler_file) as client:
            yield client
        return
    # A thread a worker: each has a fleetsim of its own beside it, and nothing to do itself.
    with LocalCluster(n_workers=typed.local, threads_per_worker=1, dashboard_address=None) as local, Client(local) as client:
        yield client


def main(given: Sequence[str]) -> int:
    """Does what was typed; the exit code."""
    typed = arguments(given)
    silent = {"progress": lambda done, of: None} if typed.quiet else {}
    try:
        with cluster(typed) as client:
            results = run(
                typed.manifest,
                client,
                output=typed.output,
                shards=typed.shards,
                in_flight=typed.in_flight,
                anyway=typed.anyway,
                options=typed.options,
                **silent,
            )
    except KeyboardInterrupt:
        print("\ninterrupted; what is done is kept, and the same command goes on", file=sys.stderr)
        return 130
    except FleetsimError as error:
        print(f"\nerror: {error}\n  help: what is done is kept, and the same command goes on", file=sys.stderr)
        return error.exit_code or 1
    except OSError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    if not typed.quiet:
        print(results, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
