//! Plans that buy nodes while others compete for them: what is called enough is, and what is called the smallest number is.

use fleetsim::rules::denial_reason::DenialReason;
use fleetsim::scenario::model::Scenario;
use fleetsim::study::plan::{Fewer, PATIENCE, Plan, Step, What};

use crate::plan::steps::{hold, no_purchase, plan_text, planned, usual, wanting_with};
use crate::support::cases::check;

/// The number of nodes that a plan says is not enough is not, in a plain run: by so many clients. Returns whether the
/// plan says that it buys the smallest number.
pub fn buys_no_more_than_needed(scenario: &Scenario, plan: &Plan) -> bool {
    let fewer = plan.steps.iter().position(|step| step.fewer.is_some_and(|fewer| fewer.nodes > 0));
    let Some(place) = fewer else { return false };
    let mut steps = plan.steps.clone();
    let Step { nodes, fewer: Some(fewer), what: What::File(named, _), .. } = &mut steps[place] else {
        panic!("nodes come with a file: {:?}", plan.steps[place]);
    };
    assert!(fewer.nodes < *nodes && fewer.without > plan.reached.lacking, "{:?}", plan.steps[place]);
    let (smallest, without) = (fewer.nodes + 1 == *nodes, fewer.without);
    let file = &mut named.file;
    file.nodes = file.nodes.map(|all| all - *nodes + fewer.nodes);
    let end = plan.asked.at + PATIENCE;
    assert_eq!(wanting_with(scenario, plan, &steps, end), without, "what was tried is what a run brings");
    smallest
}

/// Newcomers compete for the licenses that are bought for the clients that are there: a sum is not enough.
#[test]
fn enough_nodes_are_found_however_many_compete_for_them() {
    let text = "fleetsim: 1\nstart: 2026-01-05\nduration: 10d\nlicenses: {base: {nodes: 80}}\n\
                groups: {old: {clients: 100}, new: {enrol: {poisson: 200/d}}}\n";
    let scenario = check(text, "t").scenario;
    let plan = planned(&scenario, "1d 12h", usual);
    assert!(plan.reached.all.is_some(), "{:?}", plan.reached);
    hold(&scenario, &plan);
    assert!(buys_no_more_than_needed(&scenario, &plan), "{:?}", plan.steps);
    assert_eq!((plan.nodes(), plan.without_limit), (371, Some(0)), "{} simulations", plan.simulations);
    let plan_text = plan_text(&scenario, &plan);
    assert!(plan_text.contains("with one node fewer 1 of them stays without a license"), "{plan_text}");
}

/// However many clients compete, a plan that may buy nodes never ends at a full pool, and the number that it buys is
/// enough and the smallest.
#[test]
fn a_plan_that_may_buy_never_ends_at_a_full_pool() {
    let count: u64 = std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(24, |n| n.parse().expect("a number"));
    let (mut competed, mut smallest) = (0, 0);
    for seed in 1..=count {
        let pick = |of: u64, place: u32| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(place) % of;
        let (rate, old, nodes) = (20 + pick(300, 7), 20 + pick(150, 19), 5 + pick(90, 31));
        let (lifetime, version) = (3 + pick(40, 43), ["7.6", "8.6"][pick(2, 51) as usize]);
        let text = format!(
            "fleetsim: 1\nseed: {seed}\nstart: 2026-01-05\nduration: 10d\nplatform: {{version: {version}}}\n\
             licenses: {{base: {{nodes: {nodes}}}, more: {{kind: subscription, nodes: 9, from: 1d, until: 2026-01-20}}}}\n\
             groups: {{old: {{clients: {old}}}, new: {{enrol: {{poisson: {rate}/d}}, lifetime: {lifetime}d}}}}\n"
        );
        let scenario = check(&text, "t").scenario;
        let plan = planned(&scenario, &format!("{}h", 30 + pick(60, 3)), usual);
        let full = plan.reached.why.iter().any(|(denial, _)| *denial == DenialReason::PoolFull);
        assert!(plan.reached.all.is_some() && !full, "{text}\n{:?}", plan.reached);
        hold(&scenario, &plan);
        smallest += u64::from(buys_no_more_than_needed(&scenario, &plan));
        competed += u64::from(plan.without_limit.is_some());
    }
    assert!(competed > count / 4 && smallest > count / 2, "{competed} competed, {smallest} smallest");
}

/// Where no number of nodes is enough, a plan says that it tried, and what remains.
#[test]
fn what_nodes_do_not_help_is_reported() {
    let text = "fleetsim: 1\nstart: 2026-01-05\nduration: 10d\nlicenses: {base: {nodes: 80}}\nscan: {give_up_after: 3}\n\
                groups: {old: {clients: 100}, new: {enrol: {poisson: 200/d}}}\n";
    let scenario = check(text, "t").scenario;
    let mut plan = planned(&scenario, "1d 12h", no_purchase);
    assert!(plan.reached.all.is_none() && plan.without_limit.is_none() && plan.nodes() == 0);
    plan.without_limit = Some(plan.reached.lacking);
    let text = plan_text(&scenario, &plan);
    assert!(text.contains("More nodes do not help: without any limit"), "{text}");
    let mut plan = planned(&scenario, "1d 12h", usual);
    let place = plan.steps.iter().position(|step| step.nodes > 9).expect("nodes are bought");
    for (nodes, says) in [
        (0, "no smaller number was tried: the limit is 48 numbers"),
        (7, "with 7 nodes 12 of them stay without a license; no number in between was tried"),
    ] {
        plan.steps[place].fewer = Some(Fewer { nodes, without: 12 });
        let text = plan_text(&scenario, &plan);
        assert!(text.contains(says), "{text}");
    }
}
