//! `platform`, `packages` and `scan`: the rhythm of server and agents.

use jiff::civil::Date;

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::fault::Fault;
use crate::scenario::model::{
    MembershipUpdate, OnExpiry, Packages, PeriodicSchedule, Phase, Platform, Purging, Refund, Resend, Retry,
    RhythmChange, Scan, Schedule, Version,
};
use crate::scenario::read::sites;
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::{Span, Time};

const ON_EXPIRY: &[(&str, OnExpiry)] = &[("keep", OnExpiry::Keep), ("release", OnExpiry::Release)];
const REFUNDS: &[(&str, Refund)] = &[("immediate", Refund::Immediate), ("at_refresh", Refund::AtRefresh)];

/// Key of what [`crate::scenario::read::unreachable`] reads.
pub const UNREACHABLE: &str = "unreachable";

pub fn platform(top: &Section) -> Platform {
    let s = top.section("platform");
    let first_quarter = Distribution::Uniform { min: 0, max: Span::minutes(15).ms() };
    let (basic_inventory, inventory_after_plugin_change) = basic_inventory(&s);
    let released = s.value("released", released).flatten();
    if released.is_some_and(|released| released > Time::START) {
        let problem = "the version runs before it was released".into();
        s.fault_at("released", problem, Some("correct the date, or add an action that upgrades".into()));
    }
    let version = s.value("version", version).unwrap_or(Version::V8_6);
    if version < Version::V7_1 && s.has("refund_on_retire") {
        let problem = "6.x does not refund retired computers at all (V1)".into();
        s.fault_at("refund_on_retire", problem, Some("leave it out, or raise `platform.version`".into()));
    }
    s.node(UNREACHABLE);
    let configuration_request =
        periodic_schedule(&s, "configuration_request", (Span::HOUR, REQUEST_PHASES), |_| ());
    Platform {
        version,
        released,
        first_contact: s.value("first_contact", distribution_syntax::duration).unwrap_or(first_quarter),
        purging: purging(&s, longest_gap(&configuration_request).min(longest_gap(&basic_inventory))),
        configuration_request,
        basic_inventory,
        inventory_after_plugin_change,
        membership_update: membership_update(&s),
        licensing_refresh: s.value("licensing_refresh", schedule).unwrap_or_else(|| daily(3, 0, top.reader)),
        refund_on_retire: s.value("refund_on_retire", values::word(REFUNDS)).unwrap_or(Refund::AtRefresh),
        refund_on_delete: s.value("refund_on_delete", values::word(REFUNDS)).unwrap_or(Refund::Immediate),
        on_expiry: s.value("on_expiry", values::word(ON_EXPIRY)).unwrap_or(OnExpiry::Keep),
        reimage_time: s
            .value("reimage_time", distribution_syntax::duration)
            .unwrap_or(Distribution::Constant(Span::HOUR.ms())),
        download_retry: s.value("download_retry", sites::retry_ladder).unwrap_or_else(sites::usual_ladder),
        start_spread: s.value("start_spread", sites::start_spread).unwrap_or_else(sites::usual_spread),
        event_queue: event_queue(&s).unwrap_or(Span::ZERO),
        unreachable: Vec::new(), // names groups and sites, which are read later
    }
}

/// The longest time between two occurrences of a periodic schedule.
fn longest_gap(schedule: &PeriodicSchedule) -> Span {
    Span(schedule.every.ms() + (schedule.jitter.max() - schedule.jitter.min()))
}

/// `purging`: V9. A timer that is shorter than the silence between two reports of a PC that is well
/// would purge every client.
fn purging(s: &Section, silence: Span) -> Purging {
    let inner = s.section("purging");
    let purging = Purging {
        retire_after: inner.value("retire_after", duration_or_never).flatten(),
        delete_after: inner.value("delete_after", duration_or_never).flatten(),
        check: inner.value("check", schedule).unwrap_or_else(|| daily(2, 0, s.reader)),
    };
    for (key, after) in [("retire_after", purging.retire_after), ("delete_after", purging.delete_after)] {
        if after.is_some_and(|after| after <= silence) {
            let problem = format!("a PC that is well may not report for {silence}, so this would purge it");
            inner.fault_at(key, problem, Some(format!("give more than {silence}, or `never`")));
        }
    }
    if purging.is_on() && purging.check == Schedule::Never {
        let problem = "a timer and `check: never` contradict each other: nobody looks at it".into();
        inner.fault_at("check", problem, Some("give a schedule, or leave the timers at `never`".into()));
    }
    purging
}

fn duration_or_never(node: &Node, reader: &Reader) -> Read<Option<Span>> {
    match &node.kind {
        Kind::Scalar { text, .. } if text == "never" => Ok(None),
        _ => values::positive_duration(node, reader).map(Some),
    }
}

