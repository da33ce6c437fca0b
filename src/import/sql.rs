//! The queries that make the tables, for SQL Server and the database `Symantec_CMDB`.
//!
//! Each is a file of `sql`, with its sources; a line that ends with `CHECK` holds a name that differs by version or that
//! the vendor does not publish, and the query works without these lines.

use crate::import::tables::ExportTable;

/// Ends a line that may have to go.
const CHECK: &str = "-- [check]";

/// How to run them, in words.
pub const HOW_TO: &str = include_str!("sql/how_to.txt");

/// A batch file for Windows that runs them all with `sqlcmd`.
const EXPORT: &str = include_str!("sql/export.cmd");

/// The query that makes a table.
pub fn query(table: ExportTable) -> &'static str {
    match table {
        ExportTable::Computers => include_str!("sql/computers.sql"),
        ExportTable::Agents => include_str!("sql/agents.sql"),
        ExportTable::LicenseInUse => include_str!("sql/license_in_use.sql"),
        ExportTable::PatchInventory => include_str!("sql/patch_inventory.sql"),
        ExportTable::Targets => include_str!("sql/targets.sql"),
        ExportTable::Licenses => include_str!("sql/licenses.sql"),
        ExportTable::Products => include_str!("sql/products.sql"),
    }
}

/// The same without what differs by version; `None` where there is nothing of that kind.
pub fn documented(table: ExportTable) -> Option<String> {
    let query = query(table);
    let documented: String = query.split_inclusive('\n').filter(|line| !is_to_check(line)).collect();
    (documented.len() < query.len()).then_some(documented)
}

fn is_to_check(line: &str) -> bool {
    line.trim_end().ends_with(CHECK)
}

/// All queries as one text, each below the name of its file.
pub fn as_text() -> String {
    let mut out: String =
        HOW_TO.lines().map(|line| format!("-- {line}").trim_end().to_string() + "\n").collect();
    for table in ExportTable::ALL {
        out.push_str(&format!("\n-- ======== {}.sql ========\n\n{}", table.name(), query(table)));
    }
    out
}

