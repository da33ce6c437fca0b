//! What a scenario means: checked, complete with defaults, immutable.
//!
//! A value of these types cannot be wrong: names refer to something, durations have the sign they
//! need, dates are instants. Everything downstream works on this and never sees YAML.
//! The scenario's digest is taken from the serialised form of these types, so it is independent of
//! how the file spells things.

pub mod initial;
mod network;
pub mod over_time;
pub mod policies;
mod share;
pub mod updates;
mod weekly;

pub use initial::Initial;
pub use network::{Link, Outage, Site, Throttle};
pub use over_time::{Installed, MembershipPlan, OverTime};
pub use policies::{Policies, PoliciesChange, Policy, Reach};
pub use share::Share;
pub use weekly::{DAYS, Online, Weekly, Window};

use std::fmt;

use jiff::civil::DateTime;
use serde::{Serialize, Serializer};

use crate::engine::distribution::Distribution;
use crate::units::time::{Span, Time};
use updates::{BulletinChoice, Updates};

/// A whole scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scenario {
    pub name: String,
    /// Server local time of `Time::START`.
    #[serde(serialize_with = "as_text")]
    pub start: DateTime,
    /// Simulated time; events at exactly its end still happen.
    pub duration: Span,
    /// Not part of the digest: a run is identified by digest *and* seed.
    #[serde(skip)]
    pub seed: u64,
    /// Distance of two rows of the timeline.
    pub timeline_every: Span,
    pub platform: Platform,
    pub packages: Packages,
    pub scan: Scan,
    /// The update side; without it nothing is published.
    pub updates: Option<Updates>,
    /// In name order.
    pub licenses: Vec<LicenseFile>,
    /// In name order.
    pub sites: Vec<Site>,
    /// In name order.
    pub groups: Vec<Group>,
    pub policies: Policies,
    /// In the order of the file, which decides between actions of the same instant.
    pub actions: Vec<Action>,
    /// What the actions make of policies, membership updates and version, worked out once.
    #[serde(skip)]
    pub over_time: OverTime,
}

fn as_text<T: fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl Scenario {
    /// The last simulated instant.
    pub fn horizon(&self) -> Time {
        Time::START + self.duration
    }

    /// Does anybody ask when a machine reported last?
    pub fn asks_for_reports(&self) -> bool {
        let asks = |action: &Action| {
            matches!(action.what.selection(), Some(Selection::Group { silent_for: Some(_), .. }))
        };
        self.platform.purging.is_on() || self.actions.iter().any(asks)
    }

    /// The version that runs at an instant.
    pub fn version_at(&self, at: Time) -> Version {
        self.over_time.installed_at(at).version
    }
}

/// The server, and the agents' rhythm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Platform {
    /// At the start; actions upgrade it.
    pub version: Version,
    /// Start of the day on which the vendor released it; `None`: not known, maintenance covers it (M3).
    pub released: Option<Time>,
    /// From the agent's start until its first Basic Inventory is at the server.
    pub first_contact: Distribution,
    pub configuration_request: PeriodicSchedule,
    pub basic_inventory: PeriodicSchedule,
    /// Is a Basic Inventory also sent at once when the plug-in was installed?
    pub inventory_after_plugin_change: bool,
    pub membership_update: MembershipUpdate,
    pub licensing_refresh: Schedule,
    pub refund_on_retire: Refund,
    pub refund_on_delete: Refund,
    pub on_expiry: OnExpiry,
    pub purging: Purging,
    /// From the start of a re-image until the agent of the new image starts (V10).
    pub reimage_time: Distribution,
    /// From a download that failed to the next try, one after the other; the last repeats.
    pub download_retry: Vec<Span>,
    /// What was due while a PC was off, or in a blockout, runs this long after its end.
    pub start_spread: Distribution,
}

/// Server versions whose license rules differ or that people run, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Version {
    V6_2,
    V7_1,
    V7_5,
    V7_6,
    V8_0,
    V8_1,
    V8_5,
    V8_5Ru2,
    V8_5Ru3,
    V8_5Ru4,
    V8_6,
    V8_7,
    V8_7_1,
    V8_8,
}

impl Version {
    /// Does this version require a DSUP-type policy for scans? (C5)
    pub fn requires_dsup(self) -> bool {
        self >= Version::V8_5
    }

    /// Do agents send a full result now and then, although nothing has changed? From 8.8 on.
    pub fn sends_full_results(self) -> bool {
        self >= Version::V8_8
    }

