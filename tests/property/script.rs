//! Schedules as text, to be replayed and kept.

use std::fmt;

use crate::schedule::{Asked, Excluded, Fault, Here, Operation, Place, Schedule, There};
use crate::support::service::SERVICES;

impl fmt::Display for Schedule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = self.wanted.map_or("all".to_owned(), |wanted| wanted.to_string());
        writeln!(out, "mailbox {} {} {wanted}", self.service.name(), self.messages)?;
        self.operations
            .iter()
            .try_for_each(|operation| writeln!(out, "{operation}"))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run { node, turns } => write!(out, "run {node} {turns}"),
            Self::Wait { seconds } => write!(out, "wait {seconds}"),
            Self::Crash { node } => write!(out, "crash {node}"),
            Self::Fault { node, skip, fault } => write!(out, "fault {node} {skip} {fault}"),
            Self::There(there) => write!(out, "there {there}"),
            Self::Here { node, nth, change } => write!(out, "here {node} {nth} {change}"),
            Self::Asked(asked) => write!(out, "asked {asked}"),
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sync => write!(out, "sync"),
            Self::Resync => write!(out, "resync"),
            Self::Compare => write!(out, "compare"),
            Self::Pause => write!(out, "pause"),
            Self::Resume => write!(out, "resume"),
            Self::Exclude(Excluded::Nothing) => write!(out, "exclude nothing"),
            Self::Exclude(Excluded::Boxes) => write!(out, "exclude boxes"),
            Self::Exclude(Excluded::Folder(nth)) => write!(out, "exclude folder {nth}"),
            Self::Exclude(Excluded::Sender) => write!(out, "exclude sender"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost => write!(out, "lost"),
            Self::TimedOut => write!(out, "timed-out"),
            Self::Twice => write!(out, "twice"),
            Self::Truncated => write!(out, "truncated"),
            Self::Html => write!(out, "html"),
            Self::Status(status, wait) => write!(out, "status {status} {wait}"),
            Self::Part(status, part) => write!(out, "part {status} {part}"),
            Self::CommitLost => write!(out, "commit-lost"),
            Self::CommitTimedOut => write!(out, "commit-timed-out"),
            Self::FindLost => write!(out, "find-lost"),
        }
    }
}

impl fmt::Display for There {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deliver { place, answers } => {
                let answers = answers.map_or("nothing".to_owned(), |nth| nth.to_string());
                write!(out, "deliver {place} {answers}")
            }
            Self::Move { nth, place } => write!(out, "move {nth} {place}"),
            Self::Delete { nth } => write!(out, "delete {nth}"),
            Self::DeleteMany { nth, count } => write!(out, "delete-many {nth} {count}"),
            Self::Disorder { seed, kinds, page } => write!(out, "disorder {seed} {kinds} {page}"),
            Self::Read { nth, on } => write!(out, "read {nth} {on}"),
            Self::Star { nth, on } => write!(out, "star {nth} {on}"),
            Self::Label { nth, on } => write!(out, "label {nth} {on}"),
            Self::Edit { nth } => write!(out, "edit {nth}"),
            Self::MakeFolder => write!(out, "make-folder"),
            Self::RenameFolder { nth } => write!(out, "rename-folder {nth}"),
            Self::DeleteFolder { nth } => write!(out, "delete-folder {nth}"),
            Self::Forget => write!(out, "forget"),
            Self::ExpireTokens => write!(out, "expire-tokens"),
            Self::Revoke => write!(out, "revoke"),
            Self::Consent => write!(out, "consent"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inbox => write!(out, "inbox"),
            Self::Archive => write!(out, "archive"),
            Self::Trash => write!(out, "trash"),
            Self::Spam => write!(out, "spam"),
            Self::Draft => write!(out, "draft"),
            Self::Own(nth) => write!(out, "own-{nth}"),
        }
    }
}

impl fmt::Display for Here {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(on) => write!(out, "read {on}"),
            Self::Star(on) => write!(out, "star {on}"),
            Self::Move(place) => write!(out, "move {place}"),
            Self::PutBack => write!(out, "put-back"),
            Self::Label(on) => write!(out, "label {on}"),
            Self::Delete => write!(out, "delete"),
        }
    }
}

impl Schedule {
    /// Reads a schedule that was written down.
    pub fn read(text: &str) -> Self {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let head = words(lines.next().unwrap_or_default());
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let ["mailbox", service, messages, wanted] = head.as_slice() else {
            panic!("a script begins with: mailbox <google|microsoft> <messages> <wanted|all>");
        };
        let operation = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            read(&words).unwrap_or_else(|| panic!("this line is none: {line}"))
        };
        Self {
            service: *SERVICES
                .iter()
                .find(|each| each.name() == *service)
                .expect("google or microsoft"),
            messages: messages.parse().unwrap(),
            wanted: wanted.parse().ok(),
            operations: lines.map(operation).collect(),
        }
    }
}

