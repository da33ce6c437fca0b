//! The rules by id, each with the sentence people read in `explain` and in the README.

use std::fmt;

/// A rule of the license article (or of an article named in its sentence).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    /// A new agent registers at once and asks for policies at most 15 minutes later.
    C0,
    /// The plug-in install policy makes candidates.
    C1,
    /// A Basic Inventory has to report the plug-in.
    C2,
    /// The assessment scan package is targeted, learned of and downloaded.
    C3,
    /// Without the complete package no scan runs.
    C4,
    /// From 8.5 on a scan needs the DSUP or a clone of it.
    C5,
    /// The first scan returned takes one license.
    C6,
    /// A license taken is kept, patched or not.
    C7,
    /// Holders go on returning inventory while the pool is full.
    X1,
    /// Without a license, clients are rejected while the pool is full.
    X2,
    /// Without a license in date no scan runs; held licenses are kept.
    E1,
    /// After the end of maintenance, listed bulletins can still be deployed.
    M1,
    /// After the end of maintenance, imports bring nothing new.
    M2,
    /// A version released after the end of maintenance does not work.
    M3,
    /// 8.5 RU2 to RU4 schedule no installation tasks after the end of maintenance.
    M4,
    /// An update cycle downloads Patch Install Tools when it applies updates.
    U1,
    /// Without Patch Install Tools a cycle does not proceed.
    U2,
    /// Status Retired releases the license at the next licensing refresh.
    V1,
    /// Uninstalling the plug-in releases nothing.
    V2,
    /// Deleting the client frees its license.
    V3,
    /// A mistaken deployment is undone by the uninstall policy and deletion.
    V4,
    /// A deleted client that is targeted again takes a license again.
    V5,
    /// Status Disposed frees nothing.
    V6,
    /// A check-in sets a Retired record with a live agent back to Active.
    V7,
    /// Uninstalling the agent leaves record and license.
    V8,
    /// Purging maintenance retires or deletes silent records.
    V9,
    /// Re-imaging and hardware keys: same keys keep the record, new keys make a second one.
    V10,
    /// Legacy license files replace each other; SLic files add up.
    L1,
    /// Perpetual licenses have no end; all others end at 23:59 of their last day.
    L2,
    /// When the pool shrinks, holders keep their licenses and no further one is granted.
    L3,
    /// Two DSUP-type policies on one client conflict.
    T1,
    /// New clients become targets at a membership update.
    T2,
}

/// Every rule with its id and its sentence, in the order of the article (and of the variants).
#[rustfmt::skip]
const RULES: [(Clause, &str, &str); 32] = [
    (Clause::C0, "C0", "A new agent registers and sends its first Basic Inventory at once, asks for policies at most 15 minutes \
        later, and keeps its rhythm from that request on (KB 256573)."),
    (Clause::C1, "C1", "A client becomes a candidate when the Software Update Plug-in Install policy targets it."),
    (Clause::C2, "C2", "The plug-in counts once a Basic Inventory has reported it to the server."),
    (Clause::C3, "C3", "Then the server targets the client for the assessment scan package; the client learns it at its \
        next configuration request and downloads it."),
    (Clause::C4, "C4", "The scan can run only when the package is completely downloaded."),
    (Clause::C5, "C5", "From 8.5 on a scan fails unless the Default Software Update Plug-in policy or a clone of it \
        targets the client."),
    (Clause::C6, "C6", "The first scan returned to the server takes one license from the pool; later scans take none."),
    (Clause::C7, "C7", "A client that took a license keeps it, patched or not."),
    (Clause::X1, "X1", "When the count is exceeded, clients that hold a license go on returning inventory."),
    (Clause::X2, "X2", "A client without a license gets none while the pool is full; it goes on scanning and is rejected \
        each time."),
    (Clause::E1, "E1", "When no license in date is left, no assessment scan runs; held licenses are kept."),
    (Clause::M1, "M1", "When maintenance has expired, bulletins listed before can still be enabled and deployed, and scans \
        go on."),
    (Clause::M2, "M2", "When maintenance has expired, an import brings no new bulletins and no new package versions."),
    (Clause::M3, "M3", "A solution version released after the end of maintenance does not work until maintenance is \
        renewed (KB 180412)."),
    (Clause::M4, "M4", "In 8.5 RU2 to RU4 Software Update Installation tasks cannot be scheduled while maintenance is \
        expired; patch update policies go on."),
    (Clause::U1, "U1", "Patch Install Tools are downloaded when a Software Update Cycle reaches Applying Updates."),
    (Clause::U2, "U2", "If they cannot be downloaded the cycle does not proceed and its updates return to Scheduled; \
        in 8.x this never gates the license."),
    (Clause::V1, "V1", "Status Retired releases the license at the next run of the licensing refresh."),
    (Clause::V2, "V2", "Uninstalling the plug-in alone releases nothing."),
    (Clause::V3, "V3", "Deleting the client frees its license."),
    (Clause::V4, "V4", "A mistaken deployment is undone by the uninstall policy, then by deleting the client: it returns \
        managed, without a patch license, its task history lost."),
    (Clause::V5, "V5", "A deleted client whose plug-in is still installed, or that is targeted again, takes a license \
        again."),
    (Clause::V6, "V6", "Only Retired frees a license; Disposed does not (KB 161023)."),
    (Clause::V7, "V7", "A live agent sets a Retired computer back to Active at its next check-in; it takes a license again \
        at its next inventory (KB 181681)."),
    (Clause::V8, "V8", "Uninstalling the agent leaves the record, and so the license (KB 173045)."),
    (Clause::V9, "V9", "Purging maintenance retires or deletes records that have not reported for a while, by two timers \
        of their own, off by default (KB 228171, 152929, 178563)."),
    (Clause::V10, "V10", "Re-imaged with matching keys a PC keeps its record and its license, with new keys it takes a second \
        one; machines with cloned keys share one of each (KB 275252)."),
    (Clause::L1, "L1", "A legacy license file replaces the one before it; SLic files add up."),
    (Clause::L2, "L2", "Perpetual licenses do not expire; all others do, at 23:59 of the stated day."),
    (Clause::L3, "L3", "When the pool shrinks below the number in use, holders keep theirs and nobody new gets one."),
    (Clause::T1, "T1", "A client under two DSUP-type policies gets conflicting settings (KB 180495)."),
    (Clause::T2, "T2", "New clients become targets only when a resource membership update runs."),
];

impl Clause {
    /// Every rule, in the order of the article.
    pub fn all() -> impl Iterator<Item = Clause> {
        RULES.iter().map(|(clause, _, _)| *clause)
    }

    /// The id as the documentation writes it.
    pub fn id(self) -> &'static str {
        RULES[self as usize].1
    }

    /// The rule in one sentence.
    pub fn sentence(self) -> &'static str {
        RULES[self as usize].2
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (index, (clause, id, _)) in RULES.iter().enumerate() {
            assert_eq!((*clause as usize, format!("{clause:?}").as_str()), (index, *id));
        }
        assert!(Clause::all().map(|clause| clause as usize).eq(0..RULES.len()));
    }
}
