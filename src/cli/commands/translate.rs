//! `translate`: an anonymized result, with the names that its pseudonyms stand for.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::cli::args;
use crate::cli::commands::claim::claim;
use crate::cli::commands::print_data;
use crate::cli::exit::Failure;
use crate::cli::terminal::tell;
use crate::import::key::{PseudonymKey, text_of};
use crate::output::prose::numbers::counted;
use crate::output::store::folder::write_together;

/// `translate`: keys, a text, and the text with names.
pub fn translate(args: &args::Translate) -> Result<(), Failure> {
    if let Some(output) = &args.output {
        claim(&[output], args.force)?;
    }
    let mut key = PseudonymKey::default();
    for file in &args.keys {
        key.read(bytes_of(file)?).map_err(|fault| {
            let line = fault.line.map_or(String::new(), |line| format!(":{line}"));
            let help = "name the file that --anonymize --key wrote";
            Failure::invalid(format!("{}{line}: {}\n  help: {help}\n", file.display(), fault.problem))
        })?;
    }
    let text = text_of(bytes_of(&args.file)?).ok_or_else(|| {
        let problem = "not a text file in UTF-8 or UTF-16";
        Failure::invalid(format!("{}: {problem}; nothing was written\n", args.file.display()))
    })?;
    let (plain, replaced) = key.translate(&text);
    match &args.output {
        None => print_data(&plain)?,
        Some(output) => {
            write_together(&[(output.clone(), plain.into_bytes())]).map_err(Failure::io)?;
        }
    }
    tell(&match replaced {
        0 => "no pseudonym of the key is in the text: is it the key of this export?\n".to_string(),
        n => format!(
            "{} replaced: the result names computers; keep it where the key is\n",
            counted(n, "pseudonym")
        ),
    });
    Ok(())
}

/// The content of a file, or what comes from stdin.
fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes),
        false => fs::read(file),
    };
    read.map_err(|error| Failure::io(format!("{}: {error}", file.display())))
}
