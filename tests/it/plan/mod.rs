//! Does a plan name the cure?
//!
//! | module | question |
//! |---|---|
//! | `steps` | Does a plan name the cure, in as few steps as do, and is what it promises what a run brings? |
//! | `nodes` | Does a plan buy as many nodes as are needed, and no more, whichever other clients take them? |
//! | `replay` | Do the words of a step, applied to the tables of a customer, choose the records that it lists? |
//! | `lists` | Are records described only where that is exact, and listed wherever actions are used? |
//! | `advice` | Does what is advised fit the version that runs? |
//! | `licenses` | Which license files does a plan install or replace? |

pub mod advice;
pub mod licenses;
pub mod lists;
pub mod nodes;
pub mod replay;
pub mod steps;
