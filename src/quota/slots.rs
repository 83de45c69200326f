//! Requests at once: so many, people's before anybody else's, and half of them people's alone.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, Waker};

use super::Priority;

/// The slots of one mailbox.
pub(super) struct Slots {
    state: RefCell<State>,
}

struct State {
    most: usize,
    taken: usize,
    /// Those of the taken ones in which no person waits.
    taken_by_others: usize,
    /// Counts how often everything was given back; slots from before are not counted any more.
    generation: u64,
    next_ticket: u64,
    people: VecDeque<Waiting>,
    others: VecDeque<Waiting>,
}

struct Waiting {
    ticket: u64,
    waker: Waker,
}

/// A slot that is taken until this is dropped.
pub struct Slot<'a> {
    slots: &'a Slots,
    priority: Priority,
    generation: u64,
}

impl Slots {
    pub(super) fn new(most: usize) -> Self {
        Self {
            state: RefCell::new(State {
                most: most.max(1),
                taken: 0,
                taken_by_others: 0,
                generation: 0,
                next_ticket: 0,
                people: VecDeque::new(),
                others: VecDeque::new(),
            }),
        }
    }

    /// Waits for a slot. Whoever stops waiting leaves the queue.
    pub(super) async fn take(&self, priority: Priority) -> Slot<'_> {
        let mut place = Place {
            slots: self,
            priority,
            ticket: None,
        };
        poll_fn(|context| place.poll(context.waker())).await;
        Slot {
            slots: self,
            priority,
            generation: self.state.borrow().generation,
        }
    }

    /// Takes every slot back, for when some may be held by what will never run again, and lets all who wait line up anew.
    pub(super) fn release_all(&self) {
        let mut state = self.state.borrow_mut();
        state.taken = 0;
        state.taken_by_others = 0;
        state.generation += 1;
        let mut waiting = std::mem::take(&mut state.people);
        waiting.append(&mut state.others);
        drop(state);
        waiting.into_iter().for_each(|waiting| waiting.waker.wake());
    }
}

/// A place in the queue.
struct Place<'a> {
    slots: &'a Slots,
    priority: Priority,
    ticket: Option<u64>,
}

impl Place<'_> {
    fn poll(&mut self, waker: &Waker) -> Poll<()> {
        let mut state = self.slots.state.borrow_mut();
        let ticket = *self.ticket.get_or_insert_with(|| {
            state.next_ticket += 1;
            state.next_ticket
        });
        if state.is_turn_of(self.priority, ticket) {
            state.taken += 1;
            state.taken_by_others += others(self.priority);
            state.leave(self.priority, ticket);
            self.ticket = None;
            // There may be another slot for the next in line.
            state.wake_next();
            return Poll::Ready(());
        }
        let queue = state.queue(self.priority);
        match queue.iter_mut().find(|waiting| waiting.ticket == ticket) {
            Some(waiting) => waiting.waker.clone_from(waker),
            None => queue.push_back(Waiting {
                ticket,
                waker: waker.clone(),
            }),
        }
        Poll::Pending
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let mut state = self.slots.state.borrow_mut();
            state.leave(self.priority, ticket);
            state.wake_next();
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut state = self.slots.state.borrow_mut();
        if state.generation == self.generation {
            state.taken -= 1;
            state.taken_by_others -= others(self.priority);
            state.wake_next();
        }
    }
}

/// Whether a slot is one of those in which no person waits, as a number.
fn others(priority: Priority) -> usize {
    usize::from(priority == Priority::Background)
}

impl State {
    fn queue(&mut self, priority: Priority) -> &mut VecDeque<Waiting> {
        match priority {
            Priority::Interactive => &mut self.people,
            Priority::Background => &mut self.others,
        }
    }

    fn leave(&mut self, priority: Priority, ticket: u64) {
        self.queue(priority).retain(|waiting| waiting.ticket != ticket);
    }

    /// Whether there is a slot, and nobody stands before this one.
    fn is_turn_of(&self, priority: Priority, ticket: u64) -> bool {
        let first = |queue: &VecDeque<Waiting>| queue.front().is_none_or(|first| first.ticket == ticket);
        self.taken < self.most
            && match priority {
                Priority::Interactive => first(&self.people),
                Priority::Background => {
                    self.people.is_empty() && first(&self.others) && self.has_room_for_others()
                }
            }
    }

    fn wake_next(&self) {
        if self.taken < self.most
            && let Some(next) = self.people.front().or_else(|| self.others.front())
        {
            next.waker.wake_by_ref();
        }
    }

    fn has_room_for_others(&self) -> bool {
        self.taken_by_others < self.most.div_ceil(2)
    }
}
