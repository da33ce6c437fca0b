//! Is the repository itself in order?
//!
//! | module | question |
//! |---|---|
//! | `supply` | Whose code is built in, under which licenses? |
//! | `docs` | Do the guides and the comments name files that exist? |
//! | `layering` | Do the layers hold? |
//! | `structure` | Does the source keep its shape: short functions and files, no new circles, names of their own, and who reads files? |
//! | `clocks` | Is every test's verdict independent of the clock? |
//! | `model_page` | Does docs/MODEL.md say what the code does? |
//! | `readme`, `pictures` | Is the README true? Its pictures |

pub mod clocks;
pub mod docs;
pub mod layering;
pub mod model_page;
pub mod pictures;
pub mod readme;
pub mod structure;
pub mod supply;
