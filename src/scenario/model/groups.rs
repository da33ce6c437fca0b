//! Groups of clients: how many there are, what they are called, when they join.

use serde::Serialize;

use crate::engine::distribution::Distribution;
use crate::scenario::model::initial::Initial;
use crate::scenario::model::version::Version;
use crate::scenario::model::weekly::Online;
use crate::units::time::Time;

/// Clients that are alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Key under `groups`.
    pub name: String,
    /// Key `clients`: a number, a list of names or a file of clients.
    pub clients: Clients,
    /// Where each of them stands at the start, in the same order; `None`: they join by `enrol`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<Vec<Initial>>,
    /// Index into [`Scenario::sites`](crate::scenario::model::Scenario::sites).
    pub site: usize,
    /// Operating system, for policies that ask for it.
    pub os: Option<String>,
    /// Key `enrol`; default: all at the start.
    pub enrol: Enrol,
    /// What these clients download of the assessment scan package, when it is not the whole of it.
    pub package_size: Option<Distribution>,
    /// From enrolment until the PC is retired and switched off. `None`: never.
    pub lifetime: Option<Distribution>,
    /// From taking the license until the PC is retired and switched off. `None`: never.
    pub holding_time: Option<Distribution>,
    /// Key `cloned_keys` (V10); `None`, the default: each machine has keys of its own.
    pub cloned_keys: Option<ClonedKeys>,
    /// When these PCs are on. `None`: always.
    pub online: Option<Online>,
}

/// Machines made from one image that kept its keys: so many in a row share one record (V10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClonedKeys {
    /// At least two.
    pub machines: u32,
    /// Key `by`: which keys are the same; default: hardware.
    pub by: Key,
}

impl ClonedKeys {
    /// How many machines share a record under a version of the server.
    pub fn sharing(self, version: Version) -> u32 {
        match self.by {
            Key::Hardware => self.machines,
            Key::Tpm if version >= Version::V8_7_1 => self.machines,
            Key::Tpm => 1,
        }
    }
}

/// A key by which the server recognises a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Key {
    /// Looked at by every version.
    Hardware,
    /// Looked at from 8.7.1 on.
    Tpm,
}

impl Group {
    /// What a client of the group is called: by a name of its own, or by group and number.
    pub fn client_name(&self, index: u32) -> String {
        match &self.clients {
            Clients::Named(names) => names[index as usize].clone(),
            Clients::Count(_) | Clients::Unbounded => format!("{}-{}", self.name, index + 1),
        }
    }
}

/// How many clients, and what they are called.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Clients {
    /// `desktops-1` to `desktops-600`.
    Count(u32),
    /// Names of their own, from a list or a file of clients.
    Named(Vec<String>),
    /// As many as arrive (with Poisson arrivals).
    Unbounded,
}

impl Clients {
    /// How many there are, where the scenario gives a number.
    pub fn count(&self) -> Option<u32> {
        match self {
            Clients::Count(count) => Some(*count),
            Clients::Named(names) => Some(names.len() as u32),
            Clients::Unbounded => None,
        }
    }

    /// The names of their own that they have.
    pub fn names(&self) -> Option<&[String]> {
        match self {
            Clients::Named(names) => Some(names),
            Clients::Count(_) | Clients::Unbounded => None,
        }
    }
}

/// When clients join the fleet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Enrol {
    /// Each client on its own, this long after the start.
    Spread(Distribution),
    /// One after the other, with exponential gaps of this mean (ms), within `from..=until`.
    Poisson {
        /// Milliseconds; the inverse of `rate`.
        mean_gap: f64,
        /// Default: the start.
        from: Time,
        /// `None`, the default: to the end of the run.
        until: Option<Time>,
    },
    /// The instant of each client in turn.
    Instants(Vec<Time>),
}
