//! The plugin on a host in memory, with the simulator as its network.

use std::cell::RefCell;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use email_manager::error::{ErrorCode, Result};
use email_manager::host::memory::MemoryHost;
use email_manager::host::{Host, Row};
use email_manager::plugin::{Plugin, User};
use email_manager_simulator::{Client, Config, MailboxPlan, Simulator};
use futures_util::FutureExt;
use http::Request;
use serde_json::{Value, json};

use super::edge::Edge;
use super::service::{Mail, SERVICES, Service};
use super::wire::Wire;
use super::{ORIGIN, Site, USER, parameters};

mod there;

/// One mailbox at a simulated provider, and the plugin.
pub struct World {
    pub site: Site,
    pub edge: Rc<Edge>,
    pub service: Service,
    pub wire: Rc<Wire>,
    simulator: Rc<RefCell<Simulator>>,
}

impl World {
    /// A site with both providers set up; every mailbox has `count` messages.
    pub fn new(service: Service, count: u32) -> Self {
        let host = Rc::new(MemoryHost::new());
        let simulator = Rc::new(RefCell::new(Simulator::new(config(count, host.now()))));
        let wire = Rc::new(Wire::default());
        let (network, log, clock) = (Rc::clone(&simulator), Rc::clone(&wire), Rc::downgrade(&host));
        host.answer(move |request| {
            let now = clock.upgrade().unwrap().now();
            log.pass(&network, request, now)
        });
        let edge = Rc::new(Edge::new(Rc::clone(&host)));
        let plugin = Plugin::new(Rc::clone(&edge) as Rc<dyn Host>);
        let site = Site { host, plugin };
        for service in SERVICES {
            site.save(service.name(), service.settings()).unwrap();
        }
        Self {
            site,
            edge,
            service,
            wire,
            simulator,
        }
    }

    /// The same with the mailbox linked by [`USER`].
    pub fn linked(service: Service, count: u32) -> Self {
        let world = Self::new(service, count);
        world.link(USER, service.mailbox()).unwrap();
        world
    }

    /// The same with the first sync begun, of all mail.
    pub fn started(service: Service, count: u32) -> Self {
        let world = Self::linked(service, count);
        world.start(USER, Value::Null);
        world
    }

    /// The same with the first sync ended.
    pub fn synced(service: Service, count: u32) -> Self {
        let world = Self::started(service, count);
        world.run();
        world.assert_equal();
        world
    }

    /// The simulator itself.
    pub fn simulator(&self) -> Rc<RefCell<Simulator>> {
        Rc::clone(&self.simulator)
    }

    /// Asks for the consent page, agrees with everything in `mailbox`, and hands the answer to the plugin.
    pub fn link(&self, user: User, mailbox: &str) -> Result<Value> {
        let asked = json!({ "type": self.service.name() });
        let back = self.consent(user, asked, mailbox, |_| true);
        self.site.mail(user, "oauth2callback", back)
    }

    /// Goes to the consent page and back: the parameters that the browser brings along.
    pub fn consent(&self, user: User, asked: Value, mailbox: &str, grants: impl Fn(&str) -> bool) -> Value {
        let url = self.site.mail(user, "oauth2url", asked).unwrap()["url"].clone();
        self.decide(url.as_str().unwrap(), mailbox, grants)
    }

    /// Agrees on a consent page: the parameters that the browser brings back.
    pub fn decide(&self, url: &str, mailbox: &str, grants: impl Fn(&str) -> bool) -> Value {
        let back = self.answer_consent(url, mailbox, "allow", grants);
        self.wire
            .keep_secret(["code", "state"].map(|name| back[name].as_str().unwrap_or_default().to_owned()));
        back
    }

