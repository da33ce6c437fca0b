//! When the agent of each client asked for its policies the first time: a column beside the rows, which are full.

use crate::units::ids::ClientId;
use crate::units::time::Time;

/// By client; `NEVER` for one whose agent was there at the start, or has not registered yet.
#[derive(Debug)]
pub struct FirstRequests(Vec<Time>);

impl FirstRequests {
    pub fn new(clients: usize) -> FirstRequests {
        FirstRequests(vec![Time::NEVER; clients])
    }

    /// A further client.
    pub fn append(&mut self) {
        self.0.push(Time::NEVER);
    }

    pub fn set(&mut self, client: ClientId, at: Time) {
        self.0[client.index()] = at;
    }

    /// The first request of the agent that a client has now. `None`: it was before the start, or there is no agent yet.
    #[inline]
    pub fn of(&self, client: ClientId) -> Option<Time> {
        Some(self.0[client.index()]).filter(|first| *first != Time::NEVER)
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Time>()
    }
}
