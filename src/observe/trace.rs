//! Event by event: what happened to which client or to the server, by which rule.
//!
//! [`Trace`] turns facts into [`Line`]s and passes each on at once. `events.csv`, `explain`, and the
//! comparison of two runs read them; `output/prose/events` puts an event into words. Whether a fact or a step
//! is an event is decided here, by matches without a wildcard: a new one does not compile undecided.

use crate::fleet::fact::{Cause, Fact, Observer, Step, Watched};
use crate::fleet::solution_fact::{SolutionChange, SolutionFact};
use crate::observe::events::chain::ReleaseWay;
use crate::observe::events::downloads::NextTry;
use crate::observe::events::initial::InitialState;
use crate::observe::events::records::{Departure, LicenseAfterwards, LiveAgent};
use crate::observe::events::{
    ChainEvent, DownloadEvent, PatchingEvent, RecordEvent, ScanEvent, ServerEvent, SolutionEvent, TraceEvent,
};
use crate::rules::client::{ClientState, Mark};
use crate::rules::consumption::Returned;
use crate::rules::license_files::{AupState, has_free};
use crate::rules::recovery::release;
use crate::scenario::model::Scenario;
use crate::units::ids::{ClientId, SiteId};
use crate::units::time::Time;

/// One line of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it happened; lines come in order of time.
    pub at: Time,
    /// `None`: it happened to the server, not to a client.
    pub client: Option<ClientId>,
    /// Name, rule and the data of its sentence.
    pub event: TraceEvent,
    /// Licenses in use after it, of the pool that it is about.
    pub in_use: u64,
    /// The line is the first one of a further record of this client.
    pub further_record_of: Option<ClientId>,
}

/// Which lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Changes, and no scan: scans need not be simulated one by one for these.
    WithoutScans,
    /// Changes, and every refusal.
    Changes,
    /// Also the scans of clients that hold a license already, and imports that bring nothing.
    Everything,
}

/// Turns facts into lines and passes them on.
pub struct Trace<'s, F> {
    scenario: &'s Scenario,
    detail: Detail,
    /// Only this client's lines, and the server's.
    only: Option<ClientId>,
    in_use: u64,
    /// Nodes in force; `None`: without limit.
    nodes: Option<u64>,
    aup: AupState,
    sink: F,
}

impl<'s, F: FnMut(Line)> Trace<'s, F> {
    /// `only`: lines of this client and of the server; `None`: of all clients. `sink` takes each line as it comes.
    pub fn new(scenario: &'s Scenario, detail: Detail, only: Option<ClientId>, sink: F) -> Self {
        Trace { scenario, detail, only, in_use: 0, nodes: Some(0), aup: AupState::None, sink }
    }

    /// The event of a fact; `None` where the fact is none, or not wanted.
    fn event(&self, at: Time, fact: &Fact) -> Option<TraceEvent> {
        use TraceEvent::{Patching, Scan, Server};
        let site = |site: SiteId| self.scenario.sites[site.index()].name.clone();
        let event = match *fact {
            Fact::Changed { after, step, .. } => return self.event_of_step(at, after, step),
            // The license taken is the event.
            Fact::Scanned { outcome: Ok(Returned::TakesLicense), .. } => return None,
            Fact::Scanned { outcome: Ok(Returned::InventoryOnly), .. } => {
                if self.detail != Detail::Everything {
                    return None;
                }
                Scan(ScanEvent::Returned { pool_has_free: has_free(self.nodes, self.in_use) })
            }
            Fact::Scanned { outcome: Err(refused), .. } => {
                if self.detail == Detail::WithoutScans {
                    return None;
                }
                Scan(ScanEvent::Refused(refused))
            }
            Fact::LicenseFileEvent { file, turn } => {
                Server(ServerEvent::license_file(self.scenario, at, file, turn))
            }
            // Totals: the license files and the scans behind them are events of their own.
            Fact::Entitlement(_) | Fact::ScansCounted { .. } => return None,
            Fact::Refreshed { by_hand, released } => {
                Server(ServerEvent::LicensesRefreshed { by_hand, released })
            }
            Fact::Acted { action, clients, .. } => Server(ServerEvent::Acted { action, clients }),
            Fact::Arranged { action } => Server(ServerEvent::arranged(self.scenario, action)?),
            Fact::Coverage { version, covered } => Server(ServerEvent::Coverage { version, covered }),
            Fact::PackageServer { site: index, package, serves } => {
                Server(ServerEvent::PackageServer { site: site(index), package, serves })
            }
            Fact::Restarted { site: index } => {
                Server(ServerEvent::PackageServerRestarted { site: site(index) })
            }
            // An import that finds nothing new changes nothing.
            Fact::Imported { brought: Ok(0), .. } if self.detail != Detail::Everything => return None,
            Fact::Imported { by_hand, brought: Ok(bulletins) } => {
                Patching(PatchingEvent::Imported { by_hand, bulletins })
            }
            Fact::Imported { brought: Err(refused), .. } => Patching(PatchingEvent::ImportRefused(refused)),
            Fact::BulletinsEnabled { by_hand, bulletins } => {
                let aup_expired = self.aup == AupState::Expired;
                Patching(PatchingEvent::BulletinsEnabled { by_hand, bulletins, aup_expired })
            }
            Fact::EnableRefused { action, bulletin, refused } => {
                let bulletin = self.bulletin(bulletin);
                Patching(PatchingEvent::EnableRefused { action, bulletin, refused })
            }
            Fact::TaskRefused { action, refused } => Patching(PatchingEvent::TaskRefused { action, refused }),
            Fact::Solution(fact) => return self.event_of_solution(at, fact),
        };
        Some(event)
    }

