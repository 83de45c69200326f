//! The control interface: what a test or a demo tells the simulator to do. JSON under `/control`.

mod deliver;
mod state;
mod take_over;

use http::Method;
use serde_json::{Value, json};

use crate::answer::{self, Request, Response, json_body, request_header, text, texts};
use crate::fault::Rule;
use crate::mailbox::disorder::Disorder;
use crate::mailbox::{FolderSlot, Mailbox, Provider, label};
use crate::oauth::{google, microsoft};
use crate::simulator::{Limits, Simulator};
use crate::{gmail, graph};

/// An answer's JSON or what was wrong with the request.
type Outcome = Result<Value, String>;

impl Simulator {
    pub(crate) fn control(&mut self, path: &[&str], request: &Request, now_ms: i64) -> Response {
        if !request_header(request, "authorization").is_empty() {
            return answer::json(403, &json!({ "error": "The control interface takes no tokens." }));
        }
        let body = json_body(request);
        let outcome = match (request.method(), path) {
            (&Method::GET, ["control", "stats"]) => Ok(self.figures()),
            (&Method::GET, ["control", "secrets"]) => {
                let secrets = self.google.secrets().into_iter().chain(self.microsoft.secrets());
                Ok(json!(secrets.collect::<Vec<_>>()))
            }
            (&Method::GET, ["control", "mailboxes"]) => Ok(self.list_mailboxes(now_ms)),
            (&Method::GET, ["control", "state"]) => self.state(&answer::Parameters::of_query(request)),
            (&Method::GET, ["control", "sent"]) => self.sent(&answer::Parameters::of_query(request)),
            (&Method::GET, ["control", "faults"]) => {
                Ok(json!(self.faults.iter().map(Rule::json).collect::<Vec<_>>()))
            }
            (&Method::POST, ["control", command]) => self.command(command, &body, now_ms),
            _ => {
                return answer::json(
                    404,
                    &json!({ "error": "No such control; see README.md of the simulator." }),
                );
            }
        };
        match outcome {
            Ok(body) => answer::json(200, &body),
            Err(error) => answer::json(400, &json!({ "error": error })),
        }
    }

    fn command(&mut self, command: &str, body: &Value, now_ms: i64) -> Outcome {
        match command {
            "deliver" => self.deliver(body, now_ms),
            "move" => self.move_messages(body),
            "delete" => self.each(body, |mailbox, index| {
                mailbox.remove(index);
            }),
            "mark" => self.mark(body),
            "folder" => self.folder(body),
            "revoke-consent" => {
                let (provider, email) = self.owner(body)?;
                self.auth(provider).revoke_user(&email);
                Ok(json!({ "ok": true }))
            }
            "take-over" => self.take_over(body, now_ms),
            "grant" => self.grant(body, now_ms),
            "expire-access-tokens" => {
                let user = Some(text(body, "mailbox")).filter(|user| !user.is_empty());
                self.google.expire_access(user);
                self.microsoft.expire_access(user);
                Ok(json!({ "ok": true }))
            }
            "expire-history" => {
                let mailbox = self.mailbox_of(body)?;
                mailbox.history_floor = mailbox.next_sequence();
                Ok(json!({ "oldestHistoryId": mailbox.history_floor.to_string() }))
            }
            "delay-sent" => {
                let ms = body.get("ms").and_then(Value::as_i64).ok_or("ms is missing")?;
                self.mailbox_of(body)?.post.delay_ms = ms;
                Ok(json!({ "ms": ms }))
            }
            "expire-delta" => self.expire_delta(body),
            "disorder" => {
                let disorder = Disorder::parse(body)?;
                self.mailbox_of(body)?.disorder = disorder;
                Ok(json!({ "ok": true }))
            }
            "fault" => {
                let rules = match body.as_array() {
                    Some(rules) => rules.iter().map(Rule::parse).collect::<Result<Vec<_>, _>>()?,
                    None => vec![Rule::parse(body)?],
                };
                self.faults.extend(rules);
                Ok(json!({ "faults": self.faults.len() }))
            }
            "clear-faults" => {
                self.faults.clear();
                self.latency_ms = 0;
                self.limits = Limits::default();
                Ok(json!({ "ok": true }))
            }
            "latency" => {
                self.latency_ms = body.get("ms").and_then(Value::as_u64).ok_or("ms is missing")?;
                Ok(json!({ "ms": self.latency_ms }))
            }
            "limits" => {
                let number = |name: &str| body.get(name).and_then(Value::as_u64);
                let concurrency = number("concurrency").and_then(|limit| u32::try_from(limit).ok());
                self.limits = Limits {
                    units_per_minute: number("unitsPerMinute"),
                    concurrency,
                };
                Ok(json!({ "ok": true }))
            }
            "application" => self.application(body),
            "advance-clock" => {
                let ms = body
                    .get("ms")
                    .and_then(Value::as_i64)
                    .filter(|ms| *ms >= 0)
                    .ok_or("ms must be 0 or more")?;
                self.clock_offset_ms = self.clock_offset_ms.saturating_add(ms);
                Ok(json!({ "now": crate::dates::iso8601(now_ms.saturating_add(ms)) }))
            }
            "reset-stats" => {
                self.stats.clear();
                self.google.refreshes.clear();
                self.microsoft.refreshes.clear();
                Ok(json!({ "ok": true }))
            }
            "reset" => {
                *self = Self::new(self.config.clone());
                Ok(json!({ "ok": true }))
            }
            other => Err(format!("unknown command {other}")),
        }
    }

