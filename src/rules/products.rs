//! Which products' licenses count for Patch Management: L4.

use crate::scenario::model::{Product, Version};

/// **L4** Do licenses of a product count for Patch Management in this version? Those of the suites do from 8.1 on (KB
/// 178984); before, a file is for one solution. Patch Management for Dell Servers, Novell, Linux and Mac has pools of its
/// own (KB 181405).
pub fn counts_for_patch(product: Product, version: Version) -> bool {
    match product {
        Product::PatchManagement => true,
        Product::Suite => version >= Version::V8_1,      // L4
        Product::OtherPool | Product::NotPatch => false, // L4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_licenses_count() {
        #[rustfmt::skip]
        let table = [
            // product                  8.0    8.1
            (Product::PatchManagement, [true,  true]),
            (Product::Suite,           [false, true]),  // L4
            (Product::OtherPool,       [false, false]), // L4
            (Product::NotPatch,        [false, false]), // L4
        ];
        for (product, expected) in table {
            let counts = [Version::V8_0, Version::V8_1].map(|version| counts_for_patch(product, version));
            assert_eq!(counts, expected, "{product:?}");
        }
    }
}