    fn event_of_solution(&self, at: Time, fact: SolutionFact) -> Option<TraceEvent> {
        let solution = fact.solution;
        match fact.what {
            SolutionChange::Entitlement(_) => None, // the license files behind it are events
            SolutionChange::File { file, turn } => {
                let event = ServerEvent::file_of_solution(self.scenario, at, solution, (file, turn))?;
                Some(TraceEvent::Server(event))
            }
            SolutionChange::Computer { step, .. } => {
                SolutionEvent::of_step(solution, step).map(TraceEvent::Solution)
            }
        }
    }

    fn bulletin(&self, bulletin: u32) -> String {
        let updates = self.scenario.updates.as_ref();
        updates.map(|updates| updates.bulletins[bulletin as usize].name.clone()).unwrap_or_default()
    }

    /// What a new status of its record means for a client's license and its agent.
    fn departure(&self, at: Time, after: ClientState, cause: Cause) -> Departure {
        let release = release(after, &self.scenario.platform, self.scenario.version_at(at));
        // Purging takes records of PCs that do not report: no agent matters.
        let live_agent = if cause == Cause::Purging { None } else { LiveAgent::of(after) };
        Departure { license: LicenseAfterwards::new(release), live_agent }
    }

    fn event_of_step(&self, at: Time, after: ClientState, step: Step) -> Option<TraceEvent> {
        use TraceEvent::{Chain, Download, Patching, Record};
        let (licensed, plugin_installed) = (after.is(Mark::Licensed), after.is(Mark::Plugin));
        let next = |again| NextTry::new(at, again);
        let departure = |cause| self.departure(at, after, cause);
        let way = |clause| ReleaseWay::of(clause, &self.scenario.platform);
        Some(match step {
            Step::StartsWaiting { .. } | Step::ResultSent => return None, // the scan behind them is the event
            Step::Initial => Chain(ChainEvent::Found(InitialState::new(after))),
            Step::Enrolled => Chain(ChainEvent::AgentStarted),
            Step::FirstContact { request } => Chain(ChainEvent::Registered { request: next(request).0 }),
            Step::InstallTargeted => Chain(ChainEvent::PluginTargeted),
            Step::InstallUntargeted => Chain(ChainEvent::PluginUntargeted { plugin_installed }),
            Step::PluginRequested => Chain(ChainEvent::PluginPolicyReceived),
            Step::PluginInstalled => Chain(ChainEvent::PluginInstalled),
            Step::PluginReported => Chain(ChainEvent::PluginReported),
            Step::PackageTargeted => Chain(ChainEvent::PackageTargeted),
            Step::PackageRequested => Chain(ChainEvent::PackagePolicyReceived),
            Step::PackageReady => Chain(ChainEvent::PackageReady),
            Step::LicenseTaken { waited } => Chain(ChainEvent::LicenseTaken { waited }),
            Step::LicenseShared => Chain(ChainEvent::LicenseShared),
            Step::LicenseReleased(clause) => Chain(ChainEvent::LicenseReleased { clause, way: way(clause) }),
            Step::UninstallTargeted => Chain(ChainEvent::UninstallTargeted),
            Step::UninstallLifted => Chain(ChainEvent::UninstallLifted),
            Step::PluginRemoved => Chain(ChainEvent::PluginRemoved { licensed }),
            Step::RemovalReported => Chain(ChainEvent::PluginRemovalReported),
            Step::GaveUp => Chain(ChainEvent::GaveUp),
            Step::DownloadQueued(p) => Download(p, DownloadEvent::Queued),
            Step::DownloadStarted(p) => Download(p, DownloadEvent::Started),
            Step::DownloadBrokenOff(p) => Download(p, DownloadEvent::BrokenOff),
            Step::DownloadFailed { package: p, again } => Download(p, DownloadEvent::Failed(next(again))),
            Step::DownloadPutOff { package: p, again } => Download(p, DownloadEvent::PutOff(next(again))),
            Step::DownloadPaused { package: p, again } => Download(p, DownloadEvent::Paused(next(again))),
            Step::Downloaded { package: p, bytes, waited, took } => {
                Download(p, DownloadEvent::Completed { bytes, waited, took })
            }
            Step::Retired(cause) => Record(RecordEvent::Retired { cause, departure: departure(cause) }),
            Step::Disposed => Record(RecordEvent::Disposed(departure(Cause::Action))),
            Step::Deleted(cause) => Record(RecordEvent::deleted(cause, departure(cause))),
            Step::SwitchedOff => Record(RecordEvent::SwitchedOff),
            Step::Reactivated => Record(RecordEvent::Reactivated { licensed }),
            Step::Returned => Record(RecordEvent::returned(after)),
            Step::SharesRecord => Record(RecordEvent::SharesRecord),
            Step::AgentUninstalled => Record(RecordEvent::AgentUninstalled { licensed }),
            Step::Reimaged(keys) => Record(RecordEvent::Reimaged { keys, licensed }),
            Step::ImageApplied => Record(RecordEvent::ImageApplied),
            Step::Recognised => Record(RecordEvent::recognised(after)),
            Step::LeftBehind { nth } => Record(RecordEvent::left_behind(after, nth)),
            Step::SecondRecord { nth, clause, of: _ } => Record(RecordEvent::SecondRecord { nth, clause }),
            Step::RefreshWanted { old_usable } => Patching(PatchingEvent::PackageOutdated { old_usable }),
            Step::RefreshComplete => Patching(PatchingEvent::PackageRefreshed),
            Step::ToolsWanted { by_cycle } => Patching(PatchingEvent::ToolsWanted { by_cycle }),
            Step::ToolsComplete => Patching(PatchingEvent::ToolsReady),
            Step::UpdatesScheduled { updates } => Patching(PatchingEvent::UpdatesScheduled { updates }),
            Step::TaskReceived => Patching(PatchingEvent::TaskReceived),
            Step::UpdatesExecuting { updates } => Patching(PatchingEvent::UpdatesExecuting { updates }),
            Step::CycleStopped(stopped) => Patching(PatchingEvent::CycleStopped(stopped)),
            Step::CycleEnded { installed, failed, again } => {
                Patching(PatchingEvent::CycleEnded { installed, failed, again })
            }
            Step::UpdatesDropped { updates } => Patching(PatchingEvent::UpdatesDropped { updates }),
        })
    }
}

