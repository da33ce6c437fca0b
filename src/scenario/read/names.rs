//! What clients are called: a name of their own, or their group and number.

use super::super::fault::nearest;
use super::super::model::{Clients, Group};

/// Looks a client up by name: (group, index in the group).
pub fn find_client(name: &str, groups: &[Group]) -> Option<(usize, u32)> {
    let own = |(g, group): (usize, &Group)| match &group.clients {
        Clients::Named(names) => names.iter().position(|n| n == name).map(|index| (g, index as u32)),
        Clients::Count(_) | Clients::Unbounded => None,
    };
    groups.iter().enumerate().find_map(own).or_else(|| numbered_client(name, groups))
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
