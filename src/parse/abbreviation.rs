//! Words that a dot belongs to without ending a sentence, and words that begin or belong to sentences beyond doubt.

use super::dates;
use super::words::Words;

/// What the dot behind a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Always goes on with a name: `Dr.`, `Gen.`, `e.g.`
    Title,
    /// Goes on with a number: `No.`, `Art.`
    Number,
    /// Goes on with a day: `Dec.`, `Tue.`
    Month,
    /// `г.`: stands behind the number of a year, or before the name of a town.
    Year,
    /// A time of day: `p.m.`
    Clock,
    /// Goes on unless a sentence visibly begins: `U.S.`, `Inc.`, `St.`
    Inner,
    /// One capital letter: `J.`
    Initial,
}

/// What kind of abbreviation `word` is, given without its last dot. Case counts.
pub(super) fn kind(word: &str) -> Option<Kind> {
    // No word in the lists is longer.
    if word.len() > 24 {
        return None;
    }
    let mut chars = word.chars();
    let first = chars.next()?;
    if first.is_uppercase() && chars.next().is_none() {
        return Some(Kind::Initial);
    }
    listed(word)
        .or_else(|| if first.is_ascii() || !first.is_uppercase() { None } else { listed(&word.to_lowercase()) })
        .or_else(|| word.ends_with("str").then_some(Kind::Number))
        .or_else(|| is_dotted(word).then_some(Kind::Inner))
}

/// `U.S`, `B.B.C`, `J.-P`, `В.В`, `z.B`.
fn is_dotted(word: &str) -> bool {
    let ends_sentences = matches!(word, "т.д" | "т.п" | "н.э");
    word.contains('.')
        && !ends_sentences
        && word.split(['.', '-']).all(|piece| piece.chars().count() <= 2 && piece.chars().all(char::is_alphabetic))
}

fn listed(word: &str) -> Option<Kind> {
    let kind = match word {
        // English
        "Mr" | "Mrs" | "Ms" | "Mx" | "Dr" | "Drs" | "Prof" | "Gen" | "Col" | "Lt" | "Maj" | "Capt" | "Cpt" | "Sgt" | "Cpl" | "Pvt"
        | "Pfc" | "Spc" | "Adm" | "Cmdr" | "Cdr" | "Cmdt" | "Brig" | "Rev" | "Fr" | "Sen" | "Sens" | "Rep" | "Reps" | "Gov" | "Govs"
        | "Pres" | "Hon" | "Msgr" | "Supt" | "Insp" | "Det" | "Amb" | "Atty" | "Messrs" | "Sec" | "Ald" | "Asst" | "Assoc" | "Bp"
        | "Comm" | "Del" | "Dir" | "Ens" | "Gens" | "Lts" | "Profs" | "Mt" | "Ft" | "Pte" | "Wg" | "Sqn" | "Flt" | "Treas" | "e.g"
        | "i.e" | "eg" | "ie" | "cf" | "Kap" | "Pt" | "Rt" | "ret" | "viz" | "vs" | "v" | "approx" | "Approx" | "deg" | "Cf" | "Vs"
        | "ST" | "MT" | "FT" => Kind::Title,
        "No" | "Nos" | "no" | "nos" | "pp" | "Art" | "Arts" | "art" | "Fig" | "fig" | "Figs" | "Vol" | "vol" | "Ch" | "ch" | "para"
        | "paras" | "pop" | "Para" | "Paras" | "hr" | "hrs" | "min" | "mins" | "ft" | "lb" | "lbs" | "oz" | "p" | "n" | "c" | "§"
        | "Secs" | "sec" | "Rm" | "Nr" | "nr" | "Nrn" | "Abs" | "ca" | "Ca" | "est" | "núm" | "Núm" | "nº" | "n°" | "pág" | "pag"
        | "págs" | "ст" | "стр" | "п" | "пп" | "ч" | "гл" | "рис" | "табл" | "№" | "д" | "Ziff" | "Rn" | "Rs" | "Tel" | "tel" | "тел"
        | "Ext" | "ext" => Kind::Number,
        "a.m" | "p.m" | "A.M" | "P.M" => Kind::Clock,
        "St" | "Ste" | "Sts" | "Ave" | "Blvd" | "Rd" | "Hwy" | "Inc" | "Corp" | "Co" | "Cos" | "Ltd" | "Bros" | "Jr" | "Sr" | "Dept"
        | "Univ" | "Assn" | "Natl" | "Intl" | "Govt" | "Cía" | "Cia" | "Hosp" | "Bldg" | "Ph.D" | "M.Sc" | "B.Sc" | "Dipl" | "Esq"
        | "al" | "alias" => Kind::Inner,
        // German
        "Hr" | "Hrn" | "Fam" | "Dres" | "z.B" | "d.h" | "u.a" | "u.U" | "z.T" | "i.d.R" | "o.g" | "sog" | "bzw" | "evtl" | "ggf"
        | "inkl" | "Inkl" | "exkl" | "vgl" | "Vgl" | "geb" | "gest" | "Ing" | "Stv" | "stv" | "Mag" | "Gebr" | "z" | "Bgm" | "em" => {
            Kind::Title
        }
        "Mio" | "Mrd" | "Str" | "str" | "Jh" | "Std" | "Min" | "Mill" => Kind::Inner,
        // French
        "Mme" | "Mmes" | "Mlle" | "MM" | "Mgr" | "Me" | "av" | "apr" | "ex" | "boul" | "bd" => Kind::Title,
        // Spanish, Portuguese, Italian
        "Sra" | "Sres" | "Srta" | "Dra" | "Dña" | "Gral" | "Cnel" | "Tte" | "Cap" | "Lic" | "Excmo" | "Excma" | "Ilmo" | "Exmo"
        | "Exma" | "Avda" | "Pza" | "Sig" | "sig" | "Sigg" | "Dott" | "dott" | "avv" | "ing" | "prof" | "Avv" | "On" | "Arch" | "Geom"
        | "Rag" | "Mons" | "Sto" | "Sta" | "Fray" | "Ud" | "Uds" | "aprox" | "Cel" | "Ten" | "Alm" => Kind::Title,
        "EE" | "UU" | "RR" | "FF" | "S.p.A" | "S.A" | "S.r.l" | "Ltda" => Kind::Inner,
        // Russian and Ukrainian
        "им" | "ул" | "просп" | "пр-т" | "пл" | "пер" | "наб" | "ш" | "обл" | "р-н" | "проф" | "акад" | "доц" | "ген" | "полк" | "подп"
        | "кап" | "лейт" | "серж" | "св" | "тов" | "гр" | "зам" | "т.е" | "т.к" | "т.н" | "т.ч" | "напр" | "вул" | "кв" | "корп"
        | "стр-во" | "ок" | "пос" | "дер" | "о-в" => Kind::Title,
        "г" | "гг" | "в" | "вв" | "р" | "рр" => Kind::Year,
        _ if word.chars().count() <= 5 && word.starts_with(char::is_uppercase) && dates::month(word).is_some() && !is_whole_month(word) => {
            Kind::Month
        }
        _ if word.len() <= 5 && word.starts_with(char::is_uppercase) && dates::is_weekday(word) => Kind::Month,
        _ => return None,
    };
    Some(kind)
}

