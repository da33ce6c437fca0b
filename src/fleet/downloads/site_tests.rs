//! Downloads through a site, worked out by hand.

use crate::fleet::downloads::site::{Answer, SiteDownloads, TransferStep};
use crate::fleet::downloads::transfers::Download;
use crate::fleet::fact::PackageKind;
use crate::scenario::model::{DAYS, Link, Outage, Site, Throttle, Weekly, Window};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

const MB: u64 = 1_000_000;
/// Bits per second of a byte a millisecond.
const BYTE_A_MS: u64 = 8_000;

fn site(bandwidth: Option<u64>, per_client: Option<u64>, concurrent: Option<u32>) -> Site {
    let link = Link::Shared { bandwidth, per_client };
    Site { name: "s".into(), link, concurrent, throttle: Vec::new(), blockouts: None, down: Vec::new() }
}

/// Every day from one millisecond after midnight until another.
fn daily(from: i64, until: i64) -> Weekly {
    let days: [Vec<Window>; DAYS] = std::array::from_fn(|_| vec![(Span(from), Span(until))]);
    Weekly::new(Time::START, 0, days)
}

fn throttle(from: i64, until: i64, bandwidth: Option<u64>, per_client: Option<u64>) -> Throttle {
    Throttle { when: daily(from, until), bandwidth, per_client }
}

fn download(number: u32, bytes: u64, at: i64) -> Download {
    let requested = Time(at);
    Download {
        client: ClientId(number),
        package: PackageKind::Plugin,
        bytes,
        left: bytes,
        requested,
        started: Time::NEVER,
        failures: 0,
    }
}

/// Instant (ms) and bytes of a request.
type Request = (i64, u64);

/// Runs requests through a site; completion ms by client, 0 for those refused.
fn completions(site: &Site, requests: &[Request]) -> Vec<i64> {
    let mut downloads = SiteDownloads::new(site, Vec::new());
    let mut done = vec![0; requests.len()];
    let mut pending = requests.iter().enumerate().peekable();
    loop {
        downloads.alarm_rang();
        let alarm = downloads.rearm();
        let arrival = pending.peek().map(|(_, (at, _))| Time(*at));
        let Some(now) = alarm.into_iter().chain(arrival).min() else { return done };
        for step in downloads.settle(now) {
            if let TransferStep::Completed(download) = step {
                done[download.client.index()] = now.ms();
            }
        }
        while let Some((number, (at, bytes))) = pending.next_if(|(_, (at, _))| Time(*at) == now) {
            downloads.request(now, download(number as u32, *bytes, *at));
        }
    }
}

#[test]
fn a_shared_link_gives_everyone_the_same_rate() {
    let ten_mb_s = Some(80 * MB);
    // 100 MB at 0, 0 and 5 s and 50 MB at 30 s over 10 MB/s.
    let requests = [(0, 100 * MB), (0, 100 * MB), (5_000, 100 * MB), (30_000, 50 * MB)];
    assert_eq!(completions(&site(ten_mb_s, None, None), &requests), [27_500, 27_500, 30_000, 35_000]);
    // A cap of 2 MB/s binds with up to five downloads.
    let capped = site(ten_mb_s, Some(16 * MB), None);
    assert_eq!(completions(&capped, &requests[..3]), [50_000, 50_000, 55_000]);
    // One at a time: in order of request.
    let single = site(ten_mb_s, None, Some(1));
    assert_eq!(completions(&single, &requests), [10_000, 20_000, 30_000, 35_000]);
    // No limit at all: at once.
    assert_eq!(completions(&site(None, None, None), &requests), [0, 0, 5_000, 30_000]);
}

