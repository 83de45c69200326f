//! Says in the host's log where the module panicked, and nothing of what it was working on.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Once;

type Report = Rc<dyn Fn(&str)>;

thread_local! {
    static REPORT: RefCell<Option<Report>> = const { RefCell::new(None) };
}

/// Sends reports of panics to `report` from now on.
pub(super) fn report_to(report: Report) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic
                .location()
                .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
            say(&format!("the email manager's module panicked at {place}"));
            // Without a hook of somebody else's this is the default one, which writes nowhere here.
            previous(panic);
        }));
    });
    REPORT.replace(Some(report));
}

fn say(message: &str) {
    let report = REPORT.with(|report| report.try_borrow().ok().and_then(|report| report.clone()));
    if let Some(report) = report {
        report(message);
    }
}
