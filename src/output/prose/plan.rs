//! What `diagnose --plan` prints: the goal, what waiting brings, the steps with what each is good for, when
//! they take effect, what they cost, and the commands that try them.

mod costs;

pub use costs::{NODES_UNKNOWN, costs_in_report, in_report_if_in_use, lost, stay_in_report};

use std::fmt::Write;

use crate::output::prose::dates::{minute, period, roughly, timestamp};
use crate::output::prose::diagnosis::stopped;
use crate::output::prose::numbers::{counted, grouped, named};
use crate::output::prose::plan::costs::{costs, if_in_use, missed, with_fewer};
use crate::rules::deletion::ON_RETURN;
use crate::rules::remedy::Remedy;
use crate::rules::targeting::next_run;
use crate::scenario::model::{Scenario, Schedule};
use crate::scenario::overrides::{Changes, Override, in_shell, operand};
use crate::study::plan::{Origin, PATIENCE, Plan, Reached, Step, Typed, What};
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
    /// The list of the clients of all steps.
    pub list: ClientList<'c>,
}

/// The file that says whom each step means.
#[derive(Debug, Clone, Copy)]
pub struct ClientList<'c> {
    /// As an action names it.
    pub file: &'c str,
    /// Where it is, or what has to be done so that an action finds it.
    pub note: &'c str,
}

/// The plan as text.
pub fn table(scenario: &Scenario, plan: &Plan, call: Call) -> String {
    let at = timestamp(scenario.start, plan.asked.at);
    let at_end = if plan.asked.at == scenario.horizon() { ", the end of the scenario" } else { "" };
    let texts = plan.texts(scenario, call.list.file);
    let mut out = format!("Plan for {} as of {at}{at_end}, seed {}\n\n", scenario.name, scenario.seed);
    out += &headline(scenario, plan);
    match plan.steps.as_slice() {
        [] => out += &nothing_to_do(plan),
        steps => {
            out += "\nWhat to do, in this order\n\n";
            for ((number, step), text) in (1..).zip(steps).zip(&texts) {
                out += &entry(plan, number, step, text);
            }
            out += &format!("\n  {}\n", costs(plan));
            if plan.has_list()
                || steps.iter().any(|step| step.clients.count > step.clients.names.len() as u64)
            {
                out += &format!("  {}\n", call.list.note);
            }
        }
    }
    if plan.goal.lacking() > 0 {
        out += &effect(scenario, plan, call);
    }
    out + &commands(scenario, plan, call, &texts)
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
    if plan.held_for_nothing() > 0 {
        let idle = plan.held_for_nothing();
        out += &line("Held for nothing", &format!("{}, see diagnose", counted(idle, "license")));
    }
    let version = scenario.version_at(plan.asked.at);
    for (release, clients) in &plan.idle {
        if let Some((clause, why, _)) = release.words(version) {
            let count = grouped(clients.count);
            out += &line("", &format!("{count:>6}  {:<3} {why}", clause.id()));
        }
    }
    if plan.nodes_unknown {
        out += &line(
            "Nodes",
            "how many there are is not known: taken to be enough, though clients may wait for one (X2)",
        );
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
            let if_free =
                if plan.nodes_unknown { ", if enough nodes are free, which is not known" } else { "" };
            format!("\nNothing to do but wait: all of them hold a license {}{if_free}.\n", within(plan, at))
        }
        (_, None) => "\nNothing that may be done helps.\n".into(),
    }
}

/// How long after the instant of the plan: of an imported fleet in whole turns of its rhythm.
fn after(plan: &Plan, at: Time) -> String {
    match plan.known(at) - plan.asked.at {
        Span::ZERO => "after no time".into(),
        span if plan.precision == Span::ZERO => format!("after {}", roughly(span)),
        span => within_about(span),
    }
}

fn within(plan: &Plan, at: Time) -> String {
    match plan.precision {
        Span::ZERO => after(plan, at).replacen("after", "in", 1),
        _ => after(plan, at),
    }
}

/// A span that is no more exact than a rhythm.
fn within_about(span: Span) -> String {
    let hours = (span.ms() + Span::HOUR.ms() - 1) / Span::HOUR.ms();
    match hours {
        0..=72 => format!("within about {hours} hours"),
        _ => format!("within about {} days", (hours + 23) / 24),
    }
}

