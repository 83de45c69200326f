//! Whose mail is shown to whom: the heads of departments read their members' mail, where it is switched on, and nobody
//! else sees anything of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ADMIN, OTHER, USER, downloaded, refusal};
use email_manager::error::Error;
use email_manager::host::Row;
use email_manager::plugin::User;
use serde_json::{Value, json};

/// The head of the department of [`USER`]; [`OTHER`] is not in it.
const HEAD: User = User {
    id: 7,
    can_configure: false,
    can_link: false,
};

/// A mailbox of USER with a file and a picture, one of OTHER, and the head with the switch on.
fn department(service: Service) -> (World, i64) {
    let world = World::started(service, 12);
    let id = world.deliver(json!({ "subject": "With files", "attachments": [
        { "filename": "a.txt", "mimeType": "text/plain", "text": "hi" },
        { "filename": "b.png", "mimeType": "image/png", "text": "png", "contentId": "picture" },
    ] }));
    world.run();
    world.link(OTHER, service.other_mailbox()).unwrap();
    let values = json!({ "email": service.other_mailbox() });
    world.site.mail(OTHER, "startSync", values).unwrap();
    world.run();
    world.site.host.set_department(HEAD.id, &[USER.id]);
    switch(&world, true);
    let rows = world.site.host.rows("mailMessages");
    let row = rows.iter().find(|row| row["mailId"] == id.as_str()).unwrap();
    let record = row["id"].as_i64().unwrap();
    (world, record)
}

fn switch(world: &World, on: bool) {
    world
        .site
        .save("general", json!({ "departmentViewing": on }))
        .unwrap();
}

fn list(world: &World, user: User, action: &str, params: Value) -> Result<(Vec<Value>, u64), Error> {
    let answer = world
        .site
        .call(Some(user), "mailMessages", action, params, json!({}))?;
    let count = answer.meta.unwrap()["count"].as_u64().unwrap();
    Ok((answer.body.as_array().unwrap().clone(), count))
}

fn get(world: &World, user: User, params: Value) -> Result<Value, Error> {
    world
        .site
        .call(Some(user), "mailMessages", "get", params, json!({}))
        .map(|answer| answer.body)
}

fn attachment_id(world: &World, record: i64) -> String {
    let mail = get(world, USER, json!({ "filterByTk": record })).unwrap();
    let files = mail["attachments"].as_array().unwrap().iter();
    let mut plain = files.filter(|file| file["filename"] == "a.txt");
    plain.next().unwrap()["attachmentId"].as_str().unwrap().to_owned()
}

/// Opens the file, or the picture.
fn file(world: &World, user: User, record: i64, attachment: Option<&str>) -> Result<Vec<u8>, Error> {
    let (action, params) = match attachment {
        Some(id) => (
            "messageAttachmentGet",
            json!({ "id": record, "attachmentId": id }),
        ),
        None => (
            "messageContentPreview",
            json!({ "messageId": record, "contentId": "<picture>" }),
        ),
    };
    let answer = world.site.call(Some(user), "mail", action, params, json!({}))?;
    Ok(downloaded(answer))
}

fn viewed(world: &World) -> Vec<Row> {
    let mut log = world.site.host.rows("mailAuditLog");
    log.retain(|row| row["kind"] == "mailViewed");
    log
}

