//! Who is a target of what: the plug-in install policy, the scan package, and the scan settings.

use super::client::{ClientState, Mark, Status};
use crate::scenario::model::{Policies, Scenario, Schedule};
use crate::words::time::{Span, Time};

/// **C1** The *Software Update Plug-in Install* policy takes a managed client of its groups, unless the
/// uninstall policy has it.
pub fn install_policy_takes(policies: &Policies, group: usize, state: ClientState) -> bool {
    policies.plugin_install.targets(group) && state.managed() && !state.is(Mark::UninstallTarget) // C1
}

/// **C3** The scan package goes to a managed client whose plug-in the server knows of (**C2**).
pub fn package_goes_to(state: ClientState) -> bool {
    state.status() == Status::Active && state.is(Mark::PluginReported) // C2, C3
}

/// Which policy gives a client its scan settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanSettings<'s> {
    /// Before 8.5 none is needed.
    NotNeeded,
    Clone(&'s str),
    /// Two clones target the client: conflicting settings (**T1**).
    Conflict(&'s str, &'s str),
    Dsup,
    /// No policy: scans fail (**C5**).
    None,
}

/// **C5** An enabled DSUP takes every client that is in no enabled clone. **T1** Two clones conflict.
pub fn scan_settings(scenario: &Scenario, group: usize) -> ScanSettings<'_> {
    if !scenario.requires_dsup() {
        return ScanSettings::NotNeeded; // C5, before 8.5
    }
    let mut clones = scenario.policies.clones.iter().filter(|(_, policy)| policy.targets(group));
    match (clones.next(), clones.next()) {
        (Some((one, _)), Some((other, _))) => ScanSettings::Conflict(one, other), // T1
        (Some((clone, _)), None) => ScanSettings::Clone(clone),                   // C5
        (None, _) if scenario.policies.dsup_enabled => ScanSettings::Dsup,        // C5
        (None, _) => ScanSettings::None,                                          // C5
    }
}

impl ScanSettings<'_> {
    /// Can the client's scans succeed?
    pub fn allow_scans(self) -> bool {
        self != ScanSettings::None
    }
}

/// **T2** The first membership update, delta or complete, at or after an instant; `NEVER` when none runs.
pub fn next_membership_update(scenario: &Scenario, at: Time) -> Time {
    let updates = &scenario.platform.membership_update;
    next_run(updates.delta, at).min(next_run(updates.complete, at)) // T2
}

/// The first run of a schedule at or after an instant.
pub fn next_run(schedule: Schedule, at: Time) -> Time {
    match schedule {
        Schedule::Never => Time::NEVER,
        Schedule::Immediate => at,
        Schedule::Every { every, offset } => {
            let past = (at - (Time::START + offset)).rem_euclid(every);
            let wait = if past == Span::ZERO { Span::ZERO } else { every - past };
            at + wait
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_run_is_at_or_after() {
        let nightly = Schedule::Every { every: Span::DAY, offset: Span::hours(3) };
        for (schedule, at, next) in [
            (Schedule::Immediate, 5, 5),
            (Schedule::Never, 5, i64::MAX),
            (nightly, 0, 3 * 3_600_000),
            (nightly, 3 * 3_600_000, 3 * 3_600_000),
            (nightly, 3 * 3_600_000 + 1, 27 * 3_600_000),
        ] {
            assert_eq!(next_run(schedule, Time(at)), Time(next), "{schedule:?} at {at}");
        }
    }
}
