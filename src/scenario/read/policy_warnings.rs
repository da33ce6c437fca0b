//! Findings about policies and membership updates, over the whole time of a scenario.

use std::collections::BTreeMap;

use crate::scenario::model::policies::{Policies, Policy, PolicyState, Reach, Target};
use crate::scenario::model::{AdminCommand, Group, Scenario, Share, Version};
use crate::units::time::Time;

/// Policies held against groups, over all changes of policies: more are not looked at.
const MOST_LOOKED_AT: usize = 10_000_000;

/// Something that should be known of a scenario that can be run: the path of a key, the problem, the remedy.
pub type ScenarioWarning = (&'static str, String, &'static str);

pub fn findings(scenario: &Scenario) -> Vec<ScenarioWarning> {
    let states = &scenario.over_time.policies;
    let policies: usize = states.iter().map(|state| 2 + state.policies.clones.len()).sum();
    let mut found = Vec::new();
    if policies.saturating_mul(scenario.groups.len()) > MOST_LOOKED_AT {
        let problem = format!(
            "{policies} policies, over time, and {} groups: whether policies overlap (T1) or leave groups out (C1, C5) is \
             not looked at",
            scenario.groups.len()
        );
        found.push(("policies", problem, "fewer clones, groups or changes are looked at"));
    } else {
        found.extend(overlapping_clones(scenario));
        found.extend(uncovered_group(scenario));
        found.extend(install_policy_without_targets(scenario));
        found.extend(scan_policy_without_targets(scenario));
    }
    found.extend(dead_membership_updates(scenario));
    found
}

