//! What the end of maintenance (AUP) stops, and what it does not: M1 to M4.

use crate::rules::clause::Clause;
use crate::rules::license_files::{AupState, Entitlement, LicenseState};
use crate::scenario::model::Version;
use crate::units::time::Time;

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
    /// A license is in date, and maintenance covers the version.
    Working,
    /// No license is in date (**E1**).
    Expired,
    /// The version was released after the end of maintenance (**M3**).
    NotCovered,
}

impl SolutionState {
    /// The state that follows from the license files (E1) and from [`version_covered`] (M3).
    pub fn of(licenses: LicenseState, covered: bool) -> SolutionState {
        match licenses {
            LicenseState::None | LicenseState::Expired => SolutionState::Expired, // E1
            LicenseState::InDate if !covered => SolutionState::NotCovered,        // M3
            LicenseState::InDate => SolutionState::Working,
        }
    }

    /// What Patch Management does, it does only while it works.
    ///
    /// # Errors
    /// `expired` without a license in date (**E1**), `not_covered` without maintenance for the version (**M3**).
    pub fn check<E>(self, expired: E, not_covered: E) -> Result<(), E> {
        match self {
            SolutionState::Working => Ok(()),
            SolutionState::Expired => Err(expired),        // E1
            SolutionState::NotCovered => Err(not_covered), // M3
        }
    }

    /// The state as a word for reports.
    pub fn words(self) -> &'static str {
        match self {
            SolutionState::Working => "working",
            SolutionState::Expired => "expired",
            SolutionState::NotCovered => "not_covered",
        }
    }
}

/// Why an import of patch data brings nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImportRefused {
    /// No license is in date (E1).
    LicensesExpired,
    /// The installed version was released after the end of maintenance (M3).
    VersionNotCovered,
    /// It runs and fails, for a reason outside Patch Management.
    Fails,
    /// Maintenance has expired, though it covers the installed version (M2).
    MaintenanceExpired,
}

impl ImportRefused {
    /// The rule behind the refusal; `None` where the import fails, which is no matter of licenses.
    pub fn clause(self) -> Option<Clause> {
        match self {
            ImportRefused::LicensesExpired => Some(Clause::E1),
            ImportRefused::VersionNotCovered => Some(Clause::M3),
            ImportRefused::Fails => None,
            ImportRefused::MaintenanceExpired => Some(Clause::M2),
        }
    }

    /// The reason as a clause of a sentence, for reports.
    pub fn words(self) -> &'static str {
        match self {
            ImportRefused::LicensesExpired => "no license is in date, so the import brings nothing",
            ImportRefused::VersionNotCovered => {
                "the installed version was released after the end of maintenance, so nothing works"
            }
            ImportRefused::Fails => {
                "the import fails and brings nothing; look at its log, the proxy and the feed"
            }
            ImportRefused::MaintenanceExpired => {
                "maintenance has expired, so the import brings no bulletins and no package versions"
            }
        }
    }
}

/// **M2** An import brings bulletins and package versions while maintenance lasts and a license is in date. One that
/// brings nothing is not successful: it does not bring a new server its first packages either (**C4**).
/// `fails`: it runs into trouble of another kind.
///
/// # Errors
/// Why it brings nothing.
pub fn import_brings(
    works: SolutionState,
    entitlement: Entitlement,
    fails: bool,
) -> Result<(), ImportRefused> {
    works.check(ImportRefused::LicensesExpired, ImportRefused::VersionNotCovered)?; // E1, M3
    if fails {
        return Err(ImportRefused::Fails);
    }
    if entitlement.aup == AupState::Expired {
        return Err(ImportRefused::MaintenanceExpired); // M2
    }
    Ok(())
}

/// **M1** What is listed in the PRC can be enabled, whatever became of maintenance since; what is not
/// listed cannot. **E1**, **M3** Nothing is enabled while Patch Management does not work.
///
/// # Errors
/// Why it cannot be enabled.
pub fn may_enable(works: SolutionState, listed: bool, aup: AupState) -> Result<(), EnableRefused> {
    works.check(EnableRefused::LicensesExpired, EnableRefused::VersionNotCovered)?; // E1, M3
    match (listed, aup) {
        (true, _) => Ok(()),                                                        // M1
        (false, AupState::Expired) => Err(EnableRefused::NotListedAndNoMoreWillBe), // M2
        (false, _) => Err(EnableRefused::NotListed),
    }
}

/// Why a bulletin cannot be enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnableRefused {
    /// No license is in date (E1).
    LicensesExpired,
    /// The installed version was released after the end of maintenance (M3).
    VersionNotCovered,
    /// No import has brought the bulletin yet.
    NotListed,
    /// No import has brought the bulletin, and after the end of maintenance none will (M2).
    NotListedAndNoMoreWillBe,
}

