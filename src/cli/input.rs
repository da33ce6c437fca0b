//! Scenario files in: found, readable, text; and their faults shown.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use crate::scenario::fault::{Fault, Severity, render};
use crate::scenario::{self, Checked, yaml};

/// A scenario file, read and checked.
pub struct Loaded {
    pub checked: Checked,
    /// Its warnings, rendered.
    pub warnings: String,
}

/// Reads and checks a scenario.
///
/// # Errors
/// When the file cannot be read, or has faults (all of them).
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    let source = text_of(path, "scenario").map_err(Failure::io)?;
    let source = source.strip_prefix('\u{feff}').unwrap_or(&source);
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let beside = |name: &str| text_of(&beside(&folder, name)?, "file");
    let file = path.display().to_string();
    match scenario::check(source, &stem(path), &beside) {
        Ok(checked) => {
            let warnings =
                checked.warnings.iter().map(|w| render(w, Severity::Warning, &file, source)).collect();
            Ok(Loaded { checked, warnings })
        }
        Err(faults) => Err(Failure::invalid(all_of(&faults, &file, source))),
    }
}

fn all_of(faults: &[Fault], file: &str, source: &str) -> String {
    let rendered: String = faults.iter().map(|fault| render(fault, Severity::Error, file, source)).collect();
    let count = match faults.len() {
        1 => "1 error".to_string(),
        n => format!("{n} errors"),
    };
    format!("{rendered}{count}; nothing was simulated\n")
}

/// The name a scenario has when it gives itself none.
pub fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "scenario".to_string(), |stem| stem.to_string_lossy().into_owned())
}

/// A file named in a scenario stands beside it or below; scenarios travel, so no other paths.
fn beside(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let inside = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !inside {
        return Err("name a file beside the scenario or in a folder below it".to_string());
    }
    Ok(folder.join(name))
}

/// The text of a file, or in words why there is none.
fn text_of(path: &Path, what: &str) -> Result<String, String> {
    let shown = path.display();
    let metadata = fs::metadata(path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => {
            let cwd = std::env::current_dir().map_or_else(|_| "?".to_string(), |d| d.display().to_string());
            format!("{shown}: no such {what} (looked in {cwd})")
        }
        _ => format!("{shown}: {e}"),
    })?;
    if metadata.is_dir() {
        return Err(format!("{shown} is a folder, not a {what}"));
    }
    if metadata.len() > yaml::MAX_BYTES as u64 {
        let limit = yaml::MAX_BYTES;
        return Err(format!(
            "{shown} has {} bytes, more than the {limit} allowed for a {what}",
            metadata.len()
        ));
    }
    let bytes = fs::read(path).map_err(|e| format!("{shown}: {e}"))?;
    decode(bytes).map_err(|why| format!("{shown}: {why}"))
}

fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("the file is UTF-16; save it as UTF-8".to_string());
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(format!("not a text file: it has a zero byte at offset {at}"));
    }
    String::from_utf8(bytes).map_err(|e| {
        format!("not UTF-8: wrong byte at offset {}; save it as UTF-8", e.utf8_error().valid_up_to())
    })
}
