//! Delta of a folder's messages and of the folders. Links are opaque: they carry the query of the first request, where
//! the listing stands and from which change on the next round begins.
//! <https://learn.microsoft.com/graph/delta-query-messages>

use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::resource::{self, selection};
use super::{Call, Outcome, Prefer, error, ids, reply};
use crate::answer::{Parameters, seal, unseal};
use crate::graph::error::ApiError;
use crate::mailbox::disorder::Kind;
use crate::mailbox::{FolderSlot, Mailbox};

/// Most messages that a delta with a filter ever gives.
const FILTERED_MOST: u64 = 5_000;

/// What a link remembers.
#[derive(Clone, Debug)]
struct State {
    /// Changes after this one are still to be told.
    since: u64,
    /// In the first listing: the last message given. `None` once changes are told.
    after: Option<(i64, u32)>,
    listing: bool,
    /// How many the first listing has given.
    given: u64,
    /// Messages of which an older state was told last.
    owed: Vec<u32>,
    epoch: u32,
    select: String,
    filter: String,
    ascending: bool,
}

impl State {
    fn first(call: &Call<'_>, epoch: u32) -> Result<Self, ApiError> {
        let order = call.query.get("$orderby").to_ascii_lowercase();
        if ![
            "",
            "receiveddatetime",
            "receiveddatetime desc",
            "receiveddatetime asc",
        ]
        .contains(&order.trim())
        {
            return Err(error::bad_request(
                "Change tracking is not supported with this $orderby.",
            ));
        }
        if !call.query.get("$search").is_empty() || !call.query.get("$expand").is_empty() {
            return Err(error::bad_request(
                "Change tracking is not supported with $search or $expand.",
            ));
        }
        Ok(Self {
            since: call.mailbox.sequence(),
            after: None,
            listing: true,
            given: 0,
            owed: Vec::new(),
            epoch,
            select: call.query.get("$select").to_owned(),
            filter: call.query.get("$filter").to_owned(),
            ascending: order.contains("receiveddatetime") && !order.contains("desc"),
        })
    }

    fn of(token: &str) -> Result<Self, ApiError> {
        let value = unseal(token).ok_or_else(|| error::bad_request("Badly formed token."))?;
        let number = |name: &str| value.get(name).and_then(Value::as_u64);
        let after = value
            .get("t")
            .and_then(Value::as_i64)
            .zip(number("i").and_then(|index| u32::try_from(index).ok()));
        let owed = value.get("o").and_then(Value::as_array).map(|owed| {
            let index = |index: &Value| u32::try_from(index.as_u64()?).ok();
            owed.iter().filter_map(index).collect()
        });
        let state = || {
            Some(Self {
                since: number("s")?,
                after,
                listing: number("l")? == 1,
                given: number("g")?,
                owed: owed.unwrap_or_default(),
                epoch: u32::try_from(number("e")?).ok()?,
                select: crate::answer::text(&value, "c").to_owned(),
                filter: crate::answer::text(&value, "f").to_owned(),
                ascending: number("a")? == 1,
            })
        };
        state().ok_or_else(|| error::bad_request("Badly formed token."))
    }

    fn seal(&self) -> String {
        seal(&json!({
            "s": self.since,
            "t": self.after.map(|(time, _)| time),
            "i": self.after.map(|(_, index)| index),
            "l": u8::from(self.listing),
            "g": self.given,
            "o": self.owed,
            "e": self.epoch,
            "c": self.select,
            "f": self.filter,
            "a": u8::from(self.ascending),
        }))
    }
}

fn link(call: &Call<'_>, name: &str, state: &State) -> String {
    format!("{}{}?{name}={}", call.origin, call.path, state.seal())
}

/// The state of a request: of its token, or a first one.
fn state(call: &Call<'_>, epoch: u32) -> Result<State, ApiError> {
    let token = [call.query.get("$skiptoken"), call.query.get("$deltatoken")]
        .into_iter()
        .find(|token| !token.is_empty());
    match token {
        None => State::first(call, epoch),
        Some("latest") => Ok(State {
            listing: false,
            ..State::first(call, epoch)?
        }),
        Some(token) => {
            let state = State::of(token)?;
            if state.epoch == epoch {
                Ok(state)
            } else {
                Err(error::sync_state_not_found())
            }
        }
    }
}

