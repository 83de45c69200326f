//! Who may link mailboxes: everybody, or those whose role was given the permission; decided on the server.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::attack::callback;
use crate::support::service::SERVICES;
use crate::support::world::World;
use crate::support::{ADMIN, USER, refusal};
use email_manager::plugin::{self, User};
use serde_json::{Value, json};

/// The user with the permission.
const PERMITTED: User = User {
    can_link: true,
    ..USER
};

fn ask_for_permission(world: &World) {
    world
        .site
        .save("general", json!({ "linking": "permitted" }))
        .unwrap();
}

fn begin(world: &World, user: User) -> Result<Value, (&'static str, String)> {
    let asked = json!({ "type": world.service.name() });
    let begun = world.site.mail(user, "oauth2url", asked);
    begun.map_err(|error| (refusal(&error).0, error.message().to_owned()))
}

#[test]
fn everybody_links_until_an_administrator_asks_for_the_permission() {
    for service in SERVICES {
        let world = World::new(service, 10);
        assert!(begin(&world, USER).is_ok());
        ask_for_permission(&world);
        let (code, sentence) = begin(&world, USER).unwrap_err();
        assert_eq!(code, "forbidden");
        assert!(
            sentence.contains("permission to link email accounts"),
            "{sentence}"
        );
        // Who gives permissions needs none.
        for user in [PERMITTED, ADMIN] {
            assert!(begin(&world, user).is_ok());
        }
        world.link(PERMITTED, service.mailbox()).unwrap();
        world
            .site
            .save("general", json!({ "linking": "everyone" }))
            .unwrap();
        assert!(begin(&world, USER).is_ok());
    }
}

#[test]
fn a_permission_that_is_taken_away_on_the_way_links_nothing() {
    for service in SERVICES {
        let world = World::new(service, 10);
        ask_for_permission(&world);
        let asked = json!({ "type": service.name() });
        let back = world.consent(PERMITTED, asked, service.mailbox(), |_| true);
        world.wire.take_requests();
        let error = callback(&world, USER, &back).unwrap_err();
        assert_eq!(refusal(&error).0, "forbidden");
        assert_eq!(world.wire.take_requests(), [""; 0]);
        assert!(world.site.host.rows("mailAccounts").is_empty());
        // The answer is still good for who has it again.
        assert_eq!(callback(&world, PERMITTED, &back).unwrap()["created"], true);
    }
}

#[test]
fn mailboxes_that_are_linked_are_used_and_deleted_without_the_permission() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        ask_for_permission(&world);
        world.sync_emails();
        assert_eq!(world.account()["status"], "ready");
        let (code, _) = begin(&world, USER).unwrap_err();
        assert_eq!(code, "forbidden");
        let email = json!({ "email": service.mailbox() });
        world.site.mail(USER, "deleteMailAccount", email).unwrap();
        assert!(world.site.host.rows("mailAccounts").is_empty());
    }
}

#[test]
fn only_the_two_words_are_taken_for_who_may_link() {
    let world = World::new(SERVICES[0], 10);
    for wrong in [
        json!("nobody"),
        json!(""),
        json!(true),
        Value::Null,
        json!(["everyone"]),
    ] {
        let error = world
            .site
            .save("general", json!({ "linking": wrong }))
            .unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some("linking")), "{wrong}");
    }
    assert_eq!(plugin::manifest().linking.name, "linkMailbox");
}
