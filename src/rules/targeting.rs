//! Which clients are targets: of the plug-in install policy, the scan package, and the scan settings.

use crate::rules::client::{ClientState, Mark, Status};
use crate::scenario::model::policies::{PolicyShare, Target};
use crate::scenario::model::{Group, MembershipUpdate, Policies, Policy, Reach, Scenario, Schedule, Version};
use crate::units::time::{Span, Time};

/// Does a policy take a client of a group? The share is asked for only when it decides.
pub fn takes(
    policy: &Policy,
    groups: &[Group],
    (group, index): (usize, u32),
    in_share: impl FnOnce(PolicyShare) -> bool,
) -> bool {
    match (policy.reach(groups, group), &policy.target) {
        (Reach::Nobody, _) => false,
        (Reach::Everybody, _) => true,
        (Reach::Part, Target::Clients(named)) => named.binary_search(&(group, index)).is_ok(),
        (Reach::Part, Target::Where(all)) => in_share(all.share),
    }
}

/// **C1** The *Software Update Plug-in Install* policy takes a managed client that it targets, unless the
/// uninstall policy has it.
pub fn install_policy_takes(targeted: bool, state: ClientState) -> bool {
    targeted && state.managed() && !state.is(Mark::UninstallTarget) // C1
}

/// **C3** The scan package goes to a managed client whose plug-in the server knows of (**C2**); **C4** there is none
/// before the first successful import of patch data. `imported`: there has been one.
pub fn package_goes_to(state: ClientState, imported: bool) -> bool {
    imported && state.status() == Status::Active && state.is(Mark::PluginReported) // C2, C3, C4
}

/// Which policy gives a client its scan settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanSettings<'s> {
    /// Before 8.5 none is needed.
    NotNeeded,
    /// The clone of this name, the only one that targets the client.
    Clone(&'s str),
    /// Two clones target the client: conflicting settings (**T1**).
    Conflict(&'s str, &'s str),
    /// The Default Software Update Plug-in policy: it targets the client, and no clone does.
    Dsup,
    /// No policy: scans fail (**C5**).
    None,
}

/// **C5** Of the clients that it targets, usually all, an enabled DSUP takes every one that is in no enabled clone. **T1** Two clones conflict.
pub fn scan_settings<'s>(
    version: Version,
    policies: &'s Policies,
    takes: impl Fn(&Policy) -> bool,
) -> ScanSettings<'s> {
    if !version.requires_dsup() {
        return ScanSettings::NotNeeded; // C5, before 8.5
    }
    let mut clones = policies.clones.iter().filter(|(_, policy)| takes(policy));
    match (clones.next(), clones.next()) {
        (Some((one, _)), Some((other, _))) => ScanSettings::Conflict(one, other), // T1
        (Some((clone, _)), None) => ScanSettings::Clone(clone),                   // C5
        (None, _) if takes(&policies.dsup) => ScanSettings::Dsup,                 // C5
        (None, _) => ScanSettings::None,                                          // C5
    }
}

/// **C5** Do all clients of a group find scan settings, or none of them? `None`: it depends on the client.
pub fn group_settings(policies: &Policies, groups: &[Group], group: usize) -> Option<bool> {
    let mut reaches = policies.dsup_type().map(|policy| policy.reach(groups, group));
    if reaches.clone().any(|reach| reach == Reach::Everybody) {
        return Some(true); // C5
    }
    reaches.all(|reach| reach == Reach::Nobody).then_some(false) // C5
}

impl ScanSettings<'_> {
    /// Can the client's scans succeed?
    pub fn allow_scans(self) -> bool {
        self != ScanSettings::None
    }
}

/// **T2** The first membership update, delta, complete or by hand, at or after an instant; `NEVER` when
/// none runs. Each schedule counts from the instant it was made up to that of the next.
pub fn next_membership_update(scenario: &Scenario, at: Time) -> Time {
    let plan = &scenario.over_time.membership;
    let by_hand = plan.by_hand[plan.by_hand.partition_point(|run| *run < at)..].first();
    let by_hand = by_hand.copied().unwrap_or(Time::NEVER);
    let run = |updates: &MembershipUpdate, from| {
        next_run(updates.delta, from).min(next_run(updates.complete, from)) // T2
    };
    next_of_pieces(&plan.pieces, at, run).min(by_hand) // T2
}

/// The first scheduled import of patch data at or after an instant, by the schedule that holds then.
pub fn next_import(imports: &[(Time, Schedule)], at: Time) -> Time {
    next_of_pieces(imports, at, |schedule, from| next_run(*schedule, from))
}

