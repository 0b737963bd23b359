//! Owns amounts with a unit: money in ISO 4217 currencies, percents and points, lengths, weights and their kin.

use super::Finding;
use super::lexicon::Class;
use super::number::{self, Figure};
use super::quantity::{amount, plain};
use super::word::{Line, Words};
use crate::model::{Amount, Detail, Number};

/// Money whose currency goes first: `$5.2 million`, `USD 300`, `€40-50bn`.
pub(super) fn priced(words: &Words<'_>, line: &Line, at: usize) -> Option<Finding> {
    if !words.has(at, Class::CURRENCY) {
        return None;
    }
    let rupees = || matches!(words.text(at), "Rs" | "Rs.").then(|| national_code(words, "", &RUPEES).unwrap_or("INR"));
    let code = symbol(words.text(at)).or_else(|| iso_code(words.text(at))).or_else(rupees)?;
    let figure = number::figure(words, at + 1, line.words.end).filter(|figure| !figure.spelled)?;
    let mut end = figure.words.end;
    let mut high = figure.high;
    let mut value = figure.value;
    // `$5 to $6 million`: the second sign stands between the numbers.
    // `climbed $1.64 to $84.10` is a step and where it led.
    let moved = number::moved(words, at)
        || at > line.words.start
            && (words.has(at - 1, Class::VERB) || words.text(at - 1).ends_with("ed") || words.is_any(at - 1, &["up", "down"]));
    if high.is_none() && !moved && words.is_any(end, &["to", "-", "–", "and"]) && symbol(words.text(end + 1)) == Some(code) {
        let between = at > line.words.start && words.is(at - 1, "between");
        if let Some(second) = number::figure(words, end + 2, line.words.end).filter(|_| !words.is(end, "and") || between)
            && second.value.get() > value.get()
        {
            let millions = words.has(second.words.end - 1, Class::MAGNITUDE) && second.words.len() == 2 && figure.words.len() == 1;
            if millions && let Some(low) = number::scaled_like(words, &second, value) {
                value = low;
            }
            (high, end) = (Some(second.value), second.words.end);
        }
    }
    Some(amount(at..end, 100, Detail::Money, Amount { value: Some(value), high, unit: Some(code.to_owned()), ..Amount::default() }))
}

/// Money whose currency is a letter or two that touch the number: `N4.5 million`, `R5,000`, `KSh1,200`.
pub(super) fn in_letters(words: &Words<'_>, at: usize) -> Option<Finding> {
    let (code, digits) = lettered(words.text(at))?;
    let number: f64 = digits.replace(',', "").parse().ok()?;
    let power = number::magnitude(words, at + 1).filter(|&power| power >= 3);
    // `N95` is a mask, `R22` a car.
    if power.is_none() && !digits.contains(',') && code != "KES" {
        return None;
    }
    let value = Number::new(number::scaled(number, power.unwrap_or_default()))?;
    let code = if code == "KES" { national_code(words, "", &SHILLINGS).unwrap_or(code) } else { code };
    let end = at + 1 + usize::from(power.is_some());
    Some(amount(at..end, 95, Detail::Money, Amount { value: Some(value), unit: Some(code.to_owned()), ..Amount::default() }))
}

/// The currency that stands in letters before a number in one word, and the number.
pub(super) fn lettered(word: &str) -> Option<(&'static str, &str)> {
    const LETTERS: [(&str, &str); 8] =
        [("KSh", "KES"), ("Ksh", "KES"), ("Sh", "KES"), ("RM", "MYR"), ("Rs", "INR"), ("Rp", "IDR"), ("N", "NGN"), ("R", "ZAR")];
    let (code, digits) = LETTERS.iter().find_map(|&(letters, code)| Some((code, word.strip_prefix(letters)?)))?;
    let is_number =
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'));
    is_number.then_some((code, digits))
}

