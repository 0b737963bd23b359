//! A clock that is set past the last year that can be written down stops nothing.

use crate::compiled;
use crate::newsroom::Newsroom;

#[test]
fn what_is_seen_after_the_last_year_is_recorded_all_the_same() {
    let newsroom = Newsroom::new();
    let Some(library) = compiled::library("far_clock", &newsroom.path("")) else { return };
    let run = |arguments: &[&str]| {
        let output = newsroom.command(arguments).env("LD_PRELOAD", &library).output().expect("the binary runs");
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        assert!(output.status.success() && !text.contains("panicked"), "{arguments:?}: {text}");
        text
    };
    newsroom.write("wire/a.txt", "Ferry aground\n\nIt hurt 12 passengers.\n");
    run(&["scan", "wire"]);
    newsroom.edit("wire/a.txt", "12", "15");
    run(&["scan", "wire"]);
    let log = run(&["log", "--since", "24h"]);
    assert!(log.contains("9999-12-30") && log.contains("passengers 12 → 15"), "{log}");
    run(&["status"]);
    assert!(run(&["prune", "--older-than", "1 year"]).contains("0 contents"));
    assert!(run(&["verify"]).contains("sound: 2 versions"));

    let mut daemon = newsroom.spawn({
        let mut command = newsroom.command(&["watch", "wire", "--json"]);
        command.env("LD_PRELOAD", &library);
        command
    });
    run(&["sync", "--wait"]);
    newsroom.edit("wire/a.txt", "15", "17");
    assert_eq!(daemon.json()["observed"], "9999-12-30T22:00:00Z");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    // The clock has been set right: the history goes on.
    newsroom.edit("wire/a.txt", "17", "18");
    newsroom.stdout(&["scan", "wire"]);
    assert_eq!(newsroom.json(&["log", "--json", "wire/a.txt"]).len(), 4);
    assert!(newsroom.run(&["verify"]).starts_with("exit 0"));
}
