//! The terminal that results are read in.

use std::io;

use terminal_size::{Width, terminal_size_of};

/// Where there is none, or one that does not say: files are the same everywhere.
const USUAL_WIDTH: u16 = 80;

/// Characters in a line of what stdout is.
pub fn width() -> usize {
    let told = terminal_size_of(io::stdout()).map(|(Width(width), _)| width).filter(|width| *width > 0);
    usize::from(told.unwrap_or(USUAL_WIDTH))
}
