//! Imports, what they list and enable, and the package versions that clients fetch after them: C4, E1, M1, M2.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer};
use crate::rules::maintenance::{import_brings, may_enable};
use crate::rules::targeting;
use crate::scenario::model::updates::BulletinChoice;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Schedules the first import at or after an instant.
    pub(in crate::fleet) fn schedule_import(&self, from: Time, queue: &mut EventQueue) {
        if self.patching.is_some() {
            let next = targeting::next_import(&self.scenario.over_time.imports, from);
            queue.push(Event::Import.at(next, 0, 0));
        }
    }

    pub(in crate::fleet) fn scheduled_import(&mut self, now: Time, queue: &mut EventQueue) {
        self.import(now, false, queue);
        self.schedule_import(Time(now.ms() + 1), queue);
    }

    /// *Import Patch Data for Windows*: lists what is published, and with it come new packages (M2).
    pub(in crate::fleet) fn import(&mut self, now: Time, by_hand: bool, queue: &mut EventQueue) {
        let (works, entitlement) = (self.works(), self.licenses.pool().entitlement());
        let Some(updates) = &mut self.patching else { return };
        let before = updates.version;
        let fails = updates.scenario.import_fails_at(now);
        let brought = import_brings(works, entitlement, fails).map(|()| updates.list(now));
        let number = updates.imports;
        let new_version = updates.version > before;
        let something = brought.is_ok_and(|bulletins| bulletins > 0);
        let enable = if something { updates.enabled_by_itself(now) } else { None };
        self.report(now, Fact::Imported { by_hand, brought });
        if let Some(at) = enable {
            queue.push(Event::EnableBulletins.at(at, number - 1, 0));
        }
        if brought.is_ok() && self.server.note_import() {
            self.package_imported(now, queue); // C4
        }
        if new_version {
            self.ask_all(now, queue);
        }
    }

    /// Patch Management works again (E1, M3): what was to be enabled by itself meanwhile is enabled now, and clients
    /// ask for the policies that did not reach them.
    pub(in crate::fleet) fn resume_patching(&mut self, now: Time, queue: &mut EventQueue) {
        let Some(updates) = &mut self.patching else { return };
        for import in std::mem::take(&mut updates.overdue) {
            self.enable_import(now, import, queue);
        }
        self.ask_all(now, queue);
    }

    /// The delay after an import is over: what it brought is enabled.
    pub(in crate::fleet) fn enable_import(&mut self, now: Time, import: u32, queue: &mut EventQueue) {
        let (works, aup) = (self.works(), self.licenses.pool().entitlement().aup);
        let Some(updates) = &mut self.patching else { return };
        let brought = updates.indexes(|bulletin| bulletin.listed_by == Some(import));
        if let Err(refused) = may_enable(works, true, aup) {
            updates.overdue.push(import); // E1, M3
            for bulletin in brought {
                let bulletin = bulletin as u32;
                self.report(now, Fact::EnableRefused { action: None, bulletin, refused });
            }
            return;
        }
        self.make_policy(now, &brought, false, queue);
    }

    /// An administrator enables bulletins (M1).
    pub(in crate::fleet) fn enable_by_hand(
        &mut self,
        now: Time,
        action: u32,
        choice: &BulletinChoice,
        queue: &mut EventQueue,
    ) {
        let (works, aup) = (self.works(), self.licenses.pool().entitlement().aup);
        let Some(updates) = &self.patching else { return };
        let chosen = match choice {
            BulletinChoice::All => updates.indexes(|bulletin| bulletin.listed_by.is_some()),
            BulletinChoice::Named(named) => named.clone(),
        };
        let judge = |index: &usize| may_enable(works, updates.bulletins[*index].listed_by.is_some(), aup);
        let (possible, others): (Vec<usize>, Vec<usize>) =
            chosen.into_iter().partition(|index| judge(index).is_ok());
        let refusals: Vec<_> =
            others.iter().filter_map(|index| Some((*index as u32, judge(index).err()?))).collect();
        let none_possible = possible.is_empty() && !refusals.is_empty();
        for (bulletin, refused) in refusals {
            self.report(now, Fact::EnableRefused { action: Some(action), bulletin, refused });
        }
        if !none_possible {
            self.make_policy(now, &possible, true, queue);
        }
    }

    fn make_policy(&mut self, now: Time, bulletins: &[usize], by_hand: bool, queue: &mut EventQueue) {
        let Some(updates) = &mut self.patching else { return };
        let bulletins = updates.make_policy(bulletins);
        self.report(now, Fact::BulletinsEnabled { by_hand, bulletins });
        if bulletins > 0 {
            self.ask_all(now, queue);
        }
    }
}
