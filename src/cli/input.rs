//! Scenario files in: found, readable, text; and their faults shown.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::cli::budget;
use crate::cli::exit::Failure;
use crate::output::results::origin::SourceFile;
use crate::output::store::study_file::ScenarioFile;
use crate::scenario::fault::{Fault, Severity, render};
use crate::scenario::overrides::Changes;
use crate::scenario::{self, Checked, yaml};
use crate::units::is_unprintable;
use crate::units::quantity::plural;

/// Where the files of scenarios are.
pub enum ScenarioFiles<'f> {
    OnDisk,
    /// On disk; what is read is kept here, once for each path.
    Keeping(RefCell<Vec<(PathBuf, ScenarioFile)>>),
    /// In a study, and nowhere else.
    In(&'f [ScenarioFile]),
}

impl ScenarioFiles<'_> {
    fn text(&self, path: &Path) -> Result<String, InputFailure> {
        match self {
            ScenarioFiles::OnDisk | ScenarioFiles::Keeping(_) => text_of(path, "scenario", yaml::MAX_BYTES),
            ScenarioFiles::In(study) => Ok(in_study(study, path)?.text.clone()),
        }
    }

    /// The text of a file of data that a scenario names.
    fn data(&self, path: &Path, name: &str) -> Result<String, String> {
        match self {
            ScenarioFiles::OnDisk | ScenarioFiles::Keeping(_) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                let path = beside(folder, name)?;
                budget::before_reading(&path)?;
                text_of(&path, "file", MAX_DATA_BYTES).map_err(InputFailure::into_message)
            }
            ScenarioFiles::In(study) => {
                let text = in_study(study, path).map_err(InputFailure::into_message)?.data.get(name).cloned();
                text.ok_or_else(|| format!("{name}: the study has no such file"))
            }
        }
    }

    /// What the scenario is called if it does not say.
    fn default_name(&self, path: &Path) -> String {
        match self {
            ScenarioFiles::OnDisk | ScenarioFiles::Keeping(_) => stem(path),
            ScenarioFiles::In(study) => {
                in_study(study, path).map_or(stem(path), |file| file.default_name.clone())
            }
        }
    }

    fn keep(&self, path: &Path, text: String, data: BTreeMap<String, String>) {
        let ScenarioFiles::Keeping(kept) = self else { return };
        let mut kept = kept.borrow_mut();
        if kept.iter().all(|(known, _)| known != path) {
            let file = ScenarioFile { name: name_of(path), default_name: stem(path), text, data };
            kept.push((path.to_path_buf(), file));
        }
    }
}

fn in_study<'f>(study: &'f [ScenarioFile], path: &Path) -> Result<&'f ScenarioFile, InputFailure> {
    // The command of a study names files beside it, with `./` in front of those that look like options.
    let name = path.strip_prefix(".").unwrap_or(path);
    let file = study.iter().find(|file| Path::new(&file.name) == name);
    file.ok_or_else(|| InputFailure::Io(format!("{}: the study has no such file", path.display())))
}

/// A scenario file, read and checked.
pub struct Loaded {
    pub checked: Checked,
    /// Its warnings, rendered.
    pub warnings: String,
    /// The file, and those of data that it names.
    pub files: Vec<SourceFile>,
}

/// Reads and checks a scenario, with the changes asked for.
///
/// # Errors
/// When the file cannot be read, or has faults (all of them).
pub fn load(path: &Path, changes: &Changes) -> Result<Loaded, Failure> {
    load_of(&ScenarioFiles::OnDisk, path, changes)
}

/// As [`load`], of files that may be elsewhere.
///
/// # Errors
/// As [`load`].
pub fn load_of(files: &ScenarioFiles, path: &Path, changes: &Changes) -> Result<Loaded, Failure> {
    let text = files.text(path).map_err(|trouble| match trouble {
        InputFailure::Io(message) => Failure::io(message),
        InputFailure::Content(message) => Failure::invalid(format!("error: {message}\n{}", closing(1))),
    })?;
    let own = SourceFile::scenario(name_of(path), &text);
    let source = unmarked(&text);
    let (sources, texts) = (RefCell::new(BTreeMap::new()), RefCell::new(BTreeMap::new()));
    let data = |name: &str| {
        let text = files.data(path, name)?;
        sources.borrow_mut().insert(name.to_string(), SourceFile::data(name.to_string(), &text));
        if matches!(files, ScenarioFiles::Keeping(_)) {
            texts.borrow_mut().insert(name.to_string(), text.clone());
        }
        Ok(text)
    };
    let file = path.display().to_string();
    match scenario::check_with(source, &files.default_name(path), &data, changes) {
        Ok(checked) => {
            let warnings = render(&checked.warnings, Severity::Warning, &file, source);
            let sources = [own].into_iter().chain(sources.take().into_values()).collect();
            files.keep(path, text, texts.take());
            Ok(Loaded { checked, warnings, files: sources })
        }
        Err(faults) => Err(Failure::invalid(all_of(&faults, &file, source))),
    }
}

/// A scenario that was loaded with these changes, as the text of one file that has them in it.
///
/// # Errors
/// When it cannot be printed.
pub fn printed(loaded: &Loaded, path: &Path, changes: &Changes) -> Result<String, Failure> {
    let text = loaded.files.iter().find_map(|file| file.text.as_deref()).expect("a scenario's text is kept");
    let source = unmarked(text);
    scenario::printed(source, &stem(path), changes)
        .map_err(|faults| Failure::invalid(all_of(&faults, &path.display().to_string(), source)))
}

