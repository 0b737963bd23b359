//! Rows that SQLite wrote, read without it.

use rusqlite::{Connection, params};

use super::*;

/// The rows that are found, by table and number.
fn found(path: &Path) -> (Vec<Row>, bool) {
    let pages = Pages::open(path).unwrap();
    let mut rows = Vec::new();
    let mut take = |row| {
        rows.push(row);
        Ok::<_, ()>(())
    };
    pages.rows(&mut take).unwrap();
    rows.sort_by_key(|row| (row.table, row.id));
    (rows, pages.are_current())
}

fn database(path: &Path, mode: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    let tables = "CREATE TABLE root (id INTEGER PRIMARY KEY, path BLOB) STRICT; CREATE TABLE other (a REAL, b TEXT);
                  CREATE TABLE removal (blob INTEGER PRIMARY KEY, removed INTEGER, reason TEXT) STRICT;";
    connection.execute_batch(&format!("PRAGMA page_size = 1024; PRAGMA journal_mode = {mode}; {tables}")).unwrap();
    connection
}

#[test]
fn every_kind_of_number_and_length_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    let connection = database(&path, "delete");
    let mut expect = Vec::new();
    for (place, number) in [0, 1, -1, 127, -128, 128, 40_000, -8_388_608, 1 << 31, -(1 << 40), i64::MAX, i64::MIN].into_iter().enumerate() {
        // Up to, at and beyond what fits in a page, and over several.
        for length in [0, 1, 800, 980, 981, 989, 990, 1500, 2048, 70_000] {
            let (id, reason) = ((place as i64 + 1) << 33 | length as i64, "x".repeat(length));
            connection.execute("INSERT INTO removal VALUES (?1, ?2, ?3)", params![id, number, reason]).unwrap();
            expect.push(Row { table: "removal", id, values: vec![Value::Integer(number), Value::Text(reason), Value::Null] });
        }
    }
    connection.execute("INSERT INTO root VALUES (-7, x'2f')", []).unwrap();
    connection.execute("INSERT INTO other VALUES (1.5, 'x')", []).unwrap();
    expect.push(Row { table: "root", id: -7, values: vec![Value::Blob(b"/".to_vec())] });
    assert!(found(&path) == (expect, true));
}

#[test]
fn only_what_is_committed_is_read_from_the_log() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    let connection = database(&path, "wal");
    for id in 1..200 {
        connection.execute("INSERT INTO root VALUES (?1, zeroblob(100))", [id]).unwrap();
    }
    // Too much for the cache, so that it is in the log already.
    connection.execute_batch("PRAGMA cache_size = 5; BEGIN").unwrap();
    for id in 200..900 {
        connection.execute("INSERT INTO root VALUES (?1, zeroblob(100))", [id]).unwrap();
    }
    assert_eq!(found(&path).0.iter().map(|row| row.id).collect::<Vec<_>>(), (1..200).collect::<Vec<_>>());
    connection.execute_batch("COMMIT").unwrap();
    assert_eq!(found(&path).0.len(), 899);
    // A log that is damaged is read up to there.
    let log = log_of(&path);
    let mut bytes = std::fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&log, bytes).unwrap();
    let rows = found(&path).0.len();
    assert!((1..899).contains(&rows), "{rows}");
}

#[test]
fn what_was_deleted_is_not_read_where_free_pages_can_be_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    let connection = database(&path, "delete");
    for id in 1..200 {
        connection.execute("INSERT INTO root VALUES (?1, zeroblob(300))", [id]).unwrap();
    }
    connection.execute("DELETE FROM root WHERE id > 10", []).unwrap();
    drop(connection);
    assert_eq!((found(&path).0.len(), found(&path).1), (10, true));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..1024].fill(0);
    std::fs::write(&path, bytes).unwrap();
    let (rows, are_current) = found(&path);
    assert!(rows.len() >= 10 && !are_current, "{}", rows.len());
}

#[test]
fn any_bytes_are_read_without_a_slip() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    let connection = database(&path, "delete");
    for id in 1..40_u32 {
        connection.execute("INSERT INTO removal VALUES (?1, ?1, ?2)", params![id, "y".repeat(id as usize * 90)]).unwrap();
    }
    drop(connection);
    let sound = std::fs::read(&path).unwrap();
    let mut state = 1_u64;
    for _ in 0..500 {
        let mut bytes = sound.clone();
        for _ in 0..20 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from(state >> 20).unwrap() % bytes.len();
            bytes[place] = state.to_be_bytes()[0];
        }
        std::fs::write(&path, bytes).unwrap();
        assert!(found(&path).0.len() < 10_000);
    }
}
