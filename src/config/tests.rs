//! What a configuration may say, and what is said about one that is wrong.

use super::*;

const ANNOTATED: &str = include_str!("../../config/newswatch.toml");

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().copied().collect()
}

#[test]
fn the_annotated_file_holds_every_key_at_its_default() {
    assert_eq!(toml::from_str::<Config>(ANNOTATED).unwrap(), Config::default());
    let keys = |toml: &str| {
        let table: toml::Table = toml.parse().unwrap();
        let mut keys: Vec<String> = table.keys().cloned().collect();
        for name in ["documents", "watch", "retention"] {
            keys.extend(table[name].as_table().unwrap().keys().map(|key| format!("{name}.{key}")));
        }
        keys.extend(table["roots"][0].as_table().unwrap().keys().map(|key| format!("roots.{key}")));
        keys.sort();
        keys
    };
    assert_eq!(keys(ANNOTATED), keys(&Config::default().to_toml()));
}

#[test]
fn an_age_counts_in_the_calendar() {
    let now: jiff::Timestamp = "2026-03-31T12:00:00Z".parse().unwrap();
    let check = |age: &str, expect: Option<&str>| {
        let before = Age::try_from(age.to_owned()).unwrap().before(now);
        assert_eq!(before, expect.map(|time| time.parse().unwrap()), "{age}");
    };
    check("", None);
    check("1 year", Some("2025-03-31T12:00:00Z"));
    check("1 month", Some("2026-02-28T12:00:00Z"));
    check("90 days", Some("2025-12-31T12:00:00Z"));
    check("36h", Some("2026-03-30T00:00:00Z"));
    let on = |retention: Retention| retention.is_on();
    assert!(!on(Retention::default()) && on(Retention { keep_versions: 1, ..Retention::default() }));
    assert!(on(Retention { older_than: "1 year".to_owned().try_into().unwrap(), ..Retention::default() }));
}

#[test]
fn what_is_shown_reads_back() {
    let config = Config { database: "/a b/c.db".into(), ..Config::default() };
    assert_eq!(toml::from_str::<Config>(&config.to_toml()).unwrap(), config);
}

#[test]
fn flag_over_environment_over_file_over_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("n.toml");
    std::fs::write(&file, "database = \"/file.db\"\n[watch]\nquiet = \"7ms\"\nmax_wait = \"2s\"\n").unwrap();
    let file_only = environment(&[("NEWSWATCH_CONFIG", file.to_str().unwrap()), ("HOME", "/home/x")]);
    let loaded = load(&Flags::default(), &file_only).unwrap();
    assert_eq!(loaded.database, Path::new("/file.db"));
    assert_eq!(loaded.config.watch.quiet.get(), Duration::from_millis(7));
    assert_eq!(loaded.config.watch.scan_every.get(), Duration::from_secs(60));

    std::fs::write(&file, "[watch]\nquiet = 0.25\nmax_wait = \"1.5\"\nscan_every = 90\n").unwrap();
    let watch = load(&Flags::default(), &file_only).unwrap().config.watch;
    let millis = [watch.quiet, watch.max_wait, watch.scan_every].map(|period| period.get().as_millis());
    assert_eq!(millis, [250, 1_500, 90_000], "bare numbers are seconds");

    let both = environment(&[
        ("NEWSWATCH_CONFIG", file.to_str().unwrap()),
        ("NEWSWATCH_DB", "/env.db"),
        ("NEWSWATCH_QUIET", "9ms"),
        ("NEWSWATCH_ROOTS", "/a:/b"),
    ]);
    let loaded = load(&Flags::default(), &both).unwrap();
    assert_eq!(loaded.database, Path::new("/env.db"));
    assert_eq!(loaded.config.watch.quiet.get(), Duration::from_millis(9));
    assert_eq!(loaded.config.roots.len(), 2);

    let flags = Flags { database: Some("/flag.db".into()), roots: vec!["/c".into()], ..Flags::default() };
    let loaded = load(&flags, &both).unwrap();
    assert_eq!(loaded.database, Path::new("/flag.db"));
    assert_eq!(loaded.config.roots[0].path, Path::new("/c"));
}

