//! A schedule: a mailbox and what happens to it, as a list of operations that can be written down and read again.

use crate::random::Random;
use crate::support::service::Service;

/// One line of the script each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A node goes on for so many turns; every call of its host takes one or two.
    Run { node: usize, turns: usize },
    /// Time passes. More than three minutes are longer than a lease.
    Wait { seconds: i64 },
    /// A node's process ends where it is and begins again.
    Crash { node: usize },
    /// After so many calls of its kind, something goes wrong on a node.
    Fault { node: usize, skip: usize, fault: Fault },
    /// Something happens at the provider.
    There(There),
    /// The user does something here, through a node.
    Here { node: usize, nth: usize, change: Here },
    /// The user asks something of the synchronisation.
    Asked(Asked),
}

/// What a user asks of the synchronisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A run.
    Sync,
    /// Everything again.
    Resync,
    /// A comparison with the provider's lists.
    Compare,
    /// The account rests.
    Pause,
    /// It goes on.
    Resume,
    /// Something else is left out from now on.
    Exclude(Excluded),
}

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excluded {
    Nothing,
    /// The bin and junk mail.
    Boxes,
    /// A folder or label of those that are known.
    Folder(usize),
    /// Who has sent every fourth mail.
    Sender,
}

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request never arrives.
    Lost,
    /// The request is done, its answer never arrives.
    TimedOut,
    /// The request arrives twice.
    Twice,
    /// Half of the answer arrives.
    Truncated,
    /// A page for people arrives instead of the answer.
    Html,
    /// The provider answers with a status, and says how long to wait where it is 0 or more.
    Status(u16, i64),
    /// One part of a batch has a status.
    Part(u16, usize),
    /// The commit has no effect and fails.
    CommitLost,
    /// The commit takes effect and fails all the same.
    CommitTimedOut,
    /// Reading from the storage fails.
    FindLost,
}

/// What happens at the provider. `nth` counts the messages there, newest first, round and round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum There {
    Deliver {
        place: Place,
        answers: Option<usize>,
    },
    Move {
        nth: usize,
        place: Place,
    },
    Delete {
        nth: usize,
    },
    /// So many at once.
    DeleteMany {
        nth: usize,
        count: usize,
    },
    Read {
        nth: usize,
        on: bool,
    },
    Star {
        nth: usize,
        on: bool,
    },
    Label {
        nth: usize,
        on: bool,
    },
    /// A draft gets another text.
    Edit {
        nth: usize,
    },
    MakeFolder,
    RenameFolder {
        nth: usize,
    },
    DeleteFolder {
        nth: usize,
    },
    /// The provider forgets every position it has given out.
    Forget,
    /// Lists and feeds take liberties from now on: bits of [`LIBERTIES`], with pages no longer than that.
    Disorder {
        seed: u64,
        kinds: usize,
        page: usize,
    },
    /// All access tokens end at once.
    ExpireTokens,
    /// The user withdraws the consent.
    Revoke,
    /// The user gives it again.
    Consent,
}

/// The liberties of the simulator, by bit.
pub const LIBERTIES: [&str; 7] = [
    "repeats", "shuffles", "stale", "removals", "lags", "expiry", "ghosts",
];

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Inbox,
    Archive,
    Trash,
    Spam,
    Draft,
    /// A folder the user made; in Gmail, a label.
    Own(usize),
}

/// What the user does to a mail here. Another operation is another variant: everything about it stands in `intents`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    Read(bool),
    Star(bool),
    Move(Place),
    PutBack,
    Label(bool),
    /// For good.
    Delete,
}

/// A mailbox and what happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub service: Service,
    /// How many messages it has at the beginning.
    pub messages: usize,
    /// How many of them are younger than the start date; all mail is wanted where `None`.
    pub wanted: Option<usize>,
    pub operations: Vec<Operation>,
}

impl Schedule {
    /// The schedule of a seed.
    pub fn of(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let random = &mut random;
        let service = random.pick(&[Service::Google, Service::Microsoft]);
        let messages = match random.below(200) {
            // More than any page or chunk of records holds.
            0 if random.percent(30) => 510 + random.below(40),
            0..20 => 25 + random.below(36),
            20..60 => 12 + random.below(14),
            _ => 3 + random.below(9),
        };
        let wanted = random.percent(15).then(|| random.below(messages + 1));
        // In half of the schedules the first sync has ended before anything happens.
        let mut operations = Vec::new();
        if random.percent(50) {
            operations.push(Operation::There(disorder(random)));
        }
        if random.percent(50) {
            operations.push(Operation::Run {
                node: 0,
                turns: 1_000,
            });
        }
        for _ in 0..6 + random.below(34) {
            operations.push(operation(random));
        }
        Self {
            service,
            messages,
            wanted,
            operations,
        }
    }
}

