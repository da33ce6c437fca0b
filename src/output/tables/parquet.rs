//! `timeline.parquet`, `replications.parquet`: the CSV files of these names, column by column, with types, for tools that
//! read large tables. Made of the CSV, so that both say the same.

use std::io::{self, Read, Write};

use jiff::civil::DateTime;
use jiff::tz::Offset;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::observe::columns::{COLUMNS, STATES, TIME_S, TIMESTAMP};
use crate::output::tables::replications::{self, REPLICATIONS, ReplicationCell};
use crate::output::tables::timeline::TIMELINE;
use crate::study::measures::Unit;

/// Rows that are held in memory at a time.
const GROUP: usize = 100_000;

/// What a column holds; a cell may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ParquetKind {
    Whole,
    Real,
    /// Server local time, in milliseconds.
    Instant,
    Word,
}

impl ParquetKind {
    fn in_schema(self, name: &str) -> String {
        match self {
            ParquetKind::Whole => format!("optional int64 {name};"),
            ParquetKind::Real => format!("optional double {name};"),
            ParquetKind::Instant => format!("optional int64 {name} (timestamp(millis,false));"),
            ParquetKind::Word => format!("optional binary {name} (utf8);"),
        }
    }
}

/// The columns of a CSV file that has a Parquet file beside it, in its order.
fn kinds(csv: &str) -> Vec<(String, ParquetKind)> {
    match csv {
        TIMELINE => {
            let instant = [(TIME_S.0, ParquetKind::Real), (TIMESTAMP.0, ParquetKind::Instant)];
            let states = STATES.map(|state| (state.name, ParquetKind::Word));
            let numbers = COLUMNS.iter().map(|column| (column.name, ParquetKind::Whole));
            let columns = instant.into_iter().chain(states).chain(numbers);
            columns.map(|(name, kind)| (name.to_string(), kind)).collect()
        }
        REPLICATIONS => {
            let kind = |holds| match holds {
                ReplicationCell::Index | ReplicationCell::Figure(_, Unit::Count) => ParquetKind::Whole,
                ReplicationCell::Figure(..) => ParquetKind::Real,
                ReplicationCell::Date(_) => ParquetKind::Instant,
            };
            replications::columns().map(|column| (column.name, kind(column.holds))).collect()
        }
        _ => unreachable!("{csv} has no Parquet file beside it"),
    }
}

/// Writes the Parquet file of the CSV file of this name with these rows.
///
/// # Errors
/// When the writer fails.
pub fn write(csv: &str, rows: impl Read, out: impl Write + Send) -> io::Result<()> {
    let kinds = kinds(csv);
    let fields: String = kinds.iter().map(|(name, kind)| kind.in_schema(name)).collect();
    let schema = parse_message_type(&format!("message fleetsim {{ {fields} }}")).map_err(failed)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("fleetsim {}", env!("CARGO_PKG_VERSION")))
        .build();
    let mut file = SerializedFileWriter::new(out, schema.into(), properties.into()).map_err(failed)?;
    let mut reader = csv::Reader::from_reader(rows);
    let mut records = reader.records().peekable();
    while records.peek().is_some() {
        let rows: Vec<csv::StringRecord> = records.by_ref().take(GROUP).collect::<Result<_, _>>()?;
        let mut group = file.next_row_group().map_err(failed)?;
        for (at, (_, kind)) in kinds.iter().enumerate() {
            let cells = rows.iter().map(|row| row.get(at).unwrap_or_default());
            match kind {
                ParquetKind::Whole => column::<Int64Type>(&mut group, cells, |cell| cell.parse().ok()),
                ParquetKind::Real => column::<DoubleType>(&mut group, cells, |cell| cell.parse().ok()),
                ParquetKind::Instant => column::<Int64Type>(&mut group, cells, milliseconds),
                ParquetKind::Word => {
                    column::<ByteArrayType>(&mut group, cells, |cell| Some(ByteArray::from(cell)))
                }
            }
            .map_err(failed)?;
        }
        group.close().map_err(failed)?;
    }
    file.close().map_err(failed).map(|_| ())
}

/// The next column of a group of rows; an empty cell is none.
fn column<'c, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, impl Write + Send>,
    cells: impl Iterator<Item = &'c str>,
    read: impl Fn(&str) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let foreign =
        |cell: &str| ParquetError::General(format!("`{}` is not of its column's kind", cell.escape_debug()));
    let read = |cell: &str| (!cell.is_empty()).then(|| read(cell).ok_or_else(|| foreign(cell))).transpose();
    let cells: Vec<Option<T::T>> = cells.map(read).collect::<Result<_, _>>()?;
    let there: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let values: Vec<T::T> = cells.into_iter().flatten().collect();
    let mut column = group.next_column()?.expect("the schema has as many columns");
    column.typed::<T>().write_batch(&values, Some(&there), None)?;
    column.close()
}

fn milliseconds(cell: &str) -> Option<i64> {
    let local: DateTime = cell.parse().ok()?;
    Some(Offset::UTC.to_timestamp(local).ok()?.as_millisecond())
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::observe::columns::described;

    /// Every cell, as text.
    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let row = |row: parquet::record::Row| {
            row.get_column_iter().map(|(name, field)| format!("{name}={field}")).collect()
        };
        reader.get_row_iter(None).unwrap().map(|found| row(found.unwrap())).collect()
    }

    #[test]
    fn the_columns_are_those_of_the_csv_files() {
        let names = |csv| kinds(csv).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(TIMELINE), described().map(|(name, _)| name).collect::<Vec<_>>());
        let replications: Vec<String> = replications::columns().map(|column| column.name).collect();
        assert_eq!(names(REPLICATIONS), replications);
    }

    #[test]
    fn cells_keep_their_values_and_empty_ones_are_none() {
        let kinds = kinds(TIMELINE);
        let header: Vec<&str> = kinds.iter().map(|(name, _)| name.as_str()).collect();
        let row = |total: &str| {
            let cell = |(name, kind): &(String, ParquetKind)| match (name.as_str(), kind) {
                ("licenses_total", _) => total.to_string(),
                (_, ParquetKind::Real) => "0.5".into(),
                (_, ParquetKind::Instant) => "2026-01-05T00:00:00.5".into(),
                (_, ParquetKind::Word) => "none".into(),
                (_, ParquetKind::Whole) => i64::MAX.to_string(),
            };
            kinds.iter().map(cell).collect::<Vec<_>>().join(",")
        };
        let text = format!("{}\n{}\n{}\n", header.join(","), row("850"), row(""));
        let mut bytes = Vec::new();
        write(TIMELINE, text.as_bytes(), &mut bytes).unwrap();
        let cells = cells(&bytes);
        let of = |row: usize, name: &str| {
            cells[row].iter().find(|cell| cell.starts_with(&format!("{name}="))).unwrap().clone()
        };
        assert_eq!(cells.len(), 2);
        assert_eq!(of(0, "time_s"), "time_s=0.5");
        assert_eq!(of(0, "timestamp"), "timestamp=2026-01-05 00:00:00.500 +00:00");
        assert_eq!(of(0, "license_state"), "license_state=\"none\"");
        assert_eq!(
            [of(0, "licenses_total"), of(1, "licenses_total")],
            ["licenses_total=850", "licenses_total=null"]
        );
        assert_eq!(of(1, "licenses_in_use"), format!("licenses_in_use={}", i64::MAX));
    }
}
