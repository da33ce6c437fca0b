//! `updates`: what the vendor publishes, and how it reaches the clients.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Weekday;

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::fault::{Fault, Place};
use crate::scenario::model::updates::{
    Bulletin, BulletinChoice, ImportTrouble, MOST_CELL_BYTES, NewVersions, Updates,
};
use crate::scenario::model::{Action, AdminCommand, Group, Scenario, Schedule};
use crate::scenario::model::{Share, Weekly};
use crate::scenario::read::expected_clients;
use crate::scenario::read::names::{NamedParts, unknown};
use crate::scenario::read::online::window_list;
use crate::scenario::read::platform::{daily, schedule};
use crate::scenario::reader::{Read, Reader, Section, check_name, twice};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::{Span, Time};

/// Most bulletins of a scenario.
const MOST_BULLETINS: usize = 50_000;
/// Most updates that a client may need of one bulletin.
const MOST_UPDATES: u64 = 255;
/// Most cycles an update may be tried in.
const MOST_ATTEMPTS: u64 = 100;

/// The update side, when the scenario has one.
pub fn updates(top: &Section, duration: Span) -> Option<Updates> {
    let wanted = top.has("updates");
    let s = top.section("updates");
    let each = s.value("updates_per_bulletin", values::integer(1, MOST_UPDATES)).unwrap_or(1) as u32;
    let (bulletins, published_after) = bulletins(&s, each, duration);
    let minutes = |n: i64| Span::minutes(n).ms() as f64;
    let usual_install = || Distribution::lognormal_median_p95(minutes(5), minutes(20)).expect("possible");
    let share = || values::share("80%", "from `0%` to `100%`, such as `12.5%`");
    let updates = Updates {
        import: s.value("import", grid).unwrap_or_else(|| daily(1, 0, s.reader)),
        import_fails: s
            .value("import_fails", |node, reader| values::list(node, reader, import_trouble))
            .unwrap_or_default(),
        new_versions: s
            .value("new_versions", values::word(NEW_VERSIONS))
            .unwrap_or(NewVersions::WithBulletins),
        bulletins,
        published_after,
        enable: s.value("enable", enable).flatten(),
        applicable: s.value("applicable", share()).unwrap_or(Share::ALL),
        cycle: s.value("cycle", grid).unwrap_or_else(|| daily(21, 0, s.reader)),
        maintenance_windows: s.value("maintenance_windows", maintenance_windows).flatten(),
        tools_wait: s.value("tools_wait", values::positive_duration).unwrap_or(Span::hours(4)),
        install: s.value("install", distribution_syntax::duration).unwrap_or_else(usual_install),
        failure: s.value("failure", share()).unwrap_or(Share::NONE),
        attempts: s.value("attempts", values::integer(1, MOST_ATTEMPTS)).unwrap_or(3) as u32,
    };
    wanted.then_some(updates)
}

const NEW_VERSIONS: &[(&str, NewVersions)] =
    &[("with_bulletins", NewVersions::WithBulletins), ("every_import", NewVersions::EveryImport)];

/// `{from: 10d, until: 40d}`; without `until` it lasts to the end.
fn import_trouble(node: &Node, reader: &Reader) -> Read<ImportTrouble> {
    let shape = "`{from: 10d, until: 40d}`";
    let Kind::Map(entries) = &node.kind else {
        let problem = format!("expected a period in which imports fail, found {}", node.describe());
        return Err(Fault::at(node.at, problem).help(shape));
    };
    let (mut from, mut until) = (None, Time::NEVER);
    for entry in entries {
        let instant = || values::instant(&entry.value, reader).map_err(|fault| fault.below(&entry.key));
        match entry.key.as_str() {
            "from" => from = Some(instant()?),
            "until" => until = instant()?,
            other => {
                return Err(Fault::at(entry.key_at, format!("unknown key `{other}`")).help(shape));
            }
        }
    }
    let from = from.ok_or_else(|| Fault::at(node.at, "`from` is missing".into()).help(shape))?;
    match until > from {
        true => Ok(ImportTrouble { from, until }),
        false => Err(Fault::at(node.at, "`until` is not after `from`".into())
            .help("trouble takes time: exchange the two, or correct one")),
    }
}

/// A schedule that leaves time between two runs.
pub fn grid(node: &Node, reader: &Reader) -> Read<Schedule> {
    match schedule(node, reader)? {
        Schedule::Immediate => Err(Fault::at(node.at, "`immediate` runs would never end".into())
            .help("a schedule: `never`, `4h`, `{daily: \"21:00\"}`")),
        grid => Ok(grid),
    }
}

fn enable(node: &Node, reader: &Reader) -> Read<Option<Distribution>> {
    match &node.kind {
        Kind::Scalar { text, .. } if text == "never" => Ok(None),
        _ => distribution_syntax::duration(node, reader).map(Some),
    }
}

fn maintenance_windows(node: &Node, reader: &Reader) -> Read<Option<Weekly>> {
    match &node.kind {
        Kind::List(items) if items.is_empty() => Ok(None),
        _ => window_list(node, reader).map(Some),
    }
}

/// The bulletins, and the distribution of how long after their instant they are published.
fn bulletins(s: &Section, each: u32, duration: Span) -> (Vec<Bulletin>, Distribution) {
    match s.node("bulletins") {
        Some(Node { kind: Kind::List(items), .. }) => (listed(s, items, each), Distribution::Constant(0)),
        Some(node @ Node { kind: Kind::Scalar { .. }, .. }) => {
            const WORDS: &[(&str, ())] = &[("patch_tuesday", ())];
            if let Err(fault) = values::word(WORDS)(node, s.reader) {
                let help = "`patch_tuesday`, `{patch_tuesday: {number: 8}}`, or a list of bulletins";
                s.reader.fault(fault.help(help).below(&s.child("bulletins")));
            }
            patch_tuesdays(
                s,
                &Section::new(s.reader, "", "updates.bulletins.patch_tuesday", None),
                each,
                duration,
            )
        }
        _ => patch_tuesdays(s, &s.section("bulletins").section("patch_tuesday"), each, duration),
    }
}

