//! Policies: which clients they take, and how an action changes them.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::scenario::model::share::{as_number, as_number_if_any};
use crate::scenario::model::{Group, Share};
use crate::units::time::{Span, Time};

/// The policies that hold at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policies {
    /// *Software Update Plug-in Install* (C1).
    pub plugin_install: Policy,
    /// *Default Software Update Plug-in* policy: of the clients it targets it takes those that no enabled clone takes (C5).
    pub dsup: Policy,
    /// Clones of it, in name order.
    pub clones: Vec<(String, Policy)>,
    /// *Windows System Assessment Scan* (C8); at the start as `scan.policy` says.
    pub scan: Policy,
    /// The rhythm of scans that an action has set; `None`: still that of section `scan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan_rhythm: Option<ScanRhythm>,
}

/// Another rhythm of scans than that of section `scan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ScanRhythm {
    /// The period.
    pub every: Span,
    /// Where all grids start, after the start of the scenario; `None`: each client keeps its share of the period.
    pub phase: Option<Span>,
}

impl ScanRhythm {
    /// Where a client's grid is anchored whose place in the period of section `scan` is that of `before`.
    pub fn anchor(self, before: Time, every: Span) -> Time {
        match self.phase {
            Some(phase) => Time::START + phase,
            None => {
                let place = i128::from(before.ms().rem_euclid(every.ms()));
                Time((place * i128::from(self.every.ms()) / i128::from(every.ms())) as i64)
            }
        }
    }
}

/// A policy and the clients that it targets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policy {
    /// Key `enabled`; a policy that is off takes no client. Default: true.
    pub enabled: bool,
    /// The clients it takes while it is on; default: all.
    pub target: Target,
}

/// The clients a policy targets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Target {
    /// Clients of which all of this is true.
    Where(Conditions),
    /// These clients and no others: (group, index in the group), in order.
    Clients(Vec<(usize, u32)>),
}

/// What must all be true of a client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conditions {
    /// Key `groups`, by index into [`crate::scenario::model::Scenario::groups`].
    pub groups: OneOf,
    /// By index into [`crate::scenario::model::Scenario::sites`].
    pub sites: OneOf,
    /// Key `operating_systems`.
    pub systems: Systems,
    /// Key `share`; default: all.
    pub share: PolicyShare,
}

/// By index: all of them, or these, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum OneOf {
    /// No condition.
    All,
    /// Sorted indices, each once.
    These(Vec<usize>),
}

/// Operating systems: all of them (and clients of which none is known), or these, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Systems {
    /// No condition.
    All,
    /// Sorted names, each once, as groups give them under `os`.
    These(Vec<String>),
}

/// A share of the clients, each by a draw of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PolicyShare {
    /// From 0 to 100 %, in millionths.
    #[serde(rename = "parts", serialize_with = "as_number")]
    pub part: Share,
    /// Tells the draws of one policy from those of another: 48 bits of a hash of the policy's path.
    pub key: u64,
}

/// 48 bits that tell the draws of a policy from those of all others, whatever else the scenario holds. `path`:
/// of the policy, below `policies`.
pub fn share_key(path: &str) -> u64 {
    let hash = Sha256::digest(path.as_bytes());
    hash[..6].iter().fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// Path of the scan policy, for the draws of its share.
pub const SCAN: &str = "scan";
/// Path of the DSUP, likewise.
pub const DSUP: &str = "dsup";

/// How much of a group a policy takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// None of its clients: the policy is off, or a condition fails for the group.
    Nobody,
    /// Some of its clients: named ones, or a share by a draw for each.
    Part,
    /// All of its clients.
    Everybody,
}

impl Policy {
    /// A policy that is on and takes every client.
    pub fn of_all(share_key: u64) -> Policy {
        Policy { enabled: true, target: Target::Where(Conditions::none(share_key)) }
    }

