//! What becomes of an assessment scan: the chapters "consumption" and "count exceeded" of the article.
//!
//! A scan is judged at the instant its result reaches the server.

use crate::rules::clause::Clause;
use crate::rules::client::Status;
use crate::scenario::model::{Resend, Scan, Version};

/// What is known when a scan's result arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanCase {
    /// The assessment scan package is completely downloaded.
    pub package_ready: bool,
    /// At least one license file is in date.
    pub license_in_date: bool,
    /// Maintenance covers the release date of the installed version.
    pub version_covered: bool,
    /// The scan policy is on and targets the client, or a task runs the scan.
    pub scan_policy: bool,
    /// The DSUP or a clone of it targets the client, or the version needs none.
    pub scan_settings: bool,
    /// The result differs from the last one sent, or none was sent, or all results are sent.
    pub result_sent: bool,
    /// The server is reachable, and not too busy to take the result.
    pub server_reached: bool,
    /// Status of the client's record.
    pub record: Status,
    /// The client already holds a license.
    pub holds_license: bool,
    /// The pool has a license left.
    pub pool_has_free: bool,
}

/// Does a client send the result of a scan? **C6** An agent that sends only what has changed does not, until
/// something has: neither a holder nor, where rejected results are not sent again by the next scan, a client
/// without a license. From 8.8 on a full result is sent at least once in each of its periods.
/// `sent_before`: a result was processed, and nothing has changed since; `full_result_due`: none was sent in
/// this period.
#[inline]
pub fn sends_result(
    scan: &Scan,
    version: Version,
    holds_license: bool,
    sent_before: bool,
    full_result_due: impl FnOnce() -> bool,
) -> bool {
    !scan.send_only_if_changed
        || !holds_license && scan.resend_after_reject == Resend::NextScan // C6
        || !sent_before
        || version.sends_full_results() && scan.full_every.is_some() && full_result_due()
}

/// A scan whose result the server processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// The first one: it takes a license (C6).
    TakesLicense,
    /// The client holds one already: only inventory (C6, X1).
    InventoryOnly,
}

/// A scan that did not run, or whose result was not processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// The assessment scan package is not completely downloaded (C4).
    PackageIncomplete,
    /// No license is in date (E1).
    LicensesExpired,
    /// The installed version was released after the end of maintenance (M3).
    VersionNotCovered,
    /// The scan policy is off, or does not target the client (C8).
    ScanPolicyOff,
    /// Neither the DSUP nor a clone of it targets the client (C5).
    Untargeted,
    /// Nothing has changed since the last result, so none is sent (C6).
    NothingNew,
    /// The result does not reach the server (176788, TECH196575); the next scan sends one (C6).
    Unreachable,
    /// With the status it has instead.
    NoActiveRecord(Status),
    /// The client holds no license, and none is left (X2, L3).
    PoolFull,
}

impl Refused {
    /// The rule behind the refusal.
    pub fn clause(self) -> Clause {
        match self {
            Refused::PackageIncomplete => Clause::C4,
            Refused::LicensesExpired => Clause::E1,
            Refused::VersionNotCovered => Clause::M3,
            Refused::ScanPolicyOff => Clause::C8,
            Refused::Untargeted => Clause::C5,
            Refused::NothingNew | Refused::Unreachable => Clause::C6,
            Refused::NoActiveRecord(Status::Retired | Status::Disposed) => Clause::V7,
            Refused::NoActiveRecord(_) => Clause::V5,
            Refused::PoolFull => Clause::X2,
        }
    }

    /// The reason as a clause of a sentence, for reports.
    pub fn words(self) -> &'static str {
        match self {
            Refused::PackageIncomplete => "the assessment scan package is not completely downloaded",
            Refused::LicensesExpired => "no license is in date, so no scan runs",
            Refused::ScanPolicyOff => {
                "the Windows System Assessment Scan policy is off or does not target the client, so no scan runs"
            }
            Refused::Untargeted => "neither the DSUP nor a clone of it targets the client, so the scan fails",
            Refused::VersionNotCovered => {
                "the installed version was released after the end of maintenance, so no scan runs"
            }
            Refused::NothingNew => "nothing has changed since the last result, so none is sent",
            Refused::Unreachable => "the server cannot be reached, so the result is not returned",
            Refused::NoActiveRecord(_) => "the server has no Active record of the client",
            Refused::PoolFull => "the pool is full, so the inventory is not processed",
        }
    }
}

