//! Gaps, marks and attestations: what the chain of hashes holds, and damage that it names.

use super::*;

#[test]
fn gaps_are_kept_and_found_by_the_time_they_reach_into() {
    let mut store = Store::new();
    let early = gap(10, 20, "the disk was full");
    store.writer().note_gap(early.clone()).wait().unwrap();
    store.put(None, "a", b"1");
    let late = Gap { root: "/other".into(), path: PathBuf::new(), ..gap(30, 40, "nobody watched") };
    store.writer().note_gap(late.clone()).wait().unwrap();
    fresh_and_reopened(store, |store| {
        let found = |since: Option<i64>, until: Option<i64>| {
            let time = |second: i64| Timestamp::from_second(second).unwrap();
            let gaps = store.reader().gaps(since.map(time), until.map(time)).unwrap();
            gaps.into_iter().map(|gap| gap.cause).collect::<Vec<_>>()
        };
        assert_eq!(store.reader().gaps(None, None).unwrap(), [early.clone(), late.clone()]);
        assert_eq!(found(Some(20), None), ["the disk was full", "nobody watched"]);
        assert_eq!(found(Some(21), None), ["nobody watched"]);
        assert_eq!(found(None, Some(29)), ["the disk was full"]);
        assert_eq!(found(Some(35), Some(35)), ["nobody watched"]);
        assert_eq!(found(Some(21), Some(29)), [""; 0]);
        assert_eq!(damages(&store.reader(), Depth::Full), []);
    });
}

#[test]
fn a_gap_is_part_of_what_is_attested() {
    let mut store = Store::new();
    store.put(None, "a", b"1");
    let before = store.reader().attest().unwrap().unwrap();
    store.writer().note_gap(gap(1, 2, "a long sleep")).wait().unwrap();
    store.reopen();
    let noted = store.reader().attest().unwrap().unwrap();
    assert_eq!((noted.versions, before.gaps, noted.gaps), (1, 0, 1));
    assert_ne!(noted.link, before.link);
    // The next version stands on it.
    store.put(None, "b", b"2");
    assert_ne!(store.reader().attest().unwrap().unwrap().link, noted.link);
    assert_eq!(damages(&store.reader(), Depth::Full), []);
}

#[test]
fn what_was_still_being_written_is_marked_for_ever() {
    let mut store = Store::new();
    let record = |store: &Store, name: &str, transient| {
        let observation = Observation {
            after: None,
            path: at(name),
            observed: Timestamp::UNIX_EPOCH,
            content: NewContent::Bytes(b"half of a sen"),
            transient,
            derived: Some(Derived { extractor: "test/1", entities: None, revision: &revision(Class::Created, Severity::Minor) }),
            signature: None,
        };
        store.writer().record(&observation).wait().unwrap()
    };
    let marked = record(&store, "a", true);
    let unmarked = record(&store, "b", false);
    store.reopen();
    let reader = store.reader();
    assert!(marked.version.transient && !unmarked.version.transient);
    assert_eq!(reader.version_by_seq(marked.version.seq).unwrap(), Some(marked.version));
    assert_eq!(reader.version_by_seq(unmarked.version.seq).unwrap(), Some(unmarked.version));
    let log = reader.log(&Filter::default()).unwrap();
    assert_eq!(log.iter().map(|entry| entry.version.transient).collect::<Vec<_>>(), [false, true]);
    assert_eq!(damages(&reader, Depth::Full), []);
    // The mark is part of what is attested.
    let link = reader.attest().unwrap().unwrap().link;
    let other = Store::new();
    record(&other, "a", false);
    record(&other, "b", false);
    assert_ne!(other.reader().attest().unwrap().unwrap().link, link);
}

#[test]
fn a_sound_database_verifies() {
    let store = lively();
    fresh_and_reopened(store, |store| {
        let findings = store.reader().verify(Depth::Full, &mut |_, _| ()).unwrap();
        assert_eq!(findings.damages, []);
        assert_eq!((findings.versions, findings.contents, findings.derived, findings.gaps), (116, 96, 136, 13));
        let fast = |turn| store.reader().verify(Depth::Fast { turn }, &mut |_, _| ()).unwrap();
        let looked: Vec<_> = (7..107).map(fast).inspect(|findings| assert_eq!(findings.damages, [])).collect();
        let sum = |of: fn(&newswatch::store::Findings) -> u64| looked.iter().map(of).sum::<u64>();
        assert_eq!((sum(|all| all.contents), sum(|all| all.derived)), (96, 136), "all in a hundred turns");
    });
}

#[test]
fn the_attestation_holds_all_that_was_recorded() {
    let mut store = Store::new();
    assert_eq!(store.reader().attest().unwrap(), None);
    let first = store.put(None, "a", b"1");
    let before = store.reader().attest().unwrap().unwrap();
    store.put(Some(&first), "a", b"2");
    let after = store.reader().attest().unwrap().unwrap();
    assert_eq!((before.versions, after.versions), (1, 2));
    assert_ne!(before.link, after.link);
    // The same history makes the same links, wherever it is recorded.
    let mut other = Store::new();
    other.put(None, "a", b"1");
    assert_eq!(other.reader().attest().unwrap(), Some(before));
}

#[test]
fn a_damaged_content_is_named_by_the_version_that_holds_it() {
    let mut store = Store::new();
    let content: Vec<u8> = (0..20_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    store.put(None, "a.txt", &content);
    store.writer = None;
    let mut bytes = std::fs::read(store.path()).unwrap();
    let place = bytes.windows(8).position(|window| window == &content[40_000..40_008]).unwrap();
    bytes[place] ^= 1;
    std::fs::write(store.path(), &bytes).unwrap();
    let damages = damages(&store.reader(), Depth::Full);
    let named: Vec<&str> = damages.iter().map(|damage| damage.what.as_str()).collect();
    assert_eq!(named, ["the entities of version 1", "version 1 of /spool/a.txt"]);
    assert!(matches!(store.reader().bytes(Digest::of(&content)), Err(StoreError::Damaged { .. })));
}

#[test]
fn two_writers_keep_one_chain() {
    // The daemon's lock keeps them apart; where it cannot (a file system without locks), the chain still has to hold.
    let mut store = Store::new();
    for round in 0..3 {
        let mine = store.put(None, &format!("mine-{round}"), format!("mine {round}").as_bytes());
        let own = store.writer.replace(Writer::open(&store.path()).unwrap());
        store.put(Some(&mine), &format!("mine-{round}"), format!("mine, corrected {round}").as_bytes());
        store.writer = own;
    }
    assert_eq!(damages(&store.reader(), Depth::Full), []);
}
