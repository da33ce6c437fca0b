//! How much more memory this process may take: pure functions over what Linux tells of the machine, of the control
//! groups that the process is in, and of its own limits.
//!
//! A batch system or a container sets its limit on any of the groups above the one that the process is in, so all of
//! them count, up to the root. `memory.high` counts like `memory.max`: the kernel does not kill beyond it, it takes the
//! memory back as fast as it is used, and the process stands still. What a group can use is its limit less what is
//! used in it, without the file pages that the kernel gives up first.
//!
//! macOS and Windows tell nothing of this without calls that this program does not make; a fixed limit stands in
//! ([`crate::cli::budget`]).

use std::path::{Component, Path, PathBuf};

/// Reads a file of the system; empty where there is none.
pub type SystemFiles<'f> = &'f dyn Fn(&Path) -> String;

/// Files pages that are given up first, in `memory.stat`.
const GIVEN_UP: [&str; 2] = ["total_inactive_file", "inactive_file"];

/// What a version of control groups calls its limits and its use.
struct CgroupNames {
    limits: &'static [&'static str],
    used: &'static str,
}

const V2: CgroupNames = CgroupNames { limits: &["memory.max", "memory.high"], used: "memory.current" };
const V1: CgroupNames = CgroupNames { limits: &["memory.limit_in_bytes"], used: "memory.usage_in_bytes" };

/// Bytes that can be had, by everything that limits them; `None`: no limit is known.
pub fn resident(files: SystemFiles) -> Option<f64> {
    let of_machine = of_machine(&files(Path::new("/proc/meminfo")));
    let groups = groups(&files(Path::new("/proc/self/cgroup")), &files(Path::new("/proc/self/mountinfo")));
    let of_groups = groups.iter().flat_map(|(mount, group, names)| {
        let above = group.ancestors().map(|group| mount.join(group));
        above.filter_map(|folder| of_group(&folder, names, files)).collect::<Vec<_>>()
    });
    of_groups.chain(of_machine).min_by(f64::total_cmp)
}

/// Bytes of addresses that can be had (`ulimit -v`, and `ulimit -d`); `None`: they are not limited.
pub fn addresses(files: SystemFiles) -> Option<f64> {
    let (limits, status) = (files(Path::new("/proc/self/limits")), files(Path::new("/proc/self/status")));
    let left = |limit, used| {
        let used = kib_after(&status, used).unwrap_or(0.0);
        of_process(&limits, limit).map(|limit| (limit - used).max(0.0))
    };
    let kinds = [("Max address space", "VmSize:"), ("Max data size", "VmData:")];
    kinds.into_iter().filter_map(|(limit, used)| left(limit, used)).min_by(f64::total_cmp)
}

/// `MemAvailable:   22630164 kB`
fn of_machine(meminfo: &str) -> Option<f64> {
    kib_after(meminfo, "MemAvailable:")
}

fn kib_after(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

/// `Max address space         400000000            unlimited            bytes`
fn of_process(limits: &str, name: &str) -> Option<f64> {
    let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Where the control groups of this process are that can limit memory: mount point, and path below it.
fn groups(cgroup: &str, mountinfo: &str) -> Vec<(PathBuf, PathBuf, CgroupNames)> {
    let path_of = |wanted: &dyn Fn(&str) -> bool| {
        cgroup.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':').skip(1);
            let (controllers, path) = (parts.next()?, parts.next()?);
            wanted(controllers).then_some(path)
        })
    };
    let v2 = path_of(&|controllers| controllers.is_empty());
    let v1 = path_of(&|controllers| controllers.split(',').any(|name| name == "memory"));
    let mounts = mountinfo.lines().filter_map(|line| {
        let (of_mount, of_files) = line.split_once(" - ")?;
        let mut of_mount = of_mount.split(' ').skip(3);
        let (root, mount) = (of_mount.next()?, unescaped(of_mount.next()?));
        let (kind, options) = (of_files.split(' ').next()?, of_files.rsplit(' ').next()?);
        let of_memory = options.split(',').any(|option| option == "memory");
        let (path, names) = match kind {
            "cgroup2" => (v2?, V2),
            "cgroup" if of_memory => (v1?, V1),
            _ => return None,
        };
        Some((mount, below(path, &unescaped(root)), names))
    });
    mounts.collect()
}

/// The path of a group below a mount that shows the groups from `root` on. In a container the path may lead out of
/// what is mounted; then the mount itself is the group.
fn below(path: &str, root: &Path) -> PathBuf {
    let path = Path::new(path);
    let leads_out = path.components().any(|part| part == Component::ParentDir);
    match path.strip_prefix(root) {
        Ok(below) if !leads_out => below.to_path_buf(),
        _ => PathBuf::new(),
    }
}

