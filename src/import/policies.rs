//! Recognises the exported policies that decide about licenses by their names.
//!
//! The names are those of the product: *Software Update Plug-in Install*, *Default Software Update Plug-in
//! Policy*, *Windows System Assessment Scan*. A clone keeps the name of what it was copied from until
//! it is renamed; clones with other names must be named by the caller.

/// What a policy does about licenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Installs the plug-in (C1).
    Install,
    /// Uninstalls it (V2).
    Uninstall,
    /// Brings the assessment scan package (C3).
    ScanPackage,
    /// The Default Software Update Plug-in policy (C5).
    Dsup,
    /// A clone of it (C5, T1).
    Clone,
    /// Nothing that is known.
    Other,
}

/// The role of a policy; `clones` are names that the caller knows to be clones.
pub fn role(name: &str, clones: &[String]) -> Role {
    let bare = bare(name);
    let has = |word: &str| bare.contains(word);
    match () {
        () if clones.iter().any(|clone| self::bare(clone) == bare) => Role::Clone,
        () if has("updatepluginuninstall") => Role::Uninstall,
        () if has("updateplugininstall") => Role::Install,
        () if has("systemassessmentscan") => Role::ScanPackage,
        () if ["defaultsoftwareupdateplugin", "defaultsoftwareupdatepluginpolicy"]
            .contains(&bare.as_str()) =>
        {
            Role::Dsup
        }
        () if has("defaultsoftwareupdateplugin") => Role::Clone,
        () => Role::Other,
    }
}

/// Does the name of a policy say that it is about patches?
pub fn is_about_patches(name: &str) -> bool {
    let bare = bare(name);
    ["patch", "update", "plugin"].iter().any(|word| bare.contains(word)) && !bare.contains("install")
}

/// Letters and digits only, in lower case: `Plug-in`, `Plugin` and `Plug in` are one.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_recognised_by_their_names() {
        let clones = ["Servers - patching".to_string()];
        #[rustfmt::skip]
        let table = [
            ("Software Update Plug-in Install",                      Role::Install),
            ("Patch Management - Software Update Plugin Install",    Role::Install),
            ("Software Update Plug-in Uninstall",                    Role::Uninstall),
            ("Software Update Plug-in Upgrade",                      Role::Other),
            ("Windows System Assessment Scan",                       Role::ScanPackage),
            ("Default Software Update Plug-in Policy",               Role::Dsup),
            ("Default Software Update Plug-in",                      Role::Dsup),
            ("Copy of Default Software Update Plug-in Policy",       Role::Clone),
            ("Default Software Update Plug-in Policy - Servers",     Role::Clone),
            ("servers - Patching",                                   Role::Clone),
            ("Inventory Plug-in Install",                            Role::Other),
        ];
        for (name, expected) in table {
            assert_eq!(role(name, &clones), expected, "{name}");
        }
    }
}
