//! Events of downloads: a package is requested, waits, comes, or does not.

use crate::fleet::fact::PackageKind;
use crate::rules::clause::Clause;
use crate::units::time::{Span, Time};

/// What became of the download of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadEvent {
    /// The site serves `sites.*.concurrent` downloads already; this one waits, first come, first served.
    Queued,
    /// A slot of the site was free.
    Started,
    /// `waited` for a slot of the site, then `took` to download.
    Completed {
        /// Size of the package as this client downloads it.
        bytes: u64,
        /// Zero when a slot was free at once.
        waited: Span,
        /// From the start of the download to its end.
        took: Span,
    },
    /// The client left or lost its policy; what was loaded is lost.
    BrokenOff,
    /// The package server does not serve.
    Failed(NextTry),
    /// The site has a blockout.
    PutOff(NextTry),
    /// The PC goes off.
    Paused(NextTry),
}

/// How long until the download is asked for again; `None`: its PC is not on again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextTry(pub Option<Span>);

impl NextTry {
    /// `again` is the instant of the next request, [`Time::NEVER`] when there is none.
    pub(in crate::observe) fn new(now: Time, again: Time) -> NextTry {
        NextTry((again != Time::NEVER).then(|| again - now))
    }
}

impl DownloadEvent {
    pub(super) fn name(self) -> &'static str {
        match self {
            DownloadEvent::Queued => "download_queued",
            DownloadEvent::Started => "download_started",
            DownloadEvent::Completed { .. } => "download_completed",
            DownloadEvent::BrokenOff => "download_broken_off",
            DownloadEvent::Failed(_) => "download_failed",
            DownloadEvent::PutOff(_) => "download_put_off",
            DownloadEvent::Paused(_) => "download_paused",
        }
    }
}

/// Downloads of the plug-in belong to C1, those of the scan package to C4, Patch Install Tools to U1.
pub(super) fn clause(package: PackageKind) -> Clause {
    match package {
        PackageKind::Plugin => Clause::C1,
        PackageKind::AssessmentScan | PackageKind::AssessmentScanUpdate => Clause::C4,
        PackageKind::InstallTools => Clause::U1,
    }
}
