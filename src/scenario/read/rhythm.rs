//! Rhythms: what comes round every so often for each client, and how an action changes that.

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::fault::Fault;
use crate::scenario::model::{PeriodicSchedule, Phase, RhythmChange};
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::Span;

/// `1h`, `immediate`, or `{every: 1h, phase: random, jitter: 0s}` and what `more` reads beside them.
pub fn periodic_schedule(
    s: &Section,
    key: &str,
    (default, phases): (Span, Phases),
    more: impl FnOnce(&Section),
) -> PeriodicSchedule {
    let node = s.node(key);
    if let Some(Node { kind: Kind::Scalar { .. }, .. }) = node {
        let every = s.value(key, period).unwrap_or(default);
        return PeriodicSchedule { every, phase: phases[0].1, jitter: Distribution::Constant(0) };
    }
    let inner = s.section(key);
    let schedule = periodic_schedule_of(&inner, default, period, phases);
    more(&inner);
    schedule
}

/// `configuration_request: {every: 4h}` as an action: what is not given stays.
pub fn rhythm_change(s: &Section, key: &str, phases: Phases) -> Option<RhythmChange> {
    if let Some(Node { kind: Kind::Scalar { .. }, .. }) = s.node(key) {
        let every = s.value(key, period)?;
        return Some(RhythmChange { every: Some(every), phase: None, jitter: None });
    }
    let inner = s.section(key);
    let change = RhythmChange {
        every: inner.value("every", period),
        phase: inner.value("phase", |node, reader| phase(node, reader, phases)),
        jitter: inner.value("jitter", distribution_syntax::jitter),
    };
    if !["every", "phase", "jitter"].into_iter().any(|known| inner.has(known)) && !inner.is_no_mapping() {
        let example = format!("for example `{key}: {{every: 4h}}`");
        s.fault_at(key, "expected a change, found none".into(), Some(example));
    }
    Some(change)
}

/// Checks what a change makes of a schedule.
pub fn check_rhythm(s: &Section, key: &str, schedule: &PeriodicSchedule) {
    let PeriodicSchedule { every, phase, jitter } = schedule;
    if let Phase::Fixed(offset) = phase
        && offset >= every
        && *every > Span::ZERO
    {
        s.fault_at(key, format!("a phase of {offset} does not fit into a period of {every}"), None);
    }
    if let Some(problem) = jitter_problem(*every, jitter) {
        s.fault_at(key, problem, Some(BOUNDED.into()));
    }
}

type Period = fn(&Node, &Reader) -> Read<Span>;

/// The words of a key `phase`; the first one is the default.
pub type Phases = &'static [(&'static str, Phase)];

pub const PHASES: Phases = &[("random", Phase::Random)];
pub const REQUEST_PHASES: Phases = &[("first_contact", Phase::FirstContact), ("random", Phase::Random)];

pub fn periodic_schedule_of(s: &Section, default: Span, period: Period, phases: Phases) -> PeriodicSchedule {
    let every = s.value("every", period).unwrap_or(default);
    let phase = s.value("phase", |node, reader| phase(node, reader, phases)).unwrap_or(phases[0].1);
    if let Phase::Fixed(offset) = phase
        && offset >= every
        && every > Span::ZERO
    {
        s.fault_at("phase", format!("a phase of {offset} does not fit into a period of {every}"), None);
    }
    for key in ["phase", "jitter"] {
        if every == Span::ZERO && s.has(key) {
            let problem = format!("`every: immediate` and `{key}` contradict each other: there is no period");
            s.fault_at(key, problem, Some("leave one of them out".into()));
        }
    }
    let jitter = s.value("jitter", distribution_syntax::jitter).unwrap_or(Distribution::Constant(0));
    if let Some(problem) = jitter_problem(every, &jitter) {
        s.fault_at("jitter", problem, Some(BOUNDED.into()));
    }
    PeriodicSchedule { every, phase, jitter }
}

/// Jitter must leave occurrences in order, or "the next one" would have no meaning. What is wrong with one.
fn jitter_problem(every: Span, jitter: &Distribution) -> Option<String> {
    let (least, most) = (jitter.min(), jitter.max());
    let widest = i128::from(most) - i128::from(least);
    let fits = widest < i128::from(every.ms()) && -i128::from(least) < i128::from(every.ms());
    if (least, most) == (0, 0) || fits {
        return None;
    }
    let shown = if most == i64::MAX { "without limit".to_string() } else { Span(most).to_string() };
    Some(format!(
        "the jitter reaches from {} to {shown}; it must span less than the period, {every}",
        Span(least)
    ))
}

const BOUNDED: &str = "take a bounded law such as `{uniform: [-10m, 10m]}`";

/// A period above zero, or `immediate`.
fn period(node: &Node, reader: &Reader) -> Read<Span> {
    if text(node, "a period such as `1h`")? == "immediate" {
        return Ok(Span::ZERO);
    }
    let zero = matches!(values::duration(node, reader), Ok(Span::ZERO));
    values::positive_duration(node, reader).map_err(|fault| match zero {
        true => fault.help("`immediate` stands for no waiting"),
        false => fault,
    })
}

/// A period above zero: scans one after the other without a pause would never end.
pub fn scan_period(node: &Node, reader: &Reader) -> Read<Span> {
    match text(node, "a period such as `4h`")? {
        "immediate" => {
            Err(Fault::at(node.at, "`immediate` scans would never end".into())
                .help("give a period such as `4h`"))
        }
        _ => values::positive_duration(node, reader),
    }
}

fn phase(node: &Node, reader: &Reader, words: Phases) -> Read<Phase> {
    let typed = text(node, "`random` or a duration")?;
    match words.iter().find(|(word, _)| *word == typed) {
        Some((_, phase)) => Ok(*phase),
        None => values::duration(node, reader).map(Phase::Fixed).map_err(|fault| {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            Fault { problem: format!("`{typed}` is neither {} nor a duration", words.join(" nor ")), ..fault }
        }),
    }
}
