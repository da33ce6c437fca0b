//! The first sentence of an audit: what it comes to, in one sentence or two.

use crate::output::prose::numbers::{counted, counted_are, grouped, verb_ending};
use crate::rules::denial_reason::DenialReason;
use crate::study::audit::verdict::{ForNothing, Lost, Purchase, Stop, Verdict};

/// The answer of an audit.
pub fn answer(verdict: &Verdict) -> String {
    let first = match verdict.stop {
        Some(stop) => return stopped(verdict, stop),
        None if verdict.is_well() => return well(verdict),
        None => pool(verdict),
    };
    let second = clients(verdict).or_else(|| further(verdict));
    second.map_or(first.clone(), |second| format!("{first} {second}"))
}

fn well(verdict: &Verdict) -> String {
    let in_use = verdict.in_use;
    let each = match in_use {
        0 => "",
        1 => ", and it is held by a computer that needs it",
        _ => ", and each is held by a computer that needs it",
    };
    match verdict.nodes {
        Some(nodes) => format!("Nothing is wrong: {}{each}.", share_in_use(in_use, nodes)),
        None => {
            let is = counted_are(in_use, "license");
            format!("Nothing is wrong as far as the tables show: {is} in use{each}. {UNKNOWN}.")
        }
    }
}

/// `215 of 300 licenses are in use`.
fn share_in_use(in_use: u64, nodes: u64) -> String {
    let are = if in_use == 1 { "is" } else { "are" };
    format!("{} of {} {are} in use", grouped(in_use), counted(nodes, "license"))
}

const UNKNOWN: &str = "How many nodes there are is unknown";

/// No scan is processed: what that means for the renewal.
fn stopped(verdict: &Verdict, stop: Stop) -> String {
    let Verdict { in_use, for_nothing, .. } = *verdict;
    let held = for_nothing.total();
    let why = match stop {
        Stop::NoLicense(Some(day)) => format!("No license has been in date since {day}: no scan runs."),
        Stop::NoLicense(None) => "No license of Patch Management is in force: no scan runs.".to_string(),
        Stop::NotCovered => {
            "Maintenance does not cover the version: no scan runs until it is renewed.".to_string()
        }
    };
    let waits = match verdict.waiting {
        0 => String::new(),
        n => format!(", and {} wait{} for one", counted(n, "client"), verb_ending(n)),
    };
    let rest = match (stop, held) {
        (Stop::NotCovered, 0) => format!("{} in use{waits}.", counted_are(in_use, "license")),
        (Stop::NotCovered, held) => format!("{}{waits}.", share_for_nothing(held, verdict)),
        (Stop::NoLicense(_), _) if verdict.wanted() == 0 => "No license is in use.".to_string(),
        (Stop::NoLicense(_), 0) => {
            let held = counted_are(in_use, "license");
            format!("{held} in use{waits}: renew {}.", counted(verdict.wanted(), "node"))
        }
        (Stop::NoLicense(_), held) => {
            let (needed, wanted) = (counted(verdict.needed(), "node"), grouped(verdict.wanted()));
            format!("{}{waits}: renew {needed}, not {wanted}.", share_for_nothing(held, verdict))
        }
    };
    format!("{why} {rest}")
}

/// `180 of the 5,000 licenses in use are held for nothing`.
fn share_for_nothing(held: u64, verdict: &Verdict) -> String {
    let ForNothing { look_first, .. } = verdict.for_nothing;
    let in_use = grouped(verdict.in_use);
    let are = if held == 1 { "is" } else { "are" };
    let of = match verdict.in_use {
        1 => "The 1 license in use".to_string(),
        n if n == held => format!("All {in_use} licenses in use"),
        _ => format!("{} of the {in_use} licenses in use", grouped(held)),
    };
    match look_first {
        0 => format!("{of} {are} held for nothing"),
        n if n == held => format!("{of} {are} perhaps held for nothing"),
        n => format!("{of} {are} held for nothing, {} of them perhaps not", grouped(n)),
    }
}