    /// How much of a group the policy takes.
    pub fn reach(&self, groups: &[Group], group: usize) -> Reach {
        let named = |clients: &[(usize, u32)]| {
            clients.get(clients.partition_point(|(g, _)| *g < group)).is_some_and(|(g, _)| *g == group)
        };
        match &self.target {
            _ if !self.enabled => Reach::Nobody,
            Target::Clients(clients) if named(clients) => Reach::Part,
            Target::Clients(_) => Reach::Nobody,
            Target::Where(all) if !all.hold_for(&groups[group], group) => Reach::Nobody,
            Target::Where(all) => match all.share.part {
                Share::NONE => Reach::Nobody,
                Share::ALL => Reach::Everybody,
                _ => Reach::Part,
            },
        }
    }
}

impl Conditions {
    /// No condition at all.
    fn none(share_key: u64) -> Conditions {
        Conditions {
            groups: OneOf::All,
            sites: OneOf::All,
            systems: Systems::All,
            share: PolicyShare { part: Share::ALL, key: share_key },
        }
    }

    /// Does a group meet what is asked of group, site and operating system?
    fn hold_for(&self, group: &Group, index: usize) -> bool {
        let system = match &self.systems {
            Systems::All => true,
            Systems::These(names) => group.os.as_ref().is_some_and(|os| names.binary_search(os).is_ok()),
        };
        self.groups.has(index) && self.sites.has(group.site) && system
    }
}

impl OneOf {
    /// Is this one of them?
    pub fn has(&self, index: usize) -> bool {
        match self {
            OneOf::All => true,
            OneOf::These(indices) => indices.binary_search(&index).is_ok(),
        }
    }
}

/// What a section `policies` says; what it does not say stays as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PoliciesChange {
    /// Section `plugin_install`.
    pub plugin_install: PolicyChange,
    /// Section `dsup`.
    pub dsup: PolicyChange,
    /// Section `clones`, in name order; a name that is new makes a clone.
    pub clones: Vec<(String, PolicyChange)>,
    /// Of an action, its section `scan` (C8); at the start, `scan.policy`.
    pub scan: PolicyChange,
    /// Keys `every` and `phase` of the section `scan` of an action; `None`: stays as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan_rhythm: Option<ScanRhythm>,
}

impl PoliciesChange {
    /// A change that leaves all policies as they are.
    pub fn none() -> PoliciesChange {
        let plugin_install = PolicyChange::none("plugin_install");
        PoliciesChange {
            plugin_install,
            dsup: PolicyChange::none(DSUP),
            clones: Vec::new(),
            scan: PolicyChange::none(SCAN),
            scan_rhythm: None,
        }
    }

    /// Every policy that the change names or may change.
    pub fn changed(&self) -> impl Iterator<Item = &PolicyChange> {
        self.clones.iter().map(|(_, clone)| clone).chain([&self.plugin_install, &self.dsup, &self.scan])
    }
}

/// What the section of one policy says; what it does not say stays as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyChange {
    /// The key of the policy's share.
    pub share_key: u64,
    /// `None`: stays as it was.
    pub enabled: Option<bool>,
    /// The clients that the policy takes from now on.
    pub target: TargetChange,
}

impl PolicyChange {
    /// A change that leaves the policy at this path as it is.
    pub fn none(path: &str) -> PolicyChange {
        let target =
            TargetChange::Where { no_names: false, groups: None, sites: None, systems: None, share: None };
        PolicyChange { share_key: share_key(path), enabled: None, target }
    }

    /// The change after which a policy is on and takes every client; `None` where it does already.
    pub fn to_everybody(policy: &Policy, path: &str) -> Option<PolicyChange> {
        let enabled = (!policy.enabled).then_some(true);
        let target = match &policy.target {
            Target::Clients(_) => {
                TargetChange::Where { no_names: true, groups: None, sites: None, systems: None, share: None }
            }
            Target::Where(all) => TargetChange::Where {
                no_names: false,
                groups: (all.groups != OneOf::All).then_some(OneOf::All),
                sites: (all.sites != OneOf::All).then_some(OneOf::All),
                systems: (all.systems != Systems::All).then_some(Systems::All),
                share: (all.share.part != Share::ALL).then_some(Share::ALL),
            },
        };
        let change = PolicyChange { enabled, target, ..PolicyChange::none(path) };
        (change != PolicyChange::none(path)).then_some(change)
    }
}

