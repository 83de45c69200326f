//! Answers to everything that is asked of a mailbox beside reading it in order: finding, changing, sending.

use chrono::DateTime;
use email_manager::compose::{Composition, FileSource, Outgoing};
use email_manager::host::HostFuture;
use email_manager::model::{BoxType, Cursor, Destination, Edit, Part, Search, Term};
use email_manager::provider::sending::{Preparation, SentMail, Sighting};
use email_manager::provider::{
    Change, ChangesRequest, FeedRequest, FeedsRequest, ListRequest, PageOutcome, Provider,
};
use serde_json::json;

use super::provider::{answered, bounded, inbox, session};

const PROVIDERS: [Provider; 2] = [Provider::Google, Provider::Microsoft];
const MOST_FOUND: u32 = 5;

/// Lists of ids, what a search finds, several feeds with the folders.
pub fn lists(input: &[u8]) {
    let folders = [inbox()];
    for provider in PROVIDERS {
        let (session, mail) = (session(provider, input), provider.mail());
        let folder = folders.first().filter(|_| provider == Provider::Microsoft);
        let list = ListRequest {
            folder,
            folders: &folders,
            since: DateTime::from_timestamp(1_772_366_400, 0),
            page: None,
            size: 20,
        };
        let ids = answered(mail.list_ids(&session, list));
        bounded(&ids, input);
        if let Ok(PageOutcome::Page(page)) = ids {
            let only_ids =
                |change: &Change| matches!(change, Change::Listed(listed) if !listed.mail_id.is_empty());
            assert!(page.changes.iter().all(only_ids), "a list of ids tells ids");
        }
        if let Ok(found) = answered(mail.find_by_message_id(&session, "<m@example.com>")) {
            assert!(found.len() <= input.len() && found.iter().all(|id| !id.is_empty()));
        }
        let search = Search {
            terms: vec![Term {
                part: Part::Any,
                text: "invoice".to_owned(),
                is_whole: true,
            }],
            ..Search::default()
        };
        if let Ok(found) = answered(mail.search(&session, &search, MOST_FOUND)) {
            assert!(found.len() <= input.len() && found.iter().all(|id| !id.is_empty()));
        }
        if provider == Provider::Microsoft {
            let link = Cursor(format!(
                "{}/me/mailFolders/INBOX/messages/delta?$deltatoken=x",
                session.endpoints().api
            ));
            let changes = ChangesRequest {
                folder,
                folders: &folders,
                cursor: &link,
                size: 20,
            };
            let feeds = [FeedRequest::List(list), FeedRequest::Changes(changes)];
            let request = FeedsRequest {
                feeds: &feeds,
                with_folders: true,
            };
            if let Ok(read) = answered(mail.feeds(&session, request)) {
                assert_eq!(read.pages.len(), feeds.len(), "a page of each feed");
                assert!(read.folders.is_none_or(|folders| folders.len() <= input.len()));
                for page in read.pages {
                    bounded(&Ok(page), input);
                }
            }
        }
    }
}

/// Answers to changes of mails, and the source of one.
pub fn changes(input: &[u8]) {
    let mut label = Edit::default();
    label.label("Blue", true);
    let edits = [
        ("a".to_owned(), Edit::read(true)),
        ("b".to_owned(), Edit::to(Destination::Box(BoxType::Trash))),
        ("c".to_owned(), label),
        ("d".to_owned(), Edit::delete()),
    ];
    for provider in PROVIDERS {
        let (session, mail) = (session(provider, input), provider.mail());
        if let Ok(applied) = answered(mail.apply(&session, &edits)) {
            let named: Vec<&str> = applied.iter().map(|each| each.mail_id.as_str()).collect();
            assert_eq!(named, ["a", "b", "c", "d"], "one outcome for each change");
        }
        if let Ok(source) = answered(mail.source(&session, "a")) {
            assert!(
                source.len() <= input.len(),
                "a source has more bytes than the answer"
            );
        }
    }
}

struct NoFiles;

impl FileSource for NoFiles {
    fn read<'a>(&'a self, _: &'a str, _: u64, length: u64) -> HostFuture<'a, Vec<u8>> {
        Box::pin(async move { Ok(vec![b'x'; usize::try_from(length.min(100)).unwrap_or(0)]) })
    }
}

/// Answers while a mail is looked for, prepared, sent and thrown away.
pub fn sending(input: &[u8]) {
    let mail: Composition = serde_json::from_value(json!({
        "from": { "name": "Ana", "address": "ana@example.com" },
        "to": [{ "name": "Bob", "address": "bob@example.com" }],
        "cc": [], "bcc": [], "subject": "Hello", "html": "<p>Hello</p>",
        "files": [{ "token": "f", "filename": "a.txt", "mimeType": "text/plain", "size": 100 }],
        "answers": null,
    }))
    .unwrap();
    let outgoing = Outgoing {
        mail: &mail,
        mark: "0123456789abcdef@example.com",
        composed_at: DateTime::from_timestamp(1_772_366_400, 0).unwrap(),
        files: &NoFiles,
    };
    let only_sends = ["https://graph.microsoft.com/Mail.Send".to_owned()];
    let senders = [
        (Provider::Google, None),
        (Provider::Microsoft, None),
        (Provider::Microsoft, Some(&only_sends[..])),
    ];
    for (provider, granted) in senders {
        let (session, sender) = (session(provider, input), provider.sender(granted));
        let named = |mail: &SentMail| mail.mail_id.len() <= input.len();
        match answered(sender.look(&session, outgoing.mark, Some("d"))) {
            Ok(Sighting::Draft(draft)) => assert!(!draft.is_empty() && draft.len() <= input.len().max(1)),
            Ok(Sighting::Sent(mail)) => assert!(named(&mail)),
            Ok(Sighting::Nothing | Sighting::Hidden) | Err(_) => {}
        }
        let mut prepared = Preparation::default();
        for _ in 0..6 {
            match answered(sender.prepare(&session, &outgoing, prepared.clone())) {
                Ok(further) if !further.complete => prepared = further,
                _ => break,
            }
        }
        if let Ok(sent) = answered(sender.send(&session, &outgoing, &prepared)) {
            assert!(named(&sent));
        }
        let _ = answered(sender.discard(&session, "d"));
        if let Ok(identities) = answered(sender.identities(&session)) {
            assert!(identities.len() <= input.len());
            for identity in identities {
                assert_eq!(identity.email, identity.email.to_lowercase());
            }
        }
    }
}
