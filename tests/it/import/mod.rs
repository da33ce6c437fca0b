//! Is a customer's export read correctly?
//!
//! | module | question |
//! |---|---|
//! | `round_trip` | Do tables written from a simulated fleet give that fleet back, as far as tables can tell? |
//! | `false_positives` | Is a healthy fleet that looks ill in its tables left in peace? |
//! | `bad_exports` | Are bad tables refused with exact messages, and is nothing harmful or half-written left? |
//! | `anonymous` | Does `--anonymize` let nothing of a customer's names through, and change nothing else? |
//! | `dialects` | Is an estate the same whatever tool wrote its tables? |
//! | `exports` | Is each ready-made case recognised in a customer's export, and nothing beside it? |
//! | `large_export` | Does a large customer's export take seconds? |
//! | `planted` | Are the counts of an audit those of the faults planted in random estates? |

pub mod anonymous;
pub mod bad_exports;
pub mod dialects;
pub mod exports;
pub mod false_positives;
pub mod large_export;
pub mod planted;
pub mod round_trip;
