//! Before anything large is begun: is there the memory for it, and the patience?
//!
//! Linux tells what is available ([`crate::cli::limits`]); macOS and Windows do not, and a fixed limit stands in.
//! `--anyway` goes on past it, `--estimate` says what is needed and does nothing.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cli::args::Limits;
use crate::cli::exit::Failure;
use crate::cli::limits;
use crate::output::prose::numbers::{grouped, memory};
use crate::study::load_estimate::EstimatePart;
use crate::study::resource_estimate::{ResourceEstimate, of_clients_file};

/// Most bytes where the system does not tell what is available.
const UNTOLD: f64 = 16.0 * GIB;
/// Most events of one run: half an hour at the speed that is promised.
const MOST_EVENTS: f64 = 1e10;
const EVENTS_A_SECOND: f64 = 5e6;

const MIB: f64 = 1024.0 * 1024.0;
const GIB: f64 = 1024.0 * MIB;

/// Addresses are taken before they are used: tables that grow take up to twice as many as they fill.
const ADDRESSES: f64 = 1.5;
/// Addresses that the allocator of the GNU system sets aside for each thread, and its stack.
const ADDRESSES_OF_THREAD: f64 = 66.0 * MIB;

/// What the largest file of clients takes that was read, bytes.
static READ: AtomicU64 = AtomicU64::new(0);

/// What the command line says of limits.
static LIMITS: OnceLock<Limits> = OnceLock::new();

/// From now on these limits hold.
pub fn heed(limits: Limits) {
    let _ = LIMITS.set(limits);
}

fn asked() -> Limits {
    LIMITS.get().copied().unwrap_or_default()
}

/// Refuses what needs more than there is; says what is needed, if that is asked.
///
/// # Errors
/// When it does.
pub fn check(estimate: &ResourceEstimate) -> Result<(), Failure> {
    let estimate = &estimate.clone().or_reading(READ.load(Ordering::Relaxed) as f64).with_slack();
    if asked().estimate {
        return Err(Failure::answered(in_words(estimate)));
    }
    if asked().anyway {
        return Ok(());
    }
    check_memory(estimate)?;
    let (events, most) = ResourceEstimate::sum(&estimate.events);
    if events > MOST_EVENTS {
        return Err(refused(&format!(
            "a run has about {events:.1e} events, most of them {most}; the limit is {MOST_EVENTS:.0e}\n  help: let \
             them come round less often, for a shorter time, or with fewer clients; or go on --anyway: it takes \
             about {:.0} hours",
            (events / EVENTS_A_SECOND / 3600.0).ceil(),
        )));
    }
    Ok(())
}

fn check_memory(estimate: &ResourceEstimate) -> Result<(), Failure> {
    let (bytes, most) = ResourceEstimate::sum(&estimate.memory);
    let available = available(estimate.threads);
    if bytes <= available {
        return Ok(());
    }
    let clients = match estimate.largest_group.as_str() {
        "" => String::new(),
        name => format!(" (`groups.{name}` has most)"),
    };
    let fewer = match estimate.events.is_empty() {
        true => "fewer rows in the files".to_string(),
        false => format!("fewer clients{clients}, fewer rows (`timeline.every`) or fewer --threads"),
    };
    Err(refused(&format!(
        "this takes about {} of memory, most of it for {most}, and {} are available\n  help: {fewer}; or try it --anyway",
        memory(bytes),
        memory(available),
    )))
}

/// Bytes that this process can have, with so many threads.
fn available(threads: usize) -> f64 {
    let of_system = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let resident = limits::resident(&of_system).unwrap_or(UNTOLD);
    let of_threads = if threads > 1 { threads as f64 * ADDRESSES_OF_THREAD } else { 0.0 };
    let addresses = limits::addresses(&of_system).map(|left| ((left - of_threads) / ADDRESSES).max(0.0));
    addresses.map_or(resident, |addresses| addresses.min(resident))
}

