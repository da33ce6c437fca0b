//! Which of the candidates a plan needs: as few as the numbers allow, then judged by simulation.

use super::candidates;
use super::files::{Installed, Named, Needs};
use super::goal::{Goal, Reached, Watch, pursue};
use super::sources::Sources;
use super::{Asked, Step, Typed, What, with_steps};
use crate::rules::lack::Lack;
use crate::rules::license_files::in_force;
use crate::rules::remedy::Remedy;
use crate::scenario::model::Scenario;
use crate::study::diagnose::Sample;
use crate::study::run::Interrupted;
use crate::words::time::Time;

/// How often a plan is made again because others took licenses that were meant for the goal.
const TRIES: usize = 4;

pub struct Search<'s, 'w> {
    /// The scenario as it is known at the instant.
    ground: &'s Scenario,
    later: &'s [Named],
    goal: &'s Goal,
    asked: Asked,
    watch: Watch<'w>,
    pub simulations: u32,
}

pub struct Outcome {
    pub steps: Vec<Step>,
    pub reached: Reached,
    pub waiting: Reached,
    pub sooner: Option<(Step, Time)>,
}

impl<'s, 'w> Search<'s, 'w> {
    pub fn new(
        ground: &'s Scenario,
        later: &'s [Named],
        goal: &'s Goal,
        asked: Asked,
        watch: Watch<'w>,
    ) -> Self {
        Search { ground, later, goal, asked, watch, simulations: 0 }
    }

    /// `held`: licenses in use at the instant.
    pub fn shortest(&mut self, found: Vec<Step>, held: u64) -> Result<Outcome, Interrupted> {
        if self.goal.lacking() == 0 {
            let at = Some(self.asked.at);
            let reached = Reached { first: at, half: at, all: at, lacking: 0, why: Vec::new() };
            let steps = self.works(held);
            return Ok(Outcome { steps, waiting: reached.clone(), reached, sooner: None });
        }
        let waiting = self.judge(&[])?;
        let (mut steps, mut reached) = (self.works(held + self.goal.licenses_wanted), waiting.clone());
        if waiting.all.is_some() && !steps.is_empty() {
            reached = self.judge(&steps)?;
        }
        if waiting.all.is_none() {
            (steps, reached) = self.enough(&found, held)?;
            reached = self.drop_needless(&mut steps, reached)?;
            if let Some(leaner) = self.leaner(&found, held, &steps, &reached)? {
                (steps, reached) = leaner;
            }
        }
        let sooner = self.sooner(&found, &steps, &reached)?;
        Ok(Outcome { steps, reached, waiting, sooner })
    }