/// Percents and points: `12%`, `3 percentage points`, `25 basis points`; with what they are a part of.
pub(super) fn rated(words: &Words<'_>, line: &Line, figure: &Figure) -> Option<Finding> {
    let next = figure.words.end;
    let (unit, end) = if words.is_any(next, &["%", "percent", "pct", "pc"]) {
        ("percent", next + 1)
    } else if words.is(next, "per") && words.is(next + 1, "cent") {
        ("percent", next + 2)
    } else if words.is_any(next, &["percentage", "basis"]) && words.is_any(next + 1, &["point", "points"]) {
        (if words.is(next, "basis") { "basis points" } else { "percentage points" }, next + 2)
    } else if words.is_any(next, &["bps", "bp"]) {
        ("basis points", next + 1)
    } else {
        return None;
    };
    // `between 9.5% and 9.8%`.
    let between = figure.words.start > line.words.start && words.is(figure.words.start - 1, "between") && words.is(end, "and");
    if between
        && let Some(second) = number::figure(words, end + 1, line.words.end).filter(|second| second.value.get() > figure.value.get())
        && let Some(found) = rated(words, line, &second)
    {
        let range = Figure { high: Some(second.value), ..figure.clone() };
        return Some(amount(figure.words.start..found.words.end, 100, Detail::Percent, plain(&range, Some(unit))));
    }
    let of = if words.is(end, "of") { noun_after(words, end + 1, line.words.end) } else { None };
    Some(amount(figure.words.start..end, 100, Detail::Percent, Amount { of, ..plain(figure, Some(unit)) }))
}

/// Lengths, weights, areas, and money whose currency goes last: `40 km`, `20,000 tonnes of wheat`, `30 million euros`.
pub(super) fn measured(words: &Words<'_>, line: &Line, figure: &Figure) -> Option<Finding> {
    let (start, next) = (figure.words.start, figure.words.end);
    if let Some((code, end)) = currency_after(words, next) {
        return Some(amount(start..end, 100, Detail::Money, plain(figure, Some(code))));
    }
    if words.is(next, "°") || words.is_any(next, &["degree", "degrees", "°c", "°f"]) {
        let glued = words.is_any(next, &["°c", "°f"]);
        let scale = if glued { next } else { next + 1 };
        let (unit, end) = match words.text(scale).to_ascii_lowercase().as_str() {
            "c" | "celsius" | "°c" => ("°C", scale + 1),
            "f" | "fahrenheit" | "°f" => ("°F", scale + 1),
            _ => ("degrees", next + 1),
        };
        return Some(amount(start..end, 100, Detail::Quantity, plain(figure, Some(unit))));
    }
    // `(109.4 Fahrenheit)`
    if let Some(unit) = match words.text(next) {
        "Celsius" => Some("°C"),
        "Fahrenheit" => Some("°F"),
        _ => None,
    } {
        return Some(amount(start..next + 1, 100, Detail::Quantity, plain(figure, Some(unit))));
    }
    if words.is(next, "light") && words.is_any(next + 1, &["years", "year"]) {
        return Some(amount(start..next + 2, 100, Detail::Quantity, plain(figure, Some("light-years"))));
    }
    // `39 C (102 F)`.
    let scale = match words.text(next) {
        "C" => Some("°C"),
        "F" => Some("°F"),
        _ => None,
    };
    let marked = next + 1 >= line.words.end || words.has(next + 1, Class::MARK);
    if let Some(unit) = scale.filter(|_| marked && !figure.spelled) {
        return Some(amount(start..next + 1, 95, Detail::Quantity, plain(figure, Some(unit))));
    }
    let power = match words.text(next).to_ascii_lowercase().as_str() {
        "square" | "sq" | "sq." => Some("²"),
        "cubic" => Some("³"),
        _ => None,
    };
    let at = next + usize::from(power.is_some() || words.is_any(next, &["nautical", "metric"]));
    let nautical = words.is(next, "nautical");
    let unit = canonical(words.text(at)).filter(|_| words.has(at, Class::UNIT))?;
    // `pounds` in a story are money where millions of them stand, which `currency_after` has taken.
    let unit = if nautical { "nautical miles".to_owned() } else { format!("{unit}{}", power.unwrap_or_default()) };
    let (unit, end) = per_time(words, unit, at + 1);
    // `within 500 meters of the crossing` measures the way to it.
    let away = start > line.words.start && words.is(start - 1, "within");
    let of = if words.is(end, "of") && !away { noun_after(words, end + 1, line.words.end) } else { None };
    Some(amount(start..end, 100, Detail::Quantity, Amount { of, ..plain(figure, Some(&unit)) }))
}

/// A unit with the time that it goes by, where that follows at `at`: `km per hour`, `km/h`, `miles an hour`.
fn per_time(words: &Words<'_>, unit: String, at: usize) -> (String, usize) {
    let per = words.is(at, "per") || words.is(at, "an") && words.is(at + 1, "hour");
    let slash = words.is(at, "/") && words.glued(at + 1);
    let time = match words.text(at + 1) {
        "hour" | "hours" if per => "h",
        "second" if per => "s",
        "h" if slash => "h",
        "s" if slash => "s",
        time if per && words.has(at + 1, Class::TIME_UNIT) => time,
        _ => return (unit, at),
    };
    let unit = match (unit.as_str(), time) {
        ("miles", "h") => "mph".to_owned(),
        ("barrels", "day") => "bpd".to_owned(),
        _ => format!("{unit}/{time}"),
    };
    (unit, at + 2)
}