#[test]
fn limits_change_in_the_middle_of_a_download() {
    let plain = || site(Some(BYTE_A_MS), None, None);
    let throttled = |throttle: Vec<Throttle>| Site { throttle, ..plain() };
    let half = Some(BYTE_A_MS / 2);
    let tenth = Some(BYTE_A_MS / 10);
    let distribution = Link::Time(crate::engine::distribution::Distribution::Constant(0));
    #[rustfmt::skip]
    let table: [(&str, Site, &[Request], &[i64]); 9] = [
        // 400 bytes before the period, 600 at half the rate
        ("a period begins", throttled(vec![throttle(400, 9_000, half, None)]), &[(0, 1_000)], &[1_600]),
        // 200 in 400 ms, then 800
        ("a period ends", throttled(vec![throttle(0, 400, half, None)]), &[(0, 1_000)], &[1_200]),
        // 400, then 100 in 200 ms, then 20 in 200 ms at the lowest, then 50 in 100 ms, then 430
        ("the lowest wins", throttled(vec![throttle(400, 900, half, None), throttle(600, 800, tenth, half)]),
            &[(0, 1_000)], &[1_330]),
        // the higher limit of a period does not matter
        ("a higher limit", throttled(vec![throttle(0, 9_000, Some(2 * BYTE_A_MS), None)]), &[(0, 1_000)], &[1_000]),
        // both get 1/2 by the bandwidth; from 400 on 1/10 by the cap: 200 + 800 / (1/10)
        ("a cap", throttled(vec![throttle(400, 9_999, None, tenth)]), &[(0, 1_000), (0, 1_000)], &[8_400, 8_400]),
        // 300 bytes, 500 ms of nothing, 700 bytes
        ("a blockout", Site { blockouts: Some(daily(300, 800)), ..plain() }, &[(0, 1_000)], &[1_500]),
        // what is complete as the blockout begins is complete
        ("just in time", Site { blockouts: Some(daily(1_000, 1_800)), ..plain() }, &[(0, 1_000), (900, 0)], &[1_000, 900]),
        // one slot: the second starts when the first is complete, 200 of its 400 before the blockout
        ("a queue", Site { blockouts: Some(daily(500, 800)), concurrent: Some(1), ..plain() },
            &[(0, 300), (0, 400)], &[300, 1_000]),
        // 300 ms of its 1,000, a blockout of 500 ms, 700 ms
        ("a time", Site { blockouts: Some(daily(300, 800)), link: distribution, ..plain() }, &[(0, 1_000)], &[1_500]),
    ];
    for (title, site, requests, done) in table {
        assert_eq!(completions(&site, requests), done, "{title}");
    }
}

#[test]
fn a_download_broken_off_leaves_its_share_to_the_others() {
    let site = site(Some(BYTE_A_MS), None, None);
    let mut downloads = SiteDownloads::new(&site, Vec::new());
    downloads.request(Time(0), download(0, 100, 0));
    downloads.request(Time(0), download(1, 100, 0));
    assert_eq!(downloads.settle(Time(100)), []);
    assert_eq!(downloads.withdraw(ClientId(0)).unwrap().left, 50); // client 0, after 50 bytes
    assert_eq!(downloads.rearm(), Some(Time(150)));
    let whole = Download { started: Time(0), ..download(1, 100, 0) };
    assert_eq!(downloads.settle(Time(150)), [TransferStep::Completed(whole)]);
}

#[test]
fn a_server_that_fails_keeps_what_was_loaded() {
    let site = site(Some(BYTE_A_MS), None, Some(2));
    let outages = vec![Outage { package: None, from: Time(300), until: Time(800) }];
    let mut downloads = SiteDownloads::new(&site, outages);
    let failed_before = Download { failures: 4, ..download(0, 1_000, 0) };
    assert_eq!(downloads.request(Time(0), failed_before), Answer::Started);
    assert_eq!(
        downloads.request(Time(0), Download { failures: 4, ..download(1, 1_001, 0) }),
        Answer::Started
    );
    assert_eq!(downloads.request(Time(0), Download { failures: 2, ..download(2, 500, 0) }), Answer::Queued);
    assert_eq!(downloads.settle(Time(300)), []);
    let left: Vec<_> =
        downloads.clients(None).iter().map(|client| downloads.withdraw(*client).unwrap()).collect();
    // Two of them had 150 bytes each, and begin anew to count failures; the third got nothing.
    let shown: Vec<_> = left.iter().map(|d| (d.client.0, d.left, d.failures)).collect();
    assert_eq!(shown, [(0, 850, 0), (1, 851, 0), (2, 500, 2)]);
    assert_eq!(downloads.rearm(), None, "an idle site wants nothing");
    for (at, answer) in [(300, Answer::Down), (799, Answer::Down), (800, Answer::Started)] {
        downloads.settle(Time(at));
        assert_eq!(downloads.request(Time(at), left[0]), answer, "{at}");
    }
    assert_eq!(downloads.rearm(), Some(Time(1_650)));
}