fn owners(rows: &[Value]) -> Vec<i64> {
    let mut owners: Vec<i64> = rows.iter().map(|row| row["userId"].as_i64().unwrap()).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

#[test]
fn the_head_of_a_department_reads_its_members_mail_and_its_strangers_is_not_there() {
    for service in SERVICES {
        let (world, record) = department(service);
        let (rows, count) = list(
            &world,
            HEAD,
            "list",
            json!({ "appends": "user", "pageSize": 200 }),
        )
        .unwrap();
        assert_eq!((owners(&rows), count), (vec![USER.id], 13));
        assert_eq!(rows[0]["user"], json!({ "id": USER.id, "nickname": "User 2" }));
        assert!(rows.iter().all(|row| row["readOnly"] == true));
        assert_eq!(list(&world, HEAD, "listPerson", json!({})).unwrap().1, 0);

        let mail = get(&world, HEAD, json!({ "filterByTk": record, "appends": ["user"] })).unwrap();
        assert_eq!(mail["subject"], "With files");
        assert_eq!(
            (&mail["readOnly"], &mail["user"]["id"]),
            (&json!(true), &json!(USER.id))
        );
        assert_eq!(
            file(&world, HEAD, record, Some(&attachment_id(&world, record))).unwrap(),
            b"hi"
        );
        assert_eq!(file(&world, HEAD, record, None).unwrap(), b"png");

        let members = world.site.mail(HEAD, "department", json!({})).unwrap();
        let mailboxes = json!([{ "email": service.mailbox(), "type": service.name() }]);
        assert_eq!(
            members,
            json!([{ "id": USER.id, "nickname": "User 2", "mailboxes": mailboxes }])
        );

        // Their own is nothing special.
        let own = get(&world, USER, json!({ "filterByTk": record })).unwrap();
        assert_eq!(own.get("readOnly"), None);
        assert_eq!(list(&world, USER, "list", json!({})).unwrap().1, 13);
    }
}

#[test]
fn no_filter_widens_what_is_seen() {
    for service in SERVICES {
        let (world, record) = department(service);
        let stranger = world.site.host.rows("mailMessages");
        let stranger = stranger.iter().find(|row| row["userId"] == OTHER.id).unwrap();
        let (id, mail_id) = (&stranger["id"], &stranger["mailId"]);
        let tricks = [
            json!({ "userId": OTHER.id }),
            json!({ "userId": { "$in": [USER.id, OTHER.id, HEAD.id] }, "email": service.other_mailbox() }),
            json!({ "userId": { "$ne": USER.id } }),
            json!({ "email": service.other_mailbox() }),
            json!({ "$or": [{ "userId": OTHER.id }, { "id": id }] }),
            json!({ "$or": [{ "$and": [] }, { "userId": OTHER.id }], "mailId": mail_id }),
            json!({ "id": id }),
            json!({ "accountId": stranger["accountId"] }),
        ];
        for filter in &tricks {
            for action in ["list", "listPerson"] {
                for filter in [filter.clone(), json!(filter.to_string())] {
                    let (rows, count) = list(&world, HEAD, action, json!({ "filter": filter })).unwrap();
                    assert_eq!((rows.len(), count), (0, 0), "{filter}");
                }
            }
            assert_eq!(
                refusal(&get(&world, HEAD, json!({ "filter": filter })).unwrap_err()).0,
                "not_found"
            );
        }
        // All of them at once, and as parameters beside the filter.
        let params = json!({ "userId": OTHER.id, "user": OTHER.id, "filter": { "$or": tricks.to_vec() }, "pageSize": 200 });
        let (rows, _) = list(&world, HEAD, "list", params).unwrap();
        assert!(owners(&rows).iter().all(|owner| *owner == USER.id));
        for path in ["user.id", "user", "$not", "userId.id", "departments.id"] {
            let refused = list(&world, HEAD, "list", json!({ "filter": { path: OTHER.id } })).unwrap_err();
            assert_eq!(refusal(&refused), ("invalid_input", Some("filter")), "{path}");
        }
        // Narrowing works.
        let (rows, _) = list(
            &world,
            HEAD,
            "list",
            json!({ "filter": { "userId": USER.id, "id": record } }),
        )
        .unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            list(&world, HEAD, "list", json!({ "filter": { "userId": HEAD.id } }))
                .unwrap()
                .1,
            0
        );
        assert!(viewed(&world).is_empty(), "a list opens nothing");
    }
}

#[test]
fn ids_of_strangers_open_neither_mails_nor_files() {
    for service in SERVICES {
        let (world, record) = department(service);
        let attachment = attachment_id(&world, record);
        let stranger = world.site.host.rows("mailMessages");
        let stranger = stranger.iter().find(|row| row["userId"] == OTHER.id).unwrap()["id"].clone();
        world.requests();
        for (user, id) in [(HEAD, stranger), (OTHER, json!(record)), (ADMIN, json!(record))] {
            assert_eq!(
                refusal(&get(&world, user, json!({ "filterByTk": id })).unwrap_err()).0,
                "not_found"
            );
            let id = id.as_i64().unwrap();
            for wanted in [Some(attachment.as_str()), None] {
                assert_eq!(
                    refusal(&file(&world, user, id, wanted).unwrap_err()).0,
                    "not_found"
                );
            }
        }
        assert_eq!(
            world.site.mail(OTHER, "department", json!({})).unwrap(),
            json!([])
        );
        assert_eq!(world.requests(), Vec::<String>::new(), "no provider was asked");
        assert!(viewed(&world).is_empty());
    }
}

