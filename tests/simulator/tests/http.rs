//! The binary on a port: keep-alive, answers that wait without holding up others, dropped connections.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_simulator"))
            .args([
                "--port",
                "0",
                "--google",
                "alice@gmail.example:20",
                "--now=2026-03-01T09:00:00Z",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap()
            .to_owned();
        Self { child, address }
    }

    fn connect(&self) -> Connection {
        Connection {
            stream: BufReader::new(TcpStream::connect(&self.address).unwrap()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Status and body; `None` when the connection ended without an answer.
    fn call(&mut self, method: &str, target: &str, body: &str) -> Option<(u16, String)> {
        let length = body.len();
        let text =
            format!("{method} {target} HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n{body}");
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
        let mut line = String::new();
        if self.stream.read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        Some((status, String::from_utf8(body).unwrap()))
    }
}

#[test]
fn fifty_connections_stay_open_over_many_requests() {
    let server = Server::start();
    thread::scope(|scope| {
        for _ in 0..50 {
            let mut connection = server.connect();
            scope.spawn(move || {
                for _ in 0..20 {
                    let (status, body) = connection.call("GET", "/control/mailboxes", "").unwrap();
                    assert_eq!(status, 200);
                    assert!(body.contains("alice@gmail.example") && body.contains("2026-03-01T09:0"));
                }
            });
        }
    });
}

#[test]
fn waiting_answer_does_not_hold_up_others() {
    let server = Server::start();
    let rule = r#"{"path":"/profile","action":"delay","delayMs":600000}"#;
    assert_eq!(
        server.connect().call("POST", "/control/fault", rule).unwrap().0,
        200
    );
    let mut waiting = server.connect();
    let request = "GET /google/gmail/v1/users/me/profile HTTP/1.1\r\nHost: test\r\n\r\n";
    waiting.stream.get_mut().write_all(request.as_bytes()).unwrap();
    // Ten minutes of delay elsewhere: this one is answered all the same, once the rule has been used up.
    let mut other = server.connect();
    loop {
        let faults = other.call("GET", "/control/faults", "").unwrap().1;
        if faults == "[]" {
            break;
        }
    }
    assert_eq!(
        other
            .call("GET", "/google/gmail/v1/users/me/labels", "")
            .unwrap()
            .0,
        401
    );
}

#[test]
fn dropped_connection_ends_without_an_answer() {
    let server = Server::start();
    let rule = r#"{"path":"/profile","action":"drop-after"}"#;
    server.connect().call("POST", "/control/fault", rule).unwrap();
    let mut dropped = server.connect();
    assert_eq!(dropped.call("GET", "/google/gmail/v1/users/me/profile", ""), None);
    assert_eq!(
        server
            .connect()
            .call("GET", "/google/gmail/v1/users/me/profile", "")
            .unwrap()
            .0,
        401
    );
}

#[test]
fn command_line_explains_itself_and_refuses_nonsense() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_simulator"))
            .args(arguments)
            .output()
            .unwrap()
    };
    let help = run(&["--help"]);
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("--redirect-uri"));
    for wrong in [
        &["--port", "many"][..],
        &["--google", "no-address"],
        &["--what", "1"],
        &["--seed"],
    ] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().contains(wrong[0]));
    }
}
