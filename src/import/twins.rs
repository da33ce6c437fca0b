//! **V10** Records that bear one name: left behind by a re-image, or two computers.
//!
//! A PC that is re-imaged with other hardware keys gets a second record if its name.domain is another one, too, at that
//! instant: in WORKGROUP, say, while it is imaged.
//!
//! | the two records | are taken for |
//! |---|---|
//! | of one domain, and one stopped well before the other one's last report | a record left behind, and its successor |
//! | one of them in WORKGROUP or no domain, and one stopped | the same |
//! | of two domains, and one stopped | perhaps two computers: told, and nothing follows from it |
//! | of two domains, both in use | two computers |

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::import::inventory::{Computer, Inventory};
use crate::import::rhythm::between;
use crate::units::time::Span;

/// How much later a twin must have reported for the other one to have stopped.
const LATER: Span = Span::DAY;

/// By position in [`Inventory::computers`].
#[derive(Debug, Default)]
pub struct Twins {
    /// Another record of the name goes on in its place.
    pub left_behind: Vec<bool>,
    /// Records that share a name and are, or were, one computer; ascending.
    pub of_one_pc: Vec<Vec<usize>>,
    /// Of records with one name in two domains, those that have stopped while the other goes on; ascending.
    pub stopped_elsewhere: Vec<usize>,
}

impl Twins {
    /// `lull`: for how long the whole fleet has been silent, from which nothing follows.
    pub fn of(inventory: &Inventory, lull: Span) -> Twins {
        let mut of_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, computer) in inventory.computers.iter().enumerate() {
            if !computer.name.is_empty() {
                of_name.entry(computer.name.to_lowercase()).or_default().push(index);
            }
        }
        let mut twins = Twins { left_behind: vec![false; inventory.computers.len()], ..Twins::default() };
        for records in of_name.into_values().filter(|records| records.len() > 1) {
            twins.tell_apart(&inventory.computers, &records, lull);
        }
        twins.stopped_elsewhere.sort_unstable();
        twins
    }

    /// Records of one name.
    fn tell_apart(&mut self, computers: &[Computer], records: &[usize], lull: Span) {
        let mut domains: BTreeMap<String, Reports> = BTreeMap::new();
        for record in records {
            domains.entry(domain(&computers[*record])).or_default().add(&computers[*record]);
        }
        let mut of_one_pc = Vec::new();
        for record in records {
            let (one, own) = (&computers[*record], domain(&computers[*record]));
            let Some(seen) = one.last_seen().at() else {
                of_one_pc.extend((domains[&own].records > 1).then_some(*record));
                continue;
            };
            let far = |from: Option<DateTime>, to: Option<DateTime>| {
                from.zip(to).is_some_and(|(from, to)| between(from, to) > LATER + lull)
            };
            let goes_on = |(_, reports): &(&String, &Reports)| far(Some(seen), reports.last);
            let (left, elsewhere) = (
                domains.iter().filter(goes_on).any(|(other, _)| may_be_one_pc(&own, other)),
                domains.iter().filter(goes_on).any(|(other, _)| !may_be_one_pc(&own, other)),
            );
            let mut alike = domains.iter().filter(|(other, _)| may_be_one_pc(&own, other));
            let succeeds = alike.any(|(_, reports)| far(reports.first, Some(seen)));
            self.left_behind[*record] = left;
            self.stopped_elsewhere.extend((elsewhere && !left).then_some(*record));
            of_one_pc.extend((left || succeeds || domains[&own].records > 1).then_some(*record));
        }
        if of_one_pc.len() > 1 {
            self.of_one_pc.push(of_one_pc);
        }
    }
}

/// The last reports of the records of one name in one domain.
#[derive(Default)]
struct Reports {
    records: usize,
    /// Of the record that stopped first, and of the one that reported last.
    first: Option<DateTime>,
    last: Option<DateTime>,
}

impl Reports {
    fn add(&mut self, computer: &Computer) {
        self.records += 1;
        if let Some(at) = computer.last_seen().at() {
            self.first = Some(self.first.map_or(at, |first| first.min(at)));
            self.last = Some(self.last.map_or(at, |last| last.max(at)));
        }
    }
}

/// In small letters; empty where there is none.
fn domain(computer: &Computer) -> String {
    computer.domain.as_deref().unwrap_or_default().to_lowercase()
}

/// Of one domain, or one of them in none, as while it is imaged.
fn may_be_one_pc(one: &str, other: &str) -> bool {
    let none = |domain: &str| domain.is_empty() || domain == "workgroup";
    one == other || none(one) || none(other)
}
