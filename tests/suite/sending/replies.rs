//! Replies and forwards: to whom, about what, and where in the conversation.

use serde_json::{Value, json};

use super::files::{bytes, upload};
use super::{deliver, send, states};
use crate::support::service::SERVICES;
use crate::support::world::World;
use crate::support::{OTHER, USER};

/// A mail that came, as stored here.
fn came(world: &World, with: Value) -> Value {
    let id = world.deliver(with);
    world.sync_emails();
    let rows = world.site.host.rows("mailMessages");
    Value::Object(rows.into_iter().find(|row| row["mailId"] == json!(id)).unwrap())
}

#[test]
fn a_reply_stands_behind_the_mail_that_it_answers() {
    for service in SERVICES {
        for mode in ["reply", "replyAll"] {
            let world = World::synced(service, 10);
            let first = came(
                &world,
                json!({ "subject": "Question", "text": "What?", "messageId": "<q1@customer.example>" }),
            );
            let second = came(
                &world,
                json!({ "subject": "Re: Question", "text": "Well?", "messageId": "<q2@customer.example>", "inReplyTo": "<q1@customer.example>" }),
            );
            assert_eq!(first["conversationId"], second["conversationId"]);
            send(&world, json!({ "subject": "Re: Question", "replyTo": second["id"], "mode": mode, "body": "<p>Answer</p>" })).unwrap();
            deliver(&world);
            let sent = world.sent().remove(0);
            assert_eq!(sent["inReplyTo"], "<q2@customer.example>", "{service:?}");
            assert_eq!(
                sent["references"],
                json!(["<q1@customer.example>", "<q2@customer.example>"])
            );
            assert_eq!(sent["thread"], second["conversationId"]);
            assert_eq!(sent["to"], json!(["ann@customer.example"]));
            assert!(
                !sent["html"].as_str().unwrap().contains("Well?"),
                "the text is the page's"
            );
            world.sync_emails();
            world.assert_equal();
        }
    }
}

#[test]
fn a_forwarded_mail_takes_the_chosen_files_along_and_no_others() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let files = json!([
            { "filename": "one.txt", "mimeType": "text/plain", "text": "first" },
            { "filename": "two.txt", "mimeType": "text/plain", "text": "second" },
        ]);
        let mail = came(
            &world,
            json!({ "subject": "Files", "html": "<p>See</p>", "attachments": files }),
        );
        let second = &mail["attachments"][1];
        assert_eq!(second["filename"], "two.txt");
        let chosen = json!([{ "messageId": mail["id"], "attachmentId": second["attachmentId"], "filename": "two.txt" }]);
        send(&world, json!({ "subject": "Fwd: Files", "replyTo": mail["id"], "mode": "forward", "attachments": chosen })).unwrap();
        deliver(&world);
        let sent = world.sent().remove(0);
        let names: Vec<&Value> = sent["attachments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| &file["filename"])
            .collect();
        assert_eq!(names, ["two.txt"], "{service:?}");
        assert_eq!(sent["attachments"][0]["size"], 6);
    }
}

#[test]
fn a_reply_to_a_mail_that_is_gone_at_the_provider_goes_out_all_the_same() {
    for service in SERVICES {
        // At once, and in several requests.
        for length in [10, 6_000_000] {
            let world = World::synced(service, 10);
            let mail = came(
                &world,
                json!({ "subject": "Question", "messageId": "<q1@customer.example>" }),
            );
            world.touch("delete", mail["mailId"].as_str().unwrap(), json!({}));
            let file = upload(&world, "a.bin", "application/pdf", bytes(length)).unwrap();
            send(&world, json!({ "replyTo": mail["id"], "attachments": [file] })).unwrap();
            deliver(&world);
            let sent = world.sent();
            let what = format!("{service:?} {length} {:?}", world.outbox());
            assert_eq!(sent.len(), 1, "{what}");
            assert_ne!(sent[0]["thread"], mail["conversationId"], "{what}");
            assert_eq!(sent[0]["attachments"][0]["size"], length, "{what}");
            assert_eq!(sent[0]["inReplyTo"], "<q1@customer.example>", "{what}");
            assert_eq!(states(&world), ["confirmed"], "{what}");
        }
    }
}

