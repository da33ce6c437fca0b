//! Which of the candidates a plan needs: as few as the numbers allow, then judged by simulation.

use std::sync::Arc;

use crate::rules::license_files::entitlement;
use crate::rules::remedy::Remedy;
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
use crate::study::plan::candidates;
use crate::study::plan::files::{InstalledFile, Named, Needs};
use crate::study::plan::goal::{Goal, Reached, Watch, pursue};
use crate::study::plan::nodes::{Fewer, MOST_TRIALS, fewest};
use crate::study::plan::sources::Sources;
use crate::study::plan::{Asked, Step, Typed, What, with_steps};
use crate::study::run::Interrupted;
use crate::units::time::Time;

/// More licenses than there can be clients: with as many nodes the pool never runs out.
const WITHOUT_LIMIT: u64 = 1 << 32;

pub struct PlanSearch<'s, 'w> {
    /// The scenario as it is known at the instant.
    ground: &'s Scenario,
    later: &'s [Named],
    goal: &'s Goal,
    asked: Asked,
    watch: Watch<'w>,
    pub simulations: u32,
    /// How many lack a license with a pool that never runs out, where that was tried.
    without_limit: Option<u64>,
    /// Numbers of nodes that may still be tried.
    trials: u32,
    /// Licenses that the next licensing refresh frees anyway.
    pending: u64,
}

pub struct SearchOutcome {
    pub steps: Vec<Step>,
    pub reached: Reached,
    pub waiting: Reached,
    pub without_limit: Option<u64>,
    pub sooner: Option<(Step, Time)>,
}

impl<'s, 'w> PlanSearch<'s, 'w> {
    pub fn new(
        ground: &'s Scenario,
        later: &'s [Named],
        goal: &'s Goal,
        asked: Asked,
        watch: Watch<'w>,
    ) -> Self {
        let (simulations, without_limit, trials, pending) = (0, None, MOST_TRIALS, 0);
        PlanSearch { ground, later, goal, asked, watch, simulations, without_limit, trials, pending }
    }

