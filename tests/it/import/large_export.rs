//! Does a large customer's export take seconds? Prints the figures that the README gives.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Six tables of so many computers: one in twenty holds no license, and there is none left; one in fifty is silent.
pub fn write_export(folder: &Path, computers_there: u32) {
    let mut computers =
        "Guid,Name,Domain,IsManaged,Status,LastConfigRequest,LastBasicInventory\n".to_string();
    let mut agents = "ResourceGuid,AgentName,ProductVersion\n".to_string();
    let mut held = "ProductName,LicensingPolicyGuid,ResourceGuid\n".to_string();
    let mut inventories = "ResourceGuid,LastPatchInventory\n".to_string();
    let mut targets = "ResourceGuid,PolicyName\n".to_string();
    for n in 0..computers_there {
        let guid = format!("{{6D417916-467C-46A7-A870-{:012X}}}", u64::from(n) * 0x9e37_79b9 % (1 << 48));
        let day = if n % 50 == 0 { "2025-12-01" } else { "2026-03-02" };
        let (minute, hour) = (n % 60, n % 9);
        let _ =
            writeln!(computers, "{guid},PC-{n:06},CORP,1,Active,{day} 08:{minute:02}:00,{day} 0{hour}:00:00");
        let _ = writeln!(agents, "{guid},Altiris Agent,8.6.1012.0");
        let _ = writeln!(agents, "{guid},Altiris Software Update Agent,8.6.1012.0");
        let _ = writeln!(targets, "{guid},Software Update Plug-in Install");
        let _ = writeln!(targets, "{guid},Default Software Update Plug-in Policy");
        if n % 20 != 1 {
            let _ = writeln!(held, "Patch Management Solution,{guid},{guid}");
            let _ = writeln!(inventories, "{guid},{day} 05:{minute:02}:00");
        }
    }
    let nodes = computers_there / 20 * 19;
    let licenses = format!("ProductName,Kind,Nodes\nPatch Management Solution,Perpetual,{nodes}\n");
    for (name, text) in [
        ("computers", computers),
        ("agents", agents),
        ("license_in_use", held),
        ("patch_inventory", inventories),
        ("targets", targets),
        ("licenses", licenses),
    ] {
        fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
}

/// What each command prints of such an export, and how long it takes.
fn commands(computers: u32) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("export");
    fs::create_dir(&tables).unwrap();
    write_export(&tables, computers);
    let tables = tables.to_str().unwrap();
    let all = [
        &["audit", tables, "--format", "csv"][..],
        &["import", tables, "-o", "big.yaml", "--quiet"],
        &["diagnose", "big.yaml", "--at", "0d"],
        &["diagnose", "big.yaml", "--at", "0d", "--plan"],
    ];
    let printed = all.map(|args| {
        #[allow(clippy::disallowed_methods)] // how long it takes is the question
        let started = Instant::now();
        let output =
            Command::new(env!("CARGO_BIN_EXE_fleetsim")).current_dir(folder.path()).args(args).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        println!("{computers} computers: {} {}: {:.1?}", args[0], args[args.len() - 1], started.elapsed());
        String::from_utf8(output.stdout).unwrap()
    });
    printed.into()
}

/// One in fifty is silent and holds a license; one in twenty is turned away.
#[test]
fn such_an_export_shows_silent_and_waiting_clients() {
    let printed = commands(2_000);
    let of = |finding: &str| printed[0].lines().filter(|line| line.contains(finding)).count();
    assert_eq!((of(",V9,silent,40,"), of(",X2,pool_full,100,")), (40, 100));
    assert!(
        printed[3].contains("frees 40 licenses") && printed[3].contains("60 nodes to buy"),
        "{}",
        printed[3]
    );
}

#[test]
#[ignore = "measures: cargo test --release --test it large_export -- --ignored --nocapture"]
fn a_large_export_takes_seconds() {
    commands(200_000);
}