    /// As people write it.
    pub fn word(self) -> &'static str {
        let own = Version::WORDS.iter().find(|(_, version)| *version == self);
        own.expect("every version has its word").0
    }

    pub const WORDS: &'static [(&'static str, Version)] = &[
        ("6.2", Version::V6_2),
        ("7.1", Version::V7_1),
        ("7.5", Version::V7_5),
        ("7.6", Version::V7_6),
        ("8.0", Version::V8_0),
        ("8.1", Version::V8_1),
        ("8.5", Version::V8_5),
        ("8.5 RU2", Version::V8_5Ru2),
        ("8.5 RU3", Version::V8_5Ru3),
        ("8.5 RU4", Version::V8_5Ru4),
        ("8.6", Version::V8_6),
        ("8.7", Version::V8_7),
        ("8.7.1", Version::V8_7_1),
        ("8.8", Version::V8_8),
    ];
}

/// Something every client does again and again on a grid of its own.
///
/// Occurrence `k` is at `anchor + k × every + jitter(k)`; the jitter does not accumulate and is
/// narrower than the period, so occurrences keep their order and "the first one after t" needs no
/// history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeriodicSchedule {
    /// The period; zero means "at once, whenever wanted".
    pub every: Span,
    pub phase: Phase,
    pub jitter: Distribution,
}

/// Where a client's grid is anchored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// A uniform share of the period after the start of the scenario, drawn for each client.
    Random,
    /// The same for all clients: this long after the start of the scenario.
    Fixed(Span),
    /// The instant at which the client's package became ready; the first occurrence is one period later.
    AfterPackage,
}

/// Something the server does for all clients at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Schedule {
    Never,
    /// At once, whenever wanted.
    Immediate,
    /// At `offset`, `offset + every`, ... after the start of the scenario; `0 <= offset < every`.
    Every {
        every: Span,
        offset: Span,
    },
}

impl Schedule {
    /// Every day at a time of day, as a grid relative to the start of the scenario.
    pub fn daily(time_of_day: Span, start: DateTime) -> Schedule {
        let since_midnight = start.duration_since(start.date().at(0, 0, 0, 0)).as_millis();
        let since_midnight = Span(since_midnight as i64); // less than a day
        Schedule::Every { every: Span::DAY, offset: (time_of_day - since_midnight).rem_euclid(Span::DAY) }
    }
}

/// Resource membership updates: new clients become targets only when one of them runs (T2).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MembershipUpdate {
    pub delta: Schedule,
    pub complete: Schedule,
}

impl MembershipUpdate {
    /// The schedules of a server as it is installed.
    pub fn usual(start: DateTime) -> MembershipUpdate {
        MembershipUpdate {
            delta: Schedule::Every { every: Span::minutes(5), offset: Span::ZERO },
            complete: Schedule::daily(Span::minutes(2 * 60 + 10), start),
        }
    }

    /// Does any update ever run?
    pub fn ever_runs(&self) -> bool {
        (self.delta, self.complete) != (Schedule::Never, Schedule::Never)
    }
}

/// When a license that is no longer needed returns to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Refund {
    Immediate,
    AtRefresh,
}

/// What becomes of held licenses when no license in date is left (E1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum OnExpiry {
    Keep,
    Release,
}

/// Purging maintenance: two timers of their own, both reckoned from a record's last report (V9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Purging {
    /// An Active record is retired after this long without a report. `None`: never.
    pub retire_after: Option<Span>,
    /// A record of any status is deleted after this long without a report. `None`: never.
    pub delete_after: Option<Span>,
    /// When the server looks.
    pub check: Schedule,
}

impl Purging {
    pub fn is_on(&self) -> bool {
        self.retire_after.is_some() || self.delete_after.is_some()
    }
}

/// What clients download.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Packages {
    pub plugin: Distribution,
    /// From the plug-in package being complete until the plug-in runs.
    pub plugin_install: Distribution,
    pub assessment_scan: Distribution,
    /// What a client downloads that goes to a newer version of the assessment scan package.
    pub assessment_scan_update: Distribution,
    /// Do scans go on with the old version meanwhile?
    pub old_version_usable: bool,
    /// Patch Install Tools (U1), whole at each refresh.
    pub install_tools: Distribution,
}

/// The Windows System Assessment Scan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scan {
    pub schedule: PeriodicSchedule,
    /// Does a client scan at once when its package is ready?
    pub on_new_policy: bool,
    /// Does a client with online times scan once after each start of its PC?
    pub on_agent_start: bool,
    /// From the start of a scan until its result is at the server.
    pub duration: Distribution,
    pub retry: Retry,
    /// A client leaves the fleet after this many rejections in a row.
    pub give_up_after: Option<u32>,
    /// Is a result sent only when something has changed since the last one?
    pub send_only_if_changed: bool,
    pub resend_after_reject: Resend,
    /// A full result is sent at least this often, changed or not. `None`: never because of its age.
    pub full_every: Option<Span>,
    /// Does a client also scan when a Software Update Cycle starts, and when it ends?
    pub on_cycle_start: bool,
    pub on_cycle_end: bool,
}

