//! Numbers as people write them, as far as layers below `output` need it; the rest is in `output/prose/numbers`.

/// `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 client`, `12,345 clients`.
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), plural(number))
}

/// The ending of a noun: `1 client`, `2 clients`.
pub fn plural(number: u64) -> &'static str {
    if number == 1 { "" } else { "s" }
}

/// A finite number, and whether it was written as a percentage: `0.5` is 0.5, `2%` is 0.02.
pub fn number_or_percentage(typed: &str) -> Option<(f64, bool)> {
    let (number, whole) = match typed.strip_suffix('%') {
        Some(percent) => (percent, 100.0),
        None => (typed, 1.0),
    };
    let number = number.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some((number / whole, whole > 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_the_share_it_stands_for() {
        for (typed, expected) in
            [("2%", (0.02, true)), ("100 %", (1.0, true)), ("0.9", (0.9, false)), ("-1", (-1.0, false))]
        {
            assert_eq!(number_or_percentage(typed), Some(expected), "{typed}");
        }
        for typed in ["", "%", "nan", "inf%", "2%%", "two"] {
            assert_eq!(number_or_percentage(typed), None, "{typed}");
        }
    }

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        assert_eq!([12, 1_234_567].map(grouped), ["12", "1,234,567"]);
        assert_eq!([0, 1, 1_000].map(|n| counted(n, "client")), ["0 clients", "1 client", "1,000 clients"]);
    }
}