/// Judges a scan, in order of precedence.
///
/// **C4** Without the complete package it cannot run. **E1**, **M3** Nor does it without a license in date, or
/// with a version that maintenance does not cover. **C8** Nor does it while the scan policy is off or does not target the
/// client, unless a task runs it. **C5** Without DSUP or clone it fails. **C6** The first one
/// returned takes a license. **C7**, **X1** A client that holds one keeps it and goes on returning inventory,
/// also while the pool is full. **X2**, **L3** A client that holds none is rejected then.
pub fn judge_scan(case: ScanCase) -> Result<Returned, Refused> {
    if !case.package_ready {
        return Err(Refused::PackageIncomplete); // C4
    }
    if !case.license_in_date {
        return Err(Refused::LicensesExpired); // E1
    }
    if !case.version_covered {
        return Err(Refused::VersionNotCovered); // M3
    }
    if !case.scan_policy {
        return Err(Refused::ScanPolicyOff); // C8
    }
    if !case.scan_settings {
        return Err(Refused::Untargeted); // C5
    }
    if !case.result_sent {
        return Err(Refused::NothingNew); // the default of the agents: send only what changed
    }
    if !case.server_reached {
        return Err(Refused::Unreachable); // C6: it is not returned
    }
    if case.record != Status::Active {
        return Err(Refused::NoActiveRecord(case.record)); // V5, V6, V7: first the record has to come back
    }
    if case.holds_license {
        return Ok(Returned::InventoryOnly); // C6, C7, X1
    }
    if !case.pool_has_free {
        return Err(Refused::PoolFull); // X2, L3
    }
    Ok(Returned::TakesLicense) // C6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn which_results_are_sent() {
        let scan = |yaml: &str| {
            let text = format!(
                "{{fleetsim: 1, duration: 1d, groups: {{a: {{clients: 1}}}}, \
                 platform: {{version: \"8.8\"}}, scan: {yaml}}}"
            );
            scenario::check(&text, "t", &|_| Err("no files".into())).unwrap().scenario.scan
        };
        let all = scan("{send_only_if_changed: false}");
        let changes = scan("{full_every: 7d}");
        let waits = scan("{full_every: 7d, resend_after_reject: when_changed}");
        let never_full = scan("{full_every: never}");
        let (new, old) = (Version::V8_8, Version::V8_7);
        #[rustfmt::skip]
        let table = [
            // scan        version  holds  sent   full due  is sent
            (&all,         old,     true,  true,  false,    true),
            (&changes,     old,     true,  false, false,    true),
            (&changes,     old,     true,  true,  true,     false), // C6: no full results before 8.8
            (&changes,     new,     true,  true,  true,     true),  // C6
            (&changes,     new,     true,  true,  false,    false), // C6
            (&changes,     old,     false, true,  false,    true),  // C6: the next scan after a rejection
            (&waits,       old,     false, true,  false,    false), // C6
            (&waits,       new,     false, true,  true,     true),  // C6
            (&never_full,  new,     true,  true,  true,     false), // C6
        ];
        for (scan, version, holds, sent, due, expected) in table {
            let is_sent = sends_result(scan, version, holds, sent, || due);
            assert_eq!(is_sent, expected, "{version:?}, holds: {holds}, sent: {sent}, due: {due}");
        }
    }

    /// Columns: package ready, license in date, version covered, scan policy, DSUP or clone, result sent, server
    /// reached, record Active, holds a license, pool has free → verdict. In order of precedence: what stands above decides.
    #[test]
    fn what_becomes_of_a_scan() {
        use Refused::*;
        use Returned::*;
        #[rustfmt::skip]
        let table = [
            // package in date covered policy target sent  reached active holds  free    verdict
            ([ false,  false,  false,  false, false, false, false, false, true,  true  ], Err(PackageIncomplete)), // C4 before all else
            ([ true,   false,  false,  false, false, false, false, false, true,  true  ], Err(LicensesExpired)),   // E1: does not even run
            ([ true,   false,  true,   true,  true,  true,  true,  true,  false, true  ], Err(LicensesExpired)),   // E1
            ([ true,   true,   false,  false, false, true,  true,  true,  true,  true  ], Err(VersionNotCovered)), // M3
            ([ true,   true,   true,   false, false, true,  true,  true,  true,  true  ], Err(ScanPolicyOff)),     // C8: does not even run
            ([ true,   true,   true,   false, true,  true,  true,  true,  false, false ], Err(ScanPolicyOff)),     // C8 before X2
            ([ true,   true,   true,   true,  false, false, false, false, true,  true  ], Err(Untargeted)),        // C5: holders fail too
            ([ true,   true,   true,   true,  false, true,  true,  true,  false, false ], Err(Untargeted)),        // C5 before X2
            ([ true,   true,   true,   true,  true,  false, false, true,  true,  true  ], Err(NothingNew)),
            ([ true,   true,   true,   true,  true,  true,  false, false, true,  true  ], Err(Unreachable)),       // C6: also a holder
            ([ true,   true,   true,   true,  true,  true,  false, true,  false, true  ], Err(Unreachable)),       // C6
            ([ true,   true,   true,   true,  true,  true,  false, true,  false, false ], Err(Unreachable)),       // C6 before X2
            ([ true,   true,   true,   true,  true,  true,  true,  false, true,  true  ], Err(NoActiveRecord(Status::Deleted))),    // V7: also a holder
            ([ true,   true,   true,   true,  true,  true,  true,  false, false, true  ], Err(NoActiveRecord(Status::Deleted))),    // V5
            ([ true,   true,   true,   true,  true,  true,  true,  true,  true,  false ], Ok(InventoryOnly)),      // X1: holders go on
            ([ true,   true,   true,   true,  true,  true,  true,  true,  true,  true  ], Ok(InventoryOnly)),      // C6, C7: no second one
            ([ true,   true,   true,   true,  true,  true,  true,  true,  false, false ], Err(PoolFull)),          // X2
            ([ true,   true,   true,   true,  true,  true,  true,  true,  false, true  ], Ok(TakesLicense)),       // C6
        ];
        for (row, verdict) in table {
            let [package_ready, license_in_date, version_covered, scan_policy, scan_settings, ..] = row;
            let [.., result_sent, server_reached, active, holds_license, pool_has_free] = row;
            let case = ScanCase {
                package_ready,
                license_in_date,
                version_covered,
                scan_policy,
                scan_settings,
                result_sent,
                server_reached,
                record: if active { Status::Active } else { Status::Deleted },
                holds_license,
                pool_has_free,
            };
            assert_eq!(judge_scan(case), verdict, "{case:?}");
        }
    }

    #[test]
    fn a_refusal_says_by_which_rule_and_why() {
        use Refused::*;
        #[rustfmt::skip]
        let table = [
            (PackageIncomplete,                Clause::C4, "not completely downloaded"),
            (LicensesExpired,                  Clause::E1, "no license is in date"),
            (VersionNotCovered,                Clause::M3, "released after the end of maintenance"),
            (ScanPolicyOff,                    Clause::C8, "Scan policy is off"),
            (Untargeted,                       Clause::C5, "neither the DSUP nor a clone"),
            (NothingNew,                       Clause::C6, "nothing has changed"),
            (Unreachable,                      Clause::C6, "cannot be reached"),
            (NoActiveRecord(Status::Retired),  Clause::V7, "no Active record"),
            (NoActiveRecord(Status::Disposed), Clause::V7, "no Active record"),
            (NoActiveRecord(Status::Deleted),  Clause::V5, "no Active record"),
            (PoolFull,                         Clause::X2, "the pool is full"),
        ];
        for (refused, clause, says) in table {
            assert_eq!(refused.clause(), clause, "{refused:?}");
            assert!(refused.words().contains(says), "{refused:?}: {}", refused.words());
        }
    }
}
