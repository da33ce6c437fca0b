//! Clients by whatever people call them: names in any case, other names of the same record, `NAME.DOMAIN`, GUIDs.

use crate::scenario::model::Group;
use crate::scenario::model::initial::Initial;
use crate::scenario::read::names::Names;

/// All clients that are called so: (group, index in the group). Several records may have the same name in the database,
/// such as the two of a PC that was re-imaged (V10).
pub fn clients_called(name: &str, groups: &[Group]) -> Vec<(usize, u32)> {
    let name = name.trim();
    let exact = Names::new(groups, None).client(name);
    let bare = name.trim_matches(['{', '}']);
    let mut found: Vec<(usize, u32)> = Vec::new();
    for (g, group) in groups.iter().enumerate() {
        for (index, at) in group.initial.iter().flatten().enumerate() {
            let own = group.clients.names().map_or("", |names| names[index].as_str());
            if is_called(bare, own, at) {
                found.push((g, index as u32));
            }
        }
    }
    // A group without states has the names alone.
    if let Some(exact) = exact.filter(|exact| !found.contains(exact)) {
        found.insert(0, exact);
    }
    if found.is_empty() {
        found = by_name_in_any_case(name, groups).into_iter().collect();
    }
    found
}

fn is_called(name: &str, own: &str, at: &Initial) -> bool {
    if same(name, own) || at.also.iter().any(|other| same(name, other)) {
        return true;
    }
    if at.guid.as_deref().is_some_and(|guid| same(name, guid.trim_matches(['{', '}']))) {
        return true;
    }
    let domain = at.exported.as_ref().and_then(|record| record.domain.as_deref());
    let Some(alone) = domain.and_then(|domain| without_domain(name, domain)) else { return false };
    same(alone, own) || at.also.iter().any(|other| same(alone, other))
}

/// `pc-17` of `pc-17.emea`, in the domain `EMEA`.
fn without_domain<'n>(name: &'n str, domain: &str) -> Option<&'n str> {
    let (alone, rest) = name.split_at_checked(name.len().checked_sub(domain.len())?)?;
    alone.strip_suffix('.').filter(|_| same(rest, domain))
}

fn by_name_in_any_case(name: &str, groups: &[Group]) -> Option<(usize, u32)> {
    groups.iter().enumerate().find_map(|(g, group)| {
        let index = group.clients.names()?.iter().position(|own| same(name, own))?;
        Some((g, index as u32))
    })
}

/// The same, in any case.
fn same(one: &str, other: &str) -> bool {
    let folded = |text: &str| text.to_lowercase();
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => folded(one) == folded(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Checked};

    const CLIENTS: &str = "\
client,group,guid,also,domain
PC-17.EMEA,pcs,6d417916-467c-46a7-a870-6d86d9345b61,PC-17,EMEA
PC-17.EMEA.2,pcs,6d417916-467c-46a7-a870-6d86d9345b62,PC-17,EMEA
PC-17.APAC,pcs,6d417916-467c-46a7-a870-6d86d9345b63,PC-17; KIOSK 3,APAC
M\u{fc}ller-PC,pcs,6d417916-467c-46a7-a870-6d86d9345b64,M\u{fc}ller PC,
";

    #[test]
    fn a_record_is_found_by_whatever_it_is_called() {
        let text = "fleetsim: 1\nstart: 2026-03-02\nduration: 1d\nlicenses: {base: {nodes: 5}}\n\
                    groups: {pcs: {clients: {file: c.csv}}, labs: {clients: 3}}\n";
        let Checked { scenario, .. } = scenario::check(text, "names", &|_| Ok(CLIENTS.to_string()))
            .unwrap_or_else(|faults| panic!("{faults:?}"));
        #[rustfmt::skip]
        let table: [(&str, &[&str]); 11] = [
            ("PC-17",                                  &["PC-17.EMEA", "PC-17.EMEA.2", "PC-17.APAC"]),
            ("pc-17.emea",                             &["PC-17.EMEA", "PC-17.EMEA.2"]),
            ("PC-17.emea.2",                           &["PC-17.EMEA.2"]),
            ("kiosk 3",                                &["PC-17.APAC"]),
            (" KIOSK 3.apac ",                         &["PC-17.APAC"]),
            ("KIOSK 3.EMEA",                           &[]),
            ("M\u{dc}LLER PC",                         &["M\u{fc}ller-PC"]),
            ("{6D417916-467C-46A7-A870-6D86D9345B63}", &["PC-17.APAC"]),
            ("6d417916-467c-46a7-a870-6d86d9345b64",   &["M\u{fc}ller-PC"]),
            ("labs-2",                                 &["labs-2"]),
            ("PC-1",                                   &[]),
        ];
        for (name, expected) in table {
            let found = clients_called(name, &scenario.groups).into_iter();
            let found: Vec<String> =
                found.map(|(group, index)| scenario.groups[group].client_name(index)).collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
