//! Any bytes are an article, in both formats, and the same one every time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newswatch::parse::parse;

fuzz_target!(|bytes: &[u8]| {
    for name in [&b"story.txt"[..], b"story.md"] {
        let parsed = parse(name, bytes);
        assert!(parsed == parse(name, bytes), "parsed differently the second time");
        let article = &parsed.article;
        let mut end = 0;
        for block in article.blocks() {
            assert!(block.span.start() >= end && !block.span.of(article.text()).is_empty(), "{block:?}");
            let mut inner = block.span.start();
            for sentence in &block.sentences {
                assert!(sentence.start() >= inner && sentence.end() <= block.span.end(), "{sentence:?} in {block:?}");
                assert!(!sentence.of(article.text()).is_empty());
                inner = sentence.end();
            }
            end = block.span.end();
        }
    }
});
