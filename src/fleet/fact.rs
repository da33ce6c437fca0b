//! The facts that the fleet reports to its observers, and the observer interface.
//!
//! Facts are the only way out of the model. An observer sees them in order of time and can answer
//! any question from them; it cannot schedule, and its presence changes nothing.

use crate::fleet::solution_fact::SolutionFact;
use crate::rules::clause::Clause;
use crate::rules::client::ClientState;
use crate::rules::consumption::{Refused, Returned};
use crate::rules::license_calendar::LicenseFileEvent;
use crate::rules::license_files::Entitlement;
use crate::rules::maintenance::{EnableRefused, ImportRefused, TaskRefused};
use crate::rules::update_cycle::Stopped;
use crate::scenario::model::{Keys, ServedPackage, Version};
use crate::units::ids::{ClientId, SiteId};
use crate::units::time::{Span, Time};

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fact {
    /// A client's state changed.
    Changed {
        /// The record of the server, or the PC, whose state it is.
        client: ClientId,
        /// The state up to this instant.
        before: ClientState,
        /// The state from this instant on; it may equal `before` when only the step matters.
        after: ClientState,
        /// The cause of the change.
        step: Step,
    },
    /// A scan was judged.
    Scanned {
        /// The PC that scanned.
        client: ClientId,
        /// `Ok`: the result was processed; `Err`: the scan did not run, or its result was not processed.
        outcome: Result<Returned, Refused>,
    },
    /// Scans that were counted instead of reported one by one: all with this outcome since the last such count.
    /// They changed nothing.
    ScansCounted {
        /// What became of each of them.
        outcome: Result<Returned, Refused>,
        /// How many scans, of all clients together.
        scans: u64,
    },
    /// A license file started or ended, or its maintenance did.
    LicenseFileEvent {
        /// Index of the file in the scenario.
        file: usize,
        /// What happens to the file at this instant.
        turn: LicenseFileEvent,
    },
    /// What the license files add up to from now on. Also reported once at the start.
    Entitlement(Entitlement),
    /// An action of the scenario was carried out on this many clients.
    Acted {
        /// Index of the action in the scenario.
        action: u32,
        /// How many clients the action was carried out on; 0 when none matched.
        clients: u32,
        /// How many more of the group that it is about it would have been, if their records had another status.
        left_out: u32,
    },
    /// An action of the scenario was carried out on the server.
    Arranged {
        /// Index of the action in the scenario.
        action: u32,
    },
    /// Maintenance covers the version that runs, or no longer does (M3). At the start it does, unless
    /// this fact reports otherwise.
    Coverage {
        /// The installed version.
        version: Version,
        /// Whether its release date lies before the end of maintenance.
        covered: bool,
    },
    /// The package server of a site fails, or serves again; or a package is not available on it, or is again.
    PackageServer {
        /// The site whose clients the package server supplies.
        site: SiteId,
        /// The package; `None`: all.
        package: Option<ServedPackage>,
        /// False from a failure on, true again after the repair.
        serves: bool,
    },
    /// An administrator restarted the package server of a site.
    Restarted {
        /// The site whose package server it is.
        site: SiteId,
    },
    /// The licensing refresh ran and released this many licenses.
    Refreshed {
        /// By an action, not by the schedule.
        by_hand: bool,
        /// Number of licenses returned to the pool.
        released: u32,
    },
    /// An import ran and listed this many bulletins in the PRC; any at all, and there are new packages.
    Imported {
        /// By an action, not by the schedule.
        by_hand: bool,
        /// Number of bulletins newly listed in the PRC, or why the import brings nothing (E1, M2, M3).
        brought: Result<u32, ImportRefused>,
    },
    /// A patch update policy was made for this many bulletins; none when all were enabled before.
    BulletinsEnabled {
        /// By an action; false: automatically, after an import.
        by_hand: bool,
        /// Number of bulletins newly enabled.
        bulletins: u32,
    },
    /// A bulletin cannot be enabled: one that an action names, or one that was to be enabled by itself.
    EnableRefused {
        /// Index of the action in the scenario; `None`: automatically, after an import.
        action: Option<u32>,
        /// Index of the bulletin.
        bulletin: u32,
        /// Not listed yet, or never to be listed (M2).
        refused: EnableRefused,
    },
    /// A *Software Update Installation* task of an action cannot be scheduled.
    TaskRefused {
        /// Index of the action in the scenario.
        action: u32,
        /// Which precondition is not met (E1, M3, M4, or a bulletin that is not enabled).
        refused: TaskRefused,
    },
    /// Something of another solution than Patch Management (S1, S2).
    Solution(SolutionFact),
}