fn read(words: &[&str]) -> Option<Operation> {
    Some(match words {
        ["run", node, turns] => Operation::Run {
            node: node.parse().ok()?,
            turns: turns.parse().ok()?,
        },
        ["wait", seconds] => Operation::Wait {
            seconds: seconds.parse().ok()?,
        },
        ["crash", node] => Operation::Crash {
            node: node.parse().ok()?,
        },
        ["fault", node, skip, fault @ ..] => Operation::Fault {
            node: node.parse().ok()?,
            skip: skip.parse().ok()?,
            fault: read_fault(fault)?,
        },
        ["there", there @ ..] => Operation::There(read_there(there)?),
        ["here", node, nth, here @ ..] => Operation::Here {
            node: node.parse().ok()?,
            nth: nth.parse().ok()?,
            change: read_here(here)?,
        },
        ["asked", asked @ ..] => Operation::Asked(read_asked(asked)?),
        _ => return None,
    })
}

fn read_here(words: &[&str]) -> Option<Here> {
    Some(match words {
        ["read", on] => Here::Read(on.parse().ok()?),
        ["star", on] => Here::Star(on.parse().ok()?),
        ["move", place] => Here::Move(read_place(place)?),
        ["put-back"] => Here::PutBack,
        ["label", on] => Here::Label(on.parse().ok()?),
        ["delete"] => Here::Delete,
        _ => return None,
    })
}

fn read_asked(words: &[&str]) -> Option<Asked> {
    Some(match words {
        ["sync"] => Asked::Sync,
        ["resync"] => Asked::Resync,
        ["compare"] => Asked::Compare,
        ["pause"] => Asked::Pause,
        ["resume"] => Asked::Resume,
        ["exclude", "nothing"] => Asked::Exclude(Excluded::Nothing),
        ["exclude", "boxes"] => Asked::Exclude(Excluded::Boxes),
        ["exclude", "folder", nth] => Asked::Exclude(Excluded::Folder(nth.parse().ok()?)),
        ["exclude", "sender"] => Asked::Exclude(Excluded::Sender),
        _ => return None,
    })
}

fn read_fault(words: &[&str]) -> Option<Fault> {
    Some(match words {
        ["lost"] => Fault::Lost,
        ["timed-out"] => Fault::TimedOut,
        ["twice"] => Fault::Twice,
        ["truncated"] => Fault::Truncated,
        ["html"] => Fault::Html,
        ["status", status, wait] => Fault::Status(status.parse().ok()?, wait.parse().ok()?),
        ["part", status, part] => Fault::Part(status.parse().ok()?, part.parse().ok()?),
        ["commit-lost"] => Fault::CommitLost,
        ["commit-timed-out"] => Fault::CommitTimedOut,
        ["find-lost"] => Fault::FindLost,
        _ => return None,
    })
}

fn read_there(words: &[&str]) -> Option<There> {
    let number = |word: &str| word.parse::<usize>().ok();
    Some(match words {
        ["deliver", place, answers] => There::Deliver {
            place: read_place(place)?,
            answers: number(answers),
        },
        ["move", nth, place] => There::Move {
            nth: number(nth)?,
            place: read_place(place)?,
        },
        ["delete", nth] => There::Delete { nth: number(nth)? },
        ["delete-many", nth, count] => There::DeleteMany {
            nth: number(nth)?,
            count: number(count)?,
        },
        ["disorder", seed, kinds, page] => There::Disorder {
            seed: seed.parse().ok()?,
            kinds: number(kinds)?,
            page: number(page)?,
        },
        ["read", nth, on] => There::Read {
            nth: number(nth)?,
            on: on.parse().ok()?,
        },
        ["star", nth, on] => There::Star {
            nth: number(nth)?,
            on: on.parse().ok()?,
        },
        ["label", nth, on] => There::Label {
            nth: number(nth)?,
            on: on.parse().ok()?,
        },
        ["edit", nth] => There::Edit { nth: number(nth)? },
        ["make-folder"] => There::MakeFolder,
        ["rename-folder", nth] => There::RenameFolder { nth: number(nth)? },
        ["delete-folder", nth] => There::DeleteFolder { nth: number(nth)? },
        ["forget"] => There::Forget,
        ["expire-tokens"] => There::ExpireTokens,
        ["revoke"] => There::Revoke,
        ["consent"] => There::Consent,
        _ => return None,
    })
}

fn read_place(word: &str) -> Option<Place> {
    Some(match word {
        "inbox" => Place::Inbox,
        "archive" => Place::Archive,
        "trash" => Place::Trash,
        "spam" => Place::Spam,
        "draft" => Place::Draft,
        own => Place::Own(own.strip_prefix("own-")?.parse().ok()?),
    })
}