/// Names of months that are words of their own without a dot.
fn is_whole_month(word: &str) -> bool {
    WHOLE_MONTHS.has(word)
}

/// Capitalized function words: where one stands, a sentence begins.
pub(super) fn is_starter(word: &str) -> bool {
    STARTERS.has(word)
}

/// Verbs that tell who spoke, as they stand behind a name.
pub(super) fn is_saying(word: &str) -> bool {
    SAYING.has(word)
}

static WHOLE_MONTHS: Words =
    Words::new("May June July March April Mars Mai Juin Juni Juli März Avril Août Mayo Enero Abril Maio Marzo Set Out Mag");

static STARTERS: Words = Words::new(
    "The A An This That These Those He She It They We You I His Her Its Their Our My In On At By For From With Of To But And
     Or As If When While After Before Since Until Because Although Though However Meanwhile Some Many Most All No Not There
     Here Then Now What Who Why How Where Which Both Each Another Other Such So Yet Still Only Under During About Over More
     Also Once Earlier Later Last Several Few Neither Either Every Everyone Everybody Everything Someone Somebody Something None
     Elsewhere Instead Perhaps Maybe Thus Therefore Moreover Nevertheless Nonetheless Otherwise Indeed Despite Within Without Among
     Between Through Throughout Against Unlike Even Just Almost Nearly Afterwards Soon Eventually Finally Recently Previously Often
     Sometimes Witnesses Critics Analysts Experts Residents Prosecutors Investigators Authorities Lawmakers According Officials Police One Two Three It's It’s He's He’s I'm I’m Yesterday Today
     Tomorrow Is Was Were Are Do Does Did Has Have Can Will Would Should Nobody Nothing Der Die Das Ein Eine Er Sie Es Wir Ich
     Und Aber Auch Im Am Bei Nach Mit Von Zu Wie Dies Diese Dieser Seit Dabei Dort Damit Doch Nun Zum Zur Wer Sein Seine Ihr
     Ihre Dann Laut Le Les Un Une Il Elle Ils Elles Ce Cette Ces Dans Pour Mais Selon Nous Vous Sur Son Sa Ses Leur Et Au Aux
     Du Des El Los Las Una Unos En Por Pero Según Su Sus Esta Este Ella Ellos Y Con Gli Lo Uno Nel Nella Ma Secondo Questo
     Questa Suo Sono È O Os Um Uma Ele Ela Eles Mas Segundo Não Na В Во На Но И По Он Она Они Оно Это Этот Эта Мы Как Так Там
     После При За Из От Для Однако Также Его Её Ее Их Что Если Когда С К У Ранее Всего А Він Вона Вони Це Але Та Після Про Я
     Ми Його Її Їх Зараз Раніше Під Від До З Із Ці Цей",
);

static SAYING: Words = Words::new(
    "said says asked asks told added wrote shouted replied answered tweeted posted cried yelled wondered joked recalled
     explained insisted warned remarked quipped exclaimed demanded continued concluded noted stated argued declared sagte
     fragte rief schrieb erklärte demande demanda dit déclaré preguntó dijo chiese disse perguntou сказал сказала спросил
     спросила заявил заявила сказав запитав заявив",
);
