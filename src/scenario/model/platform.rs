//! The server, the agents' rhythm, packages and scans.

use jiff::civil::DateTime;
use serde::Serialize;

use crate::engine::distribution::Distribution;
use crate::scenario::model::unreachable::Unreachable;
use crate::scenario::model::version::Version;
use crate::units::time::{Span, Time};

/// The server, and the agents' rhythm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Platform {
    /// At the start; actions upgrade it.
    pub version: Version,
    /// Start of the day on which the vendor released it; `None`: not known, maintenance covers it (M3).
    pub released: Option<Time>,
    /// From the first Basic Inventory of a new agent to its first configuration request (C0).
    pub first_contact: Distribution,
    /// When a client asks for its policies (C0, C3); default: every hour from the first request on.
    pub configuration_request: PeriodicSchedule,
    /// When a client reports what is installed (C2); default: every 24 h.
    pub basic_inventory: PeriodicSchedule,
    /// Is a Basic Inventory also sent at once when the plug-in was installed?
    pub inventory_after_plugin_change: bool,
    /// At the start; actions replace it.
    pub membership_update: MembershipUpdate,
    /// When *NS.Internal Licensing Refresh Item* runs (V1); default: daily at 03:00.
    pub licensing_refresh: Schedule,
    /// When status Retired frees the license (V1); default: at the refresh. No effect in 6.x.
    pub refund_on_retire: Refund,
    /// When a deletion frees the license (V3); default: at the refresh.
    pub refund_on_delete: Refund,
    /// A check-in sets a status back to Active at the earliest this long after it was changed (V7).
    pub reactivate_after: Span,
    /// At which contact of its live agent a deleted client is back (V5); default: at the next request.
    pub return_after_delete: ReturnAfterDelete,
    /// Key `on_expiry` (E1); default: keep.
    pub on_expiry: OnExpiry,
    /// Section `purging` (V9); off by default.
    pub purging: Purging,
    /// From the start of a re-image until the agent of the new image starts (V10).
    pub reimage_time: Distribution,
    /// From a download that failed to the next try, one after the other; the last repeats.
    pub download_retry: Vec<Span>,
    /// What was due while a PC was off, or in a blockout, runs this long after its end.
    pub start_spread: Distribution,
    /// How far the event queue is behind at the start; actions change it. Default: not at all.
    #[serde(skip_serializing_if = "is_zero")]
    pub event_queue: Span,
    /// When clients cannot reach the server, or a busy one refuses a part of what they ask.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreachable: Vec<Unreachable>,
}

/// What only newer scenarios ask for leaves the digests of the others alone.
fn is_zero(delay: &Span) -> bool {
    *delay == Span::ZERO
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
    /// Key `phase`; default: of configuration requests the first contact, of everything else random.
    pub phase: Phase,
    /// Key `jitter`: milliseconds, may be negative; default: 0.
    pub jitter: Distribution,
}

impl PeriodicSchedule {
    /// The longest time between two occurrences.
    pub fn longest_gap(&self) -> Span {
        Span(self.every.ms() + (self.jitter.max() - self.jitter.min()))
    }
}

/// Where a client's grid is anchored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// The first configuration request of the client's agent; the second one is a period later (C0). A client that is
    /// there at the start has had its first request before: its grid is where its last one was, or [`Phase::Random`].
    FirstContact,
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
    /// It does not run by itself.
    Never,
    /// At once, whenever wanted.
    Immediate,
    /// At `offset`, `offset + every`, ... after the start of the scenario; `0 <= offset < every`.
    Every {
        /// Distance of two runs, above zero.
        every: Span,
        /// From the start of the scenario to the first run.
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
    /// Key `delta`; default: every 5 min.
    pub delta: Schedule,
    /// Key `complete`; default: daily at 02:10.
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
    /// In the instant in which it is no longer needed.
    Immediate,
    /// With the next run of the licensing refresh.
    AtRefresh,
}

/// At which contact with the server a live agent whose record was deleted registers again (V5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ReturnAfterDelete {
    /// At its next configuration request.
    NextRequest,
    /// At its next Basic Inventory.
    NextInventory,
}

/// What becomes of held licenses when no license in date is left (E1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum OnExpiry {
    /// They stay taken, and serve again once a license is in date.
    Keep,
    /// They return to the pool at once.
    Release,
}

/// Purging maintenance: two timers of their own, both reckoned from a record's last Basic Inventory (V9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Purging {
    /// An Active record is retired when its last Basic Inventory is so old. `None`: never.
    pub retire_after: Option<Span>,
    /// A record of any status is deleted when its last Basic Inventory is so old. `None`: never.
    pub delete_after: Option<Span>,
    /// When the server looks.
    pub check: Schedule,
    /// Are also records purged whose agent was uninstalled?
    pub uninstalled_agents: bool,
}

impl Purging {
    /// Is any of the two timers set?
    pub fn is_on(&self) -> bool {
        self.shortest().is_some()
    }

    /// The timer that runs out first.
    pub fn shortest(&self) -> Option<Span> {
        self.retire_after.into_iter().chain(self.delete_after).min()
    }
}

/// What clients download.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Packages {
    /// Size of the plug-in package in bytes (C1); default: 10 MB.
    pub plugin: Distribution,
    /// From the plug-in package being complete until the plug-in runs.
    pub plugin_install: Distribution,
    /// Size of the whole assessment scan package in bytes (C3, C4); default: 40 MB.
    pub assessment_scan: Distribution,
    /// What a client downloads that goes to a newer version of the assessment scan package.
    pub assessment_scan_update: Distribution,
    /// Do scans go on with the old version meanwhile?
    pub old_version_usable: bool,
    /// Patch Install Tools (U1), whole at each refresh.
    pub install_tools: Distribution,
    /// Has the server imported patch data before the start, so that it has both packages (C4)?
    pub imported_before_start: bool,
}

/// The Windows System Assessment Scan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scan {
    /// Keys `every`, `phase` and `jitter`; default: every 4 h, random.
    pub schedule: PeriodicSchedule,
    /// Does a client scan at once when its package is ready?
    pub on_new_policy: bool,
    /// Does a client with online times scan once after each start of its PC?
    pub on_agent_start: bool,
    /// From the start of a scan until its result is at the server.
    pub duration: Distribution,
    /// Key `retry` (X2); default: the next scan.
    pub retry: Retry,
    /// A client leaves the fleet after this many rejections in a row.
    pub give_up_after: Option<u32>,
    /// Is a result sent only when something has changed since the last one?
    pub send_only_if_changed: bool,
    /// Key `resend_after_reject`; default: with the next scan.
    pub resend_after_reject: Resend,
    /// A full result is sent at least this often, changed or not. `None`: never because of its age.
    pub full_every: Option<Span>,
    /// Does a client also scan when its configuration request brings a new patch update policy?
    pub on_update_policy: bool,
    /// Does a client also scan when a Software Update Cycle starts, and when it ends?
    pub on_cycle_start: bool,
    /// Key `on_cycle_end`; default: true.
    pub on_cycle_end: bool,
}

/// When a client whose result was rejected sends one again, if only changes are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Resend {
    /// With its next scan, although nothing has changed.
    NextScan,
    /// Not before a scan finds something changed.
    WhenChanged,
}

/// When a rejected client scans again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Retry {
    /// At the next occurrence of its schedule.
    NextScan,
    /// This long (ms) after the rejection.
    After(Distribution),
}