    fn figures(&self) -> Value {
        let mut figures = self.stats.json();
        let refreshes = self.google.refreshes.iter().chain(&self.microsoft.refreshes);
        let refreshes = refreshes.map(|(user, count)| (user.clone(), json!(count)));
        if let Some(members) = figures.as_object_mut() {
            members.insert("refreshes".to_owned(), Value::Object(refreshes.collect()));
        }
        figures
    }

    fn owner(&self, body: &Value) -> Result<(Provider, String), String> {
        let email = text(body, "mailbox");
        let found = self.mailboxes.iter().find(|mailbox| mailbox.email() == email);
        found
            .map(|mailbox| (mailbox.provider, email.to_owned()))
            .ok_or_else(|| format!("no mailbox {email:?}"))
    }

    fn mailbox_of(&mut self, body: &Value) -> Result<&mut Mailbox, String> {
        let email = text(body, "mailbox");
        let found = self.mailboxes.iter_mut().find(|mailbox| mailbox.email() == email);
        found.ok_or_else(|| format!("no mailbox {email:?}"))
    }

    /// Does something to each message that a request names.
    fn each(&mut self, body: &Value, mut change: impl FnMut(&mut Mailbox, u32)) -> Outcome {
        let mailbox = self.mailbox_of(body)?;
        let chosen = chosen(mailbox, body)?;
        for index in &chosen {
            change(mailbox, *index);
        }
        Ok(json!({ "changed": chosen.len() }))
    }

    fn move_messages(&mut self, body: &Value) -> Outcome {
        let mailbox = self.mailbox_of(body)?;
        let to = text(body, "to");
        if mailbox.provider == Provider::Microsoft {
            let slot = folder_slot(mailbox, to)?;
            return self.each(body, |mailbox, index| {
                mailbox.relocate(index, slot);
            });
        }
        // In Gmail a folder is a label: moving replaces those that stand for places.
        let places = label::INBOX | label::TRASH | label::SPAM;
        let add = match to.to_lowercase().as_str() {
            "archive" => 0,
            name => label_bit(mailbox, name)?,
        };
        self.each(body, |mailbox, index| {
            mailbox.relabel(index, add, places & !add);
        })
    }

    fn mark(&mut self, body: &Value) -> Outcome {
        let (mut add, mut remove) = (0, 0);
        let mut set = |bit: u64, on: bool| if on { add |= bit } else { remove |= bit };
        if let Some(read) = body.get("read").and_then(Value::as_bool) {
            set(label::UNREAD, !read);
        }
        if let Some(starred) = body.get("starred").and_then(Value::as_bool) {
            set(label::STARRED, starred);
        }
        let mailbox = self.mailbox_of(body)?;
        for name in texts(body, "addLabels") {
            add |= label_bit(mailbox, name)?;
        }
        for name in texts(body, "removeLabels") {
            remove |= label_bit(mailbox, name)?;
        }
        self.each(body, |mailbox, index| {
            mailbox.relabel(index, add, remove);
        })
    }

    /// Creates, renames, moves or deletes a folder (Graph).
    fn folder(&mut self, body: &Value) -> Outcome {
        let mailbox = self.mailbox_of(body)?;
        if let name @ [_, ..] = text(body, "create").as_bytes() {
            let name = String::from_utf8_lossy(name).into_owned();
            let parent = match text(body, "parent") {
                "" => None,
                parent => Some(folder_slot(mailbox, parent)?),
            };
            let slot = mailbox.add_folder(&name, parent);
            return Ok(json!({ "id": graph::folder_id(mailbox, slot) }));
        }
        if !text(body, "rename").is_empty() {
            let slot = folder_slot(mailbox, text(body, "rename"))?;
            let name = text(body, "to").to_owned();
            return Ok(json!({ "ok": mailbox.change_folder(slot, |folder| folder.name = name) }));
        }
        if !text(body, "move").is_empty() {
            let slot = folder_slot(mailbox, text(body, "move"))?;
            let parent = Some(folder_slot(mailbox, text(body, "parent"))?);
            return Ok(json!({ "ok": mailbox.change_folder(slot, |folder| folder.parent = parent) }));
        }
        let slot = folder_slot(mailbox, text(body, "delete"))?;
        let inside: Vec<u32> = mailbox
            .newest_first(None)
            .filter(|index| mailbox.entry(*index).is_some_and(|entry| entry.folder == slot))
            .collect();
        for index in inside {
            mailbox.remove(index);
        }
        Ok(json!({ "ok": mailbox.change_folder(slot, |folder| folder.alive = false) }))
    }