/// What stands before the degrees of the weather.
const WARM: [&str; 18] = [
    "was", "is", "of", "to", "at", "hit", "reached", "reach", "above", "below", "over", "about", "around", "nearly", "and", "touched",
    "topped", "near",
];

/// A number and its unit in one token: `40km`, `6ft`.
pub(super) fn glued_unit(words: &Words<'_>, at: usize) -> Option<Finding> {
    let text = words.text(at);
    let (digits, unit) = text.split_at(text.find(|c: char| c.is_alphabetic())?);
    let value: f64 = digits.trim_end_matches('-').replace(',', "").parse().ok()?;
    // `640-million-euro project`.
    let (power, unit) = match unit.split_once('-') {
        Some(("million", unit)) => (6, unit),
        Some(("billion", unit)) => (9, unit),
        _ => (0, unit),
    };
    let value = Some(Number::new(number::scaled(value, power))?);
    // `142.2p`; `1080p` is a picture's height.
    let pence = unit == "p" && !matches!(digits, "480" | "720" | "1080" | "2160");
    let (detail, unit): (fn(Amount) -> Detail, &str) = match unit {
        _ if pence => (Detail::Quantity, "pence"),
        "euro" => (Detail::Money, "EUR"),
        "dollar" => (Detail::Money, "USD"),
        "ruble" | "rouble" => (Detail::Money, "RUB"),
        "pound" if power > 0 => (Detail::Money, "GBP"),
        "yuan" => (Detail::Money, "CNY"),
        "yen" => (Detail::Money, "JPY"),
        "percent" => (Detail::Percent, "percent"),
        "basis-point" => (Detail::Percent, "basis points"),
        "percentage-point" => (Detail::Percent, "percentage points"),
        // `It was 14C in Leeds`, but no seat.
        "C" if at > 0 && words.is_any(at - 1, &WARM) => (Detail::Quantity, "°C"),
        _ => (Detail::Quantity, canonical(unit)?),
    };
    let (unit, end) = per_time(words, unit.to_owned(), at + 1);
    Some(amount(at..end, 100, detail, Amount { value, unit: Some(unit), ..Amount::default() }))
}

/// The one name of a unit, so that `40 km` and `40 kilometers` are the same.
pub(super) fn canonical(unit: &str) -> Option<&str> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "km" | "kilometer" | "kilometers" | "kilometre" | "kilometres" => "km",
        "m" | "meter" | "meters" | "metre" | "metres" => "m",
        "cm" | "centimeter" | "centimeters" | "centimetre" | "centimetres" => "cm",
        "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => "mm",
        "mile" | "miles" => "miles",
        "foot" | "feet" | "ft" => "feet",
        "inch" | "inches" => "inches",
        "yard" | "yards" => "yards",
        "kg" | "kilogram" | "kilograms" | "kilo" | "kilos" => "kg",
        "g" | "gram" | "grams" => "g",
        "tonne" | "tonnes" | "mt" => "tonnes",
        "ton" | "tons" => "tons",
        "pound" | "pounds" | "lb" | "lbs" => "pounds",
        "ounce" | "ounces" | "oz" => "ounces",
        "liter" | "liters" | "litre" | "litres" => "litres",
        "gallon" | "gallons" => "gallons",
        "barrel" | "barrels" => "barrels",
        "bpd" => "bpd",
        "hectare" | "hectares" => "hectares",
        "acre" | "acres" => "acres",
        "mph" => "mph",
        "kph" => "km/h",
        "knot" | "knots" => "knots",
        "kw" | "kilowatt" | "kilowatts" => "kW",
        "mw" | "megawatt" | "megawatts" => "MW",
        "gw" | "gigawatt" | "gigawatts" => "GW",
        "kwh" | "kilowatt-hours" => "kWh",
        "mwh" | "megawatt-hours" => "MWh",
        "gwh" => "GWh",
        "twh" | "terawatt-hours" => "TWh",
        "bushel" | "bushels" => "bushels",
        "carat" | "carats" => "carats",
        "kilotons" | "kilotonnes" => "kilotonnes",
        _ => return None,
    })
}

