//! Newsletters: nested tables, inline styles, remote pictures, a tracking pixel, as marketing tools write them.

use crate::mail::{Address, Mail};
use crate::rng::Rng;

#[derive(Clone, Copy, Default)]
struct Publisher {
    name: &'static str,
    email: &'static str,
    colour: &'static str,
    subjects: &'static [&'static str],
    headlines: &'static [&'static str],
}

const PUBLISHERS: &[Publisher] = &[
    Publisher {
        name: "The Logistics Brief",
        email: "brief@logistics-brief.example",
        colour: "#14532d",
        subjects: &[
            "Rail freight overtakes road on three routes",
            "What the new customs rules mean for you",
            "Five warehouses that got it right",
        ],
        headlines: &[
            "Rail freight overtakes road on three European routes",
            "Customs: what changes in spring",
            "Inside a warehouse without paper",
            "Electric lorries: a first winter",
            "Ports report shorter queues",
            "Readers ask: who pays for pallets?",
        ],
    },
    Publisher {
        name: "Northgate Office Supplies",
        email: "offers@northgate-office.example",
        colour: "#1d4ed8",
        subjects: &[
            "This week: 20 % off all desk lamps",
            "New in: the Arco chair in six colours",
            "Your autumn catalogue is here",
        ],
        headlines: &[
            "Arco chair, now in six colours",
            "Desk lamps: 20 % off until Sunday",
            "Paper by the pallet",
            "Quiet keyboards for shared rooms",
            "Whiteboards that wipe clean",
            "Free delivery from 49 €",
        ],
    },
    Publisher {
        name: "Design & Function",
        email: "hello@design-function.example",
        colour: "#9d174d",
        subjects: &[
            "Ten rooms with almost nothing in them",
            "A letter on letters",
            "Why good signs are hard",
        ],
        headlines: &[
            "Ten rooms with almost nothing in them",
            "Why good signs are hard",
            "A type foundry in an old mill",
            "Colour that lasts",
            "The return of the side table",
            "Books for long evenings",
        ],
    },
    Publisher {
        name: "Founders’ Weekly",
        email: "weekly@founders-weekly.example",
        colour: "#b45309",
        subjects: &[
            "The hiring question nobody asks",
            "Pricing, again",
            "Slow growth is growth",
        ],
        headlines: &[
            "The hiring question nobody asks",
            "Pricing is a conversation",
            "How a bakery plans its cash",
            "Slow growth is growth",
            "Three letters to investors",
            "Meetings we stopped having",
        ],
    },
];

const TEASERS: &[&str] = &[
    "A look at what changed this season, with figures from eleven firms that agreed to open their books to us.",
    "It began with a spreadsheet and a bet. Two years later the whole department works differently, and nobody wants to go back.",
    "We asked forty readers what they would do again. Their answers were more cautious than we expected, and more useful.",
    "Selected pieces at a lower price, while stocks last. Order before noon and it leaves our warehouse the same day.",
    "The short version: measure first, buy later. The long version has photographs and a checklist to print.",
];