#[test]
fn recipients_and_subject_are_proposed() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let own = service.mailbox();
        let propose = |mail: &Value, mode: &str| {
            world
                .site
                .mail(USER, "replyProposal", json!({ "id": mail["id"], "mode": mode }))
                .unwrap()
        };
        let addresses = |list: &Value| -> Vec<String> {
            list.as_array()
                .unwrap()
                .iter()
                .map(|each| each["address"].as_str().unwrap().to_owned())
                .collect()
        };
        let mail = came(
            &world,
            json!({
                "subject": "Re: Offer",
                "from": "Ann <ann@customer.example>",
                "to": format!("Me <{}>, Bo <bo@customer.example>", own.to_uppercase()),
                "cc": format!("cy@customer.example, {own}, ANN@customer.example"),
            }),
        );
        let reply = propose(&mail, "reply");
        assert_eq!(addresses(&reply["to"]), ["ann@customer.example"]);
        assert_eq!(reply["cc"], json!([]));
        assert_eq!(reply["subject"], "Re: Offer");
        assert_eq!(
            (&reply["accountEmail"], &reply["identityEmail"]),
            (&json!(own), &json!(own))
        );
        let all = propose(&mail, "replyAll");
        assert_eq!(
            addresses(&all["to"]),
            ["ann@customer.example", "bo@customer.example"]
        );
        assert_eq!(addresses(&all["cc"]), ["cy@customer.example"]);
        let forward = propose(&mail, "forward");
        assert_eq!(
            (&forward["to"], &forward["subject"]),
            (&json!([]), &json!("Fwd: Re: Offer"))
        );

        let asked = came(
            &world,
            json!({ "subject": "List", "from": "bot@list.example", "replyTo": "team@list.example" }),
        );
        assert_eq!(addresses(&propose(&asked, "reply")["to"]), ["team@list.example"]);
    }
}

#[test]
fn people_are_suggested_by_the_beginning_of_their_address_or_name_those_written_to_first() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let suggest = |user, text: &str| -> Vec<String> {
            let list = world
                .site
                .mail(user, "recipientSuggestions", json!({ "text": text }))
                .unwrap();
            let list = list.as_array().unwrap().clone();
            list.iter()
                .map(|each| each["address"].as_str().unwrap().to_owned())
                .collect()
        };
        came(
            &world,
            json!({ "from": "Zora Quill <zq.first@customer.example>", "subject": "In" }),
        );
        send(
            &world,
            json!({ "to": ["Zed Quill <zq.second@customer.example>"], "cc": [service.mailbox()] }),
        )
        .unwrap();
        deliver(&world);
        assert_eq!(
            suggest(USER, "ZQ."),
            ["zq.second@customer.example", "zq.first@customer.example"]
        );
        assert_eq!(suggest(USER, "zora"), ["zq.first@customer.example"]);
        assert_eq!(suggest(USER, "quill").len(), 2);
        assert_eq!(
            suggest(USER, "ora"),
            Vec::<String>::new(),
            "not the middle of a word"
        );
        assert_eq!(suggest(USER, " "), Vec::<String>::new());
        assert_eq!(
            suggest(USER, service.mailbox()),
            Vec::<String>::new(),
            "never oneself"
        );
        assert_eq!(suggest(OTHER, "zq"), Vec::<String>::new());

        send(&world, json!({ "to": ["zq.second@customer.example"] })).unwrap();
        deliver(&world);
        let text = json!({ "text": "zq.s" });
        let list = world.site.mail(USER, "recipientSuggestions", text).unwrap();
        assert_eq!(
            list[0]["name"], "Zed Quill",
            "the name of an earlier mail, where the newest has none"
        );
    }
}

#[test]
fn an_answer_from_another_mailbox_of_ones_own_belongs_to_the_conversation_of_its_recipients() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let shared = service.other_mailbox();
        world.link(USER, shared).unwrap();
        let earlier = json!({ "subject": "Question", "messageId": "<q1@customer.example>" });
        came(&world, earlier);
        let mail = came(
            &world,
            json!({ "subject": "Re: Question", "messageId": "<q2@customer.example>", "inReplyTo": "<q1@customer.example>" }),
        );
        let answer = json!({ "accountEmail": shared, "subject": "Re: Question", "replyTo": mail["id"], "mode": "reply" });
        send(&world, answer).unwrap();
        deliver(&world);
        let sent = world.sent_from(shared).remove(0);
        assert_eq!(sent["inReplyTo"], "<q2@customer.example>", "{service:?}");
        let ids = sent["references"].as_array().unwrap();
        assert_eq!(ids.last().unwrap(), "<q2@customer.example>", "{service:?}");
    }
}

#[test]
fn another_mailbox_of_the_same_person_is_somebody_else_to_whom_an_answer_goes() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let (here, shared) = (service.mailbox(), service.other_mailbox());
        world.link(USER, shared).unwrap();
        let proposed = |mail: &Value, mode: &str| -> Vec<String> {
            let asked = json!({ "id": mail["id"], "mode": mode });
            let proposal = world.site.mail(USER, "replyProposal", asked).unwrap();
            let people = [&proposal["to"], &proposal["cc"]].map(|list| list.as_array().unwrap().clone());
            people
                .concat()
                .iter()
                .map(|each| each["address"].as_str().unwrap().to_owned())
                .collect()
        };
        let from_shared = came(&world, json!({ "subject": "Lunch", "from": shared, "to": here }));
        assert_eq!(proposed(&from_shared, "reply"), [shared]);
        let to_both = came(
            &world,
            json!({ "subject": "Visit", "from": "ann@customer.example", "to": format!("{here}, {shared}") }),
        );
        assert_eq!(proposed(&to_both, "replyAll"), ["ann@customer.example", shared]);
    }
}
