//! Mails for measuring: about 8 KB of HTML each, one to four in a conversation.

use super::Source;
use super::people::CONTACTS;
use crate::mail::{Address, Mail};
use crate::rng::Rng;

const WORDS: &[&str] = &[
    "delivery",
    "schedule",
    "please",
    "confirm",
    "the",
    "agreed",
    "quantity",
    "of",
    "units",
    "for",
    "our",
    "warehouse",
    "before",
    "Friday",
    "and",
    "send",
    "updated",
    "invoice",
    "to",
    "accounting",
    "team",
    "with",
    "reference",
    "number",
    "thank",
    "you",
    "regarding",
    "contract",
    "review",
    "meeting",
    "notes",
    "attached",
    "project",
    "status",
    "budget",
];

/// Characters of HTML to reach.
const SIZE: usize = 8_000;

pub(super) fn compose(source: Source<'_>) -> Mail {
    let mut thread = source.thread_rng();
    let contact = thread.pick(CONTACTS).address();
    let subject = format!("{} ({})", sentence(&mut thread, 5), source.thread);
    let mut rng = source.mail_rng();
    let mut html = String::from(
        "<html><body style=\"margin:0;font-family:Arial,sans-serif;font-size:14px\"><table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">",
    );
    let mut text = String::new();
    while html.len() < SIZE {
        let line = sentence(&mut rng, 24);
        html.push_str(&format!(
            "<tr><td style=\"padding:8px 16px;color:#333333;line-height:1.5\"><p style=\"margin:0 0 8px\">{line}</p><a href=\"https://example.com/items/{}\" style=\"color:#0b57d0\">Open item</a></td></tr>",
            rng.below(100_000)
        ));
        text.push_str(&line);
        text.push('\n');
    }
    html.push_str("</table></body></html>");
    let owner: &Address = &source.owner.address;
    let own = source.position % 2 == 1;
    let (from, to) = if own {
        (owner.clone(), contact)
    } else {
        (contact, owner.clone())
    };
    Mail {
        from: Some(from),
        to: vec![to],
        subject: Some(if source.position == 0 {
            subject
        } else {
            format!("Re: {subject}")
        }),
        text: Some(text),
        html: Some(html),
        ..Mail::default()
    }
}

fn sentence(rng: &mut Rng, words: usize) -> String {
    (0..words).map(|_| rng.pick(WORDS)).collect::<Vec<_>>().join(" ")
}
