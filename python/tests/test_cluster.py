"""Studies on a real Dask cluster: whoever is killed, the files are those of one machine."""

from __future__ import annotations

import os
import signal
import threading
import time
import unittest

import psutil

import fleetsim
from fleetsim import cluster

from support import HANGS_S, OnCluster, files, until

# Long enough to be killed in: some tenths of a second a shard, however fast the machine.
STUDY = ("-n", "1200")
SHARDS = 24


class Killed(OnCluster):
    def test_a_worker_and_the_driver_are_killed_and_nothing_is_lost_or_done_twice(self) -> None:
        """Also: the driver that is started again asks for no shard that is there."""
        study = self.plan("replicate", *STUDY, shards=SHARDS)
        self.worker("stays")
        goes = self.worker("goes")
        driver = self.driver(study)
        until(lambda: len(self.kept()) >= SHARDS // 4, "a quarter of the shards")
        self.kill(goes)
        until(lambda: len(self.kept()) >= SHARDS // 2, "half of the shards, by the worker that stays")
        self.assertIsNone(driver.poll(), self.said())
        self.kill(driver)
        before = self.kept()
        self.assertLess(len(before), SHARDS, "the driver had nothing left to do")

        again = self.driver(study)
        self.assertEqual(again.wait(HANGS_S), 0, self.said())
        after = self.kept()
        self.assertEqual(len(after), SHARDS)
        self.assertEqual({name: after[name] for name in before}, before, "written a second time")
        self.assertEqual(files(self.folder / "study-results"), self.on_one_machine("replicate", *STUDY))

    def test_all_workers_are_killed_and_another_one_goes_on(self) -> None:
        """With them the manifest is lost, which came to them once."""
        study = self.plan("replicate", *STUDY, shards=SHARDS)
        first = self.worker("first")
        driver = self.driver(study)
        until(lambda: len(self.kept()) >= 2, "two shards")
        self.kill(first)
        self.worker("second")
        self.assertEqual(driver.wait(HANGS_S), 0, self.said())
        self.assertEqual(len(self.kept()), SHARDS)

    def test_the_scheduler_is_killed_and_the_driver_says_so(self) -> None:
        study = self.plan("replicate", *STUDY, shards=SHARDS)
        self.worker("only")
        driver = self.driver(study)
        until(self.kept, "a shard")
        self.kill(self.scheduler)
        self.assertEqual(driver.wait(HANGS_S), 1, self.said())
        self.assertIn("the scheduler is gone", self.said())

    def test_a_worker_that_is_told_to_go_takes_its_child_along(self) -> None:
        study = self.plan("replicate", *STUDY, shards=SHARDS)
        goes = psutil.Process(self.worker("goes").pid)
        self.worker("stays")
        driver = self.driver(study)
        child = until(goes.children, "the worker's child")[0]
        goes.send_signal(signal.SIGTERM)
        until(lambda: not child.is_running(), "the child is gone")
        self.assertEqual(driver.wait(HANGS_S), 0, self.said())
        self.assertEqual(files(self.folder / "study-results"), self.on_one_machine("replicate", *STUDY))

    def test_a_worker_that_is_killed_takes_its_child_along(self) -> None:
        """A killed worker can end nothing itself; the shard is one that would take an hour."""
        study = self.plan("replicate", "-n", "1000000", shards=1)
        worker = self.worker("goes")
        self.driver(study, "--anyway")
        child = until(psutil.Process(worker.pid).children, "the worker's child")[0]
        self.addCleanup(lambda: child.is_running() and child.kill())
        self.kill(worker)
        gone, _ = psutil.wait_procs([child], timeout=HANGS_S)
        self.assertEqual(gone, [child], "the child is still at work")

    def test_ctrl_c_ends_the_work_on_the_workers_and_says_how_to_go_on(self) -> None:
        study = self.plan("replicate", *STUDY, shards=SHARDS)
        worker = psutil.Process(self.worker("only").pid)
        driver = self.driver(study)
        until(lambda: self.kept() and worker.children(), "a shard")
        os.kill(driver.pid, signal.SIGINT)
        self.assertEqual(driver.wait(HANGS_S), 130, self.said())
        self.assertIn("the same command goes on", self.said())
        until(lambda: not worker.children(), "nothing runs for nobody")
        again = self.driver(study)
        self.assertEqual(again.wait(HANGS_S), 0, self.said())


class Refused(OnCluster):
    def test_workers_of_another_version_or_of_none_are_named_before_any_work(self) -> None:
        study = self.plan("replicate", "-n", "40", shards=4)
        old = self.folder / "old"
        old.write_text("#!/bin/sh\necho fleetsim 0.0.9\n")
        old.chmod(0o755)
        bare = self.folder / "bare" / "fleetsim"
        bare.mkdir(parents=True)
        (bare / "__init__.py").write_text("raise ModuleNotFoundError('there is no fleetsim here')\n")
        self.worker("right")
        self.worker("old", FLEETSIM_BINARY=str(old))
        self.worker("without", FLEETSIM_BINARY=str(self.folder / "nowhere"))
        self.worker("bare", PYTHONPATH=str(bare.parent))
        client = self.client()
        at = {worker["name"]: address for address, worker in client.scheduler_info(n_workers=-1)["workers"].items()}
        with self.assertRaises(fleetsim.FleetsimError) as refused:
            cluster.run(study, client)
        said = str(refused.exception)
        self.assertIn(f"{at['old']} has 0.0.9", said)
        self.assertIn(f"{at['without']} has none", said)
        self.assertIn(f"{at['bare']} has none", said)
        self.assertNotIn(at["right"], said)
        self.assertEqual(self.kept(), {})

    def test_a_worker_of_another_version_that_comes_later_is_refused_by_its_tasks(self) -> None:
        """The program itself refuses the study; this one says what one of another version says."""
        study = self.plan("replicate", "-n", "40", shards=4)
        old = self.folder / "old"
        old.write_text("#!/bin/sh\necho 'error: a study of fleetsim 0.1.0, and this is fleetsim 0.0.9' >&2\nexit 3\n")
        old.chmod(0o755)
        self.worker("old", FLEETSIM_BINARY=str(old))
        with self.assertRaises(cluster.ShardError) as refused:
            list(cluster.results(study.read_bytes(), [0], self.client()))
        self.assertEqual((refused.exception.shard, refused.exception.exit_code), (0, 3))
        self.assertIn("this is fleetsim 0.0.9", str(refused.exception))

    def test_shards_of_another_study_are_not_overwritten(self) -> None:
        self.plan("replicate", "-n", "40", shards=4).rename("other.jsonl")
        fleetsim.call("run-shard", "other.jsonl", 2, "-o", "study-shards")
        before = self.kept()
        study = self.plan("replicate", "-n", "41", shards=4)
        self.worker("only")
        with self.assertRaisesRegex(fleetsim.FleetsimError, "shard-000002.jsonl.gz is of another study"):
            cluster.run(study, self.client())
        self.assertEqual(self.kept()["shard-000002.jsonl.gz"], before["shard-000002.jsonl.gz"])

    def test_what_is_no_study_is_refused_by_the_program(self) -> None:
        (self.folder / "no-study.jsonl").write_text("{}\n")
        driver = self.driver(self.folder / "no-study.jsonl")
        self.assertEqual(driver.wait(HANGS_S), 3, self.said())
        self.assertIn("no study", self.said())
        self.assertEqual(self.driver(self.folder / "no-study.jsonl", "--in-flight", "0").wait(HANGS_S), 2)

    def test_a_shard_that_cannot_be_made_is_named_with_its_worker_and_the_reason(self) -> None:
        study = self.plan("replicate", "-n", "40", shards=4)
        self.worker("only")
        client = self.client()
        with self.assertRaises(cluster.ShardError) as failed:
            list(cluster.results(study.read_bytes(), [4], client))
        self.assertEqual(failed.exception.shard, 4)
        self.assertIn(failed.exception.worker, client.nthreads())
        self.assertGreater(len(failed.exception.message), 20)


class BackPressure(OnCluster):
    def test_two_shards_a_thread_are_handed_out_also_when_workers_come(self) -> None:
        study = self.plan("replicate", *STUDY, shards=SHARDS)
        self.worker("first")
        client, watching = self.client(), self.client()
        most: dict[int, int] = {1: 0, 2: 0}

        # Inside the test: the scheduler cannot import this file, so the function itself goes there.
        def shards_handed_out(dask_scheduler) -> int:  # type: ignore[no-untyped-def]
            return sum(str(key).startswith("fleetsim-shard") for key in dask_scheduler.tasks)

        def watch() -> None:
            while len(self.kept()) < SHARDS:
                threads = sum(watching.nthreads().values())
                handed_out = watching.run_on_scheduler(shards_handed_out)
                most[threads] = max(most[threads], handed_out)
                time.sleep(0.02)

        watcher = threading.Thread(target=watch)
        watcher.start()
        running = threading.Thread(target=cluster.run, args=(study, client))
        running.start()
        until(lambda: len(self.kept()) >= 2, "two shards")
        self.worker("second")
        running.join(HANGS_S)
        watcher.join(HANGS_S)
        self.assertEqual(most, {1: 2, 2: 4})


class Sweep(OnCluster):
    def test_a_sweep_has_the_files_of_one_machine(self) -> None:
        grid = ("--set", "licenses.base.nodes=800..1000:50", "-n", "20")
        study = self.plan("sweep", *grid, shards=7)
        self.worker("one")
        self.worker("two")
        told: list[tuple[int, int]] = []
        results = cluster.run(
            study, self.client(), output="swept", shards="kept", in_flight=1, progress=lambda *at: told.append(at)
        )
        self.assertEqual(told, [(done, 7) for done in range(8)])
        self.assertEqual(files(results.folder), self.on_one_machine("sweep", *grid))


class Local(OnCluster):
    def test_local_workers_and_options_of_merge(self) -> None:
        study = self.plan("replicate", "-n", "40", shards=4)
        driver = self.start("fleetsim.cluster", "--local", "2", str(study), "-o", "here", "--", "--report")
        self.assertEqual(driver.wait(HANGS_S), 0, self.said())
        self.assertIn("report.html", files(self.folder / "here"))


if __name__ == "__main__":
    unittest.main()
