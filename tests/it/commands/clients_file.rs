//! Is the file of a fleet that is there already read as it says, written as it is read, and refused where it is
//! wrong?

use fleetsim::scenario::clients_csv::{self, WrittenClient};
use fleetsim::scenario::model::initial::{ExportedRecord, Initial, Machine, Package, Plugin};
use fleetsim::scenario::model::{Clients, Scenario, Status};
use fleetsim::scenario::{check, fault::Fault};
use fleetsim::units::time::Time;

/// A scenario with two groups of one file; `more` is added at its end.
fn scenario_of(file: &str, more: &str) -> Result<Scenario, Vec<Fault>> {
    let text = format!(
        "fleetsim: 1\nstart: 2026-03-02T09:00\nduration: 2d\nlicenses: {{base: {{nodes: 9}}}}\ngroups:\n  \
         pcs: {{clients: {{file: acme.csv}}}}\n  labs: {{clients: {{file: acme.csv}}}}\n{more}\n"
    );
    let files =
        |name: &str| if name == "acme.csv" { Ok(file.to_string()) } else { Err("no such file".into()) };
    check(&text, "t", &files).map(|checked| checked.scenario)
}

const FILE: &str = "\
client,group,key,guid,also,status,status_assumed,machine,plugin,install_target,uninstall_target,package,license,rejected,last_configuration_request,last_basic_inventory,last_patch_inventory,domain,exported_status,is_managed,agent_version,plugin_version,policy.vip
a,pcs,00000000000000ff,6d417916-467c-46a7-a870-6d86d9345b61,PC 7,active,no,alive,reported,yes,no,ready,yes,no,2026-03-02T08:30:00,2026-03-01T10:00:00,2026-03-02T05:00:00.25,'=EMEA,In Stock,yes,8.6.3268,8.6.3270,yes
b,pcs,,,,retired,no,silent,reported,no,no,ready,no,no,,,,,,,,,no
c,labs,,,,disposed,yes,agent_uninstalled,none,no,yes,none,no,no,,,,,,,,,no
d,labs,,,,active,no,left_behind,installed,yes,no,none,no,no,,,,,,,,,no
e,labs,,,,active,no,alive,reported,yes,no,ready,no,yes,,,,,,,,,yes
f,labs,,,,active,no,alive,requested,yes,no,none,no,no,,,,,,,,,no
";

#[test]
fn a_file_says_where_each_client_stands() {
    let scenario =
        scenario_of(FILE, "policies: {clones: {vip: {clients: {file: acme.csv, column: policy.vip}}}}")
            .unwrap();
    let of = |group: usize| scenario.groups[group].initial.as_ref().unwrap();
    let [labs, pcs] = [of(0), of(1)];
    assert_eq!(scenario.groups[1].clients, Clients::Named(vec!["a".into(), "b".into()]));
    assert_eq!(
        pcs[0],
        Initial {
            key: Some(255),
            guid: Some("6d417916-467c-46a7-a870-6d86d9345b61".into()),
            also: vec!["PC 7".into()],
            exported: Some(Box::new(ExportedRecord {
                domain: Some("=EMEA".into()),
                status: Some("In Stock".into()),
                managed: Some(true),
                agent_version: Some("8.6.3268".into()),
                plugin_version: Some("8.6.3270".into()),
            })),
            status: Status::Active,
            status_assumed: false,
            machine: Machine::Alive,
            plugin: Plugin::Reported,
            install_target: true,
            uninstall_target: false,
            package: Package::Ready,
            licensed: true,
            rejected: false,
            last_configuration: Some(Time(-30 * 60_000)),
            last_inventory: Some(Time(-23 * 3_600_000)),
            last_scan: Some(Time(-4 * 3_600_000 + 250)),
        }
    );
    assert_eq!((pcs[1].status, pcs[1].machine), (Status::Retired, Machine::Silent));
    assert_eq!((labs[0].status, labs[0].machine), (Status::Disposed, Machine::AgentUninstalled));
    assert!(labs[0].uninstall_target && labs[2].rejected);
    assert!(labs[0].status_assumed && !labs[1].status_assumed);
    assert_eq!((labs[3].plugin, labs[3].install_target), (Plugin::Requested, true));
}

