//! Damaged work: whatever happened to the file that keeps it, `--resume` says no or ends with the bytes of one
//! go; and how damaged result folders are reported.

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use fleetsim::output::results::sweep::SweepResult;
use fleetsim::output::store::checkpoint::{self, Checkpoint, Work};
use fleetsim::output::tables::sweep::{PointRows, point};
use fleetsim::scenario::check_with;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::overrides::Changes;
use fleetsim::study::replicate::{Plan, replicate};
use fleetsim::study::sweep::{Axis, grid};
use tempfile::TempDir;

use crate::support::faults::{Case, RESULTS, RUN, SWEEP, Seeded, TINY, files, fleetsim, stderr_text};

/// What is kept of the sweep of [`SWEEP`] after three of its four points.
struct Kept {
    place: TempDir,
    work: Work,
    bytes: Vec<u8>,
    points: Vec<serde_json::Value>,
}

fn json(points: &[PointRows]) -> Vec<serde_json::Value> {
    points.iter().map(|point| serde_json::to_value(point).unwrap()).collect()
}

impl Kept {
    fn new() -> Kept {
        let place = crate::support::faults::place();
        let axes = [Axis::parse("licenses.base.nodes=4..7:1").unwrap()];
        let none = |name: &str| Err(name.to_string());
        let of = |sets: &Vec<_>| {
            check_with(TINY, "s", &none, &Changes::of_sets(sets.iter().cloned())).unwrap().scenario
        };
        let scenarios: Vec<Scenario> = grid(&axes).unwrap().iter().map(of).collect();
        let work = SweepResult::new(&scenarios, &axes, 4, 0).work();
        let path = place.path().join("kept");
        let mut checkpoint = Checkpoint::begin(&path, &work, false).unwrap();
        let run = |scenario| replicate(scenario, &Plan::of(4, 1), |_| ControlFlow::Continue(()), &|| false);
        let points: Vec<PointRows> = scenarios[..3].iter().map(|scenario| point(&run(scenario))).collect();
        points.iter().for_each(|point| checkpoint.keep(point).unwrap());
        Kept { bytes: fs::read(&path).unwrap(), points: json(&points), work, place }
    }

    /// What is read when these bytes lie there: the first so many pieces, as they were; `None`: refused.
    #[track_caller]
    fn read(&self, bytes: &[u8]) -> Option<usize> {
        let path = self.path();
        fs::write(&path, bytes).unwrap();
        let found = checkpoint::read::<PointRows>(&path, &self.work).ok()?;
        let pieces = json(&found.pieces);
        assert!(self.points.starts_with(&pieces), "other pieces than were kept");
        Some(pieces.len())
    }

    fn path(&self) -> PathBuf {
        self.place.path().join("damaged")
    }

    /// How many pieces lie wholly below a byte; `None` inside the first line.
    fn whole_below(&self, at: usize) -> Option<usize> {
        self.bytes[..at].iter().filter(|byte| **byte == b'\n').count().checked_sub(1)
    }
}

#[test]
fn cut_short_anywhere_the_pieces_before_count() {
    let kept = Kept::new();
    for length in 0..=kept.bytes.len() {
        assert_eq!(kept.read(&kept.bytes[..length]), kept.whole_below(length), "{length} bytes");
    }
}

#[test]
fn of_flipped_bits_and_lines_out_of_place_nothing_counts_that_was_not_kept() {
    let kept = Kept::new();
    let mut random = Seeded(10);
    for _ in 0..2_000 {
        let (at, bit) = (random.below(kept.bytes.len() as u64) as usize, random.below(8));
        let mut bytes = kept.bytes.clone();
        bytes[at] ^= 1 << bit;
        assert_eq!(kept.read(&bytes), kept.whole_below(at), "bit {bit} of byte {at}");
    }
    let lines: Vec<&[u8]> = kept.bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for (order, counts) in [
        (&[0, 2, 1, 3][..], Some(0)),
        (&[0, 1, 1, 2], Some(1)),
        (&[0, 1, 3], Some(1)),
        (&[0, 0, 1], Some(0)),
        (&[1, 2, 3], None),
        (&[], None),
    ] {
        let bytes: Vec<u8> = order.iter().flat_map(|line| lines[*line].iter().copied()).collect();
        assert_eq!(kept.read(&bytes), counts, "{order:?}");
    }
}

