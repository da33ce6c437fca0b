//! When an agent does something: configuration requests, inventories and scans come periodically, and what is due
//! while a PC is off is done when it is on again.
//!
//! | interface | for |
//! |---|---|
//! | `schedule` | an event of a client's chain |
//! | `begin_requests`, `continue_requests` | where the rhythm of an agent's requests starts |
//! | `next_configuration`, `next_inventory`, `next_inventory_after_change`, `next_return`, `last_contact`, `last_inventory_since` | periodic contacts with the server |
//! | `is_refused`, `next_registration` | whether a contact with the server fails, and when a new agent tries again |
//! | `when_on`, `hours` | online hours |
//! | `delay_of_epoch` | a delay of the current chain |
//! | [`periodic`] | draws as amounts, occurrences of a periodic schedule |
//!
//! Why arithmetic: occurrences and online hours are functions of a client's draws, so none of them is an event unless
//! something happens at it.
//!
//! | file | holds |
//! |---|---|
//! | `agent` | what the agent of a client does periodically |
//! | `first_requests` | the first configuration request of each agent |
//! | `periodic` | the next occurrence of something periodic |
//! | `online_hours` | when a PC is on |
//! | `rhythm` | the rhythm of an agent where actions change it |
//! | `reachability`, `contacts` | when contacts with the server fail, and which succeed |
//! | `predrawn` | draws of the way to the package, made column by column |
mod agent;
mod contacts;
pub(in crate::fleet) mod first_requests;
pub(in crate::fleet) mod online_hours;
pub(in crate::fleet) mod periodic;
pub(in crate::fleet) mod predrawn;
pub(in crate::fleet) mod reachability;
mod rhythm;
