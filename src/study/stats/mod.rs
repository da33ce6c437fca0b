//! Statistics over replications: exact where integers allow it, identical on every machine.
//!
//! | file | holds |
//! |---|---|
//! | [`distribution`] | one number a replication → mean, spread, quantiles, in bounded memory |
//! | [`interval`] | confidence intervals of means and probabilities |
//! | `beta` | the one special function behind them |
//! | `wide` | integers of 256 bits |
//!
//! Floating point is used at the end only, on exact sums, with `+ - * /`, `sqrt` and `libm`.

mod beta;
pub mod distribution;
pub mod interval;
mod wide;