/// What the instants of a plan for an imported fleet rest on.
fn assumed(scenario: &Scenario, plan: &Plan) -> String {
    if plan.precision == Span::ZERO || plan.reached.first.is_none() {
        return String::new();
    }
    let requests = period(scenario.platform.configuration_request.every);
    let scans = period(scenario.scan.schedule.every);
    format!(
        "  Assumed: these PCs are on, ask for their policies every {requests} and scan every {scans}; no table says when next\n"
    )
}

fn some(clients: &crate::study::breakdown::Sample) -> String {
    named(&clients.names, clients.count)
}

/// One step: rule and words; the clients it is about; the text to try it with; what comes of leaving it out.
fn entry(plan: &Plan, number: usize, step: &Step, text: &str) -> String {
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
    let _ = writeln!(out, "{indent}{}", typed(step, text));
    if step.nodes > 0 {
        let _ = writeln!(out, "{indent}cost: {} to buy{}", counted(step.nodes, "node"), if_in_use(plan));
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
    let _ = writeln!(out, "{indent}without it {}", missed(plan, step));
    if let Some(fewer) = step.fewer.filter(|_| step.nodes > 1) {
        let _ = writeln!(out, "{indent}{}", with_fewer(step.nodes, fewer));
    }
    out
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
fn typed(step: &Step, text: &str) -> String {
    changes([(step, text)]).typed()
}

fn changes<'t>(steps: impl IntoIterator<Item = (&'t Step, &'t str)>) -> Changes {
    let mut changes = Changes::default();
    for (step, text) in steps {
        match &step.typed {
            Typed::Action(_) | Typed::Listed => changes.actions.push(text.to_string()),
            Typed::Set(_) => changes.sets.extend(Override::parse(text)),
        }
    }
    changes
}

/// What is reached on the way to all: the first license, half of them, all of them.
pub const MILESTONES: [&str; 3] = ["the first hold one", "half hold one", "all hold one"];

/// A licensing refresh by hand is not needed, but brings licenses sooner.
fn sooner(by: &str, on: &str, what: &str) -> String {
    format!("Not needed, but {by} sooner, on {on}: {what} (V1)")
}

/// When the licensing refresh runs next without it.
fn next_refresh(scenario: &Scenario, plan: &Plan) -> String {
    let schedule = scenario.platform.licensing_refresh;
    match schedule {
        Schedule::Every { .. } => {
            let next = next_run(schedule, Time(plan.asked.at.ms() + 1));
            format!("; by itself the refresh runs next on {}", minute(scenario.start, next))
        }
        _ => String::new(),
    }
}

/// The same in a report, which does not say by how much.
pub fn sooner_in_report(on: &str, what: &str) -> String {
    format!("Not needed, but sooner, on {on}: {what} (V1).")
}

/// When it takes effect, or what remains.
fn effect(scenario: &Scenario, plan: &Plan, call: Call) -> String {
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
            let (at, after) = (minute(scenario.start, plan.known(*when)), after(plan, *when));
            let _ = writeln!(out, "  {which:<20} {at}, {after}");
        }
    }
    out += &assumed(scenario, plan);
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
        let (then, all) = (plan.known(*then), plan.known(*all));
        let by = if plan.precision == Span::ZERO { roughly(all - then) } else { period(all - then) };
        let at = minute(scenario.start, then);
        let text = step.text(scenario, (call.list.file, ""));
        let next = next_refresh(scenario, plan);
        let _ = writeln!(out, "  {}{next}", sooner(&by, &at, &typed(step, &text)));
    }
    out
}

/// The exact commands, with what the plan was asked with; where the scenario ends before the effect shows,
/// with a longer one.
fn commands(scenario: &Scenario, plan: &Plan, call: Call, texts: &[String]) -> String {
    if plan.steps.is_empty() {
        return String::new();
    }
    let beware = match plan.later_actions {
        0 => "",
        _ => " (the scenario's own later actions happen in these, too)",
    };
    let seen = plan.reached.all.map_or(plan.asked.at + PATIENCE, |all| plan.known(all));
    let (file, when) = (in_shell(&operand(call.file)), timestamp(scenario.start, seen));
    let given = given(call);
    let longer = match seen <= scenario.horizon() {
        true => String::new(),
        false => format!(" --set duration={}", Span::days(1 + (seen - Time::START).ms() / Span::DAY.ms())),
    };
    let steps = changes(plan.steps.iter().zip(texts.iter().map(String::as_str))).typed();
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
