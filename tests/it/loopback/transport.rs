//! Connections: what breaks, what is encrypted, who holds the server.

use std::io::{BufReader, pipe};
use std::thread;
use std::time::Duration;

use super::*;
use crate::server::{Endpoint, Fate, Given, Remote, Script, serve_parent, spawn};

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn trusting(server: &Server) -> Client {
    let pem = std::fs::read(server.ca_file().unwrap()).unwrap();
    let authority = reqwest::Certificate::from_pem(&pem).unwrap();
    client_with(|builder| builder.tls_certs_only([authority]))
}

#[test]
fn http2_is_spoken_over_tls() {
    let server = spawn(Script::default().tls(true).max_streams(7));
    assert!(server.base_url.starts_with("https://127.0.0.1:"));
    block_on(async {
        let client = trusting(&server);
        let response = ask(&client, &server, "one").await.unwrap();
        assert_eq!(response.version(), reqwest::Version::HTTP_2);
        assert_eq!(read(response).await.0, 200);
        assert!(
            self::client().get(&server.base_url).send().await.is_err(),
            "trusted by all"
        );
    });
    let log = server.log();
    assert!(log[0].http2);
    assert_eq!((server.summary().http2, log.len()), (1, 1));
}

#[test]
fn http1_is_spoken_over_tls_to_who_wants_it() {
    let server = spawn(Script::default().tls(true));
    block_on(async {
        let pem = std::fs::read(server.ca_file().unwrap()).unwrap();
        let authority = reqwest::Certificate::from_pem(&pem).unwrap();
        let client = client_with(|builder| builder.tls_certs_only([authority]).http1_only());
        let response = ask(&client, &server, "one").await.unwrap();
        assert_eq!(response.version(), reqwest::Version::HTTP_11);
    });
    assert_eq!(server.summary().http2, 0);
}

#[test]
fn a_reset_comes_before_the_answer_or_within_it() {
    for tls in [false, true] {
        let server = spawn(
            Script::default()
                .tls(tls)
                .answering(|seen| match seen.before {
                    0 => Given::Reset,
                    1 => Given::Cut,
                    _ => Given::Answer,
                }),
        );
        block_on(async {
            let client = if tls { trusting(&server) } else { client() };
            assert!(ask(&client, &server, "one").await.is_err());
            let cut = ask(&client, &server, "one").await.unwrap();
            assert_eq!(cut.status(), 200);
            assert!(cut.bytes().await.is_err());
            assert_eq!(ask(&client, &server, "one").await.unwrap().status(), 200);
        });
        let fates: Vec<_> = server.log().iter().map(|entry| entry.fate).collect();
        assert_eq!(fates, [Fate::Broken, Fate::Broken, Fate::Answered(200)]);
        let summary = server.summary();
        assert_eq!(
            (summary.asked_again, summary.paid, summary.paid_again),
            (2, 2, 1)
        );
        // Over HTTP/2 the others of the connection go on.
        let connections: Vec<_> = server.log().iter().map(|entry| entry.connection).collect();
        assert_eq!(connections, if tls { [0, 0, 0] } else { [0, 1, 2] });
        assert_eq!(summary.connections, if tls { 1 } else { 3 });
    }
}

#[test]
fn requests_in_flight_are_counted_while_they_are_held() {
    let server = spawn(Script::default().answering(|_| Given::Held));
    block_on(async {
        let client = client();
        let asks: Vec<_> = (0..9)
            .map(|item| {
                let (client, url) = (client.clone(), format!("{}/v1/messages", server.base_url));
                tokio::spawn(async move {
                    let request = client
                        .post(url)
                        .header("x-api-key", ANTHROPIC_KEY)
                        .header("anthropic-version", "2023-06-01");
                    let body = anthropic_body(&item.to_string());
                    with_json(request, &body).send().await.unwrap().status()
                })
            })
            .collect();
        // The requests need this thread to get on their way.
        while server.summary().asks < 9 {
            tokio::task::yield_now().await;
        }
        assert!(server.log().iter().all(|entry| entry.fate == Fate::Waiting));
        assert!(
            server
                .log()
                .iter()
                .all(|entry| entry.endpoint == Endpoint::Messages)
        );
        server.release();
        for ask in asks {
            assert_eq!(ask.await.unwrap(), 200);
        }
        assert_eq!(ask(&client, &server, "later").await.unwrap().status(), 200);
    });
    assert_eq!(
        (server.summary().max_in_flight, server.summary().paid),
        (9, 10)
    );
}

#[test]
fn a_client_that_goes_away_is_seen() {
    let server = spawn(Script::default().answering(|_| Given::Hang));
    thread::scope(|scope| {
        let (leave, left) = tokio::sync::oneshot::channel::<()>();
        let url = &server;
        scope.spawn(move || {
            block_on(async move {
                let client = client();
                tokio::select! {
                    _ = ask(&client, url, "one") => panic!("an answer came"),
                    _ = left => {}
                }
            });
        });
        assert!(server.wait_for_asks(1, PATIENCE));
        assert!(!server.wait_for_asks(2, Duration::ZERO));
        leave.send(()).unwrap();
    });
    while server.log()[0].fate == Fate::Waiting {
        thread::yield_now();
    }
    assert_eq!(server.log()[0].fate, Fate::Abandoned);
    assert_eq!((server.summary().abandoned, server.summary().paid), (1, 0));
}

#[test]
fn a_child_is_told_where_the_server_is() {
    let server = spawn(Script::default().tls(true));
    let environment = server.environment();
    let value = |name: &str| {
        let found = environment.iter().find(|(found, _)| *found == name);
        found.unwrap().1.clone()
    };
    assert_eq!(value("ANTHROPIC_BASE_URL"), server.base_url);
    assert_eq!(value("OPENAI_BASE_URL"), format!("{}/v1", server.base_url));
    assert_eq!(value("ANTHROPIC_API_KEY"), ANTHROPIC_KEY);
    assert!(
        std::fs::read_to_string(value("SSL_CERT_FILE"))
            .unwrap()
            .contains("CERTIFICATE")
    );
}

#[test]
fn a_server_in_another_process_is_held_by_its_streams() {
    let (child_input, to_child) = pipe().unwrap();
    let (from_child, child_output) = pipe().unwrap();
    thread::scope(|scope| {
        let child = scope.spawn(move || {
            let script = Script::plain(Duration::from_millis(1)).latency(Duration::ZERO);
            serve_parent(script, BufReader::new(child_input), child_output)
        });
        let mut remote = Remote::new(BufReader::new(from_child), to_child).unwrap();
        assert_eq!(remote.ca_file, None);
        block_on(async {
            let request = client().post(format!("{}/v1/chat/completions", remote.base_url));
            let response = with_json(request, &openai_body("one")).send().await;
            assert_eq!(response.unwrap().status(), 200);
        });
        assert_eq!(remote.summary().unwrap().paid, 1);
        remote.forget().unwrap();
        assert_eq!(remote.summary().unwrap().paid, 0);
        drop(remote);
        child.join().unwrap().unwrap();
    });
}
