//! `sites`: package servers, their bandwidth, and when they serve less or nothing; and how clients
//! try again.

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::fault::Fault;
use crate::scenario::model::{Link, Outage, ServedPackage, Site, Throttle, Version, Weekly};
use crate::scenario::read::fleet::not_before_start;
use crate::scenario::read::online::{window_list, windows};
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Entry, Kind, Node};
use crate::units::time::{Span, Time};

/// Defaults of a site: a gigabit, 100 Mbit/s a client.
const USUAL_BANDWIDTH: u64 = 1_000_000_000;
const USUAL_PER_CLIENT: u64 = 100_000_000;

/// All sites in name order; without any, one called `default`.
pub fn sites(top: &Section, version: Version) -> Vec<Site> {
    let named = top.named("sites");
    if named.is_empty() {
        let link = Link::Shared { bandwidth: Some(USUAL_BANDWIDTH), per_client: Some(USUAL_PER_CLIENT) };
        let (throttle, down) = (Vec::new(), Vec::new());
        return vec![Site {
            name: "default".into(),
            link,
            concurrent: None,
            throttle,
            blockouts: None,
            down,
        }];
    }
    named.iter().map(|(name, _, section)| site(name, section, version)).collect()
}

fn site(name: &str, s: &Section, version: Version) -> Site {
    for share in ["bandwidth", "per_client", "throttle"] {
        let why = "a site shares its bandwidth or has a law for the time of a download";
        s.exclusive(share, "download_time", why);
    }
    let time = s.value("download_time", distribution_syntax::duration);
    let bandwidth = s.value("bandwidth", values::bandwidth).unwrap_or(Some(USUAL_BANDWIDTH));
    let per_client = s.value("per_client", values::bandwidth).unwrap_or(Some(USUAL_PER_CLIENT));
    let throttle = |node: &Node, reader: &Reader| {
        values::list(node, reader, |period, reader| throttle(period, reader, version))
    };
    Site {
        name: name.to_string(),
        link: time.map_or(Link::Shared { bandwidth, per_client }, Link::Time),
        concurrent: s.value("concurrent", concurrent).flatten(),
        throttle: s.value("throttle", throttle).unwrap_or_default(),
        blockouts: s.value("blockouts", blockouts).flatten(),
        down: s.value("down", |node, reader| values::list(node, reader, outage)).unwrap_or_default(),
    }
}

fn concurrent(node: &Node, reader: &Reader) -> Read<Option<u32>> {
    match text(node, "a number of downloads, or `unlimited`")? {
        "unlimited" => Ok(None),
        _ => values::integer(1, 1_000_000)(node, reader).map(|n| Some(n as u32)),
    }
}

fn blockouts(node: &Node, reader: &Reader) -> Read<Option<Weekly>> {
    let together = window_list(node, reader)?;
    if together.longest() == Span::FOREVER {
        return Err(Fault::at(
            node.at,
            "the blockouts fill the whole week: nothing is ever downloaded".into(),
        )
        .help("leave time for downloads"));
    }
    Ok((together.longest() > Span::ZERO).then_some(together))
}

/// `{daily: "08:00-18:00", bandwidth: 10 Mbit/s, per_client: 1 Mbit/s}`.
fn throttle(node: &Node, reader: &Reader, version: Version) -> Read<Throttle> {
    let shape = "`{daily: \"08:00-18:00\", bandwidth: 10 Mbit/s, per_client: 1 Mbit/s}`";
    let Kind::Map(entries) = &node.kind else {
        let problem = format!("expected a period of throttling, found {}", node.describe());
        return Err(Fault::at(node.at, problem).help(shape));
    };
    let limit = |key: &str| match entries.iter().find(|entry| entry.key == key) {
        Some(entry) => values::bandwidth(&entry.value, reader).map_err(|fault| fault.below(key)),
        None => Ok(None),
    };
    let (bandwidth, per_client) = (limit("bandwidth")?, limit("per_client")?);
    let when = windows(entries, &["bandwidth", "per_client"], reader)?;
    if when.longest() == Span::ZERO || bandwidth.or(per_client).is_none() {
        return Err(Fault::at(node.at, "a period has a window and limits something".into()).help(shape));
    }
    if let (Some(entry), true) = (entry_of(entries, "bandwidth"), version < Version::V8_5_RU2) {
        let problem = "the bandwidth of a whole site can be throttled only from 8.5 RU2 on".to_string();
        return Err(Fault::at(entry.key_at, problem)
            .path("bandwidth")
            .help("throttle `per_client`, or raise `platform.version`"));
    }
    Ok(Throttle { when, bandwidth, per_client })
}