/// The whole program, on damage of every kind.
#[test]
fn damaged_work_ends_with_the_bytes_of_one_go_or_is_refused() {
    let kept = Kept::new();
    let case = Case::new(SWEEP);
    let partial = case.folder().join("sweep.partial.jsonl");
    let resume = |bytes: &[u8]| {
        crate::support::faults::fill(&case.folder(), &case.old);
        fs::write(&partial, bytes).unwrap();
        case.command(&["--resume"]).output().unwrap()
    };
    let first = kept.bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let half = (first + kept.bytes.len()) / 2;
    let mut flipped = kept.bytes.clone();
    flipped[half] ^= 4;
    let mut no_text = kept.bytes.clone();
    no_text[half] = 0xff;
    for good in [&kept.bytes[..], &kept.bytes[..first], &kept.bytes[..half], &flipped, &no_text] {
        let done = resume(good);
        assert!(done.status.success(), "{}", stderr_text(&done));
        assert!(files(&case.folder()) == case.new);
    }
    for bad in [&b""[..], b"\n", b"{}\n", &kept.bytes[..first - 1], &kept.bytes[first..]] {
        let done = resume(bad);
        assert_eq!(done.status.code(), Some(1));
        assert!(stderr_text(&done).contains("sweep.partial.jsonl is damaged"), "{}", stderr_text(&done));
        assert_eq!(fs::read(&partial).unwrap(), bad, "it is not touched");
        assert!(case.command(&["--force"]).status().unwrap().success());
        assert!(files(&case.folder()) == case.new);
    }
}

/// A damaged manifest or origin: the folder still is this scenario's by the other one; with both gone
/// its origin is unknown, and nothing is overwritten unless asked for.
#[test]
fn damaged_result_folders_are_reported() {
    let case = Case::new(RUN);
    for damaged in [&["summary.json"][..], &["origin.json"], &["summary.json", "origin.json"]] {
        for content in [&b""[..], b"{", b"null", b"[]", b"\xff"] {
            case.set_up();
            damaged.iter().for_each(|name| fs::write(case.folder().join(name), content).unwrap());
            let report = fleetsim(case.place.path(), &["report", RESULTS]).output().unwrap();
            assert_eq!(report.status.code(), Some(1), "{damaged:?}");
            assert!(
                damaged.iter().any(|name| stderr_text(&report).contains(name)),
                "{}",
                stderr_text(&report)
            );
            let again = case.command(&[]).output().unwrap();
            if damaged.len() == 2 {
                assert!(
                    stderr_text(&again).contains("did not write for this scenario"),
                    "{}",
                    stderr_text(&again)
                );
                assert!(case.command(&["--force"]).status().unwrap().success());
            }
            assert!(files(&case.folder()) == case.new, "{damaged:?}");
        }
    }
    // Changed by hand, and readable.
    case.set_up();
    let timeline = case.folder().join("timeline.csv");
    let text = fs::read_to_string(&timeline).unwrap();
    fs::write(&timeline, text.replacen(",6,", ",7,", 1)).unwrap();
    let report = fleetsim(case.place.path(), &["report", RESULTS]).output().unwrap();
    assert!(
        stderr_text(&report).contains("timeline.csv is not the one that origin.json tells of"),
        "{}",
        stderr_text(&report)
    );
    assert!(fleetsim(case.place.path(), &["report", RESULTS, "--force"]).status().unwrap().success());
}
