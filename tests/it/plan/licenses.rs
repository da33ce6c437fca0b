//! Plans about license files: what is renewed, what is owned already, and versions in which retiring frees nothing.

use fleetsim::rules::denial_reason::DenialReason;
use fleetsim::rules::permitted::Permitted;
use fleetsim::rules::remedy::Remedy;
use fleetsim::study::plan::Asked;

use crate::plan::steps::{hold, no_purchase, plan_text, planned, steps, usual};
use crate::support::cases::check;

#[test]
fn what_is_not_covered_needs_maintenance() {
    let text = "fleetsim: 1\nstart: 2026-01-05\nduration: 30d\nplatform: {version: 8.6}\n\
                licenses: {base: {nodes: 30, aup_until: 2026-01-06}, more: {nodes: 10}}\n\
                groups: {old: {clients: 10}, new: {clients: 5, enrol: 12d}}\n\
                actions: [{at: 10d, upgrade: {version: 8.7, released: 2026-01-10}}]\n";
    let scenario = check(text, "t").scenario;
    let bought = planned(&scenario, "14d", usual);
    let renewed =
        "licenses.renewed={nodes: 30, aup_until: 2027-01-19, from: 2026-01-19T00:00:00, replaces: base}";
    assert_eq!(steps(&bought), [renewed]);
    hold(&scenario, &bought);
    let none = planned(&scenario, "14d", no_purchase);
    assert_eq!((none.steps.len(), none.reached.all, none.reached.lacking), (0, None, 5));
    assert_eq!(none.reached.why[0].0, DenialReason::VersionNotCovered);
    let plan_text = plan_text(&scenario, &none);
    assert!(plan_text.contains("Nothing that may be done helps"), "{plan_text}");
}

/// Nothing is deployed while Patch Management is stopped, also where all hold a license.
#[test]
fn a_stopped_server_is_started_again() {
    let text = |licenses: &str, more: &str| {
        format!(
            "fleetsim: 1\nstart: 2026-01-05\nduration: 30d\nplatform: {{version: 8.6}}\nlicenses: {licenses}\n\
             groups: {{old: {{clients: 10}}}}\n{more}\n"
        )
    };
    let ended = "{base: {kind: subscription, nodes: 30, until: 2026-01-12}}";
    let uncovered = "{base: {nodes: 30, aup_until: 2026-01-06}}";
    let upgraded = "actions: [{at: 10d, upgrade: {version: 8.7, released: 2026-01-10}}]";
    #[rustfmt::skip]
    let table = [
        // the only subscription is over (E1)
        (ended, "", "licenses.ordered={kind: subscription, nodes: 10, until: 2027-01-19, from: 2026-01-19T00:00:00}"),
        // maintenance does not cover the version (M3)
        (uncovered, upgraded, "licenses.renewed={nodes: 30, aup_until: 2027-01-19, from: 2026-01-19T00:00:00, replaces: base}"),
    ];
    for (licenses, more, expected) in table {
        let scenario = check(&text(licenses, more), "t").scenario;
        let plan = planned(&scenario, "14d", usual);
        assert_eq!((plan.goal.lacking(), steps(&plan)), (0, vec![expected.to_string()]));
        let text = plan_text(&scenario, &plan);
        for part in
            ["10 do, 0 do not; Patch Management is stopped", "without it Patch Management stays stopped"]
        {
            assert!(text.contains(part), "`{part}` is missing in\n{text}");
        }
        let none = planned(&scenario, "14d", no_purchase);
        assert!(none.steps.is_empty());
        let text = plan_text(&scenario, &none);
        assert!(text.contains("Nothing that may be done starts Patch Management again"), "{text}");
    }
}

