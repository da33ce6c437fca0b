//! Workbooks of Excel: each sheet becomes a text with commas, a line for each row.

use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, Reader, Xlsx};
use flate2::read::DeflateDecoder;

use crate::import::dates;
use crate::import::fixed_width::push_row;
use crate::import::text::MAX_BYTES;
use crate::import::values::Wrong;

/// More columns no table has.
const MOST_COLUMNS: usize = 1_000;

/// Are these the first bytes of a workbook, or of another zip archive?
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The sheets of a workbook, with their names.
///
/// # Errors
/// When it cannot be read, or holds more than a table may.
pub fn sheets(bytes: Vec<u8>) -> Result<Vec<(String, String)>, Wrong> {
    match unzipped(&bytes) {
        Some(size) if size <= MAX_BYTES as u64 => {}
        Some(_) => {
            let help = "export only the columns of the tables, as CSV";
            return Err(Wrong { problem: "a workbook that holds more than 512 MiB", help });
        }
        None => return Err(UNREADABLE),
    }
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| UNREADABLE)?;
    let names = workbook.sheet_names();
    let mut sheets = Vec::new();
    for name in names {
        // A sheet of charts has no cells.
        if let Ok(text) = text_of(&mut workbook, &name) {
            sheets.push((name, text));
        }
    }
    Ok(sheets)
}

const UNREADABLE: Wrong = Wrong {
    problem: "an Excel workbook or another zip archive that cannot be read",
    help: "save the sheet as `CSV UTF-8`",
};

fn text_of(workbook: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Result<String, calamine::XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let (mut text, mut row, mut line, mut width) = (String::new(), Vec::new(), 0, 0);
    while let Some(cell) = cells.next_cell()? {
        let (at, column) = cell.get_position();
        let column = column as usize;
        if column >= MOST_COLUMNS || at < line {
            continue;
        }
        while line < at {
            end_row(&mut text, &mut row, &mut width);
            line += 1;
        }
        row.resize(row.len().max(column + 1), String::new());
        row[column] = value(cell.get_value());
    }
    end_row(&mut text, &mut row, &mut width);
    Ok(text)
}

/// Adds a row as wide as the widest before it: empty cells at its end are not in the sheet. One without cells is empty.
fn end_row(text: &mut String, row: &mut Vec<String>, width: &mut usize) {
    *width = row.len().max(*width);
    if !row.is_empty() {
        row.resize(*width, String::new());
    }
    push_row(text, row);
    row.clear();
}

fn value(cell: &DataRef) -> String {
    match cell {
        DataRef::String(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => u8::from(*yes).to_string(),
        DataRef::DateTime(date) => instant(date),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => one_line(text),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// So many days the calendar that starts in 1904 is behind the one of 1900.
const FROM_1904: f64 = 1_462.0;

/// A date as the other tables write it, to the second; what is no plausible day is left a number.
fn instant(date: &ExcelDateTime) -> String {
    let number = date.as_f64();
    let is_of_1904 = *date == ExcelDateTime::new(number, ExcelDateTimeType::DateTime, true);
    let days = (if is_of_1904 { number + FROM_1904 } else { number }).clamp(0.0, 1e6);
    let at = dates::from_serial(days.trunc() as i64, days.fract());
    at.map_or(number.to_string(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// How many bytes an archive holds, counted by unpacking it; at most one more than a table may have. `None`: it is no
/// archive, or one of an unusual kind.
fn unzipped(bytes: &[u8]) -> Option<u64> {
    const END: [u8; 4] = *b"PK\x05\x06";
    let end =
        (0..=bytes.len().checked_sub(22)?).rev().take(1 << 16).find(|at| bytes[*at..].starts_with(&END))?;
    let (entries, directory) = (short(bytes, end + 10)?, long(bytes, end + 16)?);
    let (mut at, mut sum) = (directory, 0);
    for _ in 0..entries {
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (method, packed) = (short(bytes, at + 10)?, long(bytes, at + 20)?);
        let local = long(bytes, at + 42)?;
        let start = local + 30 + short(bytes, local + 26)? + short(bytes, local + 28)?;
        let content = bytes.get(start..start.checked_add(packed)?)?;
        let left = MAX_BYTES as u64 + 1 - sum;
        sum += match method {
            0 => (packed as u64).min(left),
            8 => std::io::copy(&mut DeflateDecoder::new(content).take(left), &mut std::io::sink()).ok()?,
            _ => return None,
        };
        if sum > MAX_BYTES as u64 {
            break;
        }
        at += 46 + short(bytes, at + 28)? + short(bytes, at + 30)? + short(bytes, at + 32)?;
    }
    (at == end || sum > MAX_BYTES as u64).then_some(sum)
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(two.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}
