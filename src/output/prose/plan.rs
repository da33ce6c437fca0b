//! What `diagnose --plan` prints: the goal, what waiting brings, the steps with what each is good for, when
//! they take effect, what they cost, and the commands that try them.

use std::fmt::Write;

use crate::output::prose::dates::{minute, roughly, timestamp};
use crate::output::prose::diagnosis::stopped;
use crate::output::prose::numbers::{counted, grouped, named, verb_ending};
use crate::rules::deletion::{LOST_BY_DELETION, ON_RETURN};
use crate::rules::remedy::Remedy;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::{Changes, Override, in_shell, operand};
use crate::study::plan::{Fewer, MOST_TRIALS, Origin, PATIENCE, Plan, Reached, Step, Typed, What};
use crate::units::time::{Span, Time};

/// How the plan was asked for: what its commands have to say again.
#[derive(Debug, Clone, Copy)]
pub struct Call<'c> {
    /// The scenario as it was named on the command line.
    pub file: &'c str,
    /// Values and actions that the command line changed in the scenario.
    pub changes: &'c Changes,
    /// `None`: the seed of the scenario.
    pub seed: Option<u64>,
}

/// The plan as text.
pub fn table(scenario: &Scenario, plan: &Plan, call: Call) -> String {
    let at = timestamp(scenario.start, plan.asked.at);
    let at_end = if plan.asked.at == scenario.horizon() { ", the end of the scenario" } else { "" };
    let mut out = format!("Plan for {} as of {at}{at_end}, seed {}\n\n", scenario.name, scenario.seed);
    out += &headline(scenario, plan);
    match plan.steps.as_slice() {
        [] => out += &nothing_to_do(plan),
        steps => {
            out += "\nWhat to do, in this order\n\n";
            for (number, step) in (1..).zip(steps) {
                out += &entry(number, step);
            }
            out += &format!("\n  {}\n", costs(plan));
        }
    }
    if plan.goal.lacking() > 0 {
        out += &effect(scenario, plan);
    }
    out + &commands(scenario, plan, call)
}

fn line(label: &str, text: &str) -> String {
    format!("  {label:<20} {text}\n")
}

fn headline(scenario: &Scenario, plan: &Plan) -> String {
    let goal = &plan.goal;
    let works = if stopped(plan.solution).is_some() { "; Patch Management is stopped" } else { "" };
    let mut out = line("Goal", &format!("{}{works}", should_hold(goal.should, goal.hold, goal.lacking())));
    if goal.outside.count > 0 {
        let (count, names) = (counted(goal.outside.count, "managed client"), some(&goal.outside));
        out += &line("Not counted", &format!("{count} the install policy does not target (C1): {names}"));
        out += &line("", "--everyone counts them too");
    }
    if let Some(stopped) = stopped(plan.solution) {
        out += &line("Patch Management", stopped);
    }
    if plan.idle > 0 {
        out += &line("Held for nothing", &format!("{}, see diagnose", counted(plan.idle, "license")));
    }
    if plan.later_actions > 0 {
        let actions = counted(plan.later_actions as u64, "action");
        out += &line("Left out", &format!("{actions} of the scenario after this instant"));
    }
    for (name, from) in &plan.later_files {
        let when = minute(scenario.start, *from);
        out += &line("Left out", &format!("license file {name}, which comes on {when}"));
    }
    if goal.lacking() > 0 && !plan.steps.is_empty() {
        out += &line("Waiting", &waiting(scenario, plan));
    }
    out
}

/// How many clients should hold a license, and how many do.
pub fn should_hold(should: u64, hold: u64, lack: u64) -> String {
    let (clients, hold, lack) = (counted(should, "client"), grouped(hold), grouped(lack));
    format!("{clients} should hold a license: {hold} do, {lack} do not")
}

fn waiting(scenario: &Scenario, plan: &Plan) -> String {
    let until = minute(scenario.start, plan.asked.at + PATIENCE);
    format!("does not do: on {until} {} still have none", grouped(plan.waiting.lacking))
}

/// The same in a report, whose tables have the date.
pub fn waiting_in_report(lack: u64) -> String {
    format!("Waiting does not do: {} would still have none.", grouped(lack))
}

