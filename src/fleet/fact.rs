//! What the fleet tells its observers, and what an observer is.
//!
//! Facts are the only way out of the model. An observer sees them in order of time and can answer
//! any question from them; it cannot schedule, and whether it listens changes nothing.

use crate::rules::clause::Clause;
use crate::rules::client::ClientState;
use crate::rules::consumption::{Refused, Returned};
use crate::rules::license_calendar::LicenseFileEvent;
use crate::rules::license_files::Entitlement;
use crate::rules::maintenance::{EnableRefused, ImportRefused, TaskRefused};
use crate::rules::update_cycle::Stopped;
use crate::scenario::model::{Keys, Version};
use crate::units::ids::{ClientId, SiteId};
use crate::units::time::{Span, Time};

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fact {
    /// A client's state changed.
    Changed { client: ClientId, before: ClientState, after: ClientState, step: Step },
    /// A scan was judged.
    Scanned { client: ClientId, outcome: Result<Returned, Refused> },
    /// So many scans that were not told one by one had this outcome since this was told last; they changed
    /// nothing.
    ScansCounted { outcome: Result<Returned, Refused>, scans: u64 },
    /// A license file started or ended, or its maintenance did.
    LicenseFileEvent { file: usize, turn: LicenseFileEvent },
    /// What the license files add up to from now on. Also told once at the start.
    Entitlement(Entitlement),
    /// An action of the scenario was carried out on this many clients.
    Acted { action: u32, clients: u32 },
    /// An action of the scenario was carried out on the server.
    Arranged { action: u32 },
    /// Maintenance covers the version that runs, or no longer does (M3). At the start it does, unless
    /// told otherwise.
    Coverage { version: Version, covered: bool },
    /// The package server of a site fails, or serves again.
    PackageServer { site: SiteId, serves: bool },
    /// An administrator restarted the package server of a site.
    Restarted { site: SiteId },
    /// The licensing refresh ran and released this many licenses.
    Refreshed { by_hand: bool, released: u32 },
    /// An import ran and listed this many bulletins in the PRC; any at all, and there are new packages.
    Imported { by_hand: bool, brought: Result<u32, ImportRefused> },
    /// A patch update policy was made for this many bulletins; none when all were enabled before.
    BulletinsEnabled { by_hand: bool, bulletins: u32 },
    /// An action names a bulletin that cannot be enabled.
    EnableRefused { action: u32, bulletin: u32, refused: EnableRefused },
    /// A *Software Update Installation* task of an action cannot be scheduled.
    TaskRefused { action: u32, refused: TaskRefused },
}

/// What changed a client's state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// It was there at the start, in this state.
    Initial,
    Enrolled,
    FirstContact,
    InstallTargeted,
    /// A membership update after which the install policy no longer takes it.
    InstallUntargeted,
    PluginRequested,
    /// The site's downloads are at their limit; this one waits.
    DownloadQueued(PackageKind),
    DownloadStarted(PackageKind),
    /// The client left, or lost its policy, before the download was complete.
    DownloadBrokenOff(PackageKind),
    /// The package server does not serve; what was loaded is kept, the next try is at `again`.
    DownloadFailed {
        package: PackageKind,
        again: Time,
    },
    /// The request fell into a blockout; it is made again at `again`.
    DownloadPutOff {
        package: PackageKind,
        again: Time,
    },
    /// The PC goes off; what was loaded is kept, and it asks for the rest at `again`.
    DownloadPaused {
        package: PackageKind,
        again: Time,
    },
    /// `waited` for a slot, then `took` to download.
    Downloaded {
        package: PackageKind,
        bytes: u64,
        waited: Span,
        took: Span,
    },
    PluginInstalled,
    PluginReported,
    PackageTargeted,
    PackageRequested,
    PackageReady,
    /// `waited` since its first scan that asked for a license.
    LicenseTaken {
        waited: Span,
    },
    /// The first rejection since the client wants a license; `again`: it was rejected before that.
    StartsWaiting {
        again: bool,
    },
    /// The record that it shares has taken a license.
    LicenseShared,
    LicenseReleased(Clause),
    Retired(Cause),
    Disposed,
    Deleted(Cause),
    /// A PC was switched off whose record other machines share.
    SwitchedOff,
    /// A report of its live agent set its Retired record back to Active (V7).
    Reactivated,
    /// Its record had been deleted; a Basic Inventory created a new one.
    Returned,
    /// It registered with the keys of another machine and shares its record.
    SharesRecord,
    AgentUninstalled,
    Reimaged(Keys),
    /// The new image runs.
    ImageApplied,
    /// Its new agent was recognised by its keys.
    Recognised,
    /// The PC goes on as another record, its n-th.
    LeftBehind {
        nth: u32,
    },
    /// First sign of a PC's n-th record, which is a client of its own from now on.
    SecondRecord {
        of: ClientId,
        nth: u32,
        /// V10, or V5 when it is because the old record was deleted.
        clause: Clause,
    },
    UninstallTargeted,
    UninstallLifted,
    PluginRemoved,
    RemovalReported,
    GaveUp,
    /// A new version of the scan package is wanted; the old one can no longer be used, or still can.
    RefreshWanted {
        old_usable: bool,
    },
    /// The client has the newest version that there was when it asked.
    RefreshComplete,
    /// Patch Install Tools are wanted: by a cycle (U1), or before the license (U2, in 7.1 to 7.5).
    ToolsWanted {
        by_cycle: bool,
    },
    ToolsComplete,
    /// A patch update policy reached the client: so many more updates are Scheduled.
    UpdatesScheduled {
        updates: u32,
    },
    /// A task, rather than the schedule, is to run the next cycle.
    TaskReceived,
    /// A cycle reached Applying Updates and has what it needs: so many updates are Executing.
    UpdatesExecuting {
        updates: u32,
    },
    /// The cycle did not proceed; its updates are Scheduled.
    CycleStopped(Stopped),
    /// The cycle ended; `again` failed and are Scheduled once more.
    CycleEnded {
        installed: u32,
        failed: u32,
        again: u32,
    },
    /// The client left or lost the plug-in with so many updates Scheduled or Executing.
    UpdatesDropped {
        updates: u32,
    },
    /// A scan result was processed, and as long as nothing changes no other is sent.
    ResultSent,
}

/// Why a PC was retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Action,
    Lifetime,
    HoldingTime,
    /// Purging maintenance (V9).
    Purging,
}

/// What clients download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageKind {
    Plugin = 0,
    AssessmentScan = 1,
    /// A newer version of it, for a client that has one.
    AssessmentScanUpdate = 2,
    InstallTools = 3,
}

/// The clients whose scans an observer has to see one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    Nobody,
    Client(ClientId),
    Everybody,
}

/// Sees every fact, in order of time.
pub trait Observer {
    fn observe(&mut self, at: Time, fact: &Fact);

    /// The first instant at or after `from` by which all scans up to then are to be told.
    fn counts_at(&self, _from: Time) -> Time {
        Time::NEVER
    }

    /// The clients whose scans are to be told one by one, though they change nothing.
    fn watches(&self) -> Watched {
        Watched::Nobody
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
            (Watched::Nobody, other) | (other, Watched::Nobody) => other,
            (one, other) if one == other => one,
            _ => Watched::Everybody,
        }
    }
}