fn answer(call: &Call<'_>, context: &str, value: Vec<Value>, state: &State, more: bool) -> Outcome {
    let name = if more {
        ("@odata.nextLink", "$skiptoken")
    } else {
        ("@odata.deltaLink", "$deltatoken")
    };
    let mut body = json!({ "@odata.context": call.context(context), "value": value });
    if let Some(members) = body.as_object_mut() {
        members.insert(name.0.to_owned(), json!(link(call, name.1, state)));
    }
    Ok(reply(200, &body))
}

pub(super) fn messages(call: &mut Call<'_>, folder: &str) -> Outcome {
    let slot = ids::find_folder(call.mailbox, folder)?;
    let epoch = call.mailbox.folder(slot).map_or(0, |folder| folder.epoch);
    let mut state = state(call, epoch)?;
    let filter = Filter::parse(&state.filter, call.mailbox)?;
    if !filter.only_received_since() {
        return Err(error::bad_request(
            "Change tracking supports only filters on receivedDateTime with ge or gt.",
        ));
    }
    let size = call.page_size(10, 1_000)?;
    let goes_on = !call.query.get("$skiptoken").is_empty();
    if goes_on && call.mailbox.disorder.takes(Kind::Expiry) && call.mailbox.disorder.below(2) == 0 {
        return Err(error::sync_state_not_found());
    }
    let select = selection(&Parameters::parse(&format!("$select={}", state.select)));
    let page = Page {
        slot,
        size,
        prefer: call.prefer,
        select: select.as_deref(),
    };
    let (mut value, more) = if state.listing {
        page.listed(call.mailbox, &filter, &mut state)
    } else {
        page.changed(call.mailbox, &filter, &mut state)
    };
    call.mailbox.disorder.shuffle(&mut value);
    // Behind everything else: an older state is the last word for now.
    value.extend(page.stale(call.mailbox, &mut state));
    answer(call, "Collection(message)", value, &state, more)
}

/// What a page of a folder's feed is made of.
struct Page<'a> {
    slot: FolderSlot,
    size: usize,
    prefer: Prefer,
    select: Option<&'a [String]>,
}

