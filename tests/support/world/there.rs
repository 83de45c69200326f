//! What happens at the provider, and what it holds.

use email_manager::host::Host;
use http::Request;
use serde_json::{Value, json};

use super::World;

impl World {
    /// Tells the simulator to do something.
    pub fn control(&self, command: &str, body: Value) -> Value {
        let request = Request::post(format!("/control/{command}"))
            .body(body.to_string().into_bytes())
            .unwrap();
        self.ask(request)
    }

    /// Does something to one message at the provider, as its owner would there.
    pub fn touch(&self, command: &str, id: &str, mut with: Value) {
        with["mailbox"] = json!(self.service.mailbox());
        with["id"] = json!(id);
        self.control(command, with);
    }

    /// Moves a message to the folder of a box.
    pub fn move_to(&self, id: &str, box_type: &str) {
        self.touch("move", id, json!({ "to": self.service.place(box_type) }));
    }

    /// New mail arrives. Returns its id here.
    pub fn deliver(&self, mut mail: Value) -> String {
        mail["mailbox"] = json!(self.service.mailbox());
        self.service.id(&self.control("deliver", mail)["delivered"][0])
    }

    /// Writes on a draft (Outlook).
    pub fn write_draft(&self, id: &str, text: &str) {
        let body = json!({ "body": { "contentType": "text", "content": text } });
        let request = Request::patch(format!("/microsoft/graph/v1.0/me/messages/{id}"));
        assert_eq!(self.as_owner(request, body)["id"], id);
    }

    /// Adds a file to a draft (Outlook).
    pub fn attach_to_draft(&self, id: &str, name: &str) {
        let body = json!({
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": name,
            "contentBytes": "",
        });
        let request = Request::post(format!("/microsoft/graph/v1.0/me/messages/{id}/attachments"));
        assert_eq!(self.as_owner(request, body)["name"], name);
    }

    /// Makes a label (Gmail).
    pub fn make_label(&self, name: &str) {
        let request = Request::post("/google/gmail/v1/users/me/labels");
        assert_eq!(self.as_owner(request, json!({ "name": name }))["name"], name);
    }

    /// Calls the provider's API as the mailbox's owner.
    fn as_owner(&self, request: http::request::Builder, body: Value) -> Value {
        let tokens = self.control("grant", json!({ "mailbox": self.service.mailbox() }));
        let request = request
            .header(
                "authorization",
                format!("Bearer {}", tokens["access_token"].as_str().unwrap()),
            )
            .header("content-type", "application/json")
            .header("prefer", "IdType=\"ImmutableId\"")
            .body(body.to_string().into_bytes())
            .unwrap();
        self.ask(request)
    }

    /// What the provider holds, newest first.
    pub fn state(&self) -> Vec<Value> {
        let address = format!("/control/state?mailbox={}", self.service.mailbox());
        let state = self.ask(Request::get(address).body(Vec::new()).unwrap());
        state["messages"].as_array().unwrap().clone()
    }

    /// The ids of the provider's mails in a box, newest first.
    pub fn in_box(&self, box_type: &str) -> Vec<String> {
        let state = self.state();
        let inside = state
            .iter()
            .filter(|message| self.service.expected(message).1 == box_type);
        inside.map(|message| self.service.id(message)).collect()
    }

    /// A mail of the inbox in a conversation of several, and the path of that conversation as a whole (Gmail).
    pub fn of_conversation(&self) -> (String, String) {
        let state = self.state();
        let size = |thread: &Value| state.iter().filter(|mail| mail["threadId"] == *thread).count();
        let mail = state
            .iter()
            .find(|mail| self.service.expected(mail).1 == "in" && size(&mail["threadId"]) > 2)
            .unwrap();
        let thread = mail["threadId"].as_str().unwrap();
        (self.service.id(mail), format!("/threads/{thread}"))
    }

    /// The provider's folders by id and name (Outlook).
    pub fn folders(&self) -> Vec<(String, String)> {
        let address = format!("/control/state?limit=0&mailbox={}", self.service.mailbox());
        let state = self.ask(Request::get(address).body(Vec::new()).unwrap());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let folders = state["folders"].as_array().cloned().unwrap_or_default();
        folders
            .iter()
            .map(|each| (text(&each["id"]), text(&each["name"])))
            .collect()
    }

    /// What the simulator has counted.
    pub fn stats(&self) -> Value {
        self.ask(Request::get("/control/stats").body(Vec::new()).unwrap())
    }

    pub(in super::super) fn ask(&self, request: Request<Vec<u8>>) -> Value {
        let reply = self
            .simulator
            .borrow_mut()
            .handle(&request, self.site.host.now().timestamp_millis());
        let answer: Value = serde_json::from_slice(reply.response.body()).unwrap();
        assert!(reply.response.status().is_success(), "{answer}");
        answer
    }
}
