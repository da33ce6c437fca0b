//! Event by event: what happened to whom, by which rule, and why, in words.
//!
//! `events.csv` and `explain` both read this; the words are written once.

use crate::fleet::fact::{Cause, Fact, Observer, Package, Step, Watched};
use crate::observe::{initial, patching, recovery};
use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::consumption::{Refused, Returned};
use crate::rules::license_calendar::LicenseFileEvent;
use crate::rules::license_files::{AupState, expiry_releases, files_in_force, has_free};
use crate::rules::maintenance::ImportRefused;
use crate::rules::recovery::release;
use crate::rules::release::{KeptBy, Release};
use crate::rules::targeting::next_membership_update;
use crate::scenario::model::{Action, AdminCommand, LicenseFile, Refund, Scenario};
use crate::units::time::{Span, Time};

/// One line of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: Time,
    /// `None`: it happened to the server, not to a client.
    pub client: Option<u32>,
    /// Snake-case word to filter by.
    pub event: &'static str,
    pub clause: Option<Clause>,
    pub reason: String,
    /// Licenses in use after it.
    pub in_use: u64,
    /// The line is the first one of a further record of this client.
    pub further_record_of: Option<u32>,
}

/// Which lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Whatever changes something, and no scan: those need not be simulated one by one to tell it.
    WithoutScans,
    /// Whatever changes something, and every refusal.
    Changes,
    /// Also the scans of clients that hold a license already.
    Everything,
}

/// Turns facts into lines and hands them on.
pub struct Trace<'s, F> {
    scenario: &'s Scenario,
    detail: Detail,
    /// Only this client's lines, and the server's.
    only: Option<u32>,
    in_use: u64,
    /// Nodes in force; `None`: without limit.
    nodes: Option<u64>,
    aup: AupState,
    sink: F,
}

impl<'s, F: FnMut(Line)> Trace<'s, F> {
    pub fn new(scenario: &'s Scenario, detail: Detail, only: Option<u32>, sink: F) -> Self {
        Trace { scenario, detail, only, in_use: 0, nodes: Some(0), aup: AupState::None, sink }
    }

    fn describe(&self, at: Time, fact: &Fact) -> Option<Described> {
        match fact {
            Fact::Changed { after, step, .. } => self.describe_step(at, *after, step),
            Fact::Scanned { outcome: Ok(Returned::InventoryOnly), .. }
                if self.detail == Detail::Everything =>
            {
                match has_free(self.nodes, self.in_use) {
                    true => said("scan_returned", Some(Clause::C6), "the client holds a license already"),
                    false => said(
                        "scan_returned",
                        Some(Clause::X1),
                        "the pool is full, the client holds a license",
                    ),
                }
            }
            Fact::Scanned { outcome: Ok(_), .. } => None, // the license taken says it
            Fact::Scanned { .. } if self.detail == Detail::WithoutScans => None,
            Fact::Scanned { outcome: Err(refused), .. } => {
                said(refusal(*refused), Some(refused.clause()), refused.words())
            }
            Fact::LicenseFileEvent { file, turn } => Some(self.describe_turn(at, *file, *turn)),
            Fact::Entitlement(_) | Fact::ScansCounted { .. } => None,
            Fact::Refreshed { by_hand, released } => {
                let how = if *by_hand { "by hand" } else { "scheduled" };
                let plural = if *released == 1 { "" } else { "s" };
                said(
                    "licensing_refresh",
                    Some(Clause::V1),
                    format!("{how}; {released} license{plural} released"),
                )
            }
            Fact::Arranged { action } => Some(self.describe_arranged(*action)),
            Fact::Coverage { version, covered: true } => said(
                "version_covered",
                Some(Clause::M3),
                format!("maintenance covers {}: scans run", version.word()),
            ),
            Fact::Coverage { version, covered: false } => said(
                "version_not_covered",
                Some(Clause::M3),
                format!("{} was released after the end of maintenance: no scan runs", version.word()),
            ),
            Fact::PackageServer { site, serves } => {
                let name = &self.scenario.sites[*site].name;
                match serves {
                    true => said("package_server_up", Some(Clause::C4), format!("{name}: it serves again")),
                    false => {
                        said("package_server_down", Some(Clause::C4), format!("{name}: it does not serve"))
                    }
                }
            }
            Fact::Restarted { site } => {
                let name = &self.scenario.sites[*site].name;
                said("package_server_restarted", Some(Clause::C4), format!("{name}: by hand"))
            }
            Fact::Acted { action, clients } => {
                let plural = if *clients == 1 { "" } else { "s" };
                said("action", None, format!("actions[{action}]: {clients} client{plural}"))
            }
            Fact::Imported { by_hand, brought } => self.describe_import(*by_hand, *brought),
            Fact::BulletinsEnabled { by_hand, bulletins } => {
                let how = if *by_hand { "by hand" } else { "by itself, some time after the import" };
                said(
                    "bulletins_enabled",
                    (self.aup == AupState::Expired).then_some(Clause::M1),
                    format!("{bulletins} more, {how}"),
                )
            }
            Fact::EnableRefused { action, bulletin, refused } => {
                let name =
                    self.scenario.updates.as_ref().map(|u| u.bulletins[*bulletin as usize].name.as_str());
                let reason = format!("actions[{action}]: {}: {}", name.unwrap_or_default(), refused.words());
                said("enable_refused", refused.clause(), reason)
            }
            Fact::TaskRefused { action, refused } => {
                said("task_refused", refused.clause(), format!("actions[{action}]: {}", refused.words()))
            }
        }
    }

