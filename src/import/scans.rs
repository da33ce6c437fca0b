//! What keeps the scans of a whole server: no import, or a scan policy that is off (C4, C8).
//!
//! | evidence | weighs |
//! |---|---|
//! | clients have had the plug-in for long, and none ever returned a scan or took a license | patch data was never imported: without it there is no package (C4); then come the scan policy and the package servers |
//! | all live holders returned their last scan within one scan period, a day ago or longer, and go on sending Basic Inventories | the scan policy was switched off then (C8) |
//! | ... and they have been off since, or nothing is new since the bulletins of the month came | nothing |

use jiff::civil::{DateTime, Weekday};

use crate::import::evidence::{Evidence, holds};
use crate::import::infer::{Inferred, InferredClient, MANY, ScansStopped, is_here};
use crate::import::inventory::Computer;
use crate::import::tables::ExportTable;
use crate::rules::license_files::LicenseState;
use crate::scenario::model::initial::{Machine, Plugin};
use crate::units::time::Span;

impl Inferred {
    /// **C8** When all live holders stopped at one time.
    pub(super) fn when_scans_stopped(
        &self,
        evidence: &Evidence,
        machines: &[Machine],
    ) -> Option<ScansStopped> {
        let can_tell = evidence.inventory.has(ExportTable::PatchInventory)
            && evidence.entitlement.state == LicenseState::InDate
            && !self.not_covered;
        if !can_tell {
            return None;
        }
        let rhythms = evidence.rhythms;
        let asks = |computer: &Computer| {
            let last = computer.last_config_request.at();
            last.is_some_and(|last| evidence.age(last) <= rhythms.alive_within())
        };
        let holders = evidence.inventory.computers.iter().zip(machines).filter(|(computer, machine)| {
            **machine == Machine::Alive
                && holds(computer)
                && asks(computer)
                && self.finds_settings(evidence, computer)
        });
        let last: Vec<(DateTime, &Computer)> = holders
            .filter_map(|(computer, _)| Some((computer.last_patch_inventory.at()?, computer)))
            .collect();
        let end = last.iter().map(|(at, _)| *at).max()?;
        let since = evidence.age(end);
        let window = since + Span(rhythms.scan.ms() * 5 / 4);
        let at_once: Vec<&(DateTime, &Computer)> =
            last.iter().filter(|(at, _)| evidence.age(*at) <= window).collect();
        let goes_on =
            |(at, computer): &&&(DateTime, &Computer)| computer.last_basic_inventory.at() > Some(*at);
        let going_on = at_once.iter().filter(goes_on).count();
        let stopped = at_once.len() >= MANY
            && 10 * at_once.len() >= 9 * last.len() // A few stopped earlier, each for reasons of its own.
            && since > Span::DAY + rhythms.scan + rhythms.scan
            && evidence.off_hours.on_time(since, Span::ZERO) >= Span(3 * rhythms.scan.ms())
            && 5 * going_on >= 4 * at_once.len()
            && !is_when_bulletins_came(end);
        stopped.then_some(ScansStopped { at: end, holders: at_once.len() as u64 })
    }

    /// **C4** No client ever scanned, though many have been able to for long, as far as they are concerned.
    pub(super) fn has_nobody_scanned(&self, evidence: &Evidence) -> bool {
        let inventory = evidence.inventory;
        let exported =
            [ExportTable::PatchInventory, ExportTable::LicenseInUse].iter().all(|t| inventory.has(*t));
        let ever = inventory.computers.iter().any(|computer| computer.last_patch_inventory.at().is_some());
        if !exported || ever || evidence.held > 0 || evidence.entitlement.state != LicenseState::InDate {
            return false;
        }
        let clients = self.clients.iter().zip(&inventory.computers);
        let able = clients
            .filter(|(client, _)| is_here(&client.initial) && client.initial.plugin == Plugin::Reported);
        let long = evidence.rhythms.long_wait();
        // Of those that find no scan settings, that is known to be what they lack.
        let waits = |(_, computer): &(&InferredClient, &Computer)| {
            evidence.unchanged_for(computer, long) && self.finds_settings(evidence, computer)
        };
        let (all, waiting) = (able.clone().count(), able.filter(waits).count());
        waiting >= MANY && 2 * waiting >= all && !evidence.pool_is_full()
    }
}

/// The bulletins of a month come on its second Tuesday (KB 180026): all clients return a changed result within a scan
/// period of the import, and perhaps none for long after it.
fn is_when_bulletins_came(at: DateTime) -> bool {
    let second_tuesday = at.date().nth_weekday_of_month(2, Weekday::Tuesday).ok();
    second_tuesday.is_some_and(|tuesday| (0..=3).contains(&(at.date() - tuesday).get_days()))
}