/// What changed a client's state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// It was there at the start, in this state.
    Initial,
    /// The agent started on a new PC; the server does not know it yet.
    Enrolled,
    /// A Basic Inventory registered it: its record is Active from now on.
    FirstContact {
        /// Instant of the first configuration request of its agent (C0).
        request: Time,
    },
    /// A membership update made it a target of the plug-in install policy (C1, T2).
    InstallTargeted,
    /// A membership update after which the install policy no longer takes it.
    InstallUntargeted,
    /// Its configuration request brought the plug-in policy (C1); the download is asked for.
    PluginRequested,
    /// The site's downloads are at their limit; this one waits.
    DownloadQueued(PackageKind),
    /// The site's package server started to send it.
    DownloadStarted(PackageKind),
    /// The client left, or lost its policy, before the download was complete.
    DownloadBrokenOff(PackageKind),
    /// The package server does not serve; what was loaded is kept, the next try is at `again`.
    DownloadFailed {
        /// What was asked for.
        package: PackageKind,
        /// Instant of the next try, by the retry schedule.
        again: Time,
    },
    /// The request fell into a blockout; it is made again at `again`.
    DownloadPutOff {
        /// What was asked for.
        package: PackageKind,
        /// Instant of the next request, after the end of the blockout.
        again: Time,
    },
    /// The PC goes off; what was loaded is kept, and it asks for the rest at `again`.
    DownloadPaused {
        /// What was being downloaded.
        package: PackageKind,
        /// Instant at which the PC is on again.
        again: Time,
    },
    /// `waited` for a slot, then `took` to download.
    Downloaded {
        /// What is complete now.
        package: PackageKind,
        /// Size of the whole package, in bytes.
        bytes: u64,
        /// From the request to the start of the transfer.
        waited: Span,
        /// From the start of the transfer to its end.
        took: Span,
    },
    /// The installation after the download has ended; the server does not know of the plug-in yet.
    PluginInstalled,
    /// A Basic Inventory reported the plug-in to the server (C2).
    PluginReported,
    /// The server targets it for the assessment scan package (C3).
    PackageTargeted,
    /// Its configuration request brought the policy of the assessment scan package (C3).
    PackageRequested,
    /// The assessment scan package is complete, and scans begin (C4).
    PackageReady,
    /// `waited` since its first scan that asked for a license.
    LicenseTaken {
        /// Zero when the first such scan took the license at once.
        waited: Span,
    },
    /// The first rejection since the client wants a license; `again`: it was rejected before that.
    StartsWaiting {
        /// True when this is not the first time that it waits.
        again: bool,
    },
    /// The record that it shares has taken a license.
    LicenseShared,
    /// The license of its record went back to the pool, by this rule.
    LicenseReleased(Clause),
    /// Its record was set to Retired (V1).
    Retired(Cause),
    /// An action set its record to Disposed, which frees no license (V6).
    Disposed,
    /// Its record was deleted, which frees its license, at once or at the next licensing refresh (V3).
    Deleted(Cause),
    /// A PC was switched off whose record other machines share.
    SwitchedOff,
    /// A report of its live agent set its Retired or Disposed record back to Active (V7).
    Reactivated,
    /// Its record had been deleted; a Basic Inventory created a new one.
    Returned,
    /// It registered with the keys of another machine and shares its record.
    SharesRecord,
    /// The agent was removed; the record, and the license with it, is left behind (V8).
    AgentUninstalled,
    /// The PC gets a new image; its hardware keys match the record or are new (V10).
    Reimaged(Keys),
    /// The new image runs.
    ImageApplied,
    /// Its new agent was recognised by its keys.
    Recognised,
    /// The PC goes on as another record, its n-th.
    LeftBehind {
        /// Number of the PC's next record; 2 for the second one.
        nth: u32,
    },
    /// First sign of a PC's n-th record, which is a client of its own from now on.
    SecondRecord {
        /// The PC's first record.
        of: ClientId,
        /// Number of this record; 2 for the second one.
        nth: u32,
        /// V10, or V5 when it is because the old record was deleted.
        clause: Clause,
    },
    /// The uninstall policy took it out of the install policy (V2).
    UninstallTargeted,
    /// The uninstall policy no longer takes it; the install policy may again (C1).
    UninstallLifted,
    /// The uninstall policy removed the plug-in from the PC; the server does not know yet (V2).
    PluginRemoved,
    /// A Basic Inventory reported to the server that the plug-in is gone.
    RemovalReported,
    /// Switched off after too many rejections; its record, unless shared, becomes Retired (X2).
    GaveUp,
    /// A new version of the scan package is wanted; the old one can no longer be used, or still can.
    RefreshWanted {
        /// False: scans stop until the new version is complete.
        old_usable: bool,
    },
    /// The client has the newest version that there was when it asked.
    RefreshComplete,
    /// Patch Install Tools are wanted: by a cycle (U1), or before the license (U2, in 7.1 to 7.5).
    ToolsWanted {
        /// False: they gate the license.
        by_cycle: bool,
    },
    /// Patch Install Tools are complete on the PC.
    ToolsComplete,
    /// A patch update policy reached the client: further updates are Scheduled.
    UpdatesScheduled {
        /// Newly Scheduled, besides those that were already.
        updates: u32,
    },
    /// A task, rather than the schedule, is to run the next cycle.
    TaskReceived,
    /// A cycle reached Applying Updates and has what it needs: its updates are Executing.
    UpdatesExecuting {
        /// All those that this cycle works on.
        updates: u32,
    },
    /// The cycle did not proceed; its updates are Scheduled.
    CycleStopped(Stopped),
    /// The cycle ended; `again` failed and are Scheduled once more.
    CycleEnded {
        /// Updates of this cycle that are installed now.
        installed: u32,
        /// Updates that failed in as many cycles as they may be tried in.
        failed: u32,
        /// Updates that failed and may be tried once more.
        again: u32,
    },
    /// The client left or lost the plug-in with updates Scheduled or Executing.
    UpdatesDropped {
        /// All that were Scheduled or Executing on the client.
        updates: u32,
    },
    /// A scan result was processed, and as long as nothing changes no other is sent.
    ResultSent,
}

