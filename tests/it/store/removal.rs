//! What is taken out on purpose: pruned or purged.

#![expect(clippy::disallowed_types, reason = "a test looks into the database, and damages it")]

use super::*;

#[test]
fn prune_takes_old_contents_and_leaves_the_history() {
    let mut store = lively();
    let attested = store.reader().attest().unwrap();
    let removable = store.reader().removable(&Retention { keep: 2, ..Retention::default() }).unwrap();
    // Of eight contents six; of those that were renamed the last one counts twice.
    assert_eq!(removable.len(), 12 * 6 + 4);
    let seqs = removable.iter().map(|version| version.seq).collect();
    let removed = store.writer().remove(seqs, Extent::Content, "older than the law wants", Timestamp::UNIX_EPOCH).wait().unwrap();
    // One of each is held by its copy, too.
    assert_eq!((removed.contents, removed.still_held), (12 * 5 + 4, 12));
    store.reopen();
    let reader = store.reader();
    assert_eq!(damages(&reader, Depth::Full), []);
    assert_eq!(reader.attest().unwrap(), attested);
    let first = &removable[0];
    let expect = StoreError::Removed { digest: first.content.digest().unwrap(), reason: "older than the law wants".to_owned() };
    assert_eq!(reader.bytes(first.content.digest().unwrap()), Err(expect));
    assert_eq!((reader.entities(first.seq, b"").unwrap(), reader.revision(first.seq).unwrap().is_some()), (None, true));
    assert_eq!(reader.bytes(Digest::of(&round_of(107))).unwrap(), round_of(107));
    assert_eq!(reader.removable(&Retention { keep: 8, ..Retention::default() }).unwrap(), []);
}

#[test]
fn purge_leaves_not_a_word_of_the_document() {
    let secret = b"The name that a court has ordered to be forgotten: Ambrose Quillfeather.\n".as_slice();
    let mut store = lively();
    let first = store.put(None, "a.txt", secret);
    let second = store.put(Some(&first), "a.txt", &[secret, b"And again.\n"].concat());
    let told = Revision { trashline: "Quillfeather named".to_owned(), ..revision(Class::Update, Severity::Minor) };
    let derived = Derived { extractor: "test/1", entities: None, revision: &told };
    store.writer().derive(second.version.seq, &derived).wait().unwrap();
    let versions = vec![first.version.seq, second.version.seq];
    let removed = store.writer().remove(versions, Extent::EveryWord, "court order 7", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert_eq!((removed.contents, removed.still_held), (2, 0));
    assert_eq!(store.reader().revision(second.version.seq).unwrap().unwrap().trashline, "removed: court order 7");
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    for file in ["news.db", "news.db-wal"] {
        let bytes = std::fs::read(store.directory.path().join("state").join(file)).unwrap();
        assert!(!bytes.windows(12).any(|window| window == b"Quillfeather"), "{file}");
    }
    // The document can go on, and even the content can come back.
    let third = store.put(Some(&second), "a.txt", secret);
    assert_eq!(store.reader().bytes(third.version.content.digest().unwrap()).unwrap(), secret);
    assert_eq!(damages(&store.reader(), Depth::Full), []);
}

#[test]
fn purge_is_not_hindered_by_a_content_that_is_damaged() {
    let mut store = Store::new();
    let mut stored: Vec<Stored> = Vec::new();
    for number in 0..6 {
        stored.push(store.put(stored.last(), "a.txt", &round_of(number)));
    }
    let change = |sql: &str| rusqlite::Connection::open(store.path()).unwrap().execute_batch(sql).unwrap();
    let find = |sql: &str| rusqlite::Connection::open(store.path()).unwrap().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    // A content that leans on another, and what it leans on.
    let leaning = find("SELECT version.seq FROM blob JOIN version ON version.blob = blob.id WHERE base IS NOT NULL ORDER BY seq LIMIT 1");
    let base = find(&format!(
        "SELECT seq FROM version WHERE blob = (SELECT base FROM blob JOIN version ON version.blob = blob.id WHERE seq = {leaning})"
    ));
    change(&format!(
        "UPDATE blob SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE id = (SELECT blob FROM version WHERE seq = {leaning})"
    ));
    let digest = |seq: i64| stored[usize::try_from(seq).unwrap() - 1].version.content.digest().unwrap();
    let damaged = damages(&store.reader(), Depth::Full);
    assert_eq!(damaged.len(), 1, "{damaged:?}");

    let prune = store.writer().remove(vec![Seq(base)], Extent::Content, "room", Timestamp::UNIX_EPOCH).wait();
    assert!(matches!(prune, Err(StoreError::Damaged { .. })), "there is no hurry to make room: {prune:?}");
    let purged = store.writer().remove(vec![Seq(base)], Extent::EveryWord, "court order", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert_eq!(purged.contents, 1);
    let reader = store.reader();
    assert!(matches!(reader.bytes(digest(base)), Err(StoreError::Removed { .. })));
    assert!(matches!(reader.bytes(digest(leaning)), Err(StoreError::Damaged { .. })));
    let still: Vec<String> = damages(&reader, Depth::Full).into_iter().map(|damage| damage.what).collect();
    assert_eq!(still, damaged.into_iter().map(|damage| damage.what).collect::<Vec<_>>(), "and nothing else");
    for seq in (1..=6).filter(|seq| ![leaning, base].contains(seq)) {
        assert_eq!(reader.bytes(digest(seq)).unwrap(), round_of(u32::try_from(seq).unwrap() - 1), "version {seq}");
    }
}
