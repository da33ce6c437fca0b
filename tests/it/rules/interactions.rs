//! Rules that meet: small fleets in which two features act on the same client, with the figures that
//! follow from the rules.

use crate::support::cases::{check, run_silently, totals};

/// A scenario below `fleetsim: 1`, why the figures are what they are, and the figures of the whole run.
type Meeting = (&'static str, &'static str, &'static [(&'static str, u64)]);

const MEETINGS: [Meeting; 16] = [
    (
        "the purge deletes records of PCs that do not reach the server for long, and they return with a license (V5, V9)",
        "{duration: 20d, platform: {purging: {delete_after: 3d}, unreachable: [{from: 5d, until: 12d}]},
          licenses: {base: {nodes: 100}}, groups: {a: {clients: 10}}}",
        &[("licenses_taken", 20), ("licenses_released", 10), ("clients_returned", 10)],
    ),
    (
        "a result that the event queue comes to when its record is Retired takes no license (C6, V1)",
        "{duration: 2d, platform: {first_contact: 0s, configuration_request: immediate, membership_update: immediate},
          packages: {plugin: {size: 0, install: 0s}, assessment_scan: {size: 0}}, scan: {duration: 45m},
          licenses: {base: {nodes: 100}}, groups: {a: {clients: 5}}, actions: [
          {at: 30m, event_queue: {delay: 6h}}, {at: 3h, retire: {group: a}}]}",
        &[("licenses_taken", 0), ("retired", 5)],
    ),
    (
        "a policy that is switched off during a re-image leaves the new agent alone (C1, V10)",
        "{duration: 20d, platform: {reimage_time: 1h}, licenses: {base: {nodes: 100}}, groups: {a: {clients: 5}}, actions: [
          {at: 4d, reimage: {group: a, keys: new}},
          {at: 4d 2m, policies: {plugin_install: {enabled: false}}},
          {at: 6d, policies: {plugin_install: {enabled: true}}}]}",
        &[("licenses_taken", 10), ("left_behind", 0)],
    ),
    (
        "a plug-in that is back before its removal was reported is followed by the package (C2, C3, V2)",
        "{duration: 10d, platform: {basic_inventory: {every: 12h, phase: 2h, after_plugin_change: false}},
          licenses: {base: {nodes: 100, from: 2026-01-11}}, groups: {a: {clients: 10}}, actions: [
          {at: 3d 3h, uninstall_plugin: {group: a}}, {at: 3d 5h, install_plugin: {group: a}}]}",
        &[("licenses_taken", 10)],
    ),
    (
        "second records see a policy that is switched on again (C1, V10)",
        "{duration: 20d, licenses: {base: {nodes: 100}}, groups: {a: {clients: 5}}, actions: [
          {at: 3d, policies: {plugin_install: {enabled: false}}},
          {at: 4d, reimage: {group: a, keys: new}},
          {at: 6d, policies: {plugin_install: {enabled: true}}}]}",
        &[("licenses_taken", 10), ("left_behind", 0)],
    ),
    (
        "a policy that ceased to take a client while its record was Retired brings it no plug-in (C1, V7)",
        "{duration: 20d, platform: {configuration_request: 12h}, licenses: {base: {nodes: 100}},
          sites: {s: {down: [{from: 0d, until: 5d}]}}, groups: {a: {clients: 10, site: s}}, actions: [
          {at: 2d, retire: {group: a, agent: live}},
          {at: 2d 10m, policies: {plugin_install: {enabled: false}}}]}",
        &[("licenses_taken", 0), ("outside_install_policy", 10)],
    ),
    (
        "a patch update policy made while a record was Retired reaches it afterwards (M1, V7)",
        "{duration: 12d, platform: {configuration_request: 12h, licensing_refresh: never},
          licenses: {base: {nodes: 100}}, groups: {a: {clients: 10}},
          updates: {bulletins: [{name: B1, published: 1d}]}, actions: [
          {at: 5d, retire: {group: a, agent: live}}, {at: 5d 0h 1m, enable_bulletins: all}]}",
        &[("updates_installed", 10), ("licenses_taken", 10)],
    ),
    (
        "all machines that share a record are patched under its license (V10)",
        "{duration: 15d, licenses: {base: {nodes: 1, from: 6d}, zero: {nodes: 0}},
          groups: {a: {clients: 4, cloned_keys: {machines: 4}}},
          updates: {bulletins: [{name: B1, published: 1d}], enable: 0s}}",
        &[("licenses_taken", 1), ("updates_installed", 4)],
    ),
    (
        "a Retired PC that gets a new image is Active again and has returned, like one that checks in (V7, V10)",
        "{duration: 12d, platform: {licensing_refresh: never, reimage_time: 3h}, licenses: {base: {nodes: 100}},
          groups: {a: {clients: 10}}, actions: [{at: 5d, retire: {group: a, agent: live}},
          {at: 5d 0h 0m 1s, reimage: {group: a, keys: matching, status: retired}}]}",
        &[("licenses_taken", 10), ("clients_returned", 10)],
    ),
    (
        "who lost its license sends its result again, although nothing has changed (V7)",
        "{duration: 12d, licenses: {base: {nodes: 100}}, groups: {a: {clients: 10}},
          updates: {bulletins: []}, actions: [
          {at: 5d, retire: {group: a, agent: live}}, {at: 5d 0h 0m 1s, run: licensing_refresh}]}",
        &[("licenses_taken", 20), ("licenses_released", 10), ("clients_returned", 10)],
    ),
    (
        "the same after an expiry that released licenses (E1)",
        "{duration: 12d, platform: {on_expiry: release}, licenses: {
          one: {kind: subscription, nodes: 100, until: 2026-01-08},
          two: {kind: subscription, nodes: 100, from: 2026-01-10, until: 2026-12-31}},
          groups: {a: {clients: 10}}, updates: {bulletins: []}}",
        &[("licenses_taken", 20), ("licenses_released", 10)],
    ),
    (
        "from 8.x on nobody waits for Patch Install Tools any more (U2)",
        "{duration: 10d, platform: {version: 7.5, first_contact: 0m, membership_update: immediate,
          configuration_request: immediate}, packages: {install_tools: {size: 100 MB}},
          licenses: {base: {nodes: 100}}, groups: {a: {clients: 1}},
          sites: {s: {bandwidth: 1 Mbit/s, per_client: 1 Mbit/s, down: [{from: 10m}]}},
          actions: [{at: 3d, upgrade: {version: 8.6, released: 2025-12-01}}]}",
        &[("licenses_taken", 1)],
    ),
    (
        "TPM keys count for who registers after the upgrade to 8.7.1 (V10)",
        "{duration: 20d, platform: {version: 8.6}, licenses: {base: {nodes: 100}},
          groups: {a: {clients: 10, enrol: 8d, cloned_keys: {machines: 5, by: tpm}}},
          actions: [{at: 2d, upgrade: {version: 8.7.1, released: 2025-12-01}}]}",
        &[("licenses_taken", 2)],
    ),
    (
        "who is deleted while it is re-imaged comes back as a new record (V4, V10)",
        "{duration: 10d, platform: {reimage_time: 2d}, licenses: {base: {nodes: 100}},
          groups: {a: {clients: 2}}, actions: [{at: 3d, reimage: {clients: [a-1], keys: matching}},
          {at: 4d, delete: {group: a, agent: live}}]}",
        &[("clients_returned", 2), ("histories_lost", 2), ("licenses_taken", 4), ("licenses_released", 2)],
    ),
    (
        "a record that two machines share is retired once (V1, V10)",
        "{duration: 10d, licenses: {base: {nodes: 100}}, groups: {a: {clients: 4, cloned_keys: {machines: 2}}},
          actions: [{at: 5d, retire: {clients: [a-1, a-2]}}]}",
        &[("licenses_taken", 2), ("licenses_released", 1)],
    ),
    (
        "a number of clients means those it can be done to (V8)",
        "{duration: 10d, licenses: {base: {nodes: 100}}, groups: {a: {clients: 20}}, actions: [
          {at: 4d, uninstall_agent: {group: a, clients: 5}}, {at: 5d, uninstall_agent: {group: a, clients: 5}},
          {at: 6d, uninstall_plugin: {group: a, clients: 4}}, {at: 7d, delete: {group: a, agent: live}}]}",
        &[("under_uninstall_policy", 4), ("deleted", 20), ("licenses_taken", 26)],
    ),
];

#[test]
fn rules_that_meet_do_what_each_of_them_says() {
    let mut wrong = Vec::new();
    for (why, yaml, figures) in MEETINGS {
        let text = format!("{{fleetsim: 1, {}", yaml.strip_prefix('{').expect("a mapping"));
        let found = totals(&run_silently(&check(&text, why).scenario));
        for (name, expected) in figures {
            let is = found.get(name).copied().unwrap_or(0);
            if is != *expected {
                wrong.push(format!("{why}: {name} is {is}, expected {expected}\n"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}
