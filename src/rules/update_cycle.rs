//! What a Software Update Cycle does, and what becomes of its updates: U1, U2, E1.

use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark};
use crate::rules::maintenance::SolutionState;
use crate::scenario::model::Version;

/// Does a patch update policy reach the client? A client without a license (rejected, or before its
/// first scan) gets no updates: the product counts what could be patched (**C7**).
pub fn deployed_to(state: ClientState) -> bool {
    let able = state.is(Mark::Agent) && state.is(Mark::Plugin) && state.is(Mark::PackageReady);
    able && state.managed() && state.is(Mark::Licensed)
}

/// Do patch update policies reach the client now? To one that they are [`deployed_to`], and only while Patch Management
/// works (**E1**, **M3**); what was missed reaches it after the renewal.
pub fn policies_reach(works: SolutionState, state: ClientState) -> bool {
    works == SolutionState::Working && deployed_to(state) // E1, M3
}

/// **U2** Patch Install Tools gate the license only in 7.1 to 7.5, never in 8.x.
pub fn tools_gate_license(version: Version) -> bool {
    version.tools_gate_license() // U2
}

/// What is known when a cycle reaches *Applying Updates*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CycleCase {
    /// A license is in date (**E1**), and maintenance covers the version (**M3**).
    pub works: SolutionState,
    /// [`deployed_to`] the client still.
    pub deployed_to: bool,
    /// A maintenance window is open, or none is needed.
    pub window_open: bool,
    /// Whether the client's Patch Install Tools are current (U1, U2).
    pub tools: Tools,
}

/// Patch Install Tools on the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tools {
    /// None yet, or an older version than the server's.
    Outdated,
    /// As new as the server's.
    Current,
    /// The cycle has waited for them in vain.
    NotComing,
}

/// What the cycle does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Download Patch Install Tools first (U1).
    LoadTools,
    /// Install the updates now.
    Execute,
}

/// Why a cycle does not proceed; its updates return to Scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stopped {
    /// No license is in date (E1).
    LicensesExpired,
    /// The installed version was released after the end of maintenance (M3).
    VersionNotCovered,
    /// The client is no longer one that policies deploy to, see [`deployed_to`].
    NoLongerDeployed,
    /// The maintenance window closed before the cycle could apply updates.
    WindowClosed,
    /// Patch Install Tools could not be downloaded in time (U2).
    ToolsMissing,
}

impl Stopped {
    /// The rule behind the stop; `None` when it follows from no license rule.
    pub fn clause(self) -> Option<Clause> {
        match self {
            Stopped::LicensesExpired => Some(Clause::E1),
            Stopped::VersionNotCovered => Some(Clause::M3),
            Stopped::ToolsMissing => Some(Clause::U2),
            Stopped::NoLongerDeployed | Stopped::WindowClosed => None,
        }
    }

    /// The reason as a clause of a sentence, for reports.
    pub fn words(self) -> &'static str {
        match self {
            Stopped::LicensesExpired => "no license is in date, so nothing is deployed",
            Stopped::VersionNotCovered => {
                "the installed version was released after the end of maintenance, so nothing is deployed"
            }
            Stopped::NoLongerDeployed => "the client is not ready to be patched",
            Stopped::WindowClosed => "the maintenance window has closed",
            Stopped::ToolsMissing => "Patch Install Tools could not be downloaded",
        }
    }
}

/// **U1** Judges a cycle that reaches *Applying Updates*, in order of precedence: tools that are not current
/// are downloaded then, and without them (**U2**) it does not proceed.
///
/// # Errors
/// Why it does not proceed.
pub fn applying_updates(case: CycleCase) -> Result<Next, Stopped> {
    case.works.check(Stopped::LicensesExpired, Stopped::VersionNotCovered)?; // E1, M3
    if !case.deployed_to {
        return Err(Stopped::NoLongerDeployed);
    }
    if !case.window_open {
        return Err(Stopped::WindowClosed);
    }
    match case.tools {
        Tools::NotComing => Err(Stopped::ToolsMissing), // U2
        Tools::Outdated => Ok(Next::LoadTools),         // U1
        Tools::Current => Ok(Next::Execute),
    }
}

/// What became of an update at the end of a cycle that executed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    /// It succeeded.
    Installed,
    /// It failed and is Scheduled again.
    Again,
    /// It failed in as many cycles as it may be tried in.
    Failed,
}

