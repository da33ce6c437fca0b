//! One scenario run in ways that must not matter: whatever comes out has to be the same.

use crate::observe::sites;
use crate::study::run::Outcome;

/// What one run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub outcome: Outcome,
    pub sites: Vec<sites::SiteRow>,
}

/// The first result in which two runs differ, in words.
pub fn difference(one: &Ran, other: &Ran) -> Option<&'static str> {
    // The parts give the difference a name; the whole comes last, so that nothing is left out.
    let (a, b) = (&one.outcome, &other.outcome);
    let results = [
        ("the fingerprint", a.fingerprint != b.fingerprint),
        ("the tally", a.totals != b.totals),
        ("the rows of the timeline", a.rows != b.rows),
        ("the downloads of the sites", one.sites != other.sites),
        ("what becomes of the clients", one != other),
    ];
    results.into_iter().find(|(_, differ)| *differ).map(|(name, _)| name)
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
        assert_eq!(changed(|ran| ran.outcome.fingerprint = Default::default()), Some("the fingerprint"));
        assert_eq!(changed(|ran| ran.outcome.totals.waiting_ms += 1), Some("the tally"));
        let in_a_row = changed(|ran| ran.outcome.rows[1].counts.scans_returned += 1);
        assert_eq!(in_a_row, Some("the rows of the timeline"));
        assert_eq!(changed(|ran| ran.outcome.rows.truncate(1)), Some("the rows of the timeline"));
        assert_eq!(changed(|ran| ran.sites.clear()), Some("the downloads of the sites"));
        assert_eq!(changed(|ran| ran.outcome.holders += 1), Some("what becomes of the clients"));
        assert_eq!(changed(|ran| ran.outcome.lacking.clear()), Some("what becomes of the clients"));
    }
}
