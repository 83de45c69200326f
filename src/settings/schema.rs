//! The "Email settings" page as data: a Formily schema a section. Pages render it without knowing any field.

use serde_json::{Map, Value, json};
use url::Url;

use super::endpoints::is_this_machine;
use super::{General, redirect_uri};
use crate::provider::Provider;

/// The namespace of the plugin's translations: the package's name.
pub const NAMESPACE: &str = "nocobase-plugin-email-manager";

/// What the settings page renders, in its order: `{sections, redirectUri, insecureOrigin}`.
pub fn schema(general: &General, request_origin: &str) -> Value {
    let redirect_uri = redirect_uri(general, request_origin);
    json!({
        "sections": [
            section("general", "General settings", "These apply to every mailbox.", general_fields()),
            section("google", "Google", "Lets users link Gmail and Google Workspace mailboxes.",
                provider_fields(Provider::Google, &redirect_uri)),
            section("microsoft", "Microsoft", "Lets users link Outlook.com and Microsoft 365 mailboxes.",
                provider_fields(Provider::Microsoft, &redirect_uri)),
        ],
        "redirectUri": redirect_uri,
        "insecureOrigin": is_insecure(&redirect_uri),
    })
}

fn section(key: &str, title: &str, description: &str, fields: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> = fields
        .into_iter()
        .enumerate()
        .map(|(index, (name, field))| (name.to_owned(), with(field, "x-index", json!(index))))
        .collect();
    json!({
        "key": key,
        "title": translated(title),
        "description": translated(description),
        "schema": { "type": "object", "properties": properties },
    })
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
    vec![("syncInterval", interval), ("publicUrl", public_url)]
}

fn provider_fields(provider: Provider, redirect_uri: &str) -> Vec<(&'static str, Value)> {
    let mut fields = vec![
        (
            "enabled",
            json!({
                "type": "boolean",
                "title": translated("Enabled"),
                "x-decorator": "FormItem",
                "x-component": "Switch",
            }),
        ),
        (
            "redirectUri",
            json!({
                "type": "void",
                "title": translated("Redirect URI"),
                "description": translated(match provider {
                    Provider::Google => "Add this address to the authorized redirect URIs of the OAuth client in the Google Cloud console.",
                    Provider::Microsoft => "Add this address as a Web redirect URI of the app registration in the Microsoft Entra admin center.",
                }),
                "x-decorator": "FormItem",
                "x-component": "RedirectUri",
                "x-component-props": { "value": redirect_uri },
            }),
        ),
        (
            "clientId",
            text_field("Client ID", "The id of your application at the provider.", ""),
        ),
        (
            "clientSecret",
            json!({
                "type": "string",
                "title": translated("Client Secret"),
                "description": translated("Stored encrypted and never shown again. To use a variable of the host, enter $env.NAME in double braces."),
                "x-decorator": "FormItem",
                "x-component": "Password",
                "x-component-props": { "autoComplete": "new-password" },
            }),
        ),
    ];
    if provider == Provider::Microsoft {
        let description = "common for every account, organizations for work and school, consumers for personal, or your directory's id.";
        fields.push(("tenant", text_field("Tenant", description, "common")));
    }
    fields.push(("endpoints", endpoints_field()));
    fields
}

fn endpoints_field() -> Value {
    let address = |title: &str| text_field(title, "", "https://…");
    json!({
        "type": "object",
        "title": translated("Addresses"),
        "description": translated("Leave empty for the provider's public addresses. National clouds and proxies need others."),
        "x-decorator": "FormItem",
        "x-component": "Collapsed",
        "properties": {
            "authorize": address("Authorization address"),
            "token": address("Token address"),
            "revoke": address("Revocation address"),
            "api": address("API address"),
            "batch": address("Batch address"),
        },
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
fn translated(text: &str) -> Value {
    json!(format!("{{{{t({}, {{ ns: \"{NAMESPACE}\" }})}}}}", json!(text)))
}

/// Providers accept plain http for the machine itself only.
fn is_insecure(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return true };
    url.scheme() != "https" && !is_this_machine(&url)
}
