//! Licenses of other solutions than Patch Management: what takes one, which data is discarded, what gives one back.

use crate::rules::client::Status;
use crate::rules::recovery::frees_at_once;
use crate::scenario::model::{Platform, Solution, Version};

/// What decides about data of a solution that reaches the server.
#[derive(Debug, Clone, Copy)]
pub struct DataCase {
    /// Status of the record that the data is about.
    pub status: Status,
    /// The record holds a license of the solution.
    pub holds: bool,
    /// A license of the solution is in date.
    pub in_date: bool,
    /// The pool of the solution has a license left.
    pub has_free: bool,
}

/// Data that was processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processed {
    /// The first of its computer: it takes a license.
    TakesLicense,
    /// Of a computer that holds one.
    OfHolder,
}

/// Why data was not processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discarded {
    /// The computer holds no license, and the pool of the solution is full.
    PoolFull,
    /// No license of the solution is in date.
    Expired,
    /// The record of the computer is not Active.
    NoActiveRecord,
}

impl Discarded {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Discarded::PoolFull => "the pool is full, and the computer holds no license of it",
            Discarded::Expired => "no license is in date",
            Discarded::NoActiveRecord => "the record of the computer is not Active",
        }
    }
}

/// **S1** The first data takes a license of the pool of its solution, what a computer with a license sends is processed; the
/// rest is discarded.
///
/// # Errors
/// Why the data is discarded.
pub fn judge_data(case: DataCase) -> Result<Processed, Discarded> {
    match case.status {
        Status::Active => {}
        _ => return Err(Discarded::NoActiveRecord),
    }
    match case {
        DataCase { in_date: false, .. } => Err(Discarded::Expired), // S1
        DataCase { holds: true, .. } => Ok(Processed::OfHolder),    // S1
        DataCase { has_free: true, .. } => Ok(Processed::TakesLicense), // S1
        DataCase { has_free: false, .. } => Err(Discarded::PoolFull), // S1
    }
}

/// Does the record wait for a license when its data is discarded?
pub fn waits_for_license(discarded: Discarded, holds: bool) -> bool {
    !holds && discarded != Discarded::NoActiveRecord
}

/// What becomes of a license of another solution when its record gets a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenBack {
    /// It returns to the pool at once.
    Now,
    /// It returns when the licensing refresh runs next.
    AtRefresh,
    /// In 6.x only a deletion frees it; after an upgrade the licensing refresh returns it.
    AfterUpgrade,
    /// The record keeps it.
    Kept,
}

/// **S2** Inventory gives a license back for any status but Active, Monitor for Retired only; the status does not matter to
/// Deployment; a deletion frees the licenses of all solutions.
pub fn given_back(solution: Solution, status: Status, platform: &Platform, version: Version) -> GivenBack {
    let by_status = match (solution, status) {
        (_, Status::Active | Status::Unknown | Status::Shared) => return GivenBack::Kept,
        (_, Status::Deleted) if frees_at_once(platform.refund_on_delete, platform) => return GivenBack::Now, // S2
        (_, Status::Deleted) => return GivenBack::AtRefresh, // S2
        (Solution::Inventory, Status::Retired | Status::Disposed) => true, // S2
        (Solution::Monitor, Status::Retired) => true,        // S2
        (Solution::Monitor, Status::Disposed) => false,      // S2
        (Solution::Deployment, Status::Retired | Status::Disposed) => false, // S2
    };
    match by_status {
        false => GivenBack::Kept,
        true if !version.retiring_frees() => GivenBack::AfterUpgrade, // V1, 6.x
        true if frees_at_once(platform.refund_on_retire, platform) => GivenBack::Now,
        true => GivenBack::AtRefresh,
    }
}

