//! Setting up an application at Microsoft. Names are those of the Microsoft Entra admin center in 2026.

use super::{Shown, Step};

pub(super) const TITLE: &str = "How to set up Outlook in the Microsoft Entra admin center";

pub(super) const INTRO: &str = "Done once for the whole site, in about ten minutes, by somebody who may register applications in Microsoft Entra.";

pub(super) const STEPS: &[Step] = &[
    Step {
        id: "microsoft.registration",
        title: "Register an application",
        text: &[
            "Open the Microsoft Entra admin center → App registrations → New registration and enter the name that users will see.",
        ],
        choices: &[],
        values: &[],
        link: Some("https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade"),
    },
    Step {
        id: "microsoft.tenant",
        title: "Choose who may connect",
        text: &[
            "What you choose under Supported account types decides what to enter as Tenant on this page. A single-tenant application does not work with common.",
        ],
        choices: &[
            (
                "Accounts in this organizational directory only (single tenant)",
                "Only your own organization's mailboxes, the safest choice. Tenant: the Directory (tenant) ID of the Overview page.",
            ),
            (
                "Accounts in any organizational directory (multitenant)",
                "Mailboxes for work and school of every organization. Tenant: organizations.",
            ),
            (
                "Any organizational directory and personal Microsoft accounts",
                "Outlook.com mailboxes too. Tenant: common.",
            ),
            (
                "Personal Microsoft accounts only",
                "Outlook.com mailboxes only. Tenant: consumers.",
            ),
        ],
        values: &[],
        link: None,
    },
    Step {
        id: "microsoft.redirect-uri",
        title: "Add the redirect URI",
        text: &[
            "Under Redirect URI choose the platform Web, not Single-page application, and paste this address exactly as it is. Then choose Register.",
            "Afterwards you find it under Authentication.",
        ],
        choices: &[],
        values: &[Shown::RedirectUri],
        link: None,
    },
    Step {
        id: "microsoft.client-id",
        title: "Copy the client ID",
        text: &["On the Overview page, copy Application (client) ID into Client ID on this page."],
        choices: &[],
        values: &[],
        link: None,
    },
    Step {
        id: "microsoft.client-secret",
        title: "Create a client secret",
        text: &[
            "Open Certificates & secrets → Client secrets → New client secret and choose when it expires, 24 months at most.",
            "Copy the column Value, not Secret ID, into Client Secret at once: Microsoft does not show it again.",
            "Enter the column Expires as Client secret expires on: this page then warns you 30 days ahead.",
        ],
        choices: &[],
        values: &[],
        link: None,
    },
    Step {
        id: "microsoft.permissions",
        title: "Add the API permissions",
        text: &[
            "Open API permissions → Add a permission → Microsoft Graph → Delegated permissions, tick each of these and choose Add permissions.",
        ],
        choices: &[],
        values: &[Shown::Scopes],
        link: None,
    },
    Step {
        id: "microsoft.admin-consent",
        title: "Consent for the organization",
        text: &[
            "Where users may not consent for themselves, choose Grant admin consent under API permissions, or send an administrator of the organization the admin consent link of this page.",
            "Switch on Enabled, save, and choose Verify.",
        ],
        choices: &[],
        values: &[],
        link: None,
    },
    Step {
        id: "microsoft.network",
        title: "Let this server reach Microsoft",
        text: &[
            "Where a firewall or a proxy stands in between, it has to let the server connect to these hosts by https.",
        ],
        choices: &[],
        values: &[Shown::Hosts],
        link: None,
    },
];