impl Page<'_> {
    fn show(&self, mailbox: &Mailbox, index: u32) -> Value {
        resource::message(mailbox, index, self.prefer, self.select)
    }

    fn removed(&self, mailbox: &Mailbox, index: u32) -> Value {
        removed(&ids::message_id(mailbox, index, self.prefer.immutable_ids))
    }

    fn listed(&self, mailbox: &mut Mailbox, filter: &Filter, state: &mut State) -> (Vec<Value>, bool) {
        let tells_again = state.after.is_some() && mailbox.disorder.takes(Kind::Repeats);
        let tells_removals = mailbox.disorder.takes(Kind::Removals);
        let mailbox = &*mailbox;
        let (found, more) = listing(mailbox, self.slot, filter, state, self.size);
        let mut value = Vec::new();
        if tells_removals {
            let left = mailbox.folder_changes(self.slot, state.since).into_iter();
            let left = left.filter(|(_, _, inside)| !inside);
            value.extend(left.map(|(index, ..)| self.removed(mailbox, index)));
        }
        if tells_again {
            let before = State {
                ascending: !state.ascending,
                ..state.clone()
            };
            let (before, _) = listing(mailbox, self.slot, filter, &before, 2);
            value.extend(before.iter().map(|index| self.show(mailbox, *index)));
        }
        value.extend(found.iter().map(|index| self.show(mailbox, *index)));
        state.given += found.len() as u64;
        state.after = found.last().map(|index| mailbox.key(*index));
        state.listing = more && (filter.is_empty() || state.given < FILTERED_MOST);
        if !state.listing {
            state.after = None;
        }
        (value, state.listing)
    }

    fn changed(&self, mailbox: &mut Mailbox, filter: &Filter, state: &mut State) -> (Vec<Value>, bool) {
        let begins_at = match mailbox.disorder.takes(Kind::Repeats) {
            true => state.since.saturating_sub(1 + mailbox.disorder.below(6) as u64),
            false => state.since,
        };
        let mut changes = mailbox.folder_changes(self.slot, begins_at);
        let again = changes.iter().filter(|change| change.1 <= state.since).count();
        let lags = mailbox.disorder.takes(Kind::Lags);
        if lags {
            changes.truncate(again + mailbox.disorder.below(changes.len() + 1 - again));
        }
        let more = changes.len() - again > self.size;
        let mailbox = &*mailbox;
        let owed = std::mem::take(&mut state.owed).into_iter();
        let owed = owed.filter(|index| {
            mailbox
                .entry(*index)
                .is_some_and(|entry| entry.folder == self.slot)
        });
        let mut value: Vec<Value> = owed.map(|index| self.show(mailbox, index)).collect();
        for (index, sequence, inside) in changes.into_iter().take(again + self.size) {
            state.since = state.since.max(sequence);
            if inside && filter.matches(mailbox, index) {
                value.push(self.show(mailbox, index));
            } else if !inside {
                value.push(self.removed(mailbox, index));
            }
        }
        if !more && !lags {
            state.since = mailbox.sequence();
        }
        (value, more)
    }

    /// A message as it stood before, which is corrected with the next page or round.
    fn stale(&self, mailbox: &mut Mailbox, state: &mut State) -> Option<Value> {
        if state.listing || !mailbox.disorder.takes(Kind::Stale) {
            return None;
        }
        let recent = mailbox.folder_changes(self.slot, state.since.saturating_sub(6));
        let (index, ..) = recent
            .into_iter()
            .rev()
            .find(|change| change.2 && change.1 <= state.since)?;
        let older = mailbox.older_state(index, state.since.saturating_sub(6))?;
        state.owed.push(index);
        Some(resource::message_as(
            mailbox,
            index,
            &older,
            self.prefer,
            self.select,
        ))
    }
}

fn removed(id: &str) -> Value {
    let mut item = Map::new();
    item.insert("id".to_owned(), json!(id));
    item.insert("@removed".to_owned(), json!({ "reason": "deleted" }));
    Value::Object(item)
}

fn listing(
    mailbox: &Mailbox,
    slot: FolderSlot,
    filter: &Filter,
    state: &State,
    size: usize,
) -> (Vec<u32>, bool) {
    let fits = |index: &u32| {
        mailbox.entry(*index).is_some_and(|entry| entry.folder == slot) && filter.matches(mailbox, *index)
    };
    let mut found: Vec<u32> = if state.ascending {
        mailbox
            .oldest_first(state.after)
            .filter(fits)
            .take(size + 1)
            .collect()
    } else {
        mailbox
            .newest_first(state.after)
            .filter(fits)
            .take(size + 1)
            .collect()
    };
    let more = found.len() > size;
    found.truncate(size);
    (found, more)
}

pub(super) fn folders(call: &mut Call<'_>) -> Outcome {
    let epoch = call
        .mailbox
        .folders
        .iter()
        .map(|folder| folder.epoch)
        .max()
        .unwrap_or(0);
    let mut state = state(call, epoch)?;
    let select = selection(&Parameters::parse(&format!("$select={}", state.select)));
    let counts = resource::counts(call.mailbox);
    let mailbox = &*call.mailbox;
    let mut value = Vec::new();
    for (place, folder) in mailbox.folders.iter().enumerate() {
        let slot = FolderSlot(place as u16);
        if folder.alive && (state.listing || folder.changed > state.since) {
            value.push(resource::folder(mailbox, slot, &counts, select.as_deref()));
        } else if !folder.alive && !state.listing && folder.changed > state.since {
            value.push(removed(&ids::folder_id(mailbox, slot)));
        }
    }
    state.listing = false;
    state.since = mailbox.sequence();
    answer(call, "Collection(mailFolder)", value, &state, false)
}
