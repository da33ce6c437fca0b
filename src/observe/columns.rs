//! The numbers of a timeline row, by name: what is compared and summed up over runs.

use crate::observe::timeline::Row;

/// A column: its name in `timeline.csv`, and its number; `None` where the pool has no limit.
pub type Column = (&'static str, fn(&Row) -> Option<u64>);

/// Every column of `timeline.csv` that holds a number, in its order, but for the time.
pub const COLUMNS: [Column; 37] = [
    ("licenses_total", |row| row.now.entitlement.nodes),
    ("licenses_in_use", |row| Some(row.now.levels.licenses_in_use)),
    ("licenses_free", |row| row.now.licenses_free()),
    ("licenses_over", |row| Some(row.now.licenses_over())),
    ("licenses_retired_unrefunded", |row| Some(row.now.levels.licenses_retired_unrefunded)),
    ("clients_managed", |row| Some(row.now.levels.clients_managed)),
    ("clients_plugin_installed", |row| Some(row.now.levels.clients_plugin_installed)),
    ("clients_plugin_reported", |row| Some(row.now.levels.clients_plugin_reported)),
    ("clients_targeted", |row| Some(row.now.levels.clients_targeted)),
    ("clients_package_ready", |row| Some(row.now.levels.clients_package_ready)),
    ("clients_waiting", |row| Some(row.now.levels.clients_waiting)),
    ("clients_sharing_record", |row| Some(row.now.levels.clients_sharing_record)),
    ("licenses_without_agent", |row| Some(row.now.levels.licenses_without_agent)),
    ("downloads_running", |row| Some(row.now.levels.downloads_running)),
    ("downloads_queued", |row| Some(row.now.levels.downloads_queued)),
    ("clients_backing_off", |row| Some(row.now.levels.clients_backing_off)),
    ("bulletins_listed", |row| Some(row.now.levels.bulletins_listed)),
    ("bulletins_enabled", |row| Some(row.now.levels.bulletins_enabled)),
    ("updates_pending", |row| Some(row.now.levels.updates_pending)),
    ("clients_enrolled", |row| Some(row.counts.clients_enrolled)),
    ("clients_left", |row| Some(row.counts.clients_left)),
    ("clients_returned", |row| Some(row.counts.clients_returned)),
    ("licenses_granted", |row| Some(row.counts.licenses_granted)),
    ("licenses_refunded", |row| Some(row.counts.licenses_refunded)),
    ("scans_returned", |row| Some(row.counts.scans_returned)),
    ("scans_rejected", |row| Some(row.counts.scans_rejected)),
    ("scans_failed_untargeted", |row| Some(row.counts.scans_failed_untargeted)),
    ("scans_not_run", |row| Some(row.counts.scans_not_run)),
    ("scans_unchanged", |row| Some(row.counts.scans_unchanged)),
    ("scans_without_record", |row| Some(row.counts.scans_without_record)),
    ("downloads_failed", |row| Some(row.counts.downloads_failed)),
    ("downloads_completed", |row| Some(row.counts.downloads_completed)),
    ("bytes_downloaded", |row| Some(row.counts.bytes_downloaded)),
    ("updates_scheduled", |row| Some(row.counts.updates_scheduled)),
    ("updates_installed", |row| Some(row.counts.updates_installed)),
    ("updates_failed", |row| Some(row.counts.updates_failed)),
    ("tasks_refused", |row| Some(row.counts.tasks_refused)),
];

/// The numbers from this column on count what happened since the row before; those before it are levels.
pub const FIRST_COUNT: usize = 19;

/// The column of a name.
pub fn column(name: &str) -> Option<Column> {
    COLUMNS.into_iter().find(|(known, _)| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_after_the_levels() {
        assert_eq!(
            [COLUMNS[FIRST_COUNT - 1].0, COLUMNS[FIRST_COUNT].0],
            ["updates_pending", "clients_enrolled"]
        );
    }
}
