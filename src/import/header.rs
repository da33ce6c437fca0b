//! The first line of a table: which of its columns stands where.

use csv::StringRecord;

use crate::import::content::CellContent;
use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::values::is_absent;
use crate::scenario::fault::nearest;

/// A column a table may have.
#[derive(Debug)]
pub struct KnownColumn {
    pub name: &'static str,
    /// Other names it goes by, used when no column has its own.
    pub aliases: &'static [&'static str],
    pub needed: bool,
    /// What its values are.
    pub content: CellContent,
    /// What is not known or assumed without it; empty when nothing is.
    pub without: &'static str,
    /// Another name it goes by when most values below that name are of this kind.
    pub by_content: Option<ByContent>,
}

/// A column that its values tell from others of the same name.
#[derive(Debug)]
pub struct ByContent {
    pub name: &'static str,
    /// Is this one of its values?
    pub fits: fn(&str) -> bool,
}

/// Where the known columns of a table stand.
pub struct Header {
    places: Vec<(&'static str, usize)>,
    /// How many columns there are, known or not.
    width: usize,
    /// All names, as they are compared; none where the values tell the columns.
    names: Vec<String>,
    /// The first name as it is written.
    first: Option<String>,
}

impl Header {
    /// How many of `columns` have one of these names.
    pub fn count_known<'n>(columns: &[KnownColumn], names: impl Iterator<Item = &'n str>) -> usize {
        let of_column = |(place, column)| names_of(column).map(move |name| (place, normal(name)));
        let all: Vec<(usize, String)> = columns.iter().enumerate().flat_map(of_column).collect();
        let of = |name: String| all.iter().find(|(_, known)| *known == name).map(|(place, _)| *place);
        let mut known: Vec<usize> =
            names.filter(|name| name.len() <= LONGEST_NAME).map(normal).filter_map(of).collect();
        known.sort_unstable();
        known.dedup();
        known.len()
    }

    /// What the values below these names are.
    pub fn contents(columns: &'static [KnownColumn], names: &StringRecord) -> Vec<CellContent> {
        let of = |name: String| columns.iter().find(|column| is_named(column, &name));
        names.iter().map(|name| of(normal(name)).map_or(CellContent::Any, |column| column.content)).collect()
    }