/// `{number: 8, published_after: {uniform: [0h, 24h]}}`, on the second Tuesday of each month.
fn patch_tuesdays(s: &Section, rhythm: &Section, each: u32, duration: Span) -> (Vec<Bulletin>, Distribution) {
    let a_day = Distribution::Uniform { min: 0, max: Span::DAY.ms() };
    let number = rhythm.value("number", values::integer(1, 1_000)).unwrap_or(8);
    let after = rhythm.value("published_after", distribution_syntax::duration).unwrap_or(a_day);
    let start = s.reader.start.date();
    let mut bulletins = Vec::new();
    let mut month = start.first_of_month();
    loop {
        let tuesday = month.nth_weekday_of_month(2, Weekday::Tuesday).expect("every month has two Tuesdays");
        let published = values::since(s.reader.start, tuesday.at(0, 0, 0, 0));
        if published > Time::START + duration {
            return (bulletins, after);
        }
        if tuesday >= start {
            let name = |n| format!("MS{}-{:02}-{n}", month.year(), month.month());
            bulletins.extend((1..=number).map(|n| Bulletin { name: name(n), published, updates: each }));
        }
        if bulletins.len() > MOST_BULLETINS {
            let problem = format!("more than {MOST_BULLETINS} bulletins would be published");
            s.fault_at("bulletins", problem, Some("give a smaller `number`, or a shorter `duration`".into()));
            return (Vec::new(), after);
        }
        let Ok(next) = month.checked_add(1.month()) else { return (bulletins, after) };
        month = next;
    }
}

/// `[{name: MS26-001, published: 2026-02-10T18:00, updates: 3}]`, put in order of publication.
fn listed(s: &Section, items: &[Node], each: u32) -> Vec<Bulletin> {
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    let mut bulletins = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let path = format!("{}[{i}]", s.child("bulletins"));
        let one = Section::new(s.reader, &path, "updates.bulletins[*]", Some(item));
        let name = one.required("name", "MS26-001", |node, _| {
            let name = text(node, "the name of a bulletin")?;
            check_name(name, node.at)?;
            match seen.insert(name.to_string(), node.at) {
                None => Ok(name.to_string()),
                Some(first) => {
                    let problem = format!("bulletin `{name}` is named twice: {}", twice(first, node.at));
                    Err(Fault::at(node.at, problem).help("a name is one bulletin's"))
                }
            }
        });
        let published = one.required("published", "2026-02-10T18:00", values::instant);
        let updates = one.value("updates", values::integer(1, MOST_UPDATES)).map_or(each, |n| n as u32);
        if let (Some(name), Some(published)) = (name, published) {
            bulletins.push(Bulletin { name, published, updates });
        }
    }
    bulletins.sort_by_key(|bulletin| bulletin.published);
    bulletins
}

/// `all`, or a list of names.
pub fn bulletin_choice(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<BulletinChoice> {
    let Some(updates) = fleet.updates else {
        return Err(Fault::at(node.at, "there are no bulletins: the scenario has no `updates`".into())
            .help("add the section `updates`"));
    };
    if matches!(&node.kind, Kind::Scalar { text, .. } if text == "all") {
        return Ok(BulletinChoice::All);
    }
    let chosen = values::list(node, reader, |n, _| {
        let name = text(n, "the name of a bulletin")?;
        let names = updates.bulletins.iter().map(|bulletin| bulletin.name.as_str());
        let unknown = || unknown(&reader.guesses, "bulletin", name, n.at, names);
        fleet.names.bulletin(name).ok_or_else(unknown)
    })?;
    match chosen.is_empty() {
        true => Err(Fault::at(node.at, "the list names no bulletin".into()).help("`all`, or names")),
        false => Ok(BulletinChoice::Named(chosen)),
    }
}

/// The states of all updates that may be enabled have to fit into memory.
pub fn check_memory(top: &Section, scenario: &Scenario) {
    let Some(updates) = &scenario.updates else { return };
    let clients: f64 = scenario.groups.iter().map(|g: &Group| expected_clients(g, scenario)).sum();
    let enabled = enabled(updates, &scenario.actions);
    let cells = updates.bulletins.iter().zip(enabled).filter(|(_, enabled)| *enabled);
    let cells: u64 = cells.map(|(bulletin, _)| u64::from(bulletin.updates)).sum();
    let bytes = clients * cells as f64 * f64::from(updates.cell_bits()) / 8.0;
    if bytes > MOST_CELL_BYTES as f64 {
        let problem = format!(
            "{cells} updates for about {clients:.0} clients need {:.1} GiB, more than the {} GiB they may take",
            bytes / f64::from(1 << 30),
            MOST_CELL_BYTES >> 30
        );
        let help = "publish or enable fewer bulletins, with fewer updates, or for fewer clients";
        top.fault_at("updates", problem, Some(help.into()));
    }
}

/// Which bulletins are enabled some time?
fn enabled(updates: &Updates, actions: &[Action]) -> Vec<bool> {
    let mut enabled = vec![updates.enable.is_some(); updates.bulletins.len()];
    for action in actions {
        match &action.what {
            AdminCommand::EnableBulletins(BulletinChoice::All) => return vec![true; enabled.len()],
            AdminCommand::EnableBulletins(BulletinChoice::Named(named)) => {
                named.iter().for_each(|bulletin| enabled[*bulletin] = true);
            }
            _ => {}
        }
    }
    enabled
}