    /// An import that finds nothing new changes nothing.
    fn describe_import(&self, by_hand: bool, brought: Result<u32, ImportRefused>) -> Option<Described> {
        let how = if by_hand { "by hand" } else { "scheduled" };
        match brought {
            Err(refused) => said("import_refused", Some(refused.clause()), refused.words()),
            Ok(0) if self.detail != Detail::Everything => None,
            Ok(0) => said("import", None, format!("{how}; nothing new")),
            Ok(n) => said(
                "import",
                None,
                format!(
                    "{how}; {n} bulletin{} listed, and new package versions",
                    if n == 1 { "" } else { "s" }
                ),
            ),
        }
    }

    /// What an administrator changed for everybody.
    fn describe_arranged(&self, action: u32) -> Described {
        let next = |at| match next_membership_update(self.scenario, at) {
            Time::NEVER => "no membership update runs any more".to_string(),
            update => format!("the next membership update runs {} later", update - at),
        };
        let Action { at, what } = &self.scenario.actions[action as usize];
        let (event, clause, reason) = match what {
            AdminCommand::ChangePolicies(_) => ("policies_changed", None, next(*at)),
            AdminCommand::MembershipUpdate(_) => ("membership_updates_changed", Some(Clause::T2), next(*at)),
            AdminCommand::RunMembershipUpdate => {
                ("membership_update", Some(Clause::T2), "by hand".to_string())
            }
            AdminCommand::Upgrade { version, .. } => {
                ("upgraded", None, format!("{} runs now", version.word()))
            }
            _ => ("action", None, String::new()),
        };
        Described { event, clause, reason: format!("actions[{action}]: {reason}") }
    }