fn operation(random: &mut Random) -> Operation {
    let node = random.below(2);
    match random.below(100) {
        0..36 => Operation::Run {
            node,
            turns: match random.below(10) {
                0..5 => 1 + random.below(12),
                5..9 => 1 + random.below(60),
                _ => 400,
            },
        },
        36..42 => Operation::Wait {
            seconds: random.pick(&[1, 30, 100, 200, 200, 320, 320, 700, 4_000]),
        },
        42..46 => Operation::Crash { node },
        46..58 => Operation::Fault {
            node,
            skip: random.below(12),
            fault: fault(random),
        },
        58..92 => Operation::There(there(random)),
        92..97 => Operation::Here {
            node,
            nth: random.below(40),
            change: here(random),
        },
        _ => Operation::Asked(asked(random)),
    }
}

fn here(random: &mut Random) -> Here {
    let on = random.percent(50);
    match random.below(16) {
        0..4 => Here::Read(on),
        4..6 => Here::Star(on),
        6..11 => Here::Move(random.pick(&[
            Place::Inbox,
            Place::Archive,
            Place::Spam,
            Place::Trash,
            Place::Own(0),
            Place::Own(1),
        ])),
        11 => Here::PutBack,
        12..14 => Here::Label(on),
        _ => Here::Delete,
    }
}

fn asked(random: &mut Random) -> Asked {
    match random.below(12) {
        0..3 => Asked::Sync,
        3 => Asked::Resync,
        4 => Asked::Compare,
        5 => Asked::Pause,
        6 => Asked::Resume,
        7 | 8 => Asked::Exclude(Excluded::Nothing),
        9 => Asked::Exclude(Excluded::Boxes),
        10 => Asked::Exclude(Excluded::Folder(random.below(12))),
        _ => Asked::Exclude(Excluded::Sender),
    }
}

fn disorder(random: &mut Random) -> There {
    There::Disorder {
        seed: random.next() % 1_000,
        kinds: random.below(1 << LIBERTIES.len()),
        page: random.pick(&[2, 3, 5, 9, 30, 500]),
    }
}

fn fault(random: &mut Random) -> Fault {
    match random.below(16) {
        0 => Fault::Lost,
        1 => Fault::TimedOut,
        2 => Fault::Twice,
        3 => Fault::Truncated,
        4 => Fault::Html,
        5..8 => {
            let (status, wait) = random.pick(&[
                (429, 90),
                (429, -1),
                (403, -1),
                (503, -1),
                (503, 20),
                (401, -1),
                (500, -1),
            ]);
            Fault::Status(status, wait)
        }
        8..11 => Fault::Part(random.pick(&[429, 403, 500, 503, 401]), random.below(8)),
        11 | 12 => Fault::CommitLost,
        13 | 14 => Fault::CommitTimedOut,
        _ => Fault::FindLost,
    }
}

fn there(random: &mut Random) -> There {
    let nth = random.below(40);
    let on = random.percent(60);
    let place = match random.below(9) {
        0 | 1 => Place::Inbox,
        2 | 3 => Place::Archive,
        4 | 5 => Place::Trash,
        6 => Place::Spam,
        _ => Place::Own(random.below(6)),
    };
    match random.below(42) {
        0..9 => There::Deliver {
            place: match random.below(10) {
                0..6 => Place::Inbox,
                6 | 7 => Place::Draft,
                _ => place,
            },
            answers: random.percent(30).then_some(nth),
        },
        9..16 => There::Move { nth, place },
        16..20 => There::Delete { nth },
        20..25 => There::Read { nth, on },
        25..28 => There::Star { nth, on },
        28..30 => There::Label { nth, on },
        30..32 => There::Edit { nth },
        32 => There::MakeFolder,
        33 => There::RenameFolder { nth },
        34 => There::DeleteFolder { nth },
        35 | 36 => There::Forget,
        37 => There::ExpireTokens,
        40 => disorder(random),
        41 => There::DeleteMany {
            nth,
            count: 2 + random.below(40),
        },
        38 => There::Revoke,
        _ => There::Consent,
    }
}
