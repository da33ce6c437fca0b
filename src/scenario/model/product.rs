//! Products by their names: what a license is for.

/// What a license of a product is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Patch Management for Windows.
    PatchManagement,
    /// A suite that contains it.
    Suite,
    /// Patch Management of a pool of its own.
    OtherPool,
    /// Anything else.
    NotPatch,
}

/// Suites that contain Patch Management (KB 178984), and how people shorten them.
const SUITES: [(&str, &str); 3] =
    [("client management suite", "cms"), ("server management suite", "sms"), ("it management suite", "itms")];

/// Patch Management for these has a pool of its own (KB 181405).
const OTHER_POOLS: [&str; 13] = [
    "dell",
    "novell",
    "linux",
    "unix",
    "mac",
    "macos",
    "macintosh",
    "red hat",
    "redhat",
    "suse",
    "centos",
    "aix",
    "solaris",
];

/// Beside `Patch` one of these is in its name.
const PATCHING: [&str; 3] = ["management", "mgmt", "solution"];

impl Product {
    /// The product of a license file that does not say it.
    pub const PATCH_MANAGEMENT: &'static str = "Patch Management Solution";

    /// The product of a name, in any case: `Altiris Patch Management Solution for Windows`, `Client Management Suite`.
    pub fn of_name(name: &str) -> Product {
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(str::to_lowercase).collect();
        let spaced = format!(" {} ", words.join(" "));
        let has = |phrase: &str| spaced.contains(&format!(" {phrase} "));
        match () {
            () if has("patch") && OTHER_POOLS.into_iter().any(has) => Product::OtherPool,
            () if has("patchmanagement") || has("patch") && PATCHING.into_iter().any(has) => {
                Product::PatchManagement
            }
            () if SUITES.into_iter().any(|(suite, short)| has(suite) || has(short)) => Product::Suite,
            () => Product::NotPatch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_product() {
        use Product::*;
        #[rustfmt::skip]
        let table = [
            (Product::PATCH_MANAGEMENT,                             PatchManagement),
            ("Patch Management Solution for Windows",               PatchManagement),
            ("Altiris(tm) PATCH MANAGEMENT Solution from Symantec", PatchManagement),
            ("Altiris Patch Management Solution",                   PatchManagement),
            ("Symantec Patch Management Solution 8.6",              PatchManagement),
            ("Patch Mgmt. (Windows)",                               PatchManagement),
            ("Client Management Suite",                             Suite),
            ("CMS",                                                 Suite),
            ("Symantec Client Management Suite (CMS) Enterprise",   Suite),
            ("Altiris Server Management Suite from Symantec",       Suite),
            ("IT Management Suite 8.5",                             Suite),
            ("ITMS",                                                Suite),
            ("Patch Management Solution for Dell Servers",          OtherPool),
            ("Patch Management Solution for Novell",                OtherPool),
            ("Patch Management Solution for Linux",                 OtherPool),
            ("Altiris Patch Management for Mac from Symantec",      OtherPool),
            ("Dell Server Patch Solution",                          OtherPool),
            ("Inventory Solution",                                  NotPatch),
            ("Patchverwaltung",                                     NotPatch), // --product says it
            ("Asset Management Suite",                              NotPatch),
            ("",                                                    NotPatch),
        ];
        for (name, expected) in table {
            assert_eq!(Product::of_name(name), expected, "{name}");
        }
    }
}
