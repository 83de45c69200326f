//! Times in the forms the providers write them. Inside the simulator a time is milliseconds since 1970, UTC.

use chrono::{DateTime, Utc};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

fn utc(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// `2026-03-01T09:30:00Z`, as Graph writes times.
pub(crate) fn iso8601(ms: i64) -> String {
    utc(ms).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `Sun, 1 Mar 2026 09:30:00 +0000`, as a mail's Date field has it (RFC 5322).
pub(crate) fn rfc5322(ms: i64) -> String {
    utc(ms).format("%a, %-d %b %Y %H:%M:%S +0000").to_string()
}

/// `Sun, 01 Mar 2026 09:30:00 GMT`, as HTTP's Date field has it (RFC 9110).
pub(crate) fn http_date(ms: i64) -> String {
    utc(ms).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `1 March 2026`, for texts.
pub(crate) fn long_date(ms: i64) -> String {
    utc(ms).format("%-d %B %Y").to_string()
}

/// Days since Monday: 0 to 6.
pub(crate) fn days_from_monday(ms: i64) -> i64 {
    (ms.div_euclid(DAY) + 3).rem_euclid(7)
}

/// A time out of RFC 3339 (`2026-03-01T09:30:00Z`) or a bare date (`2026-03-01` or `2026/03/01`).
pub(crate) fn parse(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    let dashed = format!("{}T00:00:00Z", text.replace('/', "-"));
    DateTime::parse_from_rfc3339(&dashed)
        .ok()
        .map(|time| time.timestamp_millis())
}

/// A time out of a mail's Date field.
pub(crate) fn parse_rfc5322(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc2822(text.trim())
        .ok()
        .map(|time| time.timestamp_millis())
}
