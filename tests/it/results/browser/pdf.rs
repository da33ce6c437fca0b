//! What is in a PDF that a browser wrote.

use std::fs;
use std::process::Command;

use crate::results::browser::find;

/// The text of a PDF, a line of print being a line; `None` without `pdftotext` (in CI that panics).
pub fn pdf_text(pdf: &[u8]) -> Option<String> {
    let program = find::pdftotext()?;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("printed.pdf");
    fs::write(&file, pdf).unwrap();
    let ran = Command::new(program).args(["-layout", "-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "pdftotext: {}: {stderr}", ran.status);
    Some(String::from_utf8(ran.stdout).expect("pdftotext was asked for UTF-8"))
}

/// The number of pages. Chromium compresses what is on a page, but not the object that is the page, so
/// that no other program is needed to count; the harness's tests compare with `pdftotext`.
pub fn pdf_pages(pdf: &[u8]) -> usize {
    const PAGE: &[u8] = b"/Type /Page";
    // /Type /Pages is the list of pages.
    let ends = |next: Option<&u8>| next.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (0..pdf.len()).filter(|&at| pdf[at..].starts_with(PAGE) && ends(pdf.get(at + PAGE.len()))).count()
}
