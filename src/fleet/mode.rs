//! How a run is simulated.

/// How a run is simulated; no result depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// Every scan is an event.
    pub exhaustive: bool,
    /// Threads that count the scans of parked clients.
    pub threads: usize,
}

impl Default for Mode {
    fn default() -> Mode {
        Mode { exhaustive: false, threads: 1 }
    }
}
