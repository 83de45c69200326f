//! Who has to authorise a mailbox again is told once: by several nodes, by one that dies, by one whose host refuses.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::rc::Rc;

use crate::support::USER;
use crate::support::edge::{Edge, Trouble};
use crate::support::service::SERVICES;
use crate::support::world::World;
use chrono::TimeDelta;
use email_manager::host::Host;
use email_manager::plugin::Plugin;
use futures_util::FutureExt;
use serde_json::{Value, json};

fn tidy(plugin: &Plugin) {
    pollster::block_on(plugin.run_schedule("tidy")).unwrap();
}

fn told(world: &World) -> usize {
    world.site.host.notifications().len()
}

/// The provider takes the grant back, and a run finds out.
fn end_grant(world: &World) {
    let mailbox = json!({ "mailbox": world.service.mailbox() });
    world.control("revoke-consent", mailbox);
    world.site.host.advance(TimeDelta::minutes(70));
    world.run();
    assert_eq!(world.account()["status"], "needs_reauthorization");
}

#[test]
fn a_mailbox_that_needs_its_user_tells_them_once_for_each_occasion() {
    for service in SERVICES {
        let world = World::synced(service, 4);
        end_grant(&world);
        for _ in 0..5 {
            tidy(&world.site.plugin);
            world.site.host.advance(TimeDelta::hours(2));
            world.sync_emails();
        }
        let notifications = world.site.host.notifications();
        assert_eq!(notifications.len(), 1);
        assert_eq!(notifications[0].user_id, USER.id);
        assert_eq!(notifications[0].values["email"], service.mailbox());
        assert_eq!(notifications[0].path, "/admin/mail?view=accounts");
        let events = world.site.host.events();
        assert_eq!(
            events.iter().filter(|event| event.kind == "mail:notice").count(),
            1
        );
        assert!(world.site.host.rows("mailNotices").is_empty());

        world.link(USER, service.mailbox()).unwrap();
        world.run();
        end_grant(&world);
        tidy(&world.site.plugin);
        assert_eq!(told(&world), 2, "another time is another occasion");
        world.assert_discreet();
    }
}

#[test]
fn requests_and_nodes_that_find_it_at_once_tell_it_once() {
    for service in SERVICES {
        let world = World::synced(service, 4);
        world.control("revoke-consent", json!({ "mailbox": service.mailbox() }));
        world.site.host.advance(TimeDelta::minutes(70));
        let other = Rc::new(Edge::new(Rc::clone(&world.site.host)));
        let second = Plugin::new(Rc::clone(&other) as Rc<dyn Host>);
        for edge in [&world.edge, &other] {
            edge.takes_turns.set(true);
        }
        let first = &world.site.plugin;
        let runs = futures_util::future::join(first.run_schedule("sync"), second.run_schedule("sync"));
        let _ = pollster::block_on(runs);
        world.edge.takes_turns.set(false);
        let mail_id = &world.site.host.rows("mailMessages")[0]["mailId"];
        let marked = json!({ "mailIds": [mail_id], "isRead": true });
        // The change waits here; nobody is told a second time because it can't be sent.
        world.site.mail(USER, "messageSetReaded", marked).unwrap();
        let _ = world.step();
        world.edge.takes_turns.set(true);
        let tidied = futures_util::future::join(first.run_schedule("tidy"), second.run_schedule("tidy"));
        let (here, there) = pollster::block_on(tidied);
        here.and(there).unwrap();
        assert_eq!((told(&world), world.site.host.rows("mailNotices").len()), (1, 0));
    }
}

#[test]
fn a_process_that_dies_at_any_commit_has_told_it_once_in_the_end() {
    for service in SERVICES {
        for trouble in [
            Trouble::FailsBefore,
            Trouble::FailsAfter,
            Trouble::CrashAfterCommit,
        ] {
            for commit in 0..12 {
                let mut world = World::synced(service, 4);
                world.control("revoke-consent", json!({ "mailbox": service.mailbox() }));
                world.site.host.advance(TimeDelta::minutes(70));
                world.edge.strike(commit, trouble);
                world.run();
                let _ = world.site.plugin.run_schedule("tidy").now_or_never();
                world.edge.spare();
                for _ in 0..3 {
                    world.restart();
                    world.site.host.advance(TimeDelta::minutes(11));
                    world.run();
                    tidy(&world.site.plugin);
                }
                assert_eq!(world.account()["status"], "needs_reauthorization");
                assert_eq!(told(&world), 1, "{service:?} {trouble:?} at commit {commit}");
                assert!(world.site.host.rows("mailNotices").is_empty());
            }
        }
    }
}

#[test]
fn notifications_that_fail_stop_no_run_and_are_tried_again() {
    for service in SERVICES {
        let world = World::synced(service, 4);
        world.site.host.fail_notifications(2);
        end_grant(&world);
        for expected in [0, 0, 1, 1] {
            tidy(&world.site.plugin);
            assert_eq!(told(&world), expected);
            assert!(world.run(), "the schedule goes on");
            world.site.host.advance(TimeDelta::minutes(6));
        }
        assert!(
            world
                .site
                .host
                .lines()
                .iter()
                .any(|line| line.contains("could not be notified"))
        );
    }
}

#[test]
fn what_has_been_repaired_or_deleted_is_no_news_any_more() {
    for service in SERVICES {
        let repaired = World::synced(service, 4);
        end_grant(&repaired);
        repaired.link(USER, service.mailbox()).unwrap();
        tidy(&repaired.site.plugin);
        assert_eq!(told(&repaired), 0);

        let deleted = World::synced(service, 4);
        end_grant(&deleted);
        let account = json!({ "email": service.mailbox() });
        deleted.site.mail(USER, "deleteMailAccount", account).unwrap();
        tidy(&deleted.site.plugin);
        assert_eq!(told(&deleted), 0);
    }
}

#[test]
fn an_outage_tells_nobody() {
    for service in SERVICES {
        let world = World::synced(service, 4);
        world.site.host.answer(|_| {
            let answer = http::Response::builder().status(503);
            Ok(answer
                .body(br#"{"error":"temporarily_unavailable"}"#.to_vec())
                .unwrap())
        });
        world.site.host.advance(TimeDelta::minutes(70));
        world.run();
        tidy(&world.site.plugin);
        assert_eq!(world.account()["status"], "failing");
        assert_eq!((told(&world), world.site.host.rows("mailNotices").len()), (0, 0));
        assert_ne!(world.account()["statusReason"], Value::Null);
    }
}
