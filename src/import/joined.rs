//! Rows of a table joined with the computers by GUID, each resource's rows together.

use crate::import::inventory::Computer;
use crate::import::values::Guid;

/// What a row says about a resource, and its line. Sorted, the rows of a resource stand together.
pub type About<T> = (Guid, T, u64);

/// Hands the rows of every resource to `known` with its computer, or to `unknown`.
pub fn join<T: Ord>(
    mut rows: Vec<About<T>>,
    computers: &mut [Computer],
    mut known: impl FnMut(&mut Computer, &[About<T>]),
    mut unknown: impl FnMut(&[About<T>]),
) {
    rows.sort_unstable();
    let mut computers = computers.iter_mut().peekable();
    for of_resource in rows.chunk_by(|a, b| a.0 == b.0) {
        let guid = of_resource[0].0;
        while computers.next_if(|computer| computer.guid < guid).is_some() {}
        match computers.next_if(|computer| computer.guid == guid) {
            Some(computer) => known(computer, of_resource),
            None => unknown(of_resource),
        }
    }
}
