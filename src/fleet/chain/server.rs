//! What is known of the server: the version that runs, whether maintenance covers it (M3), whether patch data was
//! imported (C4), and which policies membership updates know (T1, T2, C8).

use crate::rules::targeting;
use crate::scenario::model::{Group, Installed, Policies, Scenario, Version};
use crate::units::time::Time;

/// What is known of the server.
#[derive(Debug)]
pub(in crate::fleet) struct Server {
    /// The version that runs.
    installed: Installed,
    /// Does maintenance cover it (M3)?
    version_covered: bool,
    /// Has an import of patch data succeeded, so that there are packages (C4)?
    imported: bool,
    /// When membership updates come to know the policies.
    pub(super) targets: Targets,
}

impl Server {
    /// At the start maintenance covers the version until it is judged.
    pub fn new(scenario: &Scenario) -> Server {
        Server {
            installed: scenario.over_time.versions[0],
            version_covered: true,
            imported: scenario.packages.imported_before_start,
            targets: Targets::new(scenario),
        }
    }

    /// Another version runs.
    pub(super) fn upgrade(&mut self, installed: Installed) {
        self.installed = installed;
    }

    /// An import has succeeded; was it the first one?
    pub fn note_import(&mut self) -> bool {
        !std::mem::replace(&mut self.imported, true)
    }

    /// Has an import of patch data succeeded (C4)?
    pub fn imported(&self) -> bool {
        self.imported
    }

    pub(super) fn set_version_covered(&mut self, covered: bool) {
        self.version_covered = covered;
    }

    /// When the version that runs was released; `None`: unknown.
    pub(super) fn released(&self) -> Option<Time> {
        self.installed.released
    }

    /// The version that runs.
    #[inline]
    pub fn version(&self) -> Version {
        self.installed.version
    }

    /// Does maintenance cover the version that runs (M3)?
    #[inline]
    pub fn version_covered(&self) -> bool {
        self.version_covered
    }
}

/// What is worked out of the policies once.
#[derive(Debug)]
pub(super) struct Targets {
    /// By index of the policies: the first membership update that knows them.
    pub(super) known: Vec<Time>,
    /// By group: do all clients find scan settings whatever policies of the run are in effect, or none
    /// of them ever (C5)? `None`: it depends on the client and the instant.
    pub(super) settings: Vec<Option<bool>>,
    /// By group, likewise: does the scan policy take all clients, or none of them ever (C8)?
    pub(super) scans: Vec<Option<bool>>,
    /// Does an action change the rhythm of scans?
    pub(super) rhythm_changes: bool,
}

impl Targets {
    fn new(scenario: &Scenario) -> Targets {
        let states = &scenario.over_time.policies;
        let known = |at: Time| targeting::next_membership_update(scenario, at);
        // What all policies of the run have in common for a group.
        let common = |of: fn(&Policies, &[Group], usize) -> Option<bool>, group| {
            let mut of_group = states.iter().map(|s| of(&s.policies, &scenario.groups, group));
            let first = of_group.next().flatten();
            first.filter(|_| of_group.all(|other| other == first))
        };
        let groups = 0..scenario.groups.len();
        Targets {
            // The first policies are in effect from the start, also without any update.
            known: std::iter::once(Time::START)
                .chain(states[1..].iter().map(|state| known(state.at)))
                .collect(),
            settings: groups.clone().map(|group| common(targeting::group_settings, group)).collect(),
            scans: groups.map(|group| common(targeting::group_scans, group)).collect(),
            rhythm_changes: scenario.over_time.changes_scan_rhythm(),
        }
    }

    /// Index of the policies that a membership update at an instant works with.
    pub(super) fn known_at(&self, at: Time) -> usize {
        self.known.partition_point(|known| *known <= at).saturating_sub(1)
    }
}
