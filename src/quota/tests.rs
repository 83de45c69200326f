use std::cell::Cell;

use futures_util::FutureExt;
use futures_util::future::join_all;
use pollster::block_on;

use super::*;

const POLICY: Policy = Policy {
    units_per_minute: 6_000,
    reserve: 200,
    concurrency: 4,
};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_366_400 + seconds, 0).unwrap()
}

/// How many units background work gets through in a minute that begins at `from`, in requests of `units`.
fn spent_in_a_minute(meter: &Meter, units: u32, from: i64) -> u32 {
    let mut spent = 0;
    for second in from..from + 60 {
        while meter.wait(Priority::Background, units, at(second)) <= TimeDelta::zero() && spent < 1_000_000 {
            meter.spend(units, at(second));
            spent += units;
        }
    }
    spent
}

#[test]
fn nothing_is_held_back_before_the_first_complaint() {
    let meter = Meter::new(POLICY);
    assert_eq!(spent_in_a_minute(&meter, 4_000, 0), 1_000_000);
    assert_eq!(meter.affordable(at(0)), None);
    assert_eq!(meter.batch_size(100), 100);
}

#[test]
fn after_a_complaint_the_published_rate_holds() {
    let meter = Meter::new(POLICY);
    meter.throttled(Some(5), at(0));
    assert_eq!(meter.wait(Priority::Background, 20, at(0)), TimeDelta::seconds(5));
    assert_eq!(meter.affordable(at(4)), Some(0));
    let spent = spent_in_a_minute(&meter, 20, 60);
    assert!((5_800..=7_500).contains(&spent), "{spent}");
    assert_eq!(meter.batch_size(100), 50);
}

#[test]
fn every_further_complaint_halves_the_rate_and_success_brings_it_back() {
    let meter = Meter::new(POLICY);
    for second in [0, 100, 200] {
        meter.throttled(Some(1), at(second));
    }
    let slow = spent_in_a_minute(&meter, 20, 240);
    assert!((1_400..=1_900).contains(&slow), "{slow}");
    // Requests that were under way when the provider complained complain together.
    meter.throttled(Some(1), at(400));
    meter.throttled(Some(1), at(401));
    let slower = spent_in_a_minute(&meter, 20, 440);
    assert!((700..=1_000).contains(&slower), "{slower}");
    for second in 500..900 {
        meter.accepted(100, at(second));
    }
    let recovered = spent_in_a_minute(&meter, 20, 960);
    assert!((4_500..=6_500).contains(&recovered), "{recovered}");
}

#[test]
fn a_limit_that_success_has_outgrown_is_forgotten() {
    let meter = Meter::new(POLICY);
    meter.throttled(None, at(0));
    for second in 10..1_000 {
        meter.accepted(1_000, at(second));
    }
    assert_eq!(meter.affordable(at(1_000)), None);
}

#[test]
fn pauses_that_the_provider_does_not_name_double() {
    let meter = Meter::new(POLICY);
    let mut pauses = Vec::new();
    for round in 0..8 {
        let now = at(round * 1_000);
        meter.throttled(None, now);
        pauses.push(meter.wait(Priority::Background, 0, now).num_seconds().max(1));
        assert_eq!(meter.wait(Priority::Interactive, 20, now), TimeDelta::zero());
    }
    assert!(pauses.is_sorted() && pauses[7] == 64, "{pauses:?}");
}

#[test]
fn people_spend_the_reserve_and_background_work_pays_it_back() {
    let meter = Meter::new(POLICY);
    meter.throttled(Some(1), at(0));
    let now = at(600);
    while meter.wait(Priority::Background, 20, now) <= TimeDelta::zero() {
        meter.spend(20, now);
    }
    let before = meter.wait(Priority::Background, 20, now);
    for _ in 0..30 {
        assert_eq!(meter.wait(Priority::Interactive, 20, now), TimeDelta::zero());
        meter.spend(20, now);
    }
    let after = meter.wait(Priority::Background, 20, now);
    assert_eq!((after - before).num_seconds(), 6, "600 units at 100 a second");
}

#[test]
fn a_time_that_the_provider_names_holds_for_people_too() {
    let meter = Meter::new(POLICY);
    meter.throttled(Some(30), at(0));
    assert_eq!(
        meter.wait(Priority::Interactive, 20, at(10)),
        TimeDelta::seconds(20)
    );
    let error = sit_out(TimeDelta::seconds(20)).unwrap_err();
    assert!(error.is_postponed() && error.retry_after_seconds() == Some(20));
    assert!(error.message().contains("20 seconds"));
    assert_eq!(sit_out(TimeDelta::milliseconds(1_500)).unwrap(), Some(1_500));
    assert_eq!(sit_out(TimeDelta::zero()).unwrap(), None);
}

#[test]
fn a_request_dearer_than_the_bucket_goes_when_it_is_full() {
    let meter = Meter::new(POLICY);
    meter.throttled(Some(1), at(0));
    assert!(meter.wait(Priority::Background, 100_000, at(1)) <= TimeDelta::seconds(15));
    assert_eq!(
        meter.wait(Priority::Background, 100_000, at(60)),
        TimeDelta::zero()
    );
}

