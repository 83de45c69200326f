//! `take-over`: another mailbox, of another owner, gets the address of one that is gone.

use serde_json::{Value, json};

use super::Outcome;
use crate::mailbox::Mailbox;
use crate::rng::mix;
use crate::simulator::Simulator;

impl Simulator {
    pub(super) fn take_over(&mut self, body: &Value, now_ms: i64) -> Outcome {
        let (provider, email) = self.owner(body)?;
        let count = body.get("count").and_then(Value::as_u64).unwrap_or_default();
        let count = u32::try_from(count).map_err(|_| "count is too large")?;
        let (seed, profile) = (self.config.seed, self.config.profile);
        let mailbox = self.mailbox_of(body)?;
        let identity = mix(mailbox.identity, 1);
        *mailbox = Mailbox::new(provider, &email, mix(seed, identity), count, profile, now_ms);
        mailbox.identity = identity;
        let server = self.auth(provider);
        // What was granted was granted by somebody else; a provider that forgets so is asked for by name.
        if body.get("keepsGrants").and_then(Value::as_bool) != Some(true) {
            server.revoke_user(&email);
        }
        server.successors.insert(email, identity);
        Ok(json!({ "ok": true }))
    }
}
