//! A table of situations, and the exact sentence of each.

use super::*;
use jiff::civil::date;

fn standing(nodes: Option<u64>, in_use: u64) -> Verdict {
    Verdict { nodes, in_use, ..Verdict::default() }
}

fn held(certain: u64, agent_first: u64, look_first: u64) -> ForNothing {
    ForNothing { certain, agent_first, look_first }
}

#[track_caller]
fn assert_answer(verdict: &Verdict, expected: &str) {
    assert_eq!(answer(verdict), expected, "{verdict:?}");
}

#[test]
fn all_is_well() {
    assert_answer(
        &standing(Some(300), 215),
        "Nothing is wrong: 215 of 300 licenses are in use, and each is held by a computer that needs it.",
    );
    assert_answer(
        &standing(Some(300), 1),
        "Nothing is wrong: 1 of 300 licenses is in use, and it is held by a computer that needs it.",
    );
    assert_answer(&standing(Some(300), 0), "Nothing is wrong: 0 of 300 licenses are in use.");
    assert_answer(
        &standing(None, 60),
        "Nothing is wrong as far as the tables show: 60 licenses are in use, and each is held by a computer that \
         needs it. How many nodes there are is unknown.",
    );
}

#[test]
fn licenses_held_for_nothing_are_freed_before_any_is_bought() {
    let full = standing(Some(5_000), 5_000);
    #[rustfmt::skip]
    let table = [
        (held(180, 0, 0), 150, "180 of the 5,000 licenses in use are held for nothing and 150 clients wait for one: no purchase is needed."),
        (held(180, 0, 0), 181, "180 of the 5,000 licenses in use are held for nothing and 181 clients wait for one: free them and buy 1 node."),
        (held(1, 0, 0),   1,   "1 of the 5,000 licenses in use is held for nothing and 1 client waits for one: no purchase is needed."),
        (held(0, 15, 0),  5,   "15 of the 5,000 licenses in use are held for nothing and 5 clients wait for one: no purchase is needed once their agents are removed (V7)."),
        (held(2, 15, 0),  5,   "17 of the 5,000 licenses in use are held for nothing and 5 clients wait for one: no purchase is needed once the live agents are removed (V7)."),
        (held(2, 0, 40),  5,   "42 of the 5,000 licenses in use are held for nothing, 40 of them perhaps not, and 5 clients wait for one: no purchase is needed if 3 of the doubtful ones can be freed."),
        (held(2, 0, 40),  50,  "42 of the 5,000 licenses in use are held for nothing, 40 of them perhaps not, and 50 clients wait for one: free them and buy 8 nodes, or up to 48 if some are in use."),
        (held(0, 0, 0),   8,   "All 5,000 licenses are in use and needed, and 8 clients wait for one: buy 8 nodes."),
    ];
    for (for_nothing, waiting, expected) in table {
        assert_answer(&Verdict { for_nothing, waiting, ..full.clone() }, expected);
    }
}

#[test]
fn nothing_is_bought_where_licenses_are_free() {
    let free = standing(Some(300), 215);
    #[rustfmt::skip]
    let table = [
        (held(10, 0, 0), "10 of the 215 licenses in use are held for nothing: no purchase is needed."),
        (held(0, 0, 15), "15 of the 215 licenses in use are perhaps held for nothing: look for their computers before you free any."),
    ];
    for (for_nothing, expected) in table {
        assert_answer(&Verdict { for_nothing, ..free.clone() }, expected);
    }
    let for_nothing = held(180, 0, 0);
    assert_answer(
        &Verdict { for_nothing, ..standing(None, 5_000) },
        "180 of the 5,000 licenses in use are held for nothing: how many nodes there are is unknown.",
    );
}