/// Blanks stand as `\040` in mountinfo.
fn unescaped(path: &str) -> PathBuf {
    PathBuf::from(path.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
}

/// What one group still allows; `None`: it sets no limit.
fn of_group(folder: &Path, names: &CgroupNames, files: SystemFiles) -> Option<f64> {
    let number = |name: &str| files(&folder.join(name)).trim().parse::<f64>().ok();
    let limit = names.limits.iter().filter_map(|name| number(name)).min_by(f64::total_cmp)?;
    let stat = files(&folder.join("memory.stat"));
    let given_up = GIVEN_UP.iter().find_map(|name| {
        stat.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse::<f64>().ok())
    });
    let used = (number(names.used).unwrap_or(0.0) - given_up.unwrap_or(0.0)).max(0.0);
    Some((limit - used).max(0.0))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const MIB: f64 = 1024.0 * 1024.0;
    const V2_MOUNT: &str = "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    const V1_MOUNTS: &str = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n\
                             32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n\
                             35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

    fn available(files: &[(&str, &str)]) -> Option<f64> {
        let files: BTreeMap<&Path, &str> =
            files.iter().map(|(path, text)| (Path::new(path), *text)).collect();
        resident(&|path| files.get(path).map_or_else(String::new, |text| (*text).to_string()))
            .map(|b| b / MIB)
    }

    /// What it is, the files of the system, and MiB that can be had.
    type Case<'t> = (&'t str, Vec<(&'t str, &'t str)>, Option<f64>);

    #[test]
    fn the_least_of_all_groups_above_counts() {
        let mib = |mib: u64| (mib << 20).to_string();
        let (m100, m200, m300, m900) = (mib(100), mib(200), mib(300), mib(900));
        let (m250, stat) = (mib(250), format!("anon 1\ninactive_file {}\nfile 9\n", 50 << 20));
        let meminfo = "MemTotal: 9 kB\nMemAvailable:   1024000 kB\n";
        let own = ("/proc/self/cgroup", "0::/system.slice/slurmstepd.scope/job_7/step_0/task_0\n");
        let mount = ("/proc/self/mountinfo", V2_MOUNT);
        let machine = ("/proc/meminfo", meminfo);
        let job = "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7";
        let file = |name: &str| format!("{job}/{name}");
        let (max, high, current, stats) =
            (file("memory.max"), file("memory.high"), file("memory.current"), file("memory.stat"));
        let (step, slice) = (file("step_0/memory.max"), "/sys/fs/cgroup/system.slice/memory.max");
        #[rustfmt::skip]
        let table: &[Case] = &[
            ("nothing is told",         vec![],                                                            None),
            ("machine only",            vec![machine],                                                     Some(1000.0)),
            ("no group has a limit",    vec![machine, own, mount, (&max, "max\n")],                        Some(1000.0)),
            ("two levels up",           vec![machine, own, mount, (&max, &m300)],                          Some(300.0)),
            ("less what is used",       vec![machine, own, mount, (&max, &m300), (&current, &m250)],       Some(50.0)),
            ("file pages are given up", vec![own, mount, (&max, &m300), (&current, &m250), (&stats, &stat)], Some(100.0)),
            ("high before max",         vec![machine, own, mount, (&max, &m300), (&high, &m200)],          Some(200.0)),
            ("one level up is less",    vec![machine, own, mount, (&max, &m300), (&step, &m100)],          Some(100.0)),
            ("four levels up is less",  vec![machine, own, mount, (&max, &m900), (slice, &m200)],          Some(200.0)),
            ("more used than allowed",  vec![own, mount, (&max, &m200), (&current, &m300)],                Some(0.0)),
            ("not mounted",             vec![machine, own, (&max, &m100)],                                 Some(1000.0)),
        ];
        for (case, files, expected) in table {
            assert_eq!(available(files), *expected, "{case}");
        }
    }

    #[test]
    fn version_one_and_containers_are_understood() {
        let limit = (300_u64 << 20).to_string();
        let (used, stat) = ((250_u64 << 20).to_string(), format!("total_inactive_file {}\n", 50 << 20));
        let cgroup = ("/proc/self/cgroup", "9:name=systemd:/x\n4:memory:/jobs/a b\n1:cpu:/\n0::/\n");
        let of_a = "/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes";
        let (used_by_a, stat_of_a) =
            ("/sys/fs/cgroup/memory/jobs/memory.usage_in_bytes", "/sys/fs/cgroup/memory/jobs/memory.stat");
        let files = [
            cgroup,
            ("/proc/self/mountinfo", V1_MOUNTS),
            (of_a, &limit),
            (used_by_a, &used),
            (stat_of_a, &stat),
        ];
        assert_eq!(available(&files), Some(100.0));
        // A container sees its own group as the root of the mount, and may see its path from outside.
        let at_root = ("/sys/fs/cgroup/memory.max", limit.as_str());
        let mounted = |root: &str| format!("31 23 0:28 {root} /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        for (path, root) in
            [("/", "/"), ("/docker/f00", "/docker/f00"), ("/../../job", "/"), ("/other", "/docker/f00")]
        {
            let (cgroup, mounts) = (format!("0::{path}\n"), mounted(root));
            let files = [("/proc/self/cgroup", cgroup.as_str()), ("/proc/self/mountinfo", &mounts), at_root];
            assert_eq!(available(&files), Some(300.0), "{path} in {root}");
        }
        assert_eq!(unescaped("/a\\040b"), Path::new("/a b"));
    }

    #[test]
    fn limits_of_the_process_are_understood() {
        let of = |address: &str, data: &str| {
            let limits = format!(
                "Limit  Soft  Hard\nMax data size             {data}   unlimited   bytes\n\
                 Max address space         {address}   unlimited   bytes\n"
            );
            let status = "Name: x\nVmSize:     1000 kB\nVmData:      500 kB\n";
            addresses(&|path| match path.to_str() {
                Some("/proc/self/limits") => limits.clone(),
                Some("/proc/self/status") => status.to_string(),
                _ => String::new(),
            })
        };
        assert_eq!(of("4096000", "unlimited"), Some(4096e3 - 1024e3));
        assert_eq!(of("unlimited", "1024000"), Some(1024e3 - 512e3));
        assert_eq!(of("4096000", "1024000"), Some(512e3));
        assert_eq!(of("1024", "unlimited"), Some(0.0));
        assert_eq!(of("unlimited", "unlimited"), None);
    }
}
