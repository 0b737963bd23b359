//! The pages and the API, asked for over a plain socket, of the real daemon.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use newswatch::model::Seq;
use newswatch::store::{Derived, Reader, Writer};
use serde_json::Value;

use crate::newsroom::{Daemon, Newsroom};

const FERRY: &str = "Ferry runs aground off Varna\n\nVARNA, May 3 - A ferry with 140 people on board ran aground on Sunday and \
     injured 12 passengers, the coast guard said.\n\nThe captain, Mila Petrova, said the crew had acted quickly.\n";

/// A daemon that serves, and the newsroom that it watches.
struct Site {
    newsroom: Newsroom,
    daemon: Daemon,
    address: SocketAddr,
}

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Site {
    /// Serves a newsroom in which a story was filed, and then its number of injured changed without a word.
    fn new() -> Site {
        let mut site = Site::of(&[("ferry.txt", FERRY)]);
        site.newsroom.edit("wire/ferry.txt", "injured 12 passengers", "injured 15 passengers");
        assert_eq!(site.daemon.json()["class"], "update");
        site
    }

    fn of(stories: &[(&str, &str)]) -> Site {
        let newsroom = Newsroom::new();
        for (name, text) in stories {
            newsroom.write(&format!("wire/{name}"), text);
        }
        let mut daemon = newsroom.watch_with(&["watch", "wire", "--json", "--listen", "127.0.0.1:0"]);
        for _ in stories {
            daemon.line();
        }
        let said = daemon.said.lines().find_map(|line| line.strip_prefix("listening on http://")).expect("it says where it listens");
        let address = said.trim_end_matches('/').parse().expect("an address");
        Site { newsroom, daemon, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream
    }

    /// Sends what a client would, and reads until the server has done with it.
    fn send(&self, request: &str) -> Reply {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("can be sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("can be read");
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("headers are ASCII").to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Reply { status, head, body: bytes[end + 4..].to_vec() }
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> Reply {
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &self.address.to_string())
    }

    /// A page that must be there.
    fn page(&self, path: &str) -> String {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.text()
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.page(path)).expect("JSON")
    }

    /// The cursors in `/api/log`, in their order.
    fn cursors(&self, query: &str) -> Vec<i64> {
        let lines = self.page(&format!("/api/log{query}"));
        lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a JSON line")["seq"].as_i64().expect("a cursor")).collect()
    }
}

impl Reply {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    fn has(&self, header: &str) -> bool {
        self.head.lines().any(|line| line == header)
    }
}

#[test]
fn the_pages_tell_what_changed() {
    let site = Site::new();
    let history = site.page("/");
    for told in ["passengers 12 → 15", "href=\"/revision/2\"", "class=\"substantive\"", ">stealth<", "/document/ferry.txt?seq=2"] {
        assert!(history.contains(told), "{told}: {history}");
    }
    let revision = site.page("/revision/2");
    for told in ["<del>12</del>", "<ins>15</ins>", "href=\"/revision/1\"", "/version/2/raw"] {
        assert!(revision.contains(told), "{told}: {revision}");
    }
    for address in ["/document/ferry.txt", "/document/ferry.txt?seq=1"] {
        let document = site.page(address);
        assert!(document.contains("2 versions of it, there now") && document.contains("/version/1/raw"), "{document}");
    }
    assert!(site.page("/version/2/text").contains("injured 15 passengers"));
    let raw = site.get("/version/1/raw");
    assert_eq!((raw.status, raw.text()), (200, FERRY.to_owned()));
    assert!(raw.has("content-type: text/plain") && raw.has("x-content-type-options: nosniff"), "{}", raw.head);
    assert!(raw.head.contains("content-disposition: attachment; filename=\"ferry.txt\""), "{}", raw.head);
    for asset in ["/style.css", "/live.js", "/icon.svg"] {
        assert!(!site.page(asset).is_empty());
    }
}

#[test]
fn filters_and_paging() {
    let site = Site::of(&[("a.txt", FERRY), ("sports/b.txt", FERRY), ("sports/c.txt", FERRY)]);
    site.newsroom.remove("wire/sports/c.txt");
    let mut site = site;
    assert_eq!(site.daemon.json()["class"], "withdrawn");
    assert_eq!(site.cursors(""), [4, 3, 2, 1]);
    assert_eq!(site.cursors("?limit=2"), [4, 3]);
    assert_eq!(site.cursors("?limit=2&before=3"), [2, 1]);
    assert_eq!(site.cursors("?after=1&limit=2"), [2, 3]);
    assert_eq!(site.cursors("?path=sports&class=created").len(), 2);
    assert_eq!(site.cursors("?class=withdrawn"), [4]);
    assert_eq!(site.cursors("?since=24h&severity="), [4, 3, 2, 1]);
    assert!(site.cursors("?until=24h").is_empty());
    let first = site.page("/?limit=3");
    assert!(first.contains("href=\"/?limit=3&amp;before=2\""), "{first}");
    let last = site.page("/?limit=3&before=2");
    assert!(last.contains("← Newest") && !last.contains("rel=\"next\""), "{last}");
    assert!(site.page("/?path=nowhere").contains("Nothing here that matches"));
}

#[test]
fn the_api_says_what_the_command_line_says() {
    let site = Site::new();
    let log = site.page("/api/log");
    assert_eq!(log.as_bytes(), site.newsroom.stdout(&["log", "--json"]));
    let diff = site.json("/api/diff/2");
    assert_eq!((&diff["schema"], &diff["entities"][0]["to"]["value"]), (&Value::from("newswatch.diff/1"), &Value::from(15)));
    let mut told = site.newsroom.json(&["diff", "wire/ferry.txt", "--json"]).remove(0);
    // The command line calls a document as somebody in its directory would.
    told["path"] = diff["path"].clone();
    assert_eq!(diff, told);
    let extract = site.json("/api/extract/2");
    assert_eq!(extract, site.newsroom.json(&["extract", "wire/ferry.txt", "--json"])[0]);
    let status = site.json("/api/status");
    assert_eq!(status["schema"], "newswatch.status/1");
    assert_eq!((&status["documents"]["present"], &status["versions"]), (&Value::from(1), &Value::from(2)));
    assert_eq!(status["daemon"]["versions"], 2, "{status}");
}

#[test]
fn what_an_older_extractor_recorded_is_compared_anew_as_by_the_command_line() {
    let site = Site::new();
    let database = site.newsroom.path("state/newswatch/newswatch.db");
    let mut revision = Reader::open(&database).unwrap().revision(Seq(2)).unwrap().unwrap();
    revision.trashline = "what an older one made of it".to_owned();
    let derived = Derived { extractor: "newswatch/0", entities: None, revision: &revision };
    Writer::open(&database).unwrap().derive(Seq(2), &derived).wait().unwrap();
    let served = site.json("/api/diff/2");
    let printed = site.newsroom.json(&["diff", "wire/ferry.txt", "1..2", "--json"]).remove(0);
    for field in ["trashline", "severity", "entities", "sentences"] {
        assert_eq!(served[field], printed[field]);
    }
    assert_eq!(served["trashline"], "passengers 12 → 15 (¶1)");
    assert!(site.page("/revision/2").contains("passengers 12 → 15"));
}

#[test]
fn refusals_say_what_is_wrong() {
    let site = Site::new();
    let check = |path: &str, status: u16, words: &str| {
        let reply = site.get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        assert!(reply.text().contains(words), "{path}: {}", reply.text());
    };
    check("/nothing", 404, "there is no such page");
    check("/revision/99", 404, "cursor 99");
    check("/revision/x", 404, "no such page");
    check("/document/nowhere.txt", 404, "no document ever stood at nowhere.txt");
    check("/document/../ferry.txt", 404, "no document");
    check("/version/99/raw", 404, "cursor 99");
    check("/?severity=high", 400, "severity: ");
    check("/?colour=red", 400, "colour: no such parameter");
    check("/api/log?limit=0", 400, "\"parameter\":\"limit\"");
    check("/api/diff/99", 404, "newswatch.error/1");
    check("/api/status?x=1", 400, "\"parameter\":\"x\"");
    check(&format!("/?path={}", "a".repeat(9000)), 414, "longer than");

    let own = site.address.to_string();
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let reply = site.ask(method, "/", &own);
        assert!(reply.status == 405 && reply.has("allow: get, head"), "{method}: {}", reply.head);
    }
    let head = site.ask("HEAD", "/", &own);
    assert!(head.status == 200 && head.body.is_empty(), "{}", head.head);
    // Another site whose name was made to point here.
    assert_eq!(site.ask("GET", "/", "rebound.example").status, 421);
    assert_eq!(site.ask("GET", "/api/log", &format!("rebound.example:{}", site.address.port())).status, 421);
    assert_eq!(site.ask("GET", "/", "localhost").status, 200);
    assert_eq!(site.send("GET / HTTP/1.0\r\n\r\n").status, 421);
    assert_eq!(site.send("nonsense\r\n\r\n").status, 400);
}