/// How the pool stands, and whether nodes are to be bought.
fn pool(verdict: &Verdict) -> String {
    let held = verdict.for_nothing.total();
    let short = verdict.nodes.filter(|nodes| verdict.wanted() > *nodes);
    let mut parts = Vec::new();
    match (held, short, verdict.nodes) {
        (0, Some(nodes), _) if verdict.in_use > nodes => parts.push(exceeded(verdict, nodes)),
        (0, Some(nodes), _) if verdict.in_use < nodes => parts.push(share_in_use(verdict.in_use, nodes)),
        (0, Some(_), _) => parts.push(format!("{} in use and needed", all_licenses(verdict.in_use))),
        (0, None, Some(nodes)) => {
            let in_use = grouped(verdict.in_use);
            return format!(
                "No license is missing: {in_use} of {} {} in use.",
                grouped(nodes),
                if verdict.in_use == 1 { "is" } else { "are" }
            );
        }
        (0, None, None) => {
            return format!("{} in use. {UNKNOWN}.", counted_are(verdict.in_use, "license"));
        }
        (held, Some(nodes), _) if verdict.in_use > nodes => {
            parts.push(exceeded(verdict, nodes));
            parts.push(format!("{} of them {} held for nothing", grouped(held), perhaps_are(held, verdict)));
        }
        (held, ..) => parts.push(share_for_nothing(held, verdict)),
    }
    if verdict.waiting > 0 {
        let n = verdict.waiting;
        parts.push(format!("{} wait{} for one", counted(n, "client"), verb_ending(n)));
    }
    if short.is_some() && verdict.will_need > 0 {
        let n = verdict.will_need;
        let more = if verdict.waiting > 0 { "more" } else { "without one" };
        parts.push(format!("{} {more} will need one", counted_clients(n, more)));
    }
    format!("{}: {}.", joined(parts), conclusion(verdict))
}