fn symbol(text: &str) -> Option<&'static str> {
    Some(match text.to_ascii_uppercase().as_str() {
        "$" | "US$" => "USD",
        "A$" => "AUD",
        "C$" => "CAD",
        "HK$" => "HKD",
        "NZ$" => "NZD",
        "S$" => "SGD",
        "€" => "EUR",
        "£" => "GBP",
        "¥" => "JPY",
        "₽" => "RUB",
        "₹" => "INR",
        "₩" => "KRW",
        "₪" => "ILS",
        "₴" => "UAH",
        "₺" => "TRY",
        "₦" => "NGN",
        "₱" => "PHP",
        "₫" => "VND",
        "R$" => "BRL",
        "GH₵" => "GHS",
        "KSH" => "KES",
        _ => return None,
    })
}

/// A currency's own three letters, in capitals as codes are.
fn iso_code(text: &str) -> Option<&'static str> {
    const CODES: [&str; 27] = [
        "USD", "EUR", "GBP", "JPY", "CNY", "RUB", "CHF", "CAD", "AUD", "NZD", "INR", "KRW", "BRL", "MXN", "ZAR", "TRY", "ILS", "AED",
        "SAR", "PLN", "SEK", "NOK", "DKK", "HUF", "CZK", "UAH", "KZT",
    ];
    CODES.into_iter().find(|&code| code == text)
}

/// The currency named after a number, and the word after it. `Canadian dollars` and `pounds sterling` are two words.
fn currency_after(words: &Words<'_>, at: usize) -> Option<(&'static str, usize)> {
    if let Some(code) = iso_code(words.text(at)).or_else(|| symbol(words.text(at))) {
        return Some((code, at + 1));
    }
    let national = words.has(at, Class::DEMONYM) || words.is_any(at, &["us", "u.s.", "new"]);
    let name = at + usize::from(national);
    if !words.has(name, Class::CURRENCY) {
        return None;
    }
    let code = match (words.text(name).to_ascii_lowercase().as_str(), words.text(at).to_ascii_lowercase().as_str()) {
        ("dollar" | "dollars", "canadian") => "CAD",
        ("dollar" | "dollars", "australian") => "AUD",
        ("dollar" | "dollars", _) => "USD",
        ("euro" | "euros", _) => "EUR",
        ("pound" | "pounds", "egyptian") => "EGP",
        ("pound" | "pounds", "syrian") => "SYP",
        ("pound" | "pounds", "british") => "GBP",
        // Weights are pounds too; millions of pounds are money.
        ("pound" | "pounds", _) if words.is(name + 1, "sterling") || (at > 0 && words.has(at - 1, Class::MAGNITUDE)) => "GBP",
        ("ruble" | "rubles" | "rouble" | "roubles", _) => "RUB",
        ("yen", _) => "JPY",
        ("yuan" | "renminbi", _) => "CNY",
        ("franc" | "francs", "cfa") => "XOF",
        ("franc" | "francs", _) => "CHF",
        ("crown" | "crowns", nation) => national_code(words, nation, &CROWNS).unwrap_or("crowns"),
        ("rupee" | "rupees", nation) => national_code(words, nation, &RUPEES).unwrap_or("INR"),
        ("rupiah", _) => "IDR",
        ("won", "korean") => "KRW",
        ("won", _) if at > 0 && words.has(at - 1, Class::MAGNITUDE) => "KRW",
        // `rose 7.4 won to 1,372 won per dollar`; but `the 12 won, and left`.
        ("won", nation) if words.is_any(name + 1, &["per", "against", "to", ".", "("]) => national_code(words, nation, &WON)?,
        ("peso" | "pesos", nation) => national_code(words, nation, &PESOS).unwrap_or("pesos"),
        ("reais", _) => "BRL",
        ("rand", _) => "ZAR",
        ("lira" | "liras", _) => "TRY",
        ("shekel" | "shekels", _) => "ILS",
        ("dirham" | "dirhams", _) => "AED",
        ("riyal" | "riyals", _) => "SAR",
        ("rial" | "rials", _) => "IRR",
        ("hryvnia" | "hryvnias", _) => "UAH",
        ("zloty" | "zlotys", _) => "PLN",
        ("krona" | "kronor", _) => "SEK",
        ("krone" | "kroner", "danish") => "DKK",
        ("krone" | "kroner", _) => "NOK",
        ("forint" | "forints", _) => "HUF",
        ("koruna", _) => "CZK",
        ("tenge", _) => "KZT",
        ("baht", _) => "THB",
        ("ringgit", _) => "MYR",
        ("naira", _) => "NGN",
        ("dong", _) => "VND",
        ("shilling" | "shillings", nation) => national_code(words, nation, &SHILLINGS).unwrap_or("shillings"),
        ("dinar" | "dinars", nation) => national_code(words, nation, &DINARS).unwrap_or("dinars"),
        ("lei" | "leu", _) => "RON",
        _ => return None,
    };
    Some((code, name + 1 + usize::from(words.is(name + 1, "sterling"))))
}

