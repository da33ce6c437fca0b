//! What the end of maintenance means for the version that runs.

use super::license_files::LicenseState;
use crate::words::time::Time;

/// **M3** Does maintenance cover a version? It does when the vendor released it by the last day of
/// maintenance, however long ago that day is (KB 180412).
///
/// `released` is the start of the day of release, `aup_until` the first instant without maintenance;
/// what is not known covers.
pub fn version_covered(released: Option<Time>, aup_until: Option<Time>) -> bool {
    match (released, aup_until) {
        (Some(released), Some(until)) => released < until, // M3
        (None, _) | (_, None) => true,
    }
}

/// Does Patch Management work?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolutionState {
    Working,
    /// No license is in date (**E1**).
    Expired,
    /// The version was released after the end of maintenance (**M3**).
    NotCovered,
}

impl SolutionState {
    pub fn of(licenses: LicenseState, covered: bool) -> SolutionState {
        match licenses {
            LicenseState::None | LicenseState::Expired => SolutionState::Expired, // E1
            LicenseState::InDate if !covered => SolutionState::NotCovered,        // M3
            LicenseState::InDate => SolutionState::Working,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            SolutionState::Working => "working",
            SolutionState::Expired => "expired",
            SolutionState::NotCovered => "not_covered",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::time::Span;

    #[test]
    fn maintenance_covers_what_was_released_by_its_last_day() {
        let day = |n| Some(Time::START + Span::days(n));
        let end_of = |n| day(n).map(|start| start + Span::minutes(23 * 60 + 59));
        #[rustfmt::skip]
        let table = [
            // released  maintenance until  covered
            (day(11),    end_of(10),        false), // the day after
            (day(10),    end_of(10),        true),  // on its last day
            (day(-400),  end_of(-40),       true),  // both long ago
            (day(-30),   end_of(-40),       false),
            (None,       end_of(-40),       true),  // assumption: not known, covered
            (day(11),    None,              true),  // no end of maintenance is stated
        ];
        for (released, until, covered) in table {
            assert_eq!(version_covered(released, until), covered, "{released:?} {until:?}");
        }
    }

    #[test]
    fn expiry_comes_before_coverage() {
        use LicenseState::*;
        for (licenses, covered, state) in [
            (Expired, false, SolutionState::Expired),
            (None, true, SolutionState::Expired),
            (InDate, false, SolutionState::NotCovered),
            (InDate, true, SolutionState::Working),
        ] {
            assert_eq!(SolutionState::of(licenses, covered), state);
        }
    }
}
