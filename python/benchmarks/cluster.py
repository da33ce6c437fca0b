"""What a shard costs over Dask, how one worker scales to two, and what follows for a thousand.

    python benchmarks/cluster.py [ROUNDS]

Needs `fleetsim[cluster]`, two processors and some minutes. Figures are medians over rounds; what is compared is
measured in the same round, one after the other, so that a machine that is busy is busy for both.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from distributed import Client, LocalCluster

import fleetsim
from fleetsim import cluster

QUICKSTART = Path(__file__).resolve().parents[2] / "scenarios" / "quickstart.yaml"
TRIVIAL = "fleetsim: 1\nduration: 1d\nlicenses: {base: {nodes: 1, kind: perpetual}}\ngroups: {pcs: {clients: 1}}\n"
MANY_SHARDS = 300
LONG_SHARDS = 24
ROUNDS = 5
# How long is looked at a cluster that has nothing to do, in seconds.
IDLE_S = 3.0


class Cost:
    """Time from its making to `stop`: by the clock, and of this process on its processors, in seconds."""

    def __init__(self) -> None:
        self.wall_s, self.cpu_s = -time.monotonic(), -time.process_time()

    def stop(self) -> "Cost":
        self.wall_s += time.monotonic()
        self.cpu_s += time.process_time()
        return self


def over_dask(study: Path, folder: Path, workers: int) -> Cost:
    """All shards of a study, each kept as a file; scheduler and driver are this process."""
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local, Client(local) as client:
        # So that no worker has yet to import what it needs.
        client.run(cluster.worker.its_version)
        text = study.read_bytes()
        numbers = [int(line) for line in fleetsim.call("merge", study, folder, "--missing").split()]
        folder.mkdir()
        idle = Cost()
        time.sleep(IDLE_S)
        idle.stop()
        cost = Cost()
        for shard, content in cluster.results(text, numbers, client):
            cluster.keep(folder / f"shard-{shard:06}.jsonl.gz", content)
        cost.stop()
        # What Dask does anyway, such as its heartbeats, is no cost of a shard.
        cost.cpu_s -= idle.cpu_s / idle.wall_s * cost.wall_s
        return cost


def alone(study: Path, folder: Path, shards: int) -> Cost:
    """The same shards, one after the other, each kept as a file, as a shell would run them."""
    cost = Cost()
    for shard in range(shards):
        fleetsim.call("run-shard", study, shard, "-o", folder, "--quiet")
    return cost.stop()


def merged(study: Path, shards: Path, results: Path) -> Cost:
    cost = Cost()
    fleetsim.call("merge", study, shards, "-o", results, "--quiet")
    return cost.stop()


def main(rounds: int) -> None:
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before; medians of {rounds} rounds")
    with tempfile.TemporaryDirectory() as temporary:
        os.chdir(temporary)
        Path("trivial.yaml").write_text(TRIVIAL)
        trivial, long = Path("trivial.jsonl"), Path("long.jsonl")
        fleetsim.call("plan", "replicate", "trivial.yaml", "-n", MANY_SHARDS, "--shards", MANY_SHARDS, "-o", trivial)
        fleetsim.call("plan", "replicate", QUICKSTART, "-n", LONG_SHARDS * 250, "--shards", LONG_SHARDS, "-o", long)
        bare, dask, one, two, merges = [], [], [], [], []
        for at in range(rounds):
            bare.append(alone(trivial, Path(f"alone-{at}"), MANY_SHARDS))
            dask.append(over_dask(trivial, Path(f"trivial-{at}"), 1))
            one.append(over_dask(long, Path(f"one-{at}"), 1))
            two.append(over_dask(long, Path(f"two-{at}"), 2))
            merges.append(merged(long, Path(f"two-{at}"), Path("results")))
        size = statistics.mean(path.stat().st_size for path in Path("one-0").iterdir())
        report(bare, dask, one, two, merges, size)


def report(bare: list[Cost], dask: list[Cost], one: list[Cost], two: list[Cost], merges: list[Cost], size: float) -> None:
    median = statistics.median
    bare_ms = 1000 * median(cost.wall_s for cost in bare) / MANY_SHARDS
    dask_ms = 1000 * median(cost.wall_s for cost in dask) / MANY_SHARDS
    over_ms = 1000 * median(d.wall_s - b.wall_s for d, b in zip(dask, bare)) / MANY_SHARDS
    print(f"a shard of nothing: {bare_ms:.1f} ms alone, {dask_ms:.1f} ms over Dask, so {over_ms:.1f} ms for Dask")
    shard_s = median(cost.wall_s for cost in one) / LONG_SHARDS
    ratio = median(o.wall_s / t.wall_s for o, t in zip(one, two))
    print(f"a shard of {shard_s:.2f} s, {size / 1000:.0f} kB: two workers are {ratio:.2f} times as fast as one")
    small_ms = 1000 * median(cost.cpu_s for cost in dask) / MANY_SHARDS
    large_ms = 1000 * median(cost.cpu_s for cost in two) / LONG_SHARDS
    print(f"scheduler and driver: {small_ms:.1f} ms of a processor for a shard of nothing, {large_ms:.1f} ms for these")
    merge_ms = 1000 * median(cost.wall_s for cost in merges) / LONG_SHARDS
    print(f"merge: {merge_ms:.1f} ms a shard")
    worst_ms = max(small_ms, large_ms)
    print("\nprojected, not measured, for shards of this size and the processor time above:")
    for each_s in (1, 10, 60):
        a_second = 1000 / each_s
        busy = a_second * worst_ms / 1000
        enough = f"one processor is enough for {1000 * each_s / worst_ms:,.0f} workers"
        says = f"{busy:.0%} of a processor" if busy <= 1 else enough
        kept = f"{a_second:,.0f} shards/s, {a_second * size / 1e6:.1f} MB/s to keep"
        print(f"  1,000 workers, shards of {each_s} s: {kept}; {says}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
