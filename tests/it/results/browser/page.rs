//! One page in the browser: what there is to see, and what went wrong.

use std::cell::{Cell, RefCell};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::results::browser::devtools::{DevTools, Event, listening, text};

#[derive(Clone, Copy)]
pub enum Media {
    Screen,
    Print,
}

pub struct Page {
    tools: RefCell<DevTools>,
    /// The request for the file itself.
    document: String,
    /// The browser takes both at once.
    media: Cell<Media>,
    dark: Cell<bool>,
}

impl Page {
    #[track_caller]
    pub(super) fn load(mut tools: DevTools, url: &str, scripts: bool) -> Page {
        // Before there is anything to hear.
        for (method, params) in listening() {
            tools.call(method, params);
        }
        tools.call("Page.enable", json!({}));
        tools.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        tools.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        tools.call("Emulation.setScriptExecutionDisabled", json!({ "value": !scripts }));
        let answer = tools.call("Page.navigate", json!({ "url": url }));
        assert!(answer.get("errorText").is_none(), "{url}: {}", answer["errorText"]);
        let document = text(&answer["loaderId"]);
        // The empty page before it has its own load event.
        tools.wait_for("load event", |event| {
            event.method == "Page.lifecycleEvent"
                && event.params["name"] == "load"
                && event.params["loaderId"] == document.as_str()
        });
        let (media, dark) = (Cell::new(Media::Screen), Cell::new(false));
        let page = Page { tools: RefCell::new(tools), document, media, dark };
        page.set_size(1280, 800);
        page.emulate();
        page
    }

    #[track_caller]
    pub(super) fn call(&self, method: &str, params: Value) -> Value {
        self.tools.borrow_mut().call(method, params)
    }

    /// The value of an expression, or what its promise gives. An exception fails the test.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> Value {
        let how = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true
        });
        let mut answer = self.call("Runtime.evaluate", how);
        if let Some(thrown) = answer.get("exceptionDetails") {
            panic!("{}\nin {expression}", exception(thrown));
        }
        answer["result"]["value"].take()
    }

    /// What a reader sees of the text.
    #[track_caller]
    pub fn text(&self) -> String {
        text(&self.eval("document.body.innerText"))
    }

    /// The size of the window's inside, in CSS pixels; 1280 by 800 by default.
    #[track_caller]
    pub fn set_size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Light by default, whatever the system prefers.
    #[track_caller]
    pub fn emulate_dark(&self, dark: bool) {
        self.dark.set(dark);
        self.emulate();
    }

    #[track_caller]
    pub fn emulate_media(&self, media: Media) {
        self.media.set(media);
        self.emulate();
    }

    #[track_caller]
    fn emulate(&self) {
        let media = match self.media.get() {
            Media::Screen => "screen",
            Media::Print => "print",
        };
        let scheme = if self.dark.get() { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }));
    }

    /// A PNG of the window.
    #[track_caller]
    pub fn screenshot(&self) -> Vec<u8> {
        self.data("Page.captureScreenshot", json!({ "format": "png" }))
    }

    /// A PNG of the page down to its end.
    #[track_caller]
    pub fn screenshot_whole(&self) -> Vec<u8> {
        let size = &self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"];
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let how = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        self.data("Page.captureScreenshot", how)
    }

    /// The page as printed, on the paper that it asks for.
    #[track_caller]
    pub fn pdf(&self) -> Vec<u8> {
        let before = self.media.replace(Media::Print);
        self.emulate();
        let pdf = self.data("Page.printToPDF", json!({ "printBackground": true, "preferCSSPageSize": true }));
        self.media.set(before);
        self.emulate();
        pdf
    }

    #[track_caller]
    fn data(&self, method: &str, params: Value) -> Vec<u8> {
        let answer = self.call(method, params);
        STANDARD.decode(text(&answer["data"])).unwrap_or_else(|e| panic!("{method}: {e}"))
    }

    /// All that went wrong so far: errors and warnings, exceptions, what the browser complains of.
    #[track_caller]
    pub fn problems(&self) -> Vec<String> {
        let mut tools = self.tools.borrow_mut();
        tools.settle();
        tools.events.iter().filter_map(problem).collect()
    }

    /// All addresses asked for so far beside the file itself; what is within the page (`data:`, `blob:`)
    /// is no request.
    #[track_caller]
    pub fn requests(&self) -> Vec<String> {
        let mut tools = self.tools.borrow_mut();
        tools.settle();
        let within = |url: &str| ["data:", "blob:", "about:"].iter().any(|scheme| url.starts_with(scheme));
        let asked = tools.events.iter().filter_map(|event| match event.method.as_str() {
            "Network.requestWillBeSent" if event.params["requestId"] == self.document.as_str() => None,
            "Network.requestWillBeSent" => Some(text(&event.params["request"]["url"])),
            "Network.webSocketCreated" => Some(text(&event.params["url"])),
            _ => None,
        });
        asked.filter(|url| !within(url)).collect()
    }
}

fn problem(event: &Event) -> Option<String> {
    let params = &event.params;
    match event.method.as_str() {
        "Runtime.exceptionThrown" => Some(exception(&params["exceptionDetails"])),
        "Runtime.consoleAPICalled" => {
            let kind =
                params["type"].as_str().filter(|kind| ["error", "warning", "assert"].contains(kind))?;
            let values = params["args"].as_array().into_iter().flatten();
            let values = values.map(|arg| text(arg.get("value").unwrap_or(&arg["description"])));
            Some(format!("console {kind}: {}", values.collect::<Vec<_>>().join(" ")))
        }
        "Log.entryAdded" => {
            let entry = &params["entry"];
            let [source, level, message] = ["source", "level", "text"].map(|key| text(&entry[key]));
            let of = entry.get("url").map_or(String::new(), |url| format!(" ({})", text(url)));
            Some(format!("{source} {level}: {message}{of}"))
        }
        "Page.javascriptDialogOpening" => Some(format!("dialog: {}", text(&params["message"]))),
        "Inspector.targetCrashed" => Some("the page crashed".to_string()),
        _ => None,
    }
}

fn exception(details: &Value) -> String {
    let thrown = details["exception"].get("description").or(details["exception"].get("value"));
    format!("{}: {}", text(&details["text"]), thrown.map_or(String::new(), text))
}
