//! Another mailbox behind the same address: an employee has left, and somebody else got the address.

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use chrono::TimeDelta;
use serde_json::json;

/// Somebody else gets the address, with so many mails of their own.
fn take_over(world: &World, keeps_grants: bool) {
    let mailbox = world.service.mailbox();
    world.control(
        "take-over",
        json!({ "mailbox": mailbox, "count": 15, "keepsGrants": keeps_grants }),
    );
    world.site.host.advance(TimeDelta::minutes(70));
}

/// Checks that the account's user has been told that it needs them.
fn assert_told_once(world: &World) {
    pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    assert_eq!(world.site.host.notifications().len(), 1, "{:?}", world.service);
}

#[test]
fn the_mail_of_whoever_takes_over_an_address_is_never_mixed_with_that_of_the_first_one() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let before = world.site.host.rows("mailMessages");
        take_over(&world, false);
        world.run();
        let mailbox = service.mailbox();
        let kept = || {
            assert_eq!(world.site.host.rows("mailMessages"), before, "{service:?}");
            let account = world.account();
            assert_eq!(account["status"], "needs_reauthorization");
            assert_eq!(world.site.host.rows("mailAccounts").len(), 1);
        };
        kept();
        assert_told_once(&world);

        for asked in [
            json!({ "type": service.name(), "email": mailbox, "reauthorize": true }),
            json!({ "type": service.name() }),
        ] {
            let back = world.consent(USER, asked, mailbox, |_| true);
            let error = world.site.mail(USER, "oauth2callback", back).unwrap_err();
            assert_eq!(refusal(&error), ("invalid_input", Some("email")));
            assert!(error.message().contains("belongs to another mailbox"), "{error}");
            world.sync_emails();
            kept();
        }

        // Somebody who hasn't linked the first one links the other one, and gets nothing of the first.
        world.link(OTHER, mailbox).unwrap();
        world.start(OTHER, serde_json::Value::Null);
        world.run();
        let accounts = world.site.host.rows("mailAccounts");
        assert_ne!(accounts[0]["subject"], accounts[1]["subject"]);
        let mut rows = world.site.host.rows("mailMessages");
        rows.retain(|row| row["accountId"] == accounts[1]["id"]);
        assert_eq!(rows.len(), 15);
        let known = |id: &serde_json::Value| before.iter().any(|row| row["mailId"] == *id);
        assert!(!rows.iter().any(|row| known(&row["mailId"])), "{service:?}");

        // Without the first account, its user links the other one, too.
        world
            .site
            .mail(USER, "deleteMailAccount", json!({ "email": mailbox }))
            .unwrap();
        world.link(USER, mailbox).unwrap();
        world.start(USER, serde_json::Value::Null);
        world.run();
        let rows = world.site.host.rows("mailMessages");
        assert!(!rows.iter().any(|row| known(&row["mailId"])), "{service:?}");
        assert_eq!(rows.len(), 30);
        world.assert_discreet();
    }
}

#[test]
fn a_grant_that_has_come_to_stand_for_somebody_else_is_used_no_more() {
    // Microsoft's tokens tell nothing of their owner; they end with the account that they were given for.
    let world = World::synced(Service::Google, 40);
    let before = world.site.host.rows("mailMessages");
    take_over(&world, true);
    world.run();
    let account = world.account();
    assert_eq!(account["status"], "needs_reauthorization");
    let reason = account["statusReason"].as_str().unwrap();
    assert!(reason.contains("belongs to another mailbox"), "{reason}");
    assert_told_once(&world);
    world.sync_emails();
    assert_eq!(world.site.host.rows("mailMessages"), before);
    world.assert_discreet();
}
