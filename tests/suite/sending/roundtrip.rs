//! Composed mails read again by two other parsers, Python's standard library and postal-mime: equal in text, names and
//! bytes.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use email_manager::compose::mime::Mime;
use email_manager::compose::{Composition, FileSource, Outgoing};
use email_manager::host::HostFuture;
use email_manager::sanitize;
use serde_json::{Value, json};

/// Files in memory, named by their place.
struct Files(Vec<Vec<u8>>);

impl FileSource for Files {
    fn read<'a>(&'a self, token: &'a str, offset: u64, length: u64) -> HostFuture<'a, Vec<u8>> {
        let file = &self.0[token.parse::<usize>().unwrap()];
        let place = |at: u64| usize::try_from(at).unwrap().min(file.len());
        let part = file[place(offset)..place(offset + length)].to_vec();
        Box::pin(async move { Ok(part) })
    }
}

/// Everything that has gone wrong in somebody's mail.
fn nasty() -> Vec<Value> {
    let words = "word ".repeat(60);
    let texts = [
        "<p>plain</p>",
        "<p>.</p><p>..</p><p>.hidden</p>",
        "<p>From here &amp; there &lt;tag&gt; &quot;quoted&quot;</p>",
        "<p>Grüße, 王小明, مرحبا, 🎉 é (composed) é (not)</p>",
        "<pre>a\nb\n\n.\n--boundary\nFrom x\n</pre>",
        "",
    ];
    let names = [
        "",
        "Ann Lee",
        "Lee, Ann",
        "Ann \"The Boss\" \\ Lee",
        "Zoë Müller",
        "王小明",
        "a (comment) b",
        "=?utf-8?Q?not_encoded?=",
        "ends with dot.",
        "two  spaces",
        "🎉 Party",
    ];
    let subjects = [
        "",
        "Offer",
        "Ünïcödé – dash",
        "报价单：第三季度产品目录与价格，请在周五之前确认，谢谢您的合作与支持，期待回复",
        "=?utf-8?B?bm90IGVuY29kZWQ=?=",
        "two  spaces and a tab-less end",
        "x: y; z=\"q\"",
        "🎉🎉🎉",
    ];
    let files = [
        "a.txt",
        "with space.pdf",
        "quote\"s.txt",
        "semi;colon=1.txt",
        "Zoë.png",
        "报价单第三季度产品目录与价格请在周五之前确认谢谢您的合作与支持.pdf",
        "100%.txt",
        "a very long name in ASCII that goes on and on and on and on and on until nobody reads it any more.docx",
        "it's.txt",
        "=?utf-8?B?eA==?=.txt",
        "no extension",
        "🎉.zip",
    ];
    let mut mails: Vec<Value> = Vec::new();
    let base = |number: usize| {
        json!({
            "from": { "name": names[number % names.len()], "address": "sender@example.com" },
            "to": [{ "name": names[(number + 3) % names.len()], "address": "to@example.com" }],
            "cc": [], "bcc": [],
            "subject": subjects[number % subjects.len()],
            "html": texts[number % texts.len()],
            "files": [], "answers": null,
        })
    };
    for number in 0..names.len().max(subjects.len()) * 2 {
        mails.push(base(number));
    }
    for (number, name) in files.iter().enumerate() {
        let mut mail = base(number);
        mail["files"] = json!([{ "filename": name, "mimeType": "application/x-test", "bytes": STANDARD.encode((0..number * 37).map(|byte| (byte * 7 % 256) as u8).collect::<Vec<_>>()) }]);
        mails.push(mail);
    }
    // Long in every direction.
    let mut long = base(1);
    long["subject"] = json!(words.trim());
    long["to"] = (0..60).map(|number| json!({ "name": names[number % names.len()], "address": format!("person{number}@a-rather-long-domain-name.example.com") })).collect();
    long["cc"] = json!([{ "name": "王".repeat(120), "address": "long@example.com" }, { "name": words.trim(), "address": "words@example.com" }]);
    long["html"] = json!(format!("<p>{}</p>", "x".repeat(5_000)));
    mails.push(long);
    let mut unbroken = base(1);
    unbroken["subject"] = json!("x".repeat(1_500));
    mails.push(unbroken);
    for length in 60..90 {
        let mut edge = base(1);
        edge["subject"] = json!(format!("{} end", "s".repeat(length)));
        mails.push(edge);
    }
    // Every kind of part at once, in every length of a line of base64.
    for length in [0, 1, 2, 56, 57, 58, 113, 114, 115, 100_000] {
        let mut all = base(3);
        let bytes: Vec<u8> = (0..length).map(|byte| (byte % 256) as u8).collect();
        all["html"] = json!("<p>See <img src=\"cid:p1@x\"></p>");
        all["files"] = json!([
            { "filename": "first.bin", "mimeType": "application/octet-stream", "bytes": STANDARD.encode(&bytes) },
            { "filename": "picture.png", "mimeType": "image/png", "contentId": "p1@x", "bytes": STANDARD.encode(&bytes) },
            { "filename": "text.txt", "mimeType": "text/plain", "bytes": STANDARD.encode("a\r\n.\r\nb\nc\0d") },
            { "filename": "mail.eml", "mimeType": "message/rfc822", "bytes": STANDARD.encode("Subject: x\n\nHi") },
        ]);
        all["answers"] = json!({
            "mode": "reply", "mailId": null, "conversationId": null, "messageId": "<b@example.com>",
            "references": (0..40).map(|number| format!("<reference-{number}-of-a-long-thread@mail.example.com>")).collect::<Vec<_>>(),
        });
        mails.push(all);
    }
    mails
}

