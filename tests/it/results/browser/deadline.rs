//! How long anything here is waited for: a browser that hangs fails a test, it does not hang it.

use std::time::{Duration, Instant};

/// What a browser may take for one answer. It takes milliseconds, but seconds to start while all
/// other tests run.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Deadline {
    from: Instant,
    limit: Duration,
}

impl Deadline {
    #[allow(clippy::disallowed_methods)] // how long a browser takes changes no result
    pub fn after(limit: Duration) -> Deadline {
        Deadline { from: Instant::now(), limit }
    }

    /// What is left of it; never zero, which a socket takes for "for ever".
    pub fn left(&self) -> Option<Duration> {
        self.limit.checked_sub(self.from.elapsed()).filter(|left| !left.is_zero())
    }

    /// Whether `done` came true in time. It is asked at least once.
    pub fn wait_until(&self, mut done: impl FnMut() -> bool) -> bool {
        loop {
            if done() {
                return true;
            }
            if self.left().is_none() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_deadline_ends_the_waiting() {
    let mut asked = 0;
    assert!(!Deadline::after(Duration::from_millis(50)).wait_until(|| {
        asked += 1;
        false
    }));
    assert!(asked >= 1);
    assert!(Deadline::after(Duration::ZERO).left().is_none());
    assert!(Deadline::after(Duration::ZERO).wait_until(|| true));
}