/// Without a byte order mark.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn all_of(faults: &[Fault], file: &str, source: &str) -> String {
    format!("{}{}", render(faults, Severity::Error, file, source), closing(faults.len()))
}

/// The last line under a scenario's errors.
fn closing(errors: usize) -> String {
    format!("{errors} error{}; nothing was simulated\n", plural(errors as u64))
}

/// A file's name without its folder.
pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The name a scenario has when it gives itself none.
pub fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "scenario".to_string(), |stem| stem.to_string_lossy().into_owned())
}

/// What names of files and folders begin with that are made from a file's name: its stem, so that with anything
/// behind it, or nothing, it is the name of a single file on every system. It leads to no other folder (`...yaml`,
/// whose stem is `..`), is no device of Windows, and is not the name of the file itself (`.yaml`, which has no
/// extension).
pub fn name_for_results(path: &Path) -> String {
    let plain = |c: char| if is_unprintable(c) || ['/', '\\', ':'].contains(&c) { '_' } else { c };
    let name: String = stem(path).chars().map(plain).collect();
    let name = if path.extension().is_none() { name.trim_start_matches('.') } else { &name };
    // Windows drops these from the end of a name.
    let name = name.trim_end_matches(['.', ' ']).trim_start_matches(' ');
    let device = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |device: &str| {
        let number = device.strip_prefix("COM").or(device.strip_prefix("LPT"));
        number.is_some_and(|number| {
            matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    match device.as_str() {
        "" if name.is_empty() => "scenario".to_string(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => format!("_{name}"),
        device if numbered(device) => format!("_{name}"),
        _ => name.to_string(),
    }
}

/// A file named in a scenario stands beside it or below; scenarios travel, so no other paths.
fn beside(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let inside = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !inside {
        return Err(format!("`{name}` is outside: name a file beside the scenario or in a folder below it"));
    }
    Ok(folder.join(name))
}

/// Most bytes of a data file that a scenario names: three million clients with their state.
const MAX_DATA_BYTES: usize = 512 * 1024 * 1024;

/// Why a file gives no text; the message names the file.
enum InputFailure {
    /// It cannot be read.
    Io(String),
    /// It can, and is no text of a bearable size.
    Content(String),
}

impl InputFailure {
    fn into_message(self) -> String {
        match self {
            InputFailure::Io(message) | InputFailure::Content(message) => message,
        }
    }
}

/// The text of a file. Never reads more than the limit, whatever the file claims to be.
fn text_of(path: &Path, what: &str, most: usize) -> Result<String, InputFailure> {
    let shown = path.display();
    let io = |e: std::io::Error| match e.kind() {
        ErrorKind::NotFound => {
            let cwd = std::env::current_dir().map_or_else(|_| "?".to_string(), |d| d.display().to_string());
            InputFailure::Io(format!("{shown}: no such {what} (looked in {cwd})"))
        }
        _ => InputFailure::Io(format!("{shown}: {e}")),
    };
    if fs::metadata(path).map_err(io)?.is_dir() {
        return Err(InputFailure::Io(format!("{shown} is a folder, not a {what}")));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(io)?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() > most {
        let problem = format!("{shown} has more than the {most} bytes allowed for a {what}");
        return Err(InputFailure::Content(problem));
    }
    decode(bytes).map_err(|why| InputFailure::Content(format!("{shown}: {why}")))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Component;

    #[test]
    fn names_for_results_are_names_of_single_files_everywhere() {
        for (file, name) in [
            ("fleet.yaml", "fleet"),
            ("a folder/fleet.v2.yaml", "fleet.v2"),
            (".hidden.yaml", ".hidden"),
            ("...yaml", "scenario"),
            ("..yaml", "scenario"),
            (".yaml", "yaml"),
            ("....yaml", "scenario"),
            (". .yaml", "scenario"),
            (" .yaml", "scenario"),
            ("fleet. .yaml", "fleet"),
            ("a:b\\c|d?.yaml", "a_b_c|d?"),
            ("\u{1b}[2J\u{202e}.yaml", "_[2J_"),
            ("nul.yaml", "_nul"),
            ("Con.old.yaml", "_Con.old"),
            ("com1.yaml", "_com1"),
            ("com10.yaml", "com10"),
            ("lpt\u{b9}.yaml", "_lpt\u{b9}"),
            ("console.yaml", "console"),
            ("", "scenario"),
            ("..", "scenario"),
        ] {
            assert_eq!(name_for_results(Path::new(file)), name, "{file:?}");
        }
    }

    /// Every text of four of these characters, as the name of a file with each extension.
    #[test]
    fn no_name_leads_to_another_folder() {
        let characters = ['.', ' ', '/', '\\', 'a', '\u{1b}', ':'];
        let texts = (0..characters.len().pow(4)).map(|number| {
            (0..4)
                .map(|at| characters[number / characters.len().pow(at) % characters.len()])
                .collect::<String>()
        });
        for text in texts.flat_map(|text| ["", ".", ".yaml", ".jsonl"].map(|end| format!("{text}{end}"))) {
            let name = name_for_results(Path::new(&text));
            for name in [name.clone(), format!("{name}-sweep"), format!("{name}.clients.csv")] {
                let components: Vec<Component> = Path::new(&name).components().collect();
                assert!(matches!(components.as_slice(), [Component::Normal(_)]), "{text:?}: {name:?}");
                assert!(
                    !name.ends_with(['.', ' ']) && !name.contains(['/', '\\', ':']),
                    "{text:?}: {name:?}"
                );
            }
        }
    }
}