#[test]
fn what_was_removed_is_said_to_be_gone() {
    let Site { newsroom, daemon, .. } = Site::new();
    drop(daemon);
    newsroom.stdout(&["prune", "wire/ferry.txt", "--yes"]);
    let daemon = newsroom.watch_with(&["watch", "wire", "--listen", "127.0.0.1:0"]);
    let said = daemon.said.lines().find_map(|line| line.strip_prefix("listening on http://")).expect("it says where it listens");
    let address = said.trim_end_matches('/').parse().expect("an address");
    let site = Site { newsroom, daemon, address };
    for path in ["/version/1/raw", "/version/1/text", "/api/extract/1"] {
        let reply = site.get(path);
        assert_eq!(reply.status, 410, "{path}: {}", reply.text());
        assert!(reply.text().contains("the content of version 1 was removed: pruned"), "{path}: {}", reply.text());
    }
    assert!(site.page("/").contains("passengers 12 → 15"), "what changed is still told");
    let page = site.page("/revision/2");
    assert!(page.contains("its text was removed") && page.contains("<del>12</del>"), "{page}");
    let diff = site.get("/api/diff/2").text();
    assert!(diff.contains("\"removed\":true") && diff.contains("value_changed"), "{diff}");
}

#[test]
fn every_answer_keeps_browsers_on_a_short_lead() {
    let site = Site::new();
    for path in ["/", "/revision/2", "/version/2/raw", "/api/log", "/feed.atom", "/metrics", "/nothing"] {
        let reply = site.get(path);
        assert!(reply.head.contains("content-security-policy: default-src 'none';"), "{path}: {}", reply.head);
        assert!(!reply.head.contains("unsafe") && !reply.head.contains("access-control"), "{path}: {}", reply.head);
        for header in ["x-content-type-options: nosniff", "referrer-policy: no-referrer", "cross-origin-resource-policy: same-origin"] {
            assert!(reply.has(header), "{path}: {}", reply.head);
        }
    }
    assert!(!site.page("/revision/2").contains("<style"));
}

