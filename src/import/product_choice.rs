//! Which product or licensing policy of the tables is Patch Management for Windows: by its usual names, or as the caller says.

use std::collections::BTreeMap;

use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::folder::Folder;
use crate::import::options::ReadOptions;
use crate::import::tables::{self, ExportTable};
use crate::import::values::{self, Guid};
use crate::scenario::model::Product;
use crate::units::quantity::grouped;

/// What a row is by the name of its product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedAs {
    /// The caller says that this is Patch Management.
    Chosen,
    /// Patch Management by one of its usual names.
    Usual,
    /// A suite that contains it (L4).
    Suite,
    /// Patch Management with a pool of its own (L4).
    OtherPool,
    /// Another product.
    Other,
}

impl NamedAs {
    /// What a name says.
    pub fn of(name: &str, options: &ReadOptions) -> NamedAs {
        if options.products.iter().any(|chosen| is_same(chosen, name)) {
            return NamedAs::Chosen;
        }
        match Product::of_name(name) {
            Product::PatchManagement => NamedAs::Usual,
            Product::Suite => NamedAs::Suite,
            Product::OtherPool => NamedAs::OtherPool,
            Product::NotPatch => NamedAs::Other,
        }
    }

    /// Is it Patch Management, or a suite that contains it? `chosen`: the caller's name for it occurs in the table, so that
    /// no other product is meant.
    pub fn counts(self, chosen: bool) -> bool {
        match self {
            NamedAs::Chosen | NamedAs::Suite => true,
            NamedAs::Usual => !chosen,
            NamedAs::OtherPool | NamedAs::Other => false,
        }
    }

    /// The notice about a row of it that does not count.
    pub fn left_out(self) -> &'static str {
        match self {
            NamedAs::OtherPool => "a row of Patch Management with a pool of its own (L4); left out",
            _ => "a row of another product; left out",
        }
    }
}

fn is_same(chosen: &str, name: &str) -> bool {
    chosen.trim().to_lowercase() == name.trim().to_lowercase()
}

/// A licensing policy as the caller names it.
///
/// # Errors
/// When it is no GUID.
pub fn licensing_policy(text: &str) -> Result<Guid, String> {
    values::guid(text.trim()).map_err(|wrong| format!("{}: {}", wrong.problem, wrong.help))
}

/// Names of products by their GUIDs; empty where the table is not exported.
pub fn product_names(folder: &mut Folder, findings: &ImportFindings) -> BTreeMap<Guid, String> {
    let mut names = BTreeMap::new();
    folder.rows(ExportTable::Products, findings, |row| {
        if let Ok((guid, name)) = tables::product_of_policy(row)
            && let Some(before) = names.insert(guid, name.to_string())
            && before != name
        {
            row.fault("Guid", "another name of the same product", "keep the row that is true");
        }
    });
    names
}

/// Rows by the name of their product.
#[derive(Debug, Default)]
pub struct ProductsSeen {
    rows: BTreeMap<String, u64>,
}

impl ProductsSeen {
    /// Counts rows of a product.
    pub fn add(&mut self, name: &str, rows: u64) {
        *self.rows.entry(name.to_string()).or_default() += rows;
    }

    /// Are there no rows?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The fault of a table that has rows, and none that counts.
    pub fn no_patch(&self, file: &str, nothing: &str) -> ImportFault {
        let help = format!(
            "say with --product which of them is Patch Management for Windows, or export its rows, too; if {nothing}, keep \
             only the line of the names of the columns"
        );
        let problem = "no row is of Patch Management or of a suite that contains it; there are rows of";
        ImportFault::file(file, problem, help).column("ProductName").found(&self.listed())
    }

    /// `Inventory Solution (208), Deployment Solution (5)`.
    fn listed(&self) -> String {
        let mut products: Vec<(&String, &u64)> = self.rows.iter().collect();
        products.sort_by_key(|(name, rows)| (std::cmp::Reverse(**rows), *name));
        let listed: Vec<String> =
            products.into_iter().map(|(name, rows)| format!("{name} ({})", grouped(*rows))).collect();
        listed.join(", ")
    }

    /// A product that the caller names must be there: a slip would change nothing and go unnoticed.
    pub fn check_chosen(&self, options: &ReadOptions, file: &str, findings: &ImportFindings) {
        let there = |chosen: &String| self.rows.keys().any(|name| is_same(chosen, name));
        let unknown = options.products.iter().filter(|chosen| !there(chosen)).count();
        if unknown > 0 {
            let problem = "no row is of the product that --product names; there are rows of";
            let help = "give the name as it stands in license_in_use.csv or licenses.csv";
            findings
                .fault(ImportFault::file(file, problem, help).column("ProductName").found(&self.listed()));
        }
    }

    /// All of two tables.
    pub fn and(mut self, other: &ProductsSeen) -> ProductsSeen {
        other.rows.iter().for_each(|(name, rows)| self.add(name, *rows));
        self
    }
}
