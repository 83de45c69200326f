//! Setting up an application at Google. Names are those of the Google Cloud console in 2026.

use super::{Shown, Step};

pub(super) const TITLE: &str = "How to set up Gmail in the Google Cloud console";

pub(super) const INTRO: &str = "Done once for the whole site, in about ten minutes, by somebody who may create projects in Google Cloud.";

pub(super) const STEPS: &[Step] = &[
    Step {
        id: "google.project",
        title: "Create a project",
        text: &[
            "Open the Google Cloud console, choose the project list at the top and then New project.",
            "Give it a name, choose your organization where you have one, and select the project once it is created.",
        ],
        choices: &[],
        values: &[],
        link: Some("https://console.cloud.google.com/projectcreate"),
    },
    Step {
        id: "google.api",
        title: "Enable the Gmail API",
        text: &[
            "Open APIs & Services → Library, search for the Gmail API and choose Enable.",
            "Without this every mailbox fails although users have given their consent. It takes effect after a few minutes.",
        ],
        choices: &[],
        values: &[Shown::Name("Gmail API")],
        link: Some("https://console.cloud.google.com/apis/library/gmail.googleapis.com"),
    },
    Step {
        id: "google.branding",
        title: "Introduce the application",
        text: &[
            "Open Google Auth Platform → Branding; the first time choose Get started. Enter the app name that users will see, a support email and a contact address.",
            "For users outside your organization also add the domain of this site under Authorized domains.",
        ],
        choices: &[],
        values: &[Shown::Domain],
        link: Some("https://console.cloud.google.com/auth/branding"),
    },
    Step {
        id: "google.audience",
        title: "Choose who may connect",
        text: &["Open Google Auth Platform → Audience. The choice decides how long authorizations last:"],
        choices: &[
            (
                "Internal",
                "Only accounts of your own Google Workspace organization. No review by Google, and authorizations last. The best choice whenever all mailboxes are yours.",
            ),
            (
                "External, in production",
                "Every Google account, gmail.com too. Authorizations last. Until Google has verified the application, users see a warning and at most 100 of them can connect.",
            ),
            (
                "External, testing",
                "Only the test users that you list, at most 100, and every authorization ends after 7 days: each mailbox then has to be authorized again. Good for a trial; choose Publish app afterwards.",
            ),
        ],
        values: &[],
        link: Some("https://console.cloud.google.com/auth/audience"),
    },
    Step {
        id: "google.scopes",
        title: "Declare the permissions",
        text: &[
            "Open Google Auth Platform → Data Access → Add or remove scopes, enter the permission below under Manually add scopes, then choose Add to table, Update and Save.",
        ],
        choices: &[],
        values: &[Shown::Scopes],
        link: Some("https://console.cloud.google.com/auth/scopes"),
    },
    Step {
        id: "google.redirect-uri",
        title: "Create the OAuth client",
        text: &[
            "Open Google Auth Platform → Clients → Create client and choose Web application as its type.",
            "Under Authorized redirect URIs choose Add URI and paste this address exactly as it is. Leave Authorized JavaScript origins empty.",
        ],
        choices: &[],
        values: &[Shown::RedirectUri],
        link: Some("https://console.cloud.google.com/auth/clients"),
    },
    Step {
        id: "google.credentials",
        title: "Copy the client ID and the client secret",
        text: &[
            "After Create, Google shows both. Copy them into Client ID and Client Secret on this page at once: Google does not show the secret again.",
            "If it is lost, open the client, choose Add secret, enter the new one here and then disable the old one.",
            "Switch on Enabled, save, and choose Verify.",
        ],
        choices: &[],
        values: &[],
        link: Some("https://console.cloud.google.com/auth/clients"),
    },
    Step {
        id: "google.network",
        title: "Let this server reach Google",
        text: &[
            "Where a firewall or a proxy stands in between, it has to let the server connect to these hosts by https.",
        ],
        choices: &[],
        values: &[Shown::Hosts],
        link: None,
    },
];
