//! Sizes, bandwidths, shares and rates as values of a scenario.

use crate::scenario::fault::Fault;
use crate::scenario::model::Share;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::suggestions;
use crate::scenario::values::decimal::{DURATION_UNITS, Decimal};
use crate::scenario::values::words::text;
use crate::scenario::yaml::Node;

const SIZE_UNITS: [(&str, i128); 8] = [
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// A size in bytes: `40 MB`.
pub fn size(node: &Node, _: &Reader) -> Read<u64> {
    let help = "sizes: 500 kB, 40 MB, 1.5 GB (powers of 1000), or KiB, MiB, GiB";
    let typed = text(node, "a size such as `40 MB`")?;
    if typed == "0" {
        return Ok(0);
    }
    with_unit(typed, &SIZE_UNITS)
        .ok_or_else(|| Fault::at(node.at, format!("`{typed}` is not a size")).help(help))
        .map(|bytes| bytes as u64)
}

const BANDWIDTH_UNITS: [(&str, i128); 8] = [
    ("bit/s", 1),
    ("kbit/s", 1_000),
    ("Mbit/s", 1_000_000),
    ("Gbit/s", 1_000_000_000),
    ("B/s", 8),
    ("kB/s", 8_000),
    ("MB/s", 8_000_000),
    ("GB/s", 8_000_000_000),
];

/// A bandwidth in bits per second, or `unlimited` (`None`).
pub fn bandwidth(node: &Node, _: &Reader) -> Read<Option<u64>> {
    let typed = text(node, "a bandwidth such as `100 Mbit/s`")?;
    if typed == "unlimited" {
        return Ok(None);
    }
    match with_unit(typed, &BANDWIDTH_UNITS) {
        Some(0) => Err(Fault::at(node.at, "must be more than zero".into())),
        // 100 Tbit/s; keeps the products of the download arithmetic far inside 128 bits.
        Some(bits) if bits > 100_000_000_000_000 => {
            Err(Fault::at(node.at, "more than 100,000 Gbit/s".into()).help("`unlimited`, or less"))
        }
        Some(bits) => Ok(Some(bits as u64)),
        None => Err(Fault::at(node.at, format!("`{typed}` is not a bandwidth"))
            .help("bandwidths: 100 Mbit/s, 1 Gbit/s, 10 MB/s, or `unlimited`")),
    }
}

/// A share such as `40%`, no finer than a millionth. `example`, `form`: what a fault shows.
pub fn share(example: &'static str, form: &'static str) -> impl Fn(&Node, &Reader) -> Read<Share> {
    move |node, _| {
        let typed = text(node, &format!("a share such as `{example}`"))?;
        share_text(typed).ok_or_else(|| {
            Fault::at(node.at, format!("`{typed}` is not a share")).help(share_help(typed, form))
        })
    }
}

/// Parses a share.
fn share_text(typed: &str) -> Option<Share> {
    let millionths = with_unit(typed.trim(), &[("%", 10_000)])?;
    let millionths = u32::try_from(millionths).ok().filter(|parts| *parts <= Share::ALL.millionths)?;
    Some(Share { millionths })
}

/// A share as [`share`] reads it.
pub fn written_share(share: Share) -> String {
    let (whole, rest) = (share.millionths / 10_000, share.millionths % 10_000);
    match format!("{rest:04}").trim_end_matches('0') {
        "" => format!("{whole}%"),
        fraction => format!("{whole}.{fraction}%"),
    }
}

/// How a share is written; a plain number, which people read as one or a hundredth of it, as a percentage.
fn share_help(typed: &str, form: &str) -> String {
    match suggestions::percentage(typed) {
        Some(percentage) => format!("write {percentage}: a share has its percent sign"),
        None => form.into(),
    }
}

fn with_unit(typed: &str, units: &[(&str, i128)]) -> Option<i64> {
    let split = typed.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = typed.split_at(split);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim())?;
    Decimal::parse(number)?.times(*factor)
}

/// A rate such as `10/d`, as the mean time between two arrivals in milliseconds.
pub fn rate(node: &Node, _: &Reader) -> Read<f64> {
    let typed = text(node, "a rate such as `10/d`")?;
    let parts = typed.split_once('/').map(|(n, unit)| (n.trim(), unit.trim()));
    let mean = parts.and_then(|(number, unit)| {
        let (_, ms) = DURATION_UNITS.iter().find(|(name, _)| *name == unit)?;
        let number = Decimal::parse(number).filter(|d| d.mantissa > 0)?;
        Some(*ms as f64 / number.to_f64())
    });
    mean.ok_or_else(|| {
        Fault::at(node.at, format!("`{typed}` is not a rate"))
            .help("rates: 10/d, 2.5/h, 40/m, and more than zero")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_as_they_are_read() {
        for (millionths, written) in
            [(0, "0%"), (125_000, "12.5%"), (400_000, "40%"), (1, "0.0001%"), (1_000_000, "100%")]
        {
            assert_eq!(written_share(Share { millionths }), written);
            assert_eq!(share_text(written), Some(Share { millionths }));
        }
    }

    #[test]
    fn quantities_with_units() {
        assert_eq!(with_unit("40 MB", &SIZE_UNITS), Some(40_000_000));
        assert_eq!(with_unit("1.5GiB", &SIZE_UNITS), Some(1_610_612_736));
        assert_eq!(with_unit("1 Gbit/s", &BANDWIDTH_UNITS), Some(1_000_000_000));
        assert_eq!(with_unit("10 MB/s", &BANDWIDTH_UNITS), Some(80_000_000));
        assert_eq!(with_unit("40", &SIZE_UNITS), None);
        assert_eq!(with_unit("0.3 B", &SIZE_UNITS), None);
    }
}
