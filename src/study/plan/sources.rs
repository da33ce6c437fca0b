//! Which of the actions that free licenses are taken: the fewest that give enough, rather certain than doubtful ones.

use std::cmp::Reverse;

use crate::rules::remedy::Remedy;
use crate::scenario::model::{Refund, Scenario, Schedule};
use crate::study::plan::candidates;
use crate::study::plan::{Asked, Step};

/// More sources of licenses than this are not tried in every combination.
const MOST_COMBINED: usize = 12;

pub struct Sources<'s> {
    /// The scenario as it is known at the instant.
    pub ground: &'s Scenario,
    pub asked: Asked,
}

impl Sources<'_> {
    /// The sources that give so many licenses, with as few as can be from PCs that only seem to be gone (V9); of those the
    /// fewest; among equals those that lose least history, then those
    /// that give at once. All of them where they do not suffice. Also how many licenses they give.
    pub fn choose(&self, sources: &[&Step], short: u64) -> (Vec<Step>, u64) {
        if sources.len() > MOST_COMBINED {
            let (chosen, freed) = largest(sources, short);
            return (self.with_refresh(chosen.into_iter()), freed);
        }
        let count = sources.len();
        let subset = |mask: u32| (0..count).filter(move |i| mask >> i & 1 == 1).map(|i| sources[i]);
        let freed = |mask| subset(mask).map(|step| step.frees).sum::<u64>();
        // Licenses that PCs have to give which only seem to be gone: as few as can be.
        let doubtful = |mask| {
            let certain: u64 = subset(mask).filter(|step| !step.is_doubtful()).map(|step| step.frees).sum();
            short.saturating_sub(certain).min(freed(mask) - certain)
        };
        let price = |mask: &u32| {
            let late = subset(*mask).filter(|step| !self.gives_at_once(step)).count();
            let histories: u64 = subset(*mask).map(|step| step.histories).sum();
            let steps = self.with_refresh(subset(*mask)).len();
            (doubtful(*mask), steps, histories, late, *mask)
        };
        let whole = (1_u32 << count) - 1;
        let best = (0..=whole).filter(|mask| freed(*mask) >= short).min_by_key(price).unwrap_or(whole);
        (self.with_refresh(subset(best)), freed(best))
    }

    /// What a refresh has to release needs one by hand where none runs by itself; where one does, that is
    /// left to it.
    fn with_refresh<'f>(&self, chosen: impl Iterator<Item = &'f Step>) -> Vec<Step> {
        let mut steps: Vec<Step> = chosen.cloned().collect();
        let waits = steps.iter().any(|step| !self.gives_at_once(step));
        let by_itself = matches!(self.ground.platform.licensing_refresh, Schedule::Every { .. });
        let refresh = steps.iter().position(|step| step.remedy == Remedy::RunRefresh);
        match refresh {
            Some(place) if by_itself => drop(steps.remove(place)),
            None if waits && !by_itself && self.refresh_is_permitted() => {
                steps.push(candidates::refresh(self.ground, self.asked.at));
            }
            _ => {}
        }
        steps
    }

    pub fn refresh_is_permitted(&self) -> bool {
        self.asked.permitted.allows(Remedy::RunRefresh)
    }

    fn gives_at_once(&self, step: &Step) -> bool {
        let platform = &self.ground.platform;
        let refund = match step.remedy {
            Remedy::RunRefresh => return false,
            Remedy::DeleteRecords | Remedy::DeleteWithoutPlugin => platform.refund_on_delete,
            _ => platform.refund_on_retire,
        };
        refund == Refund::Immediate || platform.licensing_refresh == Schedule::Immediate
    }
}

/// Of many sources the largest, until they suffice; also how many licenses they give.
fn largest<'f>(sources: &[&'f Step], short: u64) -> (Vec<&'f Step>, u64) {
    let mut sources = sources.to_vec();
    sources.sort_by_key(|step| (step.is_doubtful(), Reverse(step.frees), step.histories));
    let (mut chosen, mut freed) = (Vec::new(), 0);
    for step in sources {
        if freed < short {
            freed += step.frees;
            chosen.push(step);
        }
    }
    (chosen, freed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::check;
    use crate::units::time::Time;

    /// The last of many may be the largest, and none is bought for that they could free.
    #[test]
    fn of_many_sources_the_largest_are_taken() {
        let text = "fleetsim: 1\nduration: 9d\nlicenses: {base: {nodes: 8}}\ngroups: {pcs: {clients: 9}}\n";
        let scenario = check(text, "t", &|_| Err(String::new())).expect("it is right").scenario;
        let one = candidates::refresh(&scenario, Time::START);
        let steps: Vec<Step> =
            (1..=20).map(|frees| Step { frees, remedy: Remedy::RetireGone, ..one.clone() }).collect();
        let all: Vec<&Step> = steps.iter().collect();
        for (short, expected, freed) in
            [(20, 1, 20), (39, 2, 39), (40, 3, 57), (210, 20, 210), (999, 20, 210)]
        {
            let (chosen, found) = largest(&all, short);
            assert_eq!((chosen.len(), found), (expected, freed), "{short} wanted");
        }
    }
}
