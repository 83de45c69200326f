//! Sanitises mails for tests in other languages: a JSON array of HTML in, one of what is shown out.

use std::io::{self, Write as _};

use email_manager::sanitize;

fn main() -> io::Result<()> {
    let mails: Vec<String> = serde_json::from_reader(io::stdin())?;
    let shown: Vec<String> = mails.iter().map(|mail| sanitize::html(mail).html).collect();
    serde_json::to_writer(io::stdout(), &shown)?;
    io::stdout().flush()
}