    fn describe_turn(&self, at: Time, index: usize, turn: LicenseFileEvent) -> Described {
        let files = &self.scenario.licenses;
        let file = &files[index];
        let nodes = file.nodes.map_or("unlimited".to_string(), |n| n.to_string());
        let before = at - Span(1);
        let counted = files_in_force(files, before).any(|f| f.name == file.name);
        let (event, reason) = match turn {
            LicenseFileEvent::Starts => {
                let gone = |f: &&LicenseFile| !files_in_force(files, at).any(|still| still.name == f.name);
                let replaced: Vec<String> = files_in_force(files, before)
                    .filter(|f| f.until != Some(at))
                    .filter(gone)
                    .map(|f| format!("; replaces {}", f.name))
                    .collect();
                ("license_file_starts", format!("{}: {nodes} nodes{}", file.name, replaced.concat()))
            }
            LicenseFileEvent::Ends if counted => {
                let last = files_in_force(files, at).next().is_none();
                let keep = match expiry_releases(!last, self.scenario.platform.on_expiry) {
                    true => "holders lose theirs",
                    false => "holders keep theirs",
                };
                ("license_file_ends", format!("{}: {nodes} nodes; {keep}", file.name))
            }
            LicenseFileEvent::Ends => {
                ("license_file_ends", format!("{}: had been replaced before", file.name))
            }
            LicenseFileEvent::AupNotice | LicenseFileEvent::AupEnds if !counted && file.from < at => {
                let event = if turn == LicenseFileEvent::AupNotice { "aup_notice" } else { "aup_ends" };
                (event, format!("{}: had been replaced before, or has ended", file.name))
            }
            LicenseFileEvent::AupNotice => {
                ("aup_notice", format!("{}: maintenance ends in 56 days", file.name))
            }
            LicenseFileEvent::AupEnds => ("aup_ends", format!("{}: maintenance has ended", file.name)),
        };
        Described { event, clause: turn.clause(), reason }
    }

    /// How a license came back, and when: the scenario says which of the two holds.
    fn describe_release(&self, clause: Clause) -> &'static str {
        let platform = &self.scenario.platform;
        let when = if clause == Clause::V1 { platform.refund_on_retire } else { platform.refund_on_delete };
        match when {
            _ if clause == Clause::E1 => "no license is in date any more: its license went back to the pool",
            Refund::Immediate => "its license returned to the pool at once",
            Refund::AtRefresh => "the licensing refresh returned its license to the pool",
        }
    }

    /// What leaving means for the license.
    fn describe_leaving(&self, at: Time, after: ClientState) -> &'static str {
        match release(after, &self.scenario.platform, self.scenario.version_at(at)) {
            Release::NothingHeld => "it held no license",
            Release::Now(_) => "its license is released at once",
            Release::AtRefresh(_) => "its license stays taken until the licensing refresh",
            Release::Kept(KeptBy::RetiredIn6x) => "its license is not released: 6.x does not refund",
            Release::Kept(_) => "its license is not released (V6)",
        }
    }

    fn describe_step(&self, at: Time, after: ClientState, step: &Step) -> Option<Described> {
        let left = || self.describe_leaving(at, after);
        match *step {
            Step::LicenseReleased(clause) => {
                said("license_released", Some(clause), self.describe_release(clause))
            }
            Step::Retired(Cause::Purging) => {
                said("retired", Some(Clause::V9), format!("no report for too long; {}", left()))
            }
            Step::Deleted(Cause::Purging) => {
                said("deleted", Some(Clause::V9), format!("no report for too long; {}", left()))
            }
            Step::Retired(cause) => said(
                "retired",
                Some(Clause::V1),
                format!("{}; {}{}", why_retired(cause), left(), alive(after)),
            ),
            Step::Disposed => said("disposed", Some(Clause::V6), format!("{}{}", left(), alive(after))),
            Step::Deleted(_) => said("deleted", Some(Clause::V3), format!("{}{}", left(), alive(after))),
            Step::DownloadFailed { package: p, again } => {
                let reason = format!("{}: the package server does not serve", package(p));
                said("download_failed", Some(package_clause(p)), format!("{reason}; {}", next_try(at, again)))
            }
            Step::DownloadPutOff { package: p, again } => {
                let reason = format!("{}: its site has a blockout; {}", package(p), next_try(at, again));
                said("download_put_off", Some(package_clause(p)), reason)
            }
            Step::DownloadPaused { package: p, again } => {
                let reason = format!("{}: the PC goes off; {}", package(p), next_try(at, again));
                said("download_paused", Some(package_clause(p)), reason)
            }
            ref other => describe_progress(after, other),
        }
    }
}

