//! The pages people see: consent and errors. Plainly marked as a simulator's.

use crate::mail::escape_html;
use crate::mailbox::Provider;

/// What a consent page shows and posts back.
pub(super) struct Consent<'a> {
    pub(super) provider: Provider,
    /// Where the form goes.
    pub(super) action: &'a str,
    pub(super) client_id: &'a str,
    /// Name and address of each mailbox.
    pub(super) users: Vec<(String, String)>,
    pub(super) selected: &'a str,
    /// Scope, what it means, and whether the user can leave it out.
    pub(super) scopes: Vec<(String, String, bool)>,
    /// The original query, posted back and checked again.
    pub(super) query: &'a str,
}

const STYLE: &str = "*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f0f2f7;color:#1f2430;font:15px/1.5 system-ui,'Segoe UI',Roboto,sans-serif}\
main{width:min(460px,94vw);background:#fff;border-radius:16px;box-shadow:0 12px 40px #1f243018;overflow:hidden;margin:24px}\
.banner{background:repeating-linear-gradient(135deg,#fde68a 0 14px,#fcd34d 14px 28px);color:#713f12;text-align:center;font-weight:700;letter-spacing:.06em;padding:8px;font-size:13px}\
.body{padding:28px 32px}h1{font-size:22px;line-height:1.3;margin:14px 0 4px}.app{color:#5b6475;margin:0 0 18px}.mark{display:inline-grid;grid-template-columns:12px 12px;gap:3px}.mark i{width:12px;height:12px;border-radius:3px}\
fieldset{border:1px solid #e3e7ef;border-radius:12px;margin:0 0 16px;padding:10px 14px 12px}legend{padding:0 6px;color:#5b6475;font-size:13px}label{display:flex;gap:10px;align-items:flex-start;padding:7px 0;cursor:pointer}\
label small{display:block;color:#5b6475;word-break:break-all}input{margin-top:4px;accent-color:var(--accent)}.actions{display:flex;gap:12px;justify-content:flex-end;margin-top:22px}\
button{font:inherit;font-weight:600;border-radius:10px;padding:10px 22px;border:1px solid #d4d9e3;background:#fff;cursor:pointer}#allow{background:var(--accent);border-color:var(--accent);color:#fff}code{background:#f0f2f7;border-radius:6px;padding:1px 6px;word-break:break-all}";

fn shell(provider: Provider, title: &str, body: &str) -> String {
    let (accent, name, colours) = match provider {
        Provider::Google => ("#1a73e8", "Google", ["#ea4335", "#4285f4", "#fbbc05", "#34a853"]),
        Provider::Microsoft => (
            "#0067b8",
            "Microsoft",
            ["#f25022", "#7fba00", "#00a4ef", "#ffb900"],
        ),
    };
    let squares: String = colours
        .iter()
        .map(|colour| format!("<i style=\"background:{colour}\"></i>"))
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>:root{{--accent:{accent}}}{STYLE}</style></head><body><main><div class=\"banner\">SIMULATOR — this is not {name}</div>\
         <div class=\"body\"><span class=\"mark\">{squares}</span>{body}</div></main></body></html>"
    )
}

/// The page on which a user agrees: buttons `#allow` and `#deny`.
pub(super) fn consent(page: &Consent<'_>) -> String {
    let users: String = page
        .users
        .iter()
        .map(|(name, email)| {
            let checked = if email == page.selected { " checked" } else { "" };
            let (name, email) = (escape_html(name), escape_html(email));
            format!("<label><input type=\"radio\" name=\"user\" value=\"{email}\" required{checked}><span>{name}<small>{email}</small></span></label>")
        })
        .collect();
    let scopes: String = page
        .scopes
        .iter()
        .map(|(scope, meaning, optional)| {
            let fixed = if *optional { "" } else { " onclick=\"return false\"" };
            let (scope, meaning) = (escape_html(scope), escape_html(meaning));
            format!("<label><input type=\"checkbox\" name=\"grant\" value=\"{scope}\" checked{fixed}><span>{meaning}<small>{scope}</small></span></label>")
        })
        .collect();
    let body = format!(
        "<h1>Allow access to your mailbox?</h1><p class=\"app\">The application <code>{}</code> asks for it.</p>\
         <form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"query\" value=\"{}\">\
         <fieldset><legend>Account</legend>{users}</fieldset><fieldset><legend>It wants to</legend>{scopes}</fieldset>\
         <div class=\"actions\"><button id=\"deny\" name=\"decision\" value=\"deny\" formnovalidate>Deny</button><button id=\"allow\" name=\"decision\" value=\"allow\">Allow</button></div></form>",
        escape_html(page.client_id),
        escape_html(page.action),
        escape_html(page.query),
    );
    shell(page.provider, "Simulator · allow access", &body)
}

/// An error that is shown to the user instead of being sent back to the application.
pub(super) fn error(provider: Provider, code: &str, explanation: &str) -> String {
    let body = format!(
        "<h1>Access blocked</h1><p class=\"app\" id=\"error\">{}</p><p><code id=\"error-code\">{}</code></p>",
        escape_html(explanation),
        escape_html(code),
    );
    shell(provider, "Simulator · error", &body)
}