/// The files of a folder that makes the tables: names and contents.
pub fn as_files() -> Vec<(String, String)> {
    let mut files = vec![
        ("README.txt".to_string(), HOW_TO.to_string()),
        // The command interpreter of Windows loses its labels in a file without carriage returns.
        ("export.cmd".to_string(), EXPORT.replace('\n', "\r\n")),
    ];
    for table in ExportTable::ALL {
        files.push((format!("{}.sql", table.name()), query(table).to_string()));
        files.extend(documented(table).map(|text| (format!("{}.documented.sql", table.name()), text)));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::header::KnownColumn;

    /// The statements of a query: without comments and what stands between quotes.
    fn code(query: &str) -> String {
        let without_comments = query.lines().map(|line| line.split("--").next().unwrap_or_default());
        let text = without_comments.collect::<Vec<_>>().join("\n");
        text.split('\'').step_by(2).collect::<Vec<_>>().join("''")
    }

    /// The columns of the result, in order.
    fn columns(query: &str) -> Vec<String> {
        let code = code(query);
        code.split(" AS [").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0.to_string())).collect()
    }

    fn all() -> impl Iterator<Item = (ExportTable, String)> {
        ExportTable::ALL.into_iter().flat_map(|table| {
            std::iter::once(query(table).to_string())
                .chain(documented(table))
                .map(move |query| (table, query))
        })
    }

    #[test]
    fn each_query_gives_the_columns_of_its_table() {
        for table in ExportTable::ALL {
            let given = columns(query(table));
            // All that tell something, in their order; the others as the query likes.
            let told = |column: &&KnownColumn| {
                column.needed || !column.without.is_empty() || given.iter().any(|name| name == column.name)
            };
            let known: Vec<&str> = table.columns().iter().filter(told).map(|column| column.name).collect();
            assert_eq!(given, known, "{table:?}");
        }
        for (table, query) in all() {
            let found = columns(&query);
            let needed = table.columns().iter().filter(|column| column.needed);
            assert!(
                needed.into_iter().all(|column| found.iter().any(|name| name == column.name)),
                "{table:?}"
            );
        }
    }

    #[test]
    fn queries_only_read() {
        const WRITES: [&str; 21] = [
            "INSERT",
            "UPDATE",
            "DELETE",
            "MERGE",
            "TRUNCATE",
            "DROP",
            "CREATE",
            "ALTER",
            "EXEC",
            "EXECUTE",
            "GRANT",
            "REVOKE",
            "DENY",
            "INTO",
            "DECLARE",
            "BACKUP",
            "RESTORE",
            "DBCC",
            "USE",
            "OPENROWSET",
            "GO",
        ];
        for (table, query) in all() {
            let code = code(&query).to_uppercase();
            let words: Vec<&str> = code
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .filter(|word| !word.is_empty())
                .collect();
            let written = words.iter().find(|word| WRITES.contains(word));
            assert_eq!(written, None, "{table:?}");
            let statements: Vec<&str> =
                code.split(';').map(str::trim).filter(|text| !text.is_empty()).collect();
            assert_eq!(statements.len(), 2, "{table:?}: {statements:?}");
            assert_eq!(statements[0], "SET NOCOUNT ON", "{table:?}");
            assert!(statements[1].starts_with("SELECT"), "{table:?}");
            // No table of the server is read with locks.
            let read = words.iter().filter(|word| ["FROM", "JOIN"].contains(word)).count();
            let derived = code.matches("FROM (").count() + code.matches("JOIN (").count();
            assert_eq!(code.matches("WITH (NOLOCK)").count(), read - derived, "{table:?}");
        }
    }

    #[test]
    fn a_query_without_the_lines_to_check_is_whole() {
        let documented = documented(ExportTable::Computers).expect("it has such lines");
        assert!(
            !documented.contains("Evt_NS_Client_Config_Request WITH") && !documented.contains(" s.Name ")
        );
        for (table, query) in all() {
            let code = code(&query);
            assert_eq!(code.matches('(').count(), code.matches(')').count(), "{table:?}");
            assert_eq!(code.matches("CASE").count(), code.matches("END").count(), "{table:?}");
            // Each alias that is used is declared: `FROM t c`, `JOIN t c`, `) c`.
            for alias in ["a", "b", "c", "i", "q", "s", "v"].filter_used(&code) {
                let declared = format!(" {alias} WITH (NOLOCK)");
                let derived = [format!(") {alias} ON"), format!(") {alias} (")];
                assert!(
                    code.contains(&declared) || derived.iter().any(|form| code.contains(form.as_str())),
                    "{table:?}: {alias}"
                );
            }
        }
    }

    trait Used {
        fn filter_used(self, code: &str) -> Vec<&'static str>;
    }

    impl<const N: usize> Used for [&'static str; N] {
        fn filter_used(self, code: &str) -> Vec<&'static str> {
            let used = |alias: &&str| {
                let dotted = format!("{alias}.");
                [' ', '(', ',', '\n'].iter().any(|before| code.contains(&format!("{before}{dotted}")))
            };
            self.into_iter().filter(used).collect()
        }
    }

    #[test]
    fn the_batch_file_runs_every_query_and_has_the_line_ends_of_its_system() {
        let files = as_files();
        let (_, batch) = files.iter().find(|(name, _)| name == "export.cmd").expect("it is there");
        assert!(batch.lines().count() > 20 && batch.matches("\r\n").count() == batch.matches('\n').count());
        for table in ExportTable::ALL {
            assert!(batch.contains(table.name()), "{table:?}");
        }
        assert!(batch.is_ascii() && files.iter().all(|(_, text)| text.is_ascii()));
    }
}