    /// `held`: licenses in use at the instant.
    pub fn shortest(&mut self, found: Vec<Step>, held: u64) -> Result<SearchOutcome, Interrupted> {
        let pending = found.iter().filter(|step| step.remedy == Remedy::RunRefresh);
        self.pending = pending.map(|step| step.frees).sum();
        if self.goal.lacking() == 0 {
            let at = Some(self.asked.at);
            let (first, half, all) = (at, at, at);
            let reached = Reached { first, half, all, lacking: 0, why: Vec::new(), most_in_use: held };
            let (steps, waiting) = (self.running(&found, held, 0).0, reached.clone());
            return Ok(SearchOutcome { steps, waiting, reached, without_limit: None, sooner: None });
        }
        let waiting = self.judge(&[])?;
        let (mut steps, _) = self.running(&found, held, self.goal.licenses_wanted);
        let mut reached = waiting.clone();
        if waiting.all.is_some() && !steps.is_empty() {
            reached = self.judge(&steps)?;
        }
        if waiting.all.is_none() {
            (steps, reached) = self.enough(&found, held)?;
            reached = self.drop_needless(&mut steps, reached)?;
            if let Some(leaner) = self.leaner(&found, held, &steps, &reached)? {
                (steps, reached) = leaner;
            }
            // With fewer nodes each of the other steps is missed by more, or none of them is needed any more.
            while self.fewest_nodes(&mut steps, &mut reached, held)? {
                reached = self.drop_needless(&mut steps, reached)?;
            }
        }
        let sooner = self.sooner(&found, &steps, &reached)?;
        Ok(SearchOutcome { steps, reached, waiting, without_limit: self.without_limit, sooner })
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

    /// Steps after which all hold a license, or as many as can. Where clients outside the goal take its licenses, a
    /// run with nodes for all shows how many are in use at once, and the steps provide as many.
    fn enough(&mut self, found: &[Step], held: u64) -> Result<(Vec<Step>, Reached), Interrupted> {
        let steps = self.assemble(found, held, self.goal.licenses_wanted);
        let reached = self.judge(&steps)?;
        if !reached.pool_is_full() {
            return Ok((steps, reached));
        }
        let plenty = self.assemble(found, held, WITHOUT_LIMIT);
        let best = self.judge(&plenty)?;
        if plenty.iter().any(|step| step.nodes > 0) {
            self.without_limit = Some(best.lacking);
        }
        if best.lacking >= reached.lacking {
            return Ok((steps, reached));
        }
        let freed: u64 = plenty.iter().map(|step| step.frees).sum();
        let owned = entitlement(&self.ground.licenses, self.needs(0).seen()).nodes.unwrap_or(0);
        let wanted = (best.most_in_use + freed).saturating_sub(held);
        // The second number is for files that end while the plan waits.
        for wanted in [wanted, wanted + owned] {
            let steps = self.assemble(found, held, wanted);
            let reached = self.judge(&steps)?;
            if reached.lacking <= best.lacking {
                return Ok((steps, reached));
            }
        }
        Ok((plenty, best))
    }

    /// Buys as few nodes as do as well, and notes the most that do not. Returns whether it buys fewer than before.
    fn fewest_nodes(
        &mut self,
        steps: &mut [Step],
        reached: &mut Reached,
        held: u64,
    ) -> Result<bool, Interrupted> {
        let Some(place) = steps.iter().position(|step| step.nodes > 0) else { return Ok(false) };
        let before = steps[place].clone();
        let by_steps = steps.iter().filter(|step| step.remedy != Remedy::RunRefresh);
        let freed = self.pending + by_steps.map(|step| step.frees).sum::<u64>();
        // Without the step: that was tried when needless steps were dropped. A renewal covers all that go on holding one.
        let (below, mut fewer) = match before.remedy {
            Remedy::AddNodes => (0, Some(Fewer { nodes: 0, without: before.without })),
            _ => (held.saturating_sub(freed).min(before.nodes).saturating_sub(1), None),
        };
        let lacking = reached.lacking;
        let found = fewest(below, before.nodes, self.trials, |nodes| {
            steps[place] = self.with_nodes(&before, nodes);
            let then = self.judge(steps)?;
            let is_enough = then.lacking <= lacking;
            if is_enough {
                *reached = then;
            } else if fewer.is_none_or(|known| known.nodes < nodes) {
                fewer = Some(Fewer { nodes, without: then.lacking });
            }
            Ok(is_enough)
        })?;
        self.trials -= found.trials;
        steps[place] = Step { fewer, ..self.with_nodes(&before, found.enough) };
        Ok(found.enough < before.nodes)
    }

    /// A step that buys another number of nodes.
    fn with_nodes(&self, step: &Step, nodes: u64) -> Step {
        let (What::File(named, origin), Typed::Set(typed)) = (&step.what, &step.typed) else {
            return step.clone(); // nothing is bought by it
        };
        let (named, origin, typed) = (named.clone(), origin.clone(), typed.clone());
        let before = InstalledFile { remedy: step.remedy, typed, named, origin, nodes: step.nodes };
        let new = self.needs(0).with_nodes(self.ground, &before, nodes);
        Step { typed: Typed::Set(new.typed), what: What::File(new.named, new.origin), nodes, ..step.clone() }
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
        let mut steps: Vec<Step> = found.iter().filter(|step| step.frees == 0).cloned().collect();
        let (running, mut freed) = self.running(found, held, wanted);
        let changed = with_steps(self.ground, &running);
        let nodes = entitlement(&changed.licenses, self.needs(0).seen()).nodes;
        let short = nodes.map_or(0, |nodes| (held + wanted).saturating_sub(nodes)); // X2, L3
        if freed == 0 {
            let (chosen, frees) = self.sources().choose(&sources_of(found), short);
            steps.extend(chosen);
            steps.sort_by_key(|step| step.remedy);
            freed = frees;
        }
        let more = self.needs((held + wanted).saturating_sub(freed));
        let rest = if short > freed { more.install(&changed, self.later, true) } else { Vec::new() };
        steps.extend(running);
        steps.extend(self.bought(rest));
        steps
    }

    /// What lets a server that is stopped run again (E1, M3): a step also where all hold a license, because
    /// nothing is deployed meanwhile. Each node of a renewal is paid for, so none is bought for a license that can be
    /// freed: that comes first.
    /// Also how many licenses are freed for it.
    fn running(&self, found: &[Step], held: u64, wanted: u64) -> (Vec<Step>, u64) {
        let works = |nodes| self.bought(self.needs(nodes).install(self.ground, self.later, false));
        let all = held + wanted;
        let plain = works(all);
        if plain.iter().all(|step| step.nodes == 0) {
            return (plain, 0);
        }
        let (mut steps, freed) = self.sources().choose(&sources_of(found), all);
        steps.sort_by_key(|step| step.remedy);
        steps.extend(works(all.saturating_sub(freed).max(1)));
        (steps, freed)
    }

    fn needs(&self, nodes: u64) -> Needs {
        let installed = self.ground.over_time.installed_at(self.asked.at);
        Needs { at: self.asked.at, nodes, released: installed.released, version: installed.version }
    }

    fn bought(&self, installed: Vec<InstalledFile>) -> Vec<Step> {
        let step = |new: InstalledFile| Step {
            remedy: new.remedy,
            clause: new.remedy.clause(),
            kept_by: None,
            typed: Typed::Set(new.typed),
            what: What::File(new.named, new.origin),
            clients: Sample { count: 0, names: Vec::new() },
            records: Arc::from([]),
            frees: 0,
            histories: 0,
            nodes: new.nodes,
            without: 0,
            fewer: None,
        };
        let permitted = |new: &InstalledFile| self.asked.permitted.allows(new.remedy);
        installed.into_iter().filter(permitted).map(step).collect()
    }

    /// Does Patch Management run only with this step beside the others (E1, M3)?
    fn starts(&self, step: &Step, others: &[Step]) -> bool {
        let needs = self.needs(0);
        let changed = with_steps(self.ground, others);
        step.remedy.starts_the_server() && !needs.works(entitlement(&changed.licenses, needs.seen()))
    }

    /// Leaves each step out in turn: purchases first, then what costs histories, then what is doubtful. A step without effect is
    /// dropped; each other one records how many clients lack a license without it.
    fn drop_needless(&mut self, steps: &mut Vec<Step>, reached: Reached) -> Result<Reached, Interrupted> {
        let mut reached = reached;
        let mut needed = 0;
        while needed < steps.len() {
            // Those found needed stand at the front; any of them may have become needless since, or more so.
            steps[needed..].sort_by_key(|step| {
                (!step.remedy.is_purchase(), std::cmp::Reverse(step.histories), !step.is_doubtful())
            });
            let tried = steps.remove(needed);
            let without = self.judge(steps)?;
            // What surely frees licenses stays where others may free none in the end (V9).
            let surely = |step: &Step| step.frees > 0 && !step.is_doubtful();
            let spares = surely(&tried) && steps.iter().any(|step| step.frees > 0 && step.is_doubtful());
            if without.lacking <= reached.lacking && !spares && !self.starts(&tried, steps) {
                reached = without;
                (0..needed).for_each(|i| steps[i].without = 0);
                needed = 0;
            } else {
                steps.insert(needed, Step { without: without.lacking, ..tried });
                needed += 1;
            }
        }
        steps.sort_by_key(|step| (step.remedy, step.is_doubtful()));
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
        let refresh = pending.cloned().unwrap_or_else(by_hand);
        let mut more = steps.to_vec();
        more.push(refresh.clone());
        let then = self.judge(&more)?.all.filter(|then| *then < all);
        Ok(then.map(|then| (refresh, then)))
    }
}

/// Those that free licenses.
fn sources_of(found: &[Step]) -> Vec<&Step> {
    found.iter().filter(|step| step.frees > 0).collect()
}
