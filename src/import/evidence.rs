//! What the tables say as a whole, before any computer is looked at: version, pool, policies, rhythms, twins, and for how
//! long the whole fleet has been silent.

use jiff::civil::DateTime;

use crate::import::inventory::{Computer, Inventory};
use crate::import::off_hours::OffHours;
use crate::import::policies::{Role, role};
use crate::import::rhythm::{Rhythms, between, is_active};
use crate::import::tables::ExportTable;
use crate::import::twins::Twins;
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
    /// Policies whose role is not known by their names and which are clones of the DSUP, as it seems (C5).
    pub taken_for_clones: Vec<u32>,
    /// Records of one name.
    pub twins: Twins,
    /// The table of agents lists the agent itself, not only its plug-ins.
    pub agents_listed: bool,
    /// The table of agents lists the Software Update Plug-in where it is.
    pub plugins_listed: bool,
    /// How often live agents do what.
    pub rhythms: Rhythms,
    /// When most of the fleet was off.
    pub off_hours: OffHours,
    /// How long the fleet has been silent as a whole: over a weekend, or at Christmas, no computer reports, and nothing
    /// follows from it.
    pub lull: Span,
}

/// No holiday is longer.
const LONGEST_LULL: Span = Span::days(16);

/// Computers that were switched off in one evening have been silent for the same time, but for so much.
const ONE_EVENING: Span = Span::hours(24);

impl<'e> Evidence<'e> {
    pub fn new(inventory: &'e Inventory, assume: &Assume, now: DateTime) -> Evidence<'e> {
        let version = assume.version.or_else(|| newest_version(inventory)).unwrap_or(Version::V8_6);
        let licenses = licenses_owned::files(inventory, version, assume.nodes, now);
        let holders = inventory.computers.iter().filter(|computer| holds(computer));
        let (rhythms, lull) = (Rhythms::of(inventory, now), lull(inventory, now));
        let mut evidence = Evidence {
            inventory,
            now,
            version,
            roles: inventory.policies.iter().map(|name| role(name, &assume.clones)).collect(),
            entitlement: entitlement(&licenses, Time::START),
            licenses,
            held: (holders.count() + inventory.orphans.len()) as u64,
            twins: Twins::of(inventory, lull),
            agents_listed: agents_listed(inventory),
            plugins_listed: plugins_listed(inventory),
            off_hours: OffHours::of(inventory, rhythms, now),
            rhythms,
            lull,
            taken_for_clones: Vec::new(),
        };
        evidence.taken_for_clones = evidence.policies_taken_for_clones();
        for policy in &evidence.taken_for_clones {
            evidence.roles[*policy as usize] = Role::Clone;
        }
        evidence
    }

    /// How long ago an instant was.
    pub fn age(&self, at: DateTime) -> Span {
        between(at, self.now)
    }

    /// How long ago the server heard of a computer; `None` when it is not known, or never did.
    pub fn silence(&self, computer: &Computer) -> Option<Span> {
        computer.last_seen().at().map(|at| self.age(at))
    }

    /// Was the computer's last Patch Inventory so short a time ago, the time left out in which the whole fleet was silent?
    pub fn scanned_within(&self, computer: &Computer, span: Span) -> bool {
        computer.last_patch_inventory.at().is_some_and(|at| self.age(at) <= span + self.lull)
    }

    /// Did the computer ask for its policies so short a time ago, likewise?
    pub fn asked_within(&self, computer: &Computer, span: Span) -> bool {
        computer.last_config_request.at().is_some_and(|at| self.age(at) <= span + self.lull)
    }

    /// Has what its last Basic Inventory reported been so for so long, with the computer in contact? Hours in which the
    /// fleet was off do not count; where dates are missing it may have been.
    pub fn unchanged_for(&self, computer: &Computer, span: Span) -> bool {
        match (computer.last_config_request.at(), computer.last_basic_inventory.at()) {
            (Some(request), Some(inventory)) => {
                self.off_hours.on_time(self.age(inventory), self.age(request)) >= span
            }
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

/// How long the computers with an Active record have been silent, where half of them have been since the same evening.
fn lull(inventory: &Inventory, now: DateTime) -> Span {
    let seen = inventory.computers.iter().filter(|computer| is_active(computer));
    let mut silence: Vec<Span> =
        seen.filter_map(|computer| computer.last_seen().at()).map(|at| between(at, now)).collect();
    silence.sort_unstable();
    lull_of(&silence)
}

/// The longest silence in the evening of which most computers have been silent, if they are half of all.
fn lull_of(silence: &[Span]) -> Span {
    let since = |first: Span| {
        let evening = silence.partition_point(|age| *age < first)
            ..silence.partition_point(|age| *age <= first + ONE_EVENING);
        (evening.len(), silence[evening.start + evening.len() / 2])
    };
    let most = silence
        .iter()
        .map(|first| since(*first))
        .max_by_key(|(computers, age)| (*computers, std::cmp::Reverse(*age)));
    match most {
        Some((computers, age)) if 2 * computers >= silence.len() && age <= LONGEST_LULL => age,
        _ => Span::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lull_is_one_of_half_the_fleet_since_the_same_evening() {
        let hours = |ages: &[i64]| {
            let mut ages: Vec<Span> = ages.iter().map(|hours| Span::hours(*hours)).collect();
            ages.sort_unstable();
            ages
        };
        #[rustfmt::skip]
        let table: [(&[i64], i64); 6] = [
            (&[0, 0, 0, 0, 0],                    0),
            (&[0, 62, 63, 64, 65],                64),  // a weekend
            (&[0, 0, 0, 62, 63],                  0),
            (&[1, 240, 241, 242, 250],            242), // Christmas
            (&[0, 240, 500, 900, 2_000],          0),   // no evening in common
            (&[0, 1_000, 1_001, 1_002, 1_003],    0),   // no holiday is so long
        ];
        for (ages, expected) in table {
            assert_eq!(lull_of(&hours(ages)), Span::hours(expected), "{ages:?}");
        }
    }
}
