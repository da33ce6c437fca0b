//! One estate in the dress of every tool that customers export with: each gives the inventory and the audit that plain
//! CSV gives.

use fleetsim::import::inventory::Inventory;
use fleetsim::import::{ReadOptions, read};
use jiff::civil::DateTime;

use crate::support::imported::{Files, Imported, assume};
use crate::support::workbook::{bomb, workbook};

/// A table: its name, its header, its rows.
struct Table {
    name: &'static str,
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// How a tool writes.
struct Dialect {
    name: &'static str,
    /// A cell of a column.
    cell: fn(&str, &str) -> String,
    /// A table as a file: its ending, its bytes.
    file: fn(&Table) -> (&'static str, Vec<u8>),
}

const fn dialect(
    name: &'static str,
    cell: fn(&str, &str) -> String,
    file: fn(&Table) -> (&'static str, Vec<u8>),
) -> Dialect {
    Dialect { name, cell, file }
}

#[rustfmt::skip]
const DIALECTS: &[Dialect] = &[
    dialect("plain CSV",                                plain,           csv),
    dialect("SSMS, Save Results As, without headers",   plain,           headerless),
    dialect("SSMS, Results to Text",                    milliseconds,    results_to_text),
    dialect("SSMS, Results to File, UTF-16",            milliseconds,    rpt),
    dialect("sqlcmd",                                   milliseconds,    sqlcmd),
    dialect("sqlcmd on a German server",                milliseconds,    sqlcmd_german),
    dialect("sqlcmd with lines that are broken",        milliseconds,    sqlcmd_broken),
    dialect("sqlcmd -s \"|\"",                          milliseconds,    sqlcmd_bar),
    dialect("sqlcmd -s \",\"",                          milliseconds,    sqlcmd_comma),
    dialect("sqlcmd -W",                                milliseconds,    sqlcmd_trimmed),
    dialect("sqlcmd -W -s \"|\"",                       milliseconds,    sqlcmd_trimmed_bar),
    dialect("sqlcmd -W -s \",\"",                       milliseconds,    sqlcmd_trimmed_comma),
    dialect("sqlcmd -h -1",                             milliseconds,    sqlcmd_headerless),
    dialect("sqlcmd -h -1 -W -s \";\"",                 milliseconds,    sqlcmd_headerless_trimmed),
    dialect("sqlcmd, a header every 5 rows",            milliseconds,    sqlcmd_repeated),
    dialect("sqlcmd, code page 850",                    milliseconds,    sqlcmd_850),
    dialect("Export-Csv",                               powershell,      export_csv),
    dialect("Export-Csv -Delimiter ';' -Encoding Unicode", powershell,   export_csv_unicode),
    dialect("Excel, German",                            german,          semicolons),
    dialect("Excel, German, Windows-1252",              german,          windows_1252),
    dialect("Excel, French",                            french,          semicolons),
    dialect("Excel, UK",                                british,         csv),
    dialect("Excel, US",                                american,        csv),
    dialect("Excel, Unicode text",                      american,        unicode_text),
    dialect("Excel, Swiss numbers",                     swiss,           semicolons),
    dialect("Excel, sep=;",                             german,          declared),
    dialect("Excel, title lines",                       german,          titled),
    dialect("Excel, empty columns",                     german,          trailing),
    dialect("Excel, day numbers",                       serial,          csv),
    dialect("a workbook",                               plain,           xlsx),
    dialect("CONVERT style 100",                        style_100,       csv),
    dialect("CONVERT style 106 and 108",                style_106,       csv),
    dialect("month names, German",                      german_months,   csv),
    dialect("ISO with Z",                               with_z,          csv),
    dialect("ISO with an offset",                       with_offset,     csv),
    dialect("ISO with seven digits",                    seven_digits,    csv),
    dialect("yyyyMMdd",                                 compact,         csv),
    dialect("yyyy/MM/dd",                               slashes,         csv),
    dialect("GUIDs without hyphens",                    bare_guids,      csv),
    dialect("GUIDs in parentheses",                     guids_in_parentheses, csv),
    dialect("words for nothing",                        nothing,         csv),
    dialect("words for yes and no",                     switches,        csv),
];

#[test]
fn every_tool_gives_what_plain_csv_gives() {
    let reference = imported(&DIALECTS[0]);
    let (expected, audit) = (facts(&reference.inventory), format!("{:?}", reference.audit()));
    assert!(expected.lines().count() > 40, "{expected}");
    for dialect in DIALECTS {
        let imported = imported(dialect);
        for (found, expected) in facts(&imported.inventory).lines().zip(expected.lines()) {
            assert_eq!(found, expected, "{}", dialect.name);
        }
        assert_eq!(facts(&imported.inventory).lines().count(), expected.lines().count(), "{}", dialect.name);
        assert_eq!(format!("{:?}", imported.audit()), audit, "{}", dialect.name);
    }
}

/// What is guessed is said.
#[test]
fn a_guess_is_a_notice() {
    for (dialect, says) in [
        ("Excel, US", "dates of LastConfigRequest read as month, day, year: "),
        ("Excel, German, Windows-1252", "neither UTF-8 nor UTF-16: taken for Windows-1252 (ANSI)"),
        ("sqlcmd, code page 850", "neither UTF-8 nor UTF-16: taken for code page 850 (OEM)"),
        ("Excel, day numbers", "LastConfigRequest holds day numbers of Excel"),
        ("Excel, title lines", "a line above the header; left out"),
        ("ISO with an offset", "times of LastConfigRequest have the zone UTC+01:00"),
        (
            "SSMS, Save Results As, without headers",
            "no line holds the names of the columns; told by their values: Guid, Name, Domain, IsManaged, Status, ",
        ),
        (
            "sqlcmd -W -s \",\"",
            "a value holds the sign between columns and no quotes; told by the other values",
        ),
        ("sqlcmd", "a remark of the query tool; left out"),
    ] {
        let dialect = DIALECTS.iter().find(|known| known.name == dialect).unwrap();
        let notices = imported(dialect).inventory.notices;
        assert!(notices.iter().any(|notice| notice.what.starts_with(says)), "{says}: {notices:#?}");
    }
}

fn imported(dialect: &Dialect) -> Imported {
    let mut files = Files::new();
    for table in estate() {
        let rows = table.rows.iter().map(|row| {
            let cells = row.iter().zip(&table.header);
            cells.map(|(cell, column)| (dialect.cell)(column, cell)).collect()
        });
        let written = Table { name: table.name, header: table.header.clone(), rows: rows.collect() };
        let (ending, bytes) = (dialect.file)(&written);
        files.push((format!("{}.{ending}", table.name), bytes));
    }
    Imported::of(files, &assume(dialect.name), &ReadOptions::default())
}

/// All that was read, a line for each computer and license.
fn facts(inventory: &Inventory) -> String {
    let mut lines = vec![format!("{:?} {:?}", inventory.exported_at, inventory.policies)];
    for c in &inventory.computers {
        let dates = (c.last_config_request, c.last_basic_inventory, c.last_patch_inventory);
        let record = (c.guid, &c.name, &c.other_names, &c.domain, &c.os, c.is_managed, &c.status);
        lines.push(format!("{record:?} {dates:?} {:?} {:?} {:?}", c.agents, c.policies, c.holds_license));
    }
    for l in &inventory.licenses {
        let dates = (l.starts, l.expires, l.maintenance_ends);
        lines.push(format!("{:?} {:?} {:?} {dates:?}", l.product, l.kind, l.nodes));
    }
    lines.extend(inventory.orphans.iter().map(|orphan| orphan.guid.to_string()));
    lines.join("\n")
}

/// Many views of the product instead of one table: the same computers.
#[test]
fn the_views_of_the_product_together_are_the_computers() {
    let plain = imported(&DIALECTS[0]);
    let mut files: Files = Files::new();
    for table in estate() {
        let part = |columns: &[(&str, &str)]| {
            let mut text = columns.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(",") + "\n";
            for row in &table.rows {
                let cell = |(column, _): &(&str, &str)| {
                    quoted(&row[table.header.iter().position(|name| name == column).unwrap()], ',')
                };
                text += &(columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
            }
            text.into_bytes()
        };
        match table.name {
            "computers" => {
                let resource: &[(&str, &str)] = &[
                    ("Guid", "Guid"),
                    ("Name", "Name"),
                    ("IsManaged", "IsManaged"),
                    ("Status", "Status"),
                    ("LastConfigRequest", "LastConfigRequest"),
                ];
                let identification: &[(&str, &str)] = &[
                    ("Guid", "_ResourceGuid"),
                    ("Domain", "Domain"),
                    ("OS", "[OS Name]"),
                    ("LastBasicInventory", "[Client Date]"),
                    ("Name", "Name"),
                ];
                files.push(("[dbo].[vResource]-2026-03-02.csv".to_string(), part(resource)));
                files.push(("dbo.Inv_AeX_AC_Identification.csv".to_string(), part(identification)));
            }
            "agents" => {
                let columns: &[(&str, &str)] = &[
                    ("ResourceGuid", "_ResourceGuid"),
                    ("AgentName", "[Agent Name]"),
                    ("ProductVersion", "[Product Version]"),
                ];
                files.push(("Inv_AeX_AC_Client_Agent (1).csv".to_string(), part(columns)));
            }
            "patch_inventory" => {
                let columns: &[(&str, &str)] =
                    &[("ResourceGuid", "ResourceGuid"), ("LastPatchInventory", "ModifiedDate")];
                files.push(("ResourceUpdateSummary_export.csv".to_string(), part(columns)));
            }
            _ => {
                let columns: Vec<(&str, &str)> = table.header.iter().map(|name| (*name, *name)).collect();
                files.push((format!("{}.csv", table.name), part(&columns)));
            }
        }
    }
    let views = Imported::of(files, &assume("views"), &ReadOptions::default());
    assert_eq!(facts(&views.inventory), facts(&plain.inventory));
    assert_eq!(format!("{:?}", views.audit()), format!("{:?}", plain.audit()));
}

/// A folder with one workbook, a sheet for each table.
#[test]
fn a_workbook_holds_all_tables() {
    let plain = imported(&DIALECTS[0]);
    let tables = estate();
    let sheets: Vec<(&str, Vec<Vec<String>>)> = tables
        .iter()
        .map(|table| {
            let header = table.header.iter().map(|name| name.to_string()).collect();
            (table.name, std::iter::once(header).chain(table.rows.iter().cloned()).collect())
        })
        .collect();
    let files = vec![("export of March.xlsx".to_string(), workbook(&sheets))];
    let found = read(files, &ReadOptions::default()).unwrap();
    assert_eq!(facts(&found), facts(&plain.inventory));
}

/// Whatever the bytes, there are tables or there are words.
#[test]
fn a_damaged_workbook_is_read_or_refused() {
    let rows = vec![vec!["Guid".to_string(), "Name".to_string()], vec![guid(1, 1), "PC-1".to_string()]];
    let good = workbook(&[("computers", rows)]);
    let mut state = 11_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let mut refused = 0;
    for _ in 0..2_000 {
        let mut bytes = good.clone();
        for _ in 0..=below(3) {
            let at = below(bytes.len());
            match below(3) {
                0 => bytes[at] = below(256) as u8,
                1 => bytes.insert(at, b"<>\"r&\0"[below(6)]),
                _ => bytes.truncate(at + 1),
            }
        }
        let files = vec![("computers.xlsx".to_string(), bytes)];
        refused += u32::from(read(files, &ReadOptions::default()).is_err());
    }
    assert!(refused > 1_000, "{refused}");
}

/// An archive of a megabyte that unpacks to a gigabyte.
#[test]
fn a_workbook_that_holds_too_much_is_refused() {
    let faults = read(vec![("computers.xlsx".to_string(), bomb())], &ReadOptions::default()).unwrap_err();
    assert_eq!(faults.shown[0].problem, "a workbook that holds more than 512 MiB");
}

fn guid(kind: u32, number: usize) -> String {
    format!("{:08X}-5EED-4A{kind:02}-9C00-{:012X}", 0x9e37_79b9_u32.wrapping_mul(number as u32 + 1), number)
}

const PATCH: &str = "Patch Management Solution for Windows, Workstations";

fn estate() -> Vec<Table> {
    let text = |cells: &[&str]| cells.iter().map(|cell| cell.to_string()).collect::<Vec<String>>();
    let (mut computers, mut agents, mut held, mut scans, mut targets) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..40 {
        let id = guid(1, n);
        let name = if n % 9 == 4 { format!("MÜNCHEN-{n:02}") } else { format!("PC-{n:03}") };
        let domain = if n % 13 == 7 { "NULL" } else { "CORP" };
        let status = ["Active", "Active", "Active", "Retired", "Active", "Disposed"][n % 6];
        let day = ["2026-03-02", "2026-03-02", "2026-02-03", "2025-12-24"][n % 4];
        let request = if n % 17 == 3 {
            "NULL".to_string()
        } else {
            format!("{day} {:02}:{:02}:00", n % 24, (7 * n) % 60)
        };
        let inventory =
            format!("{} 04:{:02}:00", ["2026-03-01", "2026-02-28", "2026-02-02", "2025-12-11"][n % 4], n);
        let managed = if n % 8 == 5 { "0" } else { "1" };
        let os = ["Windows 11 Enterprise", "Windows Server 2019 Standard"][n % 2];
        computers.push(text(&[&id, &name, domain, managed, status, &request, &inventory, os]));
        agents.push(text(&[&id, "Altiris Agent", "8.6.1012.0"]));
        if n % 5 > 0 {
            agents.push(text(&[&id, "Altiris Software Update Agent", "8.6.1012.0"]));
            targets.push(text(&[&id, "Default Software Update Plug-in Policy"]));
        }
        targets.push(text(&[&id, "Software Update Plug-in Install"]));
        if n % 5 > 1 {
            held.push(text(&[PATCH, &guid(2, 1), &id]));
            let scan = if n % 11 == 9 {
                "NULL".to_string()
            } else {
                format!("{day} {:02}:{:02}:00", n % 20, (11 * n) % 60)
            };
            scans.push(text(&[&id, &scan]));
        }
        held.push(text(&["Altiris Inventory Solution", &guid(2, 2), &id]));
    }
    let licenses = vec![
        text(&[PATCH, "Perpetual", "1500", "2024-05-01", "NULL", "2026-12-31"]),
        text(&[PATCH, "Temporary", "60", "2026-01-13", "2026-02-12", "NULL"]),
        text(&[
            "Altiris Inventory Solution",
            "Subscription",
            "Unlimited",
            "2025-03-04",
            "2027-03-31",
            "2027-03-31",
        ]),
    ];
    let table = |name, header: &[&'static str], rows| Table { name, header: header.to_vec(), rows };
    vec![
        table(
            "computers",
            &[
                "Guid",
                "Name",
                "Domain",
                "IsManaged",
                "Status",
                "LastConfigRequest",
                "LastBasicInventory",
                "OS",
            ],
            computers,
        ),
        table("agents", &["ResourceGuid", "AgentName", "ProductVersion"], agents),
        table("license_in_use", &["ProductName", "LicensingPolicyGuid", "ResourceGuid"], held),
        table("patch_inventory", &["ResourceGuid", "LastPatchInventory"], scans),
        table("targets", &["ResourceGuid", "PolicyName"], targets),
        table(
            "licenses",
            &["ProductName", "Kind", "Nodes", "Starts", "Expires", "MaintenanceEnds"],
            licenses,
        ),
    ]
}

// Cells.

fn is_date(column: &str) -> bool {
    ["LastConfigRequest", "LastBasicInventory", "LastPatchInventory", "Starts", "Expires", "MaintenanceEnds"]
        .contains(&column)
}

/// A date in another form, and what is no date in the words given.
fn dated(column: &str, cell: &str, form: &str, never: &str) -> String {
    match cell {
        "NULL" if is_date(column) => never.to_string(),
        _ if is_date(column) => in_form(cell, form),
        _ => cell.to_string(),
    }
}

fn in_form(cell: &str, form: &str) -> String {
    let at: DateTime = cell.parse().unwrap();
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const GERMAN: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let (hour, half) =
        (if at.hour() % 12 == 0 { 12 } else { at.hour() % 12 }, if at.hour() < 12 { "AM" } else { "PM" });
    let month = at.month() as usize - 1;
    [
        ("yyyy", format!("{:04}", at.year())),
        ("MMMM", GERMAN[month].to_string()),
        ("MMM", MONTHS[month].to_string()),
        ("MM", format!("{:02}", at.month())),
        ("dd", format!("{:02}", at.day())),
        ("pd", format!("{:2}", at.day())),
        ("1M", at.month().to_string()),
        ("1d", at.day().to_string()),
        ("HH", format!("{:02}", at.hour())),
        ("ph", format!("{hour:2}")),
        ("1h", hour.to_string()),
        ("mm", format!("{:02}", at.minute())),
        ("ss", format!("{:02}", at.second())),
        ("tt", half.to_string()),
    ]
    .iter()
    .fold(form.to_string(), |text, (sign, value)| {
        text.replace(
            sign,
            &format!("\u{1}{}\u{2}", value.chars().map(|c| format!("{c}\u{3}")).collect::<String>()),
        )
    })
    .replace(['\u{1}', '\u{2}', '\u{3}'], "")
}

fn plain(_: &str, cell: &str) -> String {
    cell.to_string()
}

fn milliseconds(column: &str, cell: &str) -> String {
    dated(column, cell, "yyyy-MM-dd HH:mm:ss.000", "NULL")
}

fn powershell(column: &str, cell: &str) -> String {
    match (column, cell) {
        ("IsManaged", "1") => "True".to_string(),
        ("IsManaged", _) => "False".to_string(),
        (_, "NULL") => String::new(),
        _ => dated(column, cell, "1M/1d/yyyy 1h:mm:ss tt", ""),
    }
}

fn excel(column: &str, cell: &str, form: &str, words: [&str; 8]) -> String {
    let [yes, no, active, retired, disposed, never, nodes, unlimited] = words;
    match (column, cell) {
        ("IsManaged", "1") => yes.to_string(),
        ("IsManaged", _) => no.to_string(),
        ("Status", "Active") => active.to_string(),
        ("Status", "Retired") => retired.to_string(),
        ("Status", "Disposed") => disposed.to_string(),
        ("Nodes", "1500") => nodes.to_string(),
        ("Nodes", "Unlimited") => unlimited.to_string(),
        _ => dated(column, cell, form, never),
    }
}

fn german(column: &str, cell: &str) -> String {
    let words = ["WAHR", "FALSCH", "Aktiv", "Ausgemustert", "Entsorgt", "Nie", "1.500", "Unbegrenzt"];
    excel(column, cell, "dd.MM.yyyy HH:mm", words)
}

fn french(column: &str, cell: &str) -> String {
    let words = ["VRAI", "FAUX", "Actif", "Retiré", "Mis au rebut", "Jamais", "1\u{202f}500", "Illimité"];
    excel(column, cell, "dd/MM/yyyy HH:mm", words)
}

fn british(column: &str, cell: &str) -> String {
    let words = ["TRUE", "FALSE", "Active", "Retired", "Disposed", "Never", "1,500", "Unlimited"];
    excel(column, cell, "dd/MM/yyyy HH:mm:ss", words)
}

fn american(column: &str, cell: &str) -> String {
    let words = ["-1", "0", "ACTIVE", "retired", "Disposed", "-", "1,500.00", "-1"];
    excel(column, cell, "1M/1d/yyyy 1h:mm tt", words)
}

fn swiss(column: &str, cell: &str) -> String {
    let words = ["Ja", "Nein", "Aktiv", "Außer Betrieb", "Entsorgt", "", "1'500", "Unbegrenzt"];
    excel(column, cell, "dd.MM.yyyy HH:mm:ss", words)
}

fn serial(column: &str, cell: &str) -> String {
    match (is_date(column), cell) {
        (true, "NULL") => String::new(),
        (true, _) => {
            let zero = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
            let seconds = cell.parse::<DateTime>().unwrap().duration_since(zero).as_secs();
            format!("{:.6}", seconds as f64 / 86_400.0)
        }
        _ => cell.to_string(),
    }
}

fn style_100(column: &str, cell: &str) -> String {
    dated(column, cell, "MMM pd yyyy ph:mmtt", "NULL")
}

fn style_106(column: &str, cell: &str) -> String {
    dated(column, cell, "dd-MMM-yyyy HH:mm:ss", "NULL")
}

fn german_months(column: &str, cell: &str) -> String {
    dated(column, cell, "1d. MMMM yyyy HH:mm", "nie")
}

fn with_z(column: &str, cell: &str) -> String {
    dated(column, cell, "yyyy-MM-ddTHH:mm:ssZ", "NULL")
}

fn with_offset(column: &str, cell: &str) -> String {
    dated(column, cell, "yyyy-MM-dd HH:mm:ss +01:00", "NULL")
}

fn seven_digits(column: &str, cell: &str) -> String {
    dated(column, cell, "yyyy-MM-dd HH:mm:ss.0000000", "1900-01-01 00:00:00.0000000")
}

fn compact(column: &str, cell: &str) -> String {
    dated(column, cell, "yyyyMMdd HH:mm:ss", "NULL")
}

fn slashes(column: &str, cell: &str) -> String {
    dated(column, cell, "yyyy/MM/dd HH:mm", "NULL")
}

fn bare_guids(column: &str, cell: &str) -> String {
    if column.ends_with("Guid") { cell.replace('-', "").to_lowercase() } else { cell.to_string() }
}

fn guids_in_parentheses(column: &str, cell: &str) -> String {
    if column.ends_with("Guid") { format!("({cell})") } else { cell.to_string() }
}

fn nothing(_: &str, cell: &str) -> String {
    if cell == "NULL" { "#N/A".to_string() } else { cell.to_string() }
}

fn switches(column: &str, cell: &str) -> String {
    match (column, cell) {
        ("IsManaged", "1") => "on".to_string(),
        ("IsManaged", _) => "N".to_string(),
        _ => cell.to_string(),
    }
}

// Files.

fn quoted(cell: &str, delimiter: char) -> String {
    match cell.contains([delimiter, '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_string(),
    }
}

fn lines(table: &Table, delimiter: char, end: &str) -> Vec<String> {
    let line = |cells: Vec<&str>| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell, delimiter)).collect();
        cells.join(&delimiter.to_string()) + end
    };
    let rows = table.rows.iter().map(|row| row.iter().map(String::as_str).collect());
    std::iter::once(table.header.clone()).chain(rows).map(line).collect()
}

fn csv(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", lines(table, ',', "\n").concat().into_bytes())
}

fn semicolons(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", format!("\u{feff}{}", lines(table, ';', "\r\n").concat()).into_bytes())
}

fn windows_1252(table: &Table) -> (&'static str, Vec<u8>) {
    let text = lines(table, ';', "\r\n").concat();
    ("csv", text.chars().map(|c| u8::try_from(u32::from(c)).expect("a letter of Latin-1")).collect())
}

fn utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn unicode_text(table: &Table) -> (&'static str, Vec<u8>) {
    ("txt", utf_16(&lines(table, '\t', "\r\n").concat()))
}

fn declared(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", format!("sep=;\r\n{}", lines(table, ';', "\r\n").concat()).into_bytes())
}

fn titled(table: &Table) -> (&'static str, Vec<u8>) {
    let title = "Computers of Contoso;;\r\nStatus of 02.03.2026;;\r\n;;\r\n";
    ("csv", format!("{title}{}", lines(table, ';', "\r\n").concat()).into_bytes())
}

/// Excel writes empty columns in the first 16 rows only.
fn trailing(table: &Table) -> (&'static str, Vec<u8>) {
    let line = |(place, line): (usize, &String)| format!("{line}{}\r\n", if place < 16 { ";;;" } else { "" });
    ("csv", lines(table, ';', "").iter().enumerate().map(line).collect::<String>().into_bytes())
}

fn export_csv_with(table: &Table, delimiter: char) -> String {
    let line = |cells: Vec<&str>| {
        let cells: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        cells.join(&delimiter.to_string()) + "\r\n"
    };
    let rows = table.rows.iter().map(|row| row.iter().map(String::as_str).collect());
    let all: String = std::iter::once(table.header.clone()).chain(rows).map(line).collect();
    format!("#TYPE System.Data.DataRow\r\n{all}")
}

fn export_csv(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", export_csv_with(table, ',').into_bytes())
}

fn export_csv_unicode(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", utf_16(&export_csv_with(table, ';')))
}

fn headerless(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", lines(table, ',', "\r\n")[1..].concat().into_bytes())
}

/// A table in columns of a fixed width: header, dashes, rows. Numbers stand at the right.
fn fixed(table: &Table, between: char) -> Vec<String> {
    let width = |place: usize| {
        let longest = table.rows.iter().map(|row| row[place].chars().count()).max().unwrap_or(0);
        longest.max(table.header[place].len()) + if table.header[place].ends_with("Guid") { 0 } else { 3 }
    };
    let widths: Vec<usize> = (0..table.header.len()).map(width).collect();
    let line = |cells: &[&str]| {
        let cell = |(place, cell): (usize, &&str)| match table.header[place] {
            "IsManaged" if *cell != "IsManaged" => format!("{cell:>0$}", widths[place]),
            _ => format!("{cell:<0$}", widths[place]),
        };
        let cells: Vec<String> = cells.iter().enumerate().map(cell).collect();
        cells.join(&between.to_string())
    };
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let rows = table.rows.iter().map(|row| line(&row.iter().map(String::as_str).collect::<Vec<_>>()));
    [line(&table.header), dashes.join(&between.to_string())].into_iter().chain(rows).collect()
}

fn trimmed(table: &Table, between: &str) -> Vec<String> {
    let dashes: Vec<String> = table.header.iter().map(|name| "-".repeat(name.len())).collect();
    let rows = table.rows.iter().map(|row| row.join(between));
    [table.header.join(between), dashes.join(between)].into_iter().chain(rows).collect()
}

fn text(lines: &[String]) -> String {
    lines.join("\r\n") + "\r\n"
}

fn results_to_text(table: &Table) -> (&'static str, Vec<u8>) {
    let count = table.rows.len();
    let end = format!(
        "\r\n({count} Zeilen betroffen)\r\n\r\n\r\nCompletion time: 2026-03-02T08:40:00.1234567+01:00\r\n"
    );
    ("txt", (text(&fixed(table, ' ')) + &end).into_bytes())
}

fn rpt(table: &Table) -> (&'static str, Vec<u8>) {
    let end = format!("\r\n({} lignes affectées)\r\n", table.rows.len());
    ("rpt", utf_16(&(text(&fixed(table, ' ')) + &end)))
}

const CONTEXT: &str = "Changed database context to 'Symantec_CMDB'.\r\n";

const WARNING: &str = "Warning: Null value is eliminated by an aggregate or other SET operation.\r\n";

fn affected(table: &Table) -> String {
    format!("\r\n({} rows affected)\r\n", table.rows.len())
}

fn sqlcmd(table: &Table) -> (&'static str, Vec<u8>) {
    ("txt", format!("{CONTEXT}{}{WARNING}{}", text(&fixed(table, ' ')), affected(table)).into_bytes())
}

const GERMAN_CONTEXT: &str = "Msg 5701, Level 0, State 2, Server SMP, Line 1\r\n\
                              Der Datenbankkontext wurde in 'Symantec_CMDB' geändert.\r\n";

fn sqlcmd_german(table: &Table) -> (&'static str, Vec<u8>) {
    let end = format!("\r\n({} Zeilen betroffen)\r\n", table.rows.len());
    ("txt", format!("{GERMAN_CONTEXT}{}{end}", text(&fixed(table, ' '))).into_bytes())
}

/// Lines of more than 80 characters are broken.
fn sqlcmd_broken(table: &Table) -> (&'static str, Vec<u8>) {
    let broken = |line: String| {
        let chars: Vec<char> = line.chars().collect();
        chars.chunks(80).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>()
    };
    let lines: Vec<String> = fixed(table, ' ').into_iter().flat_map(broken).collect();
    ("txt", format!("{CONTEXT}{}{}", text(&lines), affected(table)).into_bytes())
}

fn sqlcmd_bar(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", format!("{CONTEXT}{}{}", text(&fixed(table, '|')), affected(table)).into_bytes())
}

fn sqlcmd_comma(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", format!("{}{}", text(&fixed(table, ',')), affected(table)).into_bytes())
}

fn sqlcmd_trimmed(table: &Table) -> (&'static str, Vec<u8>) {
    ("txt", format!("{CONTEXT}{}{}", text(&trimmed(table, " ")), affected(table)).into_bytes())
}

fn sqlcmd_trimmed_bar(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", format!("{}{}", text(&trimmed(table, "|")), affected(table)).into_bytes())
}

fn sqlcmd_trimmed_comma(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", format!("{}{}", text(&trimmed(table, ",")), affected(table)).into_bytes())
}

fn sqlcmd_headerless(table: &Table) -> (&'static str, Vec<u8>) {
    ("txt", format!("{CONTEXT}{}{}", text(&fixed(table, ' ')[2..]), affected(table)).into_bytes())
}

fn sqlcmd_headerless_trimmed(table: &Table) -> (&'static str, Vec<u8>) {
    ("csv", format!("{}{}", text(&trimmed(table, ";")[2..]), affected(table)).into_bytes())
}

fn sqlcmd_repeated(table: &Table) -> (&'static str, Vec<u8>) {
    let lines = fixed(table, ' ');
    let (head, rows) = lines.split_at(2);
    let pages: Vec<String> = rows.chunks(5).map(|page| text(&[head, page].concat())).collect();
    ("txt", format!("{}{}", pages.join("\r\n"), affected(table)).into_bytes())
}

fn sqlcmd_850(table: &Table) -> (&'static str, Vec<u8>) {
    let text = sqlcmd(table).1;
    let text = String::from_utf8(text).unwrap();
    let byte = |c: char| match c {
        'Ü' => 0x9a,
        'ü' => 0x81,
        _ => u8::try_from(c).expect("ASCII"),
    };
    // A table without such a letter is what it is in any encoding.
    ("txt", text.chars().map(byte).collect())
}

fn xlsx(table: &Table) -> (&'static str, Vec<u8>) {
    let header = table.header.iter().map(|name| name.to_string()).collect();
    let rows = std::iter::once(header).chain(table.rows.iter().cloned()).collect();
    ("xlsx", workbook(&[("Sheet1", rows)]))
}
