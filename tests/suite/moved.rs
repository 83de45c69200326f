//! Mails that are on their way from folder to folder while something else happens. Found by the property tests.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::Service;
use crate::support::world::World;
use chrono::TimeDelta;
use email_manager::host::Row;
use serde_json::json;

/// Steps until the mail is stored in a box.
fn step_until_in(world: &World, id: &str, box_type: &str) {
    let is_there = || {
        let stored = world.stored();
        stored.iter().any(|mail| mail.0 == id && mail.1 == box_type)
    };
    while !is_there() {
        assert!(
            world.step().unwrap().unwrap(),
            "the mail never came to be stored in {box_type}"
        );
    }
}

/// A mailbox of which the inbox alone has been listed, and a mail in it.
fn with_the_inbox_listed() -> (World, String) {
    let world = World::started(Service::Microsoft, 16);
    let mail = world.in_box("in")[0].clone();
    // Where answers take long, nothing is read ahead.
    world.edge.is_slow.set(true);
    step_until_in(&world, &mail, "in");
    world.edge.is_slow.set(false);
    assert!(
        world
            .stored()
            .iter()
            .all(|stored| stored.1 == "in" || stored.1 == "draft")
    );
    (world, mail)
}

#[test]
fn a_mail_that_moves_and_is_deleted_while_folders_are_listed_again_does_not_stay() {
    let world = World::synced(Service::Microsoft, 20);
    let mail = world.in_box("in")[0].clone();
    world.site.host.advance(TimeDelta::minutes(6));
    world.move_to(&mail, "trash");
    world.control("expire-delta", json!({ "mailbox": world.service.mailbox() }));
    // The inbox is listed again, its lost mail is asked for and found in the bin, which is to be listed again itself.
    while world
        .stored()
        .iter()
        .any(|stored| stored.0 == mail && stored.1 != "trash")
    {
        world.site.host.advance(TimeDelta::milliseconds(1));
        assert!(world.step().unwrap().unwrap());
    }
    world.site.host.advance(TimeDelta::milliseconds(1));
    world.touch("delete", &mail, json!({}));
    world.run();
    world.sync_emails();
    world.assert_equal();
}

#[test]
fn mails_that_moved_into_a_folder_that_is_deleted_before_it_was_listed_go_with_it() {
    let (world, mail) = with_the_inbox_listed();
    // The inbox has been listed, the folder has not: changes of the inbox tell where the mail is now.
    world.touch("move", &mail, json!({ "to": "Projects" }));
    world.site.host.advance(TimeDelta::minutes(6));
    step_until_in(&world, &mail, "archive");
    let folder = world.folders();
    let folder = folder.iter().find(|(_, name)| name == "Projects").unwrap();
    let cursors = world.site.host.rows("mailSyncCursors");
    let has_begun = |cursor: &Row| cursor["phase"] != "relisting" || !cursor["page"].is_null();
    assert!(
        cursors
            .iter()
            .all(|cursor| cursor["scope"] != json!(folder.0) || !has_begun(cursor))
    );
    let deleted = json!({ "mailbox": world.service.mailbox(), "delete": "Projects" });
    world.control("folder", deleted);
    world.site.host.advance(TimeDelta::minutes(6));
    world.run();
    world.assert_equal();
}

#[test]
fn a_mail_that_moved_into_a_folder_and_was_deleted_before_it_was_listed_does_not_stay() {
    let (world, mail) = with_the_inbox_listed();
    world.move_to(&mail, "trash");
    world.site.host.advance(TimeDelta::minutes(6));
    step_until_in(&world, &mail, "trash");
    world.site.host.advance(TimeDelta::milliseconds(1));
    world.touch("delete", &mail, json!({}));
    world.run();
    world.assert_equal();
}
