//! Exported tables, made a scenario as `import` and `audit` do it.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use fleetsim::import::customer::{Customer, customer};
use fleetsim::import::fault::render;
use fleetsim::import::inventory::Inventory;
use fleetsim::import::{Assume, ReadOptions, read, scenario_text};
use fleetsim::scenario::model::{Scenario, Version};
use fleetsim::scenario::{self, Checked};
use fleetsim::study::audit::{Audit, audit};
use fleetsim::study::diagnose::{Diagnosis, diagnose};
use fleetsim::units::time::Span;

/// Files by name.
pub type Files = Vec<(String, Vec<u8>)>;

/// What became of a folder.
pub struct Imported {
    pub inventory: Inventory,
    pub customer: Customer,
    pub checked: Checked,
}

/// What is assumed unless a test says otherwise.
pub fn assume(name: &str) -> Assume {
    Assume {
        name: name.to_string(),
        version: None,
        released: None,
        nodes: None,
        clones: Vec::new(),
        silent_after: Span::days(14),
        anonymous: None,
        duration: Span::days(30),
    }
}

pub fn version(word: &str) -> Option<Version> {
    Version::parse(word).ok()
}

pub fn files_of(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let file = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
    };
    paths.map(file).collect()
}

impl Imported {
    pub fn of(files: Files, assume: &Assume, options: &ReadOptions) -> Imported {
        let inventory = read(files, options)
            .unwrap_or_else(|faults| panic!("{}:\n{}", assume.name, render(&faults, true)));
        let now = inventory.exported_at.expect("there are dates");
        let customer = customer(&inventory, assume, now);
        let mut clients = Vec::new();
        scenario_text::write_clients(&customer, &mut clients).expect("memory takes all");
        let clients = String::from_utf8(clients).expect("names are UTF-8");
        let text = scenario_text::scenario(&customer, "clients.csv", clients.as_bytes());
        let checked = scenario::check(&text, &assume.name, &|_| Ok(clients.clone()))
            .unwrap_or_else(|faults| panic!("{}: {faults:#?}\n{text}", assume.name));
        Imported { inventory, customer, checked }
    }

    /// The scenario as it stands so long after the export.
    pub fn after(&self, duration: Span) -> Scenario {
        Scenario { duration, ..self.checked.scenario.clone() }
    }

    pub fn audit(&self) -> Audit {
        let at_once = self.after(Span::ZERO);
        audit(&at_once, &self.customer.findings, |_, _| ControlFlow::Continue(())).expect("nobody interrupts")
    }

    pub fn diagnosis(&self, after: Span) -> Diagnosis {
        diagnose(&self.after(after), |_, _| ControlFlow::Continue(())).expect("nobody interrupts")
    }
}
