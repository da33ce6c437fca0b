//! The closed set of events.
//!
//! **The order of the variants is part of the model.** Events of one instant happen in this order,
//! then by entity, then by ordinal: what the administrator and the calendar do comes first, then
//! the chain in the order a client walks it, scans last. An event that causes another one at the
//! same instant lets it happen next in this order, so a chain of zero-length stages is walked in
//! one instant. A site that is asked for a download first completes what is due at that instant.

use crate::engine::queue::EventKey;
use crate::words::time::Time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    /// A license file starts or ends, or its maintenance does. Entity: line of the calendar.
    LicenseTurn = 0,
    /// Entity: index of the action.
    Action = 1,
    /// A client's lifetime ends: the PC is retired and switched off.
    LifetimeEnds = 2,
    /// A client's holding time ends: the PC is retired and switched off.
    HoldingEnds = 3,
    /// The server's scheduled licensing refresh. Entity 0.
    LicensingRefresh = 4,
    /// The package server of a site fails, or serves again. Entity: site.
    PackageServerTurn = 5,
    /// A client's agent starts.
    Enrol = 6,
    /// It registers and sends its first Basic Inventory.
    FirstContact = 7,
    /// A membership update makes it a target of the plug-in install policy.
    InstallTargeted = 8,
    /// Its configuration request learns of the plug-in policy.
    PluginRequest = 9,
    PluginInstalled = 10,
    /// A Basic Inventory reports the plug-in.
    PluginReported = 11,
    /// A membership update makes it a target of the scan package.
    PackageTargeted = 12,
    /// Its configuration request learns of the scan package.
    PackageRequest = 13,
    /// Its configuration request learns of the uninstall policy.
    UninstallRequest = 14,
    /// A Basic Inventory reports that the plug-in is gone.
    RemovalReported = 15,
    /// A client asks again for a download that failed, was put off, or paused.
    DownloadRetry = 16,
    /// A PC that downloads goes off.
    PcGoesOff = 17,
    /// A download of a site may be complete. Entity: site; ordinal: which arming of its alarm.
    SiteDownloads = 18,
    /// A scan's result reaches the server.
    ScanReturned = 19,
}

impl Event {
    const ALL: [Event; 20] = [
        Event::LicenseTurn,
        Event::Action,
        Event::LifetimeEnds,
        Event::HoldingEnds,
        Event::LicensingRefresh,
        Event::PackageServerTurn,
        Event::Enrol,
        Event::FirstContact,
        Event::InstallTargeted,
        Event::PluginRequest,
        Event::PluginInstalled,
        Event::PluginReported,
        Event::PackageTargeted,
        Event::PackageRequest,
        Event::UninstallRequest,
        Event::RemovalReported,
        Event::DownloadRetry,
        Event::PcGoesOff,
        Event::SiteDownloads,
        Event::ScanReturned,
    ];

    /// The event of a key.
    pub fn of(key: EventKey) -> Event {
        Event::ALL[usize::from(key.rank)]
    }

    /// Is it a step of a client's chain, which a cut of the chain makes stale?
    pub fn is_step_of_chain(self) -> bool {
        match self {
            Event::LicenseTurn
            | Event::Action
            | Event::LifetimeEnds
            | Event::HoldingEnds
            | Event::LicensingRefresh
            | Event::PackageServerTurn
            | Event::SiteDownloads => false,
            Event::Enrol
            | Event::FirstContact
            | Event::InstallTargeted
            | Event::PluginRequest
            | Event::PluginInstalled
            | Event::PluginReported
            | Event::PackageTargeted
            | Event::PackageRequest
            | Event::UninstallRequest
            | Event::RemovalReported
            | Event::DownloadRetry
            | Event::PcGoesOff
            | Event::ScanReturned => true,
        }
    }

    /// The key that schedules this event.
    pub fn at(self, time: Time, entity: u32, ordinal: u16) -> EventKey {
        EventKey { time, rank: self as u8, entity, ordinal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_variants_agree() {
        for (rank, event) in Event::ALL.into_iter().enumerate() {
            let key = event.at(Time(5), 7, 3);
            assert_eq!(usize::from(key.rank), rank);
            assert_eq!(Event::of(key), event);
        }
    }
}
