//! The characters that the chart is drawn with.

/// What the chart is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Blocks and box-drawing characters: eight steps to a row.
    Unicode,
    /// For terminals and files that take nothing else: two steps to a row.
    Ascii,
}

/// The characters of a charset.
pub(super) struct Pens {
    /// Licenses in use that fill so many eighths of a character.
    pub(super) area: [char; 9],
    pub(super) waiting: char,
    pub(super) owned: char,
    pub(super) edge: char,
    pub(super) tick: char,
    pub(super) corner: char,
    pub(super) base: char,
    pub(super) below: char,
}

impl Charset {
    pub(super) fn pens(self) -> Pens {
        match self {
            Charset::Unicode => Pens {
                area: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
                waiting: '░',
                owned: '─',
                edge: '│',
                tick: '┤',
                corner: '┼',
                base: '─',
                below: '┬',
            },
            Charset::Ascii => Pens {
                area: [' ', '_', '_', '_', '#', '#', '#', '#', '#'],
                waiting: '.',
                owned: '-',
                edge: '|',
                tick: '+',
                corner: '+',
                base: '-',
                below: '+',
            },
        }
    }
}
