"""One run from Python: its files, their types, and what is said when it goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from datetime import datetime
from pathlib import Path
from unittest import mock

import fleetsim

from support import QUICKSTART, InFolder


class Run(InFolder):
    def test_a_run_tells_where_its_files_are(self) -> None:
        results = fleetsim.run(QUICKSTART)
        self.assertEqual(list(results), ["origin.json", "sites.csv", "summary.json", "timeline.csv"])
        self.assertEqual(results["timeline.csv"].resolve(), (self.folder / "quickstart" / "timeline.csv").resolve())
        self.assertNotIn("events.csv", results)
        self.assertEqual(results.summary()["seed"], 7)

    def test_what_is_changed_reaches_the_run(self) -> None:
        results = fleetsim.run(
            QUICKSTART,
            output="changed",
            seed=8,
            set={"licenses.base.nodes": 2000, "duration": "10d"},
            actions=["retire group=desktops clients=5 at 9d"],
            events=True,
            report=True,
        )
        self.assertEqual(results.summary()["seed"], 8)
        timeline = results.timeline()
        self.assertEqual((timeline["licenses_total"][0], timeline["time_s"][-1]), (2000, 10 * 86400))
        self.assertEqual(sum(timeline["clients_left"]), 5)
        self.assertIn("report.html", results)
        self.assertIn("agent_started", fleetsim.read_csv(results["events.csv"])["event"])

    def test_what_is_wrong_is_said_by_the_program(self) -> None:
        with self.assertRaises(fleetsim.FleetsimError) as error:
            fleetsim.run(QUICKSTART, set={"licenses.base.nodes": -1})
        self.assertEqual(error.exception.exit_code, 3)
        self.assertIn("licenses.base.nodes", str(error.exception))
        with self.assertRaises(fleetsim.FleetsimError) as error:
            fleetsim.run("no such.yaml")
        self.assertEqual(error.exception.exit_code, 1)
        with self.assertRaises(fleetsim.FleetsimError) as error:
            fleetsim.run(QUICKSTART, options=["--no-such-option"])
        self.assertEqual(error.exception.exit_code, 2)


class Columns(InFolder):
    def test_the_timeline_has_typed_columns_of_equal_length(self) -> None:
        timeline = fleetsim.read_timeline(fleetsim.run(QUICKSTART).folder)
        self.assertEqual({len(column) for column in timeline.values()}, {91})
        self.assertEqual(timeline["timestamp"][1], datetime(2026, 1, 6))
        self.assertEqual(timeline["license_state"][0], "in_date")
        numbers = [name for name in timeline if name != "timestamp" and not name.endswith("_state")]
        self.assertEqual({type(cell) for name in numbers for cell in timeline[name]}, {int})

    def test_a_pool_without_limit_has_no_free_licenses(self) -> None:
        results = fleetsim.run(QUICKSTART, set={"licenses.base.nodes": "unlimited"})
        self.assertEqual(set(results.timeline()["licenses_free"]), {None})

    def test_names_stay_text_and_figures_become_numbers(self) -> None:
        Path("some.csv").write_text("site,timestamp,share,n,first_at\n12,2026-01-05T00:00:00.250,1,3,\n7,,0.5,,x\n")
        self.assertEqual(
            fleetsim.read_csv("some.csv"),
            {
                "site": ["12", "7"],
                "timestamp": [datetime(2026, 1, 5, 0, 0, 0, 250_000), None],
                "share": [1.0, 0.5],
                "n": [3, None],
                "first_at": ["", "x"],
            },
        )

    def test_data_frames_take_it_as_it_is(self) -> None:
        import polars

        frame = polars.DataFrame(fleetsim.run(QUICKSTART).timeline())
        self.assertEqual(frame.schema["timestamp"], polars.Datetime("us"))
        self.assertEqual(frame["licenses_in_use"].max(), 940)


class Program(InFolder):
    def test_the_program_is_the_one_of_the_wheel(self) -> None:
        with mock.patch.dict(os.environ):
            os.environ.pop("FLEETSIM_BINARY", None)
            self.assertEqual(fleetsim.binary().parent, Path(sysconfig.get_path("scripts")))

    def test_an_install_into_a_folder_brings_its_program(self) -> None:
        program = self.folder / "bin" / "fleetsim"
        module = str(self.folder / "fleetsim" / "_binary.py")
        with mock.patch("fleetsim._binary.__file__", module), mock.patch.dict(os.environ, PATH=""):
            os.environ.pop("FLEETSIM_BINARY", None)
            with mock.patch("sysconfig.get_path", return_value=str(self.folder / "nowhere")):
                with self.assertRaises(fleetsim.FleetsimError) as none:
                    fleetsim.binary()
                self.assertIn(str(program), str(none.exception))
                program.parent.mkdir()
                program.touch()
                self.assertEqual(fleetsim.binary(), program)

    def test_python_m_fleetsim_is_fleetsim(self) -> None:
        command = [sys.executable, "-m", "fleetsim"]
        said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(said.split()[:2], ["fleetsim", fleetsim.version()])
        self.assertRegex(fleetsim.version(), r"^\d+\.\d+\.\d+$")
        self.assertEqual(subprocess.run([*command, "run"], capture_output=True).returncode, 2)