/// Before a file of data is read that a scenario names: its size tells what it takes.
///
/// # Errors
/// When that is more than there is.
pub fn before_reading(path: &Path) -> Result<(), String> {
    let Some(part) = of_file(path) else { return Ok(()) };
    READ.fetch_max(part.1 as u64, Ordering::Relaxed);
    // An estimate needs the file, too.
    let Limits { estimate, anyway } = asked();
    let (needed, available) =
        (ResourceEstimate::sum(&ResourceEstimate::of_reading([part]).memory).0, available(1));
    if estimate || anyway || needed <= available {
        return Ok(());
    }
    Err(format!(
        "{}: it takes about {} of memory to read this file, and {} are available; give it fewer rows or columns, or \
         try it --anyway",
        path.display(),
        memory(needed),
        memory(available),
    ))
}

/// What reading a file of clients takes.
fn of_file(path: &Path) -> Option<EstimatePart> {
    let Shape { bytes, rows, columns } = shape_of(path)?;
    // Its columns are the name, the group, and where clients stand.
    Some(of_clients_file(bytes, rows, columns > 2))
}

/// How large a table is.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub bytes: f64,
    pub rows: f64,
    pub columns: usize,
}

/// How large a table is, by its size and its first rows; `None`: it cannot be read.
pub fn shape_of(path: &Path) -> Option<Shape> {
    // A pipe is not looked at: what is read from it once is gone.
    let bytes = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len() as f64;
    let mut beginning = Vec::new();
    File::open(path).ok()?.take(1 << 16).read_to_end(&mut beginning).ok()?;
    let lines = beginning.iter().filter(|byte| **byte == b'\n').count();
    let header = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let columns = header.iter().filter(|byte| matches!(byte, b',' | b';' | b'\t')).count() + 1;
    let rows = bytes / (beginning.len() as f64 / lines.max(1) as f64).max(1.0);
    Some(Shape { bytes, rows, columns })
}

/// How large a table is whose rows are counted, and not guessed from the first ones: they may be shorter than others.
pub fn counted(path: &Path) -> Option<Shape> {
    let shape = shape_of(path)?;
    let (mut file, mut chunk, mut rows) = (File::open(path).ok()?, vec![0; 1 << 16], 0_u64);
    loop {
        match file.read(&mut chunk).ok()? {
            0 => return Some(Shape { rows: rows as f64, ..shape }),
            read => rows += chunk[..read].iter().filter(|byte| **byte == b'\n').count() as u64,
        }
    }
}

fn refused(why: &str) -> Failure {
    Failure::invalid(format!("error: {why}\nnothing was simulated\n"))
}

/// What is needed, part by part, largest first.
fn in_words(estimate: &ResourceEstimate) -> String {
    let part = |(what, bytes): &EstimatePart| format!("  {:>10}  {what}\n", memory(*bytes));
    let mut parts: Vec<_> =
        estimate.memory.iter().filter(|(_, bytes)| *bytes >= 0.05 * MIB).copied().collect();
    parts.sort_by(|one, other| other.1.total_cmp(&one.1));
    let events = match ResourceEstimate::sum(&estimate.events) {
        (events, most) if events >= 1.0 => {
            format!("estimate: about {} events a run, most of them {most}\n", grouped(events.ceil() as u64))
        }
        _ => String::new(),
    };
    let all = memory(ResourceEstimate::sum(&estimate.memory).0);
    format!("estimate: {all} of memory\n{}{events}", parts.iter().map(part).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_names_its_parts_largest_first() {
        let estimate = ResourceEstimate {
            memory: vec![("the program", 16.0 * MIB), ("nothing", 0.0), ("clients", 2.5 * GIB)],
            events: vec![("scans", 2e9), ("rows", 1.0)],
            ..ResourceEstimate::default()
        };
        assert_eq!(
            in_words(&estimate),
            "estimate: 2.5 GiB of memory\n     2.5 GiB  clients\n    16.0 MiB  the program\nestimate: about 2,000,000,001 events a \
             run, most of them scans\n"
        );
    }
}
