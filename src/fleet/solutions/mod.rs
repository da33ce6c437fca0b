//! Other solutions than Patch Management: the pool of each, what its computers send, how their licenses come back. S1, S2.
//!
//! | interface | for |
//! |---|---|
//! | `solution_file`, `solution_data` | the wing's events |
//! | `begin_solutions` | set-up |
//! | `start_solutions`, `stop_solutions` | an agent registers, or stops |
//! | `settle_solutions`, `refresh_solutions` | a record has a new status; the licensing refresh runs |
//! | `target_solution` | actions of administrators |
//! | [`SolutionBook`](state::SolutionBook) | pools, and what is remembered of a computer |
//!
//! Why a wing of its own: nothing of it is there in a scenario without license files of other solutions, and no event or
//! draw of Patch Management depends on it.
//!
//! | file | holds |
//! |---|---|
//! | `data` | S1: data that reaches the server, and the plug-in |
//! | `give_back` | S2: how licenses come back |
//! | `state` | pools, and a row a computer |
mod data;
mod give_back;
pub(in crate::fleet) mod state;
