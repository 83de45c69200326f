//! The dry run: its switch, for administrators, and the stand-in's consent page, for users.

use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::{Serializer, parse};

use super::{Access, Action};
use crate::error::{Error, ErrorCode, Result};
use crate::host::FetchLimits;
use crate::plugin::call::{Answered, Call, body, parameter, required, text, texts};
use crate::provider::Provider;
use crate::settings::{self, Application, dry_run};

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "dryRuns",
        access: Access::Settings,
        answer: |call| Box::pin(dry_runs(call)),
    },
    Action {
        resource: "mail",
        name: "startDryRun",
        access: Access::Settings,
        answer: |call| Box::pin(start(call)),
    },
    Action {
        resource: "mail",
        name: "verifyDryRun",
        access: Access::Settings,
        answer: |call| Box::pin(verify(call)),
    },
    Action {
        resource: "mail",
        name: "deliverTestMail",
        access: Access::Settings,
        answer: |call| Box::pin(deliver(call)),
    },
    Action {
        resource: "mail",
        name: "endDryRun",
        access: Access::Settings,
        answer: |call| Box::pin(end(call)),
    },
    Action {
        resource: "mail",
        name: "dryRunConsent",
        access: Access::LoggedIn,
        answer: |call| Box::pin(consent(call)),
    },
    Action {
        resource: "mail",
        name: "dryRunDecision",
        access: Access::LoggedIn,
        answer: |call| Box::pin(decision(call)),
    },
];

/// The stand-in answers at once, and with a page at most.
const LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 10_000,
    max_bytes: 256 << 10,
};

async fn dry_runs(call: Call<'_>) -> Answered {
    let mut list = Vec::with_capacity(Provider::ALL.len());
    for provider in Provider::ALL {
        list.push(state(&call, provider).await?);
    }
    body(Value::Array(list))
}

async fn start(call: Call<'_>) -> Answered {
    let provider = provider(&call)?;
    dry_run::start(call.host.as_ref(), provider, call.user.id).await?;
    body(state(&call, provider).await?)
}

async fn verify(call: Call<'_>) -> Answered {
    let provider = provider(&call)?;
    let report = settings::verify_dry_run(call.host.as_ref(), provider, &call.request.origin).await?;
    body(json!(report))
}

async fn deliver(call: Call<'_>) -> Answered {
    let provider = provider(&call)?;
    dry_run::deliver(call.host.as_ref(), provider).await?;
    body(state(&call, provider).await?)
}

async fn end(call: Call<'_>) -> Answered {
    let provider = provider(&call)?;
    dry_run::end(call.host.as_ref(), provider, call.user.id).await?;
    body(state(&call, provider).await?)
}

async fn state(call: &Call<'_>, provider: Provider) -> Result<Value> {
    let host = call.host.as_ref();
    let dry_run = dry_run::of_provider(host, provider).await?;
    Ok(json!({
        "type": provider,
        "on": dry_run.is_some(),
        "deliveries": dry_run.map_or(0, |dry_run| dry_run.deliveries),
        "mailboxes": dry_run::mailboxes(host, provider).await?,
    }))
}

/// What the consent page shows, or where to go instead where the stand-in answers with that.
async fn consent(call: Call<'_>) -> Answered {
    let asked = Asked::of(&call).await?;
    let response = asked.send(&call, None).await?;
    if let Some(url) = asked.way_back(&response) {
        return body(json!({ "url": url }));
    }
    if response.status() != StatusCode::OK {
        return Err(Error::new(
            ErrorCode::ClientRejected,
            "the stand-in refuses this request for consent: link the account again",
        ));
    }
    let scope = asked.value("scope");
    let scopes: Vec<&str> = scope.split_whitespace().collect();
    body(json!({
        "type": asked.application.provider,
        "mailboxes": asked.mailboxes(&call).await?,
        "selected": asked.value("login_hint"),
        "scopes": scopes,
        // At Microsoft it is all or nothing.
        "optional": asked.application.provider == Provider::Google,
    }))
}

