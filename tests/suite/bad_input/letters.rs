//! Text that isn't what it says it is: broken UTF-8, broken base64, the wrong character set.

use super::{assert_ready, change, explanation, items, record};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Puts other bytes in the place of a word, wherever it stands in an answer.
fn put(world: &World, word: &'static str, bytes: &'static [u8]) {
    world.wire.tamper(move |_, answer| {
        let body = std::mem::take(answer.body_mut());
        let mut rest = body.as_slice();
        while let Some(at) = rest
            .windows(word.len())
            .position(|found| found == word.as_bytes())
        {
            answer.body_mut().extend_from_slice(&rest[..at]);
            answer.body_mut().extend_from_slice(bytes);
            rest = &rest[at + word.len()..];
        }
        answer.body_mut().extend_from_slice(rest);
    });
}

#[test]
fn letters_that_are_none_are_replaced_and_hide_no_other_mail() {
    for service in SERVICES {
        for is_new in [false, true] {
            for (bytes, expected) in [
                (&b"caf\xe9"[..], "Un caf\u{fffd} noir"),
                (b"\xff\xfe", "Un \u{fffd}\u{fffd} noir"),
                (br"\ud83d", "Un \u{fffd} noir"),
                (br"\ude00\ud83d\ude00", "Un \u{fffd}\u{1f600} noir"),
            ] {
                let world = World::started(service, 30);
                if is_new {
                    world.run();
                }
                put(&world, "THEWORD", bytes);
                let id = world.deliver(json!({ "subject": "Un THEWORD noir", "text": "Short" }));
                let other = world.deliver(json!({ "subject": "Sound" }));
                world.sync_emails();
                world.assert_equal();
                assert_eq!(record(&world, &id).unwrap()["subject"], expected, "{service:?}");
                assert!(record(&world, &other).is_some());
                assert!(world.ledger().is_empty(), "{service:?}: {:?}", world.ledger());
                assert_ready(&world);
            }
        }
    }
}

#[test]
fn a_body_in_invalid_base64_is_an_item_that_fails_until_it_is_whole() {
    // Outlook's bodies are text: no base64 stands between them and us.
    let world = World::synced(Service::Google, 20);
    let message_id = "<torn@mail.example.com>";
    let id = world.deliver(json!({ "subject": "Torn", "text": "All of it", "messageId": message_id }));
    let other = world.deliver(json!({ "subject": "Sound" }));
    change(&world, &id, |item| {
        item["payload"]["body"]["data"] = json!("QUJD*#!")
    });
    world.sync_emails();
    assert!(record(&world, &other).is_some() && record(&world, &id).is_none());
    let failing = items(&world, "failing");
    assert_eq!(failing.len(), 1);
    assert_eq!(failing[0].0, id);
    assert!(failing[0].1.contains("invalid base64"), "{failing:?}");
    let answer = explanation(&world, message_id);
    assert_eq!(answer["answer"], "failing", "{answer}");
    assert_ready(&world);

    world.wire.restore();
    world.site.host.advance(TimeDelta::minutes(6));
    world.run();
    world.assert_equal();
    assert!(world.ledger().is_empty());
    assert_eq!(record(&world, &id).unwrap()["bodyText"], "All of it");
}

/// The one text of a mail of Gmail: these bytes, of what is said to be this character set.
fn declare(item: &mut Value, charset: &str, bytes: &[u8]) {
    item["payload"] = json!({
        "mimeType": "text/plain",
        "headers": [{ "name": "Content-Type", "value": format!("text/plain; charset={charset}") }],
        "body": { "size": bytes.len(), "data": URL_SAFE.encode(bytes) },
    });
}

#[test]
fn a_charset_that_is_declared_wrongly_costs_letters_at_most() {
    for (charset, bytes, expected) in [
        ("windows-1251", "Grüße".as_bytes(), "Grüße"),
        ("us-ascii", "Grüße".as_bytes(), "Grüße"),
        ("iso-8859-1", b"Gr\xfc\xdfe", "Grüße"),
        ("utf-8", b"Gr\xfc\xdfe", "Gr\u{fffd}\u{fffd}e"),
        ("utf-16", b"Gr\xfc\xdfe", "Gr\u{fffd}\u{fffd}e"),
        ("\"no such set\"", b"Gr\xfc\xdfe", "Gr\u{fffd}\u{fffd}e"),
        ("", b"Gr\xfc\xdfe", "Gr\u{fffd}\u{fffd}e"),
        ("iso-2022-jp", "Grüße".as_bytes(), "Grüße"),
    ] {
        let world = World::synced(Service::Google, 20);
        let id = world.deliver(json!({ "subject": "Said to be", "text": "Something" }));
        let other = world.deliver(json!({ "subject": "Sound" }));
        change(&world, &id, move |item| declare(item, charset, bytes));
        world.sync_emails();
        world.assert_equal();
        assert_eq!(record(&world, &id).unwrap()["bodyText"], expected, "{charset}");
        assert!(record(&world, &other).is_some() && world.ledger().is_empty());
        assert_ready(&world);
    }
    // Outlook has read the text already: what its markup declares once more counts for nothing.
    let world = World::synced(Service::Microsoft, 20);
    let html = "<head><meta charset=\"utf-7\"><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-16\"></head>\
                <p>Grüße +ADw-b+AD4-</p>";
    let id = world.deliver(json!({ "subject": "Said to be", "html": html }));
    world.sync_emails();
    world.assert_equal();
    let row = record(&world, &id).unwrap();
    assert_eq!(row["bodyHtml"], "<p>Grüße +ADw-b+AD4-</p>");
    assert!(world.ledger().is_empty());
    assert_ready(&world);
}
