//! Business conversations: two people answering each other, each mail quoting the one before.

use super::people::{CITIES, COLLEAGUES, CONTACTS, Owner, PRODUCTS};
use super::scenarios::{QUICK_NOTES, SCENARIOS, Scenario, Topic};
use super::{Kind, Source, files};
use crate::mail::{Address, Mail, escape_html};
use crate::mailbox::label;
use crate::rng::Rng;

/// The firm that the mailboxes' owners work for.
const OWN_COMPANY: &str = "Halberg Trading";

/// The other side of a conversation.
pub(super) struct Counterpart {
    pub(super) first_name: String,
    pub(super) address: Address,
    pub(super) company: String,
    pub(super) role: String,
}

/// What the placeholders of a text stand for in one conversation.
pub(super) struct Facts {
    values: [(&'static str, String); 9],
    pub(super) amount: String,
    pub(super) number: String,
}

impl Facts {
    /// Nothing in them depends on the time, so that all mails of a conversation agree.
    pub(super) fn new(rng: &mut Rng, company: &str) -> Self {
        let number = (20_000 + rng.below(79_999)).to_string();
        let amount = format!(
            "€ {},{:03}.{:02}",
            1 + rng.below(48),
            rng.below(1_000),
            rng.below(100)
        );
        let values = [
            ("{company}", company.to_owned()),
            ("{partner}", partner(rng, company).to_owned()),
            ("{product}", rng.pick(PRODUCTS).to_owned()),
            ("{city}", rng.pick(CITIES).to_owned()),
            ("{number}", number.clone()),
            ("{amount}", amount.clone()),
            ("{count}", (4 + rng.below(60)).to_string()),
            (
                "{day}",
                rng.pick(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])
                    .to_owned(),
            ),
            ("{date}", format!("the {}th", 11 + rng.below(10))),
        ];
        Self {
            values,
            amount,
            number,
        }
    }

    pub(super) fn fill(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |filled, (name, value)| {
            filled.replace(name, value)
        })
    }
}

/// A firm other than the one given.
fn partner(rng: &mut Rng, company: &str) -> &'static str {
    let first = rng.pick(CONTACTS).company;
    if first == company {
        "Bergmann Textiles"
    } else {
        first
    }
}

/// A colleague or someone from another firm.
pub(super) fn counterpart(rng: &mut Rng, owner: &Owner) -> Counterpart {
    if rng.percent(28) {
        let (first, name, local) = rng.pick(COLLEAGUES);
        let domain = owner
            .address
            .email
            .rsplit_once('@')
            .map_or("example", |(_, domain)| domain);
        return Counterpart {
            first_name: first.to_owned(),
            address: Address::new(name, &format!("{local}@{domain}")),
            // The firm that the conversation is about.
            company: rng.pick(CONTACTS).company.to_owned(),
            role: OWN_COMPANY.to_owned(),
        };
    }
    supplier(rng)
}

/// Someone from another firm.
pub(super) fn supplier(rng: &mut Rng) -> Counterpart {
    let contact = rng.pick(CONTACTS);
    Counterpart {
        first_name: contact.first_name.to_owned(),
        address: contact.address(),
        company: contact.company.to_owned(),
        role: format!("{} · {}", contact.role, contact.company),
    }
}

/// The scenario of a conversation: each in its turn, so that neighbours differ.
fn scenario_of(seed: u64, thread: u32) -> Scenario {
    let place = (u64::from(thread).wrapping_mul(5).wrapping_add(seed)).checked_rem(SCENARIOS.len() as u64);
    SCENARIOS
        .get(place.unwrap_or_default() as usize)
        .copied()
        .unwrap_or_default()
}

/// How many mails a conversation can have.
pub(super) fn longest(seed: u64, thread: u32) -> u16 {
    scenario_of(seed, thread).turns.len() as u16
}

/// The user label of a conversation (0: none), known without composing it.
pub(super) fn label_of(seed: u64, kind: Kind, thread: u32) -> u64 {
    match kind {
        Kind::Invoice => label::INVOICES,
        Kind::Conversation => match scenario_of(seed, thread).topic {
            Topic::General => 0,
            Topic::Customers => label::CUSTOMERS,
            Topic::Invoices => label::INVOICES,
            Topic::Projects => label::PROJECTS,
        },
        _ => 0,
    }
}

struct Conversation<'a> {
    source: Source<'a>,
    other: Counterpart,
    scenario: Scenario,
    facts: Facts,
}