#[test]
fn a_switch_turned_off_and_a_member_moved_away_count_at_once() {
    for service in SERVICES {
        let (world, record) = department(service);
        let attachment = attachment_id(&world, record);
        let sees = || {
            let mail = get(&world, HEAD, json!({ "filterByTk": record })).is_ok();
            let files =
                [Some(attachment.as_str()), None].map(|each| file(&world, HEAD, record, each).is_ok());
            let rows = list(&world, HEAD, "list", json!({})).unwrap().1 > 0;
            let members = world.site.mail(HEAD, "department", json!({})).unwrap() != json!([]);
            [mail, files[0], files[1], rows, members]
        };
        assert_eq!(sees(), [true; 5]);
        switch(&world, false);
        assert_eq!(sees(), [false; 5], "with the page still open");
        switch(&world, true);
        assert_eq!(sees(), [true; 5]);
        world.site.host.set_department(HEAD.id, &[]);
        assert_eq!(sees(), [false; 5]);
        world.site.host.set_department(HEAD.id, &[OTHER.id, HEAD.id]);
        assert_eq!(sees()[0..3], [false; 3]);
        assert_eq!(
            owners(&list(&world, HEAD, "list", json!({})).unwrap().0),
            [OTHER.id]
        );
    }
}

#[test]
fn every_opening_is_noted_with_who_whose_and_which_and_not_what() {
    for service in SERVICES {
        let (world, record) = department(service);
        let attachment = attachment_id(&world, record);
        get(&world, HEAD, json!({ "filterByTk": record })).unwrap();
        file(&world, HEAD, record, Some(&attachment)).unwrap();
        file(&world, HEAD, record, None).unwrap();
        let parts = |log: &[Row]| {
            let parts = log
                .iter()
                .map(|row| row["details"]["part"].as_str().unwrap().to_owned());
            parts.collect::<Vec<_>>()
        };
        let log = viewed(&world);
        assert_eq!(
            parts(&log),
            ["mail", "attachment"],
            "its pictures came with the mail"
        );
        for row in &log {
            assert_eq!(
                (&row["userId"], &row["ownerId"]),
                (&json!(HEAD.id), &json!(USER.id))
            );
            assert_eq!(
                (&row["messageId"], &row["email"]),
                (&json!(record), &json!(service.mailbox()))
            );
            assert!(!serde_json::to_string(row).unwrap().contains("With files"));
        }
        // A picture that is asked for without the mail is an opening, too.
        world.site.host.advance(chrono::TimeDelta::hours(1));
        file(&world, HEAD, record, None).unwrap();
        assert_eq!(parts(&viewed(&world)), ["mail", "attachment", "image"]);
        get(&world, USER, json!({ "filterByTk": record })).unwrap();
        file(&world, USER, record, None).unwrap();
        assert_eq!(
            viewed(&world).len(),
            3,
            "one's own mail is nobody else's business"
        );

        // What can't be noted isn't shown.
        world.site.host.fail_commits(1);
        let error = get(&world, HEAD, json!({ "filterByTk": record })).unwrap_err();
        assert_eq!(refusal(&error).0, "storage_failed");
    }
}

#[test]
fn looking_changes_nothing_here_or_at_the_provider() {
    for service in SERVICES {
        let (world, record) = department(service);
        let attachment = attachment_id(&world, record);
        let unread = |world: &World| {
            let rows = world.site.host.rows("mailMessages");
            rows.iter().filter(|row| row["isRead"] == false).count()
        };
        let (before, stored) = (unread(&world), world.state());
        world.requests();
        get(&world, HEAD, json!({ "filterByTk": record })).unwrap();
        file(&world, HEAD, record, Some(&attachment)).unwrap();
        let requests = world.requests();
        assert!(
            requests.iter().all(|request| request.starts_with("GET ")),
            "{requests:?}"
        );

        let mail_id = &get(&world, HEAD, json!({ "filterByTk": record })).unwrap()["mailId"];
        let marked = json!({ "mailIds": [mail_id], "isRead": true });
        let _ = world.site.mail(HEAD, "messageSetReaded", marked);
        for action in ["pauseAccount", "deleteMailAccount", "startSync"] {
            let values = json!({ "email": service.mailbox(), "paused": true });
            assert_eq!(
                refusal(&world.site.mail(HEAD, action, values).unwrap_err()).0,
                "not_found"
            );
        }
        assert_eq!(world.requests(), Vec::<String>::new());
        assert_eq!((unread(&world), world.state()), (before, stored));
        assert_eq!(
            world.site.mail(HEAD, "getMailAccounts", json!({})).unwrap(),
            json!([])
        );
        assert_eq!(
            world.site.mail(HEAD, "messageUnreadCount", json!({})).unwrap()["count"],
            0
        );
    }
}