#[test]
fn what_stops_all_scans_comes_first() {
    let lapsed = Verdict {
        stop: Some(Stop::NoLicense(Some(date(2026, 2, 27)))),
        for_nothing: held(60, 0, 40),
        waiting: 6,
        ..standing(Some(0), 300)
    };
    assert_answer(
        &lapsed,
        "No license has been in date since 2026-02-27: no scan runs. 100 of the 300 licenses in use are held for \
         nothing, 40 of them perhaps not, and 6 clients wait for one: renew 206 nodes, \
         or up to 246 if some are in use, not 306.",
    );
    assert_answer(
        &Verdict { for_nothing: held(0, 0, 0), waiting: 0, ..lapsed.clone() },
        "No license has been in date since 2026-02-27: no scan runs. 300 licenses are in use: renew 300 nodes.",
    );
    assert_answer(
        &Verdict { stop: Some(Stop::NoLicense(None)), ..standing(Some(0), 0) },
        "No license of Patch Management is in force: no scan runs. No license is in use.",
    );
    assert_answer(
        &Verdict { starting: Some((306, date(2026, 3, 9))), for_nothing: held(0, 0, 0), ..lapsed },
        "No license has been in date since 2026-02-27: no scan runs. 300 licenses are in use, and 6 clients wait for one. \
         306 nodes start on 2026-03-09.",
    );
    assert_answer(
        &Verdict { stop: Some(Stop::ScansStopped), not_scanning: 50, ..standing(Some(100), 50) },
        "No scan comes back any more: the scan policy seems to be off (C8). No license is missing: 50 of 100 are in \
         use.",
    );
    assert_answer(
        &Verdict { stop: Some(Stop::NeverScanned), elsewhere: 60, will_need: 60, ..standing(Some(100), 0) },
        "No client has ever scanned: look at the import of patch data first (C4). No license is missing: 0 of 100 \
         are in use.",
    );
    assert_answer(
        &Verdict { stop: Some(Stop::NotCovered), ..standing(Some(40), 32) },
        "Maintenance does not cover the version: no scan runs until it is renewed. 32 licenses are in use.",
    );
}

#[test]
fn fewer_nodes_than_licenses() {
    assert_answer(
        &standing(Some(200), 240),
        "240 licenses are in use while only 200 nodes are in force: buy 40 nodes.",
    );
    assert_answer(
        &Verdict { lost: Some(Lost::Ended(60, date(2026, 2, 27))), waiting: 5, ..standing(Some(150), 200) },
        "200 licenses are in use while only 150 nodes are in force since 60 nodes ended on 2026-02-27 (L2) and 5 clients wait for \
         one: renew 55 nodes.",
    );
    assert_answer(
        &Verdict { lost: Some(Lost::Replaced(30)), waiting: 6, ..standing(Some(8), 30) },
        "30 licenses are in use while only 8 nodes are in force since a later license file replaced 30 nodes (L1) \
         and 6 clients wait for one: get one combined license file before you buy any.",
    );
}

#[test]
fn clients_that_wait_for_something_else_and_holders_that_do_not_scan() {
    let free = standing(Some(60), 50);
    let (elsewhere, leading, will_need) = (30, Some((DenialReason::AwaitsPackage, 30)), 30);
    assert_answer(
        &Verdict {
            elsewhere: 10,
            leading: Some((DenialReason::PackageServerDown, 10)),
            will_need: 10,
            ..free.clone()
        },
        "No license is missing: 50 of 60 are in use. 10 clients wait for a package that does not come through (C4), \
         not for a license.",
    );
    assert_answer(
        &Verdict { elsewhere, leading, will_need, ..free.clone() },
        "50 of 60 licenses are in use and 30 clients without one will need one: buy 20 nodes. 30 clients \
         wait for the assessment scan package (C4), not for a license.",
    );
    assert_answer(
        &Verdict {
            elsewhere: 1,
            leading: Some((DenialReason::OutsideInstallPolicy, 1)),
            not_scanning: 1,
            ..free.clone()
        },
        "No license is missing: 50 of 60 are in use. 1 client waits for the plug-in install policy (C1), not for a \
         license; 1 client that holds a license does not scan (X3).",
    );
    assert_answer(
        &Verdict { elsewhere: 5, leading: Some((DenialReason::Untargeted, 3)), not_scanning: 10, ..free },
        "No license is missing: 50 of 60 are in use. 5 clients wait for something other than a license, 3 of them for \
         the DSUP or a clone of it (C5); 10 clients that hold a license do not scan (X3).",
    );
}

#[test]
fn a_finding_that_changes_no_number_is_named() {
    let free = standing(Some(60), 50);
    #[rustfmt::skip]
    let table: [(&[(&str, u64)], &str); 4] = [
        (&[("maintenance_ended", 1), ("tasks_refused", 30)], "Maintenance has ended: imports bring no new bulletins (M2)."),
        (&[("shared_record", 3)], "3 records are shared by several machines (V10)."),
        (&[("new_finding", 3)], "One more finding is listed below."),
        (&[("new_finding", 3), ("another", 1)], "2 more findings are listed below."),
    ];
    for (further, second) in table {
        let verdict = Verdict { further: further.to_vec(), ..free.clone() };
        assert_answer(&verdict, &format!("No license is missing: 50 of 60 are in use. {second}"));
    }
}