/// A live agent will have its say.
fn alive(after: ClientState) -> &'static str {
    match after.status() {
        _ if !after.is(Mark::Agent) => "",
        Status::Retired => "; its agent is alive and will set it back to Active",
        Status::Deleted => "; its agent is alive and will register again",
        _ => "; its agent is alive",
    }
}

/// How long until a download is asked for again.
fn next_try(now: Time, again: Time) -> String {
    match again {
        Time::NEVER => "there is no next try: its PC is not on again".to_string(),
        _ => format!("next try in {}", again - now),
    }
}

fn why_retired(cause: Cause) -> &'static str {
    match cause {
        Cause::Purging => "purged",
        Cause::Action => "by an action",
        Cause::Lifetime => "its lifetime is over",
        Cause::HoldingTime => "its holding time is over",
    }
}

struct Described {
    event: &'static str,
    clause: Option<Clause>,
    reason: String,
}

fn said(event: &'static str, clause: Option<Clause>, reason: impl Into<String>) -> Option<Described> {
    Some(Described { event, clause, reason: reason.into() })
}

fn refusal(refused: Refused) -> &'static str {
    match refused {
        Refused::PoolFull => "scan_rejected",
        Refused::Untargeted => "scan_failed",
        Refused::LicensesExpired | Refused::VersionNotCovered | Refused::PackageIncomplete => "scan_not_run",
        Refused::NothingNew => "scan_unchanged",
        Refused::NoActiveRecord(_) => "scan_without_record",
    }
}

fn package(package: Package) -> &'static str {
    match package {
        Package::Plugin => "plug-in package",
        Package::AssessmentScan => "assessment scan package",
        Package::AssessmentScanUpdate => "new version of the assessment scan package",
        Package::InstallTools => "Patch Install Tools",
    }
}

/// Downloads of the plug-in belong to C1, those of the scan package to C4, Patch Install Tools to U1.
fn package_clause(package: Package) -> Clause {
    match package {
        Package::Plugin => Clause::C1,
        Package::AssessmentScan | Package::AssessmentScanUpdate => Clause::C4,
        Package::InstallTools => Clause::U1,
    }
}