/// What a nation, its capital and its country are called, and the code of its money.
type National = ([&'static str; 3], &'static str);

const CROWNS: [National; 5] = [
    (["czech", "prague", "czechia"], "CZK"),
    (["danish", "copenhagen", "denmark"], "DKK"),
    (["swedish", "stockholm", "sweden"], "SEK"),
    (["norwegian", "oslo", "norway"], "NOK"),
    (["icelandic", "reykjavik", "iceland"], "ISK"),
];

const PESOS: [National; 7] = [
    (["mexican", "mexico", "mexico"], "MXN"),
    (["argentine", "argentinian", "argentina"], "ARS"),
    (["filipino", "manila", "philippines"], "PHP"),
    (["colombian", "bogota", "colombia"], "COP"),
    (["chilean", "santiago", "chile"], "CLP"),
    (["cuban", "havana", "cuba"], "CUP"),
    (["uruguayan", "montevideo", "uruguay"], "UYU"),
];

const RUPEES: [National; 6] = [
    (["indian", "delhi", "india"], "INR"),
    (["pakistani", "islamabad", "pakistan"], "PKR"),
    (["lankan", "colombo", "lanka"], "LKR"),
    (["nepali", "kathmandu", "nepal"], "NPR"),
    (["mauritian", "louis", "mauritius"], "MUR"),
    (["seychellois", "victoria", "seychelles"], "SCR"),
];

const WON: [National; 1] = [(["korean", "seoul", "korea"], "KRW")];

const SHILLINGS: [National; 4] = [
    (["kenyan", "nairobi", "kenya"], "KES"),
    (["ugandan", "kampala", "uganda"], "UGX"),
    (["tanzanian", "dodoma", "tanzania"], "TZS"),
    (["somali", "mogadishu", "somalia"], "SOS"),
];

const DINARS: [National; 8] = [
    (["iraqi", "baghdad", "iraq"], "IQD"),
    (["kuwaiti", "kuwait", "kuwait"], "KWD"),
    (["serbian", "belgrade", "serbia"], "RSD"),
    (["jordanian", "amman", "jordan"], "JOD"),
    (["tunisian", "tunis", "tunisia"], "TND"),
    (["algerian", "algiers", "algeria"], "DZD"),
    (["libyan", "tripoli", "libya"], "LYD"),
    (["bahraini", "manama", "bahrain"], "BHD"),
];

/// Whose money of that name it is: that of the nationality before it, else of the first nation of the list that the story opens with.
fn national_code(words: &Words<'_>, nation: &str, nations: &[National]) -> Option<&'static str> {
    const OPENING: usize = 80;
    let whose = |word: &str| {
        let known = |national: &&National| national.0.iter().any(|name| name.eq_ignore_ascii_case(word));
        nations.iter().find(known).map(|&(_, code)| code)
    };
    let names = Class::DEMONYM.or(Class::CITY).or(Class::COUNTRY);
    whose(nation).or_else(|| (0..OPENING).filter(|&at| words.has(at, names)).find_map(|at| whose(words.text(at))))
}

/// The noun after `of`, its article left out: `voters` in `of registered voters`, `the vote` → `vote`.
fn noun_after(words: &Words<'_>, from: usize, end: usize) -> Option<String> {
    let start = from + usize::from(words.has(from, Class::DETERMINER));
    let stops = Class::STOP.or(Class::VERB).or(Class::PREPOSITION).or(Class::SAY);
    let stop = (start..end.min(start + 4))
        .find(|&at| {
            !words.text(at).starts_with(char::is_alphabetic)
                || at > start && words.text(at).ends_with("ed")
                || at == start && words.has(at, Class::DETERMINER.or(Class::PREPOSITION))
                || at > start && (words.has(at, stops) && !words.has(at, Class::COUNTED.or(Class::ADJECTIVE)))
        })
        .unwrap_or(end.min(start + 4));
    let head = super::quantity::counted(words, start, stop).map_or(stop, |head| head + 1);
    (start < head).then(|| words.slice(&(start..head)).to_owned())
}