#[test]
fn never_more_requests_at_once_than_slots() {
    let meter = &Meter::new(POLICY);
    let (running, most) = &(Cell::new(0), Cell::new(0));
    let request = |priority| async move {
        let slot = meter.slot(priority).await;
        running.set(running.get() + 1);
        most.set(most.get().max(running.get()));
        for _ in 0..3 {
            futures_util::future::poll_fn({
                let mut waited = false;
                move |context| {
                    if std::mem::replace(&mut waited, true) {
                        return std::task::Poll::Ready(());
                    }
                    context.waker().wake_by_ref();
                    std::task::Poll::Pending
                }
            })
            .await;
        }
        running.set(running.get() - 1);
        drop(slot);
    };
    block_on(join_all((0..20).map(|_| request(Priority::Background))));
    assert_eq!(
        (most.replace(0), running.get()),
        (2, 0),
        "half of them stay for people"
    );
    let both = [Priority::Background, Priority::Interactive];
    block_on(join_all((0..40).map(|number| request(both[number % 2]))));
    assert_eq!((most.get(), running.get()), (4, 0));
}

#[test]
fn slots_of_a_call_that_never_ends_are_taken_back() {
    let meters = Meters::default();
    let meter = meters.of(1, POLICY);
    let take = || meter.slot(Priority::Interactive).now_or_never();
    let held: Vec<_> = (0..POLICY.concurrency).map(|_| take().unwrap()).collect();
    // Somebody waits in front who will never run again.
    let mut lost = Box::pin(meter.slot(Priority::Interactive));
    assert!(lost.as_mut().now_or_never().is_none());
    std::mem::forget(lost);
    assert!(take().is_none());

    meters.release_slots();
    let new: Vec<_> = (0..POLICY.concurrency).map(|_| take().unwrap()).collect();
    assert!(take().is_none());
    // What was held before is not counted twice.
    drop(held);
    assert!(take().is_none());
    drop(new);
    assert!(take().is_some());
}

#[test]
fn people_are_served_before_those_who_came_earlier() {
    let meter = Meter::new(Policy {
        concurrency: 1,
        ..POLICY
    });
    let served = RefCell::new(Vec::new());
    let held = meter.slot(Priority::Background).now_or_never().unwrap();
    let wait = |name: &'static str, priority| {
        let (meter, served) = (&meter, &served);
        async move {
            let _slot = meter.slot(priority).await;
            served.borrow_mut().push(name);
        }
    };
    let mut work = Box::pin(join_all([
        wait("sync", Priority::Background).boxed_local(),
        wait("action", Priority::Interactive).boxed_local(),
        wait("more sync", Priority::Background).boxed_local(),
    ]));
    assert!(work.as_mut().now_or_never().is_none());
    drop(held);
    block_on(work);
    assert_eq!(*served.borrow(), ["action", "sync", "more sync"]);
}

#[test]
fn who_stops_waiting_keeps_nobody_from_a_slot() {
    let meter = Meter::new(Policy {
        concurrency: 1,
        ..POLICY
    });
    let held = meter.slot(Priority::Interactive).now_or_never().unwrap();
    let mut gone = Box::pin(meter.slot(Priority::Interactive));
    assert!(gone.as_mut().now_or_never().is_none());
    drop(gone);
    drop(held);
    assert!(meter.slot(Priority::Background).now_or_never().is_some());
}

/// Asks at `from` for what is answered after `seconds`.
fn answered(meter: &Meter, from: i64, seconds: i64) {
    meter.answered(at(from), at(from + seconds), true);
}

#[test]
fn answers_that_take_long_halve_what_is_asked_for_down_to_a_sixteenth() {
    let meter = Meter::new(POLICY);
    for (round, size) in [(0, 75), (1, 37), (2, 18), (3, 9), (4, 9)] {
        answered(&meter, round * 100, 60);
        assert_eq!(meter.page_size(150), size);
    }
    assert_eq!((meter.page_size(20), meter.page_size(1)), (1, 1));
    assert_eq!(meter.batch_size(100), 6);
    assert!(meter.is_slow());
    // Together with what a complaint leads to.
    meter.throttled(Some(1), at(1_000));
    assert_eq!(meter.batch_size(100), 3);
}

#[test]
fn quick_answers_in_a_row_bring_the_best_size_back() {
    let meter = Meter::new(POLICY);
    answered(&meter, 0, 20);
    answered(&meter, 100, 20);
    assert_eq!(meter.page_size(100), 25);
    for (round, size) in [
        (2, 25),
        (3, 25),
        (4, 25),
        (5, 50),
        (6, 50),
        (7, 50),
        (8, 50),
        (9, 100),
        (10, 100),
    ] {
        answered(&meter, round * 100, 1);
        assert_eq!(meter.page_size(100), size, "{round}");
    }
    assert!(!meter.is_slow());
}

#[test]
fn what_is_neither_quick_nor_long_or_has_little_in_it_changes_nothing() {
    let meter = Meter::new(POLICY);
    answered(&meter, 0, 20);
    for round in 1..10 {
        // Three quick ones are no four.
        for second in [0, 10, 20] {
            answered(&meter, round * 100 + second, 1);
        }
        answered(&meter, round * 100 + 30, 10);
        meter.answered(at(round * 100 + 50), at(round * 100 + 51), false);
        assert_eq!(meter.page_size(100), 50);
    }
}

#[test]
fn requests_that_were_under_way_together_count_once() {
    let meter = Meter::new(POLICY);
    answered(&meter, 0, 20);
    answered(&meter, 0, 21);
    answered(&meter, 19, 30);
    assert_eq!(meter.page_size(100), 50);
    answered(&meter, 20, 30);
    assert_eq!(meter.page_size(100), 25);
}
