//! What clients are called in a scenario made of an export: names that every file and command line bears,
//! each once; or pseudonyms, which do not reveal the computer.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::import::values::Guid;

/// Longest name in bytes; scenarios allow 64, and a number may have to be added.
const LONGEST: usize = 56;

/// A record that wants a name.
pub struct NamedRecord<'a> {
    pub guid: Guid,
    /// As exported; perhaps empty, or with characters that no name may have.
    pub name: &'a str,
    pub domain: Option<&'a str>,
    /// Other machines that share the record.
    pub others: &'a [String],
    /// Another record of the same name is the one in use.
    pub left_behind: bool,
}

/// What a client is called.
#[derive(Debug, PartialEq, Eq)]
pub struct ClientName {
    pub name: String,
    /// How the database calls its machines where that differs from `name`: in the name as exported, and by other
    /// machines that share the record.
    pub also: Vec<String>,
}

/// A name for each record, in the same order; the domain tells those apart that are of several domains.
pub fn names(records: &[NamedRecord]) -> Vec<ClientName> {
    let wanted: Vec<String> = records.iter().map(|record| plain(record.name, record.guid)).collect();
    let mut domains: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (record, name) in records.iter().zip(&wanted) {
        let domain = folded(record.domain.unwrap_or_default());
        domains.entry(folded(name)).or_default().insert(domain);
    }
    let with_domain = records.iter().zip(&wanted).map(|(record, name)| match record.domain.map(characters) {
        Some(domain) if domains[&folded(name)].len() > 1 && !domain.is_empty() => {
            shortened(format!("{name}.{domain}"))
        }
        _ => name.clone(),
    });
    let also = |name: &String, record: &NamedRecord| {
        let exported = (!record.name.is_empty() && record.name != name).then(|| record.name.to_string());
        exported.into_iter().chain(record.others.iter().filter(|other| !other.is_empty()).cloned()).collect()
    };
    let named = numbered(with_domain.collect(), records).into_iter().zip(records);
    named.map(|(name, record)| ClientName { also: also(&name, record), name }).collect()
}

/// A pseudonym for each record, from its GUID, which is random itself; `salt` makes others of the same.
/// Records that have the same name and domain show that they do.
pub fn pseudonyms(records: &[NamedRecord], salt: &str) -> Vec<ClientName> {
    let mut first: BTreeMap<(String, String), Guid> = BTreeMap::new();
    let key = |record: &NamedRecord| (folded(record.name), folded(record.domain.unwrap_or_default()));
    for record in records.iter().filter(|record| !record.name.is_empty()) {
        let guid = first.entry(key(record)).or_insert(record.guid);
        *guid = (*guid).min(record.guid);
    }
    let of = |record: &NamedRecord| {
        let guid = first.get(&key(record)).copied().unwrap_or(record.guid);
        format!("pc-{:012x}", hash(&format!("{salt}|name|"), guid) >> 16)
    };
    // Of the machines that share a record it only shows how many there are.
    let other =
        |guid, number: usize| format!("pc-{:012x}", hash(&format!("{salt}|other {number}|"), guid) >> 16);
    let also = |name: &String, wanted: String, record: &NamedRecord| {
        let shared = (*name != wanted).then_some(wanted);
        let others = record.others.iter().enumerate().filter(|(_, other)| !other.is_empty());
        shared.into_iter().chain(others.map(|(number, _)| other(record.guid, number))).collect()
    };
    let wanted: Vec<String> = records.iter().map(of).collect();
    let named = numbered(wanted.clone(), records).into_iter().zip(wanted).zip(records);
    named.map(|((name, wanted), record)| ClientName { also: also(&name, wanted, record), name }).collect()
}

/// A GUID that stands for another one.
pub fn pseudonym_of(guid: Guid, salt: &str) -> Guid {
    let (high, low) = (hash(&format!("{salt}|high|"), guid), hash(&format!("{salt}|low|"), guid));
    Guid(u128::from(high) << 64 | u128::from(low))
}

/// Addresses the draws of a client: of its GUID, so that it is the same whatever the client is called.
pub fn draw_key(guid: Guid) -> u64 {
    hash("draws|", guid)
}

fn hash(what_for: &str, guid: Guid) -> u64 {
    let digest = Sha256::new().chain_update(what_for).chain_update(guid.0.to_be_bytes()).finalize();
    u64::from_be_bytes(std::array::from_fn(|i| digest[i]))
}