/// **S2** Uninstalling the plug-in of a solution returns the license of Deployment, and no other.
pub fn uninstalling_gives_back(solution: Solution) -> bool {
    solution == Solution::Deployment // S2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn platform(yaml: &str) -> Platform {
        let text = format!("{{fleetsim: 1, duration: 1d, groups: {{a: {{clients: 1}}}}, platform: {yaml}}}");
        scenario::check(&text, "t", &|_| Err("no files".into())).unwrap().scenario.platform
    }

    #[test]
    fn which_data_takes_a_license() {
        use Discarded::{Expired, NoActiveRecord, PoolFull};
        use Processed::{OfHolder, TakesLicense};
        #[rustfmt::skip]
        let table = [
            // status            holds  in date free   outcome
            (Status::Active,     false, true,  true,  Ok(TakesLicense)),     // S1
            (Status::Active,     true,  true,  true,  Ok(OfHolder)),         // S1
            (Status::Active,     true,  true,  false, Ok(OfHolder)),         // S1
            (Status::Active,     false, true,  false, Err(PoolFull)),        // S1
            (Status::Active,     true,  false, false, Err(Expired)),         // S1
            (Status::Active,     false, false, false, Err(Expired)),         // S1
            (Status::Retired,    true,  true,  true,  Err(NoActiveRecord)),
            (Status::Deleted,    false, true,  true,  Err(NoActiveRecord)),
        ];
        for (status, holds, in_date, has_free, outcome) in table {
            let case = DataCase { status, holds, in_date, has_free };
            assert_eq!(judge_data(case), outcome, "{case:?}");
        }
        for (discarded, holds, waits) in [
            (PoolFull, false, true),
            (Expired, false, true),
            (Expired, true, false),
            (NoActiveRecord, false, false),
        ] {
            assert_eq!(waits_for_license(discarded, holds), waits, "{discarded:?}");
        }
    }

    #[test]
    fn what_gives_a_license_back() {
        use GivenBack::{AfterUpgrade, AtRefresh, Kept, Now};
        use Solution::{Deployment, Inventory, Monitor};
        let at_refresh = platform("{refund_on_retire: at_refresh, refund_on_delete: at_refresh}");
        let at_once = platform("{refund_on_retire: immediate, refund_on_delete: immediate}");
        let no_wait = platform("{licensing_refresh: immediate, refund_on_delete: at_refresh}");
        let (new, old) = (Version::V8_6, Version::V6_2);
        #[rustfmt::skip]
        let table = [
            // solution   status            settings     version  license
            (Inventory,   Status::Active,   &at_refresh, new,     Kept),         // S2
            (Inventory,   Status::Retired,  &at_refresh, new,     AtRefresh),    // S2
            (Inventory,   Status::Disposed, &at_refresh, new,     AtRefresh),    // S2
            (Inventory,   Status::Disposed, &at_once,    new,     Now),          // S2
            (Inventory,   Status::Retired,  &no_wait,    new,     Now),          // S2
            (Inventory,   Status::Retired,  &at_refresh, old,     AfterUpgrade), // V1, 6.x
            (Inventory,   Status::Deleted,  &at_refresh, old,     AtRefresh),    // S2
            (Inventory,   Status::Deleted,  &at_once,    new,     Now),          // S2
            (Monitor,     Status::Retired,  &at_refresh, new,     AtRefresh),    // S2
            (Monitor,     Status::Disposed, &at_refresh, new,     Kept),         // S2
            (Monitor,     Status::Deleted,  &no_wait,    new,     Now),          // S2
            (Deployment,  Status::Active,   &at_refresh, new,     Kept),         // S2
            (Deployment,  Status::Retired,  &at_refresh, new,     Kept),         // S2
            (Deployment,  Status::Disposed, &at_once,    new,     Kept),         // S2
            (Deployment,  Status::Deleted,  &at_refresh, new,     AtRefresh),    // S2
        ];
        for (solution, status, platform, version, expected) in table {
            assert_eq!(given_back(solution, status, platform, version), expected, "{solution:?} {status:?}");
        }
        let by_uninstalling = [Inventory, Monitor, Deployment].map(uninstalling_gives_back);
        assert_eq!(by_uninstalling, [false, false, true]); // S2
    }
}
