use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Inner {
    some_count: u32,
    label: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Plain,
    Named { first: String, last: Option<String> },
    Numbered(i64),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outer {
    #[serde(rename = "@id")]
    id: i64,
    is_read: bool,
    #[serde(default)]
    inner: Inner,
    list: Vec<Inner>,
    kind: Kind,
    #[serde(skip)]
    ours: u8,
    #[serde(default)]
    rest: Value,
    map: Option<BTreeMap<String, f64>>,
}

fn complete() -> Value {
    json!({
        "kind": "plain",
        "unknown": [1, { "a": null }],
        "list": [{ "label": "x" }, { "someCount": 2, "label": null }],
        "isRead": true,
        "@id": -3,
        "rest": { "a": [1, -1, 1.5, "s", null, true] },
        "map": { "a": 1, "b": 1.5 },
    })
}

#[test]
fn types_are_read_as_serde_json_reads_them() {
    let by_serde: Outer = serde_json::from_value(complete()).unwrap();
    assert_eq!(read::<Outer>(complete()).unwrap(), by_serde);
    for kind in [
        json!("plain"),
        json!({ "plain": null }),
        json!({ "named": { "first": "a" } }),
        json!({ "numbered": 5 }),
    ] {
        let by_serde: Kind = serde_json::from_value(kind.clone()).unwrap();
        assert_eq!(read::<Kind>(kind).unwrap(), by_serde);
    }
}

#[test]
fn absent_properties_are_null_or_the_default_or_missed() {
    let without = |name: &str| {
        let mut value = complete();
        value.as_object_mut().unwrap().remove(name);
        read::<Outer>(value)
    };
    assert_eq!(without("map").unwrap().map, None);
    assert_eq!(without("inner").unwrap().inner, Inner::default());
    assert_eq!(without("rest").unwrap().rest, Value::Null);
    for name in ["@id", "isRead", "list", "kind"] {
        assert_eq!(without(name).unwrap_err().property(), Some(name));
    }
}

#[test]
fn a_mismatch_names_the_property_and_nothing_else() {
    for (name, value) in [
        ("@id", json!("private")),
        ("@id", json!(u64::MAX)),
        ("isRead", json!(null)),
        ("list", json!({ "private": 1 })),
        ("kind", json!("private")),
        ("kind", json!({ "plain": "private" })),
    ] {
        let mut whole = complete();
        whole.as_object_mut().unwrap().insert(name.to_owned(), value);
        let text = read::<Outer>(whole).unwrap_err().to_string();
        assert_eq!(text, format!("an unexpected shape at {name}"));
    }
    let mut whole = complete();
    whole["list"][1]["someCount"] = json!(-1);
    assert_eq!(read::<Outer>(whole).unwrap_err().property(), Some("someCount"));
    assert_eq!(read::<Outer>(json!([])).unwrap_err().property(), None);
}

#[test]
fn no_type_has_a_property_with_two_names() {
    let mut open = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    let (mut files, mark) = (0, ["ali", "as ="].concat());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        assert!(!source.contains(&mark), "{}", path.display());
        files += 1;
    }
    assert!(files > 100);
}
