//! Tables in which one column, or one computer, says what all the others contradict; each beside a look-alike in which it
//! is true.

use fleetsim::import::{Assume, ReadOptions, read};
use fleetsim::scenario::model::Status;
use fleetsim::scenario::model::initial::Machine;
use fleetsim::units::time::Span;

use crate::support::imported::{Imported, assume};
use crate::support::pcs::{
    DAY, DSUP, HOUR, INSTALL, NOW, PRODUCT, Pc, files, found, healthy, import, import_as, with, with_each,
};

/// A client that reported its plug-in so long ago, asks for its policies, and never scanned.
fn never_scanned(prefix: &str, count: i64, hours: i64) -> Vec<Pc> {
    with_each(prefix, count, |n, pc| {
        (pc.scan, pc.held) = (None, false);
        (pc.request, pc.inventory) = (Some(n % 50), Some(hours * HOUR + n % 50));
    })
}

/// What `diagnose` says at the instant of the export.
fn lacking(imported: &Imported) -> Vec<(&'static str, u64)> {
    imported
        .diagnosis(Span::ZERO)
        .lacking
        .iter()
        .map(|(denial, sample)| (denial.key(), sample.count))
        .collect()
}

#[track_caller]
fn expect(findings: &[(&str, u64)], computers: &[Pc]) -> Imported {
    let imported = import(computers);
    assert_eq!(found(&imported), findings);
    imported
}

/// Agents that ask every four hours: a Retired record seen three hours ago is alive, in a fleet that asks hourly it is not.
#[test]
fn what_is_alive_follows_the_rhythm_of_the_fleet() {
    let four_hourly = |n: i64, pc: &mut Pc| pc.request = Some(n * 240 / 60);
    let retired = with("old", 10, |pc| (pc.status, pc.request) = ("Retired", Some(3 * HOUR)));
    let slow = [with_each("pc", 60, four_hourly), retired.clone()].concat();
    let imported = expect(&[("retired_agent_alive", 10)], &slow);
    assert_eq!(imported.customer.rhythms.request, Span::hours(4));
    assert_eq!(imported.checked.scenario.platform.configuration_request.every, Span::hours(4));
    let quick = [healthy("pc", 60), retired].concat();
    let imported = expect(&[("retired_not_released", 10)], &quick);
    assert_eq!(imported.customer.rhythms.request, Span::hours(1));
}

/// A table of few computers shows no rhythm.
#[test]
fn few_computers_have_the_usual_rhythm() {
    let imported = import(&with_each("pc", 12, |n, pc| pc.request = Some(20 * n)));
    assert_eq!((imported.customer.rhythms.request, imported.customer.rhythms.known), (Span::hours(1), false));
}

#[test]
fn a_flag_that_all_else_contradicts_retires_nothing() {
    let reset = with("reset", 10, |pc| pc.managed = "0");
    expect(&[("is_managed_contradicted", 10)], &[healthy("pc", 40), reset].concat());
    // Off since Friday evening, as the flag was reset on Friday: no report contradicts it, and none confirms it.
    let off = with("off", 10, |pc| {
        (pc.managed, pc.request) = ("0", Some(66 * HOUR));
        pc.inventory = pc.inventory.map(|at| 66 * HOUR + at);
    });
    expect(&[], &[healthy("pc", 40), off].concat());
    // Silent for weeks, or without an agent in the table of agents.
    let gone = with("gone", 4, |pc| {
        (pc.managed, pc.request, pc.inventory, pc.scan) = ("0", Some(9 * DAY), Some(9 * DAY), Some(9 * DAY));
    });
    let unlisted = with("unlisted", 3, |pc| (pc.managed, pc.agents) = ("0", Vec::new()));
    expect(&[("agent_uninstalled", 7)], &[healthy("pc", 40), gone, unlisted].concat());
}

/// Six lost their agents; forty others are off over the weekend, with their agents listed.
#[test]
fn pcs_that_are_off_have_not_lost_their_agents() {
    let office = with_each("off", 40, |n, pc| {
        (pc.request, pc.inventory) = (Some(66 * HOUR + n), Some(70 * HOUR + n));
        pc.scan = Some(68 * HOUR + n);
    });
    let lost = with_each("lost", 6, |n, pc| {
        let silent = (50 + 7 * n) * HOUR;
        (pc.request, pc.inventory, pc.scan) = (Some(silent), Some(silent), Some(silent));
        (pc.agents, pc.policies) = (Vec::new(), Vec::new());
    });
    for on in [20, 100] {
        expect(&[("agent_uninstalled", 6)], &[healthy("on", on), office.clone(), lost.clone()].concat());
    }
}

