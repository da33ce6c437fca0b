//! The first sentence of an audit: what it comes to, in one sentence or two.

use jiff::civil::Date;

use crate::output::prose::numbers::{counted, counted_are, grouped, verb_ending};
use crate::rules::denial_reason::DenialReason;
use crate::study::audit::verdict::{ForNothing, Lost, Purchase, Stop, Verdict};

/// The answer of an audit.
pub fn answer(verdict: &Verdict) -> String {
    let first = match verdict.stop {
        Some(Stop::ScansStopped) => return format!("{SCANS_STOPPED} {}", pool(verdict)),
        Some(Stop::NeverScanned) => return format!("{NEVER_SCANNED} {}", pool(verdict)),
        Some(Stop::NoLicense(day)) => return no_license(verdict, day),
        Some(Stop::NotCovered) => return not_covered(verdict),
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
        None if verdict.unlimited => {
            format!("Nothing is wrong: {} in use{each}. {UNLIMITED}.", counted_are(in_use, "license"))
        }
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

const UNLIMITED: &str = "There is no limit";

const UNKNOWN: &str = "How many nodes there are is unknown";

const SCANS_STOPPED: &str = "No scan comes back any more: the scan policy seems to be off (C8).";
const NEVER_SCANNED: &str = "No client has ever scanned: look at the import of patch data first (C4).";

/// No license is in date: how many nodes are to be renewed.
fn no_license(verdict: &Verdict, last_day: Option<Date>) -> String {
    let since = match last_day {
        Some(day) => format!("No license has been in date since {day}: no scan runs."),
        None => "No license of Patch Management is in force: no scan runs.".to_string(),
    };
    let (held, waits) = (verdict.for_nothing.total(), waits(verdict));
    let starts = start_in_time(verdict, verdict.needed()).map(|starts| format!(" {starts}."));
    if let Some(starts) = starts.filter(|_| verdict.wanted() > 0) {
        let in_use = counted_are(verdict.in_use, "license");
        return format!("{since} {in_use} in use{waits}.{starts}");
    }
    let rest = match held {
        _ if verdict.wanted() == 0 => "No license is in use.".to_string(),
        0 => {
            let in_use = counted_are(verdict.in_use, "license");
            format!("{in_use} in use{waits}: renew {}.", counted(verdict.wanted(), "node"))
        }
        held => {
            let (needed, wanted) = (counted(verdict.needed(), "node"), grouped(verdict.wanted()));
            let most = verdict.needed() + verdict.for_nothing.look_first;
            let up_to = match most > verdict.needed() && most < verdict.wanted() {
                true => format!(", or up to {} if some are in use", grouped(most)),
                false => String::new(),
            };
            format!("{}{waits}: renew {needed}{up_to}, not {wanted}.", share_for_nothing(held, verdict))
        }
    };
    format!("{since} {rest}")
}

fn not_covered(verdict: &Verdict) -> String {
    let waits = waits(verdict);
    let rest = match verdict.for_nothing.total() {
        0 => format!("{} in use{waits}.", counted_are(verdict.in_use, "license")),
        held => format!("{}{waits}.", share_for_nothing(held, verdict)),
    };
    format!("Maintenance does not cover the version: no scan runs until it is renewed. {rest}")
}

/// `, and 6 clients wait for one`.
fn waits(verdict: &Verdict) -> String {
    match verdict.waiting {
        0 => String::new(),
        n => format!(", and {} wait{} for one", counted(n, "client"), verb_ending(n)),
    }
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
            let nodes = if verdict.unlimited { UNLIMITED } else { UNKNOWN };
            return format!("{} in use. {nodes}.", counted_are(verdict.in_use, "license"));
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
        Some(Lost::Ended(lost, day)) => format!(" since {} ended on {day} (L2)", counted(lost, "node")),
        None => String::new(),
    };
    format!("{in_use} in use while only {in_force} in force{since}")
}

/// What to buy when all else is done, as a step of a list.
pub fn purchase(verdict: &Verdict) -> String {
    let Purchase::Buy(least, most) = verdict.purchase() else { return String::new() };
    let renews = matches!(verdict.lost, Some(Lost::Ended(..)))
        || matches!(verdict.stop, Some(Stop::NoLicense(Some(_))));
    let verb = if renews { "renew" } else { "buy" };
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
            let of = match verdict.for_nothing.look_first == verdict.for_nothing.total() {
                true => "them",
                false => "the doubtful ones",
            };
            format!("no purchase is needed if {} of {of} can be freed", grouped(n))
        }
        Purchase::Buy(..) if matches!(verdict.lost, Some(Lost::Replaced(_))) => {
            "get one combined license file before you buy any".to_string()
        }
        Purchase::Buy(least, most) => {
            if let Some(start) = start_in_time(verdict, least) {
                return start;
            }
            let verb = if matches!(verdict.lost, Some(Lost::Ended(..))) { "renew" } else { "buy" };
            let nodes = counted(least, "node");
            match verdict.for_nothing.total() {
                0 => format!("{verb} {nodes}"),
                held if least == most => format!("free {} and {verb} {nodes}", them(held)),
                held => {
                    let most = grouped(most);
                    format!("free {} and {verb} {nodes}, or up to {most} if some are in use", them(held))
                }
            }
        }
    }
}

/// `300 nodes start on 2026-03-09`, where these are enough.
fn start_in_time(verdict: &Verdict, missing: u64) -> Option<String> {
    let (nodes, day) = verdict.starting.filter(|(nodes, _)| *nodes >= missing)?;
    Some(format!("{} start{} on {day}", counted(nodes, "node"), verb_ending(nodes)))
}

fn them(licenses: u64) -> &'static str {
    if licenses == 1 { "it" } else { "them" }
}

/// Clients that wait for something else, and holders that do not scan.
fn clients(verdict: &Verdict) -> Option<String> {
    let waits = verdict.leading.map(|(denial, most)| {
        let (all, what) = (verdict.elsewhere, lacks(denial));
        let rule = denial.clause().map_or(String::new(), |clause| format!(" ({clause})"));
        let unknown = verdict.nodes.is_none() && !verdict.unlimited;
        match all == most {
            true if unknown => format!(
                "{} wait{} for {what}{rule}, or for a license (X2)",
                counted(all, "client"),
                verb_ending(all)
            ),
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
        "taken_for_clone" => {
            format!("{} taken for a clone of the DSUP: confirm it with --clone (C5).", policies(count))
        }
        "is_managed_contradicted" => {
            let have =
                if one { "1 client has".to_string() } else { format!("{} clients have", grouped(count)) };
            format!("{have} IsManaged 0 although the agent reports (V8).")
        }
        "same_name_elsewhere" => {
            format!("{} a name with a record of another domain that goes on (V10).", share(count))
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

fn policies(count: u64) -> String {
    if count == 1 { "1 policy is".to_string() } else { format!("{} policies are", grouped(count)) }
}

fn get(count: u64, noun: &str) -> String {
    format!("{} {}", counted(count, noun), if count == 1 { "gets" } else { "get" })
}

fn share(count: u64) -> String {
    format!("{} {}", counted(count, "record"), if count == 1 { "shares" } else { "share" })
}

#[cfg(test)]
mod tests;