/// The first run at or after an instant, where each schedule holds from its instant up to that of the next.
fn next_of_pieces<T>(pieces: &[(Time, T)], at: Time, run: impl Fn(&T, Time) -> Time) -> Time {
    let first = pieces.partition_point(|(from, _)| *from <= at) - 1;
    for (piece, (from, schedule)) in pieces.iter().enumerate().skip(first) {
        let end = pieces.get(piece + 1).map_or(Time::NEVER, |(next, _)| *next);
        let run = run(schedule, at.max(*from));
        if run < end {
            return run;
        }
    }
    Time::NEVER
}

/// **C8** Do all clients of a group find the scan policy on and targeting them, or none of them? `None`: it depends
/// on the client.
pub fn group_scans(policies: &Policies, groups: &[Group], group: usize) -> Option<bool> {
    match policies.scan.reach(groups, group) {
        Reach::Everybody => Some(true), // C8
        Reach::Nobody => Some(false),   // C8
        Reach::Part => None,
    }
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
    use crate::scenario;

    fn scenario(more: &str) -> Scenario {
        let text = format!(
            "fleetsim: 1\nduration: 30d\nsites: {{hq: {{}}, lab: {{}}}}\ngroups:\n  \
             a: {{clients: 4, site: hq, os: Windows 11}}\n  b: {{clients: [x, y], site: lab}}\n{more}\n"
        );
        scenario::check(&text, "t", &|_| Err("no files".into())).unwrap().scenario
    }

    /// Conditions given together must all hold; draws decide only where a share is asked for.
    #[test]
    fn whom_a_policy_takes() {
        const SMALL: bool = true; // the client's draw is below 40 %
        #[rustfmt::skip]
        let table = [
            // the policy                                          client  draw    taken
            ("{enabled: false}",                                   (0, 0), SMALL,  false),
            ("{enabled: false, clients: [a-1]}",                   (0, 0), SMALL,  false),
            ("{clients: [a-1, y]}",                                (0, 0), SMALL,  true),
            ("{clients: [a-1, y]}",                                (0, 1), SMALL,  false),
            ("{clients: [a-1, y]}",                                (1, 1), !SMALL, true),
            ("{groups: [b]}",                                      (0, 0), SMALL,  false),
            ("{groups: [a], sites: [lab]}",                        (0, 0), SMALL,  false),
            ("{groups: [a], sites: [hq]}",                         (0, 0), SMALL,  true),
            ("{operating_systems: [Windows 11]}",                  (0, 0), SMALL,  true),
            ("{operating_systems: [Windows 11]}",                  (1, 0), SMALL,  false), // none is known
            ("{share: 40%}",                                       (0, 0), SMALL,  true),
            ("{share: 40%}",                                       (0, 0), !SMALL, false),
            ("{groups: [b], share: 40%}",                          (0, 0), SMALL,  false),
            ("{share: 0%}",                                        (0, 0), SMALL,  false),
            ("{share: 100%}",                                      (0, 0), !SMALL, true),
            ("{}",                                                 (1, 0), !SMALL, true),
        ];
        for (policy, client, draw, taken) in table {
            let scenario = scenario(&format!("policies: {{plugin_install: {policy}}}"));
            let policy = &scenario.policies.plugin_install;
            let found = takes(policy, &scenario.groups, client, |share| {
                share.part.takes(if draw { 0 } else { u64::MAX })
            });
            assert_eq!(found, taken, "{policy:?} {client:?}");
        }
    }

    #[test]
    fn where_scan_settings_come_from() {
        #[rustfmt::skip]
        let table = [
            // clones                                         version         settings of a-1
            ("{enabled: true}, clones: {}",                   Version::V7_6,  ScanSettings::NotNeeded), // C5: from 8.5 on
            ("{enabled: true}, clones: {}",                   Version::V8_5,  ScanSettings::Dsup),      // C5
            ("{enabled: false}, clones: {}",                  Version::V8_5,  ScanSettings::None),      // C5
            ("{enabled: false}, clones: {x: {groups: [b]}}",  Version::V8_6,  ScanSettings::None),      // C5
            ("{enabled: true}, clones: {x: {groups: [a]}}",   Version::V8_6,  ScanSettings::Clone("x")), // C5
            ("{groups: [b]}, clones: {}",                     Version::V8_6,  ScanSettings::None),      // C5: not targeted
            ("{groups: [b]}, clones: {x: {}}",                Version::V8_6,  ScanSettings::Clone("x")), // C5
            ("{clients: [a-1]}, clones: {}",                  Version::V8_6,  ScanSettings::Dsup),      // C5
            ("{enabled: true}, clones: {x: {}, y: {}}",       Version::V8_6,  ScanSettings::Conflict("x", "y")), // T1
            ("{enabled: true}, clones: {x: {}, y: {enabled: false}}", Version::V8_6, ScanSettings::Clone("x")), // T1
        ];
        for (policies, version, expected) in table {
            let scenario = scenario(&format!("policies: {{dsup: {policies}}}"));
            let takes = |policy: &Policy| takes(policy, &scenario.groups, (0, 0), |_| true);
            assert_eq!(scan_settings(version, &scenario.policies, takes), expected, "{policies} {version:?}");
        }
    }

    #[test]
    fn an_update_runs_by_the_schedule_of_its_time_or_by_hand() {
        const HOUR: i64 = 3_600_000;
        let plan = scenario(
            "platform: {membership_update: 2h}\nactions:\n  - {at: 5h, membership_update: never}\n  \
             - {at: 9h, run: membership_update}\n  - {at: 20h, membership_update: {delta: 3h, complete: never}}",
        );
        let dead = scenario("actions: [{at: 5h, membership_update: never}]");
        for (scenario, at, next) in [
            (&plan, 3, 4),
            (&plan, 4, 4),
            (&plan, 5, 9),   // T2: the run at 6 h is called off
            (&plan, 9, 9),   // by hand
            (&plan, 10, 21), // nothing until the new schedule runs
            (&dead, 4, 4),
            (&dead, 5, i64::MAX), // T2
        ] {
            let found = next_membership_update(scenario, Time(at * HOUR));
            assert_eq!(found, Time(next.checked_mul(HOUR).unwrap_or(i64::MAX)), "at {at} h");
        }
    }

    #[test]
    fn whether_the_scan_policy_takes_a_whole_group() {
        #[rustfmt::skip]
        let table = [
            // the scan policy                    all of group a
            ("{}",                                Some(true)),  // C8
            ("{enabled: false}",                  Some(false)), // C8
            ("{groups: [b]}",                     Some(false)), // C8
            ("{groups: [a], sites: [hq]}",        Some(true)),  // C8
            ("{share: 40%}",                      None),        // C8
            ("{clients: [a-1]}",                  None),        // C8
        ];
        for (policy, expected) in table {
            let scenario = scenario(&format!("scan: {{policy: {policy}}}"));
            assert_eq!(group_scans(&scenario.policies, &scenario.groups, 0), expected, "{policy}");
        }
    }

    #[test]
    fn an_import_runs_by_the_schedule_of_its_time() {
        const HOUR: i64 = 3_600_000;
        let every = |hours| Schedule::Every { every: Span::hours(hours), offset: Span::ZERO };
        let imports =
            [(Time(i64::MIN), every(2)), (Time(5 * HOUR), Schedule::Never), (Time(20 * HOUR), every(3))];
        for (at, next) in [(0, 0), (3, 4), (5, 21), (6, 21), (21, 21), (22, 24)] {
            assert_eq!(next_import(&imports, Time(at * HOUR)), Time(next * HOUR), "at {at} h");
        }
        assert_eq!(next_import(&imports[..2], Time(5 * HOUR)), Time::NEVER);
    }

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

    #[test]
    fn whom_the_server_deploys_to() {
        use Mark::{PluginReported, UninstallTarget};
        let record = |status| ClientState::default().with_status(status);
        let active = record(Status::Active);
        #[rustfmt::skip]
        let table = [
            // the record                          targeted  plug-in  package
            (active,                               true,     true,    false), // C1
            (active,                               false,    false,   false),
            (active.with(UninstallTarget),         true,     false,   false), // V2
            (record(Status::Retired),              true,     false,   false),
            (active.with(PluginReported),          false,    false,   true),  // C3
            (record(Status::Retired).with(PluginReported), true, false, false),
        ];
        for (state, targeted, plugin, package) in table {
            assert_eq!(install_policy_takes(targeted, state), plugin, "{state:?} {targeted}");
            assert_eq!(package_goes_to(state, true), package, "{state:?}");
            assert!(!package_goes_to(state, false), "{state:?}"); // C4: nothing was imported yet
        }
    }

    /// Decided for a whole group only where no client of it can differ.
    #[test]
    fn what_a_group_finds_without_looking_at_its_clients() {
        #[rustfmt::skip]
        let table = [
            // the DSUP and its clones                         all of group a
            ("{enabled: true}, clones: {}",                    Some(true)),  // C5
            ("{enabled: false}, clones: {}",                   Some(false)), // C5
            ("{enabled: false}, clones: {x: {groups: [a]}}",   Some(true)),  // C5
            ("{enabled: false}, clones: {x: {groups: [b]}}",   Some(false)), // C5
            ("{enabled: false}, clones: {x: {share: 40%}}",    None),        // C5
            ("{enabled: true}, clones: {x: {share: 40%}}",     Some(true)),  // C5
            ("{groups: [b]}, clones: {}",                      Some(false)), // C5
            ("{clients: [a-1]}, clones: {}",                   None),        // C5
        ];
        for (policies, expected) in table {
            let scenario = scenario(&format!("policies: {{dsup: {policies}}}"));
            assert_eq!(group_settings(&scenario.policies, &scenario.groups, 0), expected, "{policies}");
        }
    }
}
