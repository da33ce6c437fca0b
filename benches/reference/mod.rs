//! The reference workload (`scenarios/bench/reference-*.yaml`), simulated twice: by the model, and
//! by a loop written by hand for nothing else. Shared by the benches `handwritten` and `fleet`.

pub mod handwritten;
pub mod hold;
pub mod model;
pub mod promises;

use std::time::Instant;

/// What a simulation of the workload comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Enrolments, inventories, packages and scans. Other steps take no time and count nothing.
    pub events: u64,
    /// Licenses in use at the end.
    pub licenses: u64,
    pub rejections: u64,
}

/// A quantity's expectation per client, and the standard deviation of one client's share of it.
struct Law {
    mean: f64,
    deviation: f64,
}

/// Three events before the scans. A client's package is there 12 h + 12 h + 10 min after the start
/// on average, and scans every 4 h follow until 720 h; as it comes at any time of a period with the
/// same likelihood, half a scan is lost: 3 + 695.83 / 4 − 1/2. The deviation is that of two
/// uniform days, in periods, and 0.3 for the rounding to whole scans.
const EVENTS: Law = Law { mean: 176.4583, deviation: 2.47 };

/// The last fifth of the clients is rejected at each of its 169.99 scans: first scans fall later
/// than 37.0 h for one in five, 38.05 h on average. Deviation: of (arrival − threshold)⁺, in periods.
const REJECTIONS: Law = Law { mean: 33.998, deviation: 0.66 };

/// Licenses there are, per client: one in five clients goes without.
fn licenses(clients: u32) -> u64 {
    u64::from(clients) * 4 / 5
}

impl Law {
    /// Is the total over all clients within four standard errors of what is expected?
    fn assert_agrees(&self, what: &str, program: &str, total: u64, clients: u32) {
        let n = f64::from(clients);
        let away = (total as f64 - n * self.mean) / (self.deviation * n.sqrt());
        assert!(away.abs() < 4.0, "{program}: {total} {what}, {away:.1} standard errors from theory");
    }

    /// The same for two independent simulations, whose difference has √2 times the standard error.
    fn assert_same(&self, what: &str, [a, b]: [u64; 2], clients: u32) {
        let away = (a as f64 - b as f64) / (self.deviation * (2.0 * f64::from(clients)).sqrt());
        assert!(away.abs() < 4.0, "{a} and {b} {what}: {away:.1} standard errors apart");
    }
}

/// Both agree with theory and with each other.
pub fn assert_agreement(clients: u32, handwritten: Counts, model: Counts) {
    for (program, counts) in [("handwritten", handwritten), ("model", model)] {
        EVENTS.assert_agrees("events", program, counts.events, clients);
        REJECTIONS.assert_agrees("rejections", program, counts.rejections, clients);
        assert_eq!(counts.licenses, licenses(clients), "{program}: licenses in use at the end");
    }
    EVENTS.assert_same("events", [handwritten.events, model.events], clients);
    REJECTIONS.assert_same("rejections", [handwritten.rejections, model.rejections], clients);
}

/// A size of the workload.
#[derive(Clone, Copy)]
pub struct Size {
    pub name: &'static str,
    /// Its scenario.
    pub stem: &'static str,
    pub clients: u32,
    /// How often it is measured.
    pub runs: usize,
}

const SIZES: [Size; 3] = [
    Size { name: "100k", stem: "reference-100k-30d", clients: 100_000, runs: 5 },
    Size { name: "1m", stem: "reference-1m-30d", clients: 1_000_000, runs: 3 },
    Size { name: "10m", stem: "reference-10m-30d", clients: 10_000_000, runs: 1 },
];

/// The size named on the command line (`cargo bench --bench fleet -- 1m`), or 100,000 clients.
pub fn chosen_size() -> Size {
    let named = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let Some(name) = named else { return SIZES[0] };
    *SIZES.iter().find(|size| size.name == name).unwrap_or_else(|| panic!("sizes: 100k, 1m, 10m; not {name}"))
}

/// What a piece of work returns, and the seconds it took.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock; no result depends on it")]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64())
}

/// The middle one of an odd number of measurements.
pub fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
