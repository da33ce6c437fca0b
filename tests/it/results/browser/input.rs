//! What the reader of a page does with keyboard and mouse.

use serde_json::json;

use crate::results::browser::page::Page;

impl Page {
    /// Presses and releases a key: a character, or a name as in `KeyboardEvent.key`.
    #[track_caller]
    pub fn key(&self, key: &str) {
        let (code, number, typed) = key_of(key);
        let mut event =
            json!({ "type": "keyDown", "key": key, "code": code, "windowsVirtualKeyCode": number });
        if let Some(typed) = typed {
            event["text"] = typed.into();
        }
        self.call("Input.dispatchKeyEvent", event);
        let event = json!({ "type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": number });
        self.call("Input.dispatchKeyEvent", event);
    }

    /// Moves the mouse there; coordinates are those of the window, as in `getBoundingClientRect`.
    #[track_caller]
    pub fn hover(&self, x: f64, y: f64) {
        self.mouse("mouseMoved", (x, y), false);
    }

    #[track_caller]
    pub fn click(&self, x: f64, y: f64) {
        self.drag((x, y), (x, y));
    }

    #[track_caller]
    pub fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        const STEPS: i32 = 5;
        self.hover(from.0, from.1);
        self.mouse("mousePressed", from, true);
        if from != to {
            for step in 1..=STEPS {
                let part = f64::from(step) / f64::from(STEPS);
                let at = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
                self.mouse("mouseMoved", at, true);
                self.frame();
            }
        }
        self.mouse("mouseReleased", to, false);
    }

    /// Waits until the page has drawn: what it does with what a hand does, it may do once a frame.
    #[track_caller]
    pub fn frame(&self) {
        self.eval("new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)))");
    }

    #[track_caller]
    fn mouse(&self, kind: &str, (x, y): (f64, f64), held: bool) {
        let button = if held || kind == "mouseReleased" { "left" } else { "none" };
        let clicks = i32::from(kind != "mouseMoved");
        let event = json!({
            "type": kind, "x": x, "y": y, "button": button, "buttons": i32::from(held), "clickCount": clicks
        });
        self.call("Input.dispatchMouseEvent", event);
    }
}

/// Of a key: its place on the keyboard, the number Windows gives it, and what it types.
fn key_of(key: &str) -> (String, u32, Option<String>) {
    let mut characters = key.chars();
    if let (Some(c), None) = (characters.next(), characters.next()) {
        let upper = c.to_ascii_uppercase();
        let code = match c {
            ' ' => "Space".to_string(),
            _ if c.is_ascii_digit() => format!("Digit{c}"),
            _ if c.is_ascii_alphabetic() => format!("Key{upper}"),
            _ => String::new(),
        };
        let number = if c == ' ' || c.is_ascii_alphanumeric() { u32::from(upper) } else { 0 };
        return (code, number, Some(key.to_string()));
    }
    let number = match key {
        "Backspace" => 8,
        "Tab" => 9,
        "Enter" => 13,
        "Escape" => 27,
        "PageUp" => 33,
        "PageDown" => 34,
        "End" => 35,
        "Home" => 36,
        "ArrowLeft" => 37,
        "ArrowUp" => 38,
        "ArrowRight" => 39,
        "ArrowDown" => 40,
        "Delete" => 46,
        _ => panic!("tests/it/results/browser/input.rs knows no key {key:?}"),
    };
    (key.to_string(), number, (key == "Enter").then(|| "\r".to_string()))
}

#[test]
fn mouse_and_keys_reach_the_page() {
    let Some((page, _browser, _dir)) = crate::results::browser::itself::opened(
        "<input id=i style='position:fixed;left:10px;top:10px;width:100px;height:20px'>
         <div style='position:fixed;left:0;top:100px;width:400px;height:100px'></div>
         <script>
           var seen = [];
           for (const kind of ['mousedown', 'mouseup', 'click'])
             addEventListener(kind, e => seen.push(kind + ' ' + e.clientX + ' ' + e.clientY));
           addEventListener('mousemove', e => e.buttons && seen.push('held ' + e.clientX));
           addEventListener('pointermove', e => document.title = e.clientX);
           addEventListener('keydown', e => seen.push('down ' + e.key + ' ' + e.code + ' ' + e.keyCode));
         </script>",
    ) else {
        return;
    };
    let seen = || page.eval("seen.splice(0)");
    page.hover(77.0, 150.0);
    assert_eq!(page.eval("document.title"), "77");
    assert_eq!(seen(), json!([]));
    page.drag((10.0, 150.0), (110.0, 160.0));
    let held = [30, 50, 70, 90, 110].map(|x| format!("held {x}"));
    let mut expected = vec!["mousedown 10 150"];
    expected.extend(held.iter().map(String::as_str));
    expected.extend(["mouseup 110 160", "click 110 160"]);
    assert_eq!(seen(), json!(expected));
    page.click(50.0, 20.0);
    assert_eq!(seen(), json!(["mousedown 50 20", "mouseup 50 20", "click 50 20"]));
    for key in ["a", "7", " ", "ArrowLeft", "Backspace", "Enter", "Escape"] {
        page.key(key);
    }
    // Of "a7 ", with the cursor before the blank, Backspace takes the 7.
    assert_eq!(page.eval("i.value"), "a ");
    let keys = ["a KeyA 65", "7 Digit7 55", "  Space 32", "ArrowLeft ArrowLeft 37", "Backspace Backspace 8"];
    let more = ["Enter Enter 13", "Escape Escape 27"];
    assert_eq!(seen(), json!(keys.iter().chain(&more).map(|key| format!("down {key}")).collect::<Vec<_>>()));
    page.key("Tab");
    assert_eq!(page.eval("document.activeElement.tagName"), "BODY");
}
