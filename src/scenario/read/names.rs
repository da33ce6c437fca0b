//! Names of a scenario and what they stand for: clients, groups, sites, bulletins. A client has a name of its own, or
//! its group and number.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::scenario::fault::{Fault, Guesses, Place};
use crate::scenario::model::updates::Updates;
use crate::scenario::model::{Clients, Group, Site};
use crate::scenario::reader::{Read, Reader};
use crate::scenario::values::text;
use crate::scenario::yaml::Node;

/// What names of a fleet stand for, for looking many of them up: each table is made once, when it is first needed.
pub struct Names<'f> {
    groups: &'f [Group],
    updates: Option<&'f Updates>,
    clients: OnceCell<BTreeMap<&'f str, (usize, u32)>>,
    guids: OnceCell<BTreeMap<String, (usize, u32)>>,
    bulletins: OnceCell<BTreeMap<&'f str, usize>>,
    systems: OnceCell<Vec<&'f str>>,
}

impl<'f> Names<'f> {
    pub fn new(groups: &'f [Group], updates: Option<&'f Updates>) -> Names<'f> {
        Names {
            groups,
            updates,
            clients: OnceCell::new(),
            guids: OnceCell::new(),
            bulletins: OnceCell::new(),
            systems: OnceCell::new(),
        }
    }

    /// A client by a name of its own, its group and number, or its GUID: (group, index in the group).
    pub fn client(&self, name: &str) -> Option<(usize, u32)> {
        self.client_by_name(name).or_else(|| self.guids().get(&bare(name)).copied())
    }

    /// A client by a name of its own, or its group and number.
    pub fn client_by_name(&self, name: &str) -> Option<(usize, u32)> {
        self.clients().get(name).copied().or_else(|| numbered_client(name, self.groups))
    }

    /// What a client is called.
    pub fn of_client(&self, (group, index): (usize, u32)) -> String {
        self.groups[group].client_name(index)
    }

    /// The names of their own that clients have, by group.
    pub fn of_clients(&self) -> impl Iterator<Item = &'f str> + Clone {
        // Without any the groups need not be looked at, which may be many.
        let groups = if self.clients().is_empty() { &[] } else { self.groups };
        groups.iter().filter_map(|group| group.clients.names()).flatten().map(String::as_str)
    }

    pub fn bulletin(&self, name: &str) -> Option<usize> {
        let all = || self.updates.iter().flat_map(|updates| &updates.bulletins);
        let table = || all().map(|bulletin| bulletin.name.as_str()).zip(0..).collect();
        self.bulletins.get_or_init(table).get(name).copied()
    }

    /// The operating systems that groups have, in order.
    pub fn systems(&self) -> &[&'f str] {
        self.systems.get_or_init(|| {
            let mut known: Vec<&str> = self.groups.iter().filter_map(|group| group.os.as_deref()).collect();
            known.sort_unstable();
            known.dedup();
            known
        })
    }

    fn clients(&self) -> &BTreeMap<&'f str, (usize, u32)> {
        self.clients.get_or_init(|| {
            let named =
                self.groups.iter().enumerate().filter_map(|(g, group)| Some((g, group.clients.names()?)));
            let each = |(g, names): (usize, &'f [String])| {
                names.iter().zip(0..).map(move |(name, index)| (name.as_str(), (g, index)))
            };
            named.flat_map(each).collect()
        })
    }

    fn guids(&self) -> &BTreeMap<String, (usize, u32)> {
        self.guids.get_or_init(|| {
            let mut guids = BTreeMap::new();
            for (g, group) in self.groups.iter().enumerate() {
                for (at, index) in group.initial.iter().flatten().zip(0..) {
                    if let Some(guid) = &at.guid {
                        guids.entry(bare(guid)).or_insert((g, index));
                    }
                }
            }
            guids
        })
    }
}

/// A GUID without braces, in small letters.
fn bare(guid: &str) -> String {
    guid.trim_matches(['{', '}']).to_ascii_lowercase()
}

/// What actions and policies can name.
#[derive(Clone, Copy)]
pub struct NamedParts<'f, 'n> {
    pub updates: Option<&'f Updates>,
    pub sites: &'f [Site],
    pub groups: &'f [Group],
    pub names: &'n Names<'f>,
}

/// Looks a client without a name of its own up: `desktops-17` is index 16 of group `desktops`.
pub fn numbered_client(name: &str, groups: &[Group]) -> Option<(usize, u32)> {
    let (group, number) = name.rsplit_once('-')?;
    let index = index_of(number)?;
    let group = group_called(group, groups)?;
    let clients = &groups[group].clients;
    let has = clients.names().is_none() && clients.count().is_none_or(|count| index < count);
    has.then_some((group, index))
}

fn index_of(number: &str) -> Option<u32> {
    if number.starts_with(['0', '+']) {
        return None;
    }
    number.parse::<u32>().ok()?.checked_sub(1)
}

/// The group of this name; groups are in order of their names.
pub fn group_called(name: &str, groups: &[Group]) -> Option<usize> {
    groups.binary_search_by(|group| group.name.as_str().cmp(name)).ok()
}

/// The site of this name; sites are in order of their names.
pub fn site_called(name: &str, sites: &[Site]) -> Option<usize> {
    sites.binary_search_by(|site| site.name.as_str().cmp(name)).ok()
}

/// What the clients of the group are called that `name` seems to belong to, when they have numbers.
pub fn numbers_of(name: &str, groups: &[Group], guesses: &Guesses) -> Option<String> {
    let (stem, _) = name.rsplit_once('-')?;
    // Others have no name here, and are near to none.
    let numbered = groups.iter().map(|group| match group.clients {
        Clients::Count(1..) => group.name.as_str(),
        _ => "",
    });
    let group = &groups[group_called(guesses.nearest(stem, numbered)?, groups)?];
    let Clients::Count(most) = group.clients else { return None };
    let group = &group.name;
    Some(format!("clients of group `{group}` are called `{group}-1` to `{group}-{most}`"))
}

/// The index of the group a node names.
pub fn group_named(node: &Node, reader: &Reader, groups: &[Group]) -> Read<usize> {
    let name = text(node, "the name of a group")?;
    let names = groups.iter().map(|g| g.name.as_str());
    group_called(name, groups).ok_or_else(|| unknown(&reader.guesses, "group", name, node.at, names))
}

/// The index of the site a node names.
pub fn site_named(node: &Node, reader: &Reader, sites: &[Site]) -> Read<usize> {
    let name = text(node, "the name of a site")?;
    let names = sites.iter().map(|site| site.name.as_str());
    site_called(name, sites).ok_or_else(|| unknown(&reader.guesses, "site", name, node.at, names))
}

/// A reference to something that is not defined.
pub fn unknown<'n>(
    guesses: &Guesses,
    what: &str,
    name: &str,
    at: Place,
    defined: impl Iterator<Item = &'n str> + Clone,
) -> Fault {
    let all: Vec<&str> = defined.clone().take(20).collect();
    let otherwise = match all.is_empty() {
        true => format!("no {what} is defined"),
        false => format!("defined: {}", all.join(", ")),
    };
    Fault::at(at, format!("unknown {what} `{name}`")).suggest_of_many(guesses, name, defined, Some(otherwise))
}
