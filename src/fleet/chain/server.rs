//! What is known of the server: the version that runs, whether maintenance covers it (M3), and which policies
//! membership updates know (T1, T2).

use crate::rules::targeting;
use crate::scenario::model::{Installed, Scenario, Version};
use crate::units::time::Time;

/// What is known of the server.
#[derive(Debug)]
pub(in crate::fleet) struct Server {
    /// The version that runs.
    installed: Installed,
    /// Does maintenance cover it (M3)?
    version_covered: bool,
    /// When membership updates come to know the policies.
    pub(super) targets: Targets,
}

impl Server {
    /// At the start maintenance covers the version until it is judged.
    pub fn new(scenario: &Scenario) -> Server {
        Server {
            installed: scenario.over_time.versions[0],
            version_covered: true,
            targets: Targets::new(scenario),
        }
    }

    /// Another version runs.
    pub(super) fn upgrade(&mut self, installed: Installed) {
        self.installed = installed;
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
}

impl Targets {
    fn new(scenario: &Scenario) -> Targets {
        let states = &scenario.over_time.policies;
        let known = |at: Time| targeting::next_membership_update(scenario, at);
        let settings = |group| {
            let mut of_group =
                states.iter().map(|s| targeting::group_settings(&s.policies, &scenario.groups, group));
            let first = of_group.next().flatten();
            first.filter(|_| of_group.all(|other| other == first))
        };
        Targets {
            // The first policies are in effect from the start, also without any update.
            known: std::iter::once(Time::START)
                .chain(states[1..].iter().map(|state| known(state.at)))
                .collect(),
            settings: (0..scenario.groups.len()).map(settings).collect(),
        }
    }

    /// Index of the policies that a membership update at an instant works with.
    pub(super) fn known_at(&self, at: Time) -> usize {
        self.known.partition_point(|known| *known <= at).saturating_sub(1)
    }
}
