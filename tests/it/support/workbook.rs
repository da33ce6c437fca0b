//! A small workbook of Excel, written by hand: text, numbers, and dates as Excel keeps them.

use std::fmt::Write;

use jiff::civil::{DateTime, date};

/// A workbook with these sheets; cells that are dates become dates.
pub fn workbook(sheets: &[(&str, Vec<Vec<String>>)]) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let (mut names, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for ((name, rows), n) in sheets.iter().zip(1..) {
        let _ = write!(names, "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"r{n}\"/>");
        let _ = write!(
            relations,
            "<Relationship Id=\"r{n}\" Type=\"{DOCUMENT}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
        let xml =
            format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData>{}</sheetData></worksheet>", cells(rows));
        parts.push((format!("xl/worksheets/sheet{n}.xml"), xml));
    }
    let book = format!(
        "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets>{names}</sheets></workbook>"
    );
    let _ = write!(relations, "<Relationship Id=\"s\" Type=\"{DOCUMENT}/styles\" Target=\"styles.xml\"/>");
    let relations =
        format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}</Relationships>");
    let root = format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"b\" Type=\"{DOCUMENT}/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let styles = format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
    );
    let types = format!("{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"/>");
    let fixed = [
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/styles.xml", styles),
    ];
    parts.splice(0..0, fixed.map(|(name, text)| (name.to_string(), text)));
    zip(&parts)
}

fn cells(rows: &[Vec<String>]) -> String {
    let mut xml = String::new();
    for (row, n) in rows.iter().zip(1..) {
        let _ = write!(xml, "<row r=\"{n}\">");
        for (cell, column) in row.iter().zip('A'..) {
            let _ = match (cell.parse::<DateTime>(), cell.parse::<u64>()) {
                _ if cell == "NULL" => Ok(()),
                (Ok(at), _) => {
                    let days =
                        at.duration_since(date(1899, 12, 30).at(0, 0, 0, 0)).as_secs() as f64 / 86_400.0;
                    write!(xml, "<c r=\"{column}{n}\" s=\"1\"><v>{days}</v></c>")
                }
                (_, Ok(number)) => write!(xml, "<c r=\"{column}{n}\"><v>{number}</v></c>"),
                _ => write!(xml, "<c r=\"{column}{n}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            };
        }
        xml += "</row>";
    }
    xml
}

/// An archive of one part that unpacks to a thousand times its size and more.
pub fn bomb() -> Vec<u8> {
    let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
    let mut megabyte = Vec::with_capacity(1 << 16);
    packer.compress_vec(&vec![b' '; 1 << 20], &mut megabyte, flate2::FlushCompress::Full).unwrap();
    let end: &[u8] = &[0x03, 0x00]; // an empty last block
    archive(&[("xl/workbook.xml".to_string(), [megabyte.repeat(700), end.to_vec()].concat())], 8)
}

/// An archive whose parts are not packed.
fn zip(parts: &[(String, String)]) -> Vec<u8> {
    let bytes = |(name, text): &(String, String)| (name.clone(), text.clone().into_bytes());
    archive(&parts.iter().map(bytes).collect::<Vec<_>>(), 0)
}

fn archive(parts: &[(String, Vec<u8>)], method: u8) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let at = (out.len() as u32).to_le_bytes();
        let (crc, size) = (crc.sum().to_le_bytes(), (content.len() as u32).to_le_bytes());
        let name_length = (name.len() as u16).to_le_bytes();
        let head = [20, 0, 0, 0, method, 0, 0, 0, 0, 0];
        let common = [&head[..], &crc, &size, &size, &name_length, &[0, 0]].concat();
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), content].concat());
        let entry = [b"PK\x01\x02", &[20, 0][..], &common, &[0; 10], &at, name.as_bytes()].concat();
        directory.extend(entry);
    }
    let (count, start) = ((parts.len() as u16).to_le_bytes(), (out.len() as u32).to_le_bytes());
    let size = (directory.len() as u32).to_le_bytes();
    out.extend(directory);
    out.extend([b"PK\x05\x06", &[0; 4][..], &count, &count, &size, &start, &[0, 0]].concat());
    out
}