/// Numbers the clients that would share a name: `pc-17`, `pc-17.2`, in order, records left behind last.
fn numbered(mut wanted: Vec<String>, records: &[NamedRecord]) -> Vec<String> {
    let mut taken: BTreeSet<String> = wanted.iter().map(|name| folded(name)).collect();
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    let mut name = |wanted: String| {
        let nth = met.entry(folded(&wanted)).or_default();
        *nth += 1;
        if *nth == 1 {
            return wanted;
        }
        loop {
            let name = format!("{wanted}.{nth}");
            if taken.insert(folded(&name)) {
                return name;
            }
            *nth += 1;
        }
    };
    for left_behind in [false, true] {
        for (wanted, _) in
            wanted.iter_mut().zip(records).filter(|(_, record)| record.left_behind == left_behind)
        {
            *wanted = name(std::mem::take(wanted));
        }
    }
    wanted
}

/// The name as far as it may be one; a spreadsheet takes none of them for a formula.
fn plain(name: &str, guid: Guid) -> String {
    match characters(name) {
        name if name.is_empty() => format!("unnamed-{}", &guid.to_string()[..8]),
        name => shortened(name),
    }
}

/// Letters, digits and `_ . -`; other characters become a `-`, and none stands at either end.
fn characters(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        match c {
            c if c.is_alphanumeric() || "_.-".contains(c) => out.push(c),
            _ if out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    out.trim_matches(['-', '.', '_']).to_string()
}

fn shortened(mut name: String) -> String {
    while name.len() > LONGEST {
        name.pop();
    }
    name.trim_end_matches(['-', '.', '_']).to_string()
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records<'a>(of: &[(u128, &'a str, &'a str)]) -> Vec<NamedRecord<'a>> {
        let record = |&(guid, name, domain): &(u128, &'a str, &'a str)| NamedRecord {
            guid: Guid(guid),
            name,
            domain: Some(domain).filter(|domain| !domain.is_empty()),
            others: &[],
            left_behind: guid == 1,
        };
        of.iter().map(record).collect()
    }

    #[test]
    fn names_are_plain_and_each_is_there_once() {
        let of = records(&[
            (1, "PC-17", "EMEA"),
            (2, "pc-17", "EMEA"),
            (3, "PC-17", "APAC"),
            (4, "=cmd|' /C calc'!A0", ""),
            (5, "", ""),
            (6, "Müller PC", "EMEA"),
            (7, "-1+2", ""),
        ]);
        #[rustfmt::skip]
        let expected: [(&str, &[&str]); 7] = [
            ("PC-17.EMEA.2",     &["PC-17"]),
            ("pc-17.EMEA",       &["pc-17"]),
            ("PC-17.APAC",       &["PC-17"]),
            ("cmd-C-calc-A0",    &["=cmd|' /C calc'!A0"]),
            ("unnamed-00000000", &[]),
            ("Müller-PC",        &["Müller PC"]),
            ("1-2",              &["-1+2"]),
        ];
        let found = names(&of);
        let found: Vec<(&str, Vec<&str>)> =
            found.iter().map(|c| (c.name.as_str(), c.also.iter().map(String::as_str).collect())).collect();
        assert_eq!(found, expected.map(|(name, also)| (name, also.to_vec())));
    }

    #[test]
    fn machines_that_share_a_record_are_names_of_it() {
        let others = ["PC-18".to_string(), String::new(), "PC-19".to_string()];
        let record =
            NamedRecord { guid: Guid(1), name: "PC-17", domain: None, others: &others, left_behind: false };
        let named = &names(&[record])[0];
        assert_eq!((named.name.as_str(), named.also.join(" ").as_str()), ("PC-17", "PC-18 PC-19"));
        let record =
            NamedRecord { guid: Guid(1), name: "PC-17", domain: None, others: &others, left_behind: false };
        let hidden = &pseudonyms(&[record], "salt")[0];
        assert_eq!(hidden.also.len(), 2);
        assert!(hidden.also.iter().all(|name| name.starts_with("pc-") && name.len() == 15), "{hidden:?}");
        assert!(!hidden.also.contains(&hidden.name) && hidden.also[0] != hidden.also[1]);
    }

    #[test]
    fn pseudonyms_tell_nothing_but_who_shares_a_name() {
        let of = records(&[(1, "PC-17", "EMEA"), (2, "pc-17", "emea"), (3, "PC-17", "APAC"), (4, "", "")]);
        let named = pseudonyms(&of, "");
        assert_eq!(named[0].name, format!("{}.2", named[1].name));
        assert_eq!(named[0].also, [named[1].name.clone()], "both are found by the name that they share");
        assert!(named[2] != named[1] && named[3] != named[1]);
        assert!(named.iter().all(|c| c.name.starts_with("pc-") && !c.name.contains("17.E")));
        assert_eq!(named, pseudonyms(&of, ""), "stable");
        assert_ne!(named, pseudonyms(&of, "other"), "the salt makes others");
        assert_ne!(pseudonym_of(Guid(1), ""), Guid(1));
    }
}
