//! Understands single values: durations, instants, sizes, bandwidths, rates, counts, switches.
//!
//! Units stand in the value (`4h`, `40 MB`, `1 Gbit/s`, `10/d`), so that no key needs a unit in its
//! name and no number can be misread. Decimals are exact: `10.25h` is 36,900,000 ms, and a value
//! finer than the millisecond, byte or bit it is kept in is refused rather than rounded.

mod decimal;
mod quantities;
mod times;
mod words;

pub use quantities::{bandwidth, rate, share, size, written_share};
pub use times::{
    civil, clock_time, date, date_time, date_time_text, duration, duration_text, instant, instant_text,
    positive_duration, signed_duration, since, time_of_day, whole_seconds,
};
pub use words::{integer, list, no_title, positive_number, switch, text, title, word};