/// How the target of a policy changes: to named clients, or in its conditions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum TargetChange {
    /// These clients, and no condition any more.
    Clients(Vec<(usize, u32)>),
    /// Conditions replace those of before, or the named clients; with none given and `no_names` false the target stays.
    Where {
        /// `clients: all`: those named before are forgotten.
        no_names: bool,
        /// `None`: as before.
        groups: Option<OneOf>,
        /// `None`: as before.
        sites: Option<OneOf>,
        /// `None`: as before.
        systems: Option<Systems>,
        /// `None`: as before.
        #[serde(serialize_with = "as_number_if_any")]
        share: Option<Share>,
    },
}

impl Target {
    /// The clients that are named.
    pub fn named(&self) -> &[(usize, u32)] {
        match self {
            Target::Clients(named) => named,
            Target::Where(_) => &[],
        }
    }
}

impl TargetChange {
    /// The clients that are named.
    pub fn named(&self) -> &[(usize, u32)] {
        match self {
            TargetChange::Clients(named) => named,
            TargetChange::Where { .. } => &[],
        }
    }
}

impl Policies {
    /// The policies of a scenario with this section: without it plug-in install, DSUP and scans are for every client, and
    /// there are no clones.
    pub fn from_usual(section: &PoliciesChange) -> Policies {
        let usual = Policies {
            plugin_install: Policy::of_all(section.plugin_install.share_key),
            dsup: Policy::of_all(section.dsup.share_key),
            clones: Vec::new(),
            scan: Policy::of_all(section.scan.share_key),
            scan_rhythm: None,
        };
        usual.changed(section)
    }

    /// The policies that give scan settings: the clones, then the DSUP (C5).
    pub fn dsup_type(&self) -> impl Iterator<Item = &Policy> + Clone {
        self.clones.iter().map(|(_, clone)| clone).chain([&self.dsup])
    }

    /// The policies after a change. A clone that was not there comes to be.
    #[must_use]
    pub fn changed(&self, change: &PoliciesChange) -> Policies {
        let mut after = self.clone();
        after.plugin_install.change(&change.plugin_install);
        after.dsup.change(&change.dsup);
        after.scan.change(&change.scan);
        after.scan_rhythm = change.scan_rhythm.or(self.scan_rhythm);
        for (name, of_clone) in &change.clones {
            let found = after.clones.binary_search_by(|(clone, _)| clone.cmp(name));
            let index = found.unwrap_or_else(|place| {
                after.clones.insert(place, (name.clone(), Policy::of_all(of_clone.share_key)));
                place
            });
            after.clones[index].1.change(of_clone);
        }
        after
    }
}

impl Policy {
    fn change(&mut self, change: &PolicyChange) {
        self.enabled = change.enabled.unwrap_or(self.enabled);
        match &change.target {
            TargetChange::Clients(named) => self.target = Target::Clients(named.clone()),
            TargetChange::Where { no_names, groups, sites, systems, share } => {
                let untouched = (groups, sites, systems, share) == (&None, &None, &None, &None);
                if untouched && !no_names {
                    return;
                }
                let mut all = match &self.target {
                    Target::Where(before) => before.clone(),
                    Target::Clients(_) => Conditions::none(change.share_key),
                };
                all.groups = groups.clone().unwrap_or(all.groups);
                all.sites = sites.clone().unwrap_or(all.sites);
                all.systems = systems.clone().unwrap_or(all.systems);
                all.share.part = share.unwrap_or(all.share.part);
                self.target = Target::Where(all);
            }
        }
    }
}

/// The policies from an instant on.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyState {
    /// When the administrator made them so.
    pub at: Time,
    /// All of them, unchanged up to the next state.
    pub policies: Policies,
}
