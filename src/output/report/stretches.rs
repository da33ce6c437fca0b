//! Time cut into stretches, for bars: what is counted since the row before adds up in each.

use crate::units::time::Span;

/// Most bars of a chart of bars.
const MOST_BARS: usize = 370;

/// Time cut into stretches of equal length, the last one perhaps shorter.
#[derive(Debug)]
pub struct Stretches {
    pub every: Span,
    until: f64,
}

impl Stretches {
    /// Not finer than the instants are, and not too many.
    pub fn of(at: &[f64]) -> Stretches {
        let until = at.last().copied().unwrap_or(0.0);
        let finest = if at.len() > 1 { at[1] - at[0] } else { until };
        let seconds = |span: &Span| span.ms() as f64 / 1e3;
        // Days, when there are enough of them: hours show when PCs are on, and little else.
        let coarse = if until >= seconds(&Span::days(14)) { seconds(&Span::DAY) } else { 0.0 };
        let fits = |span: &Span| {
            seconds(span) >= finest.max(coarse)
                && (seconds(span) / finest).fract() == 0.0
                && until / seconds(span) <= MOST_BARS as f64
        };
        let steps = [1, 2, 3, 6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 28].map(Span::hours);
        let finest_span = Span((finest * 1e3) as i64);
        let every = [finest_span].into_iter().chain(steps).find(fits);
        // Years of odd samples: as many samples as it takes.
        let so_many = (until / finest.max(1.0) / MOST_BARS as f64).ceil().max(1.0) as i64;
        Stretches { every: every.unwrap_or(Span(finest_span.ms().max(1) * so_many)), until }
    }

    /// Where the last one ends, in seconds.
    pub fn until(&self) -> f64 {
        self.until
    }

    fn seconds(&self) -> f64 {
        (self.every.ms() as f64 / 1e3).max(1e-3)
    }

    fn count(&self) -> usize {
        ((self.until / self.seconds()).ceil() as usize).max(1)
    }

    /// Where they begin, and the end.
    pub fn begins(&self) -> Vec<f64> {
        (0..self.count()).map(|n| n as f64 * self.seconds()).chain([self.until]).collect()
    }

    /// The stretch of an instant, which ends what it counts.
    pub fn of_instant(&self, at: f64) -> usize {
        (((at / self.seconds()).ceil() as usize).max(1) - 1).min(self.count() - 1)
    }

    /// Sums of what was counted up to each instant since the one before; the last is there twice, for the end.
    pub fn sums(&self, at: &[f64], counts: &[Option<f64>]) -> Vec<f64> {
        let mut sums = vec![0.0; self.count() + 1];
        for (at, count) in at.iter().zip(counts) {
            sums[self.of_instant(*at)] += count.unwrap_or(0.0);
        }
        sums[self.count()] = sums[self.count() - 1];
        sums
    }

    /// How long each is, in seconds.
    pub fn lengths(&self) -> Vec<f64> {
        let begins = self.begins();
        begins.windows(2).map(|pair| (pair[1] - pair[0]).max(1e-3)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_falls_into_the_stretch_that_it_ends() {
        // Ten days and a half, sampled every six hours; per day is too fine for none.
        let at: Vec<f64> = (0..=42).map(|n| f64::from(n) * 21_600.0).collect();
        let stretches = Stretches { every: Span::DAY, until: 907_200.0 };
        assert_eq!(stretches.begins().len(), 12);
        let sums = stretches.sums(&at, &vec![Some(1.0); 43]);
        // The row at the start counts nothing before it; it is added to the first stretch.
        assert_eq!(sums, [5.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 2.0, 2.0]);
        assert_eq!(stretches.lengths()[10], 43_200.0);
    }

    #[test]
    fn stretches_are_whole_samples_and_not_too_many() {
        let every = |step: f64, until: f64| {
            let at: Vec<f64> = (0..).map(|n| f64::from(n) * step).take_while(|at| *at <= until).collect();
            Stretches::of(&at).every
        };
        assert_eq!(every(86_400.0, 86_400.0 * 90.0), Span::DAY);
        assert_eq!(every(3_600.0, 86_400.0 * 365.0), Span::DAY);
        assert_eq!(every(3_600.0, 86_400.0 * 30.0), Span::DAY);
        assert_eq!(every(3_600.0, 86_400.0 * 13.0), Span::HOUR);
        assert_eq!(every(25_200.0, 86_400.0 * 3650.0).ms() % 25_200_000, 0);
    }
}