/// When a client whose result was rejected sends one again, if only changes are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Resend {
    NextScan,
    WhenChanged,
}

/// When a rejected client scans again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Retry {
    NextScan,
    After(Distribution),
}

/// One license file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LicenseFile {
    pub name: String,
    pub kind: LicenseKind,
    pub format: LicenseFormat,
    /// `None`: without limit.
    pub nodes: Option<u64>,
    /// First instant in force.
    pub from: Time,
    /// First instant no longer in force: 23:59 of the stated day (L2).
    pub until: Option<Time>,
    /// First instant without maintenance: 23:59 of the stated day.
    pub aup_until: Option<Time>,
    /// The file whose place it takes from its first instant on, by index (L1).
    pub replaces: Option<usize>,
}

/// Only perpetual licenses do not expire (L2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LicenseKind {
    Perpetual,
    Subscription,
    Temporary,
    Trial,
}

impl LicenseKind {
    pub const WORDS: &'static [(&'static str, LicenseKind)] = &[
        ("perpetual", LicenseKind::Perpetual),
        ("subscription", LicenseKind::Subscription),
        ("temporary", LicenseKind::Temporary),
        ("trial", LicenseKind::Trial),
    ];

    /// As people write it.
    pub fn word(self) -> &'static str {
        let own = LicenseKind::WORDS.iter().find(|(_, kind)| *kind == self);
        own.expect("every kind has its word").0
    }
}

/// A legacy file replaces the legacy file before it, SLic files add (L1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LicenseFormat {
    Legacy,
    SLic,
}

impl LicenseFormat {
    /// What the vendor hands out for a version: SLic from 8.1 on.
    pub fn usual(version: Version) -> LicenseFormat {
        if version >= Version::V8_1 { LicenseFormat::SLic } else { LicenseFormat::Legacy }
    }
}

/// Clients that are alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    pub name: String,
    pub clients: Clients,
    /// Where each of them stands at the start, in the same order; `None`: they join by `enrol`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<Vec<Initial>>,
    /// Index into [`Scenario::sites`].
    pub site: usize,
    /// Operating system, for policies that ask for it.
    pub os: Option<String>,
    pub enrol: Enrol,
    /// What these clients download of the assessment scan package, when it is not the whole of it.
    pub package_size: Option<Distribution>,
    /// From enrolment until the PC is retired and switched off. `None`: never.
    pub lifetime: Option<Distribution>,
    /// From taking the license until the PC is retired and switched off. `None`: never.
    pub holding_time: Option<Distribution>,
    pub cloned_keys: Option<ClonedKeys>,
    /// When these PCs are on. `None`: always.
    pub online: Option<Online>,
}

/// Machines made from one image that kept its keys: so many in a row share one record (V10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClonedKeys {
    /// At least two.
    pub machines: u32,
    pub by: Key,
}

impl ClonedKeys {
    /// How many machines share a record under a version of the server.
    pub fn sharing(self, version: Version) -> u32 {
        match self.by {
            Key::Hardware => self.machines,
            Key::Tpm if version >= Version::V8_7_1 => self.machines,
            Key::Tpm => 1,
        }
    }
}

/// A key by which the server recognises a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Key {
    Hardware,
    /// Looked at from 8.7.1 on.
    Tpm,
}

impl Group {
    /// What a client of the group is called: by a name of its own, or by group and number.
    pub fn client_name(&self, index: u32) -> String {
        match &self.clients {
            Clients::Named(names) => names[index as usize].clone(),
            Clients::Count(_) | Clients::Unbounded => format!("{}-{}", self.name, index + 1),
        }
    }
}

/// How many clients, and what they are called.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Clients {
    /// `desktops-1` to `desktops-600`.
    Count(u32),
    Named(Vec<String>),
    /// As many as arrive (with Poisson arrivals).
    Unbounded,
}

impl Clients {
    /// How many there are, where that is said.
    pub fn count(&self) -> Option<u32> {
        match self {
            Clients::Count(count) => Some(*count),
            Clients::Named(names) => Some(names.len() as u32),
            Clients::Unbounded => None,
        }
    }

