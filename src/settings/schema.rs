//! The "Email settings" page as data: a Formily schema a section. Pages render it without knowing any field.

use serde_json::{Map, Value, json};
use url::Url;

use super::endpoints::is_this_machine;
use super::guide::{Facts, guide};
use super::{AccessMode, Endpoints, General, Linking, ProviderValues, redirect_uri};
use crate::host::{Row, row};
use crate::provider::Provider;

/// The namespace of the plugin's translations: the package's name.
pub const NAMESPACE: &str = "nocobase-plugin-email-manager";

/// What the settings page renders, in its order: `{sections, redirectUri, insecureOrigin}`. A section is
/// `{key, title, description, schema, guide}`.
pub(super) fn schema(
    general: &General,
    request_origin: &str,
    providers: &[(Provider, ProviderValues)],
) -> Row {
    let redirect_uri = redirect_uri(general, request_origin);
    let mut sections = vec![section(
        "general",
        "General settings",
        "These apply to every mailbox.",
        general_fields(),
    )];
    sections.extend(providers.iter().map(|(provider, values)| {
        let provider = *provider;
        let (title, description) = match provider {
            Provider::Google => ("Google", "Lets users link Gmail and Google Workspace mailboxes."),
            Provider::Microsoft => (
                "Microsoft",
                "Lets users link Outlook.com and Microsoft 365 mailboxes.",
            ),
        };
        let fields = provider_fields(provider, &redirect_uri);
        let section = section(provider.as_str(), title, description, fields);
        let facts = Facts {
            provider,
            redirect_uri: &redirect_uri,
            mode: values.mode,
            endpoints: &Endpoints::in_force(provider, &values.endpoints, values.tenant()),
        };
        with(section, "guide", guide(&facts))
    }));
    row([
        ("insecureOrigin", json!(is_insecure(&redirect_uri))),
        ("sections", json!(sections)),
        ("redirectUri", json!(redirect_uri)),
    ])
}

fn section(key: &str, title: &str, description: &str, fields: Vec<(&str, Value)>) -> Value {
    json!({
        "key": key,
        "title": translated(title),
        "description": translated(description),
        "schema": { "type": "object", "properties": properties(fields) },
    })
}

/// The fields of a form in their order.
fn properties(fields: Vec<(&str, Value)>) -> Value {
    let mut properties = Map::new();
    for (index, (name, field)) in fields.into_iter().enumerate() {
        properties.insert(name.to_owned(), with(field, "x-index", json!(index)));
    }
    Value::Object(properties)
}

fn general_fields() -> Vec<(&'static str, Value)> {
    let interval = json!({
        "type": "number",
        "title": translated("Sync interval (minutes)"),
        "description": translated("How often each mailbox is checked for new mail."),
        "required": true,
        "minimum": 1,
        "maximum": 1440,
        "x-decorator": "FormItem",
        "x-component": "NumberPicker",
        "x-component-props": { "min": 1, "max": 1440, "precision": 0 },
    });
    let public_url = text_field(
        "Site address",
        "Only needed when users reach this site under another address than the server sees, for example behind a proxy.",
        "https://crm.example.com",
    );
    vec![
        ("syncInterval", interval),
        (
            "departmentViewing",
            switch(
                "Department viewing",
                "Lets the heads of a department see the mail of its members. Who looked is noted.",
            ),
        ),
        (
            "mergeByConversation",
            switch(
                "Merge by conversation",
                "Shows one row for each conversation in the lists of mails.",
            ),
        ),
        ("linking", linking_field()),
        ("publicUrl", public_url),
    ]
}

fn linking_field() -> Value {
    let option = |label: &str, value: Linking| json!({ "label": translated(label), "value": value });
    json!({
        "type": "string",
        "title": translated("Who may link mailboxes"),
        "description": translated("The permission “Link email accounts” is given to a role on its own page, among the general action permissions of the main data source. It is asked for on the server."),
        "enum": [
            option("Every user", Linking::Everyone),
            option("Roles with the permission “Link email accounts”", Linking::Permitted),
        ],
        "x-decorator": "FormItem",
        "x-component": "Radio.Group",
    })
}

fn provider_fields(provider: Provider, redirect_uri: &str) -> Vec<(&'static str, Value)> {
    let mut fields = vec![
        ("enabled", switch("Enabled", "")),
        ("redirectUri", redirect_uri_field(provider, redirect_uri)),
        (
            "clientId",
            text_field("Client ID", "The id of your application at the provider.", ""),
        ),
        ("clientSecret", secret_field()),
        ("secretExpiresAt", expiry_field(provider)),
    ];
    if provider == Provider::Microsoft {
        let description = "common for every account, organizations for work and school, consumers for personal, or your directory's id.";
        fields.push(("tenant", text_field("Tenant", description, "common")));
    }
    fields.push(("mode", mode_field()));
    fields.push(("endpoints", endpoints_field(provider)));
    fields
}

