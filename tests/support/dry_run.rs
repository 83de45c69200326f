//! A site in a dry run: its requests are answered by the stand-in, and there is no way to anybody else.

use std::cell::RefCell;
use std::rc::Rc;

use chrono::TimeDelta;
use email_manager::error::{Error, ErrorCode};
use email_manager::host::{Batch, CommitOutcome, Filter, Host, Row};
use email_manager_simulator::StandIn;
use serde_json::{Value, json};

use super::{ADMIN, Site, USER, parameters};

/// A site, its stand-in, and what was asked of it.
pub struct DryRun {
    pub site: Site,
    stand_in: Rc<RefCell<StandIn>>,
    /// Every address that was asked.
    pub asked: Rc<RefCell<Vec<String>>>,
}

impl DryRun {
    pub fn on(site: Site) -> Self {
        let stand_in = Rc::new(RefCell::new(StandIn::new()));
        let asked = Rc::new(RefCell::new(Vec::new()));
        let clock = Rc::downgrade(&site.host);
        let (log, answers) = (Rc::clone(&asked), Rc::clone(&stand_in));
        site.host.answer(move |request| {
            log.borrow_mut().push(request.uri().to_string());
            if !request.uri().host().unwrap().ends_with(".dry-run.invalid") {
                return Err(Error::new(ErrorCode::NetworkFailed, "there is no network"));
            }
            let now = clock.upgrade().unwrap().now().timestamp_millis();
            Ok(answers.borrow_mut().answer(&request, now))
        });
        Self {
            site,
            stand_in,
            asked,
        }
    }

    pub fn started(service: &str) -> Self {
        let run = Self::on(Site::new());
        run.admin("startDryRun", service);
        run
    }

    pub fn admin(&self, action: &str, service: &str) -> Value {
        self.site.mail(ADMIN, action, json!({ "type": service })).unwrap()
    }

    /// The query of the consent page's address.
    pub fn consent_query(&self, service: &str) -> String {
        let url = self
            .site
            .mail(USER, "oauth2url", json!({ "type": service }))
            .unwrap();
        let url = url["url"].as_str().unwrap().to_owned();
        let path = "https://crm.example.com/admin/settings/mail/dry-run?";
        url.strip_prefix(path).expect(&url).to_owned()
    }

    /// Agrees to everything: the parameters that come back to the site.
    pub fn agree(&self, service: &str, email: &str) -> Value {
        let query = self.consent_query(service);
        let page = self
            .site
            .mail(USER, "dryRunConsent", json!({ "query": query }))
            .unwrap();
        let emails: Vec<&str> = page["mailboxes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|each| each["email"].as_str().unwrap())
            .collect();
        assert!(emails.contains(&email), "{emails:?}");
        let decision =
            json!({ "query": query, "allow": true, "email": email, "scopes": page["scopes"].clone() });
        let url = self.site.mail(USER, "dryRunDecision", decision).unwrap();
        json!(parameters(url["url"].as_str().unwrap()))
    }

    pub fn link(&self, service: &str, email: &str) -> Value {
        let back = self.agree(service, email);
        let linked = self.site.mail(USER, "oauth2callback", back).unwrap();
        linked["account"].clone()
    }

    /// Links the mailbox and synchronises all of it.
    pub fn synced(service: &str, email: &str) -> Self {
        let run = Self::started(service);
        run.link(service, email);
        let all = json!({ "email": email, "startDate": null });
        run.site.mail(USER, "startSync", all).unwrap();
        run.sync();
        run
    }

    pub fn sync(&self) {
        while pollster::block_on(self.site.plugin.run_schedule("sync"))
            .unwrap()
            .again
        {}
    }

    pub fn sync_now(&self) {
        self.site.host.advance(TimeDelta::seconds(1));
        self.site
            .mail(USER, "messagesSync", json!({ "emails": [] }))
            .unwrap();
        self.sync();
    }

    /// The process ends and begins again.
    pub fn restart(&self) {
        *self.stand_in.borrow_mut() = StandIn::new();
        self.site.host.advance(TimeDelta::minutes(1));
    }

    pub fn rows(&self, collection: &str) -> Vec<Row> {
        self.site.host.rows(collection)
    }

    /// Puts a row into the place of the one with its id.
    pub fn put(&self, collection: &'static str, row: Row) {
        let batch = Batch::new()
            .delete(collection, Filter::eq("id", row["id"].clone()))
            .insert(collection, vec![row]);
        let outcome = pollster::block_on(self.site.host.commit(batch)).unwrap();
        assert_eq!(outcome, CommitOutcome::Committed);
    }

    pub fn subjects(&self) -> Vec<String> {
        let text = |row: &Row| row["subject"].as_str().unwrap_or_default().to_owned();
        self.rows("mailMessages").iter().map(text).collect()
    }

    pub fn account(&self) -> Value {
        self.site.mail(USER, "getMailAccounts", json!({})).unwrap()[0].clone()
    }
}