/// Everything stopped three days ago while the agents go on; or all is off since Friday.
#[test]
fn scans_that_all_stop_at_once_were_switched_off() {
    let stopped = |n: i64, pc: &mut Pc| pc.scan = Some(72 * HOUR + n * 4);
    let fleet = [with_each("pc", 50, stopped), never_scanned("new", 8, 30)].concat();
    let imported =
        expect(&[("scans_stopped_at_once", 1), ("scan_policy_off", 8), ("scan_policy_off", 50)], &fleet);
    assert!(!imported.customer.scan_policy && !imported.checked.scenario.policies.scan.enabled);
    assert_eq!(lacking(&imported), [("scan_policy_off", 8)]);

    let weekend = |n: i64, pc: &mut Pc| {
        (pc.request, pc.inventory) = (Some(66 * HOUR + n), Some(68 * HOUR + n * 7));
        pc.scan = Some(67 * HOUR + n * 4);
    };
    expect(&[], &with_each("pc", 50, weekend));
    // They were switched on half an hour ago, and have not scanned yet.
    let monday = |n: i64, pc: &mut Pc| {
        weekend(n, pc);
        (pc.request, pc.inventory) = (Some(n % 30), if n % 2 == 0 { Some(n % 30) } else { pc.inventory });
    };
    let imported = expect(&[], &with_each("pc", 60, monday));
    assert!(imported.customer.scan_policy);
    // All sent what the bulletins of February changed, on the eleventh; nothing is new since.
    let bulletins = |n: i64, pc: &mut Pc| pc.scan = Some(19 * DAY + n * 4);
    let imported = import(&with_each("pc", 50, bulletins));
    assert!(imported.customer.scan_policy);
}

#[test]
fn where_nobody_ever_scanned_the_import_comes_first() {
    let imported = expect(&[("no_patch_data_imported", 60)], &never_scanned("pc", 60, 20));
    assert!(imported.customer.never_imported && !imported.checked.scenario.packages.imported_before_start);
    assert_eq!(lacking(&imported), [("no_patch_data_imported", 60)]);
    let audit = imported.audit();
    let cure = &audit.findings[0].cure;
    let place = |word: &str| cure.find(word).expect(word);
    assert!(
        place("Import Patch Data") < place("Assessment Scan")
            && place("Assessment Scan") < place("package servers")
    );
    // A rollout of this morning.
    let today = with_each("pc", 60, |n, pc| {
        (pc.scan, pc.held, pc.inventory) = (None, false, Some(10 + n));
        pc.request = Some(n % 10);
    });
    assert!(!import(&today).customer.never_imported);
}

/// The table of targets says who is in no DSUP-type policy; that is not overruled.
#[test]
fn a_client_outside_every_dsup_type_policy_is_untargeted() {
    let outside = |pc: &mut Pc| pc.policies.retain(|policy| *policy != DSUP);
    let mut left_out = never_scanned("out", 7, 20);
    left_out.iter_mut().for_each(outside);
    let imported = expect(&[("untargeted", 7)], &[healthy("pc", 60), left_out].concat());
    assert!(imported.customer.dsup);
    assert_eq!(lacking(&imported), [("untargeted", 7)]);
    // Those that scan are covered by a policy that is not recognised; those whose plug-in was reported just now are not
    // listed yet.
    let scanning = with("other", 9, |pc| {
        outside(pc);
        pc.scan = Some(3 * HOUR);
    });
    let mut new =
        with("new", 2, |pc| (pc.scan, pc.held, pc.request, pc.inventory) = (None, false, Some(3), Some(9)));
    new.iter_mut().for_each(outside);
    let imported = expect(&[("awaits_package", 2)], &[healthy("pc", 60), scanning, new].concat());
    assert!(imported.customer.clients.iter().all(|client| client.in_dsup));
}

/// A clone whose name says nothing, and a DSUP that is off.
#[test]
fn a_policy_whose_members_scan_alone_is_taken_for_a_clone() {
    let (clone, both) = ("Servers - monthly patching", "Asset data of servers");
    let servers = with("srv", 30, |pc| {
        pc.policies = vec![INSTALL, both, clone];
        pc.scan = Some(2 * HOUR);
    });
    let office = with("ws", 30, |pc| (pc.policies, pc.scan) = (vec![INSTALL], Some(20 * DAY)));
    let mut new = never_scanned("new", 10, 20);
    new.iter_mut().for_each(|pc| pc.policies = vec![INSTALL]);
    let fleet = [servers.clone(), office.clone(), new].concat();
    let imported = expect(&[("taken_for_clone", 1), ("untargeted", 10), ("untargeted", 30)], &fleet);
    assert_eq!(
        (imported.customer.dsup, imported.customer.clones.as_slice()),
        (false, &["Servers--monthly-patching".to_string()][..])
    );
    // Where those outside scan as well, it is any policy.
    let scanning = with("ws", 30, |pc| (pc.policies, pc.scan) = (vec![INSTALL], Some(2 * HOUR)));
    let imported = expect(&[], &[servers, scanning].concat());
    assert!(imported.customer.dsup && imported.customer.clones.is_empty());
}