/// What is written is what was read, to the byte.
#[test]
fn what_is_written_is_what_was_read() {
    let scenario = scenario_of(FILE, "").unwrap();
    let mut rows = Vec::new();
    for group in &scenario.groups {
        let Clients::Named(names) = &group.clients else { panic!("a file names its clients") };
        for (name, initial) in names.iter().zip(group.initial.as_ref().unwrap()) {
            rows.push((name, group.name.as_str(), initial, [["a", "e"].contains(&name.as_str())]));
        }
    }
    rows.sort_by_key(|(name, ..)| *name);
    let written =
        rows.iter().map(|(name, group, initial, member)| WrittenClient { name, group, initial, member });
    let mut out = Vec::new();
    clients_csv::write(written, &["vip".to_string()], scenario.start, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), FILE);
}

/// What a spreadsheet makes of it: semicolons, capitals, an empty row at the end.
#[test]
fn a_file_that_went_through_a_spreadsheet_is_read_alike() {
    let saved = FILE.replace(',', ";").replace(";yes", ";TRUE").replace(";no", ";FALSE").replacen(
        "client;group",
        "Client;Group",
        1,
    );
    let saved = saved.replace("PC-7; PC-8", "\"PC-7; PC-8\"");
    let more = saved.lines().next().map_or(0, |header| header.matches(';').count());
    let saved = format!("\u{feff}{}{}\n", saved, ";".repeat(more)).replace("FALSEne", "none");
    let [read, known] = [saved.as_str(), FILE].map(|file| scenario_of(file, "").unwrap().groups);
    assert_eq!(read, known);
}

/// Without columns of a state the file only names clients, which join as the group says.
#[test]
fn a_file_may_hold_names_only() {
    let text = "fleetsim: 1\nduration: 2d\ngroups: {pcs: {clients: {file: acme.csv}, enrol: 1h}}\n";
    let scenario = check(text, "t", &|_| Ok("client\nx\ny\n".into())).unwrap().scenario;
    assert_eq!(scenario.groups[0].clients, Clients::Named(vec!["x".into(), "y".into()]));
    assert_eq!(scenario.groups[0].initial, None);
}

#[test]
fn wrong_files_are_refused_with_line_and_remedy() {
    #[rustfmt::skip]
    let table = [
        // the file                                           the problem, and what to do
        ("name\nx\n",                                         "acme.csv: no column is called `client`; columns: name", "name the column of the clients' names so"),
        ("client,licence\nx,yes\n",                           "acme.csv: unknown column `licence`", "did you mean `license`?"),
        ("client,group\nx,pcs\ny,lab\n",                      "acme.csv:3: no group is called `lab`", "did you mean `labs`?"),
        ("client,group\nx,pcs\nx,pcs\n",                      "acme.csv:3: client `x` is named twice, first on line 2", "a name is one client's"),
        ("client,group\n=x,pcs\n",                            "acme.csv:2: `=x` cannot be a name", "a name starts with a letter or digit and goes on with letters, digits, `_`, `.` or `-`, 64 at most"),
        ("client,group,license\nx,pcs,maybe\n",               "acme.csv:2: `maybe` does not fit into column `license`", "one of yes, no, true, false"),
        ("client,group,status\nx,pcs,sold\n",                 "acme.csv:2: `sold` does not fit into column `status`", "one of active, retired, disposed"),
        ("client,group,key\nx,pcs,12\n",                      "acme.csv:2: `12` does not fit into column `key`", "16 hex digits are expected"),
        ("client,group,last_basic_inventory\nx,pcs,3/2/26\n", "acme.csv:2: `3/2/26` does not fit into column `last_basic_inventory`", "a date is expected, such as `2026-01-05T08:30:00`"),
        ("client,group,last_basic_inventory\nx,pcs,2026-03-03\n", "acme.csv:2: `2026-03-03` does not fit into column `last_basic_inventory`", "it must not lie after the start, 2026-03-02T09:00:00"),
        ("client,group,package\nx,pcs,ready\n",               "acme.csv:2: only clients whose plug-in the server knows of are targets of the scan package (C2, C3)", "set `plugin` to reported, or `package` to none"),
        ("client,group,rejected\nx,pcs,yes\n",                "acme.csv:2: a client without the scan package cannot have been turned away (C4, X2)", "set `package` to ready, or `rejected` to no"),
        ("client,group,plugin,package,license,rejected\nx,pcs,reported,ready,yes,yes\n", "acme.csv:2: who holds a license is never turned away (X1)", "set `rejected` or `license` to no"),
        ("client,group,plugin,install_target,uninstall_target\nx,pcs,none,yes,yes\n", "acme.csv:2: the uninstall policy takes a client out of the install policy (V2)", "set `install_target` or `uninstall_target` to no"),
        ("client,group\nx,pcs,more\n",                        "acme.csv:2: 3 fields where the header has 2", ""),
    ];
    for (file, problem, help) in table {
        let faults = scenario_of(file, "").expect_err(file);
        let reported: Vec<(&str, &str)> =
            faults.iter().map(|f| (f.problem.as_str(), f.help.as_deref().unwrap_or_default())).collect();
        assert!(reported.contains(&(problem, help)), "{file}\n{reported:#?}");
    }
}

