"""The recipes of python/README.md, in its very words."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import fleetsim

from support import QUICKSTART, InFolder, files

README = Path(__file__).resolve().parents[1] / "README.md"


def recipe(name: str) -> str:
    """The code between two marks of the README."""
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```\n<!-- end {name} -->", README.read_text("utf-8"), re.DOTALL)
    assert found, f"no recipe `{name}` in {README}"
    return found[1]


class Recipes(InFolder):
    def setUp(self) -> None:
        super().setUp()
        # Two weeks of it: thousands of runs in a moment.
        Path("fleet.yaml").write_text(fleetsim.call("check", QUICKSTART, "--set", "duration=14d", "--print"))
        self.path = f"{fleetsim.binary().parent}{os.pathsep}{os.environ['PATH']}"

    def shell(self, script: str, **environment: str) -> None:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env={**os.environ, "PATH": self.path, **environment},
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def planned(self) -> str:
        """The first line of the recipe for GNU parallel: one study for all of them."""
        return recipe("gnu parallel").splitlines()[0]

    def assert_as_on_one_machine(self) -> None:
        fleetsim.call("replicate", "fleet.yaml", "-n", "2000", "-o", "one-machine", "--quiet")
        self.assertEqual(files(Path("results")), files(Path("one-machine")))

    def test_three_lines_of_python(self) -> None:
        names: dict[str, object] = {}
        exec(recipe("three lines"), names)
        self.assertEqual(names["timeline"]["licenses_total"][0], 900)  # type: ignore[index]

    def test_gnu_parallel(self) -> None:
        self.shell(recipe("gnu parallel"))
        self.assert_as_on_one_machine()

    def test_gnu_parallel_goes_on_where_it_was(self) -> None:
        self.shell(self.planned())
        for number in (7, 8):
            fleetsim.call("run-shard", "study.jsonl", number)
        shard, damaged = (Path(f"study-shards/shard-00000{number}.jsonl.gz") for number in (7, 8))
        written = shard.stat().st_mtime_ns
        damaged.write_bytes(damaged.read_bytes()[:-9])
        self.shell(recipe("gnu parallel"))
        self.assertEqual(shard.stat().st_mtime_ns, written)
        self.assert_as_on_one_machine()

    def test_gnu_parallel_over_machines(self) -> None:
        """With this machine, which GNU parallel calls `:`, as the only one."""
        self.shell(self.planned())
        self.shell(recipe("gnu parallel over ssh"), MACHINES=":")
        self.shell(recipe("gnu parallel").splitlines()[-1])
        self.assert_as_on_one_machine()

    def test_a_slurm_array(self) -> None:
        """Without Slurm: its script, with the number that Slurm would have given."""
        script = recipe("slurm array")
        first, last = map(int, re.findall(r"--array=(\d+)-(\d+)", script)[0])
        self.shell(self.planned())
        for number in range(first, last + 1):
            self.shell(script, SLURM_ARRAY_TASK_ID=str(number))
        self.shell(recipe("gnu parallel").splitlines()[-1])
        self.assert_as_on_one_machine()
