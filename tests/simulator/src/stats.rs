//! What was asked: by endpoint, by mailbox, by status.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::dates::MINUTE;

/// Figures of one mailbox.
#[derive(Debug, Default)]
struct Usage {
    requests: u64,
    units: u64,
    in_flight: u32,
    peak: u32,
    /// The minute that is counted, and units spent in it.
    minute: (i64, u64),
}

#[derive(Debug, Default)]
pub(crate) struct Stats {
    requests: BTreeMap<&'static str, u64>,
    batch_parts: BTreeMap<&'static str, u64>,
    statuses: BTreeMap<u16, u64>,
    part_statuses: BTreeMap<u16, u64>,
    bytes_out: u64,
    mailboxes: BTreeMap<String, Usage>,
}

impl Stats {
    pub(crate) fn request(&mut self, operation: &'static str) {
        *self.requests.entry(operation).or_default() += 1;
    }

    pub(crate) fn part(&mut self, operation: &'static str) {
        *self.batch_parts.entry(operation).or_default() += 1;
    }

    pub(crate) fn part_answered(&mut self, status: u16) {
        *self.part_statuses.entry(status).or_default() += 1;
    }

    pub(crate) fn answered(&mut self, status: u16, bytes: usize) {
        *self.statuses.entry(status).or_default() += 1;
        self.bytes_out += bytes as u64;
    }

    /// Counts a request as begun.
    pub(crate) fn begin(&mut self, mailbox: &str) {
        let usage = self.mailboxes.entry(mailbox.to_owned()).or_default();
        usage.requests += 1;
        usage.in_flight += 1;
        usage.peak = usage.peak.max(usage.in_flight);
    }

    /// How many requests of a mailbox are under way.
    pub(crate) fn in_flight(&self, mailbox: &str) -> u32 {
        self.mailboxes.get(mailbox).map_or(0, |usage| usage.in_flight)
    }

    pub(crate) fn end(&mut self, mailbox: &str) {
        if let Some(usage) = self.mailboxes.get_mut(mailbox) {
            usage.in_flight = usage.in_flight.saturating_sub(1);
        }
    }

    /// Counts quota units; how many were spent in this minute.
    pub(crate) fn spend(&mut self, mailbox: &str, units: u64, now_ms: i64) -> u64 {
        let usage = self.mailboxes.entry(mailbox.to_owned()).or_default();
        usage.units += units;
        let minute = now_ms.div_euclid(MINUTE);
        if usage.minute.0 != minute {
            usage.minute = (minute, 0);
        }
        usage.minute.1 += units;
        usage.minute.1
    }

    /// Starts counting anew; what is under way stays known.
    pub(crate) fn clear(&mut self) {
        let under_way: Vec<(String, u32)> = std::mem::take(&mut self.mailboxes)
            .into_iter()
            .map(|(mailbox, usage)| (mailbox, usage.in_flight))
            .collect();
        *self = Self::default();
        for (mailbox, in_flight) in under_way {
            self.mailboxes.insert(
                mailbox,
                Usage {
                    in_flight,
                    ..Usage::default()
                },
            );
        }
    }

    pub(crate) fn json(&self) -> Value {
        let mailboxes: BTreeMap<&String, Value> = self
            .mailboxes
            .iter()
            .map(|(mailbox, usage)| {
                let figures = json!({ "requests": usage.requests, "units": usage.units, "peakConcurrency": usage.peak });
                (mailbox, figures)
            })
            .collect();
        let by_text = |statuses: &BTreeMap<u16, u64>| -> BTreeMap<String, u64> {
            let each = |(status, count): (&u16, &u64)| (status.to_string(), *count);
            statuses.iter().map(each).collect()
        };
        json!({
            "total": self.requests.values().sum::<u64>(),
            "requests": self.requests,
            "batchParts": self.batch_parts,
            "statuses": by_text(&self.statuses),
            "partStatuses": by_text(&self.part_statuses),
            "bytesOut": self.bytes_out,
            "mailboxes": mailboxes,
        })
    }
}
