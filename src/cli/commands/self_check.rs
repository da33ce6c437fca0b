//! `run --self-check`: every run proves that the shortcut changes nothing.
//!
//! One run after the other, so that no more than one fleet is in memory; two side by side only to find
//! the event at which they part.

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::interrupt::interrupted;
use crate::cli::progress::Progress;
use crate::fleet::Mode;
use crate::observe::sites::Sites;
use crate::observe::trace::Detail;
use crate::output::prose::self_check::{agreed, differed, part};
use crate::output::results::summary::{SUMMARY, Summary};
use crate::output::store::json::json;
use crate::output::tables::sites::SITES;
use crate::output::tables::solutions::SOLUTIONS;
use crate::output::tables::timeline::TIMELINE;
use crate::output::tables::{sites, solutions, timeline};
use crate::scenario::model::Scenario;
use crate::study::divergence::{Side, unlike};
use crate::study::run::{Interrupted, run};
use crate::study::self_check::{Ran, difference};
use crate::units::time::Time;

/// One way to run the scenario, and what that came to.
struct Way<'r> {
    name: &'static str,
    side: Side<'r>,
    ran: &'r Ran,
}

/// Runs the scenario twice more, and holds both against what was asked for. One line if all agree.
pub(super) fn self_check(
    scenario: &Scenario,
    mode: Mode,
    asked: &Ran,
    results: &args::Results,
) -> Result<String, Failure> {
    let side = |mode| Side { scenario, mode, detail: Detail::WithoutScans };
    let asked = Way { name: "as asked", side: side(mode), ran: asked };
    let usual = Mode { exhaustive: false, ..mode };
    let exhaustive = Mode { exhaustive: true, threads: 1 };
    for (name, mode) in [("once more", usual), ("scan by scan", exhaustive)] {
        let mut progress = Progress::new(scenario.horizon(), results.progress());
        let ran = once(scenario, mode, |at, _| progress.watch(at))?;
        progress.finish();
        held_against(&asked, &Way { name, side: side(mode), ran: &ran })?;
    }
    Ok(agreed(&asked.ran.outcome))
}

fn once(
    scenario: &Scenario,
    mode: Mode,
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Ran, Interrupted> {
    let mut sites = Sites::new(scenario, 0);
    let outcome = run(scenario, 0, mode, &mut sites, watch)?;
    Ok(Ran { outcome, sites: sites.finish() })
}

/// A failure that names the first event in which two runs differ, if their results do.
fn held_against(asked: &Way, other: &Way) -> Result<(), Failure> {
    let scenario = asked.side.scenario;
    let Some(what) = difference(asked.ran, other.ran).map(part).or_else(|| file_that_differs(asked, other))
    else {
        return Ok(());
    };
    let unlike = unlike([asked.side, other.side], &interrupted);
    if interrupted() {
        return Err(Failure::interrupted("nothing was written"));
    }
    let ways = [asked.name, other.name];
    Err(Failure::self_check(differed(scenario, ways, what, unlike.as_ref())))
}

/// The first result file of which two runs would write different bytes.
fn file_that_differs(one: &Way, other: &Way) -> Option<&'static str> {
    type Written = fn(&Way, &mut Vec<u8>) -> io::Result<()>;
    let files: [(&'static str, Written); 4] = [
        (TIMELINE, |way, out| timeline::write(&way.ran.outcome.rows, way.side.scenario.start, out)),
        (SITES, |way, out| sites::write(&way.ran.sites, way.side.scenario, out)),
        (SOLUTIONS, |way, out| solutions::write(&way.ran.outcome.solutions.rows, way.side.scenario, out)),
        (SUMMARY, |way, out| out.write_all(&json(&Summary::new(way.side.scenario, &way.ran.outcome)))),
    ];
    let bytes = |write: Written, way: &Way| {
        let mut bytes = Vec::new();
        write(way, &mut bytes).expect("memory takes everything");
        bytes
    };
    files.into_iter().find(|(_, write)| bytes(*write, one) != bytes(*write, other)).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn scenario(seed: u64) -> Scenario {
        let yaml = "{fleetsim: 1, duration: 3d, groups: {pcs: {clients: 9}}, licenses: {base: {nodes: 5}}}";
        let checked = scenario::check(yaml, "s", &|name| Err(name.into())).unwrap();
        Scenario { seed, ..checked.scenario }
    }

    /// Another random stream is the only way in which two runs of this program can be made to differ.
    #[test]
    fn runs_that_differ_fail_with_the_first_event_that_does() {
        let mode = Mode::default();
        let scenarios = [scenario(7), scenario(8)];
        let [first, second] =
            scenarios.each_ref().map(|it| once(it, mode, |_, _| ControlFlow::Continue(())).unwrap());
        let way = |name, scenario, ran| Way {
            name,
            side: Side { scenario, mode, detail: Detail::WithoutScans },
            ran,
        };
        let asked = way("as asked", &scenarios[0], &first);
        assert!(held_against(&asked, &way("once more", &scenarios[0], &first)).is_ok());
        let failure = held_against(&asked, &way("once more", &scenarios[1], &second)).unwrap_err();
        let message = format!("{failure:?}");
        let parts = [
            "code: 1",
            "error: the self-check failed: run as asked and run once more, the scenario differs in the fingerprint; \
             nothing was written",
            "as asked      2026-01-05T",
            "once more     2026-01-05T",
            "please report it",
            "seed 7 and digest ",
        ];
        assert!(parts.iter().all(|words| message.contains(words)), "{message}");
        // If all events are alike when both run again, the message says so.
        let failure = held_against(&asked, &way("once more", &scenarios[0], &second)).unwrap_err();
        assert!(format!("{failure:?}").contains("all events are alike when both run again"));
    }

    #[test]
    fn files_that_differ_are_named() {
        let (mode, one, mut other) = (Mode::default(), scenario(7), scenario(7));
        other.name = "another".into();
        let ran = once(&one, mode, |_, _| ControlFlow::Continue(())).unwrap();
        let way = |scenario| Way {
            name: "as asked",
            side: Side { scenario, mode, detail: Detail::WithoutScans },
            ran: &ran,
        };
        assert_eq!(file_that_differs(&way(&one), &way(&one)), None);
        assert_eq!(file_that_differs(&way(&one), &way(&other)), Some(SUMMARY));
    }
}
