//! What kind of values a column holds, and whether a cell may be one of them.

use crate::import::dates;
use crate::import::values::{self, is_absent};
use crate::import::words;

/// A kind of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellContent {
    /// Of a column that is not known.
    Any,
    /// The GUID of a resource.
    Guid,
    /// The GUID of something that many rows share: a policy, a class of inventories.
    SharedGuid,
    /// A name that holds no space, as those of computers and domains do.
    Word,
    /// Any other name.
    Text,
    Os,
    Version,
    Flag,
    Status,
    /// When something was last seen.
    Seen,
    /// When something starts or ends.
    Day,
    Nodes,
    Kind,
}

impl CellContent {
    /// Is it a date?
    pub fn is_date(self) -> bool {
        matches!(self, CellContent::Seen | CellContent::Day)
    }

    /// May the cell stand in such a column?
    pub fn fits(self, cell: &str) -> bool {
        let cell = cell.trim();
        if is_absent(cell) {
            return true;
        }
        let is_guid = || values::guid(cell).is_ok();
        match self {
            CellContent::Any => true,
            CellContent::Guid | CellContent::SharedGuid => is_guid(),
            CellContent::Word => !cell.contains([' ', ',', ';', '|', '\t']) && !is_guid() && !is_date(cell),
            CellContent::Text => !is_guid() && !is_date(cell),
            CellContent::Os => words::is_system(cell),
            CellContent::Version => {
                cell.starts_with(|c: char| c.is_ascii_digit())
                    && cell.contains('.')
                    && cell.chars().all(|c| c.is_ascii_alphanumeric() || ". -".contains(c))
            }
            CellContent::Flag => values::flag(cell).is_ok(),
            CellContent::Status => words::may_be_status(cell) || is_guid(),
            CellContent::Seen | CellContent::Day => dates::read(cell).is_ok(),
            CellContent::Nodes => values::nodes(cell).is_ok(),
            CellContent::Kind => values::kind(cell).is_ok(),
        }
    }

    /// Does the cell show that its column is of this kind, and of no other?
    pub fn is_shown_by(self, cell: &str) -> bool {
        match self {
            CellContent::Status => words::status(cell).is_some(),
            CellContent::Word => {
                self.fits(cell) && cell.contains(char::is_alphabetic) && words::status(cell).is_none()
            }
            _ => self.fits(cell),
        }
    }
}

fn is_date(cell: &str) -> bool {
    matches!(dates::read(cell), Ok(dates::Reading::Certain(..) | dates::Reading::Ordered(_)))
}
