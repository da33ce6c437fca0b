//! Downloads of a site: a bandwidth that all of them share, or slots of a given time; and a limit on
//! how many run at once, the others waiting first come, first served.
//!
//! Sharing is *processor sharing by virtual time*. All downloads in progress get the same rate,
//! `min(per_client, bandwidth / n)`, so it is enough to keep one number, the work each of them has
//! been given since the site was last idle. A download that starts at work `w` with `b` bytes is
//! complete at work `w + b`; the next one to complete is the top of a heap, whatever starts or stops
//! in between. An event costs O(log n), not O(n).
//!
//! Arithmetic is exact to 2⁻¹⁶ byte and 2⁻¹⁶ ms in integers. The fluid clock runs in those fractions;
//! only the instants the fleet sees are rounded, to the nearest millisecond, so errors do not add up.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::fact::Package;
use crate::scenario::model::{Link, Site};
use crate::words::time::{Span, Time};

/// A download as the fleet asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Download {
    pub client: u32,
    pub package: Package,
    /// Epoch of the client; a download of an older one has been broken off.
    pub epoch: u16,
    pub bytes: u64,
    /// How long it takes where the site has a law for that.
    pub time: Span,
    pub requested: Time,
}

/// What became of a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Started(Download),
    /// It had started at this instant.
    Completed(Download, Time),
}

/// Fractions of a byte and of a millisecond kept: 2^16.
const FRACTION: u32 = 16;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Active {
    /// Work (bytes) or fluid time at which it is complete, in 2^-16.
    complete_at: u128,
    download: Download,
    started: Time,
}

/// The downloads of one site.
#[derive(Debug)]
pub struct Downloads {
    /// `None`: every download takes its own time.
    shared: Option<Shared>,
    limit: u32,
    active: BinaryHeap<Reverse<Active>>,
    /// Downloads in progress that have not been broken off.
    running: u32,
    waiting: VecDeque<Download>,
    /// Bytes each download in progress was given since the site was idle, in 2^-16 byte.
    work: u128,
    /// Instant up to which `work` is reckoned, in 2^-16 ms.
    fluid: i64,
    /// When the site wants to be looked at again, and which arming that is.
    alarm: Time,
    pub arming: u16,
}

#[derive(Debug, Clone, Copy)]
struct Shared {
    bandwidth: Option<u64>,
    per_client: Option<u64>,
}

impl Shared {
    /// Bits per second of each of `n` downloads, as a fraction; `None`: without limit.
    fn rate(self, n: u32) -> Option<(u128, u128)> {
        let n = u128::from(n.max(1));
        match (self.bandwidth.map(u128::from), self.per_client.map(u128::from)) {
            (None, None) => None,
            (None, Some(cap)) => Some((cap, 1)),
            (Some(all), Some(cap)) if cap * n <= all => Some((cap, 1)),
            (Some(all), _) => Some((all, n)),
        }
    }
}

/// Bits in a byte times milliseconds in a second.
const BITS_MS: u128 = 8_000;

impl Downloads {
    pub fn new(site: &Site) -> Downloads {
        let shared = match site.link {
            Link::Shared { bandwidth, per_client } => Some(Shared { bandwidth, per_client }),
            Link::Time(_) => None,
        };
        Downloads {
            shared,
            limit: site.concurrent.unwrap_or(u32::MAX),
            active: BinaryHeap::new(),
            running: 0,
            waiting: VecDeque::new(),
            work: 0,
            fluid: 0,
            alarm: Time::NEVER,
            arming: 0,
        }
    }

    /// A client asks for a download. Returns whether it started at once; else it waits for a slot.
    ///
    /// The site must have been settled at this instant.
    pub fn request(&mut self, now: Time, download: Download) -> bool {
        if self.running >= self.limit {
            self.waiting.push_back(download);
            return false;
        }
        self.start(now, download);
        true
    }

    fn start(&mut self, now: Time, download: Download) {
        let complete_at = match self.shared {
            Some(_) => self.work + (u128::from(download.bytes) << FRACTION),
            None => (self.fluid.max(now.ms() << FRACTION) + (download.time.ms() << FRACTION)) as u128,
        };
        self.running += 1;
        self.active.push(Reverse(Active { complete_at, download, started: now }));
    }

    /// A client broke a download off that was in progress (not: waiting). Its share goes to the others.
    pub fn break_off(&mut self) {
        assert!(self.running > 0, "a download is broken off that does not run");
        self.running -= 1;
    }

    /// Completes what is due by `now` and lets waiting downloads start, in order.
    ///
    /// `current` tells whether a client is still in that epoch; downloads of older ones are dropped.
    pub fn settle(&mut self, now: Time, current: impl Fn(u32, u16) -> bool) -> Vec<Progress> {
        let mut progress = Vec::new();
        self.start_waiting(now, &current, &mut progress);
        while let Some(due) = self.next_completion(&current).filter(|due| nearest_ms(*due) <= now) {
            self.advance(due);
            let Reverse(done) = self.active.pop().expect("something is due");
            self.running -= 1;
            progress.push(Progress::Completed(done.download, done.started));
            self.start_waiting(now, &current, &mut progress);
        }
        self.advance(now.ms() << FRACTION);
        progress
    }