#[test]
fn hostile_names_and_texts_stay_text() {
    let newsroom = Newsroom::new();
    let hostile =
        "<script>alert(1)</script>\u{202e}\u{1b}[31m \"quoted\" & 12 people died\n\nVARNA - <img src=x onerror=alert(1)> 12 people died.\n";
    for name in [&b"<b>\"bold\"&'.html"[..], b"caf\xe9?#%25.txt", b"two\nlines\x1b[31m.txt", "gpj.\u{202e}txt".as_bytes()] {
        std::fs::write(newsroom.path("wire").join(std::ffi::OsStr::from_bytes(name)), hostile).unwrap();
    }
    let daemon = newsroom.watch_with(&["watch", "wire", "--listen", "127.0.0.1:0"]);
    let address =
        daemon.said.lines().find_map(|line| line.strip_prefix("listening on http://")).unwrap().trim_end_matches('/').parse().unwrap();
    let site = Site { newsroom, daemon, address };
    let mut pages = vec!["/".to_owned(), "/feed.atom".to_owned()];
    for seq in 1..=4 {
        pages.extend([format!("/revision/{seq}"), format!("/version/{seq}/text")]);
    }
    let history = site.page("/");
    let links: Vec<&str> =
        history.split("href=\"").filter_map(|rest| rest.split('"').next()).filter(|link| link.starts_with("/document/")).collect();
    assert_eq!(links.len(), 4, "{history}");
    pages.extend(links.iter().map(|link| (*link).to_owned()));
    // The name alone leads there too, without its cursor.
    pages.extend(links.iter().map(|link| link.split('?').next().unwrap().to_owned()));
    for address in pages {
        let page = site.page(&address);
        if address.ends_with("/text") {
            assert!(site.get(&address).has("content-type: text/plain; charset=utf-8"));
            continue;
        }
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains("<b>"), "{address}: {page}");
        assert!(!page.contains(|c: char| c == '\u{202e}' || c.is_control() && c != '\n'), "{address}: {page:?}");
    }
    let raw = site.get("/version/1/raw");
    assert!(raw.has("content-type: text/plain") && raw.head.contains("attachment"), "{}", raw.head);
    // A reflected parameter is no way in either.
    let reflected = site.get("/?path=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(reflected.status == 200 && !reflected.text().contains("<script>alert"), "{}", reflected.text());
}

#[test]
fn a_large_document_comes_back_whole() {
    let text = format!("Long\n\n{}", "The council met again on Monday. ".repeat(100_000));
    let site = Site::of(&[("long.txt", &text)]);
    assert!(site.get("/version/1/raw").body == text.as_bytes());
    let head = site.ask("HEAD", "/version/1/raw", "localhost");
    assert!(head.has(&format!("content-length: {}", text.len())) && head.body.is_empty(), "{}", head.head);
}

