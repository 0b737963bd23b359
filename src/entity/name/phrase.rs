//! Owns the names of several words that no rule would read right.

use std::sync::LazyLock;

use super::super::lexicon::{self, Class, Spellings};
use super::super::word::Words;
use super::NameKind;

/// The fixed name that starts at the word `at`: how many words it has, and what it names. What is capitalized in it is so in the text,
/// but for the head of an organization: an `Islamic state` is none, a `Supreme court` is one.
pub(super) fn at(words: &Words<'_>, at: usize) -> Option<(usize, NameKind)> {
    if !words.capital(at) || !words.has(at, Class::PHRASE) {
        return None;
    }
    let rest = PHRASES.get(&words.spelling(at))?;
    let stands = |at: usize, word: &str| match word {
        "'s" => words.is_any(at, &["'s", "’s"]),
        "'" => words.is_any(at, &["'", "’"]),
        _ => words.is(at, word) && (words.capital(at) || words.has(at, Class::ORG_HEAD) || !word.starts_with(char::is_uppercase)),
    };
    let found = rest.iter().find(|(tail, _)| tail.iter().zip(at + 1..).all(|(word, at)| stands(at, word)))?;
    Some((found.0.len() + 1, found.1))
}

type Tails = Vec<(Vec<&'static str>, NameKind)>;

/// By the spelling of the first word.
static PHRASES: LazyLock<Spellings<Tails>> = LazyLock::new(|| {
    let mut phrases: Spellings<Tails> = Spellings::default();
    for (kind, list) in [(NameKind::Place, PLACES), (NameKind::Organization, ORGANIZATIONS)] {
        for phrase in list.split(';') {
            let mut words = phrase.split_whitespace();
            if let Some(first) = words.next() {
                phrases.entry(lexicon::spelling(first)).or_default().push((words.collect(), kind));
            }
        }
    }
    // The longest phrase first: `New York City` before `New York`.
    for tails in phrases.values_mut() {
        tails.sort_by_key(|(tail, _)| std::cmp::Reverse(tail.len()));
    }
    phrases
});

const PLACES: &str =
    "United States of America; United States; United Kingdom; United Arab Emirates; Saudi Arabia; South Africa; North Korea; South
    Korea; South Sudan; New York; New York City; New Delhi; New Zealand; New Jersey; New Mexico; New Hampshire; New Orleans; New
    Caledonia; Papua New Guinea; Equatorial Guinea; Sri Lanka; Hong Kong; Los Angeles; Las Vegas; Tel Aviv; San Francisco; San Diego;
    San Jose; San Juan; San Antonio; Costa Rica; El Salvador; Buenos Aires; Rio de Janeiro; Rio Grande do Sul; Rio Grande do Norte;
    Mato Grosso; Mato Grosso do Sul; Minas Gerais; Sao Paulo; São Paulo; Burkina Faso; Ivory Coast; Sierra Leone; Cape Town; Cape
    Verde; Ho Chi Minh City; Kuala Lumpur; Addis Ababa; Abu Dhabi; St. Petersburg; St Petersburg; Nizhny Novgorod; Phnom Penh; Puerto
    Rico; Dominican Republic; Central African Republic; Czech Republic; Democratic Republic of Congo; Democratic Republic of the
    Congo; Russian Federation; Saint Petersburg; Middle East; Far East; Near East; West Bank; Gaza Strip; Gaza City; Golan Heights;
    Wall Street; Red Square; Latin America; South America; North America; Central America; Central Asia; Southeast Asia; South Asia;
    East Asia; Western Europe; Eastern Europe; East Africa; West Africa; North Africa; Sub-Saharan Africa; South Carolina; North
    Carolina; South Dakota; North Dakota; West Virginia; Rhode Island; District of Columbia; Washington D.C.; British Columbia; Nova
    Scotia; East Jerusalem; South Ossetia; Trinidad and Tobago; Bosnia and Herzegovina; Antigua and Barbuda; Saint Kitts and Nevis;
    St. Kitts and Nevis; Saint Vincent and the Grenadines; St. Vincent and the Grenadines; Turks and Caicos; Turks and Caicos Islands;
    São Tomé and Príncipe; Sao Tome and Principe; Jammu and Kashmir; Azad Jammu and Kashmir; Newfoundland and Labrador; Tyne and Wear;
    Northern Ireland; East Timor; Timor-Leste; Vatican City; Mexico City; Salt Lake City; Kansas City; Panama City; Kuwait City; The
    Hague; Black Sea; Red Sea; Dead Sea; Baltic Sea; Caspian Sea; North Sea; Mediterranean Sea; South China Sea; Persian Gulf; English
    Channel; Suez Canal; Panama Canal; Sana'a; Kryvyi Rih; Silicon Valley; Soviet Union; Holy See; Great Britain; Marshall Islands;
    Solomon Islands; Faroe Islands; Hagia Sophia; Tiananmen Square; Roman Empire; Ottoman Empire; British Empire; Gulf of Mexico; Gulf
    of Aden; Gulf of Oman; Strait of Hormuz; Sea of Azov; Sea of Japan; Bay of Bengal; Port Sudan; Port Moresby; Port-au-Prince; Fort
    Worth";

/// Words as the tokenizer cuts them: the clitic is one of its own.
const ORGANIZATIONS: &str =
    "United Nations; White House; Downing Street; European Union; African Union; Arab League; Islamic State; Red Cross; Red Crescent;
    Hamas; Boko Haram; Al Jazeera; Al Qaeda; al Qaeda; Al Qaida; al Qaida; Al Shabaab; al Shabaab; Al Shabab; al Shabab; Fox News; Sky
    News; Wall Street Journal; New York Times; Washington Post; Financial Times; Associated Press; Agence France-Presse; General
    Motors; General Electric; Goldman Sachs; Morgan Stanley; Deutsche Bank; Credit Suisse; Bank of England; Bank of Japan; Bank of
    America; Federal Reserve; Supreme Court; State Department; Foreign Office; Home Office; Security Council; General Assembly;
    General Staff; Human Rights Watch; Amnesty International; World Bank; World Health Organization; World Trade Organization;
    International Monetary Fund; House of Representatives; House of Commons; House of Lords; Scotland Yard; Doctors Without Borders;
    Reporters Without Borders; Transparency International; International Criminal Court; State Duma; Federation Council; Labour Party;
    Royal Navy; Royal Air Force; Manchester United; Real Madrid; Joint Chiefs of Staff; Red Star Belgrade; Red Star; Dow Jones
    Industrial Average; Nasdaq Composite; U.S. Forces Korea; Manchester City; FC Barcelona; Leeds United; Newcastle United; Voice of
    America; Standard & Poor 's; Standard and Poor 's; Save the Children; Roman Catholic Church; Church of England; Food and
    Agriculture Organization; Food and Agriculture Organisation; Food and Drug Administration; Organization of Petroleum Exporting
    Countries; Organization of the Petroleum Exporting Countries; Organisation of the Petroleum Exporting Countries; Organization for
    the Prohibition of Chemical Weapons; Organisation for the Prohibition of Chemical Weapons; Economic Community of West African
    States; Lord 's Resistance Army; Committee to Protect Journalists; Popular Front for the Liberation of Palestine; Democratic Front
    for the Liberation of Palestine; Democratic Forces for the Liberation of Rwanda; Movement for the Emancipation of the Niger Delta;
    Kurdistan Workers ' Party; Kurdistan Workers Party; Free Aceh Movement; Free Syrian Army; Islamic Revolutionary Guard Corps;
    Islamic Revolutionary Guards Corps; Bill and Melinda Gates Foundation; Bill & Melinda Gates Foundation; Office for the
    Coordination of Humanitarian Affairs; U.N. Office for the Coordination of Humanitarian Affairs; UN Office for the Coordination of
    Humanitarian Affairs; Office on Drugs and Crime; U.N. Office on Drugs and Crime; UN Office on Drugs and Crime; Relief and Works
    Agency; U.N. Relief and Works Agency; UN Relief and Works Agency; Centers for Disease Control and Prevention; Centers for Disease
    Control; European Centre for Disease Prevention and Control; Department of Health and Human Services; Department of Housing and
    Urban Development; Health and Human Services; Immigration and Customs Enforcement; Customs and Border Protection; Securities and
    Exchange Commission; Revenue and Customs; Médecins Sans Frontières; Medecins Sans Frontieres; International Criminal Tribunal for
    the former Yugoslavia; Foreign , Commonwealth & Development Office; Foreign , Commonwealth and Development Office; Foreign and
    Commonwealth Office; Foreign & Commonwealth Office; Thomas Cook; Royal Society for the Protection of Birds; World Wide Fund for
    Nature; Moody 's; McDonald 's; Sotheby 's; Christie 's; Macy 's; Lowe 's; Kohl 's; Wendy 's; Sainsbury 's; Domino 's; Sky Sports;
    Premier Inn; Princess Cruises";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_opens_with_a_word_of_the_class() {
        for phrase in [PLACES, ORGANIZATIONS].iter().flat_map(|list| list.split(';')) {
            let first = phrase.split_whitespace().next().unwrap_or_default();
            assert!(lexicon::class_of(first).has(Class::PHRASE), "{first}");
        }
    }
}