impl EnableRefused {
    /// The rule behind the refusal; `None` while an import can still bring the bulletin.
    pub fn clause(self) -> Option<Clause> {
        match self {
            EnableRefused::LicensesExpired => Some(Clause::E1),
            EnableRefused::VersionNotCovered => Some(Clause::M3),
            EnableRefused::NotListed => None,
            EnableRefused::NotListedAndNoMoreWillBe => Some(Clause::M2),
        }
    }

    /// The reason as a clause of a sentence, for reports.
    pub fn words(self) -> &'static str {
        match self {
            EnableRefused::LicensesExpired => "no license is in date, so nothing new is enabled",
            EnableRefused::VersionNotCovered => {
                "the installed version was released after the end of maintenance, so nothing works"
            }
            EnableRefused::NotListed => "it is not listed yet: no import has brought it",
            EnableRefused::NotListedAndNoMoreWillBe => {
                "it is not listed, and as maintenance has expired no import brings it"
            }
        }
    }
}

/// Why a *Software Update Installation* task cannot be scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskRefused {
    /// No license is in date (E1).
    LicensesExpired,
    /// The installed version was released after the end of maintenance (M3).
    VersionNotCovered,
    /// The version is 8.5 RU2 to RU4 and maintenance has expired (M4).
    MaintenanceExpired,
    /// Not all bulletins of the task are enabled.
    NotEnabled,
}

impl TaskRefused {
    /// The rule behind the refusal; `None` when only a bulletin is not enabled.
    pub fn clause(self) -> Option<Clause> {
        match self {
            TaskRefused::LicensesExpired => Some(Clause::E1),
            TaskRefused::VersionNotCovered => Some(Clause::M3),
            TaskRefused::MaintenanceExpired => Some(Clause::M4),
            TaskRefused::NotEnabled => None,
        }
    }

    /// The reason as a clause of a sentence, for reports.
    pub fn words(self) -> &'static str {
        match self {
            TaskRefused::LicensesExpired => "no license is in date, so nothing is deployed",
            TaskRefused::VersionNotCovered => {
                "the installed version was released after the end of maintenance, so nothing works"
            }
            TaskRefused::MaintenanceExpired => {
                "this version schedules no such tasks while maintenance is expired; policies go on"
            }
            TaskRefused::NotEnabled => "not all of its bulletins are enabled",
        }
    }
}