    fn start_waiting(
        &mut self,
        now: Time,
        current: &impl Fn(u32, u16) -> bool,
        progress: &mut Vec<Progress>,
    ) {
        while self.running < self.limit {
            let Some(next) = self.waiting.pop_front() else { return };
            if current(next.client, next.epoch) {
                self.start(now, next);
                progress.push(Progress::Started(next));
            }
        }
    }

    /// Moves the fluid clock; nothing completes in between.
    fn advance(&mut self, to: i64) {
        let elapsed = (to - self.fluid).max(0) as u128;
        self.fluid = self.fluid.max(to);
        if self.running == 0 {
            self.work = 0;
            return;
        }
        if let Some((bits, per)) = self.shared.and_then(|shared| shared.rate(self.running)) {
            self.work += elapsed * bits / (BITS_MS * per);
        }
    }

    /// The fluid instant of the next completion.
    fn next_completion(&mut self, current: &impl Fn(u32, u16) -> bool) -> Option<i64> {
        while let Some(Reverse(next)) = self.active.peek() {
            if current(next.download.client, next.download.epoch) {
                break;
            }
            self.active.pop();
        }
        let Reverse(next) = self.active.peek()?;
        let Some(shared) = self.shared else { return Some(next.complete_at as i64) };
        let left = next.complete_at.saturating_sub(self.work);
        let wait = match shared.rate(self.running) {
            None => 0,
            Some((bits, per)) => (left * BITS_MS * per).div_ceil(bits),
        };
        Some(self.fluid.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX / 2)))
    }

    /// When to look at the site again, if that is earlier than already arranged.
    pub fn rearm(&mut self, current: impl Fn(u32, u16) -> bool) -> Option<Time> {
        let at = nearest_ms(self.next_completion(&current)?);
        if at >= self.alarm {
            return None;
        }
        self.alarm = at;
        self.arming = self.arming.wrapping_add(1);
        Some(at)
    }

    /// The arranged instant has come.
    pub fn alarm_rang(&mut self) {
        self.alarm = Time::NEVER;
    }
}

/// A fluid instant, rounded to the nearest millisecond.
fn nearest_ms(fluid: i64) -> Time {
    Time(fluid.saturating_add(1 << (FRACTION - 1)) >> FRACTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(bandwidth: Option<u64>, per_client: Option<u64>, concurrent: Option<u32>) -> Downloads {
        Downloads::new(&Site { name: "s".into(), link: Link::Shared { bandwidth, per_client }, concurrent })
    }

    fn download(client: u32, bytes: u64, at: i64) -> Download {
        Download { client, package: Package::Plugin, epoch: 0, bytes, time: Span::ZERO, requested: Time(at) }
    }

    /// Runs requests (ms, bytes) through a site; completion ms by client.
    fn completions(mut site: Downloads, requests: &[(i64, u64)]) -> Vec<i64> {
        let mut done = vec![0; requests.len()];
        let mut pending: VecDeque<_> = requests.iter().enumerate().collect();
        loop {
            let next = site.next_completion(&|_, _| true).map(nearest_ms);
            let arrival = pending.front().map(|(_, (at, _))| Time(*at));
            let now = match (next, arrival) {
                (None, None) => return done,
                (next, arrival) => next.unwrap_or(Time::NEVER).min(arrival.unwrap_or(Time::NEVER)),
            };
            for step in site.settle(now, |_, _| true) {
                if let Progress::Completed(download, _) = step {
                    done[download.client as usize] = now.ms();
                }
            }
            while pending.front().is_some_and(|(_, (at, _))| Time(*at) == now) {
                let (client, (at, bytes)) = pending.pop_front().unwrap();
                site.request(now, download(client as u32, *bytes, *at));
            }
        }
    }

    #[test]
    fn a_shared_link_gives_everyone_the_same_rate() {
        const MB: u64 = 1_000_000;
        let ten_mb_s = Some(80 * MB);
        // 100 MB at 0, 0 and 5 s and 50 MB at 30 s over 10 MB/s.
        let requests = [(0, 100 * MB), (0, 100 * MB), (5_000, 100 * MB), (30_000, 50 * MB)];
        assert_eq!(completions(site(ten_mb_s, None, None), &requests), [27_500, 27_500, 30_000, 35_000]);
        // A cap of 2 MB/s binds with up to five downloads.
        let capped = site(ten_mb_s, Some(16 * MB), None);
        assert_eq!(completions(capped, &requests[..3]), [50_000, 50_000, 55_000]);
        // One at a time: in order of request.
        let single = site(ten_mb_s, None, Some(1));
        assert_eq!(completions(single, &requests), [10_000, 20_000, 30_000, 35_000]);
        // No limit at all: at once.
        assert_eq!(completions(site(None, None, None), &requests), [0, 0, 5_000, 30_000]);
    }

    #[test]
    fn a_download_broken_off_leaves_its_share_to_the_others() {
        let mut site = site(Some(8_000), None, None); // one byte a millisecond
        site.request(Time(0), download(0, 100, 0));
        site.request(Time(0), download(1, 100, 0));
        assert_eq!(site.settle(Time(100), |_, _| true), []);
        site.break_off(); // client 0, after 50 bytes
        let current = |client: u32, _: u16| client == 1;
        assert_eq!(site.rearm(current), Some(Time(150)));
        let done = site.settle(Time(150), current);
        assert_eq!(done, [Progress::Completed(download(1, 100, 0), Time(0))]);
    }
}
