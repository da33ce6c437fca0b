//! Small cases without randomness whose events another program has worked out in exact fractions.
//!
//! They hold to the millisecond: retry on a fixed interval, refund only at the daily refresh,
//! downloads that share a bandwidth, downloads that wait for a slot. Their stages have no length, so
//! joining the fleet is asking for a license (or for a download).

use crate::cases::{ScenarioFile, assert_all_as_expected};

#[test]
fn deterministic_cases_come_out_exactly() {
    let files = ScenarioFile::all_in("tests/theory");
    let stems: Vec<&str> = files.iter().map(|file| file.stem.as_str()).collect();
    assert_eq!(
        stems,
        [
            "b8-o1-retry-fixed-interval",
            "b8-o2-refund-at-daily-refresh",
            "b8-o3-shared-bandwidth",
            "b8-o4-concurrency-limit",
        ]
    );
    assert_all_as_expected(&files);
}