    fn expire_delta(&mut self, body: &Value) -> Outcome {
        let mailbox = self.mailbox_of(body)?;
        let only = match text(body, "folder") {
            "" => None,
            name => Some(folder_slot(mailbox, name)?),
        };
        for (place, folder) in mailbox.folders.iter_mut().enumerate() {
            if only.is_none_or(|slot| usize::from(slot.0) == place) {
                folder.epoch += 1;
            }
        }
        Ok(json!({ "ok": true }))
    }

    /// Tokens for a mailbox without the consent page.
    fn grant(&mut self, body: &Value, now_ms: i64) -> Outcome {
        let (provider, email) = self.owner(body)?;
        let scope = text(body, "scope");
        Ok(match provider {
            Provider::Google => google::grant(&mut self.google, &email, scope, now_ms),
            Provider::Microsoft => microsoft::grant(&mut self.microsoft, &email, scope, now_ms),
        })
    }

    fn application(&mut self, body: &Value) -> Outcome {
        let set = |name: &str, flag: &mut bool| {
            if let Some(value) = body.get(name).and_then(Value::as_bool) {
                *flag = value;
            }
        };
        set("gmailApiDisabled", &mut self.google.quirks.api_disabled);
        set("secretExpired", &mut self.microsoft.quirks.secret_expired);
        set("singleTenant", &mut self.microsoft.quirks.single_tenant);
        for server in [&mut self.google, &mut self.microsoft] {
            set(
                "singleUseRefreshTokens",
                &mut server.quirks.single_use_refresh_tokens,
            );
        }
        set(
            "adminConsentRequired",
            &mut self.microsoft.quirks.admin_consent_required,
        );
        Ok(json!({ "ok": true }))
    }
}

/// Messages a request names: `id`, `ids` (provider ids or Message-IDs) or `newest` (that many of the inbox).
fn chosen(mailbox: &Mailbox, body: &Value) -> Result<Vec<u32>, String> {
    if let Some(count) = body.get("newest").and_then(Value::as_u64) {
        let inbox = |index: &u32| {
            mailbox.entry(*index).is_some_and(|entry| match mailbox.provider {
                Provider::Google => entry.has(label::INBOX),
                Provider::Microsoft => entry.folder == FolderSlot::INBOX,
            })
        };
        return Ok(mailbox
            .newest_first(None)
            .filter(inbox)
            .take(count as usize)
            .collect());
    }
    let mut ids = texts(body, "ids");
    ids.extend(Some(text(body, "id")).filter(|id| !id.is_empty()));
    if ids.is_empty() {
        return Err("id, ids or newest is missing".to_owned());
    }
    ids.into_iter()
        .map(|id| find(mailbox, id).ok_or_else(|| format!("no message {id:?}")))
        .collect()
}

/// A living message by provider id or Message-ID.
fn find(mailbox: &Mailbox, id: &str) -> Option<u32> {
    let by_provider = match mailbox.provider {
        Provider::Google => gmail::index_of(mailbox, id).filter(|index| mailbox.entry(*index).is_some()),
        Provider::Microsoft => graph::find_message(mailbox, id).ok(),
    };
    by_provider.or_else(|| mailbox.find_message_id(id))
}

fn folder_slot(mailbox: &Mailbox, name: &str) -> Result<FolderSlot, String> {
    mailbox
        .folder_named(name)
        .ok_or_else(|| format!("no folder {name:?}"))
}

/// The bit of a label by id or name (Graph: category).
fn label_bit(mailbox: &Mailbox, name: &str) -> Result<u64, String> {
    let own = mailbox
        .labels
        .iter()
        .position(|label| label.name.eq_ignore_ascii_case(name))
        .map(label::user_bit);
    own.or_else(|| label::bit_of_id(name, &mailbox.labels))
        .or_else(|| label::bit_of_id(&name.to_uppercase(), &mailbox.labels))
        .ok_or_else(|| format!("no label {name:?}"))
}
