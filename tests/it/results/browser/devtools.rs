//! The protocol of Chromium's developer tools: commands and their answers, and events in between, as
//! JSON over a local websocket.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

use crate::results::browser::deadline::{Deadline, PATIENCE};

/// So long after the last event there is no other to be expected.
const QUIET: Duration = Duration::from_millis(200);

pub struct Event {
    pub method: String,
    pub params: Value,
}

pub struct DevTools {
    socket: WebSocket<TcpStream>,
    /// The page that is talked to; before there is one, the browser.
    session: Option<String>,
    last_id: u64,
    /// All events so far, of the page and of its frames and workers.
    pub events: Vec<Event>,
}

impl DevTools {
    /// `path` as the browser names it: `/devtools/browser/…`.
    pub fn connect(address: SocketAddr, path: &str, limit: Duration) -> Result<DevTools, String> {
        let stream = TcpStream::connect_timeout(&address, limit).map_err(|e| e.to_string())?;
        stream.set_read_timeout(Some(limit)).map_err(|e| e.to_string())?;
        stream.set_write_timeout(Some(limit)).map_err(|e| e.to_string())?;
        // A picture of a long page comes in one message.
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) =
            tungstenite::client::client_with_config(format!("ws://{address}{path}"), stream, Some(config))
                .map_err(|e| e.to_string())?;
        Ok(DevTools { socket, session: None, last_id: 0, events: Vec::new() })
    }

    /// From now on commands go to this page.
    pub fn attach(&mut self, target: &str) {
        let answer = self.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        self.session = Some(text(&answer["sessionId"]));
    }

    /// The answer to a command; its failure fails the test.
    #[track_caller]
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.try_call(method, params, PATIENCE).unwrap_or_else(|e| panic!("the browser, to {method}: {e}"))
    }

    pub fn try_call(&mut self, method: &str, params: Value, limit: Duration) -> Result<Value, String> {
        let deadline = Deadline::after(limit);
        let id = self.send(self.session.clone(), method, params)?;
        loop {
            let Some(mut message) = self.receive(&deadline)? else {
                return Err(format!("no answer in {} s", limit.as_secs()));
            };
            if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(error.to_string()),
                    None => Ok(message["result"].take()),
                };
            }
        }
    }

    /// Waits for an event, which may have come already.
    #[track_caller]
    pub fn wait_for(&mut self, what: &str, is_it: impl Fn(&Event) -> bool) {
        let deadline = Deadline::after(PATIENCE);
        while !self.events.iter().any(&is_it) {
            match self.receive(&deadline) {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the browser: no {what} in {} s", PATIENCE.as_secs()),
                Err(e) => panic!("the browser, before {what}: {e}"),
            }
        }
    }

    /// Takes in the events that are under way: those of a request that fails come some time after it.
    #[track_caller]
    pub fn settle(&mut self) {
        let deadline = Deadline::after(PATIENCE);
        while self.receive(&Deadline::after(QUIET)).unwrap_or_else(|e| panic!("the browser: {e}")).is_some() {
            assert!(deadline.left().is_some(), "the page does not come to rest in {} s", PATIENCE.as_secs());
        }
    }

    fn send(&mut self, session: Option<String>, method: &str, params: Value) -> Result<u64, String> {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.socket.send(Message::text(message.to_string())).map_err(|e| e.to_string())?;
        Ok(self.last_id)
    }

    /// The next message, events being kept; `None` when time is up.
    fn receive(&mut self, deadline: &Deadline) -> Result<Option<Value>, String> {
        loop {
            let Some(left) = deadline.left() else { return Ok(None) };
            self.socket.get_ref().set_read_timeout(Some(left)).map_err(|e| e.to_string())?;
            let message = match self.socket.read() {
                Ok(Message::Text(text)) => serde_json::from_str(text.as_str()).map_err(|e| e.to_string())?,
                Ok(_) => continue,
                // Unix says the one, Windows the other; what came of a message is kept.
                Err(Error::Io(e)) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    continue;
                }
                Err(e) => return Err(format!("{e} (did it crash?)")),
            };
            self.keep(&message)?;
            return Ok(Some(message));
        }
    }

    fn keep(&mut self, message: &Value) -> Result<(), String> {
        let Some(method) = message["method"].as_str() else { return Ok(()) };
        let params = message["params"].clone();
        // A frame of another site, or a worker, is stopped until it is listened to like the page.
        if method == "Target.attachedToTarget" && params["waitingForDebugger"] == true {
            let session = Some(text(&params["sessionId"]));
            for (method, params) in listening() {
                self.send(session.clone(), method, params)?;
            }
            self.send(session, "Runtime.runIfWaitingForDebugger", json!({}))?;
        }
        // It would stop the page until it is answered.
        if method == "Page.javascriptDialogOpening" {
            self.send(self.session.clone(), "Page.handleJavaScriptDialog", json!({ "accept": false }))?;
        }
        self.events.push(Event { method: method.to_string(), params });
        Ok(())
    }
}

/// Commands after which a page tells what it requests and what goes wrong.
pub fn listening() -> [(&'static str, Value); 4] {
    [
        ("Network.enable", json!({})),
        ("Runtime.enable", json!({})),
        ("Log.enable", json!({})),
        (
            "Target.setAutoAttach",
            json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true }),
        ),
    ]
}

pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}