    /// Columns whose places the values tell.
    pub fn of_places(places: Vec<(&'static str, usize)>, width: usize) -> Header {
        Header { places, width, names: Vec::new(), first: None }
    }

    /// Is this row the header once more?
    pub fn is_again(&self, row: &StringRecord) -> bool {
        row.get(0).is_some_and(|first| Some(first.trim()) == self.first.as_deref())
            && row.iter().map(normal).eq(self.names.iter().cloned())
    }

    /// May a row end before this column? Nothing is looked for there.
    pub fn may_end_at(&self, width: usize) -> bool {
        self.places.iter().all(|(_, place)| *place < width)
            && self.names.iter().skip(width).all(String::is_empty)
    }

    /// Finds the columns in the header; `None` when it cannot be used, which is then recorded.
    /// Unknown columns are noticed.
    pub fn of(
        columns: &'static [KnownColumn],
        header: &StringRecord,
        sample: &[StringRecord],
        (file, line): (&str, u64),
        findings: &ImportFindings,
    ) -> Option<Header> {
        let names: Vec<String> = header.iter().map(normal).collect();
        if Header::count_known(columns, header.iter()) == 0 {
            findings.fault(no_header(columns, header, file).line(line));
            return None;
        }
        let mut found = Header::of_places(Vec::new(), header.len());
        found.names.clone_from(&names);
        found.first = header.get(0).map(|name| name.trim().to_string());
        let mut good = true;
        for column in columns {
            let by_content = || place_by_content(column, &names, sample);
            match locate(column, &names, (header, sample), file).map(|place| place.or_else(by_content)) {
                Ok(Some(place)) => found.places.push((column.name, place)),
                Ok(None) => notice_missing(column, file, findings),
                Err(fault) => {
                    good = false;
                    findings.fault(fault.line(line));
                }
            }
        }
        found.notice_unused(header, file, line, findings);
        good.then_some(found)
    }

    fn notice_unused(&self, header: &StringRecord, file: &str, line: u64, findings: &ImportFindings) {
        let used = |place: usize| self.places.iter().any(|(_, known)| *known == place);
        let unused =
            header.iter().enumerate().filter(|(place, _)| !used(*place)).map(|(_, name)| name.trim());
        let unused = unused.filter(|name| !name.is_empty());
        let unused: Vec<&str> = unused.take(MOST_NAMES).collect();
        if !unused.is_empty() {
            findings.notice(file, Some(line), "columns that are not used", Some(&unused.join(", ")));
        }
    }

    /// Where a column stands, if it is there.
    pub fn place(&self, column: &'static str) -> Option<usize> {
        self.places.iter().find(|(name, _)| *name == column).map(|(_, place)| *place)
    }

    /// The names of the columns found, from left to right.
    pub fn names(&self) -> String {
        let mut places = self.places.clone();
        places.sort_by_key(|(_, place)| *place);
        let names: Vec<&str> = places.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// How many columns there are, known or not.
    pub fn width(&self) -> usize {
        self.width
    }
}

/// A name of a column as it is compared: `[Agent Name]` and `_ResourceGuid` are `agentname` and `resourceguid`.
fn normal(name: &str) -> String {
    name.chars().filter(|c| !" \t_[]\"'`".contains(*c)).map(|c| c.to_ascii_lowercase()).collect()
}

/// Is this, as it is compared, a name of the column?
fn is_named(column: &KnownColumn, name: &str) -> bool {
    names_of(column).any(|known| normal(known) == name)
}

fn names_of(column: &KnownColumn) -> impl Iterator<Item = &'static str> {
    std::iter::once(column.name).chain(column.aliases.iter().copied())
}

/// Where the first name of the column that occurs stands.
fn places_of(column: &KnownColumn, names: &[String]) -> Vec<usize> {
    let places = |known: &str| -> Vec<usize> {
        let known = normal(known);
        names.iter().enumerate().filter(|(_, name)| **name == known).map(|(place, _)| place).collect()
    };
    names_of(column).map(places).find(|places| !places.is_empty()).unwrap_or_default()
}

/// The first column of the other name most of whose values are of the kind.
fn place_by_content(column: &KnownColumn, names: &[String], sample: &[StringRecord]) -> Option<usize> {
    let ByContent { name, fits } = column.by_content.as_ref()?;
    let is_mostly = |place: &usize| {
        let cells = sample.iter().filter_map(|record| record.get(*place)).map(str::trim);
        let given: Vec<&str> = cells.filter(|cell| !is_absent(cell)).collect();
        2 * given.iter().filter(|cell| fits(cell)).count() > given.len()
    };
    let name = normal(name);
    (0..names.len()).filter(|place| names[*place] == name).find(is_mostly)
}

/// Do two columns of one name hold the same, as those of two tables that a query joins?
fn hold_the_same(one: usize, other: usize, sample: &[StringRecord]) -> bool {
    let cell =
        |record: &StringRecord, place: usize| record.get(place).unwrap_or_default().trim().to_lowercase();
    !sample.is_empty() && sample.iter().all(|record| cell(record, one) == cell(record, other))
}

/// Where the column stands, if it is there and need not be.
fn locate(
    column: &KnownColumn,
    names: &[String],
    (header, sample): (&StringRecord, &[StringRecord]),
    file: &str,
) -> Result<Option<usize>, Box<ImportFault>> {
    match places_of(column, names).as_slice() {
        [place] => Ok(Some(*place)),
        [first, others @ ..] if others.iter().all(|other| hold_the_same(*first, *other, sample)) => {
            Ok(Some(*first))
        }
        [] if column.needed => Err(Box::new(missing(column, header, file))),
        [] => Ok(None),
        [first, second, ..] => Err(Box::new(twice(column, *first, *second, file))),
    }
}

/// The names of all columns of a table.
pub fn names_of_all(columns: &[KnownColumn]) -> String {
    let all: Vec<&str> = columns.iter().map(|column| column.name).collect();
    all.join(", ")
}

/// No name of a column is known.
pub fn no_header(columns: &[KnownColumn], header: &StringRecord, file: &str) -> ImportFault {
    let help = format!("the first line holds the names of the columns: {}", names_of_all(columns));
    ImportFault::file(file, "no column has a known name", help).found(&found_names(header, None))
}

/// What is longer is no name of a column, and comparing it would take for ever.
const LONGEST_NAME: usize = 128;

fn missing(column: &KnownColumn, header: &StringRecord, file: &str) -> ImportFault {
    let near = nearest(column.name, header.iter().filter(|name| name.len() <= LONGEST_NAME));
    let help = match near {
        Some(_) => format!("one column has nearly that name: name it `{}`", column.name),
        None => format!("export it too, or give the column that holds it the name `{}`", column.name),
    };
    let problem = format!("column `{}` is missing among", column.name);
    ImportFault::file(file, problem, help).found(&found_names(header, near))
}

fn twice(column: &KnownColumn, first: usize, second: usize, file: &str) -> ImportFault {
    let problem =
        format!("column `{}` is there twice, as columns {} and {}", column.name, first + 1, second + 1);
    ImportFault::file(file, problem, "keep one of them")
}

fn notice_missing(column: &KnownColumn, file: &str, findings: &ImportFindings) {
    if !column.without.is_empty() {
        findings.notice(file, None, format!("no column `{}`: {}", column.name, column.without), None);
    }
}

/// So many names are shown.
const MOST_NAMES: usize = 30;

/// The names in a header, the nearest to what is looked for marked.
fn found_names(header: &StringRecord, near: Option<&str>) -> String {
    let marked = |name: &str| match near == Some(name) {
        true => format!("{} (nearest)", name.trim()),
        false => name.trim().to_string(),
    };
    header.iter().take(MOST_NAMES).map(marked).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fault::{render, render_notices};

    const COLUMNS: &[KnownColumn] = &[
        KnownColumn {
            name: "ResourceGuid",
            aliases: &["Guid"],
            needed: true,
            without: "",
            by_content: None,
            content: CellContent::Text,
        },
        KnownColumn {
            name: "AgentName",
            aliases: &[],
            needed: true,
            without: "",
            by_content: None,
            content: CellContent::Text,
        },
        KnownColumn {
            name: "ProductVersion",
            aliases: &[],
            needed: false,
            without: "versions are not known",
            by_content: None,
            content: CellContent::Version,
        },
    ];

    /// Where the columns stand, and what was found.
    fn places(header: &[&str]) -> (Option<Vec<usize>>, String) {
        let findings = ImportFindings::default();
        let found =
            Header::of(COLUMNS, &StringRecord::from(header.to_vec()), &[], ("agents.csv", 1), &findings);
        let places = found.map(|h| COLUMNS.iter().filter_map(|column| h.place(column.name)).collect());
        let shown = match findings.finish() {
            Ok(notices) => render_notices(&notices, true),
            Err(faults) => render(&faults, true),
        };
        (places, shown)
    }

    #[test]
    fn names_match_in_any_order_case_and_dress() {
        for (header, expected, found) in [
            (["_ResourceGuid", "[Agent Name]", "Product Version"], [0, 1, 2], ""),
            (["PRODUCTVERSION", "agent_name", "guid"], [2, 1, 0], ""),
            (["'resource guid'", "AgentName", "\"Product_Version\""], [0, 1, 2], ""),
        ] {
            assert_eq!(places(&header), (Some(expected.to_vec()), found.to_string()), "{header:?}");
        }
        // The own name of a column wins over its alias.
        let (places, found) = places(&["Guid", "ResourceGuid", "AgentName", "Build"]);
        assert_eq!(places, Some(vec![1, 2]));
        assert_eq!(
            found,
            "agents.csv: no column `ProductVersion`: versions are not known\n\
             agents.csv:1: columns that are not used `Guid, Build`\n"
        );
    }

    #[test]
    fn a_header_that_cannot_be_used_says_why() {
        for (header, found) in [
            (
                vec!["Guid", "AgentNam"],
                "agents.csv:1: column `AgentName` is missing among `Guid, AgentNam (nearest)`\n  \
                 help: one column has nearly that name: name it `AgentName`\n",
            ),
            (
                vec!["Guid", "Title"],
                "agents.csv:1: column `AgentName` is missing among `Guid, Title`\n  \
                 help: export it too, or give the column that holds it the name `AgentName`\n",
            ),
            (
                vec!["Guid", "AgentName", "Agent Name"],
                "agents.csv:1: column `AgentName` is there twice, as columns 2 and 3\n  help: keep one of them\n",
            ),
            (
                vec!["{6d417916-467c-46a7-a870-6d86d9345b61}", "Altiris Agent"],
                "agents.csv:1: no column has a known name `{6d417916-467c-46a7-a870-6d86d9345b61}, Altiris Agent`\n  \
                 help: the first line holds the names of the columns: ResourceGuid, AgentName, ProductVersion\n",
            ),
        ] {
            assert_eq!(places(&header), (None, found.to_string()), "{header:?}");
        }
    }
}
