//! What `run --self-check` says.

use crate::output::prose::events::line;
use crate::output::prose::numbers::grouped;
use crate::output::results::identity::Identity;
use crate::scenario::model::Scenario;
use crate::study::divergence::Unlike;
use crate::study::run::Outcome;
use crate::study::self_check::RanPart;

/// All runs came to the same.
pub fn agreed(outcome: &Outcome) -> String {
    let counts = &outcome.totals.counts;
    let scans = counts.scans_returned + counts.scans_rejected + counts.scans_failed_untargeted;
    let scans = scans + counts.scans_not_run + counts.scans_unchanged + counts.scans_without_record;
    let scans = scans + counts.scans_not_returned;
    format!(
        "  Self-check: three runs, with and without every scan an event, agree: {} changes of state, {} scans, every byte\n",
        grouped(outcome.fingerprint.facts()),
        grouped(scans)
    )
}

/// A part in which two runs differ.
pub fn part(part: RanPart) -> &'static str {
    match part {
        RanPart::Fingerprint => "the fingerprint",
        RanPart::Totals => "the tally",
        RanPart::TimelineRows => "the rows of the timeline",
        RanPart::Sites => "the downloads of the sites",
        RanPart::Solutions => "the pools of other solutions",
        RanPart::Clients => "what becomes of the clients",
    }
}

/// They did not: in which result, and which event is the first that differs, if one is. `ways` names the runs.
pub fn differed(scenario: &Scenario, ways: [&str; 2], what: &str, unlike: Option<&Unlike>) -> String {
    let [first, second] = ways;
    let event = match unlike {
        None => "  all events are alike when both run again\n".to_string(),
        Some([one, other]) => {
            let shown = |way, side| format!("  {way:<13} {}\n", line(scenario.start, side));
            shown(first, one.as_ref()) + &shown(second, other.as_ref())
        }
    };
    let Identity { fleetsim, scenario_digest, seed, .. } = Identity::of(scenario);
    format!(
        "the self-check failed: run {first} and run {second}, the scenario differs in {what}; nothing was written\n\
         {event}  help: this is a fault of fleetsim and not of the scenario: please report it, with the scenario, these lines, \
         version {fleetsim}, seed {seed} and digest {scenario_digest}"
    )
}
