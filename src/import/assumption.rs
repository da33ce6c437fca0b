//! What is assumed where the tables say nothing, in words.

use crate::units::quantity::grouped;

/// One assumption; those about computers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumption {
    NoAgents,
    NoPluginListed,
    NoLicenseInUse,
    NoPatchInventory,
    NoTargets,
    NoInstallListed,
    NoLicenses,
    NodesUnknown,
    NoStatus,
    OtherStatus,
    Silent,
    NeverReported,
    LeftBehind,
    Orphan,
    RhythmsAsUsual,
    RequestsEvery,
    InventoriesEvery,
    ScansEvery,
    DsupOff,
    DsupOnByScans,
    DsupNotListed,
    CoveredByScans,
    TakenForClone,
    ScanPolicyOff,
    NeverImported,
    MembershipUpdatesDead,
    NotCovered,
    PackageReady,
    PackageStuck,
    PluginStuck,
    UnderWay,
}

impl Assumption {
    /// The sentence; `{n}` stands for the number of computers it is about.
    pub fn words(self) -> &'static str {
        use Assumption::*;
        match self {
            NoAgents => {
                "agents are not exported: whoever holds a license or has scanned has the plug-in, the others have not"
            }
            NoPluginListed => {
                "the table of agents lists the plug-in nowhere, though it was used: whoever holds a license or has \
                 scanned has it, the others have not"
            }
            NoLicenseInUse => "licenses in use are not exported: whoever has scanned holds one",
            NoPatchInventory => {
                "Patch Inventories are not exported: whoever has the plug-in has the scan package, too"
            }
            NoTargets => {
                "targets are not exported: the install policy takes all, the DSUP is on, there are no clones"
            }
            NoInstallListed => "the targets do not show the install policy: it takes all",
            NoLicenses => "licenses are not exported: the pool is what --nodes says, and does not expire",
            NodesUnknown => {
                "licenses are not exported, and how many nodes there are is not known: where the scenario goes on, no client is \
                 turned away (X2)"
            }
            NoStatus => "{n} computers without a status count as Active",
            OtherStatus => "{n} computers with another status count as Disposed, which frees no license (V6)",
            Silent => "{n} computers that have not reported for longer than --silent-after are gone (V9)",
            NeverReported => {
                "{n} computers never reported and have no agent: they are known to the directory only, and wait for nothing"
            }
            LeftBehind => {
                "{n} computers are records left behind: another record of the same name reports later (V10)"
            }
            Orphan => "{n} licenses are held by records that are not exported; they stay held",
            MembershipUpdatesDead => "membership updates do not run: {n} are in no target at all (T2)",
            NotCovered => {
                "maintenance does not cover the version: it has ended, scans went on, and no result has come for three \
                 days (M3); or else nothing has changed since, and all is well: --released tells for certain"
            }
            PackageReady => {
                "{n} computers without a scan result have the scan package: something else keeps them from a license"
            }
            PackageStuck => {
                "{n} computers with the plug-in never returned a scan: their package server does not serve (C4)"
            }
            PluginStuck => {
                "{n} targets of the install policy have no plug-in: their package server does not serve (C4)"
            }
            UnderWay => "{n} computers are under way to the plug-in or the scan package",
            RhythmsAsUsual | RequestsEvery | InventoriesEvery | ScansEvery | CoveredByScans
            | TakenForClone | ScanPolicyOff | NeverImported | DsupOff | DsupOnByScans | DsupNotListed => {
                self.words_about_the_server()
            }
        }
    }

    /// The sentences about rhythms and policies.
    fn words_about_the_server(self) -> &'static str {
        use Assumption::*;
        match self {
            RhythmsAsUsual => {
                "fewer than 20 live computers show no rhythm: requests count as hourly, Basic Inventories as daily, and scans as coming \
                 every 4 hours, as on a server as it is installed"
            }
            RequestsEvery => {
                "agents ask for their policies every {n} hours: the ages of their last requests end there"
            }
            InventoriesEvery => {
                "agents send a Basic Inventory every {n} hours: the ages of the last ones end there"
            }
            ScansEvery => "clients scan every {n} hours: the ages of their last Patch Inventories end there",
            CoveredByScans => {
                "{n} computers are in no DSUP-type policy by the targets and have scanned lately all the same: they find scan settings \
                 (C5); clones whose names do not show it are named by --clone"
            }
            TakenForClone => {
                "{n} policies of no known role are taken for clones of the DSUP: computers in them scan, and computers outside them do \
                 not (C5); --clone confirms it"
            }
            ScanPolicyOff => {
                "the Windows System Assessment Scan policy is off: {n} live holders returned their last scan within one scan period, \
                 and none since (C8)"
            }
            NeverImported => {
                "patch data was never imported: no computer has ever scanned, though many have had the plug-in for long (C4)"
            }
            DsupOff => {
                "the DSUP is off: it targets nobody (C5); clones whose names do not show it are named by --clone"
            }
            DsupOnByScans => {
                "the DSUP is on although it targets nobody: computers outside all clones have scanned lately (C5); \
                 clones whose names do not show it are named by --clone"
            }
            DsupNotListed => "the targets do not show whether the DSUP is on: it is (C5)",
            _ => "", // those of `words`
        }
    }

    /// The sentence about so many computers.
    pub fn about(self, computers: u64) -> String {
        let words = self.words().replace("{n}", &grouped(computers));
        match computers {
            1 => words.replace("1 computers", "1 computer").replace(
                "1 policies of no known role are taken for clones",
                "1 policy of no known role is taken for a clone",
            ),
            _ => words,
        }
    }
}
