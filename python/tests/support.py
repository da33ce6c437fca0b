"""Real Dask processes on this machine, and studies small enough for tests."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Optional

import fleetsim

ROOT = Path(__file__).resolve().parents[2]
# What takes longer hangs: many times what anything here takes on a busy machine, in seconds.
HANGS_S = 300
QUICKSTART = ROOT / "scenarios" / "quickstart.yaml"


def until(true: Callable[[], Any], what: str, within_s: float = HANGS_S) -> Any:
    """Waits for something; the test fails when it does not happen."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {within_s:.0f} s")


def files(folder: Path) -> dict[str, str]:
    """All files of a folder by their SHA-256: equal bytes, in a message that can be read when they are not."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


class InFolder(unittest.TestCase):
    """A test with a folder of its own, in which it also is, and whose processes do not outlive it."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        self.started = 0

    def start(self, *command: str, **environment: str) -> "subprocess.Popen[bytes]":
        """Starts a Python module; what it says is kept in a file, and shown when the test waits in vain."""
        self.started += 1
        log = open(self.folder / f"process-{self.started}.log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [sys.executable, "-m", *command], stdout=log, stderr=log, env={**os.environ, **environment}
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self) -> str:
        """What the process that was started last has said so far."""
        return (self.folder / f"process-{self.started}.log").read_text()


class OnCluster(InFolder):
    """A scheduler; workers are started by the test."""

    def setUp(self) -> None:
        super().setUp()
        self.scheduler_file = self.folder / "scheduler.json"
        self.scheduler = self.start(
            "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(self.scheduler_file),
        )  # fmt: skip
        until(self.scheduler_file.exists, "the scheduler is there")

    def worker(self, name: str, threads: int = 1, **environment: str) -> "subprocess.Popen[bytes]":
        """Starts a worker without a nanny, so that the process is the worker itself."""
        process = self.start(
            "distributed.cli.dask_worker", "--scheduler-file", str(self.scheduler_file), "--host", "127.0.0.1",
            "--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--name", name,
            "--local-directory", str(self.folder / "workers" / name),
            **environment,
        )  # fmt: skip
        until(lambda: "Registered to" in self.said(), f"worker {name} is there")
        return process

    def driver(self, manifest: Path, *options: str) -> "subprocess.Popen[bytes]":
        """Starts `python -m fleetsim.cluster`, as a user does."""
        return self.start("fleetsim.cluster", "--scheduler-file", str(self.scheduler_file), str(manifest), *options)

    def client(self) -> Any:
        from distributed import Client

        client = Client(scheduler_file=str(self.scheduler_file))
        self.addCleanup(client.close)
        return client

    def plan(self, command: str, *arguments: str, shards: int) -> Path:
        """Plans a study of the quickstart in this folder."""
        fleetsim.call("plan", command, QUICKSTART, *arguments, "--shards", shards, "-o", "study.jsonl")
        return self.folder / "study.jsonl"

    def on_one_machine(self, command: str, *arguments: str) -> dict[str, str]:
        """The files that the same study has without a cluster."""
        fleetsim.call(command, QUICKSTART, *arguments, "-o", "one-machine", "--quiet")
        return files(self.folder / "one-machine")

    def kept(self) -> dict[str, int]:
        """The shards that are there, each with the instant at which it was written, in nanoseconds."""
        return {path.name: path.stat().st_mtime_ns for path in self.folder.glob("study-shards/shard-*.jsonl.gz")}

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """SIGKILL: no chance to tidy up."""
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