/// Policies that an action made are complained of at the actions.
fn place(state: &PolicyState, otherwise: &'static str) -> &'static str {
    if state.at > Time::START { "actions" } else { otherwise }
}

/// T1: the vendor warns of two DSUP-type policies for one client.
fn overlapping_clones(scenario: &Scenario) -> Option<ScenarioWarning> {
    for state in &scenario.over_time.policies {
        let clones = &state.policies.clones;
        if let Some((first, second)) = first_overlap(clones, &scenario.groups) {
            let ((one, first), (other, second)) = (&clones[first], &clones[second]);
            let selection = both_take(first, second, scenario)?;
            let problem =
                format!("clones `{one}` and `{other}` {selection}: conflicting settings (T1, KB 180495)");
            let path = place(state, "policies.clones");
            return Some((path, problem, "let one policy target each client"));
        }
    }
    None
}

/// The first two clones that both take a client, or may: each is held against the first ones that take each group and
/// each client, and not against all before it.
fn first_overlap(clones: &[(String, Policy)], groups: &[Group]) -> Option<(usize, usize)> {
    // By group: the first clone that describes its clients, and the first that names some.
    let mut takers: Vec<[Option<usize>; 2]> = vec![[None; 2]; groups.len()];
    let mut of_client: BTreeMap<(usize, u32), usize> = BTreeMap::new();
    let (mut found, mut first_of_all) = (None, None);
    for (clone, (_, policy)) in clones.iter().enumerate() {
        let mut meets = |earlier: Option<usize>| {
            let pair = earlier.map(|earlier| (earlier, clone));
            found = [found, pair].into_iter().flatten().min();
        };
        let named = matches!(policy.target, Target::Clients(_));
        let taken = (0..groups.len()).filter(|group| policy.reach(groups, *group) != Reach::Nobody);
        for group in taken {
            first_of_all.get_or_insert(clone);
            let [describes, names] = &mut takers[group];
            meets(*describes);
            if named {
                names.get_or_insert(clone);
            } else {
                meets(*names);
                describes.get_or_insert(clone);
            }
        }
        if let (Target::Clients(clients), true) = (&policy.target, policy.enabled) {
            for client in clients {
                let first = *of_client.entry(*client).or_insert(clone);
                meets(Some(first).filter(|first| *first != clone));
            }
        }
        if found.is_some_and(|(first, _)| Some(first) == first_of_all) {
            break;
        }
    }
    found
}

/// The clients that two policies both take, as far as is known without draws.
fn both_take(one: &Policy, other: &Policy, scenario: &Scenario) -> Option<String> {
    let groups = &scenario.groups;
    let mut possible = None;
    for group in 0..groups.len() {
        match (one.reach(groups, group), other.reach(groups, group)) {
            (Reach::Nobody, _) | (_, Reach::Nobody) => {}
            (Reach::Everybody, Reach::Everybody) => {
                return Some(format!("both target group `{}`", groups[group].name));
            }
            _ => match named_by_both(one, other, group) {
                Some(true) => return Some(format!("both target a client of group `{}`", groups[group].name)),
                Some(false) => {}
                None => possible = possible.or(Some(group)),
            },
        }
    }
    possible.map(|group| format!("may both target clients of group `{}`", groups[group].name))
}

/// Do two policies, each of which takes a part of a group, meet in a client? `None`: draws decide.
fn named_by_both(one: &Policy, other: &Policy, group: usize) -> Option<bool> {
    match (&one.target, &other.target) {
        (Target::Clients(a), Target::Clients(b)) => {
            Some(a.iter().any(|client| client.0 == group && b.binary_search(client).is_ok()))
        }
        (Target::Clients(_), Target::Where(all)) | (Target::Where(all), Target::Clients(_)) => {
            (all.share.part == Share::ALL).then_some(true)
        }
        (Target::Where(_), Target::Where(_)) => None,
    }
}

/// C5: the plug-in goes to clients whose scans will all fail.
fn uncovered_group(scenario: &Scenario) -> Option<ScenarioWarning> {
    let changes = scenario.over_time.policies.iter().map(|state| state.at);
    let mut instants: Vec<Time> =
        changes.chain(scenario.over_time.versions.iter().map(|release| release.at)).collect();
    instants.sort();
    for at in instants {
        let state = &scenario.over_time.policies[scenario.over_time.policies_at(at)];
        let version = scenario.version_at(at);
        if let Some(group) = uncovered(scenario, &state.policies, version) {
            let name = &scenario.groups[group].name;
            let upgraded =
                if at > Time::START { format!("from {} on ", at - Time::START) } else { String::new() };
            let (policies, help) = match state.policies.dsup.enabled {
                true => (
                    "neither the DSUP nor an enabled clone targets",
                    "have the DSUP target the group, or a clone",
                ),
                false => (
                    "the DSUP is off and no enabled clone targets",
                    "enable the DSUP, or target the group with a clone",
                ),
            };
            let problem = format!("{upgraded}{policies} group `{name}`: its scans fail (C5)");
            let path = if at > Time::START { "actions" } else { "policies" };
            return Some((path, problem, help));
        }
    }
    None
}

fn uncovered(scenario: &Scenario, policies: &Policies, version: Version) -> Option<usize> {
    if !version.requires_dsup() {
        return None;
    }
    let groups = &scenario.groups;
    let takes_none = |policy: &Policy, group| policy.reach(groups, group) == Reach::Nobody;
    let covered = |group| policies.dsup_type().any(|policy| !takes_none(policy, group));
    (0..groups.len()).find(|&group| !takes_none(&policies.plugin_install, group) && !covered(group))
}

/// T2: no client will ever become a target.
fn dead_membership_updates(scenario: &Scenario) -> Option<ScenarioWarning> {
    let plan = &scenario.over_time.membership;
    let dead = plan.by_hand.is_empty() && !plan.pieces.iter().any(|(_, schedule)| schedule.ever_runs());
    let problem = "membership updates never run: no client becomes a target of anything (T2)".into();
    dead.then_some(("platform.membership_update", problem, "schedule the delta or the complete update"))
}

/// C8: the plug-in goes to clients that never scan.
fn scan_policy_without_targets(scenario: &Scenario) -> Option<ScenarioWarning> {
    let groups = &scenario.groups;
    let takes = |policy: &Policy| (0..groups.len()).any(|group| policy.reach(groups, group) != Reach::Nobody);
    let ever = scenario.over_time.policies.iter().any(|state| takes(&state.policies.scan));
    let by_task = scenario.actions.iter().any(|action| matches!(action.what, AdminCommand::RunScan(_)));
    let problem =
        "the scan policy is off or targets no group: no client scans, or gets a license (C8)".into();
    (!ever && !by_task && !groups.is_empty()).then_some((
        "scan.policy",
        problem,
        "enable it, name groups of clients, or add an action `run_scan`",
    ))
}

/// C1: no client will ever be a candidate.
fn install_policy_without_targets(scenario: &Scenario) -> Option<ScenarioWarning> {
    let groups = &scenario.groups;
    let takes = |policy: &Policy| (0..groups.len()).any(|group| policy.reach(groups, group) != Reach::Nobody);
    let ever = scenario.over_time.policies.iter().any(|state| takes(&state.policies.plugin_install));
    let problem = "the install policy targets no group: nobody gets the plug-in, or a license (C1)".into();
    (!ever && !groups.is_empty()).then_some((
        "policies.plugin_install",
        problem,
        "enable it, and name groups of clients",
    ))
}
