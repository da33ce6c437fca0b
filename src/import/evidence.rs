//! What the tables say as a whole, before any computer is looked at: version, pool, policies, twins.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::import::inventory::{Computer, ExportedStatus, Inventory};
use crate::import::policies::{Role, role};
use crate::import::tables::ExportTable;
use crate::import::{Assume, licenses_owned};
use crate::rules::license_files::{Entitlement, entitlement};
use crate::scenario::model::{LicenseFile, Version};
use crate::units::time::{Span, Time};

/// Seen from the instant of the export.
pub struct Evidence<'e> {
    pub inventory: &'e Inventory,
    /// The instant of the export.
    pub now: DateTime,
    pub version: Version,
    /// By index of the policy.
    pub roles: Vec<Role>,
    pub licenses: Vec<LicenseFile>,
    pub entitlement: Entitlement,
    /// Licenses held, by computers and by records that were not exported.
    pub held: u64,
    /// By computer: it has a twin of the same name and domain that reports later.
    pub left_behind: Vec<bool>,
    /// The table of agents lists the agent itself, not only its plug-ins.
    pub agents_listed: bool,
    /// The table of agents lists the Software Update Plug-in where it is.
    pub plugins_listed: bool,
    /// How long most computers have been silent: over a weekend no computer reports, and nothing follows from it.
    lull: Span,
}

/// No weekend is longer.
const LONGEST_LULL: Span = Span::days(4);

/// How much later a twin must have reported for the other one to be a record left behind.
const TWIN_LATER: Span = Span::DAY;

impl<'e> Evidence<'e> {
    pub fn new(inventory: &'e Inventory, assume: &Assume, now: DateTime) -> Evidence<'e> {
        let version = assume.version.or_else(|| newest_version(inventory)).unwrap_or(Version::V8_6);
        let licenses = licenses_owned::files(inventory, version, assume.nodes, now);
        let holders = inventory.computers.iter().filter(|computer| holds(computer));
        Evidence {
            inventory,
            now,
            version,
            roles: inventory.policies.iter().map(|name| role(name, &assume.clones)).collect(),
            entitlement: entitlement(&licenses, Time::START),
            licenses,
            held: (holders.count() + inventory.orphans.len()) as u64,
            left_behind: left_behind(inventory),
            agents_listed: agents_listed(inventory),
            plugins_listed: plugins_listed(inventory),
            lull: lull(inventory, now),
        }
    }

    /// How long ago an instant was.
    pub fn age(&self, at: DateTime) -> Span {
        between(at, self.now)
    }

    /// How long ago the server heard of a computer; `None` when it is not known, or never did.
    pub fn silence(&self, computer: &Computer) -> Option<Span> {
        computer.last_seen().at().map(|at| self.age(at))
    }

    /// Was the computer's last Patch Inventory so short a time ago, the weekend left out?
    pub fn scanned_within(&self, computer: &Computer, span: Span) -> bool {
        computer.last_patch_inventory.at().is_some_and(|at| self.age(at) <= span + self.lull)
    }

    /// Did the computer ask for its policies so short a time ago, the weekend left out?
    pub fn asked_within(&self, computer: &Computer, span: Span) -> bool {
        computer.last_config_request.at().is_some_and(|at| self.age(at) <= span + self.lull)
    }

    /// Has what its last Basic Inventory reported been so for so long, with the computer in contact? Where dates are
    /// missing it may have been.
    pub fn unchanged_for(&self, computer: &Computer, span: Span) -> bool {
        match (computer.last_config_request.at(), computer.last_basic_inventory.at()) {
            (Some(request), Some(inventory)) => between(inventory, request) >= span,
            _ => true,
        }
    }

    /// Does a policy of this role target a computer?
    pub fn targeted_by(&self, computer: &Computer, role: Role) -> bool {
        computer.policies.iter().any(|policy| self.roles[*policy as usize] == role)
    }

    /// Does a policy of this role target any computer?
    pub fn has_policy(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Is it known how many licenses there are?
    pub fn pool_is_known(&self) -> bool {
        !self.entitlement.nodes_unknown
    }

    /// Is every license taken?
    pub fn pool_is_full(&self) -> bool {
        self.entitlement.nodes.is_some_and(|nodes| self.held >= nodes)
    }
}

/// Does a computer hold a license? Where this is not exported, every computer that has scanned does.
pub fn holds(computer: &Computer) -> bool {
    computer.holds_license.unwrap_or(computer.last_patch_inventory.at().is_some())
}

fn between(from: DateTime, to: DateTime) -> Span {
    let ms = to.duration_since(from).as_millis();
    Span(i64::try_from(ms).expect("civil dates are within 10,000 years"))
}

/// The newest version that the agent or the plug-in has anywhere: servers are upgraded first, agents follow. What
/// else the table lists counts its versions by itself.
fn newest_version(inventory: &Inventory) -> Option<Version> {
    let agents = inventory.computers.iter().flat_map(|computer| [computer.base_agent(), computer.plug_in()]);
    agents.flatten().filter_map(|agent| Version::of_product(agent.version.as_deref()?)).max()
}

/// Is the agent itself listed? It is where most computers that have any agent have it.
fn agents_listed(inventory: &Inventory) -> bool {
    let with_any = inventory.computers.iter().filter(|computer| !computer.agents.is_empty());
    let with_base = with_any.clone().filter(|computer| computer.base_agent().is_some());
    2 * with_base.count() > with_any.count()
}

/// Is the plug-in listed? A query for other agents shows it nowhere, though a computer has used it.
fn plugins_listed(inventory: &Inventory) -> bool {
    let used = |computer: &Computer| {
        computer.holds_license == Some(true) || computer.last_patch_inventory.at().is_some()
    };
    let anywhere = || inventory.computers.iter().any(|computer| computer.plug_in().is_some());
    inventory.has(ExportTable::Agents) && (anywhere() || !inventory.computers.iter().any(used))
}

/// How long half of the computers with an Active record have been silent, as far as a weekend explains it.
fn lull(inventory: &Inventory, now: DateTime) -> Span {
    let active = |computer: &&Computer| matches!(computer.status, None | Some(ExportedStatus::Active));
    let seen = inventory.computers.iter().filter(active).filter_map(|computer| computer.last_seen().at());
    let mut silence: Vec<Span> = seen.map(|at| between(at, now)).collect();
    silence.sort_unstable();
    silence.get(silence.len() / 2).copied().unwrap_or(Span::ZERO).min(LONGEST_LULL)
}

/// Of records with the same name and domain, those that stopped reporting well before another one did (V10).
fn left_behind(inventory: &Inventory) -> Vec<bool> {
    let mut latest: BTreeMap<(String, Option<String>), DateTime> = BTreeMap::new();
    let key = |computer: &Computer| {
        (computer.name.to_lowercase(), computer.domain.as_ref().map(|d| d.to_lowercase()))
    };
    for computer in inventory.computers.iter().filter(|computer| !computer.name.is_empty()) {
        if let Some(at) = computer.last_seen().at() {
            let last = latest.entry(key(computer)).or_insert(at);
            *last = (*last).max(at);
        }
    }
    let is = |computer: &Computer| {
        let (Some(last), Some(own)) = (latest.get(&key(computer)), computer.last_seen().at()) else {
            return false;
        };
        !computer.name.is_empty() && last.duration_since(own).as_millis() > i128::from(TWIN_LATER.ms())
    };
    inventory.computers.iter().map(is).collect()
}
