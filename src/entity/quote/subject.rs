//! Owns the subject of a verb of saying: whom the words before it name, or mean, and who only stands among them.

use std::ops::Range;

use super::super::lexicon::{self, Class};
use super::super::name::NameKind;
use super::speaker::{Scene, Speaker};

impl Scene<'_> {
    /// The speaker that a noun phrase names: an entity, a pronoun's entity, or its own words.
    pub(super) fn subject(&self, mut range: Range<usize>) -> Option<Speaker> {
        let words = self.words;
        // `A ministry spokesman late on Sunday said`.
        if range.len() > 1 && words.has(range.end - 1, Class::WEEKDAY) && words.capital(range.end - 1) {
            range.end -= 1;
            while !range.is_empty() && words.is_any(range.end - 1, &["on", "late", "early", "earlier"]) {
                range.end -= 1;
            }
        }
        // `A military statement today`, `news reports last month`.
        if range.len() > 1 && words.is_any(range.end - 1, &["today", "yesterday", "tonight"]) {
            range.end -= 1;
        }
        let unit =
            range.len() > 2 && words.has(range.end - 1, Class::TIME_UNIT) && words.is_any(range.end - 2, &["last", "this", "earlier"]);
        if unit {
            range.end -= 2;
            range.end -= usize::from(words.is(range.end - 1, "earlier"));
        }
        // `Iran has repeatedly said`, `officials also said`.
        const BESIDE: [&str; 14] =
            ["has", "have", "had", "also", "later", "earlier", "previously", "already", "recently", "still", "now", "then", "long", "each"];
        const NOUNS: [&str; 10] = ["family", "assembly", "ally", "weekly", "monthly", "daily", "quarterly", "monopoly", "rally", "supply"];
        let adverb = |at: usize| words.text(at).ends_with("ly") && !words.capital(at) && !words.is_any(at, &NOUNS);
        while !range.is_empty() && (words.is_any(range.end - 1, &BESIDE) || adverb(range.end - 1)) {
            range.end -= 1;
        }
        // Of what `can be concluded` nobody is told who did.
        if range.is_empty() || words.is_any(range.end - 1, &["be", "been", "being"]) {
            return None;
        }
        range.end = self.before_insertion(&range);
        // `Egypt, Qatar and Turkey`: all of them.
        if self.is_list(&range) {
            return Some(Speaker::Words(range));
        }
        const SUBJECT: usize = 4;
        // `It ends what experts call the worst`, `He was held after a photographer said`: whoever is named before does something else.
        let acts = |at: usize| (range.start..at).any(|at| words.has(at, Class::VERB) && !words.capital(at));
        let opens = |&at: &usize| {
            words.is_any(at, &["what", "where"]) || words.is_any(at, &["after", "before", "until", "since", "when"]) && acts(at)
        };
        let near = range.end.saturating_sub(SUBJECT + 1).max(range.start)..range.end - 1;
        let named = |at: usize| words.capital(at) && !words.has(at, Class::DEMONYM);
        let plain = |clause: &usize| !(clause + 1..range.end).any(|at| words.has(at, Class::MARK.or(Class::PRONOUN)) || named(at));
        if let Some(clause) = near.rev().find(opens).filter(plain) {
            range.start = clause + 1;
        }
        if let Some(at) = range.clone().find(|&at| words.has(at, Class::PRONOUN)) {
            // `The RSF, he added, …`: right before the verb, the pronoun is its subject.
            // So it is where it opens the clause: `She praised Ann Reed, and said`.
            let opens = at == range.start && !words.is(range.end - 1, "who");
            let subject = (at + 1 == range.end || opens).then(|| self.pronoun(at)).flatten();
            return subject.or_else(|| self.named(&range)).or_else(|| self.pronoun(at)).or(Some(Speaker::Words(at..at + 1)));
        }
        // `the mark of Eliud Kipchoge, who said`: the one right before.
        if words.is(range.end - 1, "who")
            && let Some(last) = self.last_person(&range)
        {
            return Some(last);
        }
        // `the 27-year-old` means the person told of before, as a pronoun does.
        let aged = range.clone().find(|&at| words.text(at).ends_with("-year-old") && words.is(at.wrapping_sub(1), "the"));
        // `A Nordwind spokeswoman`, `the U.N. official`: nobody is named but the firm.
        let unnamed = words.has(range.end - 1, Class::POST) && !words.capital(range.end - 1) && aged.is_none();
        if unnamed && self.named(&range).is_none_or(|speaker| !self.is_person(&speaker)) {
            return self.noun_phrase(range);
        }
        // `Ms Fenwick's parents` are not Ms Fenwick.
        if let Some(at) = self.owned(&range) {
            return self.noun_phrase(at..range.end);
        }
        if let Some(speaker) = self.serving(&range) {
            return Some(speaker);
        }
        self.named(&range).or_else(|| aged.and_then(|at| self.pronoun(at))).or_else(|| self.noun_phrase(range))
    }

    /// Where a subject ends before what two commas tell of it: `The union, which has members at Boeing,`.
    fn before_insertion(&self, range: &Range<usize>) -> usize {
        let words = self.words;
        if !words.is(range.end - 1, ",") {
            return range.end;
        }
        let tells =
            |at: usize| words.is_any(at, &["who", "which", "whose", "where"]) || words.text(at).ends_with("ing") && !words.capital(at);
        (range.start + 1..range.end - 1).find(|&at| words.is(at, ",") && tells(at + 1)).unwrap_or(range.end)
    }

    /// Whether the words are names in a list of two or more.
    fn is_list(&self, range: &Range<usize>) -> bool {
        const LONGEST: usize = 16;
        let ties = |at: usize| self.words.is_any(at, &[",", "and"]);
        let mut words = range.clone();
        let named = || {
            let mut named = self.inside(range).filter(|(_, id)| self.is_person(&Speaker::Known(*id)));
            // `Bob Lee and Ann Kay`, but not `Marks and Spencer`.
            named.next().is_some_and(|(name, _)| name.start == range.start && self.words.is(name.end, "and"))
                && named.next().is_some_and(|(name, _)| name.end == range.end)
        };
        range.len() <= LONGEST
            && (range.clone().any(|at| self.words.is(at, ",")) || named())
            && range.clone().any(|at| self.words.is(at, "and"))
            && words.all(|at| self.words.capital(at) || ties(at))
            && !ties(range.start)
            && !ties(range.end - 1)
    }

    /// The last person that the words name, where no verb stands behind.
    fn last_person(&self, range: &Range<usize>) -> Option<Speaker> {
        let mentions = &self.identities.mentions;
        let until = mentions.partition_point(|(words, _)| words.start < range.end);
        let inside = mentions[..until].iter().rev().take_while(|(words, _)| words.start >= range.start);
        let (name, id) = inside.into_iter().find(|(_, id)| self.is_person(&Speaker::Known(*id)))?;
        let still = (name.end..range.end - 1).all(|at| !self.words.has(at, Class::VERB.or(Class::SAY)));
        still.then_some(Speaker::Known(*id))
    }

    /// Where a person's name starts that only owns the subject: no other name is there, and a small word follows its `'s`.
    fn owned(&self, range: &Range<usize>) -> Option<usize> {
        let mentions = &self.identities.mentions;
        let from = mentions.partition_point(|(words, _)| words.start < range.start);
        let mut inside = mentions[from..].iter().take_while(|(words, _)| words.end <= range.end);
        let (Some((owner, id)), None) = (inside.next(), inside.next()) else { return None };
        let person = self.identities.known.get(*id).is_some_and(|known| known.kind == NameKind::Person);
        let small = owner.end + 1 < range.end && !self.words.capital(owner.end + 1);
        let titled = owner.start > range.start && self.words.has(owner.start - 1, Class::HONORIFIC);
        (person && small && self.words.is_any(owner.end, &["'s", "’s"])).then_some(owner.start - usize::from(titled))
    }

    /// `A spokesman for President Ivan Petrov` is not the president, but whoever is named behind him, or nobody we know.
    fn serving(&self, range: &Range<usize>) -> Option<Speaker> {
        const REACH: usize = 6;
        const SHORT: Class = Class::HONORIFIC.or(Class::RANK);
        const POST: Class = Class::POST.or(Class::POST_PART).or(Class::DEMONYM).or(Class::COUNTRY).or(Class::ADJECTIVE);
        let words = self.words;
        let mentions = &self.identities.mentions;
        let from = mentions.partition_point(|(words, _)| words.start < range.start);
        let inside = mentions[from..].iter().take_while(|(words, _)| words.end <= range.end);
        let mut persons = inside.filter(|(_, id)| self.is_person(&Speaker::Known(*id)));
        let (served, _) = persons.next().filter(|(served, _)| served.start > range.start)?;
        // `Members of Ivan Petrov's party`
        if words.is_any(served.end, &["'s", "’s"]) {
            return None;
        }
        // `of Gen. Petrov`, `of the late President Ivan Petrov`; but `Minister of Defense Ivan Petrov` is the minister.
        let own = words.has(served.start - 1, Class::POST);
        let is_title = |&at: &usize| {
            words.has(at, SHORT) || own && (words.has(at, POST) || words.capital(at) || words.is_any(at, &["'s", "’s", "the", "late"]))
        };
        let titles = (range.start..served.start).rev().take_while(is_title).count();
        let tie = served.start.checked_sub(titles + 1).filter(|&tie| tie > range.start)?;
        // `Doctors treating Ivan Petrov`, `police who questioned Ivan Petrov`, `the firm owned by Ivan Petrov`.
        let small = |at: usize| self.is_noun(at) && !words.has(at, Class::POST_PART);
        let acts = small(tie) && words.text(tie).ends_with("ing") && !words.text(tie).contains('-');
        let acts = acts && (small(tie - 1) || tie - 1 == range.start);
        let treats = acts && !words.text(tie - 1).ends_with("ly") || words.is(tie, "by") && words.text(tie - 1).ends_with("ed");
        let who = words.is(tie - 1, "who") && words.text(tie).ends_with("ed");
        let opens = range.start + usize::from(words.has(range.start, Class::DETERMINER));
        if (treats || who)
            && served.end == range.end
            && range.len() <= REACH + 2
            && (small(opens) || words.has(opens, Class::COUNTED.or(Class::NOMINAL)) || self.serves(opens))
        {
            return Some(Speaker::Words(range.start..served.end));
        }
        // `a source close to Ivan Petrov`
        let tie = tie - usize::from(words.is(tie, "to") && words.is(tie - 1, "close") && tie > range.start + 1);
        // `Governor of Varna Ida Kent`: with a capital, what follows `of` may be all of the title, but for `Allies of Ivan Petrov`.
        let of = words.is(tie, "of") && (!words.capital(tie - 1) || is_serving(words.text(tie - 1)));
        let ties = words.is_any(tie, &["for", "to", "close"]) || of;
        if !ties || !self.serves(tie - 1) {
            return None;
        }
        let named = persons.next().filter(|(next, _)| words.is(served.end, ",") && next.start > served.end);
        let phrase = (range.start..tie).rev().take_while(|&at| !words.has(at, Class::MARK.or(Class::VERB).or(Class::SAY)));
        let start = phrase.take(REACH).find(|&at| words.has(at, Class::DETERMINER)).unwrap_or(tie - 1);
        Some(named.map_or(Speaker::Words(start..served.end), |&(_, id)| Speaker::Known(id)))
    }

    /// Whether the word at `at` is somebody who may be somebody's: `spokesman`, `lawyers`, `relatives`.
    pub(super) fn serves(&self, at: usize) -> bool {
        let text = self.words.text(at);
        lexicon::class_of(text.strip_suffix('s').unwrap_or(text)).has(Class::POST) || is_serving(text)
    }

    pub(super) fn is_person(&self, speaker: &Speaker) -> bool {
        matches!(speaker, Speaker::Known(id) if self.identities.known.get(*id).is_some_and(|known| known.kind == NameKind::Person))
    }

    /// The person, else the organization, that the words name; the first of them, for the subject comes before its company. An owner
    /// (`Kestria's negotiator`) is no subject where somebody else is.
    pub(super) fn named(&self, range: &Range<usize>) -> Option<Speaker> {
        let mentions = &self.identities.mentions;
        let from = mentions.partition_point(|(words, _)| words.start < range.start);
        // `The Hamas-run health ministry` is not Hamas.
        let joined = |end: usize| self.words.glued(end) && self.words.text(end).starts_with('-');
        let inside = || mentions[from..].iter().take_while(|(words, _)| words.end <= range.end).filter(|(words, _)| !joined(words.end));
        let owner = |words: &Range<usize>| self.words.is_any(words.end, &["'s", "’s"]);
        let of_kind = |id: usize, kind: NameKind| self.identities.known.get(id).is_some_and(|known| known.kind == kind);
        let first = |kind: NameKind, owners: bool| {
            inside().find(|(words, id)| of_kind(*id, kind) && owner(words) == owners).map(|&(_, id)| Speaker::Known(id))
        };
        // `the UN children's fund UNICEF`: nouns alone lead from the one to the other.
        let organization = || {
            let mut found: Option<(&Range<usize>, usize)> = None;
            for (words, id) in inside().filter(|(words, id)| of_kind(*id, NameKind::Organization) && !owner(words)) {
                let leads = |last: &Range<usize>| last.end < words.start && (last.end..words.start).all(|at| self.is_noun(at));
                if found.is_none_or(|(last, _)| leads(last)) {
                    found = Some((words, *id));
                }
            }
            found.map(|(_, id)| Speaker::Known(id))
        };
        first(NameKind::Person, false)
            .or_else(organization)
            .or_else(|| first(NameKind::Person, true))
            .or_else(|| first(NameKind::Organization, true))
    }

    /// Whether the word at `at` may be a common noun, or makes an owner of one.
    pub(super) fn is_noun(&self, at: usize) -> bool {
        const SMALL: Class = Class::PREPOSITION.or(Class::VERB).or(Class::SAY).or(Class::DETERMINER).or(Class::PRONOUN);
        let joins = self.words.is_any(at, &["and", "or", "but", "as", "who", "which", "that", "when", "while", "not", "has", "had"]);
        let word = self.words.has(at, Class::WORD) && !self.words.capital(at) && !self.words.has(at, SMALL) && !joins;
        self.words.is_any(at, &["'s", "’s"]) || word
    }

    /// `a police spokesman`, `the ministry`, `witnesses`: the noun phrase that the words end with, or start with. `None` where they do more
    /// than name somebody: `the fighting erupted`.
    fn noun_phrase(&self, range: Range<usize>) -> Option<Speaker> {
        const LONGEST: usize = 8;
        let words = self.words;
        let breaks = |at: usize| {
            words.has(at, Class::MARK) && words.text(at) != "-"
                || words.is_any(at, &["but", "and", "while", "that", "as", "because"])
                || words.is_any(at, &RELATIVES)
        };
        // `residents and police said`, `the coastguard and two parents said`.
        let both = range.len() <= LONGEST
            && range.clone().filter(|&at| words.is(at, "and")).count() == 1
            && range.clone().all(|at| {
                self.is_noun(at) || words.capital(at) || words.is(at, "and") || words.has(at, Class::DETERMINER.or(Class::NUMBER))
            })
            && ![range.start, range.end - 1].iter().any(|&at| words.is(at, "and"));
        let start = range.clone().rev().find(|&at| breaks(at) && !both).map_or(range.start, |at| at + 1);
        // `after a photographer said`, `who officials say`.
        const LEADS: [&str; 8] = ["after", "before", "with", "by", "since", "until", "if", "when"];
        let of_whom = words.is(start, "who") && words.has(start + 1, Class::COUNTED.or(Class::POST));
        let start = start + usize::from(start + 1 < range.end && (words.is_any(start, &LEADS) || of_whom));
        // The subject's article is one that no preposition governs: `in a statement the ministry`.
        let governed = |at: usize| at > start && words.has(at - 1, Class::PREPOSITION.or(Class::STOP));
        let start = (start..range.end).find(|&at| words.is_any(at, &["the", "a", "an", "one", "its"]) && !governed(at)).unwrap_or(start);
        let stop = (start + 1..range.end).find(|&at| words.is_any(at, &["on", "as", "after", "during", ",", "who"])).unwrap_or(range.end);
        let lettered = (start..stop).any(|at| words.has(at, Class::WORD) && !words.is_any(at, &["the", "a", "an"]));
        (lettered && stop - start <= LONGEST && !self.tells(start..stop)).then_some(Speaker::Words(start..stop))
    }

    /// Whether the words have a verb of their own.
    fn tells(&self, range: Range<usize>) -> bool {
        const AUXILIARIES: [&str; 18] = [
            "is", "are", "was", "were", "has", "have", "had", "will", "would", "can", "could", "may", "might", "must", "do", "did",
            "comes", "came",
        ];
        // Who is meant by them, or what: `those surveyed`, `a statement released`.
        const PARTICIPLES: [&str; 18] = [
            "wounded",
            "injured",
            "accused",
            "surveyed",
            "polled",
            "questioned",
            "involved",
            "interviewed",
            "displaced",
            "detained",
            "arrested",
            "kidnapped",
            "concerned",
            "released",
            "issued",
            "published",
            "united",
            "convicted",
        ];
        let words = self.words;
        let small = |at: usize| !words.capital(at);
        let last = range.end - 1;
        let finite = range.clone().any(|at| small(at) && words.is_any(at, &AUXILIARIES));
        let past = range.len() > 1 && small(last) && words.text(last).ends_with("ed") && !words.is_any(last, &PARTICIPLES);
        // `claimed responsibility for the attack`, `parting with a pair of tears`, `in a campaign Israel`.
        let first = words.text(range.start);
        let leads =
            |endings: &[&str]| endings.iter().any(|ending| first.ends_with(ending)) && words.has(range.start + 1, Class::PREPOSITION);
        let opens = range.len() > 1
            && small(range.start)
            && (words.has(range.start, Class::SAY) && first.ends_with("ed")
                || leads(&["ing", "ed"])
                || words.is_any(range.start, &["in", "on", "at"]));
        finite || past || opens || words.has(last, Class::PREPOSITION) || words.is(last, "without")
    }
}

fn is_serving(word: &str) -> bool {
    let word = word.to_lowercase();
    SERVING.contains(&word.strip_suffix('s').unwrap_or(&word))
}

/// Who is somebody's, beside the holders of posts.
const SERVING: [&str; 16] = [
    "allie",
    "ally",
    "associate",
    "colleague",
    "critic",
    "family",
    "follower",
    "friend",
    "neighbor",
    "neighbour",
    "opponent",
    "parent",
    "relative",
    "rival",
    "source",
    "supporter",
];

/// What opens a clause in which somebody else may speak: `related to what authorities say`.
const RELATIVES: [&str; 8] = ["what", "which", "where", "whom", "whose", "although", "though", "whether"];