/// Why a PC was retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An administrator's action of the scenario.
    Action,
    /// The PC's lifetime ended.
    Lifetime,
    /// The client's time of holding a license ended.
    HoldingTime,
    /// Purging maintenance (V9).
    Purging,
}

/// What clients download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageKind {
    /// The Software Update Plug-in (C1).
    Plugin = 0,
    /// The assessment scan package, for a client that has none yet (C3).
    AssessmentScan = 1,
    /// A newer version of it, for a client that has one.
    AssessmentScanUpdate = 2,
    /// Patch Install Tools (U1).
    InstallTools = 3,
}

/// The clients whose scans an observer has to see one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// None: all may be counted instead.
    NoClient,
    /// This one; all others may be counted.
    Client(ClientId),
    /// All of them: no scan is counted.
    AllClients,
}

/// Sees every fact, in order of time.
pub trait Observer {
    /// Receives the fact; `at` never decreases from call to call.
    fn observe(&mut self, at: Time, fact: &Fact);

    /// The first instant at or after `from` by which all scans up to then are to be reported.
    fn counts_at(&self, _from: Time) -> Time {
        Time::NEVER
    }

    /// The clients whose scans are to be reported one by one, though they change nothing.
    fn watches(&self) -> Watched {
        Watched::NoClient
    }
}

impl<O: Observer> Observer for &mut O {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        (**self).observe(at, fact);
    }

    fn counts_at(&self, from: Time) -> Time {
        (**self).counts_at(from)
    }

    fn watches(&self) -> Watched {
        (**self).watches()
    }
}

/// No observer.
impl Observer for () {
    #[inline]
    fn observe(&mut self, _: Time, _: &Fact) {}
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        self.0.observe(at, fact);
        self.1.observe(at, fact);
    }

    fn counts_at(&self, from: Time) -> Time {
        self.0.counts_at(from).min(self.1.counts_at(from))
    }

    fn watches(&self) -> Watched {
        match (self.0.watches(), self.1.watches()) {
            (Watched::NoClient, other) | (other, Watched::NoClient) => other,
            (one, other) if one == other => one,
            _ => Watched::AllClients,
        }
    }
}