/// Its own hours of waiting say that a client is stuck, not how many others are well.
#[test]
fn few_stuck_clients_are_stuck() {
    for (healthy_ones, waiting) in [(2_000, 30), (40, 1)] {
        let fleet = [healthy("pc", healthy_ones), never_scanned("new", waiting, 20)].concat();
        let imported = expect(&[("package_never_completed", waiting as u64)], &fleet);
        assert_eq!(lacking(&imported), [("package_server_down", waiting as u64)]);
    }
    let fleet = [healthy("pc", 40), never_scanned("new", 1, 1)].concat();
    expect(&[("awaits_package", 1)], &fleet);
}

/// The plug-in was reported at five yesterday; the office went home, and came back this morning.
#[test]
fn a_night_is_no_time_of_waiting() {
    let office = |n: i64, pc: &mut Pc| {
        // At noon: the inventories of today since eight, and of yesterday afternoon up to six.
        let minutes = n * 7 % (10 * HOUR);
        pc.inventory = Some(if minutes < 4 * HOUR { minutes } else { minutes + 14 * HOUR });
    };
    let night = with_each("pc", 200, office);
    let new = with_each("new", 30, |n, pc| {
        (pc.scan, pc.held) = (None, false);
        (pc.request, pc.inventory) = (Some(3 * HOUR + 30 + n % 20), Some(18 * HOUR + 30 + n % 20));
    });
    expect(&[("awaits_package", 30)], &[night, new].concat());
}

/// One clock that is days ahead moves nothing; its dates are clipped, and told.
#[test]
fn a_single_clock_ahead_moves_nothing() {
    let mut fleet = healthy("pc", 200);
    fleet.extend(with_each("ill", 15, |n, pc| {
        (pc.request, pc.inventory, pc.scan) =
            (Some((8 + n / 3) * DAY), Some((8 + n / 3) * DAY), Some(9 * DAY));
    }));
    fleet[3].inventory = Some(-6 * DAY);
    let tables = || files(&fleet, &format!("{PRODUCT},500,2026-12-31"));
    for exported_at in [None, Some(NOW)] {
        let options = ReadOptions { exported_at, ..ReadOptions::default() };
        let imported = Imported::of(tables(), &assume("clock"), &options);
        assert_eq!(imported.customer.start, NOW);
        assert_eq!(found(&imported), []);
        let told: Vec<(u64, String)> = imported
            .inventory
            .notices
            .iter()
            .filter(|notice| notice.what.contains("clock of that computer"))
            .map(|notice| (notice.count, notice.file.clone()))
            .collect();
        assert_eq!(told, [(1, "computers.csv".to_string())]);
    }
    let day_before = NOW.date().yesterday().unwrap().at(12, 0, 0, 0);
    let options = ReadOptions { exported_at: Some(day_before), ..ReadOptions::default() };
    assert!(read(tables(), &options).is_err(), "not all clocks are ahead");
}

#[test]
fn records_of_one_name_are_told_apart_by_their_domains() {
    let named = |name: &str, domain: &'static str, days: i64| {
        let name = name.to_string();
        with("x", 1, move |pc| {
            (pc.name, pc.domain) = (name.clone(), domain);
            if days > 0 {
                (pc.request, pc.inventory, pc.scan) = (Some(days * DAY), Some(days * DAY), Some(days * DAY));
            }
        })
    };
    let fleet = [
        healthy("pc", 40),
        named("A", "WORKGROUP", 9), // imaged, and then in the domain
        named("A", "CORP", 0),
        named("B", "CORP", 9), // in the domain, and imaged now
        named("B", "", 0),
        named("C", "CORP", 9), // two computers, or one that went elsewhere
        named("C", "LAB", 0),
        named("D", "CORP", 0), // two computers
        named("D", "LAB", 0),
    ]
    .concat();
    let imported = expect(&[("left_behind", 2), ("same_name", 4), ("same_name_elsewhere", 1)], &fleet);
    let all = imported.customer.clients.iter().zip(&imported.customer.names);
    let left = all.filter(|(client, _)| client.initial.machine == Machine::LeftBehind);
    assert_eq!(left.map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["A.WORKGROUP", "B.CORP"]);
}

