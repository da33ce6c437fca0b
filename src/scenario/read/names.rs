//! What clients are called: a name of their own, or their group and number.

use std::collections::BTreeMap;

use super::super::fault::nearest;
use super::super::model::{Clients, Group, Initial};

/// All clients with names of their own, for looking many of them up: (group, index in the group).
pub fn index_of_names(groups: &[Group]) -> BTreeMap<&str, (usize, u32)> {
    let named = groups.iter().enumerate().filter_map(|(g, group)| match &group.clients {
        Clients::Named(names) => Some((g, names)),
        Clients::Count(_) | Clients::Unbounded => None,
    });
    named
        .flat_map(|(g, names)| names.iter().zip(0..).map(move |(name, index)| (name.as_str(), (g, index))))
        .collect()
}

/// Looks a client up by name: (group, index in the group).
pub fn find_client(name: &str, groups: &[Group]) -> Option<(usize, u32)> {
    let own = |(g, group): (usize, &Group)| match &group.clients {
        Clients::Named(names) => names.iter().position(|n| n == name).map(|index| (g, index as u32)),
        Clients::Count(_) | Clients::Unbounded => None,
    };
    let found = groups.iter().enumerate().find_map(own).or_else(|| numbered_client(name, groups));
    found.or_else(|| by_guid(name, groups))
}

/// A client by its GUID in the customer's database, with or without braces, in any case.
fn by_guid(name: &str, groups: &[Group]) -> Option<(usize, u32)> {
    let bare = |guid: &str| guid.trim_matches(['{', '}']).to_ascii_lowercase();
    let wanted = bare(name);
    groups.iter().enumerate().find_map(|(g, group)| {
        let is = |at: &Initial| at.guid.as_deref().is_some_and(|guid| bare(guid) == wanted);
        group.initial.iter().flatten().position(is).map(|index| (g, index as u32))
    })
}

/// Looks a client without a name of its own up: `desktops-17` is index 16 of group `desktops`.
pub fn numbered_client(name: &str, groups: &[Group]) -> Option<(usize, u32)> {
    groups.iter().enumerate().find_map(|(g, group)| {
        let most = match group.clients {
            Clients::Named(_) => return None,
            Clients::Count(count) => count,
            Clients::Unbounded => u32::MAX,
        };
        number_in(name, &group.name).filter(|index| *index < most).map(|index| (g, index))
    })
}

fn number_in(name: &str, group: &str) -> Option<u32> {
    let number = name.strip_prefix(group)?.strip_prefix('-')?;
    if number.starts_with(['0', '+']) {
        return None;
    }
    number.parse::<u32>().ok()?.checked_sub(1)
}

/// What the clients of the group are called that `name` seems to belong to, when they have numbers.
pub fn numbers_of(name: &str, groups: &[Group]) -> Option<String> {
    let (stem, _) = name.rsplit_once('-')?;
    let numbered = groups.iter().filter_map(|group| match group.clients {
        Clients::Count(most @ 1..) => Some((group.name.as_str(), most)),
        _ => None,
    });
    let near = nearest(stem, numbered.clone().map(|(name, _)| name))?;
    let (group, most) = numbered.into_iter().find(|(name, _)| *name == near)?;
    Some(format!("clients of group `{group}` are called `{group}-1` to `{group}-{most}`"))
}
