//! The entities of any bytes stand in order, inside their blocks, on char boundaries, and are the same every time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newswatch::entity::extract;
use newswatch::parse::parse;

fuzz_target!(|bytes: &[u8]| {
    let article = parse(b"story.txt", bytes).article;
    let entities = extract(&article);
    assert!(entities == extract(&article), "extracted differently the second time");
    let mut names = Vec::new();
    let mut last = 0;
    for entity in &entities {
        let first = entity.mentions.first().expect("an entity has a mention").span.start();
        assert!(last <= first, "entities stand in order of their first mention");
        last = first;
        for mention in &entity.mentions {
            let block = article.block_at(mention.span.start()).expect("a mention stands in a block");
            assert!(block.span.contains(mention.span) && !mention.span.of(article.text()).is_empty(), "{mention:?}");
            assert!(block.kind.part() == Some(mention.part) && mention.confidence <= 100);
            names.extend(entity.detail.name().map(|_| mention.span));
        }
    }
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0].end() <= pair[1].start()), "names overlap: {names:?}");
});