pub(super) fn compose(source: Source<'_>) -> Mail {
    let mut rng = source.thread_rng();
    let other = counterpart(&mut rng, source.owner);
    let scenario = scenario_of(source.seed, source.thread);
    let facts = Facts::new(&mut rng, &other.company);
    Conversation {
        source,
        other,
        scenario,
        facts,
    }
    .mail()
}

impl Conversation<'_> {
    fn mail(&self) -> Mail {
        let source = self.source;
        let own = source.position % 2 == 1;
        let owner = &source.owner.address;
        let (from, to) = if own {
            (owner, &self.other.address)
        } else {
            (&self.other.address, owner)
        };
        let subject = self.facts.fill(self.scenario.subject);
        let mut cc = Vec::new();
        if source.thread % 5 == 2 {
            let domain = owner
                .email
                .rsplit_once('@')
                .map_or("example", |(_, domain)| domain);
            cc.push(Address::new("Megan O'Neill", &format!("megan.oneill@{domain}")));
        }
        let mut mail = Mail {
            from: Some(from.clone()),
            to: vec![to.clone()],
            cc,
            subject: Some(if source.position == 0 {
                subject.clone()
            } else {
                format!("Re: {subject}")
            }),
            text: Some(self.text(source.position)),
            html: Some(self.html(source.position)),
            ..Mail::default()
        };
        if let (0, Some(filename)) = (source.position, self.scenario.file) {
            let lines = [
                subject,
                format!("From: {}", self.other.company),
                format!("Total: {}", self.facts.amount.replace('€', "EUR")),
            ];
            mail.attachments.push(files::pdf(filename, &lines));
        }
        mail
    }

    fn paragraphs(&self, position: u16) -> String {
        let turn = self.scenario.turns.get(usize::from(position)).copied();
        let text = turn.unwrap_or("Thank you, noted.\nHave a good day!");
        self.facts.fill(text)
    }

    fn names(&self, position: u16) -> (&str, &str) {
        let pair = (self.other.first_name.as_str(), self.source.owner.first_name);
        if position % 2 == 1 { (pair.1, pair.0) } else { pair }
    }

    fn author(&self, position: u16) -> &Address {
        if position % 2 == 1 {
            &self.source.owner.address
        } else {
            &self.other.address
        }
    }

    fn text(&self, position: u16) -> String {
        let (writer, reader) = self.names(position);
        let mut text = format!(
            "Hi {reader},\n\n{}\n\nBest regards\n{writer}\n",
            self.paragraphs(position).replace('\n', "\n\n")
        );
        if let Some(before) = position.checked_sub(1) {
            let author = self.author(before);
            text.push_str(&format!("\n{} <{}> wrote:\n", author.name, author.email));
            for line in self.paragraphs(before).lines() {
                text.push_str(&format!("> {line}\n"));
            }
        }
        text
    }

    fn html(&self, position: u16) -> String {
        let (writer, reader) = self.names(position);
        let role = if position % 2 == 1 {
            "Halberg Trading"
        } else {
            self.other.role.as_str()
        };
        let mut html = format!(
            "<div dir=\"ltr\" style=\"font-family:Calibri,Arial,Helvetica,sans-serif;font-size:11pt;color:#1f2937\"><p>Hi {},</p>{}\
             <p>Best regards<br>{}</p><div style=\"color:#6b7280;font-size:9pt;border-top:1px solid #d1d5db;padding-top:6px\">{}<br>{}</div>",
            escape_html(reader),
            html_paragraphs(&self.paragraphs(position)),
            escape_html(writer),
            escape_html(&self.author(position).name),
            escape_html(role),
        );
        if let Some(before) = position.checked_sub(1) {
            let author = self.author(before);
            html.push_str(&format!(
                "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{} &lt;<a href=\"mailto:{email}\">{email}</a>&gt; wrote:<br></div>\
                 <blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">{}</blockquote></div>",
                escape_html(&author.name),
                html_paragraphs(&self.paragraphs(before)),
                email = escape_html(&author.email),
            ));
        }
        html.push_str("</div>");
        html
    }
}

pub(super) fn html_paragraphs(text: &str) -> String {
    text.lines()
        .map(|line| format!("<p>{}</p>", escape_html(line)))
        .collect()
}

/// A short note without a conversation: subject and text.
pub(super) fn quick_note(rng: &mut Rng, facts: &Facts) -> (String, String) {
    let (subject, text) = rng.pick(QUICK_NOTES);
    (facts.fill(subject), facts.fill(text))
}
