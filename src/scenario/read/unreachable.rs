//! `platform.unreachable`: when clients cannot reach the server. It names groups and sites, so it is read after them.

use crate::scenario::fault::Fault;
use crate::scenario::model::policies::OneOf;
use crate::scenario::model::{Share, Unreachable};
use crate::scenario::read::names::{NamedParts, group_named, site_named};
use crate::scenario::read::policies::one_of;
use crate::scenario::read::sites::{entry_of, period};
use crate::scenario::read::warnings::node_at;
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values;
use crate::scenario::yaml::{Kind, Node};

const PATH: &str = "platform.unreachable";
/// Most periods of a scenario: each contact may be looked up among them.
const MOST_PERIODS: usize = 1_000;
/// A busy server refuses at most so many contacts; one that refuses more is not reachable.
const MOST_REFUSED: Share = Share { millionths: 990_000 };

const SHAPE: &str = "`{from: 2d, until: 3d, groups: [home], sites: all, chance: 100%}`";

pub fn unreachable(top: &Section, fleet: NamedParts) -> Vec<Unreachable> {
    let Some(node) = node_at(top, PATH) else { return Vec::new() };
    let read = values::list(node, top.reader, |node, reader| one(node, reader, fleet));
    let read = read.and_then(|periods| match periods.len() > MOST_PERIODS {
        true => Err(Fault::at(node.at, format!("{} periods, more than {MOST_PERIODS}", periods.len()))
            .help("combine periods that are alike, or give a `chance`")),
        false => Ok(periods),
    });
    read.unwrap_or_else(|fault| {
        top.reader.fault(fault.below(PATH));
        Vec::new()
    })
}

fn one(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<Unreachable> {
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected a period, found {}", node.describe())).help(SHAPE));
    };
    let known = ["from", "until", "groups", "sites", "chance"];
    if let Some(other) = entries.iter().find(|entry| !known.contains(&entry.key.as_str())) {
        return Err(Fault::at(other.key_at, format!("unknown key `{}` of a period", other.key)).help(SHAPE));
    }
    let (from, until) = period(node, entries, SHAPE, reader)?;
    let groups = match entry_of(entries, "groups") {
        Some(entry) => {
            one_of(&entry.value, reader, fleet.groups.len(), |node| group_named(node, reader, fleet.groups))
                .map_err(|fault| fault.below("groups"))?
        }
        None => OneOf::All,
    };
    let sites = match entry_of(entries, "sites") {
        Some(entry) => {
            one_of(&entry.value, reader, fleet.sites.len(), |node| site_named(node, reader, fleet.sites))
                .map_err(|fault| fault.below("sites"))?
        }
        None => OneOf::All,
    };
    let chance = match entry_of(entries, "chance") {
        Some(entry) => chance(&entry.value, reader).map_err(|fault| fault.below("chance"))?,
        None => Share::ALL,
    };
    Ok(Unreachable { from, until, groups, sites, chance })
}

fn chance(node: &Node, reader: &Reader) -> Read<Share> {
    let share = values::share("100%", "from `0%` to `99%`, or `100%`")(node, reader)?;
    if share.millionths > MOST_REFUSED.millionths && share != Share::ALL {
        let problem = format!("`{}` is nearly all", values::written_share(share));
        return Err(Fault::at(node.at, problem).help("`100%` where no contact succeeds, or at most `99%`"));
    }
    Ok(share)
}
