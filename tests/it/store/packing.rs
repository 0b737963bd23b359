//! Contents come back whole, however they are packed.

use super::*;

#[test]
fn the_same_content_is_stored_once() {
    let mut store = Store::new();
    for name in ["a", "b", "c"] {
        store.put(None, name, b"the same words");
    }
    let status = store.reader().status().unwrap();
    assert_eq!((status.documents, status.versions, status.blobs, status.content_bytes), (3, 3, 1, 14));
}

#[test]
fn empty_and_large_contents_come_back() {
    let mut store = Store::new();
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    for (name, bytes) in [("empty", &[][..]), ("large", &large), ("binary", &[0, 255, 0, 10])] {
        let stored = store.put(None, name, bytes);
        assert_eq!(stored.version.content, Content::Bytes { digest: Digest::of(bytes), size: bytes.len() as u64 });
        assert!(store.reader().bytes(Digest::of(bytes)).unwrap() == bytes, "{name}");
    }
}

#[test]
fn a_long_history_is_small_and_every_version_of_it_comes_back() {
    const ROUNDS: u32 = 600;
    let mut store = Store::new();
    let mut last = None;
    for round in 0..ROUNDS {
        let ticket = store.send(last.as_ref(), at("a"), NewContent::Bytes(&round_of(round)), Class::Update);
        last = Some(ticket.wait().unwrap());
    }
    fresh_and_reopened(store, |store| {
        let reader = store.reader();
        for round in 0..ROUNDS {
            let content = round_of(round);
            assert!(reader.bytes(Digest::of(&content)).unwrap() == content, "round {round}");
        }
        let status = reader.status().unwrap();
        assert_eq!(status.blobs, u64::from(ROUNDS));
        assert!(status.packed_bytes * 20 < status.content_bytes, "{} of {}", status.packed_bytes, status.content_bytes);
    });
}

#[test]
fn contents_that_go_to_and_fro_between_documents_come_back() {
    let mut store = Store::new();
    let mut last: [Option<Stored>; 3] = Default::default();
    for step in 0..300_u32 {
        // Reverts, contents of other documents, tombstones, in an order that no scheme of packing expects.
        let which = (step * 7 % 3) as usize;
        let round = step.wrapping_mul(2_654_435_761) % 40;
        let name = format!("{which}.txt");
        let deleted = last[which].as_ref().is_some_and(|last| last.version.content == Content::Tombstone);
        last[which] = Some(if step % 11 == 5 && !deleted && last[which].is_some() {
            store.send(last[which].as_ref(), at(name), NewContent::Tombstone, Class::Withdrawn).wait().unwrap()
        } else {
            let content = round_of(round);
            store.send(last[which].as_ref(), at(name), NewContent::Bytes(&content), Class::Update).wait().unwrap()
        });
    }
    fresh_and_reopened(store, |store| {
        let reader = store.reader();
        for document in reader.documents().unwrap() {
            for digest in reader.versions(document.id).unwrap().iter().filter_map(|version| version.content.digest()) {
                assert_eq!(Digest::of(&reader.bytes(digest).unwrap()), digest);
            }
        }
    });
}

#[test]
fn packed_anew_it_is_smaller_and_the_same() {
    let mut store = Store::new();
    let name = |number: u32| format!("desk/{number}.txt");
    let story = |number: u32, toll: u32| {
        let about = (0..12)
            .map(|line| format!("{} of the {} boats were seen near pier {}.\n", number * line, number % 13, line * 7))
            .collect::<String>();
        format!("Storm on the coast\n\nThe harbour office said on Monday that {toll} people were hurt.\n{about}").into_bytes()
    };
    for number in 0..160 {
        let first = store.put(None, &name(number), &story(number, 3));
        store.put(Some(&first), &name(number), &story(number, 4));
    }
    let expect = everything(&store.reader()).unwrap();
    store.writer = None;
    // Stopped in the middle it has lost nothing.
    let path = store.path();
    let stopped = std::panic::catch_unwind(|| newswatch::store::repack(&path, &mut |done, _| assert!(done < 256, "stopped")));
    assert!(stopped.is_err());
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    let repacked = newswatch::store::repack(&path, &mut |_, _| ()).unwrap();
    assert!(repacked.after < repacked.before && repacked.damaged == 0, "{repacked:?}");
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    assert_eq!(everything(&store.reader()).unwrap(), expect);
    assert_eq!(newswatch::store::repack(&path, &mut |_, _| ()).unwrap().contents, 0, "there is nothing left to do");
    // It goes on as any other.
    store.reopen();
    let later = store.put(None, "later.txt", &story(900, 5));
    assert_eq!(store.reader().bytes(later.version.content.digest().unwrap()).unwrap(), story(900, 5));
    // Not even what many have in common keeps a word of one that has to go.
    let document = store.reader().document_at(&at(name(7))).unwrap().unwrap();
    let seqs = store.reader().versions(document.id).unwrap().iter().map(|version| version.seq).collect();
    store.writer().remove(seqs, Extent::EveryWord, "court order 9", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    let other = Digest::of(&story(8, 4));
    assert_eq!(store.reader().bytes(other).unwrap(), story(8, 4));
}

#[test]
#[expect(clippy::disallowed_types, reason = "the test looks where rows lie in the database")]
fn what_stands_lies_side_by_side_in_the_file() {
    let mut store = Store::new();
    let story = |number: usize| format!("story {number} ").repeat(200);
    let tickets: Vec<_> = (0..2000)
        .map(|number| store.send(None, at(format!("{number:04}.txt")), NewContent::Bytes(story(number).as_bytes()), Class::Created))
        .collect();
    tickets.into_iter().for_each(|ticket| drop(ticket.wait().unwrap()));
    let connection = rusqlite::Connection::open(store.path()).unwrap();
    let mut leaves = connection.prepare("SELECT pageno FROM dbstat WHERE name = 'standing' AND pagetype = 'leaf' ORDER BY path").unwrap();
    let pages: Vec<i64> = leaves.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let runs = pages.chunk_by(|page, next| (1..=2).contains(&(next - page))).count();
    // A page of the tree above may lie between two. Written with all else of their versions, every page was a run of its own.
    assert!(pages.len() > 100 && runs * 3 < pages.len(), "{} pages in {runs} runs", pages.len());
}

#[test]
fn of_two_documents_that_stand_at_a_path_one_after_the_other_the_later_counts() {
    let mut store = Store::new();
    let (a, b) = (at("a.txt"), at("b.txt"));
    let first = store.put(None, "a.txt", b"one");
    // Two by two, as one group most often: gone and another there; that gone to another name, and a third there.
    let gone = store.send(Some(&first), a.clone(), NewContent::Tombstone, Class::Withdrawn);
    let second = store.send(None, a.clone(), NewContent::Bytes(b"two"), Class::Created);
    assert!(gone.wait().is_ok());
    let second = second.wait().unwrap();
    let moved = store.send(Some(&second), b.clone(), NewContent::Same, Class::Renamed);
    let third = store.send(None, a.clone(), NewContent::Bytes(b"three"), Class::Created);
    assert!(moved.wait().is_ok());
    let third = third.wait().unwrap();
    fresh_and_reopened(store, |store| {
        let known = |path: &DocumentPath| {
            let mut found = Vec::new();
            store.reader().known(path.root(), path.relative(), |known| found.push(known.id)).unwrap();
            found
        };
        assert_eq!((known(&a), known(&b)), (vec![third.document], vec![second.document]));
    });
}