/// Steps of the chain, of the uninstall policy, and giving up.
fn describe_progress(after: ClientState, step: &Step) -> Option<Described> {
    use Clause::*;
    match *step {
        Step::Found => said("found", None, initial::words(after)),
        Step::Enrolled => said("agent_started", None, "the PC joins the fleet"),
        Step::FirstContact => {
            said("registered", None, "first Basic Inventory: the server has a record of it")
        }
        Step::InstallTargeted => said(
            "plugin_targeted",
            Some(C1),
            "a membership update made it a target of the plug-in install policy",
        ),
        Step::InstallUntargeted if after.is(Mark::Plugin) => {
            said("plugin_untargeted", Some(C1), "the install policy takes it no longer; the plug-in stays")
        }
        Step::InstallUntargeted => said(
            "plugin_untargeted",
            Some(C1),
            "the install policy takes it no longer; the plug-in will not come",
        ),
        Step::PluginRequested => {
            said("plugin_policy_received", Some(C1), "its configuration request brought the plug-in policy")
        }
        Step::DownloadQueued(p) => said(
            "download_queued",
            Some(package_clause(p)),
            format!("{}: the site serves no more at once", package(p)),
        ),
        Step::DownloadStarted(p) => said("download_started", Some(package_clause(p)), package(p)),
        Step::Downloaded { package: p, bytes, waited, took } => {
            let waiting =
                if waited == Span::ZERO { String::new() } else { format!("after waiting {waited}, ") };
            let reason = format!("{}: {waiting}{bytes} bytes in {took}", package(p));
            said("download_completed", Some(package_clause(p)), reason)
        }
        Step::DownloadBrokenOff(p) => said(
            "download_broken_off",
            Some(package_clause(p)),
            format!("{}: what was loaded is lost", package(p)),
        ),
        Step::PluginInstalled => {
            said("plugin_installed", Some(C1), "the plug-in runs; the server does not know yet")
        }
        Step::PluginReported => said("plugin_reported", Some(C2), "a Basic Inventory reported the plug-in"),
        Step::PackageTargeted => said(
            "package_targeted",
            Some(C3),
            "a membership update made it a target of the assessment scan package",
        ),
        Step::PackageRequested => {
            said("package_policy_received", Some(C3), "its configuration request brought the package policy")
        }
        Step::PackageReady => said("package_ready", Some(C4), "the package is complete: scans can run"),
        Step::LicenseTaken { waited } if waited == Span::ZERO => {
            said("license_taken", Some(C6), "its first scan result took a license")
        }
        Step::LicenseTaken { waited } => {
            said("license_taken", Some(C6), format!("after {waited} without one"))
        }
        Step::StartsWaiting { .. } => None, // the rejection says it
        Step::DownloadFailed { .. } | Step::DownloadPutOff { .. } | Step::DownloadPaused { .. } => None, // said above
        Step::LicenseReleased(_) | Step::Retired(_) | Step::Disposed | Step::Deleted(_) => None, // said above
        Step::UninstallTargeted => {
            said("uninstall_targeted", Some(V2), "out of the install policy, into the uninstall policy")
        }
        Step::UninstallLifted => said(
            "uninstall_lifted",
            Some(C1),
            "out of the uninstall policy; the install policy may take it again",
        ),
        Step::PluginRemoved => said("plugin_removed", Some(V2), plugin_gone(after)),
        Step::RemovalReported => {
            said("plugin_removal_reported", Some(V2), "a Basic Inventory reported that the plug-in is gone")
        }
        Step::GaveUp => said("gave_up", Some(X2), "left the fleet after too many rejections"),
        Step::ResultSent => None, // the scan returned says it
        ref other => recovery::words(after, other)
            .or_else(|| patching::words(other))
            .map(|(event, clause, reason)| Described { event, clause, reason }),
    }
}

fn plugin_gone(after: ClientState) -> &'static str {
    if after.is(Mark::Licensed) {
        "the plug-in is gone, the license is still held"
    } else {
        "the plug-in is gone"
    }
}

impl<F: FnMut(Line)> Observer for Trace<'_, F> {
    fn watches(&self) -> Watched {
        match self.only {
            _ if self.detail == Detail::WithoutScans => Watched::Nobody,
            Some(client) => Watched::Client(client),
            None => Watched::Everybody,
        }
    }

    fn observe(&mut self, at: Time, fact: &Fact) {
        let mut client = None;
        match fact {
            Fact::Changed { client: who, before, after, .. } => {
                client = Some(*who);
                self.in_use += u64::from(after.is(Mark::Licensed) && !before.is(Mark::Licensed));
                self.in_use -= u64::from(before.is(Mark::Licensed) && !after.is(Mark::Licensed));
            }
            Fact::Scanned { client: who, .. } => client = Some(*who),
            Fact::Entitlement(entitlement) => (self.nodes, self.aup) = (entitlement.nodes, entitlement.aup),
            _ => {}
        }
        if self.only.is_some() && client.is_some() && client != self.only {
            return;
        }
        if let Some(Described { event, clause, reason }) = self.describe(at, fact) {
            let further_record_of = match fact {
                Fact::Changed { step: Step::SecondRecord { of, .. }, .. } => Some(*of),
                _ => None,
            };
            (self.sink)(Line { at, client, event, clause, reason, in_use: self.in_use, further_record_of });
        }
    }
}