#[test]
fn what_would_take_too_much_memory_is_refused_with_a_way_round() {
    let site = Site::of(&[("vast.txt", &"x".repeat(4 * 1024 * 1024 + 1))]);
    for path in ["/revision/1", "/api/diff/1", "/api/extract/1", "/version/1/text"] {
        let reply = site.get(path);
        assert_eq!(reply.status, 413, "{path}: {}", reply.text());
        assert!(reply.text().contains("/version/1/raw"), "{}", reply.text());
    }
    assert_eq!(site.get("/version/1/raw").body.len(), 4 * 1024 * 1024 + 1);
}

#[test]
fn the_feed_is_a_feed() {
    let site = Site::new();
    let feed = site.page("/feed.atom");
    assert_eq!(feed.matches("<entry>").count(), 2);
    assert_eq!(feed.matches("<id>").count(), 3);
    assert_eq!(feed.matches("<updated>").count(), 3);
    assert!(feed.contains("passengers 12 → 15") && feed.contains("<category term=\"stealth\"/>"), "{feed}");
    assert!(feed.contains(&format!("href=\"http://{}/revision/2\"", site.address)), "{feed}");
    assert_eq!(site.page("/feed.atom?flag=stealth").matches("<entry>").count(), 1);
    well_formed(&feed);
    well_formed(&site.page("/feed.atom?path=nothing+%26+%22nobody%22"));
}

/// Every tag is closed by its own name, and no text holds a bare `<` or `&`.
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    let mut rest = xml.split_once("?>").expect("a declaration").1;
    while let Some((text, after)) = rest.split_once('<') {
        assert!(
            text.split('&')
                .skip(1)
                .all(|entity| entity.split(';').next().is_some_and(|name| ["amp", "lt", "gt", "quot", "#39"].contains(&name)))
        );
        let (tag, after) = after.split_once('>').expect("a tag ends");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{xml}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().expect("a name")),
        }
        rest = after;
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn events_come_as_they_are_recorded_and_go_on_where_a_client_was_cut_off() {
    let mut site = Site::new();
    let follow = |headers: &str, query: &str| {
        let mut stream = site.connect();
        let request = format!("GET /events{query} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(lines.read_line(&mut head).unwrap(), 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream"), "{head}");
        lines
    };
    let event = |lines: &mut BufReader<TcpStream>| -> Value {
        let mut id = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(number) = line.strip_prefix("id: ") {
                id = number.trim().to_owned();
            }
            if let Some(data) = line.strip_prefix("data: ") {
                let object: Value = serde_json::from_str(data).unwrap();
                assert_eq!(object["seq"].to_string(), id);
                return object;
            }
        }
    };
    let (mut live, mut behind, mut filtered) = (follow("", ""), follow("Last-Event-ID: 1\r\n", ""), follow("", "?class=withdrawn"));
    assert_eq!(event(&mut behind)["seq"], 2);
    site.newsroom.edit("wire/ferry.txt", "injured 15 passengers", "injured 16 passengers");
    site.daemon.line();
    for stream in [&mut live, &mut behind] {
        let object = event(stream);
        assert_eq!((&object["schema"], &object["seq"]), (&Value::from("newswatch.log/1"), &Value::from(3)));
    }
    site.newsroom.remove("wire/ferry.txt");
    site.daemon.line();
    assert_eq!(event(&mut filtered)["class"], "withdrawn");
    // The daemon ends in good order while they are still connected.
    site.daemon.signal("TERM");
    assert_eq!(site.daemon.wait().code(), Some(0));
}

#[test]
fn the_metrics_can_be_scraped() {
    let site = Site::new();
    let metrics = site.page("/metrics");
    assert!(metrics.contains("newswatch_documents{state=\"present\"} 1\n") && metrics.contains("newswatch_versions 2\n"), "{metrics}");
    assert!(metrics.contains("newswatch_recorded_versions_total 2\n") && metrics.contains("newswatch_lag_seconds_count 1\n"), "{metrics}");
    assert!(metrics.contains("newswatch_last_pass_timestamp_seconds{root=\"") && metrics.ends_with("# EOF\n"), "{metrics}");
}

#[test]
fn an_address_that_others_reach_has_to_be_asked_for() {
    let newsroom = Newsroom::new();
    let refused = newsroom.run(&["watch", "wire", "--listen", "0.0.0.0:0"]);
    assert!(refused.starts_with("exit 2") && refused.contains("public:0.0.0.0:0"), "{refused}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = newsroom.run(&["watch", "wire", "--listen", &address]);
    assert!(refused.starts_with("exit 2") && refused.contains(&format!("cannot listen on {address}")), "{refused}");
}
