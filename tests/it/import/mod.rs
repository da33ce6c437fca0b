//! Is a customer's export read correctly?
//!
//! | module | question |
//! |---|---|
//! | `round_trip` | Do tables written from a simulated fleet give that fleet back, as far as tables can tell? |
//! | `false_positives` | Is a healthy fleet that looks ill in its tables left in peace? |
//! | `bad_exports` | Are bad tables refused with exact messages, and is nothing harmful or half-written left? |
//! | `anonymous` | Does `--anonymize` let nothing of a customer's names through, and change nothing else? |
//! | `dialects` | Is an estate the same whatever tool wrote its tables? |
//! | `evidence` | Is evidence weighed: flags against reports, targets against scans, one clock against all? |
//! | `exports` | Is each ready-made case recognised in a customer's export, and nothing beside it? |
//! | `accounting` | Is every record in exactly one row, and do all views count alike? |
//! | `audit_page` | Does the page of an audit say what the audit says, and nothing that it should not? |
//! | `explained` | Is a client found by every name that the tables have, and told as they tell it? |
//! | `large_export` | Does a large customer's export take seconds? |
//! | `change` | Do two exports tell what was done in between, and what came of it? |
//! | `key` | Does the key of an anonymized export lead back to its names, and is it kept apart? |
//! | `sql` | Are the tables taken that the queries of `import --sql` make? |
//! | `pool` | Is it clear whose licenses they are, how many, and what was and will be in force? |
//! | `planted` | Are the counts of an audit those of the faults planted in random estates? |

pub mod accounting;
pub mod anonymous;
pub mod audit_page;
pub mod bad_exports;
pub mod change;
pub mod dialects;
pub mod evidence;
pub mod explained;
pub mod exports;
pub mod false_positives;
pub mod key;
pub mod large_export;
pub mod planted;
pub mod pool;
pub mod round_trip;
pub mod sql;