    /// Chooses `decision` on a consent page: the parameters that the browser brings back.
    pub fn answer_consent(
        &self,
        url: &str,
        mailbox: &str,
        decision: &str,
        grants: impl Fn(&str) -> bool,
    ) -> Value {
        let url = url::Url::parse(url).unwrap();
        let query = url.query().unwrap();
        let scopes = parameters(url.as_str())["scope"].clone();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("query", query)
            .append_pair("user", mailbox)
            .append_pair("decision", decision);
        for scope in scopes.split(' ').filter(|scope| grants(scope)) {
            form.append_pair("grant", scope);
        }
        let request = Request::post(url.path())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.finish().into_bytes())
            .unwrap();
        let now = self.site.host.now().timestamp_millis();
        let reply = self.simulator.borrow_mut().handle(&request, now);
        let location = reply.response.headers()["location"].to_str().unwrap().to_owned();
        assert!(
            location.starts_with(&format!("{ORIGIN}/admin/settings/mail/oauth2?")),
            "{location}"
        );
        json!(parameters(&location))
    }

    /// Chooses the start date and lets the first sync begin.
    pub fn start(&self, user: User, since: Value) {
        let values = json!({ "email": self.service.mailbox(), "startDate": since });
        self.site.mail(user, "startSync", values).unwrap();
    }

    /// "Sync emails", and everything that follows from it.
    pub fn sync_emails(&self) {
        self.site.host.advance(TimeDelta::seconds(1));
        self.site.mail(USER, "messagesSync", json!({})).unwrap();
        self.run();
    }

    /// One step. `None` when the process ended in it.
    pub fn step(&self) -> Option<Result<bool>> {
        let outcome = self.site.plugin.run_schedule("sync").now_or_never()?;
        Some(outcome.map(|outcome| outcome.again))
    }

    /// Steps until nothing is due. Returns whether it came to that: a failure of the storage or a crash ends it.
    pub fn run(&self) -> bool {
        /// No mailbox of these tests takes as many steps.
        const ENDLESS: usize = 300;
        for _ in 0..ENDLESS {
            match self.step() {
                Some(Ok(true)) => {}
                Some(Ok(false)) => return true,
                Some(Err(error)) => {
                    assert_eq!(error.code(), ErrorCode::StorageFailed, "{error}");
                    return false;
                }
                None => return false,
            }
        }
        panic!("the schedule asks for one step after the other without an end");
    }

    /// A new process on the same storage.
    pub fn restart(&mut self) {
        self.site.plugin = Plugin::new(Rc::clone(&self.edge) as Rc<dyn Host>);
    }

    /// Lets time pass, with the schedule running, until the account has recovered from what happened to it.
    pub fn recover(&mut self) {
        const ROUNDS: usize = 12;
        for _ in 0..ROUNDS {
            self.restart();
            self.site.host.advance(TimeDelta::minutes(11));
            self.run();
            let is_ready = self.account()["status"] == "ready" && self.account()["syncState"]["done"] == true;
            if is_ready && !self.ledger().iter().any(|row| row["state"] == "failing") {
                return;
            }
        }
        panic!(
            "no recovery: {:?} {:?} {:?}",
            self.account()["status"],
            self.account()["statusReason"],
            self.ledger()
        );
    }

    /// The first account.
    pub fn account(&self) -> Row {
        self.site.host.rows("mailAccounts").remove(0)
    }

    pub fn ledger(&self) -> Vec<Row> {
        self.site.host.rows("mailSyncItems")
    }

    /// The records of mails that aren't hidden.
    pub fn shown(&self) -> Vec<Row> {
        let mut rows = self.site.host.rows("mailMessages");
        rows.retain(|row| row.get("deletedAt").is_none_or(Value::is_null));
        rows
    }

    /// What is stored.
    pub fn stored(&self) -> Vec<Mail> {
        let text = |row: &Row, column: &str| row[column].as_str().unwrap().to_owned();
        let flag = |row: &Row, column: &str| row[column].as_bool().unwrap();
        let rows = self.shown();
        let mail = |row: &Row| {
            let (read, starred) = (flag(row, "isRead"), flag(row, "isStarred"));
            (text(row, "mailId"), text(row, "boxType"), read, starred)
        };
        sorted(rows.iter().map(mail).collect())
    }

    /// What should be stored.
    pub fn expected(&self) -> Vec<Mail> {
        sorted(
            self.state()
                .iter()
                .map(|message| self.service.expected(message))
                .collect(),
        )
    }

    /// Checks that the database says what the provider says: nothing lost, nothing double, nothing else.
    pub fn assert_equal(&self) {
        assert_eq!(self.stored(), self.expected(), "{:?}", self.service);
    }

    /// Checks that nothing that was logged or told to pages holds a secret, a subject or a text.
    pub fn assert_discreet(&self) {
        let lines = self.site.host.lines().join("\n");
        let events = serde_json::to_string(&self.site.host.events()).unwrap();
        for secret in self.secrets() {
            assert!(
                !lines.contains(&secret) && !events.contains(&secret),
                "a secret was told"
            );
        }
        for row in self.site.host.rows("mailMessages") {
            for column in ["subject", "preview", "bodyText", "bodyHtml"] {
                let text: String = row[column]
                    .as_str()
                    .unwrap_or_default()
                    .chars()
                    .take(40)
                    .collect();
                if text.len() > 8 {
                    assert!(
                        !lines.contains(&text) && !events.contains(&text),
                        "{column} was told"
                    );
                }
            }
        }
    }

    /// Every token, code, state and client secret so far.
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = self.wire.secrets();
        secrets.extend(SERVICES.map(|service| format!("{}-secret", service.name())));
        secrets
    }

    /// The requests since the last call of this, as method and path; Outlook's folders by their names.
    pub fn requests(&self) -> Vec<String> {
        let folders = self.folders();
        let named = |request: String| {
            folders
                .iter()
                .fold(request, |request, (id, name)| request.replace(id, name))
        };
        self.wire.take_requests().into_iter().map(named).collect()
    }
}

fn config(count: u32, now: DateTime<Utc>) -> Config {
    let mailboxes = SERVICES.into_iter().flat_map(|service| {
        [service.mailbox(), service.other_mailbox()].map(|email| MailboxPlan {
            provider: service.provider(),
            email: email.to_owned(),
            count,
        })
    });
    let client = |service: Service| Client {
        id: format!("{}-id", service.name()),
        secret: format!("{}-secret", service.name()),
    };
    Config {
        start_ms: now.timestamp_millis(),
        mailboxes: mailboxes.collect(),
        google: client(Service::Google),
        microsoft: client(Service::Microsoft),
        redirect_uris: vec![format!("{ORIGIN}/admin/settings/mail/oauth2")],
        ..Config::default()
    }
}

fn sorted(mut mails: Vec<Mail>) -> Vec<Mail> {
    mails.sort();
    mails
}