    /// The names of their own that they have.
    pub fn names(&self) -> Option<&[String]> {
        match self {
            Clients::Named(names) => Some(names),
            Clients::Count(_) | Clients::Unbounded => None,
        }
    }
}

/// When clients join the fleet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Enrol {
    /// Each client on its own, this long after the start.
    Spread(Distribution),
    /// One after the other, with exponential gaps of this mean (ms), within `from..=until`.
    Poisson { mean_gap: f64, from: Time, until: Option<Time> },
    /// The instant of each client in turn.
    Instants(Vec<Time>),
}

/// Status of a computer's record at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Status {
    /// The server has not heard of the client yet.
    Unknown = 0,
    Active = 1,
    Retired = 2,
    Disposed = 3,
    /// The record was deleted.
    Deleted = 4,
    /// The PC has the hardware keys of another one and shares its record (V10).
    Shared = 5,
}

impl Status {
    /// The statuses by which an action chooses records, as people write them.
    pub const WORDS: &'static [(&'static str, Status)] =
        &[("active", Status::Active), ("retired", Status::Retired), ("disposed", Status::Disposed)];
}

/// Something an administrator does at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    pub at: Time,
    pub what: AdminCommand,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum AdminCommand {
    /// *NS.Internal Licensing Refresh Item*, by hand (V1).
    LicensingRefresh,
    /// Status Retired (V1, V7).
    Retire(Selection, Agent),
    /// Status Disposed (V6).
    Dispose(Selection, Agent),
    /// The record is deleted (V3, V5).
    Delete(Selection, Agent),
    /// Out of the install policy and into the uninstall policy (V2).
    UninstallPlugin(Selection),
    /// *Import Patch Data for Windows*, by hand.
    Import,
    /// Enables bulletins in the PRC and makes a patch update policy for them (M1).
    EnableBulletins(BulletinChoice),
    /// A *Software Update Installation* task: clients apply these bulletins at once (M4).
    InstallationTask(BulletinChoice, Selection),
    /// The package server of a site (by index) serves again.
    RestartPackageServer(usize),
    /// Out of the uninstall policy: the install policy may take them again (C1).
    InstallPlugin(Selection),
    /// Policies are switched, or get another target (C1, C5).
    ChangePolicies(PoliciesChange),
    /// Membership updates run by this schedule from now on (T2).
    MembershipUpdate(MembershipUpdate),
    /// A membership update, by hand (T2).
    RunMembershipUpdate,
    /// A newer version, and the start of the day on which the vendor released it (M3).
    Upgrade { version: Version, released: Time },
    /// The agent goes and the plug-in with it; the PC stays in use (V8).
    UninstallAgent(Selection),
    /// The PC gets a new image (V10).
    Reimage(Selection, Keys),
}

impl AdminCommand {
    /// The clients it is about, where it is about some.
    pub fn selection(&self) -> Option<&Selection> {
        match self {
            AdminCommand::LicensingRefresh
            | AdminCommand::ChangePolicies(_)
            | AdminCommand::MembershipUpdate(_)
            | AdminCommand::RunMembershipUpdate
            | AdminCommand::RestartPackageServer(_)
            | AdminCommand::Import
            | AdminCommand::EnableBulletins(_)
            | AdminCommand::Upgrade { .. } => None,
            AdminCommand::Retire(selection, _)
            | AdminCommand::Dispose(selection, _)
            | AdminCommand::Delete(selection, _)
            | AdminCommand::UninstallPlugin(selection)
            | AdminCommand::InstallPlugin(selection)
            | AdminCommand::UninstallAgent(selection)
            | AdminCommand::InstallationTask(_, selection)
            | AdminCommand::Reimage(selection, _) => Some(selection),
        }
    }
}

/// What becomes of the PC when an administrator changes its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Agent {
    /// It is switched off for good.
    Off,
    /// It goes on, and its agent with it.
    Live,
}

/// Does the server recognise a re-imaged PC?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Keys {
    /// Its keys match: it is the same record.
    Matching,
    /// They do not: it gets a second one.
    New,
}

/// Clients an action is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Selection {
    /// The first so many clients of a group, or of all, by number, whose record fits; `None`: all of them.
    /// (What only newer scenarios ask for leaves the digests of the others alone.)
    Group {
        group: Option<usize>,
        clients: Option<u32>,
        status: Status,
        /// Its last report is at least so long ago.
        #[serde(skip_serializing_if = "Option::is_none")]
        silent_for: Option<Span>,
        /// Only records that hold a license.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        holding: bool,
    },
    /// These clients, whatever the status of their records: (group, index in the group).
    Named(Vec<(usize, u32)>),
}