#[test]
fn what_contradicts_the_file_is_refused() {
    for (more, problem) in [
        (
            "policies: {clones: {vip: {clients: {file: acme.csv, column: policy.vip2}}}}",
            "acme.csv has no column `policy.vip2`",
        ),
        (
            "policies: {clones: {vip: {clients: {file: acme.csv, column: status}}}}",
            "acme.csv:2: `active` does not choose clients",
        ),
        ("actions: [{at: 1d, retire: {clients: {file: other.csv}}}]", "no such file"),
        ("actions: [{at: 1d, retire: {clients: {files: acme.csv}}}]", "unknown key `files`"),
        (
            "  more: {clients: {file: acme.csv}, enrol: 1d}",
            "`clients` and `enrol` exclude each other: clients whose state the file gives are there from the start",
        ),
        (
            "  more: {clients: {file: acme.csv}, cloned_keys: {machines: 2}}",
            "`clients` and `cloned_keys` exclude each other: the file has a row for each record, whoever shares it",
        ),
        ("  more: {clients: {name: acme.csv}}", "unknown key `name`"),
    ] {
        let faults = scenario_of(FILE, more).expect_err(more);
        assert!(faults.iter().any(|fault| fault.problem.contains(problem)), "{more}\n{faults:#?}");
    }
}

/// The digest that `import` writes: any file that is not the one is refused, and the meaning does not change.
#[test]
fn a_scenario_knows_its_file_of_clients() {
    use fleetsim::scenario::{digest, sha256};
    let of = |sha256: &str, file: &str| {
        let text = format!(
            "fleetsim: 1\nduration: 2d\nlicenses: {{base: {{nodes: 9}}}}\ngroups:\n  pcs: {{clients: {{file: \
             acme.csv{sha256}}}}}\npolicies: {{clones: {{vip: {{clients: {{file: acme.csv, column: client{sha256}}}}}}}}}\n\
             actions: [{{at: 1d, retire: {{clients: {{file: acme.csv{sha256}}}}}}}]\n"
        );
        let text = text.replace(", column: client", "");
        check(&text, "t", &|_: &str| Ok(file.to_string())).map(|checked| digest(&checked.scenario))
    };
    let file = "client\na\nb\n";
    let right = format!(", sha256: {}", sha256(file.as_bytes()));
    let plain = of("", file).unwrap();
    assert_eq!(of(&right, file).as_ref(), Ok(&plain));
    assert_eq!(of(&right.to_uppercase().replace("SHA256", "sha256"), file), Ok(plain));
    // One client more, a line end more, or a mark that no editor shows.
    for other in ["client\na\nb\nc\n", "client\na\nb", "\u{feff}client\na\nb\n", "client\r\na\r\nb\r\n"] {
        let faults = of(&right, other).unwrap_err();
        let problem = format!(
            "acme.csv is not the file that this scenario was written with: its SHA-256 is {}",
            sha256(other.as_bytes())
        );
        assert!(
            faults.len() >= 3 && faults.iter().all(|fault| fault.problem == problem),
            "{other:?}: {faults:#?}"
        );
        assert_eq!(faults[0].path, "groups.pcs.clients.sha256");
        assert!(faults[0].help.as_ref().is_some_and(|help| help.contains("run it again")));
    }
    for wrong in [", sha256: abc", ", sha256: [1]", ", sha256: ~", ", sha256: 0"] {
        let faults = of(wrong, file).unwrap_err();
        assert!(faults.iter().all(|fault| fault.path.ends_with("sha256")), "{faults:#?}");
    }
}
