//! Linking a mailbox from end to end: consent at a simulated provider, the callback, and whose mail is whose.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use chrono::TimeDelta;
use email_manager::store::collections;
use serde_json::{Value, json};

/// Everything that is stored, as text.
fn everything(world: &World) -> String {
    let tables = collections::all()
        .into_iter()
        .map(|each| world.site.host.rows(each.name));
    serde_json::to_string(&tables.collect::<Vec<_>>()).unwrap()
}

#[test]
fn consent_becomes_an_account_whose_tokens_nobody_can_read() {
    for service in SERVICES {
        let world = World::new(service, 40);
        let answer = world.link(USER, service.mailbox()).unwrap();
        assert_eq!(answer["created"], true);
        let account = &answer["account"];
        assert_eq!(
            (account["type"].as_str(), account["email"].as_str()),
            (Some(service.name()), Some(service.mailbox()))
        );
        assert_eq!(
            (account["status"].as_str(), account["sync"]["phase"].as_str()),
            (Some("connected"), Some("waiting"))
        );
        for column in ["refreshToken", "accessToken"] {
            assert!(world.account()[column].as_str().unwrap().starts_with("v1."));
        }
        let authorization = &world.site.host.rows("mailAuthorizations")[0];
        assert_eq!(authorization["verifier"], Value::Null, "the verifier has served");
        assert!(
            !world.run() || world.stored().is_empty(),
            "nothing is synchronised before the start date is chosen"
        );

        world.start(USER, Value::Null);
        world.run();
        // Microsoft rotates its refresh tokens, so both kinds have been renewed once.
        world.site.host.advance(TimeDelta::minutes(61));
        world.run();
        let secrets = world.secrets();
        assert!(
            secrets.len() >= 6,
            "the two access tokens, a refresh token, the code, the state and client secrets"
        );
        let stored = everything(&world);
        let told = format!(
            "{answer}{:?}",
            world.site.mail(USER, "getMailAccounts", json!({})).unwrap()
        );
        for secret in secrets {
            assert!(
                !stored.contains(&secret) && !told.contains(&secret),
                "a secret can be read"
            );
        }
        world.assert_discreet();
    }
}

#[test]
fn a_permission_that_was_not_granted_is_named_and_nothing_is_stored() {
    let world = World::new(Service::Google, 40);
    let asked = json!({ "type": "google" });
    let back = world.consent(USER, asked, Service::Google.mailbox(), |scope| {
        !scope.ends_with("gmail.modify")
    });
    let error = world.site.mail(USER, "oauth2callback", back).unwrap_err();
    assert_eq!(refusal(&error).0, "permission_missing");
    assert!(
        error.message().contains("read, organise and send mail"),
        "{error}"
    );
    assert!(world.site.host.rows("mailAccounts").is_empty());

    // Microsoft's page grants all or nothing; its answer may still leave a permission out.
    let world = World::new(Service::Microsoft, 40);
    world.wire.tamper(|request, answer| {
        if request.uri().path().ends_with("/token") {
            let text = String::from_utf8(answer.body().clone())
                .unwrap()
                .replace("Mail.Send", "Mail.Read");
            *answer.body_mut() = text.into_bytes();
        }
    });
    let error = world.link(USER, Service::Microsoft.mailbox()).unwrap_err();
    assert_eq!(refusal(&error).0, "permission_missing");
    assert!(
        error.message().contains(": send mail.") && !error.message().contains("organise"),
        "{error}"
    );
    assert!(world.site.host.rows("mailAccounts").is_empty());
}

#[test]
fn authorising_again_takes_the_same_mailbox_only_and_keeps_its_mail() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let (before, account, rows) = (
            world.stored(),
            world.account(),
            world.site.host.rows("mailMessages"),
        );
        let asked = || json!({ "type": service.name(), "email": service.mailbox(), "reauthorize": true });

        let back = world.consent(USER, asked(), service.other_mailbox(), |_| true);
        let error = world.site.mail(USER, "oauth2callback", back).unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some("email")));
        assert_eq!(
            world.site.host.rows("mailAccounts"),
            std::slice::from_ref(&account)
        );
        let foreign = world.site.mail(OTHER, "oauth2url", asked()).unwrap_err();
        assert_eq!(refusal(&foreign).0, "not_found");

        world.site.host.advance(TimeDelta::seconds(1));
        let back = world.consent(USER, asked(), service.mailbox(), |_| true);
        let answer = world.site.mail(USER, "oauth2callback", back).unwrap();
        assert_eq!(answer["created"], false);
        assert_eq!(answer["account"]["id"], account["id"]);
        assert_eq!(answer["account"]["sync"]["done"], true);
        assert_ne!(world.account()["refreshToken"], account["refreshToken"]);
        world.sync_emails();
        assert_eq!(world.stored(), before);
        assert_eq!(
            world.site.host.rows("mailMessages"),
            rows,
            "no mail was stored anew"
        );
    }
}

