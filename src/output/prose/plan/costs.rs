//! What a plan costs, and what comes of leaving a step out.

use crate::output::prose::numbers::{counted, grouped, verb_ending};
use crate::rules::deletion::LOST_BY_DELETION;
use crate::study::plan::{Fewer, MOST_TRIALS, Plan, Step};

/// What a plan cannot say where no table tells the number of nodes.
pub const NODES_UNKNOWN: &str =
    "Whether nodes have to be bought is not known: how many there are is not known";

/// What comes of fewer nodes, as far as it was tried.
pub(super) fn with_fewer(nodes: u64, fewer: Fewer) -> String {
    let limit = format!("the limit is {MOST_TRIALS} numbers");
    match (fewer.nodes, nodes - fewer.nodes) {
        (_, 1) => format!("with one node fewer {}", stay(fewer.without)),
        (0, _) => format!("no smaller number was tried: {limit}"),
        (tried, _) => format!(
            "with {} {}; no number in between was tried: {limit}",
            counted(tried, "node"),
            stay(fewer.without)
        ),
    }
}

fn stay(without: u64) -> String {
    match without {
        1 => "1 of them stays without a license".to_string(),
        n => format!("{} of them stay without a license", grouped(n)),
    }
}

/// The same in a report, a sentence for each step, of clients and not "of them".
pub fn stay_in_report(without: u64) -> String {
    let (clients, stay) = (counted(without, "client"), format!("stay{}", verb_ending(without)));
    format!("Without this step {clients} {stay} without a license.")
}

/// What comes of leaving it out.
pub(super) fn missed(plan: &Plan, step: &Step) -> String {
    let stay = stay(step.without);
    match (step.remedy.starts_the_server(), step.without) {
        (true, 0) => "Patch Management stays stopped".into(),
        (true, _) => format!("Patch Management stays stopped, and {stay}"),
        (false, 0) if step.frees > 0 && plan.nodes() > 0 => {
            format!("{} more would have to be bought", counted(step.frees, "node"))
        }
        (false, _) if spares_doubtful(plan, step) => {
            "more of the PCs that only seem to be gone have to be so".to_string()
        }
        (false, _) => stay,
    }
}

/// Would as many hold a license without it, if all that only seem to be gone are (V9)?
fn spares_doubtful(plan: &Plan, step: &Step) -> bool {
    step.without <= plan.reached.lacking && step.frees > 0 && plan.steps.iter().any(Step::is_doubtful)
}

/// What a purchase comes to if the PCs that only seem to be gone are in use after all (V9).
pub(super) fn if_in_use(plan: &Plan) -> String {
    match (plan.doubtful(), plan.nodes_if_in_use()) {
        (0, _) => String::new(),
        (1, nodes) => {
            format!("; {} if the PC that only seems to be gone is in use after all", grouped(nodes))
        }
        (doubtful, nodes) => {
            let (doubtful, nodes) = (grouped(doubtful), grouped(nodes));
            format!("; {nodes} if the {doubtful} PCs that only seem to be gone are in use after all")
        }
    }
}

pub(super) fn costs(plan: &Plan) -> String {
    let nodes = |nodes| format!("Costs {} to buy{}", counted(nodes, "node"), if_in_use(plan));
    match (plan.nodes(), plan.histories()) {
        (0, 0) if plan.nodes_unknown => format!("Loses no data. {NODES_UNKNOWN}"),
        (0, 0) => match plan.doubtful() {
            0 => "Costs no nodes and loses no data".into(),
            _ => format!("Costs no nodes{}, and loses no data", up_to_if_in_use(plan)),
        },
        (bought, 0) => nodes(bought),
        (0, histories) if plan.nodes_unknown => {
            format!("Costs {}. {NODES_UNKNOWN}", lost(histories, "client"))
        }
        (0, histories) => format!("Costs {}{}", lost(histories, "client"), up_to_if_in_use(plan)),
        (bought, histories) => format!("{}, and {}", nodes(bought), lost(histories, "client")),
    }
}

/// The same where nothing is bought.
fn up_to_if_in_use(plan: &Plan) -> String {
    match plan.nodes_if_in_use() {
        0 => String::new(),
        _ => if_in_use(plan).replacen("; ", ", or up to ", 1),
    }
}

/// What deletions lose.
pub fn lost(histories: u64, whose: &str) -> String {
    format!("{LOST_BY_DELETION} of {} (HOWTO8852)", counted(histories, whose))
}

/// The same in a report, of records and always of both.
pub fn costs_in_report(nodes: u64, histories: u64) -> String {
    let nodes = if nodes == 0 { "no new nodes".into() } else { counted(nodes, "new node") };
    let histories = match histories {
        0 => "no data is lost".to_string(),
        n => format!("loses {}", lost(n, "record")),
    };
    format!("It costs {nodes}, and {histories}.")
}

/// The same in a report, of nodes at most.
pub fn in_report_if_in_use(nodes: u64) -> String {
    format!(
        "If the PCs that only seem to be gone are in use after all, it costs up to {}.",
        counted(nodes, "new node")
    )
}
