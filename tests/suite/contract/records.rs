//! Labels, notes and templates: collections whose records pages list, create, update and destroy.

use serde_json::{Value, json};

use super::{answer, assert_has};
use crate::support::USER;
use crate::support::service::Service;
use crate::support::world::World;

#[test]
fn labels_notes_and_templates_are_listed_made_changed_and_removed() {
    let world = World::synced(Service::Google, 4);
    let mail = world.shown()[0]["id"].clone();
    let on_mail = json!({ "filter": json!({ "mailMessageId": mail }).to_string() });
    for (resource, listing, made, changed, fields) in [
        (
            "mailMessageLabels",
            json!({ "pageSize": "200", "sort": "label" }),
            json!({ "label": "Deal", "color": "#ff0000", "description": "Offers" }),
            json!({ "label": "Deals" }),
            "id label color description",
        ),
        (
            "mailMessageNotes",
            on_mail,
            json!({ "note": "Call back", "mailMessageId": mail }),
            json!({ "note": "Called" }),
            "id note mailMessageId",
        ),
        (
            "mailTemplates",
            json!({}),
            json!({ "name": "Offer", "content": "<p>Hello</p>" }),
            json!({ "content": "<p>Good day</p>" }),
            "id name content",
        ),
    ] {
        let act = |action: &str, params: Value, values: Value| {
            answer(&world, &format!("{resource}:{action}"), params, values)
        };
        let list = || {
            let listed = world
                .site
                .call(Some(USER), resource, "list", listing.clone(), json!({}))
                .unwrap();
            let rows = listed.body.as_array().unwrap().clone();
            assert_eq!(listed.meta.unwrap()["count"], rows.len(), "{resource}");
            rows
        };
        assert_eq!(list(), Vec::<Value>::new());
        let record = act("create", json!({}), made.clone());
        assert_has(&record, fields, resource);
        for (name, value) in made.as_object().unwrap() {
            assert_eq!(&record[name], value, "{resource} {name}");
        }
        let key = json!({ "filterByTk": record["id"].to_string() });
        let updated = act("update", key.clone(), changed.clone());
        for (name, value) in changed.as_object().unwrap() {
            assert_eq!(&updated[name], value, "{resource} {name}");
        }
        assert_has(&list()[0], fields, resource);
        assert_eq!(list()[0]["id"], record["id"]);
        act("create", json!({}), {
            let mut other = made;
            for name in ["label", "name"] {
                if other.get(name).is_some() {
                    other[name] = json!("Another");
                }
            }
            other
        });
        act("destroy", key, json!({}));
        let rest = list();
        assert_eq!(rest.len(), 1);
        assert_ne!(rest[0]["id"], record["id"]);
        act(
            "destroy",
            json!({ "filterByTk": [rest[0]["id"].to_string()] }),
            json!({}),
        );
        assert_eq!(list(), Vec::<Value>::new());
    }
}
