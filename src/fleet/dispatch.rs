//! Which handler each event calls.

use std::hint::black_box;

use crate::engine::queue::{EventKey, EventQueue};
use crate::engine::simulation::Model;
use crate::fleet::Fleet;
use crate::fleet::chain::backlog::Report;
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::units::ids::{ClientId, RecordId, SiteId};

impl<O: Observer> Model for Fleet<'_, O> {
    /// Always inlined, into the one loop there is, so that the key stays in registers (see [`EventQueue::push`]).
    #[inline(always)]
    fn handle(&mut self, key: EventKey, queue: &mut EventQueue) {
        let EventKey { time: now, entity, ordinal, .. } = key;
        let event = Event::of(key);
        // The kind of event decides which of these the number is.
        let (client, record, site) = (ClientId(entity), RecordId(entity), SiteId(entity));
        if event.is_step_of_chain() && self.epoch(client) != ordinal {
            return; // the chain this event belongs to was cut
        }
        match event {
            Event::LicenseFileEvent => self.license_file_event(now, entity, queue),
            Event::SolutionFile => self.solution_file(now, entity, ordinal),
            Event::Action => self.act(now, entity, queue),
            Event::LifetimeEnds => self.lifetime_ends(now, client, queue),
            Event::HoldingEnds => self.holding_ends(now, record, ordinal, queue),
            Event::PurgeCheck => self.purge_check(now, record, ordinal, queue),
            Event::LicensingRefresh => self.scheduled_refresh(now, queue),
            Event::Import => self.scheduled_import(now, queue),
            Event::EnableBulletins => self.enable_import(now, entity, queue),
            Event::Enrol => self.enrol(now, client, queue),
            Event::ImageApplied => self.image_applied(now, client, queue),
            Event::CheckIn => self.check_in(now, client, queue),
            Event::Return => self.arrives(now, client, Report::Return, queue),
            Event::FirstContact => self.first_contact(now, client, queue),
            Event::TargetsRecomputed => self.targets_recomputed(now, entity, queue),
            Event::InstallTargeted => self.install_targeted(now, client, queue),
            Event::PluginRequest => self.plugin_request(now, client, queue),
            Event::PluginInstalled => self.plugin_installed(now, client, queue),
            Event::ReportProcessed => self.report_processed(now, queue),
            Event::InventoryByHand => self.inventory_sent_by_hand(now, client, queue),
            Event::PluginReported => self.arrives(now, client, Report::Plugin, queue),
            Event::PackageTargeted => self.package_targeted(now, client, queue),
            Event::PackageRequest => self.package_request(now, client, queue),
            Event::UpdateRequest => self.update_request(now, client, queue),
            Event::UninstallRequest => self.uninstall_request(now, client, queue),
            Event::RemovalReported => self.arrives(now, client, Report::Removal, queue),
            Event::PackageServerTurn => self.package_server_turn(now, site, ordinal, queue),
            Event::DownloadRetry => self.download_retry(now, client, queue),
            Event::PcGoesOff => self.pc_goes_off(now, client, queue),
            Event::SiteDownloads => self.site_downloads(now, site, ordinal, queue),
            Event::UpdateCycle => self.update_cycle(now, client, queue),
            Event::ParkedReviewed => self.review_parked(now, [client], queue),
            Event::ExtraScanReturned => self.extra_scan_returned(now, client, queue),
            Event::TaskScanReturned => self.task_scan_returned(now, client, queue),
            Event::ScanReturned => self.scan_returned(now, client, queue),
            Event::SolutionData => self.solution_data(now, client, ordinal, queue),
            Event::ScansCounted => self.count_scans(now, queue),
        }
        self.settle_parked(now, queue);
    }

    fn foresee(&mut self, announced: impl Iterator<Item = EventKey>) {
        let clients = &self.clients;
        let scan = |key: EventKey| {
            let event = Event::of(key);
            if event == Event::ScanReturned {
                return Some(ClientId(key.entity));
            }
            if event.is_step_of_chain() {
                // Rows of clients that come next are far apart in memory: read one after the other where nothing
                // depends on them, they are fetched at the same time.
                black_box(clients[ClientId(key.entity).index()].epoch());
            }
            None
        };
        let scans = announced.filter_map(scan);
        self.fast_forward.prefetch(scans, clients, &self.roster, &self.scenario.scan);
    }

    #[inline(always)]
    fn looks_at_all(&self, key: EventKey) -> bool {
        use Event::{Action, Import, LicenseFileEvent, LicensingRefresh, ScansCounted, TargetsRecomputed};
        matches!(
            Event::of(key),
            Action | Import | LicenseFileEvent | LicensingRefresh | ScansCounted | TargetsRecomputed
        )
    }
}
