//! Random scenarios with every feature on, from a seed or from a fuzzer's bytes. `invariants` runs them.

/// Choices, one after another.
enum Choices<'b> {
    /// From a seed: a small generator.
    Seeded(u64),
    /// From bytes, one a choice, so that a fuzzer can steer each of them; the first of all when they run out.
    Bytes(&'b [u8]),
}

impl Choices<'_> {
    fn seeded(seed: u64, multiplier: u64) -> Self {
        Choices::Seeded(seed.wrapping_mul(multiplier) | 1)
    }

    fn below(&mut self, n: u64) -> u64 {
        match self {
            Choices::Seeded(state) => {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                *state % n
            }
            Choices::Bytes(bytes) => match bytes.split_first() {
                Some((first, rest)) => {
                    *bytes = rest;
                    u64::from(*first) % n
                }
                None => 0,
            },
        }
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

const DELAYS: [&str; 7] = [
    "0s",
    "5m",
    "{uniform: [0m, 3h]}",
    "{exponential: 30m}",
    "{lognormal: {median: 3m, p95: 10m}}",
    "{triangular: [1m, 2m, 2h]}",
    "{empirical: [1m, 1m, 90m]}",
];

/// A random scenario of a few dozen clients over some days.
pub fn scenario_of(seed: u64) -> String {
    let mut c = Choices::seeded(seed, 0x9e37_79b9_7f4a_7c15);
    for _ in 0..5 {
        c.below(2);
    }
    chosen(c, seed)
}

/// Such a scenario as bytes choose it: two for its seed, the others for choices. Returns the seed, too.
pub fn scenario_of_bytes(bytes: &[u8]) -> (u64, String) {
    let (seed, choices) = bytes.split_at(bytes.len().min(2));
    let seed = seed.iter().fold(0, |seed, byte| seed << 8 | u64::from(*byte));
    (seed, chosen(Choices::Bytes(choices), seed))
}

/// A scenario of these choices; the clients of a group that is there at the start are the seed's.
fn chosen(mut c: Choices, seed: u64) -> String {
    let beat = |c: &mut Choices, every: &str, phases: &[&str]| match c.below(3) {
        0 => "immediate".to_string(),
        1 => every.to_string(),
        _ => format!("{{every: {every}, phase: {}, jitter: {{uniform: [-5m, 9m]}}}}", c.one(phases)),
    };
    let configuration = beat(&mut c, "1h", &["first_contact", "random", "10m"]);
    let inventory = beat(&mut c, "24h", &["random", "10m"]);
    let membership = c.one(&["immediate", "{delta: 5m}", "{delta: never, complete: {daily: \"02:10\"}}"]);
    let refresh = c.one(&["never", "{daily: \"03:00\"}", "{every: 7h, offset: 1h}"]);
    let (retire, delete) = (c.one(&["immediate", "at_refresh"]), c.one(&["immediate", "at_refresh"]));
    let phase = c.one(&["random", "after_package", "20m"]);
    let (retry, give_up) = match c.below(4) {
        0 | 3 => ("next_scan", "never"),
        1 => (c.one(&["45m", "{exponential: 2h}"]), c.one(&["never", "3"])),
        _ => ("next_scan", "2"),
    };
    let site = c.one(&[
        "bandwidth: 20 Mbit/s, per_client: 5 Mbit/s",
        "bandwidth: 2 Mbit/s, concurrent: 3",
        "download_time: {exponential: 20m}, concurrent: 2",
        "bandwidth: unlimited, per_client: unlimited",
    ]);
    let throttle = match site.contains("download_time") {
        true => "",
        false => c.one(&[
            "",
            ", throttle: [{weekdays: \"06:00-18:00\", per_client: 300 kbit/s}]",
            ", throttle: [{daily: \"20:00-06:30\", per_client: 1 Mbit/s}, {monday: \"00:00-24:00\", per_client: 2 Mbit/s}]",
        ]),
    };
    let blockouts = c.one(&[
        "",
        "",
        ", blockouts: [{daily: \"09:00-11:00\"}]",
        ", blockouts: [{weekdays: \"22:00-04:00\"}]",
    ]);
    let down = match c.below(3) {
        0 => String::new(),
        1 => format!(", down: [{{from: {}h}}]", c.below(120)),
        _ => {
            let from = c.below(100);
            let until = from + 1 + c.below(30);
            let package =
                c.one(&["", ", package: assessment_scan", ", package: plugin", ", package: install_tools"]);
            format!(", down: [{{from: {from}h, until: {until}h{package}}}, {{from: 30h, until: 31h}}]")
        }
    };
    let online = |c: &mut Choices| {
        c.one(&[
            "always",
            "always",
            "always",
            "{weekdays: \"08:00-18:00\", saturday: \"09:00-12:00\", present: 80%}",
            "{daily: \"22:00-06:00\", holidays: [2026-01-06]}",
            "{daily: \"00:00-24:00\", present: 0.6}",
            "{weekdays: [\"07:00-09:30\", \"09:00-12:15\", \"13:00-13:20\"], holidays: [2026-01-05, 2026-01-08]}",
        ])
        .to_string()
    };
    let (online_a, online_b) = (online(&mut c), online(&mut c));
    let spread = c.one(&["0s", "{uniform: [1m, 60m]}", "5h"]);
    let mut actions_of_queue = Vec::new();
    let at_once = inventory.contains("immediate");
    for _ in 0..c.below(3) {
        let rhythm = c.one(&[
            "configuration_request: {every: 4h}",
            "configuration_request: {every: 30m, jitter: {uniform: [-2m, 9m]}}",
            "configuration_request: {every: 5h, phase: 1h, jitter: 0s}",
            "configuration_request: immediate",
            "basic_inventory: {every: 48h}",
            "basic_inventory: {every: 7h, phase: 2h, jitter: {uniform: [-5m, 0m]}}",
        ]);
        if !at_once || !rhythm.starts_with("basic_inventory") {
            actions_of_queue.push(format!("{{at: {}h, {rhythm}}}", c.below(110)));
        }
    }
    let on_agent_start = c.one(&["true", "false"]);
    let after_change = c.one(&["true", "false"]);
    let inventory = match inventory.strip_prefix('{') {
        Some(rest) => format!("{{after_plugin_change: {after_change}, {rest}"),
        None => format!("{{every: {inventory}, after_plugin_change: {after_change}}}"),
    };
    let event_queue = match c.below(5) {
        0 => {
            actions_of_queue.push(format!(
                "{{at: {}h, event_queue: {{delay: {}}}}}",
                c.below(90),
                c.one(&["0s", "7h"])
            ));
            actions_of_queue.push(format!("{{at: {}h, event_queue: {{delay: 0s}}}}", c.below(120)));
            c.one(&["0s", "3h", "2d"])
        }
        _ => "0s",
    };
    let unreachable = c.one(&[
        "[]",
        "[]",
        "[{from: 9h, until: 40h}]",
        "[{from: 20h, until: 30h, groups: [a]}, {from: 25h, until: 70h, chance: 40%}]",
        "[{from: 2026-01-04, until: 12h, groups: [b], chance: 90%}, {from: 100h, sites: [s]}]",
        "[{from: 5h, until: 90h, groups: [a], sites: all, chance: 100%}]",
    ]);
    let mut actions: Vec<String> = (0..c.below(12))
        .map(|_| {
            let at = c.below(120);
            let group = c.one(&["a", "b"]);
            let n = 1 + c.below(6);
            match c.below(9) {
                8 => format!("{{at: {at}h, restart_package_server: s}}"),
                0 => format!("{{at: {at}h, run: licensing_refresh}}"),
                1 => format!("{{at: {at}h, delete: {{group: {group}, status: retired}}}}"),
                2 => {
                    let keys = c.one(&["matching", "new", "{hardware: new}", "{name: new, hardware: same}"]);
                    format!("{{at: {at}h, reimage: {{group: {group}, clients: {n}, keys: {keys}}}}}")
                }
                _ => {
                    let deed = c.one(&[
                        "retire",
                        "dispose",
                        "delete",
                        "uninstall_plugin",
                        "install_plugin",
                        "uninstall_agent",
                        "send_inventory",
                    ]);
                    let agent = match deed {
                        "retire" | "dispose" | "delete" => c.one(&["", ", agent: live"]),
                        _ => "",
                    };
                    let status = c.one(&["active", "active", "retired", "disposed"]);
                    format!(
                        "{{at: {at}h, {deed}: {{group: {group}, clients: {n}, status: {status}{agent}}}}}"
                    )
                }
            }
        })
        .collect();
    let (nodes, extra) = (c.below(25), c.below(10));
    let old = extra % 3 == 0;
    let reaches_8_5 = !old || c.below(2) == 0;
    let mut full_every = "never";
    if reaches_8_5 {
        let (at, versions) = (c.below(60), if old { ["8.5 RU1", "8.6 RU2"] } else { ["8.7.2", "8.8.1"] });
        let released = c.one(&["2025-11-30", "2026-01-05"]);
        actions
            .push(format!("{{at: {at}h, upgrade: {{version: \"{}\", released: {released}}}}}", versions[0]));
        if at >= 24 && c.below(2) == 0 {
            let upgrade = format!("{{version: \"{}\", released: 2026-01-06}}", versions[1]);
            actions.push(format!("{{at: {}h, upgrade: {upgrade}}}", at + 5));
            full_every = if old { "never" } else { c.one(&["1d", "3d"]) };
        }
    }
    actions.extend((0..c.below(5)).map(|_| change(&mut c, reaches_8_5)));
    // The task that runs a scan comes with 8.5 RU3.
    let tasks = if old { 0 } else { c.below(3) };
    actions.extend((0..tasks).map(|_| {
        let (at, group, clients) = (c.below(120), c.one(&["a", "b"]), 1 + c.below(9));
        format!("{{at: {at}h, run_scan: {{group: {group}, clients: {clients}}}}}")
    }));
    actions.extend(found_actions(seed));
    actions.extend(actions_of_queue);
    let solutions = OtherSolutions::of(seed);
    actions.extend(solutions.actions);
    let version = if old { c.one(&["7.5 SP1", "8.1 RU7"]) } else { "8.6" };
    let format = if version == "7.5 SP1" { "legacy" } else { c.one(&["slic", "legacy"]) };
    let product = if format == "slic" { "IT Management Suite" } else { "Patch Management Solution" };
    let (updates, patching) = if c.below(3) > 0 { updates_of(&mut c) } else { Default::default() };
    actions.extend(patching);
    // Clients that are there at the start may be targets of the package.
    let imported = match (updates.is_empty(), c.below(3), found_group(seed).is_empty()) {
        (false, 0, _) => "  imported_before_start: true\n",
        (false, 1, true) => "  imported_before_start: false\n",
        _ => "",
    };
    let delay = |c: &mut Choices| c.one(&DELAYS).to_string();
    format!(
        "fleetsim: 1
duration: {days}d
seed: {seed}
timeline: {{every: {every}}}
platform:
  version: \"{version}\"
  first_contact: {contact}
  configuration_request: {configuration}
  basic_inventory: {inventory}
  membership_update: {membership}
  licensing_refresh: {refresh}
  refund_on_retire: {retire}
  refund_on_delete: {delete}
  reactivate_after: {reactivated}
  return_after_delete: {comes_back}
  on_expiry: {on_expiry}
  reimage_time: {reimage}
  purging: {purging}
  start_spread: {spread}
  event_queue: {{delay: {event_queue}}}
  unreachable: {unreachable}
packages:
  plugin: {{size: {plugin}, install: {install}}}
  assessment_scan: {{size: {{uniform: [1 MB, 60 MB]}}, old_version_usable: {usable}}}
  install_tools: {{size: {tools}}}
{imported}scan: {{policy: {scan_policy}, on_update_policy: {update_policy}, full_every: {full_every}, send_only_if_changed: {changed}, resend_after_reject: {resend}, every: {scans}, phase: {phase}, jitter: {jitter}, on_new_policy: {new_policy}, on_agent_start: {on_agent_start},
  duration: {duration}, retry: {retry}, give_up_after: {give_up}}}
licenses:
  base: {{nodes: {nodes}, format: {format}, aup_until: {aup}}}
  extra: {{kind: subscription, nodes: {extra}, format: {format}, product: {product}, from: {from}h, until: 2026-01-08, aup_until: 2026-02-20}}
  renewal: {{nodes: {nodes}, format: {format}, from: {renewed}d 30m, replaces: {replaced}, aup_until: 2026-12-31}}
{licenses_of_solutions}{used}sites: {{s: {{{site}{throttle}{blockouts}{down}}}}}
groups:
  a: {{clients: {clients}, os: Windows 11, enrol: {enrol}, lifetime: {{exponential: 4d}}, online: {online_a}}}
{found}  b: {{enrol: {{poisson: 6/d}}, holding_time: {holding}, cloned_keys: {clones}, online: {online_b}}}
{policies}
{updates}
actions: [{actions}]
",
        licenses_of_solutions = solutions.licenses,
        used = solutions.used,
        days = 1 + c.below(7),
        on_expiry = c.one(&["keep", "release"]),
        reimage = delay(&mut c),
        reactivated = c.one(&["0s", "30m", "3h"]),
        comes_back = c.one(&["next_request", "next_inventory"]),
        purging = c.one(&[
            "{}",
            "{retire_after: 26h}",
            "{delete_after: 2d}",
            "{retire_after: 25h, delete_after: 30h, check: 6h, uninstalled_agents: true}",
            "{retire_after: 10h, check: 5h}",
            "{retire_after: 7h, delete_after: 20h, check: {daily: \"04:00\"}, uninstalled_agents: true}"
        ]),
        clones = c.one(&["none", "none", "{machines: 2}", "{machines: 3}"]),
        every = c.one(&["1h", "1d", "7h"]),
        usable = c.one(&["true", "false"]),
        tools = c.one(&["0", "15 MB", "2 GB"]),
        changed = c.one(&["true", "false"]),
        scan_policy = c.one(&["{}", "{}", "{}", "{enabled: false}", "{groups: [a]}", "{share: 60%}"]),
        update_policy = c.one(&["true", "false"]),
        resend = c.one(&["next_scan", "when_changed"]),
        contact = delay(&mut c),
        plugin = c.one(&["0", "10 MB"]),
        install = delay(&mut c),
        new_policy = c.one(&["true", "false"]),
        duration = delay(&mut c),
        scans = c.one(&["4h", "4h", "2h", "5h"]),
        jitter = c.one(&["{uniform: [-10m, 10m]}", "0s", "{triangular: [-20m, 0m, 3m]}"]),
        from = 1 + c.below(80),
        aup = c.one(&["2025-12-01", "2026-01-06", "2026-12-31"]),
        renewed = 4 + c.below(2),
        replaced = c.one(&["base", "extra"]),
        found = found_group(seed),
        clients = c.below(30),
        enrol = delay(&mut c),
        holding = delay(&mut c),
        policies = if old {
            "policies: {plugin_install: {groups: [a]}}"
        } else {
            c.one(&[
                "",
                "policies: {dsup: {enabled: false}, clones: {vip: {groups: [b]}}}",
                "policies: {plugin_install: {share: 70%}, dsup: {enabled: false}, clones: {vip: {share: 60%}}}",
                "policies: {dsup: {share: 60%}, clones: {vip: {share: 30%}}}",
            ])
        },
        actions = actions.join(", "),
    )
}

/// What a scenario says of other solutions.
#[derive(Default)]
struct OtherSolutions {
    licenses: String,
    used: String,
    actions: Vec<String>,
}

impl OtherSolutions {
    /// In two of three scenarios some have license files of their own, of which one ends.
    fn of(seed: u64) -> OtherSolutions {
        let mut c = Choices::seeded(seed, 0x5851_f42d_4c95_7f2d);
        let mut of = OtherSolutions::default();
        if seed % 3 == 1 {
            return of;
        }
        for solution in ["inventory", "monitor", "deployment"] {
            if c.below(3) == 0 {
                continue;
            }
            let (nodes, more, from) = (c.below(20), c.below(9), c.below(60));
            of.licenses += &format!("  {solution}: {{solution: {solution}, nodes: {nodes}}}\n");
            of.licenses += &match c.below(3) {
                0 => String::new(),
                1 => format!(
                    "  more-{solution}: {{solution: {solution}, nodes: {more}, from: {}h}}\n",
                    from + 1
                ),
                _ => format!(
                    "  lease-{solution}: {{solution: {solution}, kind: subscription, nodes: {more}, from: {}h, \
                     until: 2026-01-07, replaces: {solution}}}\n",
                    from + 1
                ),
            };
            let (groups, first) = (c.one(&["all", "all", "[a]", "[b]"]), c.one(&DELAYS));
            let every = c.one(&["1h", "5h", "1d"]);
            of.used += &format!("  {solution}: {{groups: {groups}, first_data: {first}, every: {every}}}\n");
            of.actions.extend((0..c.below(3)).map(|_| {
                let (at, group, n) = (c.below(120), c.one(&["a", "b"]), 1 + c.below(9));
                let deed = c.one(&["uninstall_plugin", "uninstall_plugin", "install_plugin"]);
                format!("{{at: {at}h, {deed}: {{group: {group}, clients: {n}, solution: {solution}}}}}")
            }));
        }
        if !of.used.is_empty() {
            of.used = format!("solutions:\n{}", of.used);
        }
        of
    }
}

/// In two of three scenarios a group that is there at the start, with hours of its own in some of them.
fn found_group(seed: u64) -> String {
    let hours = if seed.is_multiple_of(5) {
        ", online: {weekdays: \"08:00-18:00\", present: 80%}"
    } else {
        ", online: always"
    };
    let holding = if seed.is_multiple_of(7) { ", holding_time: 2d" } else { "" };
    match seed % 3 {
        0 => String::new(),
        _ => format!("  c: {{clients: {{file: found-{seed}.csv}}{holding}{hours}}}\n"),
    }
}

/// What is done to them.
fn found_actions(seed: u64) -> Vec<String> {
    let mut c = Choices::seeded(seed, 0x6c62_272e_07bb_0142);
    let number = if seed.is_multiple_of(3) { 0 } else { c.below(5) };
    let action = |_| {
        let at = c.below(100);
        let deed = c.one(&[
            "retire",
            "dispose",
            "delete",
            "uninstall_plugin",
            "install_plugin",
            "uninstall_agent",
            "send_inventory",
            "reimage",
        ]);
        let manner = match deed {
            "retire" | "dispose" | "delete" => c.one(&["", ", agent: live"]),
            "reimage" => c.one(&["", ", keys: new", ", keys: {name: new}"]),
            _ => "",
        };
        let status = c.one(&["active", "retired", "disposed"]);
        format!("{{at: {at}h, {deed}: {{group: c, clients: {}, status: {status}{manner}}}}}", 1 + c.below(9))
    };
    (0..number).map(action).collect()
}

/// The file of such a group: clients everywhere in the chain, and with every fate.
pub fn found_file(name: &str) -> Result<String, String> {
    let seed = name.strip_prefix("found-").and_then(|rest| rest.strip_suffix(".csv")?.parse::<u64>().ok());
    let seed = seed.ok_or_else(|| format!("{name}: tests read no other files"))?;
    let mut c = Choices::seeded(seed, 0x2545_f491_4f6c_dd1d);
    let mut rows = "client,status,machine,plugin,install_target,uninstall_target,package,license,rejected,\
                    last_configuration_request,last_basic_inventory,last_patch_inventory\n"
        .to_string();
    for n in 1..=c.below(25) {
        let status = c.one(&["active", "active", "active", "retired", "disposed"]);
        let machine = c.one(&["alive", "alive", "alive", "silent", "agent_uninstalled", "left_behind"]);
        let plugin = c.one(&["none", "requested", "installed", "reported", "reported", "reported"]);
        let package = match plugin {
            "reported" => c.one(&["none", "targeted", "requested", "ready", "ready", "ready"]),
            _ => "none",
        };
        let policies = c.one(&[",", "yes,no", "no,no", "no,yes"]);
        let license = match package {
            "ready" => c.one(&["yes,no", "yes,no", "no,yes", "no,no"]),
            _ => c.one(&["yes,no", "no,no", ","]),
        };
        let dates = c.one(&[
            ",,",
            "2026-01-04T23:12:13.5,2026-01-04T08:00:00,2026-01-04T20:00:01",
            "2025-12-04T23:12:13,2025-12-04T08:00:00,",
            "2026-01-05,2026-01-05,2026-01-05",
        ]);
        rows += &format!("c-{n},{status},{machine},{plugin},{policies},{package},{license},{dates}\n");
    }
    Ok(rows)
}

/// An action that changes something for all clients.
fn change(c: &mut Choices, reaches_8_5: bool) -> String {
    let target = |c: &mut Choices| {
        c.one(&[
            "{enabled: false}",
            "{enabled: true, groups: all, operating_systems: all}",
            "{groups: [b]}",
            "{share: 30%}",
            "{share: 80%}",
            "{clients: [b-1, b-3]}",
            "{clients: all, share: 100%}",
            "{operating_systems: [Windows 11], sites: [s]}",
        ])
    };
    let what = match c.below(if reaches_8_5 { 9 } else { 6 }) {
        0 => format!("membership_update: {}", c.one(&["never", "3h", "immediate", "{delta: never}"])),
        1 => "run: membership_update".to_string(),
        2 | 3 => format!("policies: {{plugin_install: {}}}", target(c)),
        4 => format!("policies: {{scan: {}}}", target(c)),
        // Where the rhythm of scans changes, none of them is counted: rare, so that the others are.
        5 => match c.below(4) {
            0 => format!("policies: {{scan: {}}}", c.one(&["{every: 8h}", "{every: 3h, phase: 50m}"])),
            _ => "policies: {scan: {enabled: true, share: 50%}}".to_string(),
        },
        6 => format!("policies: {{dsup: {}}}", target(c)),
        7 => format!("policies: {{clones: {{vip: {}}}}}", target(c)),
        _ => format!("policies: {{clones: {{new: {}}}, plugin_install: {}}}", target(c), target(c)),
    };
    format!("{{at: {}h, {what}}}", c.below(130))
}

/// An update side, and actions that go with it. Every bulletin has two updates.
fn updates_of(c: &mut Choices) -> (String, Vec<String>) {
    let bulletins: Vec<String> =
        (0..1 + c.below(5)).map(|n| format!("{{name: B{n}, published: {}h}}", c.below(80))).collect();
    let text = format!(
        "updates: {{import: {{every: {import}h}}, import_fails: {fails}, bulletins: [{bulletins}], updates_per_bulletin: 2, \
         enable: {enable}, applicable: {applicable}, cycle: {cycle}, maintenance_windows: {windows}, \
         tools_wait: 1h, install: {install}, failure: {failure}, attempts: 2}}",
        import = 3 + c.below(20),
        fails = c.one(&["[]", "[]", "[{from: 20h, until: 50h}]", "[{from: 0h, until: 9h}, {from: 70h}]"]),
        bulletins = bulletins.join(", "),
        enable = c.one(&["never", "0s", "{exponential: 5h}"]),
        applicable = c.one(&["100%", "60%"]),
        cycle = c.one(&["2h", "{daily: \"21:00\"}", "never"]),
        windows = c.one(&["[]", "[]", "{daily: \"20:00-06:00\"}"]),
        install = c.one(&DELAYS),
        failure = c.one(&["0%", "60%"]),
    );
    let actions = (0..c.below(5)).map(|_| {
        let (at, group) = (c.below(120), c.one(&["a", "b"]));
        match c.below(5) {
            0 => format!("{{at: {at}h, run: pm_import}}"),
            4 => format!("{{at: {at}h, pm_import: {}}}", c.one(&["never", "4h", "{daily: \"01:00\"}"])),
            1 => format!("{{at: {at}h, enable_bulletins: all}}"),
            2 => format!("{{at: {at}h, enable_bulletins: [B0]}}"),
            _ => format!("{{at: {at}h, installation_task: {{bulletins: [B0], group: {group}}}}}"),
        }
    });
    (text, actions.collect())
}
