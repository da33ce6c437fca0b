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

use crate::import::inventory::{Computer, Inventory};
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
        let mut of_one_pc = Vec::new();
        for record in records {
            let one = &computers[*record];
            let others = || records.iter().filter(|other| *other != record).map(|other| &computers[*other]);
            let successor = |other: &Computer| has_stopped_before(one, other, lull);
            let (left, elsewhere) = (
                others().any(|other| successor(other) && may_be_one_pc(one, other)),
                others().any(|other| successor(other) && !may_be_one_pc(one, other)),
            );
            self.left_behind[*record] = left;
            if elsewhere && !left {
                self.stopped_elsewhere.push(*record);
            }
            let succeeds =
                |other: &Computer| may_be_one_pc(one, other) && has_stopped_before(other, one, lull);
            if left || others().any(|other| domain(other) == domain(one) || succeeds(other)) {
                of_one_pc.push(*record);
            }
        }
        if of_one_pc.len() > 1 {
            self.of_one_pc.push(of_one_pc);
        }
    }
}

/// In small letters; empty where there is none.
fn domain(computer: &Computer) -> String {
    computer.domain.as_deref().unwrap_or_default().to_lowercase()
}

/// Of one domain, or one of them in none, as while it is imaged.
fn may_be_one_pc(one: &Computer, other: &Computer) -> bool {
    let (one, other) = (domain(one), domain(other));
    let none = |domain: &str| domain.is_empty() || domain == "workgroup";
    one == other || none(&one) || none(&other)
}

fn has_stopped_before(one: &Computer, other: &Computer, lull: Span) -> bool {
    let (Some(last), Some(later)) = (one.last_seen().at(), other.last_seen().at()) else { return false };
    later.duration_since(last).as_millis() > i128::from((LATER + lull).ms())
}