/// `a and b`; `a, b, and c`, and so where a part has a comma or an `and` of its own.
fn joined(mut parts: Vec<String>) -> String {
    let plain = parts.len() == 2 && !parts[0].contains(", ") && !parts[0].contains(" and ");
    match parts.pop() {
        Some(last) if plain => format!("{} and {last}", parts.join(", ")),
        Some(last) if !parts.is_empty() => format!("{}, and {last}", parts.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// `12 more will need one`, `12 clients without one will need one`.
fn counted_clients(n: u64, more: &str) -> String {
    if more == "more" { grouped(n) } else { counted(n, "client") }
}

fn perhaps_are(held: u64, verdict: &Verdict) -> String {
    let are = if held == 1 { "is" } else { "are" };
    if verdict.for_nothing.look_first == held { format!("{are} perhaps") } else { are.to_string() }
}

fn all_licenses(in_use: u64) -> String {
    match in_use {
        0 => "No license is".to_string(),
        1 => "The only license is".to_string(),
        n => format!("All {} licenses are", grouped(n)),
    }
}

fn exceeded(verdict: &Verdict, nodes: u64) -> String {
    let in_use = counted_are(verdict.in_use, "license");
    let in_force = if nodes == 1 { "1 node is".to_string() } else { format!("{} nodes are", grouped(nodes)) };
    let since = match verdict.lost {
        Some(Lost::Replaced(lost)) => {
            format!(" since a later license file replaced {} (L1)", counted(lost, "node"))
        }
        Some(Lost::Ended(lost)) => format!(" since {} ended (L2)", counted(lost, "node")),
        None => String::new(),
    };
    format!("{in_use} in use while only {in_force} in force{since}")
}

/// What to buy when all else is done, as a step of a list.
pub fn purchase(verdict: &Verdict) -> String {
    let Purchase::Buy(least, most) = verdict.purchase() else { return String::new() };
    let verb = if matches!(verdict.lost, Some(Lost::Ended(_))) { "renew" } else { "buy" };
    let up_to = match most > least {
        true => format!(", or up to {} if computers that had to be looked for are in use", grouped(most)),
        false => String::new(),
    };
    format!("{verb} {}{up_to}", counted(least, "node"))
}

/// What to do about the pool.
fn conclusion(verdict: &Verdict) -> String {
    let ForNothing { agent_first, .. } = verdict.for_nothing;
    match verdict.purchase() {
        Purchase::Unknown => "how many nodes there are is unknown".to_string(),
        Purchase::NotNeeded if verdict.for_nothing.look_first == verdict.for_nothing.total() => {
            "look for their computers before you free any".to_string()
        }
        Purchase::NotNeeded | Purchase::FreeFirst => "no purchase is needed".to_string(),
        Purchase::RemoveAgentsFirst => {
            let of =
                if agent_first == verdict.for_nothing.total() { "their agents" } else { "the live agents" };
            format!("no purchase is needed once {of} are removed (V7)")
        }
        Purchase::LookFirst(n) => {
            format!("no purchase is needed if {} of the doubtful ones can be freed", grouped(n))
        }
        Purchase::Buy(..) if matches!(verdict.lost, Some(Lost::Replaced(_))) => {
            "get one combined license file before you buy any".to_string()
        }
        Purchase::Buy(least, most) => {
            let verb = if matches!(verdict.lost, Some(Lost::Ended(_))) { "renew" } else { "buy" };
            let nodes = counted(least, "node");
            match verdict.for_nothing.total() {
                0 => format!("{verb} {nodes}"),
                _ if least == most => format!("free them and {verb} {nodes}"),
                _ => format!("free them and {verb} {nodes}, or up to {} if some are in use", grouped(most)),
            }
        }
    }
}

/// Clients that wait for something else, and holders that do not scan.
fn clients(verdict: &Verdict) -> Option<String> {
    let waits = verdict.leading.map(|(denial, most)| {
        let (all, what) = (verdict.elsewhere, lacks(denial));
        let rule = denial.clause().map_or(String::new(), |clause| format!(" ({clause})"));
        match all == most {
            true => format!(
                "{} wait{} for {what}{rule}, not for a license",
                counted(all, "client"),
                verb_ending(all)
            ),
            false => format!(
                "{} wait for something other than a license, {} of them for {what}{rule}",
                counted(all, "client"),
                grouped(most)
            ),
        }
    });
    let n = verdict.not_scanning;
    let scans = (n > 0).then(|| {
        let (hold, scan) = if n == 1 { ("holds", "does not scan") } else { ("hold", "do not scan") };
        format!("{} that {hold} a license {scan} (X3)", counted(n, "client"))
    });
    let parts: Vec<String> = waits.into_iter().chain(scans).collect();
    (!parts.is_empty()).then(|| format!("{}.", parts.join("; ")))
}

/// What clients wait for that lack it.
fn lacks(denial: DenialReason) -> &'static str {
    use DenialReason::*;
    match denial {
        RetiredAlive | DisposedAlive | AboutToReturn => "the next check-in of a live agent",
        AgentUninstalled => "an agent",
        BeingReimaged => "a new image",
        NotEnrolled | NoFirstContact => "the first contact",
        Unreachable => "a connection to the server",
        AwaitsProcessing => "the event queue of the server",
        UnderUninstallPolicy => "the end of the uninstall policy",
        OutsideInstallPolicy => "the plug-in install policy",
        NoMembershipUpdate => "membership updates, which do not run",
        AwaitsMembershipUpdate => "a membership update",
        PackageServerDown => "a package that does not come through",
        AwaitsPlugin => "the plug-in",
        AwaitsInventory => "a Basic Inventory",
        NoPatchDataImported => "the first import of patch data",
        AwaitsPackageTarget | AwaitsPackageRequest | AwaitsPackage => "the assessment scan package",
        VersionNotCovered => "maintenance that covers the version",
        ScanPolicyOff => "the scan policy",
        Untargeted => "the DSUP or a clone of it",
        NothingNew => "a scan result that is new",
        AwaitsScan => "the first scan",
        LicensesExpired | PoolFull => "a license",
        GaveUp | Retired | Disposed | Deleted | Silent | LeftBehind | SwitchedOff => "nothing",
    }
}

/// The first of the findings that no number above shows.
fn further(verdict: &Verdict) -> Option<String> {
    let (key, count) = *verdict.further.first()?;
    let (nodes, one) = (counted(count, "node"), count == 1);
    Some(match key {
        "maintenance_ended" => "Maintenance has ended: imports bring no new bulletins (M2).".to_string(),
        "tasks_refused" => {
            "Software Update Installation tasks are refused until maintenance is renewed (M4).".to_string()
        }
        "license_ends_soon" => format!("{nodes} {} soon (L2).", if one { "ends" } else { "end" }),
        "suite_before_8_1" => {
            format!("{nodes} of suites {} not count in this version (L4).", if one { "does" } else { "do" })
        }
        "two_clones" => format!("{} conflicting scan settings (T1).", get(count, "client")),
        "same_name" => format!("{} a name with another record (V10).", share(count)),
        "shared_record" => format!(
            "{} shared by several machines (V10).",
            if one { "1 record is".to_string() } else { format!("{} records are", grouped(count)) }
        ),
        _ => match verdict.further.len() as u64 {
            1 => "One more finding is listed below.".to_string(),
            n => format!("{} more findings are listed below.", grouped(n)),
        },
    })
}

fn get(count: u64, noun: &str) -> String {
    format!("{} {}", counted(count, noun), if count == 1 { "gets" } else { "get" })
}

fn share(count: u64) -> String {
    format!("{} {}", counted(count, "record"), if count == 1 { "shares" } else { "share" })
}

#[cfg(test)]
mod tests {
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
             nothing, 40 of them perhaps not, and 6 clients wait for one: renew 206 nodes, not 306.",
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
            &Verdict { lost: Some(Lost::Ended(60)), waiting: 5, ..standing(Some(150), 200) },
            "200 licenses are in use while only 150 nodes are in force since 60 nodes ended (L2) and 5 clients wait for \
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
}
