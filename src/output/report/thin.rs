//! Fewer points that look the same.
//!
//! A picture has so many columns of pixels; of all points in one, the first, the last, the lowest and the
//! highest draw the same line as all of them (M4 aggregation: Jugel, Jerzak, Hackenbroich and Markl, VLDB 2014).

/// The places of the points to keep, ascending: M4 over `columns` stretches of equal width of ascending `x`.
pub fn m4(x: &[f64], y: &[Option<f64>], columns: usize) -> Vec<usize> {
    if x.len() <= 4 * columns {
        return (0..x.len()).collect();
    }
    let (low, high) = (x[0], x[x.len() - 1]);
    let column = |at: usize| (((x[at] - low) / (high - low)) * columns as f64) as usize;
    let mut kept = Vec::new();
    let mut from = 0;
    while from < x.len() {
        let until = (from..x.len()).find(|at| column(*at) != column(from)).unwrap_or(x.len());
        let value = |at: &usize| y[*at].unwrap_or(0.0);
        let lowest = (from..until).min_by(|a, b| value(a).total_cmp(&value(b))).unwrap_or(from);
        let highest = (from..until).max_by(|a, b| value(a).total_cmp(&value(b))).unwrap_or(from);
        // Where a line ends or begins in the stretch is kept, too.
        let turns = (from + 1..until).filter(|at| y[*at].is_some() != y[at - 1].is_some());
        kept.extend([from, lowest, highest, until - 1].into_iter().chain(turns.flat_map(|at| [at - 1, at])));
        from = until;
    }
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// The places of at most about `most` rows such that no line loses a lowest or highest point of a stretch.
pub fn rows(x: &[f64], lines: &[&[Option<f64>]], most: usize) -> Vec<usize> {
    if x.len() <= most {
        return (0..x.len()).collect();
    }
    let columns = (most / (4 * lines.len().max(1))).max(1);
    let mut kept: Vec<usize> = lines.iter().flat_map(|y| m4(x, y, columns)).collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// About `most` places, evenly spaced, with the first and the last.
pub fn evenly(len: usize, most: usize) -> Vec<usize> {
    if len <= most {
        return (0..len).collect();
    }
    let mut kept: Vec<usize> = (0..most).map(|i| i * (len - 1) / (most - 1)).collect();
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_and_gaps_are_kept() {
        let x: Vec<f64> = (0..10_000).map(f64::from).collect();
        let mut y: Vec<Option<f64>> = x.iter().map(|x| Some(x % 7.0)).collect();
        y[4_321] = Some(99.0);
        y[7_654] = Some(-5.0);
        (5_000..5_003).for_each(|gap| y[gap] = None);
        let kept = m4(&x, &y, 100);
        assert!(kept.len() <= 4 * 101 + 8, "{}", kept.len());
        for at in [0, 4_321, 7_654, 4_999, 5_000, 5_003, 9_999] {
            assert!(kept.contains(&at), "{at}");
        }
        assert!(kept.is_sorted());
        let rows = rows(&x, &[&y, &vec![Some(1.0); 10_000]], 1_000);
        assert!(rows.len() <= 1_200 && rows.contains(&4_321) && rows.contains(&7_654));
    }

    #[test]
    fn few_points_are_left_alone() {
        assert_eq!(m4(&[0.0, 1.0], &[Some(1.0), None], 9), [0, 1]);
        assert_eq!(rows(&[0.0, 1.0], &[], 9), [0, 1]);
        assert_eq!(evenly(5, 9), [0, 1, 2, 3, 4]);
        assert_eq!(evenly(100, 4), [0, 33, 66, 99]);
        assert!(m4(&[], &[], 9).is_empty());
    }

    /// All points at one place: no stretch has a width.
    #[test]
    fn points_of_one_place_are_one_stretch() {
        let y: Vec<Option<f64>> = (0..50).map(|y| Some(f64::from(y))).collect();
        assert_eq!(m4(&[3.0; 50], &y, 2), [0, 49]);
    }
}