fn nothing_to_do(plan: &Plan) -> String {
    let all = plan.reached.all.is_some();
    match (plan.goal.lacking(), plan.reached.all) {
        _ if all && stopped(plan.solution).is_some() => {
            "\nNothing that may be done starts Patch Management again. No license is missing.\n".into()
        }
        (0, _) => "\nNothing to do: all of them hold a license.\n".into(),
        (_, Some(at)) => {
            format!("\nNothing to do but wait: all of them hold a license in {}.\n", after(plan, at))
        }
        (_, None) => "\nNothing that may be done helps.\n".into(),
    }
}

fn after(plan: &Plan, at: Time) -> String {
    match at - plan.asked.at {
        Span::ZERO => "no time".into(),
        span => roughly(span),
    }
}

fn some(clients: &crate::study::breakdown::Sample) -> String {
    named(&clients.names, clients.count)
}

/// One step: rule and words; the clients it is about; the text to try it with; what comes of leaving it out.
fn entry(number: usize, step: &Step) -> String {
    let indent = "            ";
    let mut out = format!("  {number:>2}.  {:<4} {}\n", step.clause.id(), words(step));
    if step.clients.count > 0 {
        let frees = match step.frees {
            0 => String::new(),
            n => format!("; frees {}", counted(n, "license")),
        };
        let _ = writeln!(
            out,
            "{indent}{}: {}{frees}",
            counted(step.clients.count, "client"),
            some(&step.clients)
        );
    }
    let _ = writeln!(out, "{indent}{}", typed(step));
    if step.nodes > 0 {
        let _ = writeln!(out, "{indent}cost: {} to buy", counted(step.nodes, "node"));
    }
    if matches!(&step.what, What::File(_, Origin::Again(_) | Origin::Combined)) && step.nodes == 0 {
        let _ = writeln!(out, "{indent}cost: no nodes to buy, they are owned");
    }
    if step.histories > 0 {
        let _ = writeln!(out, "{indent}cost: {}", lost(step.histories, "client"));
        if step.remedy == Remedy::DeleteWithoutPlugin {
            let _ = writeln!(out, "{indent}{ON_RETURN} (KB 180699)");
        }
    }
    let _ = writeln!(out, "{indent}without it {}", missed(step));
    if let Some(fewer) = step.fewer.filter(|_| step.nodes > 1) {
        let _ = writeln!(out, "{indent}{}", with_fewer(step.nodes, fewer));
    }
    out
}