/// A legacy file replaces the one before it (L1): what was replaced is still owned.
#[test]
fn legacy_files_that_were_replaced_are_not_bought_again() {
    let again = "licenses.again={nodes: 80, from: 2026-01-14T00:00:00}";
    let temporary =
        |until: &str| format!("temp: {{kind: temporary, nodes: 50, from: 2026-01-12, until: {until}}}");
    let lasting = temporary("2026-02-28");
    let moment = "{nodes: 20, from: 2026-01-14}";
    #[rustfmt::skip]
    let table = [
        // the file that is enough by itself, again
        (format!("{{base: {{nodes: 80}}, {lasting}}}"), again, 0, "install license file base again"),
        // it comes after one that came at this very instant
        (format!("{{base: {{nodes: 55}}, zz: {moment}}}"), "licenses.ordered={nodes: 75, from: 2026-01-14T00:00:01}", 0, "combined into one"),
        // only both are enough
        (format!("{{base: {{nodes: 55}}, {lasting}}}"), "licenses.ordered={nodes: 105, from: 2026-01-14T00:00:00}", 0, "combined into one"),
        // both are not, and the rest is bought
        (format!("{{base: {{nodes: 5}}, {lasting}}}"), "licenses.ordered={nodes: 60, from: 2026-01-14T00:00:00}", 5, "combined into one"),
        // the later file may hold the earlier one
        ("{base: {nodes: 40}, more: {nodes: 50, from: 2026-01-12}}".into(), "licenses.ordered={nodes: 60, from: 2026-01-14T00:00:00}", 10, "add nodes"),
        // the temporary one is over (E1)
        (format!("{{base: {{nodes: 80}}, {}}}", temporary("2026-01-13")), again, 0, "renew the license: install license file base again"),
    ];
    for (licenses, expected, nodes, says) in table {
        let text = format!(
            "fleetsim: 1\nstart: 2026-01-05\nduration: 20d\nplatform: {{version: 7.6}}\nlicenses: {licenses}\n\
             groups: {{old: {{clients: 50}}, new: {{clients: 10, enrol: 8d}}}}\n"
        );
        let scenario = check(&text, "t").scenario;
        let plan = planned(&scenario, "9d", usual);
        assert_eq!((steps(&plan), plan.nodes()), (vec![expected.to_string()], nodes), "{licenses}");
        assert!(plan.reached.all.is_some(), "{licenses}");
        hold(&scenario, &plan);
        let text = plan_text(&scenario, &plan);
        assert!(text.contains(says) && (nodes > 0 || text.contains("no nodes to buy")), "{text}");
    }
}

/// In 6.x retiring frees nothing: records are deleted, whatever their status.
#[test]
fn in_6x_records_are_deleted() {
    let text = "fleetsim: 1\nstart: 2026-01-05\nduration: 20d\nplatform: {version: \"6.2\"}\n\
                licenses: {base: {nodes: 20}}\n\
                groups: {gone: {clients: 10}, old: {clients: 10}, new: {clients: 15, enrol: 8d}}\n\
                actions: [{at: 2d, uninstall_agent: {group: gone}}, {at: 2d, retire: {group: old, clients: 3}},\n  \
                {at: 2d, dispose: {group: old, clients: 4}}]\n";
    let scenario = check(text, "t").scenario;
    let plan = planned(&scenario, "9d", usual);
    let mut found = steps(&plan);
    found.sort();
    #[rustfmt::skip]
    assert_eq!(found, ["delete status=active silent_for=7d holding=true", "delete status=disposed holding=true", "delete status=retired holding=true"]);
    assert!(
        plan.steps.iter().all(|step| step.remedy == Remedy::DeleteRecords && step.frees == step.histories)
    );
    assert_eq!((plan.held_for_nothing(), plan.histories(), plan.reached.lacking), (17, 17, 0));
    hold(&scenario, &plan);
    let without = planned(&scenario, "9d", |asked| Asked {
        permitted: Permitted::ALL.without_purchases().without(Remedy::DeleteRecords),
        ..asked
    });
    assert_eq!((without.steps.len(), without.reached.lacking), (0, 15));
}
