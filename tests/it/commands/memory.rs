//! What `--estimate` says is held against the peak that the system saw, for every command: never less than the peak,
//! and at most half as much again. What is estimated to fit, fits; what is not, is refused and not begun.
//!
//! On Linux: elsewhere the program does not know what is available.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use nix::sys::resource::{UsageWho, getrusage};

use crate::import::large_export::write_export;
use crate::support::faults::{fleetsim, stderr_text};

/// What the measuring process gets: a command line, its arguments a line each.
const MEASURED: &str = "FLEETSIM_TEST_MEASURED";
const MIB: f64 = 1024.0 * 1024.0;

/// Not a test by itself: runs one command, so that this process has had one child, and says what that took at most.
#[test]
#[ignore = "the tests below run it, in a process of its own"]
fn the_peak_of_a_command() {
    let Ok(line) = std::env::var(MEASURED) else { return };
    let args: Vec<&str> = line.lines().collect();
    let done = fleetsim(Path::new("."), &args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", stderr_text(&done));
    println!("peak {}", getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() * 1024);
}

/// The peak of a command, bytes.
fn peak(cwd: &Path, args: &[&str]) -> f64 {
    let mut measuring = Command::new(std::env::current_exe().unwrap());
    measuring.args(["commands::memory::the_peak_of_a_command", "--exact", "--ignored", "--nocapture"]);
    let done = measuring.current_dir(cwd).env(MEASURED, args.join("\n")).output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let peak = text.lines().find_map(|line| line.split_once("peak ")?.1.parse().ok());
    peak.unwrap_or_else(|| panic!("{args:?}: {text}{}", stderr_text(&done)))
}

/// What a command says that it takes, bytes.
fn estimate(cwd: &Path, args: &[&str]) -> f64 {
    let done = fleetsim(cwd, &[args, &["--estimate"]].concat()).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", stderr_text(&done));
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let size = text.strip_prefix("estimate: ").and_then(|rest| rest.split_once(" of memory")).unwrap().0;
    let (number, unit) = size.split_once(' ').unwrap();
    number.parse::<f64>().unwrap() * if unit == "GiB" { 1024.0 * MIB } else { MIB }
}

/// The scenarios and tables that the commands below are about: of each, one thing is large.
fn fill(cwd: &Path) {
    let scenario = |name: &str, head: &str, groups: &str| {
        let text = format!(
            "fleetsim: 1\nname: {name}\nscan: {{every: 7d}}\nlicenses: {{base: {{nodes: 900000}}}}\n{head}\ngroups: {groups}\n"
        );
        fs::write(cwd.join(format!("{name}.yaml")), text).unwrap();
    };
    scenario("clients", "duration: 2h", "{pcs: {clients: 250000}}");
    scenario("spread", "duration: 8d", "{pcs: {clients: 250000, enrol: {uniform: [0d, 8d]}}}");
    scenario("leaving", "duration: 2h", "{pcs: {clients: 200000, lifetime: {exponential: 30d}}}");
    scenario("few", "duration: 2h", "{pcs: {clients: 1000}}");
    scenario("file", "duration: 2h", "{pcs: {clients: {file: clients.csv}}}");
    scenario("names", "duration: 2h", "{pcs: {clients: {file: names.csv}}}");
    scenario("rows", "duration: 365d\ntimeline: {every: 4m}", "{pcs: {enrol: {poisson: 2/d}}}");
    scenario("report", "duration: 365d\ntimeline: {every: 11m}", "{pcs: {enrol: {poisson: 2/d}}}");
    scenario(
        "bands",
        "duration: 365d\ntimeline: {every: 2h}",
        "{pcs: {enrol: {poisson: 2/d}, lifetime: {exponential: 90d}}}",
    );
    let (mut sites, mut groups) = (String::new(), String::new());
    for n in 0..1500 {
        write!(sites, "s{n}: {{bandwidth: 1 Mbit/s}}, ").unwrap();
        write!(groups, "g{n}: {{clients: 40, site: s{n}, enrol: {{uniform: [0d, 9d]}}}}, ").unwrap();
    }
    scenario(
        "sites",
        &format!("duration: 10d\ntimeline: {{every: 15m}}\nsites: {{{sites}}}"),
        &format!("{{{groups}}}"),
    );
    let (mut clients, mut names) = (
        "client,group,plugin,package,license,last_basic_inventory,guid\n".to_string(),
        "client\n".to_string(),
    );
    for n in 0..150_000 {
        writeln!(clients, "PC-HEADOFFICE-{n:06},pcs,reported,ready,yes,2026-01-03T01:00:00,{{6D417916-467C-46A7-A870-{n:012X}}}").unwrap();
        writeln!(names, "PC-HEADOFFICE-{n:06}").unwrap();
    }
    fs::write(cwd.join("clients.csv"), clients).unwrap();
    fs::write(cwd.join("names.csv"), names).unwrap();
    fs::create_dir(cwd.join("export")).unwrap();
    write_export(&cwd.join("export"), 40_000);
}

/// Command lines, in an order in which each finds what it reads.
const COMMANDS: [&str; 26] = [
    "run clients.yaml -q",
    "run spread.yaml -q",
    "run leaving.yaml -q",
    "explain clients.yaml --client pcs-1",
    "diagnose clients.yaml",
    "diagnose clients.yaml --plan --at 1h",
    "check file.yaml",
    "check names.yaml",
    "run file.yaml -q",
    "run names.yaml -q",
    "run rows.yaml -q",
    "report rows",
    "run report.yaml -q --report",
    "report report",
    "run sites.yaml -q",
    "replicate bands.yaml -q -n 8 --threads 2",
    "report bands-replicate",
    "compare bands.yaml -q -n 6 --threads 2 --set licenses.base.nodes=100",
    "sweep names.yaml -q -n 1 --threads 1 --set licenses.base.nodes=100..400:100",
    "report bands-compare",
    "size rows.yaml -q -n 4 --threads 2 --target P(rejected)<=50%",
    "plan replicate bands.yaml -q -n 8 --shards 2",
    "run-shard bands-replicate.jsonl 0 -q",
    "audit export --format csv",
    "import export -o imported.yaml -q",
    "plan replicate names.yaml -q -n 2 -o names.jsonl",
];

#[test]
fn estimates_are_no_less_than_peaks_and_not_much_more() {
    let place = tempfile::tempdir().unwrap();
    let cwd = place.path();
    fill(cwd);
    let (mut wrong, mut table) = (0, String::new());
    let mut measure = |line: &str| {
        let args: Vec<&str> = line.split(' ').collect();
        let (estimate, peak) = (estimate(cwd, &args), peak(cwd, &args));
        let ratio = estimate / peak;
        let fits = (1.0..=1.5).contains(&ratio);
        wrong += u32::from(!fits);
        let mark = if fits { ' ' } else { '!' };
        writeln!(
            table,
            "{mark} {:6.1} MiB, estimated {:6.1}: {ratio:.2}  {line}",
            peak / MIB,
            estimate / MIB
        )
        .unwrap();
    };
    COMMANDS.into_iter().for_each(&mut measure);
    assert!(fleetsim(cwd, &["run-shard", "bands-replicate.jsonl", "1", "-q"]).status().unwrap().success());
    measure("merge bands-replicate.jsonl -q");
    println!("{table}");
    assert_eq!(wrong, 0, "{table}");
}

#[test]
fn what_fits_runs_and_what_does_not_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let cwd = place.path();
    fill(cwd);
    let limited = |line: &str, bytes: f64| {
        let limited = format!("ulimit -v {}; exec \"$F\" {line}", (bytes / 1024.0) as u64);
        let program = assert_cmd::cargo::cargo_bin("fleetsim");
        let mut shell = Command::new("sh");
        shell.args(["-c", &limited]).current_dir(cwd).env("F", program).output().unwrap()
    };
    for line in [
        "run clients.yaml -q",
        "check file.yaml",
        "run names.yaml -q",
        "run rows.yaml -q",
        "report rows",
        "replicate bands.yaml -q -n 4 --threads 1",
        "audit export --format csv",
    ] {
        let estimate = estimate(cwd, &line.split(' ').collect::<Vec<_>>());
        let refused = limited(line, estimate);
        assert_eq!(refused.status.code(), Some(3), "{line}: {}", stderr_text(&refused));
        assert!(
            stderr_text(&refused).contains("of memory") && stderr_text(&refused).contains("--anyway"),
            "{line}: {}",
            stderr_text(&refused)
        );
        // Addresses of the program itself, of the threads of the allocator, and of tables that grow.
        let fits = limited(line, 1.5 * estimate + 100.0 * MIB + 68.0 * MIB * processors());
        assert!(fits.status.success(), "{line}: {}", stderr_text(&fits));
    }
}

fn processors() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |n| n.get() as f64)
}
