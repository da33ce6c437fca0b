"""`set=`: the scenario has exactly the value that Python had, or the value is refused."""

from __future__ import annotations

import random
import re
import unittest
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy
import polars
import yaml

import fleetsim
from fleetsim._values import scenario_text, setting

from support import QUICKSTART, InFolder

# Strings that YAML reads as something else, or not at all, when they stand without quotes.
AWKWARD = [
    "Head office #2", "a: b", "a:", ": a", "#", "yes", "no", "on", "null", "Null", "~", "true", "1_000", "0x1F", "007",
    "08:00", "1e3", ".5", "-", "- a", "-a", "--quiet", "[a", "]", "{a: 1}", "}", "&a", "*a", "!a", "!!str a", "|", ">",
    "%a", "@a", "`a`", "?", "? a", ",", "a, b", "'", "it's", '"', 'say "hi"', "\\", "C:\\new\\table", " a", "a ",
    "a=b", "<<", "=", "2026-01-05", "30d", "Zürich", "東京", "🖥 PCs", "a # b", "a #b", "%20", "$HOME", "${x}", "---", "...",
]  # fmt: skip

# And those that no line of text may hold as they are.
UNPRINTABLE = ["a\nb", "a\r\nb", "\n", "a\tb", "\0", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\uffff", ""]


class Colour(Enum):
    RED = "red # 1"
    NUMBER = 4
    LENGTH = timedelta(hours=4)


def letters(rng: random.Random) -> str:
    """A string of characters of all kinds, those with a meaning in YAML above all."""
    alphabets = ["#:-[]{},&*!|>'\"%@`?=~ ", "abc019._", "äß東🖥", "\\/$"]
    text = "".join(rng.choice(rng.choice(alphabets)) for _ in range(rng.randint(1, 12)))
    # The program takes no title of blanks.
    return text if text.strip() else "x" + text


def span(text: str) -> timedelta:
    """A duration as the program prints it."""
    units = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
    parts = re.findall(r"(\d+)(ms|[dhms])", text)
    assert "".join(number + unit for number, unit in parts) == text.lstrip("-").replace(" ", ""), text
    length = timedelta(**{units[unit]: int(number) for number, unit in parts})
    return -length if text.startswith("-") else length


class RoundTrip(InFolder):
    """Python, text, the program, its `check --print`, Python again."""

    def printed(self, **changes: object) -> Any:
        """The quickstart with these changes as the program understands it; a key has `__` for each dot."""
        sets = [f"--set={setting(key.replace('__', '.'), value)}" for key, value in changes.items()]
        return yaml.safe_load(fleetsim.call("check", QUICKSTART, "--print", *sets))

    def test_strings_stay_strings(self) -> None:
        rng = random.Random(1)
        for text in AWKWARD + [letters(rng) for _ in range(100)]:
            group = {"clients": 1, "site": "branch", "os": text}
            scenario = self.printed(name=text, groups__desktops__os=text, groups__more=group)
            found = [scenario["name"], scenario["groups"]["desktops"]["os"], scenario["groups"]["more"]["os"]]
            self.assertEqual(found, [text] * 3)

    def test_strings_are_strings_to_any_reader_of_yaml(self) -> None:
        for text in AWKWARD + UNPRINTABLE:
            held = [text, {text: text}]
            self.assertEqual(yaml.safe_load(f"value: {scenario_text(held)}\n"), {"value": held})

    def test_titles_that_are_no_line_are_refused_by_the_program_and_put_nothing_else_into_the_scenario(self) -> None:
        for text in [*UNPRINTABLE[:8], "x\nseed: 9"]:
            with self.assertRaisesRegex(fleetsim.FleetsimError, "name: a line break or another control character"):
                self.printed(name=text)

    def test_durations_are_exact(self) -> None:
        rng = random.Random(2)
        lengths = [timedelta(milliseconds=rng.randrange(1, 10 ** rng.randint(1, 12))) for _ in range(60)]
        for length in [timedelta(days=1, hours=2), timedelta(days=73050), *lengths]:
            scenario = self.printed(platform__purging__retire_after=timedelta(days=73050), packages__plugin__install=length)
            self.assertEqual(span(scenario["packages"]["plugin"]["install"]), length)
            self.assertEqual(span(scenario["platform"]["purging"]["retire_after"]), timedelta(days=73050))
        scenario = self.printed(scan__jitter=-timedelta(minutes=1))
        self.assertEqual(span(scenario["scan"]["jitter"]), -timedelta(minutes=1))
        self.assertEqual(scenario_text(timedelta()), "0s")
        self.assertEqual(scenario_text(timedelta(days=1, hours=2, milliseconds=3)), "1d 2h 3ms")

    def test_instants_are_exact(self) -> None:
        rng = random.Random(3)
        for _ in range(40):
            when = datetime(2026, 1, 5) + timedelta(milliseconds=rng.choice([1, 1000, 60_000]) * rng.randrange(1_000_000))
            day = when.date()
            later = day + timedelta(days=rng.randrange(100, 1000))
            scenario = self.printed(
                actions__0__at=when, licenses__top_up__until=later, licenses__base__aup_until=numpy.datetime64(day)
            )
            self.assertEqual(scenario["actions"][0]["at"], when)
            licenses = scenario["licenses"]
            self.assertEqual((licenses["top_up"]["until"], licenses["base"]["aup_until"]), (later, day))
        scenario = self.printed(platform__licensing_refresh={"daily": time(8, 5)})
        self.assertEqual(scenario["platform"]["licensing_refresh"], {"daily": "08:05:00"})

    def test_numbers_switches_lists_and_mappings(self) -> None:
        rng = random.Random(4)
        for _ in range(20):
            nodes, share, on = rng.randrange(10**9), rng.uniform(1e-9, 1e9), rng.random() < 0.5
            law = {"lognormal": {"mean": timedelta(hours=4), "cv": share}}
            scenario = self.printed(
                licenses__base__nodes=nodes,
                licenses__top_up__nodes=numpy.int64(nodes),
                scan__duration=law,
                packages__plugin__install={"lognormal": {"mean": timedelta(minutes=1), "cv": numpy.float64(share)}},
                packages__assessment_scan__old_version_usable=on,
                policies__dsup__enabled=numpy.bool_(on),
                groups__laptops__online={"weekdays": "08:00-18:00", "holidays": (date(2026, 5, 1), date(2026, 12, 25))},
                groups__laptops__clients=numpy.array([3])[0],
                groups__laptops__enrol=[timedelta(days=2), datetime(2026, 1, 9), timedelta(milliseconds=7)],
            )
            licenses, group = scenario["licenses"], scenario["groups"]["laptops"]
            self.assertEqual([licenses[name]["nodes"] for name in ("base", "top_up")], [nodes, nodes])
            self.assertEqual(scenario["scan"]["duration"], {"lognormal": {"mean": "4h", "cv": share}})
            self.assertEqual(scenario["packages"]["plugin"]["install"]["lognormal"]["cv"], share)
            self.assertIs(scenario["packages"]["assessment_scan"]["old_version_usable"], on)
            self.assertIs(scenario["policies"]["dsup"]["enabled"], on)
            self.assertEqual(group["online"]["holidays"], [date(2026, 5, 1), date(2026, 12, 25)])
            self.assertEqual((group["clients"], group["enrol"]), (3, ["2d", datetime(2026, 1, 9), "7ms"]))

    def test_a_file_is_named_by_its_path(self) -> None:
        (self.folder / "a #1").mkdir()
        table = self.folder / "a #1" / "scans.csv"
        table.write_text("minutes\n3\n")
        scenario = Path("scenario.yaml")
        scenario.write_text(QUICKSTART.read_text())
        law = {"empirical": {"file": table.relative_to(self.folder), "column": "minutes", "unit": "m"}}
        printed = yaml.safe_load(fleetsim.call("check", scenario, "--print", f"--set={setting('scan.duration', law)}"))
        self.assertEqual(printed["scan"]["duration"]["empirical"]["file"], str(Path("a #1", "scans.csv")))
        self.assertEqual(scenario_text(PureWindowsPath("a\\new b")), '"a\\\\new b"')


class Text(unittest.TestCase):
    def test_other_types(self) -> None:
        for value, text in [
            (None, "null"),
            (numpy.True_, "true"),
            (numpy.uint64(2**64 - 1), "18446744073709551615"),
            (numpy.float32(0.5), "0.5"),
            (numpy.str_("a: b"), '"a: b"'),
            (numpy.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
            (numpy.array(7), "7"),
            (numpy.timedelta64(90, "m"), "1h 30m"),
            (numpy.array([numpy.timedelta64(3_000_000_000, "ns")]), "[3s]"),
            (numpy.datetime64("2026-01-05"), "2026-01-05"),
            (numpy.datetime64("2026-01-05T08:30:00.250000000"), "2026-01-05T08:30:00.250"),
            (polars.Series([timedelta(hours=1)]), "[1h]"),
            (Decimal("1E+3"), "1000"),
            (Decimal("0.10"), "0.10"),
            (Colour.RED, '"red # 1"'),
            (Colour.NUMBER, "4"),
            ({Colour.RED: Colour.LENGTH}, '{"red # 1": 4h}'),
            (PurePosixPath("a/b.csv"), '"a/b.csv"'),
            (range(2), "[0, 1]"),
            ({}, "{}"),
        ]:
            self.assertEqual(scenario_text(value), text)

    def test_what_the_language_cannot_hold_exactly_is_refused(self) -> None:
        finer = "finer than a millisecond"
        for value, error, says in [
            (timedelta(microseconds=1500), ValueError, finer),
            (datetime(2026, 1, 5, 0, 0, 0, 1), ValueError, finer),
            (time(8, 0, 0, 1), ValueError, finer),
            (datetime(2026, 1, 5, tzinfo=timezone.utc), ValueError, "has a time zone"),
            (numpy.timedelta64(1_500_000, "ns"), ValueError, finer),
            (numpy.timedelta64(1_500, "ns"), ValueError, "no time in whole milliseconds"),
            (numpy.timedelta64(1, "Y"), ValueError, "no time in whole milliseconds"),
            (numpy.timedelta64(10**17, "D"), ValueError, "no time in whole milliseconds"),
            (numpy.timedelta64("NaT"), ValueError, "no time in whole milliseconds"),
            (float("nan"), ValueError, "not a finite number"),
            (numpy.float64("inf"), ValueError, "not a finite number"),
            (Decimal("NaN"), ValueError, "not a finite number"),
            ("\ud800", ValueError, "not valid Unicode"),
            (b"a", TypeError, "decode"),
            ({1: 2}, TypeError, "keys of a mapping are strings, not 1"),
            ({1, 2}, TypeError, "no text for set"),
            (iter([1]), TypeError, "no text for list_iterator"),
            (1j, TypeError, "no text for complex"),
            (object(), TypeError, "no text for object"),
        ]:
            for held in (value, [1, {"a": value}]):
                with self.assertRaisesRegex(error, rf"^set\['a\.b'\]: .*{says}"):
                    setting("a.b", held)
        with self.assertRaisesRegex(ValueError, "equals sign"):
            setting("groups.a=b.clients", 5)
        with self.assertRaisesRegex(TypeError, "a key is a string"):
            setting(5, 5)  # type: ignore[arg-type]


class Dashes(InFolder):
    def test_names_that_begin_with_a_dash_are_no_options(self) -> None:
        Path("-q.yaml").write_text(QUICKSTART.read_text())
        results = fleetsim.run("-q.yaml", output="--report", set={"name": "--quiet"}, actions=["retire group=laptops clients=1 at 1d"])
        self.assertEqual(results.folder, Path("--report"))
        self.assertEqual(results.summary()["scenario"], "--quiet")
        self.assertNotIn("report.html", results)
        self.assertEqual(fleetsim.run(Path("-q.yaml")).folder, Path("-q"))
        with self.assertRaisesRegex(fleetsim.FleetsimError, "--action -x"):
            fleetsim.run("-q.yaml", actions=["-x"])
        with self.assertRaisesRegex(fleetsim.FleetsimError, "no client"):
            fleetsim.call("explain", Path("-q.yaml"), "--client", "-1")

    def test_a_study_of_such_a_scenario_has_its_results(self) -> None:
        Path("-s.yaml").write_text(QUICKSTART.read_text())
        fleetsim.call("plan", "replicate", Path("-s.yaml"), "-n", 2, "--shards", 1, "-o", Path("-study.jsonl"))
        fleetsim.call("run-shard", Path("-study.jsonl"), 0, "-o", Path("-shards"), "--quiet")
        fleetsim.call("merge", Path("-study.jsonl"), Path("-shards"), "-o", Path("-results"), "--quiet")
        self.assertTrue(Path("-results", "replicate.json").exists())

    def test_one_string_is_no_list_of_strings(self) -> None:
        for given in ({"actions": "run licensing_refresh"}, {"options": "--exhaustive"}):
            with self.assertRaisesRegex(TypeError, "a list of strings is expected"):
                fleetsim.run(QUICKSTART, **given)  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