pub fn version(node: &Node, reader: &Reader) -> Read<Version> {
    // The nearest spelling of a version is another version, so no guess is offered.
    values::word(Version::WORDS)(node, reader).map_err(|fault| {
        let words: Vec<&str> = Version::WORDS.iter().map(|(word, _)| *word).collect();
        Fault { problem: format!("unknown version {}", node.describe()), ..fault }
            .help(format!("take the newest of these that is not newer than yours: {}", words.join(", ")))
    })
}

fn basic_inventory(s: &Section) -> (PeriodicSchedule, bool) {
    let mut after_change = true;
    let schedule = periodic_schedule(s, "basic_inventory", (Span::hours(24), PHASES), |inner| {
        after_change = inner.value("after_plugin_change", values::switch).unwrap_or(true);
    });
    (schedule, after_change)
}

/// `1h`, `immediate`, or `{every: 1h, phase: random, jitter: 0s}` and what `more` reads beside them.
fn periodic_schedule(
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
const SCAN_PHASES: Phases = &[("random", Phase::Random), ("after_package", Phase::AfterPackage)];

fn periodic_schedule_of(s: &Section, default: Span, period: Period, phases: Phases) -> PeriodicSchedule {
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
fn scan_period(node: &Node, reader: &Reader) -> Read<Span> {
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

/// The day on which the vendor released the version, or `unknown`.
fn released(node: &Node, reader: &Reader) -> Read<Option<Time>> {
    match text(node, "a date such as `2026-03-01`, or `unknown`")? {
        "unknown" => Ok(None),
        _ => values::date(node, reader).map(|date| Some(start_of_day(date, reader))),
    }
}

/// The first instant of a day, server local time.
pub fn start_of_day(date: Date, reader: &Reader) -> Time {
    values::since(reader.start, date.at(0, 0, 0, 0))
}

/// `event_queue: {delay: 6h}`; `None`: no delay is given.
pub fn event_queue(s: &Section) -> Option<Span> {
    s.section("event_queue").value("delay", values::duration)
}

/// A schedule for both, or one for each.
pub fn membership_update(s: &Section) -> MembershipUpdate {
    if let Some(Node { kind: Kind::Scalar { .. }, .. }) = s.node("membership_update") {
        let delta = s.value("membership_update", schedule).unwrap_or(Schedule::Immediate);
        return MembershipUpdate { delta, complete: Schedule::Never };
    }
    let inner = s.section("membership_update");
    let usual = MembershipUpdate::usual(s.reader.start);
    MembershipUpdate {
        delta: inner.value("delta", schedule).unwrap_or(usual.delta),
        complete: inner.value("complete", schedule).unwrap_or(usual.complete),
    }
}

/// Daily at a time of day, as a grid relative to the start.
pub fn daily(hour: i64, minute: i64, reader: &Reader) -> Schedule {
    Schedule::daily(Span::minutes(60 * hour + minute), reader.start)
}

/// `never`, `immediate`, `4h`, `{every: 4h, offset: 1h}` or `{daily: "03:00"}`.
pub fn schedule(node: &Node, reader: &Reader) -> Read<Schedule> {
    let entries = match &node.kind {
        Kind::Map(entries) => entries,
        _ => return simple_schedule(node, reader),
    };
    let (mut every, mut offset, mut daily) = (None, None, None);
    for entry in entries {
        match entry.key.as_str() {
            "every" => every = Some(values::positive_duration(&entry.value, reader)?),
            "offset" => offset = Some(values::duration(&entry.value, reader)?),
            "daily" => daily = Some(values::time_of_day(&entry.value, reader)?),
            other => {
                return Err(Fault::at(entry.key_at, format!("unknown key `{other}` of a schedule"))
                    .help("`{every: 4h, offset: 1h}` or `{daily: \"03:00\"}`"));
            }
        }
    }
    match (every, offset.unwrap_or(Span::ZERO), daily) {
        (Some(every), offset, None) if offset < every => Ok(Schedule::Every { every, offset }),
        (Some(every), offset, None) => {
            Err(Fault::at(node.at, format!("an offset of {offset} does not fit into a period of {every}")))
        }
        (None, Span::ZERO, Some(time)) => Ok(Schedule::daily(time, reader.start)),
        _ => Err(Fault::at(node.at, "a schedule has either `every` (and `offset`) or `daily`".into())
            .help("`{every: 4h, offset: 1h}` or `{daily: \"03:00\"}`")),
    }
}

fn simple_schedule(node: &Node, reader: &Reader) -> Read<Schedule> {
    match text(node, "a schedule such as `{daily: \"03:00\"}`")? {
        "never" => Ok(Schedule::Never),
        "immediate" => Ok(Schedule::Immediate),
        _ => values::positive_duration(node, reader)
            .map(|every| Schedule::Every { every, offset: Span::ZERO })
            .map_err(|fault| Fault { problem: format!("{} is not a schedule", node.describe()), ..fault })
            .map_err(|fault| fault.help("a schedule: `never`, `immediate`, `4h`, `{daily: \"03:00\"}`")),
    }
}

pub fn packages(top: &Section) -> Packages {
    let packages = top.section("packages");
    let plugin = packages.section("plugin");
    let scan = packages.section("assessment_scan");
    let tools = packages.section("install_tools");
    let usual_update = Distribution::Uniform { min: 5_000_000, max: 15_000_000 };
    Packages {
        plugin: plugin.value("size", distribution_syntax::size).unwrap_or(Distribution::Constant(10_000_000)),
        plugin_install: plugin
            .value("install", distribution_syntax::duration)
            .unwrap_or(Distribution::Constant(60_000)),
        assessment_scan: scan
            .value("size", distribution_syntax::size)
            .unwrap_or(Distribution::Constant(40_000_000)),
        assessment_scan_update: scan.value("update", distribution_syntax::size).unwrap_or(usual_update),
        old_version_usable: scan.value("old_version_usable", values::switch).unwrap_or(true),
        install_tools: tools
            .value("size", distribution_syntax::size)
            .unwrap_or(Distribution::Constant(15_000_000)),
    }
}

const RESENDS: &[(&str, Resend)] = &[("next_scan", Resend::NextScan), ("when_changed", Resend::WhenChanged)];

pub fn scan(top: &Section, version: Version) -> Scan {
    let s = top.section("scan");
    let usual = || {
        let (median, p95) = (Span::minutes(3).ms() as f64, Span::minutes(10).ms() as f64);
        Distribution::lognormal_median_p95(median, p95).expect("3 min and 10 min are possible")
    };
    let schedule = periodic_schedule_of(&s, Span::hours(4), scan_period, SCAN_PHASES);
    let scan = Scan {
        schedule,
        on_new_policy: s.value("on_new_policy", values::switch).unwrap_or(true),
        on_agent_start: s.value("on_agent_start", values::switch).unwrap_or(true),
        duration: s.value("duration", distribution_syntax::duration).unwrap_or_else(usual),
        retry: s.value("retry", retry).unwrap_or(Retry::NextScan),
        give_up_after: s.value("give_up_after", give_up_after).flatten(),
        send_only_if_changed: s.value("send_only_if_changed", values::switch).unwrap_or(true),
        resend_after_reject: s
            .value("resend_after_reject", values::word(RESENDS))
            .unwrap_or(Resend::NextScan),
        full_every: full_every(&s, version),
        on_cycle_start: s.value("on_cycle_start", values::switch).unwrap_or(true),
        on_cycle_end: s.value("on_cycle_end", values::switch).unwrap_or(true),
    };
    if scan.give_up_after == Some(1) && scan.retry != Retry::NextScan {
        s.fault_at(
            "retry",
            "`retry` and `give_up_after: 1` contradict each other: there is no second scan".into(),
            None,
        );
    }
    scan
}

fn retry(node: &Node, reader: &Reader) -> Read<Retry> {
    if let Kind::Scalar { text, .. } = &node.kind
        && text == "next_scan"
    {
        return Ok(Retry::NextScan);
    }
    let distribution = distribution_syntax::duration(node, reader)?;
    if distribution.max() <= 0 {
        return Err(Fault::at(node.at, "a retry after no time at all would never end".into())
            .help("give a delay such as `1h`, or `next_scan`"));
    }
    Ok(Retry::After(distribution))
}

fn give_up_after(node: &Node, reader: &Reader) -> Read<Option<u32>> {
    match text(node, "a number of rejections, or `never`")? {
        "never" => Ok(None),
        _ => values::integer(1, 65_535)(node, reader).map(|n| Some(n as u32)),
    }
}

/// From 8.8 on a full result is sent at least every 60 days.
fn full_every(s: &Section, version: Version) -> Option<Span> {
    let usual = (version >= Version::V8_8).then_some(Span::days(60));
    let given = s.value("full_every", |node, reader| match text(node, "a period, or `never`")? {
        "never" => Ok(None),
        _ => match values::positive_duration(node, reader)? {
            short if short < Span::DAY => {
                Err(Fault::at(node.at, format!("{} must be at least a day", node.describe())))
            }
            every => Ok(Some(every)),
        },
    });
    if version < Version::V8_8 && given.flatten().is_some() {
        let help = "leave it out, or raise `platform.version`";
        s.fault_at("full_every", "full results by their age come only from 8.8 on".into(), Some(help.into()));
    }
    given.unwrap_or(usual)
}