/// Linux and Mac computers, computers of the directory, and rows that are no computers: none of them waits here.
#[test]
fn what_is_no_client_of_this_pool_waits_for_nothing() {
    let unlicensed = |pc: &mut Pc| (pc.scan, pc.held, pc.policies) = (None, false, vec![INSTALL]);
    let linux = with("lnx", 7, |pc| {
        unlicensed(pc);
        pc.agents =
            vec!["Altiris Agent for UNIX Linux and Mac,8.6.100", "Software Update Plug-in for Linux,8.6.9"];
        pc.os = "Red Hat Enterprise Linux 9";
    });
    let mac = with("mac", 3, |pc| {
        unlicensed(pc);
        pc.agents = vec!["Software Update Plug-in for Mac,8.9.1"];
    });
    let directory = with("ad", 12, |pc| {
        unlicensed(pc);
        (pc.request, pc.inventory, pc.managed, pc.agents, pc.policies) = (None, None, "0", vec![], vec![]);
    });
    let imported = expect(&[], &[healthy("pc", 40), linux, mac, directory].concat());
    assert_eq!(imported.customer.clients.len(), 52);
    let left_out: u64 = imported
        .inventory
        .notices
        .iter()
        .filter(|notice| notice.what.contains("does not run Windows"))
        .map(|notice| notice.count)
        .sum();
    assert_eq!(left_out, 10);
    assert_eq!(imported.customer.version.to_string(), "8.6");
}

/// Over Christmas nothing is gone; what was silent long before is.
#[test]
fn a_holiday_of_the_whole_fleet_makes_nobody_silent() {
    let holiday = with_each("pc", 50, |n, pc| {
        (pc.request, pc.inventory) = (Some(12 * DAY + n), Some(12 * DAY + 9 * n));
        pc.scan = Some(12 * DAY + 20 + 4 * n);
    });
    let absent = with_each("ill", 6, |n, pc| {
        (pc.request, pc.inventory, pc.scan) = (Some(20 * DAY + n), Some(20 * DAY + n), Some(20 * DAY + n));
    });
    let gone = with_each("gone", 3, |n, pc| {
        (pc.request, pc.inventory, pc.scan) = (Some(60 * DAY + n), Some(60 * DAY + n), Some(60 * DAY + n));
    });
    let on = healthy("srv", 5);
    expect(&[("silent", 3)], &[holiday, absent, gone, on].concat());
}

/// Whatever the status, a live agent sets it back: told once, by what the status is.
#[test]
fn live_agents_of_retired_and_disposed_records_are_told_once() {
    let retired = with("ret", 10, |pc| pc.status = "Retired");
    let disposed = with("dis", 5, |pc| pc.status = "Disposed");
    let imported = expect(
        &[("retired_agent_alive", 10), ("disposed_agent_alive", 5)],
        &[healthy("pc", 40), retired, disposed].concat(),
    );
    let statuses = |status: Status| {
        imported.customer.clients.iter().filter(|client| client.initial.status == status).count()
    };
    assert_eq!((statuses(Status::Retired), statuses(Status::Disposed)), (10, 5));
    // Retired, agent off right after it, as the vendor's order wants it: nothing lives.
    let proper = with("ret", 10, |pc| {
        (pc.status, pc.managed, pc.request, pc.agents) = ("Retired", "0", Some(30), Vec::new());
    });
    expect(&[("retired_not_released", 10)], &[healthy("pc", 40), proper].concat());
}

/// What another name hides is found by every name that the tables have.
#[test]
fn every_name_of_the_tables_is_kept() {
    let mut fleet = with("x", 1, |pc| (pc.name, pc.request) = ("PC 17".into(), Some(9 * DAY)));
    fleet.extend(with("x", 1, |pc| pc.name = "PC 17".into()));
    fleet.extend(healthy("pc", 20));
    let imported = import(&fleet);
    let by = |name: &str| {
        let initial = imported.checked.scenario.groups[0].initial.iter().flatten();
        initial.filter(|at| at.also.iter().any(|also| also == name)).count()
    };
    assert_eq!(by("PC 17"), 2);
    let hidden = Assume { anonymous: Some("salt".into()), ..assume("hidden") };
    let imported = import_as(&hidden, files(&fleet, &format!("{PRODUCT},500,2026-12-31")));
    let also: Vec<&String> =
        imported.customer.clients.iter().flat_map(|client| &client.initial.also).collect();
    assert!(
        also.len() == 1 && also[0].starts_with("pc-"),
        "the second record of a name has the pseudonym of the first: {also:?}"
    );
}
