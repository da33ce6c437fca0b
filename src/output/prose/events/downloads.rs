//! Sentences of downloads.

use crate::fleet::fact::Package;
use crate::observe::events::DownloadEvent;
use crate::observe::events::downloads::NextTry;
use crate::units::time::Span;

pub(super) fn sentence(package: Package, event: DownloadEvent) -> String {
    let package = name(package);
    match event {
        DownloadEvent::Queued => format!("{package}: the site serves no more at once"),
        DownloadEvent::Started => package.into(),
        DownloadEvent::Completed { bytes, waited: Span::ZERO, took } => {
            format!("{package}: {bytes} bytes in {took}")
        }
        DownloadEvent::Completed { bytes, waited, took } => {
            format!("{package}: after waiting {waited}, {bytes} bytes in {took}")
        }
        DownloadEvent::BrokenOff => format!("{package}: what was loaded is lost"),
        DownloadEvent::Failed(next) => {
            format!("{package}: the package server does not serve; {}", next_try(next))
        }
        DownloadEvent::PutOff(next) => format!("{package}: its site has a blockout; {}", next_try(next)),
        DownloadEvent::Paused(next) => format!("{package}: the PC goes off; {}", next_try(next)),
    }
}

fn name(package: Package) -> &'static str {
    match package {
        Package::Plugin => "plug-in package",
        Package::AssessmentScan => "assessment scan package",
        Package::AssessmentScanUpdate => "new version of the assessment scan package",
        Package::InstallTools => "Patch Install Tools",
    }
}

fn next_try(next: NextTry) -> String {
    match next {
        NextTry(None) => "there is no next try: its PC is not on again".to_string(),
        NextTry(Some(span)) => format!("next try in {span}"),
    }
}