#[test]
fn the_default_place_follows_xdg() {
    let place = |variables: &[(&str, &str)]| load(&Flags::default(), &environment(variables)).map(|loaded| loaded.database);
    assert_eq!(place(&[("HOME", "/h")]).unwrap(), Path::new("/h/.local/state/newswatch/newswatch.db"));
    assert_eq!(place(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")]).unwrap(), Path::new("/s/newswatch/newswatch.db"));
    assert_eq!(place(&[("HOME", "/h"), ("XDG_STATE_HOME", "not/absolute")]).unwrap(), Path::new("/h/.local/state/newswatch/newswatch.db"));
    assert!(matches!(place(&[]), Err(ConfigError::NoHome)));
}

/// A bad file is refused with its name, the line and the key or value.
fn check_refused(toml: &str, words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.toml");
    std::fs::write(&file, toml).unwrap();
    let error = read(&file).unwrap_err().to_string();
    for word in words.iter().chain(&["bad.toml"]) {
        assert!(error.contains(word), "{word:?} is not in:\n{error}");
    }
}

#[test]
fn bad_files_are_refused() {
    check_refused("[watch]\nquite = \"1s\"\n", &["line 2", "quite", "quiet"]);
    check_refused("[watch]\n\nquiet = \"soon\"\n", &["line 3", "quiet", "soon"]);
    check_refused("[watch]\nquiet = -0.5\n", &["line 2", "quiet", "-0.5"]);
    check_refused("[watch]\nquiet = true\n", &["line 2", "quiet", "length of time"]);
    check_refused("[[roots]]\npath = \"a\"\nexclude = [\"[\"]\n", &["line 3", "exclude", "["]);
    check_refused("[[roots]]\npath = \"a\"\nexclude = [\"#[\"]\n", &["line 3", "exclude", "#["]);
    check_refused("[documents]\nmax_size_mib = -1\n", &["line 2", "max_size_mib"]);
    check_refused("[documents]\nmax_size_mib = 0\n", &["max_size_mib", "between 1 and 1024"]);
    check_refused("[retention]\nolder_than = \"long ago\"\n", &["line 2", "older_than", "long ago", "90 days"]);
    check_refused("[retention]\nolder_than = \"-1 year\"\n", &["line 2", "-1 year"]);
    check_refused("roots = []\n", &["roots"]);
    check_refused("[watch]\nquiet = \"2s\"\n", &["max_wait"]);
    check_refused("database = \n", &["line 1", "database"]);
    check_refused("[transformer]\nlibrary = \"lib.so\"\n", &["line 1", "model"]);
}

const TRANSFORMER: &str = "[transformer]\nmodel = \"m.onnx\"\n";

#[cfg(not(feature = "onnx"))]
#[test]
fn a_transformer_takes_a_build_with_the_feature() {
    check_refused(TRANSFORMER, &["transformer", "--features onnx"]);
}

#[cfg(feature = "onnx")]
#[test]
fn a_transformer_is_named_by_its_model_alone() {
    let config: Config = toml::from_str(TRANSFORMER).unwrap();
    let transformer = config.transformer.clone().unwrap();
    assert_eq!((transformer.library.as_path(), transformer.threshold), (Path::new("libonnxruntime.so"), 50));
    assert_eq!(toml::from_str::<Config>(&config.to_toml()).unwrap(), config);

    let asking: Config = toml::from_str(&format!("{TRANSFORMER}ask = {{ \"head of state\" = \"PER\" }}\nthreshold = 30\n")).unwrap();
    assert_eq!(toml::from_str::<Config>(&asking.to_toml()).unwrap(), asking);
    check_refused(&format!("{TRANSFORMER}ask = {{ ship = \"VESSEL\" }}\n"), &["transformer.ask", "\"ship\"", "\"VESSEL\"", "NORP"]);
    check_refused(&format!("{TRANSFORMER}ask = {{ \" \" = \"PER\" }}\n"), &["transformer.ask"]);
    check_refused(&format!("{TRANSFORMER}threshold = 0\n"), &["transformer.threshold", "1 and 99"]);
}

#[test]
fn bad_variables_are_refused() {
    let error = load(&Flags::default(), &environment(&[("HOME", "/h"), ("NEWSWATCH_QUIET", "x")])).unwrap_err().to_string();
    assert!(error.contains("NEWSWATCH_QUIET") && error.contains("100ms"), "{error}");
}