/// What comes of fewer nodes, as far as it was tried.
fn with_fewer(nodes: u64, fewer: Fewer) -> String {
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
fn missed(step: &Step) -> String {
    let stay = stay(step.without);
    match (step.remedy.starts_the_server(), step.without) {
        (true, 0) => "Patch Management stays stopped".into(),
        (true, _) => format!("Patch Management stays stopped, and {stay}"),
        (false, _) => stay,
    }
}

/// What is done, in the imperative.
pub fn words(step: &Step) -> String {
    let what = step.remedy.words_by(step.kept_by);
    match &step.what {
        What::File(named, Origin::Later) => {
            format!("have license file {} in force now: {what}", named.file.name)
        }
        What::File(_, Origin::Again(name)) => {
            format!("{what}: install license file {name} again, which another one replaced (L1)")
        }
        What::File(_, Origin::Combined) => {
            format!("{what}: have all license files in date combined into one (L1)")
        }
        What::Action(_) | What::File(_, Origin::Bought) => what.to_string(),
    }
}

/// A step as an argument of the command line.
pub fn typed(step: &Step) -> String {
    changes(std::slice::from_ref(step)).typed()
}

fn changes(steps: &[Step]) -> Changes {
    let mut changes = Changes::default();
    for step in steps {
        match &step.typed {
            Typed::Action(text) => changes.actions.push(text.clone()),
            Typed::Set(text) => changes.sets.extend(Override::parse(text)),
        }
    }
    changes
}

fn costs(plan: &Plan) -> String {
    match (plan.nodes(), plan.histories()) {
        (0, 0) => "Costs no nodes and loses no data".into(),
        (nodes, 0) => format!("Costs {} to buy", counted(nodes, "node")),
        (0, histories) => format!("Costs {}", lost(histories, "client")),
        (nodes, histories) => {
            format!("Costs {} to buy, and {}", counted(nodes, "node"), lost(histories, "client"))
        }
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

/// What is reached on the way to all: the first license, half of them, all of them.
pub const MILESTONES: [&str; 3] = ["the first hold one", "half hold one", "all hold one"];

/// A licensing refresh by hand is not needed, but brings licenses sooner.
fn sooner(by: &str, on: &str, what: &str) -> String {
    format!("Not needed, but {by} sooner, on {on}: {what} (V1)")
}

/// The same in a report, which does not say by how much.
pub fn sooner_in_report(on: &str, what: &str) -> String {
    format!("Not needed, but sooner, on {on}: {what} (V1).")
}

/// When it takes effect, or what remains.
fn effect(scenario: &Scenario, plan: &Plan) -> String {
    let version = scenario.version_at(plan.asked.at);
    let Reached { first, half, all, lacking, why, .. } = &plan.reached;
    let (mut out, milestones) = match plan.goal.lacking() {
        1 => ("\nThe client without a license\n\n".to_string(), vec![("holds one", all)]),
        n => (
            format!("\nOf the {} without a license\n\n", grouped(n)),
            MILESTONES.into_iter().zip([first, half, all]).collect(),
        ),
    };
    for (which, when) in milestones {
        if let Some(when) = when {
            let (at, after) = (minute(scenario.start, *when), after(plan, *when));
            let _ = writeln!(out, "  {which:<20} {at}, after {after}");
        }
    }
    if all.is_none() {
        let until = minute(scenario.start, plan.asked.at + PATIENCE);
        let _ =
            writeln!(out, "  No plan that was found reaches all: {} have none on {until}", grouped(*lacking));
        if let Some(lacking) = plan.without_limit {
            let _ =
                writeln!(out, "  More nodes do not help: without any limit {} have none", grouped(lacking));
        }
    }
    for (lack, clients) in why {
        let (words, _) = lack.words(version);
        let rule = lack.clause().map_or("", |clause| clause.id());
        let _ = writeln!(out, "  {:>9}  {rule:<3} {words}: {}", grouped(clients.count), some(clients));
    }
    if let (Some((step, then)), Some(all)) = (&plan.sooner, all) {
        let (at, by) = (minute(scenario.start, *then), roughly(*all - *then));
        let _ = writeln!(out, "  {}", sooner(&by, &at, &typed(step)));
    }
    out
}

/// The exact commands, with what the plan was asked with; where the scenario ends before the effect shows,
/// with a longer one.
fn commands(scenario: &Scenario, plan: &Plan, call: Call) -> String {
    if plan.steps.is_empty() {
        return String::new();
    }
    let beware = match plan.later_actions {
        0 => "",
        _ => " (the scenario's own later actions happen in these, too)",
    };
    let seen = plan.reached.all.unwrap_or(plan.asked.at + PATIENCE);
    let (file, when) = (in_shell(&operand(call.file)), timestamp(scenario.start, seen));
    let given = given(call);
    let longer = match seen <= scenario.horizon() {
        true => String::new(),
        false => format!(" --set duration={}", Span::days(1 + (seen - Time::START).ms() / Span::DAY.ms())),
    };
    let steps = changes(&plan.steps).typed();
    let mut out =
        format!("\nTry it{beware}\n\n  fleetsim diagnose {file} --at {when}{given}{longer} {steps}\n");
    // The first of two that are compared is the file as it stands, without what it was changed by.
    if longer.is_empty() && call.changes.is_empty() {
        out += &format!("  fleetsim compare {file}{given} {steps}\n");
    }
    out
}

/// The caller's own seed and changes.
fn given(call: Call) -> String {
    let seed = call.seed.map(|seed| format!(" --seed {seed}"));
    let changes = Some(call.changes.typed()).filter(|typed| !typed.is_empty());
    format!("{}{}", seed.unwrap_or_default(), changes.map_or(String::new(), |typed| format!(" {typed}")))
}
