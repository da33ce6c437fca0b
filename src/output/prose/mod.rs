//! All English about facts, answers, plans, numbers and dates.
//!
//! Functions take what lower layers found out and return text; nothing here decides, counts or writes. The
//! terminal prints whole answers (one file a command); reports and result files take single sentences. Where both
//! say the same, they call the same function; where their words differ, the two functions stand side by side, and
//! the one of the report ends in `_in_report`.
//!
//! Why in one place: an enum that gets a new variant does not compile before it has words, because the matches
//! are exhaustive; and a sentence is found, and changed, once. Not here: the words of a rule (`rules` keeps each
//! in the table with the rule's key and remedy), meanings of columns and measures (in their tables), and
//! messages about faults of input, which belong to the readers (`scenario`, `import`, `cli`).
//!
//! | file | puts into words |
//! |---|---|
//! | [`events`] | each event of a run: why, and on a line with time, client and rule |
//! | [`explain`] | `explain`: a client's history, and whether it holds a license |
//! | [`run`] | `run`: pool, clients, scans, updates at the end |
//! | [`self_check`] | `run --self-check` |
//! | [`check`] | `check`: other solutions |
//! | [`replicate`] | `replicate`: probabilities and spreads |
//! | [`size`] | `size`: the smallest pool, or the latest date |
//! | [`sweep`] | `sweep`: a line a point |
//! | [`compare`] | `compare`: clear differences, and where two runs part |
//! | [`diagnosis`] | `diagnose`: pool and fleet, reasons, licenses to free |
//! | [`plan`] | `diagnose --plan`: goal, steps, costs, effect, commands |
//! | [`audit`], [`audit_answer`] | `audit`: findings by part; what it comes to, in a sentence |
//! | [`license_files`] | `audit`: each license file and how it stands |
//! | [`audit_change`] | `audit` of several exports: what changed, what became of each finding |
//! | [`calendar`] | what a scenario lets happen at known instants |
//! | [`target`] | targets, and how figures stand to them |
//! | [`numbers`] | counts, shares, figures, sizes |
//! | [`dates`] | instants and durations |

pub mod audit;
pub mod audit_answer;
pub mod audit_change;
pub mod calendar;
pub mod check;
pub mod compare;
pub mod dates;
pub mod diagnosis;
pub mod events;
pub mod explain;
pub mod license_files;
pub mod numbers;
pub mod plan;
pub mod replicate;
pub mod run;
pub mod self_check;
pub mod size;
pub mod sweep;
pub mod target;