fn redirect_uri_field(provider: Provider, redirect_uri: &str) -> Value {
    json!({
        "type": "void",
        "title": translated("Redirect URI"),
        "description": translated(match provider {
            Provider::Google => "Add this address to the authorized redirect URIs of the OAuth client in the Google Cloud console.",
            Provider::Microsoft => "Add this address as a Web redirect URI of the app registration in the Microsoft Entra admin center.",
        }),
        "x-decorator": "FormItem",
        "x-component": "RedirectUri",
        "x-component-props": { "uri": redirect_uri },
    })
}

fn secret_field() -> Value {
    json!({
        "type": "string",
        "title": translated("Client Secret"),
        "description": translated("Stored encrypted and never shown again. To use a variable of the host, enter $env.NAME in double braces."),
        "x-decorator": "FormItem",
        "x-component": "Password",
        "x-component-props": { "autoComplete": "new-password" },
    })
}

fn expiry_field(provider: Provider) -> Value {
    let description = match provider {
        Provider::Google => {
            "Google's secrets do not expire by themselves. Where your rules ask for a new one from time to time, you are warned 30 days ahead."
        }
        Provider::Microsoft => {
            "The date in the column Expires of the secret. You are warned here 30 days ahead, before mailboxes stop working."
        }
    };
    let field = text_field("Client secret expires on", description, "");
    with(
        field,
        "x-component-props",
        json!({ "type": "date", "autoComplete": "off", "style": { "maxWidth": 220 } }),
    )
}

fn mode_field() -> Value {
    let label = |mode| match mode {
        AccessMode::ReadAndSend => "Read and send",
        AccessMode::ReadOnly => "Read only",
        AccessMode::SendOnly => "Send only",
    };
    let options: Vec<Value> = AccessMode::ALL
        .into_iter()
        .map(|mode| json!({ "label": translated(label(mode)), "value": mode }))
        .collect();
    json!({
        "type": "string",
        "title": translated("Access to mailboxes"),
        "description": translated("Users are asked to allow no more than this. Accounts that are linked already keep what they were given until they are authorised again."),
        "enum": options,
        "x-decorator": "FormItem",
        "x-component": "Radio.Group",
    })
}

fn endpoints_field(provider: Provider) -> Value {
    let public = Endpoints::public(provider);
    let address = |title: &str, placeholder: &str| text_field(title, "", placeholder);
    let fields = vec![
        ("authorize", address("Authorization address", &public.authorize)),
        ("token", address("Token address", &public.token)),
        ("revoke", address("Revocation address", &public.revoke)),
        ("api", address("API address", &public.api)),
        ("batch", address("Batch address", &public.batch)),
        (
            "allowPrivate",
            switch(
                "Allow private addresses",
                "Lets the server connect to the addresses entered above even where they belong to this machine or a private network. Only for a proxy or a test of your own.",
            ),
        ),
    ];
    json!({
        "type": "object",
        "title": translated("Addresses"),
        "description": translated("Leave empty for the provider's public addresses. National clouds and proxies need others."),
        "x-decorator": "FormItem",
        "x-component": "Collapsed",
        "properties": properties(fields),
    })
}

fn text_field(title: &str, description: &str, placeholder: &str) -> Value {
    let field = json!({
        "type": "string",
        "title": translated(title),
        "x-decorator": "FormItem",
        "x-component": "Input",
        "x-component-props": { "autoComplete": "off", "placeholder": placeholder },
    });
    described(field, description)
}

fn switch(title: &str, description: &str) -> Value {
    let field = json!({
        "type": "boolean",
        "title": translated(title),
        "x-decorator": "FormItem",
        "x-component": "Switch",
    });
    described(field, description)
}

fn described(field: Value, description: &str) -> Value {
    if description.is_empty() {
        field
    } else {
        with(field, "description", translated(description))
    }
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
    object
}

/// A text that pages translate: the key is the English sentence.
pub(super) fn translated(text: &str) -> Value {
    json!(format!("{{{{t({}, {{ ns: \"{NAMESPACE}\" }})}}}}", json!(text)))
}

/// Providers accept plain http for the machine itself only.
pub(super) fn is_insecure(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return true };
    url.scheme() != "https" && !is_this_machine(&url)
}
