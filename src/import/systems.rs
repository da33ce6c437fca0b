//! Which computers are clients of the Windows pool. Linux and Mac computers, and others, have pools of their own (KB 181405),
//! and another plug-in: they neither wait for a license here nor hold one.
//!
//! The operating system tells it where it is exported, else the name of the agent: the one for UNIX, Linux and Mac.

use crate::import::fault::ImportFindings;
use crate::import::inventory::{Computer, Inventory};

/// What the names of other systems contain, in small letters.
const OTHER_SYSTEMS: [&str; 22] = [
    "linux",
    "unix",
    "mac os",
    "macos",
    "os x",
    "darwin",
    "ubuntu",
    "debian",
    "red hat",
    "redhat",
    "rhel",
    "centos",
    "suse",
    "fedora",
    "rocky",
    "almalinux",
    "solaris",
    "sunos",
    "aix",
    "hp-ux",
    "esx",
    "android",
];

/// What the names of agents for other systems contain, likewise.
const OTHER_AGENTS: [&str; 6] = ["unix, linux and mac", "for unix", "for linux", "for mac", "(linux", "(mac"];

/// Leaves computers of other systems out, unless they hold a license of this pool, which is then taken all the same.
pub fn leave_others_out(inventory: &mut Inventory, file: &str, findings: &ImportFindings) {
    let before = inventory.computers.len();
    inventory.computers.retain(|computer| {
        let other = runs_another_system(computer) && computer.holds_license != Some(true);
        if other {
            findings.notice(file, Some(computer.line), OTHER, computer.os.as_deref());
        }
        !other
    });
    inventory.other_systems = (before - inventory.computers.len()) as u64;
}

const OTHER: &str = "a computer that does not run Windows: no client of this pool; left out";

fn runs_another_system(computer: &Computer) -> bool {
    if let Some(os) = &computer.os {
        let os = os.to_lowercase();
        return !os.contains("windows") && OTHER_SYSTEMS.iter().any(|word| os.contains(word));
    }
    let windows = computer.base_agent().is_some() || computer.plug_in().is_some();
    !windows
        && computer.agents.iter().any(|agent| {
            let name = agent.name.to_lowercase();
            OTHER_AGENTS.iter().any(|word| name.contains(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::inventory::ExportedAgent;
    use crate::import::values::{Guid, Seen};

    #[test]
    fn other_systems_are_told_by_their_names_or_their_agents() {
        #[rustfmt::skip]
        let table: [(Option<&str>, &[&str], bool); 10] = [
            (Some("Windows 11 Enterprise"),               &[],                                                       false),
            (Some("Microsoft Windows Server 2022"),       &["Altiris Agent"],                                        false),
            (Some("Red Hat Enterprise Linux Server 8.9"), &[],                                                       true),
            (Some("macOS 14.4"),                          &["Altiris Agent"],                                        true),
            (Some("Mac OS X 10.15"),                      &[],                                                       true),
            (Some("Win10"),                               &[],                                                       false),
            (None,                                        &["Altiris Agent", "Altiris Software Update Agent"],       false),
            (None,                                        &["Altiris Agent for UNIX, Linux and Mac"],                true),
            (None,                                        &["Symantec Management Agent", "Inventory Rule Agent for Mac"], false),
            (None,                                        &["Software Update Plug-in for Linux"],                    true),
        ];
        for (os, agents, other) in table {
            let agent = |name: &&str| ExportedAgent { name: (*name).into(), version: None };
            let computer = Computer {
                guid: Guid(1),
                line: 2,
                name: "pc".into(),
                other_names: Vec::new(),
                domain: None,
                os: os.map(Into::into),
                is_managed: None,
                status: None,
                last_config_request: Seen::Unknown,
                last_basic_inventory: Seen::Unknown,
                last_patch_inventory: Seen::Unknown,
                agents: agents.iter().map(agent).collect(),
                policies: Vec::new(),
                holds_license: None,
                inventory_line: 0,
            };
            assert_eq!(runs_another_system(&computer), other, "{os:?} {agents:?}");
        }
    }
}
