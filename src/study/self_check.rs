//! One scenario run in ways that must not matter: whatever comes out has to be the same.

use crate::observe::sites;
use crate::study::run::Outcome;

/// What one run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Rows, totals, fingerprint and the clients at the end.
    pub outcome: Outcome,
    /// Downloads of every site over time.
    pub sites: Vec<sites::SiteRow>,
}

/// A part of what a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RanPart {
    /// The digest of the facts, in which almost any difference shows.
    Fingerprint,
    /// Sums and counts over the run.
    Totals,
    /// The timeline.
    TimelineRows,
    /// The rows of downloads by site.
    Sites,
    /// The pools of other solutions.
    Solutions,
    /// Everything else: the clients at the end.
    Clients,
}

/// The first part in which two runs differ.
pub fn difference(one: &Ran, other: &Ran) -> Option<RanPart> {
    // The parts give the difference a name; the whole comes last, so that nothing is left out.
    let (a, b) = (&one.outcome, &other.outcome);
    let results = [
        (RanPart::Fingerprint, a.fingerprint != b.fingerprint),
        (RanPart::Totals, a.totals != b.totals),
        (RanPart::TimelineRows, a.rows != b.rows),
        (RanPart::Sites, one.sites != other.sites),
        (RanPart::Solutions, a.solutions != b.solutions),
        (RanPart::Clients, one != other),
    ];
    results.into_iter().find(|(_, differ)| *differ).map(|(part, _)| part)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::fleet::Mode;
    use crate::observe::sites::Sites;
    use crate::scenario;
    use crate::study::run::run;

    fn ran() -> Ran {
        let yaml = "{fleetsim: 1, duration: 3d, groups: {pcs: {clients: 9}}, licenses: {base: {nodes: 5}}}";
        let scenario = scenario::check(yaml, "s", &|name| Err(name.into())).unwrap().scenario;
        let mut sites = Sites::new(&scenario, 0);
        let go_on = |_, _| ControlFlow::Continue(());
        let outcome = run(&scenario, 0, Mode::default(), &mut sites, go_on).unwrap();
        Ran { outcome, sites: sites.finish() }
    }

    #[test]
    fn a_single_changed_number_is_found_and_named() {
        let one = ran();
        assert_eq!(difference(&one, &ran()), None);
        let changed = |change: fn(&mut Ran)| {
            let mut other = ran();
            change(&mut other);
            difference(&one, &other)
        };
        assert_eq!(changed(|ran| ran.outcome.fingerprint = Default::default()), Some(RanPart::Fingerprint));
        assert_eq!(changed(|ran| ran.outcome.totals.waiting_ms += 1), Some(RanPart::Totals));
        let in_a_row = changed(|ran| ran.outcome.rows[1].counts.scans_returned += 1);
        assert_eq!(in_a_row, Some(RanPart::TimelineRows));
        assert_eq!(changed(|ran| ran.outcome.rows.truncate(1)), Some(RanPart::TimelineRows));
        assert_eq!(changed(|ran| ran.sites.clear()), Some(RanPart::Sites));
        assert_eq!(changed(|ran| ran.outcome.holders += 1), Some(RanPart::Clients));
        assert_eq!(changed(|ran| ran.outcome.lacking.clear()), Some(RanPart::Clients));
    }
}
