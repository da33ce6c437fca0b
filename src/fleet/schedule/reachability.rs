//! The periods in which contacts of clients with the server fail, which are known from the start.

use crate::rules::contact::{Refusal, next_turn, refusal_at, refusals};
use crate::scenario::model::{Group, Scenario, Share};
use crate::units::ids::GroupId;
use crate::units::time::Time;

/// By group: the periods in which contacts of its clients fail. Empty where there is none at all.
#[derive(Debug)]
pub(in crate::fleet) struct Reachability(Vec<Vec<Refusal>>);

impl Reachability {
    pub fn new(scenario: &Scenario) -> Reachability {
        let all = &scenario.platform.unreachable;
        if all.is_empty() {
            return Reachability(Vec::new());
        }
        let of_group = |(index, group): (usize, &Group)| {
            let concerns =
                all.iter().filter(|period| period.groups.has(index) && period.sites.has(group.site));
            let periods: Vec<Refusal> = concerns
                .map(|period| Refusal { from: period.from, until: period.until, part: period.chance })
                .collect();
            refusals(&periods)
        };
        Reachability(scenario.groups.iter().enumerate().map(of_group).collect())
    }

    #[inline]
    fn of(&self, group: GroupId) -> &[Refusal] {
        self.0.get(group.index()).map_or(&[], Vec::as_slice)
    }

    /// Do all contacts of a group succeed at all times?
    #[inline]
    pub fn is_complete(&self, group: GroupId) -> bool {
        self.of(group).is_empty()
    }

    /// The period that holds at an instant.
    #[inline]
    pub fn refusal(&self, group: GroupId, at: Time) -> Option<Refusal> {
        refusal_at(self.of(group), at)
    }

    /// Is there ever a period in which only a part of the contacts fails?
    #[cfg_attr(without_fast_forward, expect(dead_code, reason = "only parked clients are reviewed then"))]
    pub fn is_busy(&self, group: GroupId) -> bool {
        self.of(group).iter().any(|refusal| refusal.part != Share::ALL)
    }

    /// When other contacts than now fail.
    #[cfg_attr(without_fast_forward, expect(dead_code, reason = "only parked clients are reviewed then"))]
    pub fn next_turn(&self, group: GroupId, at: Time) -> Time {
        next_turn(self.of(group), at)
    }
}