impl<F: FnMut(Line)> Observer for Trace<'_, F> {
    fn watches(&self) -> Watched {
        match self.only {
            _ if self.detail == Detail::WithoutScans => Watched::NoClient,
            Some(client) => Watched::Client(client),
            None => Watched::AllClients,
        }
    }

    fn observe(&mut self, at: Time, fact: &Fact) {
        let mut client = None;
        let mut in_use_elsewhere = None;
        match fact {
            Fact::Changed { client: changed, before, after, .. } => {
                client = Some(*changed);
                self.in_use += u64::from(after.is(Mark::Licensed) && !before.is(Mark::Licensed));
                self.in_use -= u64::from(before.is(Mark::Licensed) && !after.is(Mark::Licensed));
            }
            Fact::Scanned { client: scanned, .. } => client = Some(*scanned),
            Fact::Solution(SolutionFact { what, in_use, .. }) => {
                in_use_elsewhere = Some(*in_use);
                if let SolutionChange::Computer { client: of, .. } = what {
                    client = Some(*of);
                }
            }
            Fact::Entitlement(entitlement) => (self.nodes, self.aup) = (entitlement.nodes, entitlement.aup),
            _ => {}
        }
        if self.only.is_some() && client.is_some() && client != self.only {
            return;
        }
        if let Some(event) = self.event(at, fact) {
            let further_record_of = match fact {
                Fact::Changed { step: Step::SecondRecord { of, .. }, .. } => Some(*of),
                _ => None,
            };
            let in_use = in_use_elsewhere.unwrap_or(self.in_use);
            (self.sink)(Line { at, client, event, in_use, further_record_of });
        }
    }
}
