//! `platform`: the rhythm of server and agents.

use jiff::civil::Date;

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::fault::Fault;
use crate::scenario::model::{
    MembershipUpdate, OnExpiry, PeriodicSchedule, Platform, Purging, Refund, ReturnAfterDelete, Schedule,
    Version,
};
use crate::scenario::read::rhythm::{PHASES, REQUEST_PHASES, periodic_schedule};
use crate::scenario::read::sites;
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::{Span, Time};

const ON_EXPIRY: &[(&str, OnExpiry)] = &[("keep", OnExpiry::Keep), ("release", OnExpiry::Release)];
const REFUNDS: &[(&str, Refund)] = &[("immediate", Refund::Immediate), ("at_refresh", Refund::AtRefresh)];

const RETURNS: &[(&str, ReturnAfterDelete)] =
    &[("next_request", ReturnAfterDelete::NextRequest), ("next_inventory", ReturnAfterDelete::NextInventory)];

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
    if !version.retiring_frees() && s.has("refund_on_retire") {
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
        purging: purging(&s, &basic_inventory),
        configuration_request,
        basic_inventory,
        inventory_after_plugin_change,
        membership_update: membership_update(&s),
        licensing_refresh: s.value("licensing_refresh", schedule).unwrap_or_else(|| daily(3, 0, top.reader)),
        refund_on_retire: s.value("refund_on_retire", values::word(REFUNDS)).unwrap_or(Refund::AtRefresh),
        refund_on_delete: s.value("refund_on_delete", values::word(REFUNDS)).unwrap_or(Refund::AtRefresh),
        reactivate_after: s.value("reactivate_after", values::duration).unwrap_or(Span::minutes(30)),
        return_after_delete: s
            .value("return_after_delete", values::word(RETURNS))
            .unwrap_or(ReturnAfterDelete::NextRequest),
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

/// `purging`: V9. A timer that is shorter than the time between two inventories takes PCs that are well, too.
fn purging(s: &Section, basic_inventory: &PeriodicSchedule) -> Purging {
    let inner = s.section("purging");
    let purging = Purging {
        retire_after: inner.value("retire_after", duration_or_never).flatten(),
        delete_after: inner.value("delete_after", duration_or_never).flatten(),
        check: inner.value("check", schedule).unwrap_or_else(|| daily(2, 0, s.reader)),
        uninstalled_agents: inner.value("uninstalled_agents", values::switch).unwrap_or(false),
    };
    let gap = basic_inventory.longest_gap();
    for (key, after, does) in [
        (
            "retire_after",
            purging.retire_after,
            "retires PCs that are well, until they check in again (V7, V9)",
        ),
        (
            "delete_after",
            purging.delete_after,
            "deletes PCs that are well, until they register again (V5, V9)",
        ),
    ] {
        if after.is_some_and(|after| after <= gap) {
            let problem = format!("Basic Inventories may come {gap} apart, so this {does}");
            let help = format!("give more than {gap}, unless that is what the server does");
            inner.reader.warn(Fault::at(inner.place(key), problem).path(inner.child(key)).help(help));
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

pub fn version(node: &Node, _: &Reader) -> Read<Version> {
    // The nearest spelling of a version is another version, so no guess is offered.
    Version::parse(values::text(node, "a version")?)
        .map_err(|help| Fault::at(node.at, format!("unknown version {}", node.describe())).help(help))
}

fn basic_inventory(s: &Section) -> (PeriodicSchedule, bool) {
    let mut after_change = true;
    let schedule = periodic_schedule(s, "basic_inventory", (Span::hours(24), PHASES), |inner| {
        after_change = inner.value("after_plugin_change", values::switch).unwrap_or(true);
    });
    (schedule, after_change)
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
