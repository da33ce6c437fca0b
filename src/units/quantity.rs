//! Numbers as people write them, as far as messages below `output` need it; the rest is in `output/prose/numbers`.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        assert_eq!([12, 1_234_567].map(grouped), ["12", "1,234,567"]);
        assert_eq!([0, 1, 1_000].map(|n| counted(n, "client")), ["0 clients", "1 client", "1,000 clients"]);
    }
}