pub fn entry_of<'e>(entries: &'e [Entry], key: &str) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.key == key)
}

/// `{from: 3d, until: 5d, package: assessment_scan}`; without `until` it lasts to the end, without `package` it is of
/// the whole server.
fn outage(node: &Node, reader: &Reader) -> Read<Outage> {
    let shape = "`{from: 3d, until: 5d}`, and perhaps `package: assessment_scan`";
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected an outage, found {}", node.describe())).help(shape));
    };
    let known = ["from", "until", "package"];
    if let Some(other) = entries.iter().find(|entry| !known.contains(&entry.key.as_str())) {
        return Err(Fault::at(other.key_at, format!("unknown key `{}` of an outage", other.key)).help(shape));
    }
    let (from, until) = period(node, entries, shape, reader)?;
    let package = match entry_of(entries, "package") {
        Some(entry) => {
            let word = values::word(ServedPackage::WORDS)(&entry.value, reader);
            Some(word.map_err(|fault| fault.below("package"))?)
        }
        None => None,
    };
    Ok(Outage { package, from, until })
}

/// The keys `from` and `until` of something that may have begun before the start, and is not over by then; without
/// `until` it lasts to the end.
pub fn period(node: &Node, entries: &[Entry], shape: &str, reader: &Reader) -> Read<(Time, Time)> {
    let instant = |key: &str| match entry_of(entries, key) {
        Some(entry) => values::instant(&entry.value, reader).map(Some).map_err(|fault| fault.below(key)),
        None => Ok(None),
    };
    let missing = || Fault::at(node.at, "`from` is missing".into()).help(shape);
    let from = instant("from")?.ok_or_else(missing)?;
    let until = instant("until")?.unwrap_or(Time::NEVER);
    if let Some(entry) = entry_of(entries, "until") {
        not_before_start(until, &entry.value).map_err(|fault| fault.below("until"))?;
    }
    if until <= from {
        return Err(Fault::at(node.at, "`until` is not after `from`".into())
            .help("an outage takes time: exchange the two, or correct one"));
    }
    Ok((from, until))
}

/// The vendor's: 3 min, then twice as long each time, at most every two hours (KB 181098).
pub fn usual_ladder() -> Vec<Span> {
    [3, 6, 12, 24, 48, 96, 120].map(Span::minutes).to_vec()
}

/// One or more delays above zero.
pub fn retry_ladder(node: &Node, reader: &Reader) -> Read<Vec<Span>> {
    let ladder = values::list(node, reader, values::positive_duration)?;
    match ladder.is_empty() {
        true => Err(Fault::at(node.at, "at least one delay is needed".into()).help("`[3m, 6m, 12m]`")),
        false => Ok(ladder),
    }
}

/// The vendor's: one to sixty minutes.
pub fn usual_spread() -> Distribution {
    Distribution::Uniform { min: Span::MINUTE.ms(), max: Span::HOUR.ms() }
}

/// A distribution of at most a day: it spreads the start of a day.
pub fn start_spread(node: &Node, reader: &Reader) -> Read<Distribution> {
    let distribution = distribution_syntax::duration(node, reader)?;
    match distribution.max() <= Span::DAY.ms() {
        true => Ok(distribution),
        false => Err(Fault::at(node.at, "a start is spread over more than a day".into())
            .help("take a bounded law such as `{uniform: [1m, 60m]}`")),
    }
}
