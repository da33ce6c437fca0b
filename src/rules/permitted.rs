//! Which remedies a plan may use.

use crate::rules::remedy::Remedy;

/// What may be done: all that helps, except what the user ruled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permitted {
    /// A bit for each remedy that is ruled out.
    ruled_out: u32,
}

impl Permitted {
    /// Nothing is ruled out.
    pub const ALL: Permitted = Permitted { ruled_out: 0 };

    /// The same with one more remedy ruled out.
    #[must_use]
    pub fn without(self, remedy: Remedy) -> Permitted {
        Permitted { ruled_out: self.ruled_out | 1 << remedy as u32 }
    }

    /// Nothing that costs a license file.
    #[must_use]
    pub fn without_purchases(self) -> Permitted {
        Remedy::ALL.into_iter().filter(|remedy| remedy.is_purchase()).fold(self, Permitted::without)
    }

    /// Whether the remedy is not ruled out.
    pub fn allows(self, remedy: Remedy) -> bool {
        self.ruled_out & (1 << remedy as u32) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ruled_out_is_not_allowed() {
        let permitted = Permitted::ALL.without_purchases().without(Remedy::RetireGone);
        for remedy in Remedy::ALL {
            assert_eq!(Remedy::of_key(remedy.key()), Some(remedy));
            assert!(Permitted::ALL.allows(remedy));
            let expected = remedy != Remedy::RetireGone && !remedy.is_purchase();
            assert_eq!(permitted.allows(remedy), expected, "{remedy:?}");
        }
    }
}
