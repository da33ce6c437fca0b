//! What studies may ask a fleet about a client, a record or the server; no answer changes anything.

use crate::fleet::Fleet;
use crate::fleet::fact::Observer;
use crate::rules::client::Mark;
use crate::rules::license_status::{DenialReason, LicenseContext, license_status};
use crate::rules::patch_inventory::scans_stopped_by;
use crate::rules::recovery::fate_of_license;
use crate::rules::release::Release;
use crate::rules::update_cycle::tools_gate_license;
use crate::scenario::model::{Resend, ServedPackage, Share};
use crate::units::ids::{ClientId, RecordId, SiteId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Does a client hold a license, and if not, why? `at`: the instant up to which the fleet was simulated.
    ///
    /// # Errors
    /// The first thing it lacks.
    pub fn license_status(&self, client: ClientId, at: Time) -> Result<(), DenialReason> {
        if self.holds_license(client) {
            return Ok(());
        }
        license_status(self.as_recorded(client), self.license_context(client, at))
    }

    /// Does a machine have a license: its own, or that of the record it shares (V10)?
    pub fn holds_license(&self, client: ClientId) -> bool {
        self.record_state(self.record(client)).is(Mark::Licensed)
    }

    /// What its license status depends on, beside its own state.
    pub fn license_context(&self, client: ClientId, at: Time) -> LicenseContext {
        LicenseContext {
            install_policy: self.install_policy_targets(client, at),
            membership_updates: self.scenario.over_time.membership.schedule_at(at).ever_runs(),
            patch_data_imported: self.server.imported(),
            scan_policy: self.scan_policy_takes(client, at),
            scan_settings: self.has_scan_settings(client, at),
            license_in_date: self.licenses.pool().in_date(),
            version_covered: self.server.version_covered(),
            report_waits: self.backlog.holds_one_of(client),
            server_reachable: self.unreachable_until(client, at).is_none(),
            only_changes: self.patching.is_some()
                && self.scenario.scan.send_only_if_changed
                && self.scenario.scan.resend_after_reject == Resend::WhenChanged,
        }
    }

    /// Until when the server is not reachable for a client, where it is not at an instant; `NEVER`: for good.
    pub fn unreachable_until(&self, client: ClientId, at: Time) -> Option<Time> {
        let refusal = self.reachability.refusal(self.group_id(client), at)?;
        (refusal.part == Share::ALL).then_some(refusal.until)
    }

    /// What keeps the scans of a live client that holds a license from being returned (X3). `None`: nothing does.
    pub fn scans_stopped_by(&self, client: ClientId, at: Time) -> Option<DenialReason> {
        scans_stopped_by(self.as_recorded(client), self.license_context(client, at))
    }

    /// Does an agent report under this record?
    pub fn alive(&self, record: RecordId) -> bool {
        self.machines_of(record).into_iter().any(|machine| self.state(machine).is(Mark::Agent))
    }

    /// Does its package server serve all that a client has yet to download before it can scan (C4, U2)?
    pub fn is_served(&self, client: ClientId, at: Time) -> bool {
        let state = self.state(client);
        let missing = |package: &ServedPackage| match package {
            ServedPackage::Plugin => !state.is(Mark::Plugin),
            ServedPackage::AssessmentScan => !state.is(Mark::PackageReady),
            ServedPackage::InstallTools => {
                !state.is(Mark::PackageReady) && tools_gate_license(self.server.version())
            }
        };
        let site = SiteId::from_index(self.group(client).site);
        ServedPackage::ALL
            .iter()
            .filter(|package| missing(package))
            .all(|package| self.downloads.serves(site, *package, at))
    }

    /// What becomes of the license a record holds, as things stand.
    pub fn fate_of_license(&self, record: RecordId) -> Release {
        let (platform, version) = (&self.scenario.platform, self.server.version());
        fate_of_license(self.record_state(record), self.alive(record), platform, version)
    }
}