#[test]
fn the_same_mailbox_of_two_users_stays_apart() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let mailbox = service.mailbox();
        world.link(OTHER, mailbox).unwrap();
        world.start(OTHER, Value::Null);
        world.run();
        let own = |user: i64| {
            let rows = world
                .site
                .host
                .rows("mailMessages")
                .into_iter()
                .filter(|row| row["userId"] == user);
            rows.map(|row| row["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!((own(USER.id).len(), own(OTHER.id).len()), (40, 40));

        let list = |user, params: Value| {
            world
                .site
                .call(Some(user), "mailMessages", "list", params, json!({}))
                .unwrap()
        };
        for filter in [
            json!({}),
            json!({ "email": mailbox }),
            json!({ "$or": [{ "accountId": world.account()["id"] }, { "id": { "$gt": 0 } }] }),
        ] {
            let listed = list(OTHER, json!({ "pageSize": 200, "filter": filter }));
            for row in listed.body.as_array().unwrap() {
                assert!(own(OTHER.id).contains(&row["id"]), "{filter}");
            }
        }
        let get = |user, id: &Value| {
            world.site.call(
                Some(user),
                "mailMessages",
                "get",
                json!({ "filterByTk": id }),
                json!({}),
            )
        };
        let of_user = own(USER.id)[0].clone();
        assert_eq!(get(USER, &of_user).unwrap().body["id"], of_user);
        assert_eq!(refusal(&get(OTHER, &of_user).unwrap_err()).0, "not_found");
        assert_eq!(
            refusal(&get(crate::support::ADMIN, &of_user).unwrap_err()).0,
            "not_found"
        );

        // Marking a mail read touches the own copy; the other one follows with the provider.
        let mut unread = world.site.host.rows("mailMessages").into_iter();
        let unread = unread
            .find(|row| row["userId"] == OTHER.id && row["isRead"] == false)
            .unwrap();
        let copy = |user: i64| {
            let rows = world.site.host.rows("mailMessages").into_iter();
            let mut rows = rows.filter(|row| row["userId"] == user && row["mailId"] == unread["mailId"]);
            rows.next().unwrap()["isRead"].clone()
        };
        world
            .site
            .mail(
                OTHER,
                "messageSetReaded",
                json!({ "mailIds": [unread["mailId"]], "isRead": true }),
            )
            .unwrap();
        assert_eq!((copy(OTHER.id), copy(USER.id)), (json!(true), json!(false)));
        world.sync_emails();
        assert_eq!(copy(USER.id), true);

        let deleted = world
            .site
            .mail(USER, "deleteMailAccount", json!({ "email": mailbox }))
            .unwrap();
        let reason = match service {
            Service::Google => "shared",
            Service::Microsoft => "unsupported",
        };
        assert_eq!(
            (&deleted["revoked"], &deleted["reason"]),
            (&json!(false), &json!(reason))
        );
        assert_eq!((own(USER.id).len(), own(OTHER.id).len()), (0, 40));
        assert_eq!(world.site.host.rows("mailAccounts").len(), 1);
        for table in ["mailFolders", "mailSyncCursors"] {
            let rows = world.site.host.rows(table);
            assert!(!rows.is_empty() && rows.iter().all(|row| row["accountId"] == world.account()["id"]));
        }
        let delete = |user| {
            world
                .site
                .mail(user, "deleteMailAccount", json!({ "email": mailbox }))
        };
        assert_eq!(refusal(&delete(USER).unwrap_err()).0, "not_found");

        // The other one's grant lives on; when the last account goes, it goes too.
        world.site.host.advance(TimeDelta::minutes(70));
        world.run();
        assert_eq!(world.account()["status"], "ready");
        assert_eq!(delete(OTHER).unwrap()["revoked"], service == Service::Google);
        assert!(world.site.host.rows("mailMessages").is_empty());
    }
}
