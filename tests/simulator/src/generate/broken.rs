//! Mails that break the rules, as some always do.

use super::Source;
use crate::mail::{Address, Charset, Mail};

/// How many sorts there are.
pub(crate) const SORTS: u8 = 12;

pub(super) fn compose(source: Source<'_>, sort: u8) -> Mail {
    let sound = Mail {
        message_id: Some(source.message_id(source.position)),
        date_ms: Some(source.received_ms),
        from: Some(Address::new("Legacy Gateway", "gateway@legacy-systems.example")),
        to: vec![source.owner.address.clone()],
        subject: Some("Automatic report of the night run".to_owned()),
        text: Some("The night run has finished. 0 errors, 3 warnings.\n".to_owned()),
        ..Mail::default()
    };
    match sort {
        0 => Mail { date_ms: None, subject: Some("Report without a date".to_owned()), ..sound },
        1 => Mail { subject: None, ..sound },
        2 => Mail { from: None, subject: Some("Undisclosed sender".to_owned()), ..sound },
        3 => Mail { text: None, subject: Some("Empty message".to_owned()), ..sound },
        4 => Mail {
            subject: Some("Price list (exported)".to_owned()),
            text: None,
            html: Some("<html><body><table><tr><td>Chairs<td>149.00<tr><td><b>Tables<td>389.00</b></table><p>Valid until <b><i>Friday</b></i><div>unclosed <span style='color:red'>text &amp &nosuch; <img src=x onerror=alert(1)><script>document.title='broken'</script>".to_owned()),
            ..sound
        },
        5 => Mail {
            subject: Some("Überweisung bestätigt".to_owned()),
            text: Some("Die Überweisung über 1.250 Euro wurde ausgeführt. Grüße aus Köln.\n".to_owned()),
            charset: Charset::Unknown,
            ..sound
        },
        6 => Mail { subject: Some(format!("Alert: {}", "disk space low on server 17; ".repeat(40))), ..sound },
        7 => Mail { message_id: None, subject: Some("Message without an id".to_owned()), ..sound },
        8 => Mail { to: Vec::new(), subject: Some("Newsletter for nobody".to_owned()), ..sound },
        9 => Mail {
            from: Some(Address::new("Sales, \"North\" & Partners", "")),
            subject: Some("Sender with a name but no address".to_owned()),
            ..sound
        },
        10 => Mail {
            subject: Some("Logo missing".to_owned()),
            text: None,
            html: Some("<p>Our new logo:</p><img src=\"cid:does-not-exist@nowhere\"><p style=\"background:url(https://track.example/css.gif)\">See you soon</p>".to_owned()),
            ..sound
        },
        _ => Mail {
            date_ms: Some(4_102_444_800_000),
            subject: Some("Sent from the future".to_owned()),
            ..sound
        },
    }
}
