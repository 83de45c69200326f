//! AADSTS errors: as JSON at the token endpoint, as a page where people are.
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>

use serde_json::json;

use super::super::{AuthServer, page};
use super::{TENANT, uuid};
use crate::answer::{self, Response};
use crate::dates::iso8601;
use crate::mailbox::Provider;
use crate::rng::mix;

/// What happened, as an AADSTS code with its text.
pub(super) struct Fault {
    pub(super) error: &'static str,
    number: u32,
    text: String,
}

pub(super) fn fault(error: &'static str, number: u32, text: impl Into<String>) -> Fault {
    Fault {
        error,
        number,
        text: text.into(),
    }
}

impl Fault {
    pub(super) fn description(&self, now_ms: i64) -> String {
        let trace = uuid(mix(u64::from(self.number), now_ms.unsigned_abs()));
        format!(
            "AADSTS{}: {} Trace ID: {trace} Correlation ID: {trace} Timestamp: {}",
            self.number,
            self.text,
            iso8601(now_ms).replace('T', " ")
        )
    }

    pub(super) fn json(&self, now_ms: i64) -> Response {
        let status = if self.error == "invalid_client" { 401 } else { 400 };
        let trace = uuid(mix(u64::from(self.number), now_ms.unsigned_abs()));
        answer::json(
            status,
            &json!({
                "error": self.error,
                "error_description": self.description(now_ms),
                "error_codes": [self.number],
                "timestamp": iso8601(now_ms).replace('T', " "),
                "trace_id": trace,
                "correlation_id": trace,
                "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
            }),
        )
    }

    pub(super) fn page(&self, now_ms: i64) -> Response {
        answer::html(
            400,
            page::error(
                Provider::Microsoft,
                &format!("AADSTS{}", self.number),
                &self.description(now_ms),
            ),
        )
    }
}

pub(super) fn tenant_fault(server: &AuthServer, tenant: &str) -> Option<Fault> {
    match tenant {
        "common" if server.quirks.single_tenant => Some(fault(
            "invalid_request",
            50194,
            format!(
                "Application '{}'(Simulator) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
                server.client.id
            ),
        )),
        "common" | "organizations" | "consumers" | TENANT => None,
        other if other.ends_with(".example") => None,
        other => Some(fault(
            "invalid_request",
            90002,
            format!(
                "Tenant '{other}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            ),
        )),
    }
}

pub(super) fn unknown_client(id: &str) -> Fault {
    fault(
        "unauthorized_client",
        700_016,
        format!(
            "Application with identifier '{id}' was not found in the directory 'Simulator'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
        ),
    )
}
