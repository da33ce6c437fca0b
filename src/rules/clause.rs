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
    /// Without the complete package no scan runs, and before the first import there is none.
    C4,
    /// From 8.5 on a scan needs the DSUP or a clone of it.
    C5,
    /// The first scan returned takes one license.
    C6,
    /// A license taken is kept, patched or not.
    C7,
    /// No scan by schedule while the scan policy is off or does not target the client.
    C8,
    /// Holders go on returning inventory while the pool is full.
    X1,
    /// Without a license, clients are rejected while the pool is full.
    X2,
    /// A live holder whose Patch Inventory has stopped.
    X3,
    /// Without a license in date Patch Management stops; held licenses are kept.
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
    /// A check-in of a live agent sets its record back to Active, whatever its status was.
    V7,
    /// Uninstalling the agent leaves record and license.
    V8,
    /// Purging maintenance retires or deletes silent records.
    V9,
    /// Re-imaging and keys: any matching key keeps the record; without one there is a second record.
    V10,
    /// The vendor's order of retiring: Retired, then the agent, then the refresh.
    V11,
    /// Legacy license files replace each other; SLic files add up.
    L1,
    /// Perpetual licenses have no end; all others end at 23:59 of their last day.
    L2,
    /// When the pool shrinks, holders keep their licenses and no further one is granted.
    L3,
    /// A suite's license counts for Patch Management; other products have pools of their own.
    L4,
    /// Two DSUP-type policies on one client conflict.
    T1,
    /// New clients become targets at a membership update.
    T2,
    /// Each solution has a pool of its own; what takes a license of it.
    S1,
    /// What gives a license of another solution back.
    S2,
}

/// Every rule with its id and its sentence, in the order of the article (and of the variants).
#[rustfmt::skip]
const RULES: [(Clause, &str, &str); 38] = [
    (Clause::C0, "C0", "A new agent registers and sends its first Basic Inventory at once, asks for policies at most 15 minutes \
        later, and keeps its rhythm from that request on (KB 256573)."),
    (Clause::C1, "C1", "A client becomes a candidate when the Software Update Plug-in Install policy targets it."),
    (Clause::C2, "C2", "The plug-in counts once a Basic Inventory has reported it to the server."),
    (Clause::C3, "C3", "Then the server targets the client for the assessment scan package; the client learns it at its \
        next configuration request and downloads it."),
    (Clause::C4, "C4", "The scan can run only when the package is completely downloaded; before the first successful \
        import of patch data there is none."),
    (Clause::C5, "C5", "From 8.5 on a scan fails unless the Default Software Update Plug-in policy or a clone of it \
        targets the client."),
    (Clause::C6, "C6", "The first scan returned to the server takes one license from the pool; later scans take none."),
    (Clause::C7, "C7", "A client that took a license keeps it, patched or not."),
    (Clause::C8, "C8", "While the Windows System Assessment Scan policy is off, or does not target a client, its scans do not \
        run; from 8.5 RU3 on a task still runs one (KB 178560, 184954)."),
    (Clause::X1, "X1", "When the count is exceeded, clients that hold a license go on returning inventory."),
    (Clause::X2, "X2", "A client without a license gets none while the pool is full; it goes on scanning and is rejected \
        each time."),
    (Clause::X3, "X3", "A live client that holds a license and sends no Patch Inventory any more is a finding of its own: a license \
        held does not prove that patching works (TECH170397, KB 205352)."),
    (Clause::E1, "E1", "When no license in date is left, no assessment scan runs, nothing is deployed and nothing new is \
        enabled (KB 178715); held licenses are kept."),
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
    (Clause::V1, "V1", "Status Retired releases the license at the next run of the licensing refresh, but not in 6.x (HOWTO8852)."),
    (Clause::V2, "V2", "Uninstalling the plug-in alone releases nothing."),
    (Clause::V3, "V3", "Deleting the client frees its license, at the next run of the licensing refresh (HOWTO6985, 5425, 8852)."),
    (Clause::V4, "V4", "A mistaken deployment is undone by the uninstall policy, then by deleting the client: it returns \
        managed, without a patch license, its task history lost."),
    (Clause::V5, "V5", "A deleted client whose plug-in is still installed, or that is targeted again, takes a license \
        again; a live agent is back at its next check-in (KB 152929)."),
    (Clause::V6, "V6", "Only Retired frees a license; Disposed does not (KB 161023)."),
    (Clause::V7, "V7", "A live agent sets its computer back to Active at its next check-in, whatever status it was given; \
        it keeps its license, or takes one again at its next inventory (KB 180714, 181681)."),
    (Clause::V8, "V8", "Uninstalling the agent leaves the record, and so the license (KB 173045)."),
    (Clause::V9, "V9", "Purging maintenance retires or deletes records whose last Basic Inventory is too old, by two timers \
        of their own, off by default (KB 228171, 152929, 178563)."),
    (Clause::V10, "V10", "Re-imaged, a PC keeps its record and its license as long as any of its keys matches; with other \
        hardware keys and another name.domain it takes a second one; machines with cloned keys share one of each \
        (KB 181635, 434276, 275252)."),
    (Clause::V11, "V11", "A computer is retired in this order: its record is set to Retired, then its agent is uninstalled at once, \
        not before, then the licensing refresh runs (KB 181681, 158855)."),
    (Clause::L1, "L1", "A legacy license file replaces the one before it; SLic files add up."),
    (Clause::L2, "L2", "Perpetual licenses do not expire; all others do, at 23:59 of the stated day."),
    (Clause::L3, "L3", "When the pool shrinks below the number in use, holders keep theirs and nobody new gets one."),
    (Clause::L4, "L4", "From 8.1 on the license of a suite counts for Patch Management; Patch Management for Dell Servers, \
        Novell, Linux and Mac has pools of its own (KB 178984, 181405)."),
    (Clause::T1, "T1", "A client under two DSUP-type policies gets conflicting settings (KB 180495)."),
    (Clause::T2, "T2", "New clients become targets only when a resource membership update runs."),
    (Clause::S1, "S1", "Each solution has a pool of its own: Inventory and Monitor take a license with the first data of the \
        solution, Deployment with its plug-in; data of computers without a license is discarded while the pool is full, and \
        all data when no license is in date (KB 178715, HOWTO63573, HOWTO93333)."),
    (Clause::S2, "S2", "The licensing refresh returns a license of Inventory for any status but Active, of Monitor only for \
        Retired; that of Deployment returns when its plug-in is uninstalled, and deleting the computer frees all of them \
        (KB 161023, KB 178715, HOWTO8852)."),
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
