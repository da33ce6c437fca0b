//! Before anything large is begun: is there the memory for it, and the patience?
//!
//! Linux tells what is available: of the machine, of the container, and by `ulimit -v`. Elsewhere a fixed limit
//! stands in. `--anyway` goes on past both.

use std::fs;

use super::exit::Failure;
use crate::study::need::Need;

/// Most bytes where the system does not tell what is available.
const UNTOLD: f64 = 16.0 * GIB;
/// Most events of one run: half an hour at the speed that is promised.
const MOST_EVENTS: f64 = 1e10;
const EVENTS_A_SECOND: f64 = 5e6;

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// Refuses what needs more than there is.
///
/// # Errors
/// When it does, and not `anyway`.
pub fn check(needs: &[Need], anyway: bool) -> Result<(), Failure> {
    if anyway {
        return Ok(());
    }
    let memory: Vec<_> = needs.iter().flat_map(|need| need.memory.iter().copied()).collect();
    let ((bytes, most), available) = (Need::sum(&memory), available());
    if bytes > available {
        let largest = needs.iter().map(|need| &need.largest_group).find(|name| !name.is_empty());
        let clients = largest.map_or_else(String::new, |name| format!(" (`groups.{name}` has most)"));
        return Err(refused(&format!(
            "this takes about {:.1} GiB of memory, most of it for {most}, and {:.1} GiB are available\n  help: fewer \
             clients{clients}, fewer rows (`timeline.every`) or fewer --threads; or try it --anyway",
            bytes / GIB,
            available / GIB,
        )));
    }
    for need in needs {
        let (events, most) = Need::sum(&need.events);
        if events > MOST_EVENTS {
            return Err(refused(&format!(
                "a run has about {events:.1e} events, most of them {most}; the limit is {MOST_EVENTS:.0e}\n  help: let \
                 them come round less often, for a shorter time, or with fewer clients; or go on --anyway: it takes \
                 about {:.0} hours",
                (events / EVENTS_A_SECOND / 3600.0).ceil(),
            )));
        }
    }
    Ok(())
}

fn refused(why: &str) -> Failure {
    Failure::invalid(format!("error: {why}\nnothing was simulated\n"))
}

/// Bytes that can be had.
fn available() -> f64 {
    let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let containers = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let told = containers.iter().map(|path| text(path).trim().parse::<f64>().ok());
    let told = told.chain([of_machine(&text("/proc/meminfo")), of_process(&text("/proc/self/limits"))]);
    told.flatten().min_by(f64::total_cmp).unwrap_or(UNTOLD)
}

/// `MemAvailable:   22630164 kB`
fn of_machine(meminfo: &str) -> Option<f64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

/// `Max address space         400000000            unlimited            bytes`
fn of_process(limits: &str) -> Option<f64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_tells_is_understood() {
        assert_eq!(of_machine("MemTotal: 9 kB\nMemAvailable:   22630164 kB\n"), Some(22_630_164.0 * 1024.0));
        assert_eq!(of_machine("nonsense"), None);
        let limits =
            |soft: &str| format!("Limit  Soft  Hard\nMax address space         {soft}   unlimited   bytes\n");
        assert_eq!(of_process(&limits("400000000")), Some(400_000_000.0));
        assert_eq!(of_process(&limits("unlimited")), None);
    }
}