/// Takes the user's decision to the stand-in. Answers where the browser goes.
async fn decision(call: Call<'_>) -> Answered {
    let asked = Asked::of(&call).await?;
    let mut form = Serializer::new(String::new());
    form.append_pair("query", &asked.query)
        .append_pair("user", text(&call, "email").unwrap_or_default())
        .append_pair(
            "decision",
            match parameter(&call, "allow") {
                Some(Value::Bool(true)) => "allow",
                _ => "deny",
            },
        );
    for scope in texts(&call, "scopes")? {
        form.append_pair("grant", &scope);
    }
    let response = asked.send(&call, Some(form.finish())).await?;
    let url = asked.way_back(&response).ok_or_else(|| {
        Error::new(
            ErrorCode::ClientRejected,
            "the stand-in refuses this request for consent: link the account again",
        )
    })?;
    body(json!({ "url": url }))
}

fn provider(call: &Call<'_>) -> Result<Provider> {
    Provider::parse(required(call, "type")?)
}

/// A request for consent that this very site has sent to the stand-in.
struct Asked {
    application: Application,
    query: String,
    redirect_uri: String,
}

impl Asked {
    /// Reads the query of the consent page's address. Which address the stand-in has is not the browser's to say.
    async fn of(call: &Call<'_>) -> Result<Self> {
        let host = call.host.as_ref();
        let query = required(call, "query")?.to_owned();
        let provider = Provider::parse(&value(&query, "type"))?;
        let application = settings::application_of(host, provider, true).await?;
        let redirect_uri = settings::redirect_uri(&settings::general(host).await?, &call.request.origin);
        if value(&query, "redirect_uri") != redirect_uri {
            return Err(Error::invalid(
                "redirectUri",
                "this consent would lead to another site: link the account again",
            ));
        }
        Ok(Self {
            application,
            query,
            redirect_uri,
        })
    }

    fn value(&self, name: &str) -> String {
        value(&self.query, name)
    }

    /// Asks for the page, or sends its form.
    async fn send(&self, call: &Call<'_>, form: Option<String>) -> Result<http::Response<Vec<u8>>> {
        let mut url = self.address("")?;
        let request = match form {
            None => {
                url.set_query(Some(&self.query));
                Request::get(url.as_str()).body(Vec::new())
            }
            Some(form) => Request::post(url.as_str())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.into_bytes()),
        };
        let request = request.map_err(|error| {
            Error::invalid("query", "this is no request for consent: link the account again").because(error)
        })?;
        call.host.fetch(request, LIMITS).await
    }

    /// Where an answer sends the browser: back to this site, or nowhere.
    fn way_back(&self, response: &http::Response<Vec<u8>>) -> Option<String> {
        let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
        location
            .strip_prefix(&self.redirect_uri)
            .filter(|rest| rest.starts_with('?'))
            .map(|_| location.to_owned())
    }

    /// The mailboxes that the stand-in has at the provider.
    async fn mailboxes(&self, call: &Call<'_>) -> Result<Vec<Value>> {
        let url = self.address("/control/mailboxes")?;
        let request = Request::get(url.as_str())
            .body(Vec::new())
            .map_err(|error| Error::new(ErrorCode::Internal, "the stand-in has no address").because(error))?;
        let response = call.host.fetch(request, LIMITS).await?;
        let found: Value = serde_json::from_slice(response.body()).map_err(|error| {
            Error::new(ErrorCode::ResponseInvalid, "the stand-in names no mailboxes").because(error)
        })?;
        let own = |each: &&Value| each.get("provider") == Some(&json!(self.application.provider));
        let list = found.get("mailboxes").and_then(Value::as_array);
        let list = list.into_iter().flatten().filter(own);
        Ok(list
            .map(|each| json!({ "email": each.get("mailbox"), "name": each.get("name") }))
            .collect())
    }

    /// The consent page's address at the stand-in, or that of another path.
    fn address(&self, path: &str) -> Result<Url> {
        let page = Url::parse(&self.application.endpoints.authorize);
        page.and_then(|page| page.join(path))
            .map_err(|error| Error::new(ErrorCode::Internal, "the stand-in has no address").because(error))
    }
}

/// The first value of a parameter; empty where there is none.
fn value(query: &str, name: &str) -> String {
    let found = parse(query.as_bytes()).find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}
