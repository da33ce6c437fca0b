//! The numbers that identify clients, records, groups and sites.
//!
//! Interface: [`ClientId`], [`RecordId`], [`GroupId`], [`SiteId`]. Each wraps one number; [`index`](ClientId::index) is
//! its place in a list, `from_index` the only checked way back. The number itself (`.0`) is for the borders: the
//! payload of an event, the address of a draw, a column of a table.
//!
//! Why types: a client, the record that the server has of it, its group and its site are all small numbers, and
//! most functions of the model take more than one of them.
//!
//! Numbers are part of the model: whatever happens to several clients at one instant happens in the order of their
//! numbers, so these types are ordered (and are the keys of ordered maps; there is no `Hash`).

/// A managed machine, numbered over the whole fleet: group after group, in the order of the groups' names, the
/// clients of a group in their own order. A PC that goes on as another record (V10) is from then on a client of its
/// own, numbered after all clients of the scenario in the order in which such records come up. Ties are decided by
/// this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct ClientId(pub u32);

/// The server's record of a machine. It has the number of the machine for which it was made; machines with cloned
/// keys share one record (V10), and then several [`ClientId`]s lead to one `RecordId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct RecordId(pub u32);

/// A group of clients: its place among the groups of the scenario, which are sorted by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct GroupId(pub u16);

/// A site with its package server: its place among the sites of the scenario, which are sorted by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct SiteId(pub u32);

impl ClientId {
    /// Place in lists of all clients.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The client at a place of such a list.
    ///
    /// # Panics
    /// Above 2^32 clients; the reader of scenarios limits them to fewer.
    #[inline]
    pub fn from_index(index: usize) -> ClientId {
        ClientId(narrow(index))
    }

    /// The first `count` clients, in order.
    pub fn first(count: usize) -> impl DoubleEndedIterator<Item = ClientId> + ExactSizeIterator {
        ClientId::each(ClientId(0)..ClientId::from_index(count))
    }

    /// The clients of a range, in order.
    #[inline]
    pub fn each(
        range: std::ops::Range<ClientId>,
    ) -> impl DoubleEndedIterator<Item = ClientId> + ExactSizeIterator {
        (range.start.0..range.end.0).map(ClientId)
    }

    /// The client `count` numbers later.
    #[inline]
    pub fn plus(self, count: u32) -> ClientId {
        ClientId(self.0 + count)
    }

    /// How many numbers later than another client this one comes.
    ///
    /// # Panics
    /// When it comes before the other one.
    #[inline]
    pub fn offset_from(self, first: ClientId) -> u32 {
        self.0 - first.0
    }

    /// The record that was made for this machine. Whether the machine still has that record, or shares another
    /// one, only the fleet knows (`Fleet::record`).
    #[inline]
    pub fn own_record(self) -> RecordId {
        RecordId(self.0)
    }
}

impl RecordId {
    /// Place in lists of all clients.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The record at a place of such a list.
    ///
    /// # Panics
    /// As [`ClientId::from_index`].
    #[inline]
    pub fn from_index(index: usize) -> RecordId {
        RecordId(narrow(index))
    }

    /// The machine for which the record was made. The row of that number holds the state of both.
    #[inline]
    pub fn own_machine(self) -> ClientId {
        ClientId(self.0)
    }
}

impl GroupId {
    /// Place in the scenario's list of groups.
    #[inline]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The group at a place of that list.
    ///
    /// # Panics
    /// Above 2^16 groups; the reader of scenarios limits them to fewer.
    #[inline]
    pub fn from_index(index: usize) -> GroupId {
        GroupId(narrow(index))
    }

    /// The first `count` groups, in order.
    pub fn first(count: usize) -> impl Iterator<Item = GroupId> {
        (0..count).map(GroupId::from_index)
    }
}

impl SiteId {
    /// Place in the scenario's list of sites.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The site at a place of that list.
    ///
    /// # Panics
    /// Above 2^32 sites; the reader of scenarios limits them to fewer.
    #[inline]
    pub fn from_index(index: usize) -> SiteId {
        SiteId(narrow(index))
    }
}

/// The checked conversion from a place in a list to a number.
#[inline]
fn narrow<N: TryFrom<usize>>(index: usize) -> N {
    N::try_from(index).unwrap_or_else(|_| unreachable!("number {index} is above all limits of a scenario"))
}
