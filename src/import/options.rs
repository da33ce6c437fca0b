//! What the caller says of the tables.

use jiff::civil::DateTime;

use crate::import::dates::DateOrder;
use crate::import::status::ExportedStatus;
use crate::import::values::{Guid, guid};
use crate::import::words;

/// What the tables do not say.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// When they were exported, in the server's local time; without it the latest date in them counts.
    pub exported_at: Option<DateTime>,
    /// Names of products that are Patch Management for Windows, where the tables call it otherwise.
    pub products: Vec<String>,
    /// Licensing policies of Patch Management; empty: the names of products tell.
    pub licensing_policies: Vec<Guid>,
    /// The order of day and month, where the dates of a column do not tell it.
    pub dates: Option<DateOrder>,
    /// What words of the column Status mean, where they are not known.
    pub statuses: Vec<(String, ExportedStatus)>,
    /// Which class of inventories is the Patch Inventory.
    pub inventory_class: Option<Guid>,
}

impl ReadOptions {
    /// What a word of the column Status means: as the caller says, or as it is known.
    pub(super) fn status(&self, word: &str) -> Option<ExportedStatus> {
        let is = |given: &str| {
            let same_guid = || guid(word).is_ok() && guid(given) == guid(word);
            given.to_lowercase() == word.to_lowercase() || same_guid()
        };
        let given = self.statuses.iter().find(|(given, _)| is(given)).map(|(_, status)| status.clone());
        given.or_else(|| words::status(word))
    }
}
