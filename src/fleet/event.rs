//! The closed set of events.
//!
//! **The order of the variants is part of the model.** Events of one instant happen in this order,
//! then by entity, then by ordinal: what the administrator and the calendar do comes first, then
//! the chain in the order a client walks it, scans last. An event that causes another one at the
//! same instant lets it happen next in this order, so a chain of zero-length stages is walked in
//! one instant. A site that is asked for a download first completes what is due at that instant.

use crate::engine::queue::EventKey;
use crate::units::time::Time;

/// A kind of event; its number is the rank in an [`EventKey`]. The entity is a client unless stated otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    /// A license file starts or ends, or its maintenance does. Entity: line of the calendar.
    LicenseFileEvent,
    /// A license file of another solution starts or ends. Entity: line of its calendar; ordinal: the solution.
    SolutionFile,
    /// Entity: index of the action.
    Action,
    /// A client's lifetime ends: the PC is retired and switched off.
    LifetimeEnds,
    /// A client's holding time ends: the PC is retired and switched off.
    HoldingEnds,
    /// A record that fell silent may be due for purging. Ordinal: retire or delete.
    PurgeCheck,
    /// The server's scheduled licensing refresh. Entity 0.
    LicensingRefresh,
    /// The scheduled import of patch data. Entity 0.
    Import,
    /// A patch update policy is made for what an import brought. Entity: number of the import.
    EnableBulletins,
    /// The package server of a site fails, or serves again. Entity: site; ordinal: 0, or which package it is about.
    PackageServerTurn,
    /// A client's agent starts.
    Enrol,
    /// A re-imaged PC starts with a new agent.
    ImageApplied,
    /// A new agent registers and sends its first Basic Inventory.
    FirstContact,
    /// The configuration request of a live agent whose record is Retired or Disposed.
    CheckIn,
    /// A live agent whose record was deleted registers again, with a Basic Inventory.
    Return,
    /// The first membership update after the install policy changed goes over all clients. Entity: index
    /// of the policies.
    TargetsRecomputed,
    /// A membership update makes it a target of the plug-in install policy.
    InstallTargeted,
    /// Its configuration request learns of the uninstall policy.
    UninstallRequest,
    /// Its configuration request learns of the plug-in policy.
    PluginRequest,
    /// The downloaded plug-in has been installed on the PC.
    PluginInstalled,
    /// The event queue of the server has come to the next report that waits. Entity 0.
    ReportProcessed,
    /// *Send Basic Inventory* on the PC, by hand.
    InventoryByHand,
    /// A Basic Inventory reports the plug-in.
    PluginReported,
    /// A membership update makes it a target of the scan package.
    PackageTargeted,
    /// Its configuration request learns of the scan package.
    PackageRequest,
    /// Its configuration request learns of patch update policies and new package versions.
    UpdateRequest,
    /// A Basic Inventory reports that the plug-in is gone.
    RemovalReported,
    /// A client asks again for a download that failed, was put off, or paused.
    DownloadRetry,
    /// A PC that downloads goes off.
    PcGoesOff,
    /// A download of a site may be complete. Entity: site; ordinal: which arming of its alarm.
    SiteDownloads,
    /// A client's Software Update Cycle starts, has waited for Patch Install Tools long enough, or ends.
    UpdateCycle,
    /// The verdict on the scans of a parked client may change here. Changes nothing by itself.
    ParkedReviewed,
    /// The result of a scan with a Software Update Cycle, or with a new patch update policy, reaches the server.
    ExtraScanReturned,
    /// The result of a scan by task reaches the server.
    TaskScanReturned,
    /// A scan's result reaches the server.
    ScanReturned,
    /// A computer sends data of another solution, or learns that it loses its plug-in. Ordinal: the solution.
    SolutionData,
    /// The fleet reports to its observers all scans up to here that were no events. Entity 0. Changes nothing.
    ScansCounted,
}

impl Event {
    const ALL: [Event; 37] = [
        Event::LicenseFileEvent,
        Event::SolutionFile,
        Event::Action,
        Event::LifetimeEnds,
        Event::HoldingEnds,
        Event::PurgeCheck,
        Event::LicensingRefresh,
        Event::Import,
        Event::EnableBulletins,
        Event::PackageServerTurn,
        Event::Enrol,
        Event::ImageApplied,
        Event::FirstContact,
        Event::CheckIn,
        Event::Return,
        Event::TargetsRecomputed,
        Event::InstallTargeted,
        Event::UninstallRequest,
        Event::PluginRequest,
        Event::PluginInstalled,
        Event::ReportProcessed,
        Event::InventoryByHand,
        Event::PluginReported,
        Event::PackageTargeted,
        Event::PackageRequest,
        Event::UpdateRequest,
        Event::RemovalReported,
        Event::DownloadRetry,
        Event::PcGoesOff,
        Event::SiteDownloads,
        Event::UpdateCycle,
        Event::ParkedReviewed,
        Event::ExtraScanReturned,
        Event::TaskScanReturned,
        Event::ScanReturned,
        Event::SolutionData,
        Event::ScansCounted,
    ];

    /// The event of a key.
    pub fn of(key: EventKey) -> Event {
        Event::ALL[usize::from(key.rank)]
    }

    /// Is it a step of a client's chain, which a cut of the chain makes stale?
    pub fn is_step_of_chain(self) -> bool {
        match self {
            Event::LicenseFileEvent
            | Event::SolutionFile
            | Event::Action
            | Event::LifetimeEnds
            | Event::HoldingEnds
            | Event::PurgeCheck
            | Event::LicensingRefresh
            | Event::TargetsRecomputed
            | Event::PackageServerTurn
            | Event::Import
            | Event::EnableBulletins
            | Event::ReportProcessed
            | Event::InventoryByHand
            | Event::SiteDownloads
            | Event::SolutionData
            | Event::ScansCounted => false,
            Event::Enrol
            | Event::ImageApplied
            | Event::FirstContact
            | Event::CheckIn
            | Event::Return
            | Event::InstallTargeted
            | Event::PluginRequest
            | Event::PluginInstalled
            | Event::PluginReported
            | Event::PackageTargeted
            | Event::PackageRequest
            | Event::UpdateRequest
            | Event::UninstallRequest
            | Event::RemovalReported
            | Event::DownloadRetry
            | Event::PcGoesOff
            | Event::UpdateCycle
            | Event::ParkedReviewed
            | Event::ExtraScanReturned
            | Event::TaskScanReturned
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
