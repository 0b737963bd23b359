use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn plain_tokens_are_what_the_rules_make_of_them(text in "[aZ5 ,.:;'$&@#_+/()\"\n-éa\u{301}’]{1,12}") {
        let tokens = Tokens { text: &text, at: 0, pending: None };
        for start in text.char_indices().filter(|(_, c)| !c.is_whitespace()).map(|(start, _)| start) {
            if let Some((end, kind)) = plain(text.as_bytes(), start) {
                prop_assert_eq!((end, kind), tokens.whole(start));
                prop_assert!(kind != TokenKind::Word || before_clitic(&text[start..end]) == end - start);
            }
        }
    }
}

/// `expect` is the tokens with `|` between them.
#[track_caller]
fn check(text: &str, expect: &str) {
    let got: Vec<&str> = tokens(text).map(|token| token.span.of(text)).collect();
    assert_eq!(got.join("|"), expect, "of {text:?}");
}

#[test]
fn sentences() {
    check("The ferry left Port-Louis at 6:45 a.m. on Tuesday.", "The|ferry|left|Port-Louis|at|6:45|a.m.|on|Tuesday|.");
    check("\"We won't pay,\" she said.", "\"|We|wo|n't|pay|,|\"|she|said|.");
    check("LIMA, March 3 (Reuters) - Peru's", "LIMA|,|March|3|(|Reuters|)|-|Peru|'s");
    check("  \u{a0}tabs\tand\nlines ", "tabs|and|lines");
    check("", "");
    check(" \n ", "");
}

#[test]
fn clitics_and_possessives() {
    check("Russia's", "Russia|'s");
    check("Russia’s plan", "Russia|’s|plan");
    check("PERU'S", "PERU|'S");
    check("the boys' school", "the|boys|'|school");
    check("can't don’t", "ca|n't|do|n’t");
    check("I'd we'll they've I'm you're", "I|'d|we|'ll|they|'ve|I|'m|you|'re");
    check("O'Brien's", "O'Brien|'s");
    check("Côte d'Ivoire", "Côte|d'Ivoire");
    check("Xi'an Qur'an", "Xi'an|Qur'an");
    check("U.N.'s", "U.N.|'s");
    check("\"Gulliver\"'s", "\"|Gulliver|\"|'s");
    check("the 1990's and the '90s", "the|1990|'s|and|the|'90s");
    check("'quoted'", "'|quoted|'");
    check("’s", "’|s");
}

#[test]
fn abbreviations() {
    check("Gen. J. R. Smith of the U.S. Army", "Gen.|J.|R.|Smith|of|the|U.S.|Army");
    check("J.R. Smith, J.Smith", "J.R.|Smith|,|J.|Smith");
    check("No. 5 and no. 6", "No.|5|and|no|.|6");
    check("No.5", "No.|5");
    check("He said no. No.", "He|said|no|.|No|.");
    check("in Washington, D.C.", "in|Washington|,|D.C.");
    check("plan B.", "plan|B|.");
    check("St. Petersburg St.Petersburg", "St.|Petersburg|St.|Petersburg");
    check("Acme Corp.", "Acme|Corp.");
    check("Ph.D. e.g. p.m.", "Ph.D.|e.g.|p.m.");
    check("the end.Next", "the|end|.|Next");
    check("Amazon.com", "Amazon.com");
}

#[test]
fn hyphens_and_dashes() {
    check("Jean-Paul al-Assad Il-20 S-200", "Jean-Paul|al-Assad|Il-20|S-200");
    check("U.S.-led", "U.S.|-|led");
    check("the Russian-operated base", "the|Russian|-|operated|base");
    check("London-based and state-run", "London|-|based|and|state-run");
    check("a 15-year-old", "a|15-year-old");
    check("Syria—Lavrov", "Syria|—|Lavrov");
    check("Moscow – Minsk", "Moscow|–|Minsk");
    check("wait -- what", "wait|--|what");
    check("well... yes… no", "well|...|yes|…|no");
    check("- item -", "-|item|-");
    check("pre- and post-", "pre|-|and|post|-");
}

#[test]
fn numbers_and_money() {
    check("1,234,567.89", "1,234,567.89");
    check("$5m €3.2bn £40 US$12", "$|5m|€|3.2bn|£|40|US$|12");
    check("50% 3.5%.", "50|%|3.5|%|.");
    check("won 3-1 on 2018-12-17 at 10:30", "won|3-1|on|2018-12-17|at|10:30");
    check("in 2018, 2019.", "in|2018|,|2019|.");
    check("12/17/2018 and 1/2", "12/17/2018|and|1/2");
    check("20th 1990s", "20th|1990s");
    check("10 000 km²", "10|000|km²");
    check("½ cup", "½|cup");
}

#[test]
fn names_of_firms_and_addresses() {
    check("AT&T and S&P 500", "AT&T|and|S&P|500");
    check("AFP/Reuters", "AFP|/|Reuters");
    check("see https://example.org/a?b=c.", "see|https://example.org/a?b=c|.");
    check("(www.example.org)", "(|www.example.org|)");
    check("mail ann.lee+x@example.org, now", "mail|ann.lee+x@example.org|,|now");
    check("@handle said #tag_1 @ #", "@handle|said|#tag_1|@|#");
    check("a@b", "a|@b");
}

#[test]
fn other_scripts_and_odd_chars() {
    check("Москва, 17 декабря", "Москва|,|17|декабря");
    check("Cafe\u{301} Zürich", "Cafe\u{301}|Zürich");
    check("東京で地震", "東京で地震");
    check("\u{301}x", "\u{301}|x");
    check("👩\u{1f3fd} ok", "👩\u{1f3fd}|ok");
    check("«Das» „ist“", "«|Das|»|„|ist|“");
    check("_x_", "_|x_");
}

#[test]
fn kinds() {
    let kinds = |text| tokens(text).map(|token| token.kind).collect::<Vec<_>>();
    use TokenKind::{Link, Mark, Number, Word};
    assert_eq!(kinds("Il-20 hit 15,000 @us 3-1 !"), [Word, Word, Number, Link, Number, Mark]);
    assert_eq!(kinds("1990's 20th"), [Number, Word, Word]);
}

proptest! {
    #[test]
    fn tokens_cover_all_but_white_space(text in "[ a-zA-Z0-9.,'’\"$@#&/:_ё\u{301}\u{a0}…—-]{0,60}|\\PC{0,30}") {
        let mut at = 0;
        for token in tokens(&text) {
            prop_assert!(!token.span.is_empty() && token.span.start() >= at);
            prop_assert!(text[at..token.span.start()].chars().all(char::is_whitespace));
            prop_assert!(!token.span.of(&text).contains(char::is_whitespace));
            at = token.span.end();
        }
        prop_assert!(text[at..].chars().all(char::is_whitespace));
    }
}