/// Failures count up to the number of cycles in which an update may be tried.
pub fn executed(fails: bool, failures_before: u32, attempts: u32) -> Executed {
    match fails {
        false => Executed::Installed,
        true if failures_before + 1 < attempts => Executed::Again,
        true => Executed::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::client::Status;

    #[test]
    fn whether_a_cycle_proceeds() {
        use SolutionState::{Expired, NotCovered, Working};
        use Stopped::{LicensesExpired, NoLongerDeployed, ToolsMissing, VersionNotCovered, WindowClosed};
        use Tools::{Current, NotComing, Outdated};
        #[rustfmt::skip]
        let table = [
            // Patch Management  deployed  window  tools      the cycle
            (Expired,            false,    false,  NotComing, Err(LicensesExpired)),   // E1
            (NotCovered,         false,    false,  NotComing, Err(VersionNotCovered)), // M3
            (Working,            false,    false,  NotComing, Err(NoLongerDeployed)),
            (Working,            true,     false,  NotComing, Err(WindowClosed)),
            (Working,            true,     true,   NotComing, Err(ToolsMissing)),      // U2
            (Working,            true,     true,   Outdated,  Ok(Next::LoadTools)),    // U1
            (Working,            true,     true,   Current,   Ok(Next::Execute)),
        ];
        for (works, deployed_to, window_open, tools, expected) in table {
            let case = CycleCase { works, deployed_to, window_open, tools };
            assert_eq!(applying_updates(case), expected, "{case:?}");
        }
    }

    #[test]
    fn what_becomes_of_an_update() {
        #[rustfmt::skip]
        let table = [
            // fails  failures before  attempts  becomes
            (false,   0,               3,        Executed::Installed),
            (true,    0,               3,        Executed::Again),
            (true,    1,               3,        Executed::Again),
            (true,    2,               3,        Executed::Failed),
            (false,   2,               3,        Executed::Installed),
            (true,    0,               1,        Executed::Failed),
        ];
        for (fails, before, attempts, becomes) in table {
            assert_eq!(executed(fails, before, attempts), becomes, "{fails} {before} {attempts}");
        }
    }

    #[test]
    fn who_is_patched_and_where_tools_gate_the_license() {
        let ready = ClientState::default().with(Mark::Agent).with(Mark::Plugin).with(Mark::PackageReady);
        let holder = ready.with(Mark::Licensed);
        #[rustfmt::skip]
        let table = [
            (holder.with_status(Status::Active),                        true),
            (ready.with_status(Status::Active),                         false), // rejected, or not yet scanned
            (holder.with_status(Status::Retired),                       false),
            (holder.with_status(Status::Active).without(Mark::Plugin),  false),
            (holder.with_status(Status::Active).without(Mark::Agent),   false), // switched off
        ];
        for (state, reached) in table {
            assert_eq!(deployed_to(state), reached, "{state:?}");
            assert_eq!(policies_reach(SolutionState::Working, state), reached, "{state:?}");
            assert!(!policies_reach(SolutionState::Expired, state), "{state:?}"); // E1
            assert!(!policies_reach(SolutionState::NotCovered, state), "{state:?}"); // M3
        }
        for (version, gates) in [
            (Version::V6_2, false),
            (Version::V7_1, true),
            (Version::V7_0, false),
            (Version::V7_5, true),
            (Version::parse("7.5 SP1 HF5").unwrap(), true),
            (Version::V7_6, false),
            (Version::V8_6, false),
        ] {
            assert_eq!(tools_gate_license(version), gates, "{version:?}"); // U2
        }
    }

    #[test]
    fn a_cycle_that_stops_says_by_which_rule_and_why() {
        #[rustfmt::skip]
        let table = [
            (Stopped::LicensesExpired,   Some(Clause::E1), "no license is in date"),
            (Stopped::VersionNotCovered, Some(Clause::M3), "released after the end of maintenance"),
            (Stopped::NoLongerDeployed,  None,             "not ready to be patched"),
            (Stopped::WindowClosed,      None,             "window has closed"),
            (Stopped::ToolsMissing,      Some(Clause::U2), "could not be downloaded"),
        ];
        for (stopped, clause, says) in table {
            assert_eq!(stopped.clause(), clause, "{stopped:?}");
            assert!(stopped.words().contains(says), "{stopped:?}: {}", stopped.words());
        }
    }
}
