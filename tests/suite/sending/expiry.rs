//! How long files are kept: as long as the last draft or mail that has them.

use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

use super::files::{bytes, upload};
use super::{call, deliver, mail, send, states};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{USER, refusal};

/// The names of the files that are stored, after those that nothing uses have gone.
pub(super) fn stored(world: &World) -> Vec<String> {
    pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    let rows = world.site.host.rows("mailUploads");
    let mut names: Vec<String> = rows
        .iter()
        .map(|row| row["filename"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    let pieces = world.site.host.rows("mailUploadPieces");
    assert_eq!(pieces.len(), names.len(), "each of these files is one piece");
    names
}

pub(super) fn small(world: &World, name: &str) -> Value {
    upload(world, name, "text/plain", bytes(10)).unwrap()
}

pub(super) fn save_draft(world: &World, with: Value) -> Value {
    world.site.mail(USER, "messageSavingDraft", mail(with)).unwrap()
}

pub(super) fn discard_draft(world: &World, draft: &Value) {
    let values = json!({ "id": draft["id"] });
    world.site.mail(USER, "draftDiscard", values).unwrap();
}

#[test]
fn a_deleted_account_takes_its_files_along_and_nobody_elses() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let [draft, scheduled, gone, shared, other] =
            ["draft", "scheduled", "gone", "shared", "other"].map(|name| small(&world, name));
        save_draft(&world, json!({ "attachments": [draft, shared] }));
        let at = world.site.host.now() + TimeDelta::days(3);
        send(
            &world,
            json!({ "attachments": [scheduled], "scheduleSendAt": at }),
        )
        .unwrap();
        send(&world, json!({ "attachments": [gone] })).unwrap();
        deliver(&world);
        world.link(USER, service.other_mailbox()).unwrap();
        let elsewhere = json!({ "accountEmail": service.other_mailbox(), "attachments": [shared, other] });
        save_draft(&world, elsewhere);
        let values = json!({ "email": service.mailbox() });
        world.site.mail(USER, "deleteMailAccount", values).unwrap();
        let rows = world.site.host.rows("mailUploads");
        assert_eq!(rows.len(), 2, "{service:?}: at once");
        assert_eq!(stored(&world), ["other", "shared"], "{service:?}");
    }
}

#[test]
fn a_discarded_draft_takes_its_files_along_but_for_those_of_other_drafts() {
    let world = World::synced(Service::Google, 10);
    let [own, shared] = ["own", "shared"].map(|name| small(&world, name));
    let first = save_draft(&world, json!({ "attachments": [own, shared] }));
    let second = save_draft(&world, json!({ "attachments": [shared] }));
    assert_eq!(stored(&world), ["own", "shared"]);
    discard_draft(&world, &first);
    assert_eq!(stored(&world), ["shared"]);
    discard_draft(&world, &second);
    assert_eq!(stored(&world), Vec::<String>::new());
}

#[test]
fn a_file_that_was_taken_out_of_a_draft_goes_after_a_day() {
    let world = World::synced(Service::Google, 10);
    let [out, kept] = ["out", "kept"].map(|name| small(&world, name));
    let draft = save_draft(&world, json!({ "attachments": [out, kept] }));
    world.site.host.advance(TimeDelta::days(30));
    save_draft(&world, json!({ "id": draft["id"], "attachments": [kept] }));
    assert_eq!(stored(&world), ["kept", "out"]);
    world.site.host.advance(TimeDelta::days(2));
    assert_eq!(stored(&world), ["kept"]);
}

#[test]
fn a_file_lives_as_long_as_the_last_mail_or_draft_that_has_it() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let shared = small(&world, "shared");
        let draft = save_draft(&world, json!({ "attachments": [shared] }));
        let at = world.site.host.now() + TimeDelta::days(300);
        send(&world, json!({ "attachments": [shared], "scheduleSendAt": at })).unwrap();
        // Saved again, a mail sent, one taken back, a draft discarded: none of it takes the file from what waits.
        save_draft(&world, json!({ "id": draft["id"], "attachments": [shared] }));
        send(&world, json!({ "attachments": [shared] })).unwrap();
        deliver(&world);
        let back = send(&world, json!({ "attachments": [shared] })).unwrap();
        let values = json!({ "id": back["id"], "edit": false });
        call(&world, "mailOutbox", "cancel", values).unwrap();
        world.site.host.advance(TimeDelta::days(3));
        assert_eq!(stored(&world), ["shared"]);
        discard_draft(&world, &draft);
        for _ in 0..6 {
            assert_eq!(stored(&world), ["shared"], "{service:?}");
            world.site.host.advance(TimeDelta::days(50));
        }
        deliver(&world);
        let sent = world.sent();
        assert_eq!(sent.len(), 2, "{service:?} {:?}", world.outbox());
        assert_eq!(sent[1]["attachments"][0]["size"], 10);
        world.site.host.advance(TimeDelta::hours(2));
        assert_eq!(stored(&world), Vec::<String>::new());
    }
}

#[test]
fn a_mail_that_becomes_a_draft_again_keeps_its_files() {
    let world = World::synced(Service::Google, 10);
    let file = small(&world, "kept");
    let queued = send(&world, json!({ "attachments": [file] })).unwrap();
    let values = json!({ "id": queued["id"] });
    call(&world, "mailOutbox", "cancel", values).unwrap();
    world.site.host.advance(TimeDelta::days(100));
    assert_eq!(stored(&world), ["kept"]);
}

#[test]
fn a_failed_mail_whose_files_are_gone_says_so() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let file = small(&world, "gone.txt");
        let answer = send(&world, json!({ "attachments": [file] })).unwrap();
        world.control(
            "fault",
            json!({ "path": "/send", "status": 400, "method": "POST" }),
        );
        deliver(&world);
        assert_eq!(states(&world), ["failed"]);
        world.site.host.advance(TimeDelta::days(31));
        assert_eq!(stored(&world), Vec::<String>::new());
        let again = json!({ "id": answer["id"], "outcome": "sendAgain" });
        let error = call(&world, "mailOutbox", "resolve", again).unwrap_err();
        assert_eq!(refusal(&error), ("not_found", Some("attachments")));
        assert_eq!(states(&world), ["failed"]);
    }
}
