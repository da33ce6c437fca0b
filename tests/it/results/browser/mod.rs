//! A real browser, without a window, that opens a file as its reader would: what does the page show and
//! do, what goes wrong in it, and which requests does it make?
//!
//! ```ignore
//! let Some(browser) = Browser::start() else { return };
//! let page = browser.open(&dir.path().join("report.html"));
//! page.click(200.0, 150.0);
//! assert!(page.text().contains("90 nodes"));
//! assert_eq!(page.problems(), [""; 0]);
//! assert_eq!(page.requests(), [""; 0]);
//! ```

mod deadline;
mod devtools;
mod file_url;
mod find;
mod input;
mod itself;
mod page;
mod pdf;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use deadline::Deadline;
pub use deadline::PATIENCE;
use devtools::DevTools;
pub use page::{Media, Page};
pub use pdf::{pdf_pages, pdf_text};

const SWITCHES: [&str; 17] = [
    "--headless",
    // Its sandbox refuses to start as root, as containers are; the pages are our own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    // Those of Windows take room, those of macOS do not.
    "--hide-scrollbars",
    // Containers have little shared memory; macOS would ask for the keychain's password.
    "--disable-dev-shm-usage",
    "--use-mock-keychain",
    // A page under test reaches no host, whatever it requests; the request is reported.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    // It would ask the system, at times over the network, which proxy to use.
    "--no-proxy-server",
    "--remote-debugging-port=0",
    "about:blank",
];

pub struct Browser {
    process: Child,
    /// The browser's profile and all its other files.
    home: TempDir,
    /// Of its developer tools: where, and the path there.
    tools: Option<(SocketAddr, String)>,
}

impl Browser {
    /// A browser of the test's own; `None`, after a message, where none is installed (in CI that panics).
    #[track_caller]
    pub fn start() -> Option<Browser> {
        let program = find::browser()?;
        let home = tempfile::Builder::new().prefix("fleetsim-browser-").tempdir().unwrap();
        let mut command = Command::new(&program);
        command.arg(format!("--user-data-dir={}", home.path().display())).args(SWITCHES);
        // What it writes beside its profile goes where it is removed. These variables do so on Linux only;
        // the long names of macOS's folders would make that of a socket too long.
        if cfg!(target_os = "linux") {
            for place in ["TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
                command.env(place, home.path());
            }
        }
        // Into a file: no pipe has to be emptied, and the text is there when the start fails.
        let stderr_file = home.path().join("stderr.txt");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&stderr_file).unwrap());
        let process = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", program.display()));
        // From here on it is ended by Drop, also when it never answers.
        let mut browser = Browser { process, home, tools: None };
        let ready = Deadline::after(PATIENCE).wait_until(|| {
            browser.tools = browser.announced();
            browser.tools.is_some() || browser.ended()
        });
        if browser.tools.is_none() {
            let stderr = fs::read_to_string(stderr_file).unwrap_or_default();
            let how = if ready { "ended at once" } else { "did not start in time" };
            panic!("{} {how}:\n{stderr}", program.display());
        }
        Some(browser)
    }

    /// A page that has loaded the file.
    #[track_caller]
    pub fn open(&self, file: &Path) -> Page {
        self.open_with(file, true)
    }

    /// The same without scripts, as a mail program or a reader's settings may forbid them.
    #[track_caller]
    pub fn open_without_scripts(&self, file: &Path) -> Page {
        self.open_with(file, false)
    }

    #[track_caller]
    fn open_with(&self, file: &Path, scripts: bool) -> Page {
        let mut tools = self.connect(PATIENCE).unwrap_or_else(|e| panic!("the browser: {e}"));
        let target = tools.call("Target.createTarget", json!({ "url": "about:blank" }));
        tools.attach(&devtools::text(&target["targetId"]));
        Page::load(tools, &file_url::file_url(file), scripts)
    }

    fn connect(&self, limit: Duration) -> Result<DevTools, String> {
        let (address, path) = self.tools.as_ref().ok_or("it has not started")?;
        DevTools::connect(*address, path, limit)
    }

    /// A browser that is ready says where in a file of its profile: a port, and a path in the next line.
    fn announced(&self) -> Option<(SocketAddr, String)> {
        let text = fs::read_to_string(self.home.path().join("DevToolsActivePort")).ok()?;
        let (port, path) = text.split_once('\n')?;
        let path = path.trim();
        // The file may be half written.
        path.starts_with("/devtools/browser/").then_some(())?;
        Some((SocketAddr::from(([127, 0, 0, 1], port.trim().parse().ok()?)), path.to_string()))
    }

    fn ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }
}

impl Drop for Browser {
    /// Nothing is left behind, neither a process nor a file. Whatever fails here must not panic: a test
    /// that fails comes by.
    fn drop(&mut self) {
        // Asked first: a browser that is killed leaves its helpers to find out by themselves.
        if let Ok(mut tools) = self.connect(PATIENCE) {
            let _ = tools.try_call("Browser.close", json!({}), PATIENCE);
            Deadline::after(PATIENCE).wait_until(|| self.ended());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        // Its helpers may hold or write files for a moment longer.
        Deadline::after(PATIENCE).wait_until(|| {
            let _ = fs::remove_dir_all(self.home.path());
            !self.home.path().exists()
        });
    }
}
