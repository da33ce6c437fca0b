//! `import --sql`: are tables made by the queries taken by the reader, and what does the command print and write?

use std::fs;

use fleetsim::import::sql::{as_files, query};
use fleetsim::import::tables::ExportTable;

use crate::commands::command_line::{expect, names_in};

/// The columns of a query, in order.
fn columns(table: ExportTable) -> Vec<&'static str> {
    let code = query(table).lines().filter(|line| !line.trim_start().starts_with("--"));
    code.filter_map(|line| Some(line.split_once(" AS [")?.1.split_once(']')?.0)).collect()
}

const GUID: &str = "0A1B2C3D-0000-4000-8000-00000000000A";

/// What the server would answer, in the types that the queries give.
fn cell(table: ExportTable, column: &str) -> &'static str {
    match column {
        "Name" if table != ExportTable::Computers => "Patch Management Solution for Windows",
        "Guid" | "ResourceGuid" | "LicensingPolicyGuid" => GUID,
        "Name" => "O'Brien's PC, 2nd; floor",
        "Domain" => "CORP",
        "IsManaged" => "1",
        "Status" => "Active",
        "LastConfigRequest" | "LastBasicInventory" | "LastPatchInventory" => "2026-03-02 08:15:00",
        "OS" => "Windows 11 Enterprise",
        "AgentName" => "Altiris Software Update Agent",
        "ProductVersion" => "8.6.1012.0",
        "ProductName" => "Patch Management Solution for Windows",
        "PolicyName" => "Default Software Update Plug-in Policy",
        "Kind" => "Perpetual",
        "Nodes" => "50",
        "Starts" => "2024-06-01",
        "MaintenanceEnds" => "2026-12-31",
        "Expires" => "NULL",
        other => panic!("a query gives `{other}`, of which this test knows no value"),
    }
}

/// As `sqlcmd -u -W -s <tab>` writes: UTF-16 with a mark, a line of dashes below the header, no quotes.
fn as_sqlcmd(table: ExportTable) -> Vec<u8> {
    let columns = columns(table);
    let dashes: Vec<String> = columns.iter().map(|column| "-".repeat(column.len())).collect();
    let cells: Vec<&str> = columns.iter().map(|column| cell(table, column)).collect();
    let text = format!("{}\r\n{}\r\n{}\r\n", columns.join("\t"), dashes.join("\t"), cells.join("\t"));
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[test]
fn the_tables_that_the_queries_make_are_taken() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("export");
    fs::create_dir(&folder).unwrap();
    for table in ExportTable::ALL {
        fs::write(folder.join(format!("{}.csv", table.name())), as_sqlcmd(table)).unwrap();
    }
    let (told, _) = expect(0, dir.path(), &["audit", "export", "--format", "json"]);
    let result: serde_json::Value = serde_json::from_str(&told).unwrap();
    let records: u64 =
        result["accounting"].as_array().unwrap().iter().filter_map(|row| row["records"].as_u64()).sum();
    assert_eq!(records, 1);
    assert_eq!(result["numbers"]["licenses_in_use"], 1);
    assert_eq!(result["numbers"]["nodes"], 50);
    let noticed: Vec<&str> =
        result["noticed"].as_array().unwrap().iter().filter_map(|n| n.as_str()).collect();
    let expected = ["a line of dashes under the header", "taken to be exported at the latest date"];
    let is_expected = |notice: &&str| expected.iter().any(|words| notice.contains(words));
    assert!(noticed.iter().all(is_expected), "{noticed:?}");
}

/// A template that was not filled in is refused: unknown is not zero.
#[test]
fn licenses_that_were_not_filled_in_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("export");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("computers.csv"), as_sqlcmd(ExportTable::Computers)).unwrap();
    let row = query(ExportTable::Licenses).lines().find(|line| line.contains("FILL IN")).unwrap();
    let cells: Vec<&str> =
        row.trim().trim_matches(['(', ')']).split(", ").map(|cell| cell.trim_matches('\'')).collect();
    let header = columns(ExportTable::Licenses).join("\t");
    fs::write(folder.join("licenses.csv"), format!("{header}\n{}\n", cells.join("\t"))).unwrap();
    let (_, stderr) = expect(3, dir.path(), &["audit", "export"]);
    assert!(stderr.starts_with("licenses.csv:2: Nodes: not a whole number `FILL IN`\n"), "{stderr}");
}

#[test]
fn the_command_prints_all_queries_or_writes_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let cwd = dir.path();
    let (printed, _) = expect(0, cwd, &["import", "--sql"]);
    for table in ExportTable::ALL {
        assert!(printed.contains(query(table)), "{table:?}");
    }
    expect(0, cwd, &["import", "--sql", "-o", "queries"]);
    let mut expected: Vec<String> = as_files().into_iter().map(|(name, _)| name).collect();
    expected.sort();
    assert_eq!(names_in(&cwd.join("queries")), expected);
    let (_, stderr) = expect(1, cwd, &["import", "--sql", "-o", "queries"]);
    assert!(stderr.contains("exists"), "{stderr}");
    expect(0, cwd, &["import", "--sql", "-o", "queries", "--force", "-q"]);
    fs::write(cwd.join("file"), "").unwrap();
    let (_, stderr) = expect(2, cwd, &["import", "--sql", "-o", "file"]);
    assert!(stderr.contains("-o file is a file"), "{stderr}");
    expect(2, cwd, &["import", "export", "--sql"]);
    expect(2, cwd, &["import", "--sql", "--anonymize"]);
    expect(2, cwd, &["import"]);
}