    fn sources(&self) -> Sources<'s> {
        Sources { ground: self.ground, asked: self.asked }
    }

    fn judge(&mut self, steps: &[Step]) -> Result<Reached, Interrupted> {
        self.simulations += 1;
        let mut steps = steps.to_vec();
        steps.sort_by_key(|step| step.remedy); // in the order in which they are done
        pursue(&with_steps(self.ground, &steps), self.goal, self.watch)
    }

    /// Steps after which all hold a license, or as many as can: where others take licenses that were meant
    /// for the goal, more are provided.
    fn enough(&mut self, found: &[Step], held: u64) -> Result<(Vec<Step>, Reached), Interrupted> {
        let mut wanted = self.goal.licenses_wanted;
        let mut last = None;
        for _ in 0..TRIES {
            let steps = self.assemble(found, held, wanted);
            let reached = self.judge(&steps)?;
            let full = reached.why.iter().find(|(lack, _)| *lack == Lack::PoolFull);
            let missing = full.map_or(0, |(_, sample)| sample.count);
            let better =
                last.as_ref().is_none_or(|(_, before): &(_, Reached)| reached.lacking < before.lacking);
            if better {
                last = Some((steps, reached));
            }
            if missing == 0 || !better {
                break;
            }
            wanted += missing;
        }
        Ok(last.expect("at least one try was made"))
    }

    /// With fewer nodes, where fewer clients than were bought nodes for miss them: licenses come back by
    /// themselves meanwhile.
    fn leaner(
        &mut self,
        found: &[Step],
        held: u64,
        steps: &[Step],
        reached: &Reached,
    ) -> Result<Option<(Vec<Step>, Reached)>, Interrupted> {
        let bought = steps.iter().filter(|step| step.remedy == Remedy::AddNodes);
        let surplus: u64 =
            bought.map(|step| step.nodes.saturating_sub(step.without.saturating_sub(reached.lacking))).sum();
        if surplus == 0 {
            return Ok(None);
        }
        let wanted = self.goal.licenses_wanted.saturating_sub(surplus);
        let mut fewer = self.assemble(found, held, wanted);
        let then = self.judge(&fewer)?;
        if then.lacking > reached.lacking {
            return Ok(None);
        }
        let then = self.drop_needless(&mut fewer, then)?;
        Ok((fewer.len() <= steps.len()).then_some((fewer, then)))
    }

    /// What lets clients go on; then licenses: what makes the server work, what frees as many as are
    /// wanted, and what has to be bought for the rest.
    fn assemble(&self, found: &[Step], held: u64, wanted: u64) -> Vec<Step> {
        let is_source = |step: &&Step| step.frees > 0;
        let mut steps: Vec<Step> = found.iter().filter(|step| step.frees == 0).cloned().collect();
        let works = self.works(held + wanted);
        let running = with_steps(self.ground, &works);
        let nodes = in_force(&running.licenses, self.needs(0).seen()).nodes;
        let short = nodes.map_or(0, |nodes| (held + wanted).saturating_sub(nodes)); // X2, L3
        let sources: Vec<&Step> = found.iter().filter(is_source).collect();
        let (chosen, freed) = self.sources().choose(&sources, short);
        steps.extend(chosen);
        steps.sort_by_key(|step| step.remedy);
        let more = self.needs((held + wanted).saturating_sub(freed));
        let rest = if short > freed { more.install(&running, self.later, true) } else { Vec::new() };
        steps.extend(works);
        steps.extend(self.bought(rest));
        steps
    }

    /// What lets a server that is stopped run again (E1, M3): a step also where all hold a license, because
    /// nothing is deployed meanwhile.
    fn works(&self, nodes: u64) -> Vec<Step> {
        self.bought(self.needs(nodes).install(self.ground, self.later, false))
    }

    fn needs(&self, nodes: u64) -> Needs {
        let installed = self.ground.over_time.installed_at(self.asked.at);
        Needs { at: self.asked.at, nodes, released: installed.released, version: installed.version }
    }

    fn bought(&self, installed: Vec<Installed>) -> Vec<Step> {
        let step = |new: Installed| Step {
            remedy: new.remedy,
            clause: new.remedy.clause(),
            typed: Typed::Set(new.typed),
            what: What::File(new.named, new.origin),
            clients: Sample { count: 0, names: Vec::new() },
            frees: 0,
            histories: 0,
            nodes: new.nodes,
            without: 0,
        };
        let permitted = |new: &Installed| self.asked.permitted.allows(new.remedy);
        installed.into_iter().filter(permitted).map(step).collect()
    }

    /// Does Patch Management run only with this step beside the others (E1, M3)?
    fn starts(&self, step: &Step, others: &[Step]) -> bool {
        let needs = self.needs(0);
        let changed = with_steps(self.ground, others);
        step.remedy.starts_the_server() && !needs.works(in_force(&changed.licenses, needs.seen()))
    }

    /// Leaves each step out in turn: purchases first, then what costs histories. What nobody misses is
    /// dropped; of the others it is said how many miss them.
    fn drop_needless(&mut self, steps: &mut Vec<Step>, reached: Reached) -> Result<Reached, Interrupted> {
        let mut reached = reached;
        let mut needed = 0;
        while needed < steps.len() {
            // Those found needed stand at the front; any of them may have become needless since, or more so.
            steps[needed..]
                .sort_by_key(|step| (!step.remedy.is_purchase(), std::cmp::Reverse(step.histories)));
            let tried = steps.remove(needed);
            let without = self.judge(steps)?;
            if without.lacking <= reached.lacking && !self.starts(&tried, steps) {
                reached = without;
                (0..needed).for_each(|i| steps[i].without = 0);
                needed = 0;
            } else {
                steps.insert(needed, Step { without: without.lacking, ..tried });
                needed += 1;
            }
        }
        steps.sort_by_key(|step| step.remedy);
        Ok(reached)
    }

    /// With the licensing refresh run by hand all may hold a license sooner.
    fn sooner(
        &mut self,
        found: &[Step],
        steps: &[Step],
        reached: &Reached,
    ) -> Result<Option<(Step, Time)>, Interrupted> {
        let pending = found.iter().find(|step| step.remedy == Remedy::RunRefresh);
        let by_hand = steps.iter().any(|step| step.remedy == Remedy::RunRefresh);
        let waits = pending.is_some() || steps.iter().any(|step| step.frees > 0);
        let Some(all) = reached.all.filter(|_| waits && !by_hand && self.sources().refresh_is_permitted())
        else {
            return Ok(None);
        };
        let by_hand = || candidates::refresh(self.ground, self.asked.at);
        let Some(refresh) = pending.cloned().or_else(by_hand) else { return Ok(None) };
        let mut more = steps.to_vec();
        more.push(refresh.clone());
        let then = self.judge(&more)?.all.filter(|then| *then < all);
        Ok(then.map(|then| (refresh, then)))
    }
}
