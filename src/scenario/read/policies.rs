//! `policies`, at the top level and as an action: which clients get the plug-in, scan settings, and scan.

use crate::scenario::fault::{Fault, listed};
use crate::scenario::model::Installed;
use crate::scenario::model::policies::{
    DSUP, OneOf, Policies, PoliciesChange, PolicyChange, SCAN, ScanRhythm, Systems, TargetChange, share_key,
};
use crate::scenario::read::names::{NamedParts, Names, group_named, site_named};
use crate::scenario::read::rhythm::scan_period;
use crate::scenario::read::selection::clients_named;
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Kind, Node};

/// What the section says; what it does not say stays as it was, or as it is by default.
pub fn policies(s: &Section, fleet: NamedParts) -> PoliciesChange {
    let clone = |(name, _, section): &(String, _, Section)| {
        (name.clone(), policy(section, &format!("clones.{name}"), fleet))
    };
    PoliciesChange {
        plugin_install: policy(&s.section("plugin_install"), "plugin_install", fleet),
        dsup: policy(&s.section("dsup"), DSUP, fleet),
        clones: s.named("clones").iter().map(clone).collect(),
        ..PoliciesChange::none()
    }
}

/// The section of an action: also the scan policy, which at the start stands under `scan`, and its rhythm.
pub fn change_of_policies(s: &Section, fleet: NamedParts) -> PoliciesChange {
    let scan = s.section("scan");
    PoliciesChange { scan: scan_policy(&scan, fleet), scan_rhythm: scan_rhythm(&scan), ..policies(s, fleet) }
}

/// The scan policy: on or off, and its target (C8).
pub fn scan_policy(s: &Section, fleet: NamedParts) -> PolicyChange {
    policy(s, SCAN, fleet)
}

/// `every: 8h`, and perhaps `phase: 2h`.
fn scan_rhythm(s: &Section) -> Option<ScanRhythm> {
    let phase = s.value("phase", values::duration);
    let every = s.value("every", scan_period);
    match (every, phase) {
        (None, Some(_)) if !s.has("every") => {
            let help = "give `every`, too: `{every: 8h, phase: 2h}`".to_string();
            s.fault_at("phase", "a phase without a period means nothing".into(), Some(help));
        }
        (Some(every), Some(phase)) if phase >= every => {
            s.fault_at("phase", format!("a phase of {phase} does not fit into a period of {every}"), None);
        }
        _ => {}
    }
    Some(ScanRhythm { every: every?, phase })
}

/// DSUP-type policies mean something only when 8.5 runs some time.
pub const DSUP_FROM_8_5: &str = "DSUP-type policies decide about scans only from 8.5 on (C5)";
pub const OF_8_5: &str =
    "leave it out, raise `platform.version`, or add an action that upgrades to 8.5 or later";

/// The section at the top level, and the scan policy of the section `scan`.
pub fn at_start(top: &Section, fleet: NamedParts, versions: &[Installed], scan: PolicyChange) -> Policies {
    let s = top.section("policies");
    for key in ["dsup", "clones"] {
        if s.has(key) && !needs_dsup(versions) {
            s.fault_at(key, DSUP_FROM_8_5.into(), Some(OF_8_5.into()));
        }
    }
    Policies::from_usual(&PoliciesChange { scan, ..policies(&s, fleet) })
}

/// Does a version that asks for DSUP-type policies run some time?
pub fn needs_dsup(versions: &[Installed]) -> bool {
    versions.iter().any(|release| release.version.requires_dsup())
}

/// The keys that describe clients; `clients` names them.
const CONDITIONS: [&str; 4] = ["groups", "sites", "operating_systems", "share"];

fn policy(s: &Section, path: &str, fleet: NamedParts) -> PolicyChange {
    let clients = s.value("clients", |node, reader| names(node, reader, fleet));
    if let Some(Some(_)) = clients {
        for key in CONDITIONS {
            let why = "named clients are meant whatever their group, site or operating system";
            s.exclusive("clients", key, why);
        }
    }
    let groups = s.value("groups", |node, reader| groups(node, reader, fleet));
    let sites = s.value("sites", |node, reader| {
        one_of(node, reader, fleet.sites.len(), |n| site_named(n, reader, fleet.sites))
    });
    let systems = s.value("operating_systems", |node, reader| systems(node, reader, fleet.names));
    let share =
        s.value("share", values::share("40%", "from `0%` to `100%`, at most four digits after the point"));
    let no_names = clients.is_some();
    let target = match clients.flatten() {
        Some(named) => TargetChange::Clients(named),
        None => TargetChange::Where { no_names, groups, sites, systems, share },
    };
    PolicyChange { share_key: share_key(path), enabled: s.value("enabled", values::switch), target }
}

fn is_all(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar { text, .. } if text == "all")
}

/// `all` (`None`), or a list of clients.
fn names(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<Option<Vec<(usize, u32)>>> {
    if is_all(node) {
        return Ok(None);
    }
    let mut named = clients_named(node, reader, fleet)?;
    named.sort_unstable();
    Ok(Some(named))
}

/// `all`, or a list of groups.
pub fn groups(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<OneOf> {
    one_of(node, reader, fleet.groups.len(), |n| group_named(n, reader, fleet.groups))
}

/// `all`, or a list of names.
pub fn one_of(node: &Node, reader: &Reader, all: usize, find: impl Fn(&Node) -> Read<usize>) -> Read<OneOf> {
    if is_all(node) {
        return Ok(OneOf::All);
    }
    let mut chosen = values::list(node, reader, |n, _| find(n))?;
    chosen.sort_unstable();
    chosen.dedup();
    Ok(if chosen.len() == all { OneOf::All } else { OneOf::These(chosen) })
}

/// `all`, or a list of operating systems that groups have.
fn systems(node: &Node, reader: &Reader, names: &Names) -> Read<Systems> {
    if is_all(node) {
        return Ok(Systems::All);
    }
    let known = names.systems();
    let mut chosen = values::list(node, reader, |n, _| {
        let name = text(n, "the name of an operating system")?;
        match known.binary_search(&name) {
            Ok(_) => Ok(name.to_string()),
            Err(_) => {
                let fault = Fault::at(n.at, format!("no group has the operating system `{name}`"));
                let otherwise = match known {
                    [] => "give groups an `os`, for example `os: \"Windows 11\"`".to_string(),
                    known => format!("groups have: {}", listed(known.iter().copied())),
                };
                Err(fault.suggest_of_many(&reader.guesses, name, known.iter().copied(), Some(otherwise)))
            }
        }
    })?;
    chosen.sort_unstable();
    chosen.dedup();
    Ok(Systems::These(chosen))
}
