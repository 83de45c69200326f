//! The simulator on a port of this machine.

mod arguments;
mod server;

use std::io::Write;
use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    let command = match arguments::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            report(&format!("{error}\nRun with --help for the options."));
            return ExitCode::from(2);
        }
    };
    match command {
        Command::Help => {
            // A closed pipe is no reason to fail.
            let _ = std::io::stdout().write_all(arguments::HELP.as_bytes());
            ExitCode::SUCCESS
        }
        Command::Serve(settings) => match server::serve(*settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                report(&format!("The simulator cannot run: {error}"));
                ExitCode::FAILURE
            }
        },
    }
}

fn report(message: &str) {
    // There is nowhere left to complain to when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{message}");
}