/// The bytes of a mail, read in parts of `step`.
fn compose(described: &Value, step: u64) -> (Composition, Vec<u8>) {
    let mut files = Vec::new();
    let mut mail = described.clone();
    for file in mail["files"].as_array_mut().unwrap() {
        let bytes = STANDARD.decode(file["bytes"].as_str().unwrap()).unwrap();
        file["token"] = json!(files.len().to_string());
        file["size"] = json!(bytes.len());
        files.push(bytes);
    }
    let mail: Composition = serde_json::from_value(mail).unwrap();
    let files = Files(files);
    let outgoing = Outgoing {
        mail: &mail,
        mark: "0123456789abcdef@example.com",
        composed_at: chrono::DateTime::from_timestamp(1_772_366_400, 0).unwrap(),
        files: &files,
    };
    let mime = Mime::new(&outgoing);
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < mime.length() {
        bytes.extend(pollster::block_on(mime.read(bytes.len() as u64, step)).unwrap());
    }
    assert_eq!(bytes.len() as u64, mime.length());
    (mail, bytes)
}

#[test]
fn a_mail_has_the_same_bytes_wherever_it_is_read_from() {
    for described in nasty() {
        let (_, whole) = compose(&described, u64::MAX);
        for step in [1_000, 77, 4_097] {
            let step = if whole.len() > 20_000 { 4_097 } else { step };
            assert!(compose(&described, step).1 == whole);
        }
        assert!(whole.is_ascii(), "nothing has to be encoded on its way");
        let text = String::from_utf8(whole).unwrap();
        assert!(
            !text.replace("\r\n", "").contains(['\r', '\n', '\0']),
            "lines end as they should"
        );
        assert!(
            text.split("\r\n").all(|line| line.len() <= 998),
            "no line is too long"
        );
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.split("\r\n").all(|line| line.len() <= 160), "{head}");
    }
}

/// What was composed, with what has to be read from it.
fn composed() -> Vec<Value> {
    nasty()
        .iter()
        .map(|described| {
            let (mail, bytes) = compose(described, u64::MAX);
            let mut expected = described.clone();
            expected["raw"] = json!(STANDARD.encode(bytes));
            expected["text"] = json!(sanitize::html_to_text(&mail.html));
            // A mail within a mail would be read as a part of this one.
            for (file, attached) in expected["files"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .zip(&mail.files)
            {
                file["filename"] = json!(attached.filename);
                file["mimeType"] = json!(attached.mime_type);
            }
            expected
        })
        .collect()
}

/// Gives what was composed to another program, which compares. `None` where there is no such program.
fn compared(program: &str, script: &str) -> Option<(bool, String)> {
    let script = format!("{}/tests/suite/sending/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(program);
    command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().ok()?;
    // A program that can't begin reads nothing.
    let _ = child
        .stdin
        .take()?
        .write_all(json!(composed()).to_string().as_bytes());
    let output = child.wait_with_output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Some((output.status.success(), said))
}

fn assert_equal(program: &str, script: &str) {
    match compared(program, script) {
        Some((succeeded, said)) => {
            assert!(succeeded, "{said}");
            assert_eq!(said, format!("{} mails are equal", nasty().len()));
        }
        None => leave_out(&format!("{program} is not on this machine")),
    }
}

/// The project's test command brings what is needed, and leaves nothing out.
fn leave_out(reason: &str) {
    assert!(
        std::env::var_os("EMAIL_MANAGER_EVERY_PARSER").is_none(),
        "{reason}"
    );
    println!("SKIPPED: {reason}");
}

#[test]
fn pythons_parser_reads_what_was_written() {
    assert_equal("python3", "parse.py");
}

#[test]
fn a_javascript_parser_reads_what_was_written() {
    let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/js/node_modules/postal-mime");
    if std::path::Path::new(installed).exists() {
        assert_equal("node", "parse.mjs");
    } else {
        leave_out("postal-mime is not installed; `npm --prefix js ci` does it");
    }
}
