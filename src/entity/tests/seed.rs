//! The engine on a real wire story, where the developer has one beside the repository.

use super::*;

/// The story of the shared directory, cut into blocks by hand: section, headline, deck, then the body with its dateline.
#[expect(clippy::disallowed_methods, reason = "a test reads its own data")]
fn seed(date: Option<jiff::civil::Date>) -> Option<Article> {
    let directories = [concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seed"), concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/seed")];
    let Some(file) = directories.iter().filter_map(|directory| std::fs::read_dir(directory).ok()?.next()?.ok()).next() else {
        println!("skipped: no {}", directories[0]);
        return None;
    };
    let text = std::fs::read_to_string(file.path()).unwrap();
    let mut builder = ArticleBuilder::new();
    let blocks: Vec<&str> = text.split("\n\n").collect();
    let (dateline, lede) = blocks[3].split_at(blocks[3].find("/TASS/.").unwrap() + 7);
    for (kind, text) in
        [(BlockKind::Section, blocks[0]), (BlockKind::Headline, blocks[1]), (BlockKind::Deck, blocks[2]), (BlockKind::Dateline, dateline)]
    {
        builder.push(kind, text, |_| Vec::new());
    }
    for paragraph in [lede].iter().chain(&blocks[4..]) {
        builder.push(BlockKind::Paragraph(0), paragraph, sentences);
    }
    builder.dateline(wired("Moscow", &date.map_or_else(|| "--12-17".to_owned(), |date| date.to_string()), "TASS"));
    if let Some(date) = date {
        builder.date(date);
    }
    Some(builder.build())
}

/// The lines of what was found that start with one of the kinds.
fn found(article: &Article, kinds: &[&str]) -> Vec<String> {
    show_all(article, &extract(article)).into_iter().filter(|line| kinds.iter().any(|kind| line.starts_with(kind))).collect()
}

#[test]
fn persons_have_their_roles_and_ranks() {
    let Some(article) = seed(None) else { return };
    assert_eq!(
        found(&article, &["person"]),
        [
            "person Sergey Lavrov [Foreign Minister] | headline:Lavrov | deck:The top diplomat | ¶1:Sergey Lavrov | ¶2:the senior Russian diplomat",
            "person Isaac Herzog [Chairman of the Jewish Agency for Israel] | ¶1:Isaac Herzog",
            "person Bashar al-Assad [President of the Syrian Arab Republic] | ¶2:Bashar al-Assad",
            "person Vasily Trushin [Deputy Head of the Russian General Staff's Main Operations Directorate] (Major General) | ¶3:Vasily Trushin",
            "person Aharon Haliva [chief of the Israel Defense Forces Operations Directorate] (Major General) | ¶3:Aharon Haliva",
        ]
    );
}

#[test]
fn organizations_and_places_are_all_there_and_no_others() {
    let Some(article) = seed(None) else { return };
    let names: Vec<String> =
        found(&article, &["organization", "place"]).iter().map(|line| line.split(" | ").next().unwrap().to_owned()).collect();
    assert_eq!(
        names,
        [
            "place Russia",
            "place Israel",
            "place Syria",
            "place Moscow",
            "organization TASS",
            "organization Jewish Agency for Israel",
            "place Syrian Arab Republic",
            "place Hmeymim airbase",
            "organization Israeli Air Force Command Center",
            "organization Russian General Staff",
            "organization Main Operations Directorate",
            "organization Israel Defense Forces Operations Directorate",
            "place Mediterranean Sea",
            "organization Russian Defense Ministry",
            "place Latakia governorate",
        ]
    );
    let ministry = "organization Russian Defense Ministry | ¶4:Russian Defense Ministry | ¶4:the ministry | ¶4:Russian Defense Ministry";
    assert!(found(&article, &["organization"]).contains(&ministry.to_owned()));
}

#[test]
fn quantities_and_dates_are_all_there_and_no_others() {
    let Some(article) = seed(None) else { return };
    assert_eq!(
        found(&article, &["date", "quantity", "money", "percent"]),
        [
            "date --12-17 | dateline:December 17 | ¶1:Monday",
            "date --12-12 | ¶3:Wednesday",
            "date --09-17 | ¶4:September 17",
            "quantity 4 aircraft | ¶4:four Israeli F-16 aircraft",
            "quantity 15 servicemen | ¶4:15 Russian military servicemen",
        ]
    );
    let Some(article) = seed(Some(jiff::civil::date(2018, 12, 17))) else { return };
    let dates: Vec<String> = found(&article, &["date"]).iter().map(|line| line[5..15].to_owned()).collect();
    assert_eq!(dates, ["2018-12-17", "2018-12-12", "2018-09-17"]);
}

#[test]
fn quotes_have_their_speakers() {
    let Some(article) = seed(None) else { return };
    let speakers: Vec<String> = found(&article, &["quote"]).iter().map(|line| line.chars().take(56).collect()).collect();
    assert_eq!(
        speakers,
        [
            "quote ~Sergey Lavrov [Foreign Minister] | deck:Russia ex",
            "quote ~Sergey Lavrov [Foreign Minister] | ¶1:Russia expe",
            "quote Sergey Lavrov [Foreign Minister] | ¶2:We expect th",
            "quote ~Russian Defense Ministry | ¶4:the plane was shot ",
            "quote ~Russian Defense Ministry | ¶4:The Israeli pilots ",
            "quote ~Russian Defense Ministry | ¶4:Israel bore full re",
        ]
    );
}