/// One issue, its HTML 12 to 25 KB.
pub(crate) fn compose(rng: &mut Rng) -> Mail {
    let publisher = rng.pick(PUBLISHERS);
    let issue = 100 + rng.below(400);
    let mut cards = String::new();
    for number in 0..6 + rng.below(5) {
        cards.push_str(&card(publisher, rng, issue, number));
    }
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{name}</title><style>@media only screen and (max-width:600px){{.container{{width:100%!important}}.column{{display:block!important;width:100%!important}}}} a:hover{{text-decoration:underline!important}}</style></head>\
         <body style=\"margin:0;padding:0;background-color:#f3f4f6;\"><div style=\"display:none;max-height:0;overflow:hidden;\">{preheader}&nbsp;&zwnj;&nbsp;&zwnj;</div>\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"background-color:#f3f4f6;\"><tr><td align=\"center\" style=\"padding:24px 12px;\">\
         <table role=\"presentation\" class=\"container\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"width:600px;background-color:#ffffff;border-radius:8px;overflow:hidden;\">\
         <tr><td style=\"padding:28px 32px;background-color:{colour};font-family:Georgia,'Times New Roman',serif;font-size:26px;line-height:32px;color:#ffffff;\">{name}<br><span style=\"font-family:Arial,sans-serif;font-size:13px;line-height:20px;opacity:.85;\">Issue {issue}</span></td></tr>\
         <tr><td style=\"padding:0;\"><img src=\"https://images.{domain}/issues/{issue}/hero.jpg\" width=\"600\" height=\"260\" alt=\"\" style=\"display:block;width:100%;height:auto;border:0;\"></td></tr>\
         {cards}\
         <tr><td style=\"padding:24px 32px;background-color:#f9fafb;border-top:1px solid #e5e7eb;font-family:Arial,Helvetica,sans-serif;font-size:12px;line-height:18px;color:#6b7280;\">You receive this because you subscribed on our site.<br>\
         <a href=\"https://{domain}/preferences?u={issue}\" style=\"color:#6b7280;\">Preferences</a> · <a href=\"https://{domain}/unsubscribe?u={issue}\" style=\"color:#6b7280;\">Unsubscribe</a> · <a href=\"https://{domain}/issues/{issue}\" style=\"color:#6b7280;\">View in browser</a></td></tr>\
         </table></td></tr></table><img src=\"https://track.{domain}/open?i={issue}\" width=\"1\" height=\"1\" alt=\"\"></body></html>",
        name = publisher.name,
        colour = publisher.colour,
        domain = domain(publisher),
        preheader = rng.pick(TEASERS),
    );
    Mail {
        from: Some(Address::new(publisher.name, publisher.email)),
        subject: Some(rng.pick(publisher.subjects).to_owned()),
        text: Some(format!(
            "{} · issue {issue}\n\nRead it online: https://{}/issues/{issue}\n",
            publisher.name,
            domain(publisher)
        )),
        html: Some(html),
        headers: vec![
            ("List-Id".to_owned(), format!("<weekly.{}>", domain(publisher))),
            (
                "List-Unsubscribe".to_owned(),
                format!("<https://{}/unsubscribe?u={issue}>", domain(publisher)),
            ),
            (
                "List-Unsubscribe-Post".to_owned(),
                "List-Unsubscribe=One-Click".to_owned(),
            ),
            ("Precedence".to_owned(), "bulk".to_owned()),
        ],
        ..Mail::default()
    }
}

fn domain(publisher: Publisher) -> &'static str {
    publisher.email.split_once('@').map_or("", |(_, domain)| domain)
}

fn card(publisher: Publisher, rng: &mut Rng, issue: u64, number: u64) -> String {
    format!(
        "<tr><td style=\"padding:20px 32px 4px 32px;\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>\
         <td class=\"column\" width=\"180\" valign=\"top\" style=\"width:180px;padding:0 20px 12px 0;\"><a href=\"https://{domain}/a/{issue}-{number}?utm_source=mail&amp;utm_campaign=issue{issue}\" style=\"text-decoration:none;\"><img src=\"https://images.{domain}/issues/{issue}/{number}.jpg\" width=\"180\" height=\"120\" alt=\"\" style=\"display:block;border:0;border-radius:6px;\"></a></td>\
         <td class=\"column\" valign=\"top\" style=\"font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:22px;color:#374151;padding:0 0 12px 0;\"><h2 style=\"margin:0 0 6px 0;font-size:17px;line-height:24px;color:#111827;\">{headline}</h2><p style=\"margin:0 0 10px 0;\">{teaser}</p>\
         <table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td style=\"border-radius:4px;background-color:{colour};\"><a href=\"https://{domain}/a/{issue}-{number}?utm_source=mail\" style=\"display:inline-block;padding:8px 16px;font-family:Arial,Helvetica,sans-serif;font-size:13px;color:#ffffff;text-decoration:none;\">Read on</a></td></tr></table></td></tr></table></td></tr>\
         <tr><td style=\"padding:0 32px;\"><div style=\"height:1px;line-height:1px;font-size:1px;background-color:#e5e7eb;\">&nbsp;</div></td></tr>",
        domain = domain(publisher),
        colour = publisher.colour,
        headline = rng.pick(publisher.headlines),
        teaser = rng.pick(TEASERS),
    )
}
