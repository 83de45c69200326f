//! Linked mailboxes.

use chrono::TimeDelta;
use email_manager::plugin::manifest;
use serde_json::json;

use super::{answer, assert_has};
use crate::support::service::SERVICES;
use crate::support::world::World;
use crate::support::{ORIGIN, USER, parameters};

#[test]
fn every_collection_and_the_way_back_from_consent_have_their_names() {
    let manifest = json!(manifest());
    let collections = manifest["collections"].as_array().unwrap();
    for name in [
        "mailGeneralSettings",
        "mailSettings",
        "mailAccounts",
        "mailMessages",
        "mailMassMessages",
        "mailMessageLabels",
        "mailMessageNotes",
        "mailTemplates",
    ] {
        assert!(collections.iter().any(|each| each["name"] == name), "{name}");
    }
    for service in SERVICES {
        let world = World::new(service, 2);
        let asked = json!({ "type": service.name(), "email": service.mailbox() });
        let url = answer(&world, "mail:oauth2url", asked, json!({}))["url"].clone();
        let sent = parameters(url.as_str().unwrap());
        assert_eq!(
            sent["redirect_uri"],
            format!("{ORIGIN}/admin/settings/mail/oauth2")
        );
        assert_eq!(sent["login_hint"], service.mailbox());
    }
}

#[test]
fn the_page_of_the_way_back_posts_code_and_state() {
    for service in SERVICES {
        let world = World::new(service, 2);
        let url = answer(
            &world,
            "mail:oauth2url",
            json!({ "type": service.name() }),
            json!({}),
        );
        let back = world.decide(url["url"].as_str().unwrap(), service.mailbox(), |_| true);
        let values = json!({ "code": back["code"], "state": back["state"] });
        answer(&world, "mail:oauth2callback", json!({}), values);
        let accounts = answer(&world, "mail:getMailAccounts", json!({}), json!({}));
        assert_eq!(accounts[0]["email"], service.mailbox());
        let again = json!({ "type": service.name(), "email": service.mailbox(), "reauthorize": "true" });
        let url = answer(&world, "mail:oauth2url", again, json!({}));
        let sent = parameters(url["url"].as_str().unwrap());
        assert_eq!(sent["login_hint"], service.mailbox());
    }
}

#[test]
fn an_account_has_its_fields_and_what_its_user_enters() {
    for service in SERVICES {
        let world = World::synced(service, 4);
        let identities = answer(
            &world,
            "mail:accountIdentitiesSync",
            json!({}),
            json!({ "email": service.mailbox() }),
        );
        assert_has(
            &identities[0],
            "id email accountId userId isPrimary name verificationStatus",
            "an identity",
        );
        let accounts = answer(&world, "mail:getMailAccounts", json!({}), json!({}));
        let account = &accounts[0];
        assert_has(
            account,
            "id type email userId settingId config identities",
            "an account",
        );
        assert_eq!(
            (&account["type"], &account["email"], &account["userId"]),
            (&json!(service.name()), &json!(service.mailbox()), &json!(USER.id))
        );
        assert_eq!(account["identities"], identities);
        let signature = json!({ "id": "s1", "name": "Usual", "content": "<p>Bob</p>", "default": true });
        let config = json!({ "displayName": "Bob Lee", "signatures": [signature] });
        let id = json!({ "filterByTk": account["id"].to_string() });
        let changed = answer(&world, "mailAccounts:update", id, json!({ "config": config }));
        assert_eq!(changed["id"], account["id"]);
        assert_eq!(changed["config"]["displayName"], "Bob Lee");
        assert_eq!(changed["config"]["signatures"], json!([signature]));
    }
}

#[test]
fn mail_is_fetched_fetched_again_and_goes_with_its_account() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let email = json!({ "email": service.mailbox() });
        world.deliver(json!({ "subject": "New" }));
        let before = world.shown().len();
        world.site.host.advance(TimeDelta::seconds(1));
        answer(
            &world,
            "mail:messagesSync",
            json!({}),
            json!({ "emails": [service.mailbox()] }),
        );
        world.run();
        assert_eq!(world.shown().len(), before + 1);
        answer(&world, "mail:messagesResync", json!({}), email.clone());
        world.run();
        world.assert_equal();
        answer(&world, "mail:deleteMailAccount", json!({}), email);
        let accounts = answer(&world, "mail:getMailAccounts", json!({}), json!({}));
        assert_eq!(
            (accounts, world.site.host.rows("mailMessages")),
            (json!([]), Vec::new())
        );
        let unread = answer(&world, "mail:messageUnreadCount", json!({}), json!({}));
        assert_eq!(unread, json!({ "count": 0 }));
    }
}