/// **M4** 8.5 RU2, RU3 and RU4 refuse *Software Update Installation* tasks while maintenance is expired.
///
/// # Errors
/// Why the task is refused.
pub fn may_schedule_task(
    version: Version,
    works: SolutionState,
    entitlement: Entitlement,
    enabled: bool,
) -> Result<(), TaskRefused> {
    works.check(TaskRefused::LicensesExpired, TaskRefused::VersionNotCovered)?; // E1, M3
    if entitlement.aup == AupState::Expired && (Version::V8_5_RU2..Version::V8_5_RU5).contains(&version) {
        return Err(TaskRefused::MaintenanceExpired); // M4
    }
    if !enabled {
        return Err(TaskRefused::NotEnabled);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::time::Span;

    fn entitlement(state: LicenseState, aup: AupState) -> Entitlement {
        Entitlement { nodes: Some(10), state, aup, ..Entitlement::default() }
    }

    #[test]
    fn what_an_import_brings() {
        use AupState::{Active, Expired, Notice};
        use ImportRefused::{LicensesExpired, MaintenanceExpired};
        #[rustfmt::skip]
        let table = [
            // licenses               maintenance      the import
            (LicenseState::Expired,   Expired,         Err(LicensesExpired)),    // E1 before M2
            (LicenseState::None,      AupState::None,  Err(LicensesExpired)),    // E1
            (LicenseState::InDate,    Expired,         Err(MaintenanceExpired)), // M2
            (LicenseState::InDate,    Notice,          Ok(())),
            (LicenseState::InDate,    Active,          Ok(())),
            (LicenseState::InDate,    AupState::None,  Ok(())),
        ];
        for (state, aup, expected) in table {
            let works = SolutionState::of(state, true);
            assert_eq!(import_brings(works, entitlement(state, aup), false), expected, "{state:?} {aup:?}");
        }
        let not_covered =
            import_brings(SolutionState::NotCovered, entitlement(LicenseState::InDate, Expired), true);
        assert_eq!(not_covered, Err(ImportRefused::VersionNotCovered)); // M3 before M2
        for aup in [Expired, Active] {
            let broken = import_brings(SolutionState::Working, entitlement(LicenseState::InDate, aup), true);
            assert_eq!(broken, Err(ImportRefused::Fails), "{aup:?}");
        }
    }

    #[test]
    fn what_can_be_enabled() {
        use EnableRefused::{LicensesExpired, NotListed, NotListedAndNoMoreWillBe, VersionNotCovered};
        use SolutionState::{Expired, NotCovered, Working};
        #[rustfmt::skip]
        let table = [
            // Patch Management  listed  maintenance         enabling
            (Working,            true,   AupState::Expired,  Ok(())),                        // M1
            (Working,            true,   AupState::Active,   Ok(())),
            (Working,            false,  AupState::Expired,  Err(NotListedAndNoMoreWillBe)), // M2
            (Working,            false,  AupState::Active,   Err(NotListed)),
            (Expired,            true,   AupState::Active,   Err(LicensesExpired)),          // E1
            (Expired,            false,  AupState::Expired,  Err(LicensesExpired)),          // E1 before M2
            (NotCovered,         true,   AupState::Expired,  Err(VersionNotCovered)),        // M3
        ];
        for (works, listed, aup, expected) in table {
            assert_eq!(may_enable(works, listed, aup), expected, "{works:?} {listed} {aup:?}");
        }
    }

    #[test]
    fn which_tasks_can_be_scheduled() {
        use AupState::{Active, Expired};
        use LicenseState::InDate;
        use TaskRefused::{LicensesExpired, MaintenanceExpired, NotEnabled};
        let version = |text: &str| Version::parse(text).unwrap();
        #[rustfmt::skip]
        let table = [
            // version           licenses               maintenance  enabled  the task
            (version("8.5 RU3"), LicenseState::Expired, Expired,     false,   Err(LicensesExpired)),    // E1
            (version("8.5 RU2"), InDate,                Expired,     true,    Err(MaintenanceExpired)), // M4
            (version("8.5 RU3"), InDate,                Expired,     false,   Err(MaintenanceExpired)), // M4
            (version("8.5 RU4"), InDate,                Expired,     true,    Err(MaintenanceExpired)), // M4
            (version("8.5 RU4"), InDate,                Active,      true,    Ok(())),
            (version("8.5.3"),   InDate,                Expired,     true,    Err(MaintenanceExpired)), // M4: RU3 under another name
            (version("8.5 RU1"), InDate,                Expired,     true,    Ok(())),                  // M4: only RU2 to RU4
            (version("8.5 RU5"), InDate,                Expired,     true,    Ok(())),                  // M4: only RU2 to RU4
            (Version::V8_5,      InDate,                Expired,     true,    Ok(())),                  // M4: only RU2 to RU4
            (Version::V8_6,      InDate,                Expired,     true,    Ok(())),                  // M4: no more
            (Version::V8_6,      InDate,                Active,      false,   Err(NotEnabled)),
        ];
        for (version, state, aup, enabled, expected) in table {
            let works = SolutionState::of(state, true);
            let found = may_schedule_task(version, works, entitlement(state, aup), enabled);
            assert_eq!(found, expected, "{version:?} {state:?} {aup:?}");
        }
    }

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

    /// `summary.json` and the refusals of tasks, bulletins and imports go by these.
    #[test]
    fn what_is_refused_says_by_which_rule_and_why() {
        use Clause::{E1, M2, M3, M4};
        let import = |refused: ImportRefused| (refused.clause(), refused.words());
        let enable = |refused: EnableRefused| (refused.clause(), refused.words());
        let task = |refused: TaskRefused| (refused.clause(), refused.words());
        #[rustfmt::skip]
        let table = [
            (import(ImportRefused::LicensesExpired),         Some(E1), "no license is in date, so the import"),
            (import(ImportRefused::VersionNotCovered),       Some(M3), "released after the end of maintenance"),
            (import(ImportRefused::MaintenanceExpired),      Some(M2), "maintenance has expired, so the import"),
            (import(ImportRefused::Fails),                   None,     "the import fails"),
            (enable(EnableRefused::LicensesExpired),         Some(E1), "nothing new is enabled"),
            (enable(EnableRefused::VersionNotCovered),       Some(M3), "released after the end of maintenance"),
            (enable(EnableRefused::NotListed),               None,     "no import has brought it"),
            (enable(EnableRefused::NotListedAndNoMoreWillBe), Some(M2), "no import brings it"),
            (task(TaskRefused::LicensesExpired),             Some(E1), "no license is in date, so nothing is deployed"),
            (task(TaskRefused::VersionNotCovered),           Some(M3), "released after the end of maintenance"),
            (task(TaskRefused::MaintenanceExpired),          Some(M4), "schedules no such tasks"),
            (task(TaskRefused::NotEnabled),                  None,     "not all of its bulletins are enabled"),
        ];
        for ((clause, words), expected, says) in table {
            assert_eq!(clause, expected, "{words}");
            assert!(words.contains(says), "{words}");
        }
        let states = [SolutionState::Working, SolutionState::Expired, SolutionState::NotCovered];
        assert_eq!(states.map(SolutionState::words), ["working", "expired", "not_covered"]);
    }
}
