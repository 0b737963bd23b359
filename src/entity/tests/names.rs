//! Names, what they name, and the roles and ranks of persons.

use super::*;
use crate::model::NoticeKind;

/// Names as `kind name [role] (rank)`, joined by `; `.
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let article = story(text);
        let found = show_all(&article, &extract(&article)).into_iter().filter_map(|line| {
            let known = line.split(" | ").next()?;
            known
                .strip_prefix("organization ")
                .map(|name| format!("org {name}"))
                .or_else(|| (known.starts_with("person ") || known.starts_with("place ")).then(|| known.to_owned()))
        });
        let found = found.collect::<Vec<_>>().join("; ");
        if found != *expected {
            wrong.push(format!("{text}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn roles_before_names() {
    check(&[
        ("It failed, Foreign Minister Sergey Lavrov said.", "person Sergey Lavrov [Foreign Minister]"),
        ("It failed, Russian Foreign Minister Sergey Lavrov said.", "person Sergey Lavrov [Russian Foreign Minister]"),
        ("The former Russian foreign minister Igor Ivanov spoke.", "person Igor Ivanov [former Russian foreign minister]"),
        ("Kremlin spokesman Dmitry Orlov denied it.", "org Kremlin; person Dmitry Orlov [Kremlin spokesman]"),
        (
            "Chairman of the Jewish Agency for Israel Isaac Herzog came.",
            "org Jewish Agency for Israel; person Isaac Herzog [Chairman of the Jewish Agency for Israel]",
        ),
        (
            "He thanked President of the Syrian Arab Republic Bashar al-Assad.",
            "place Syrian Arab Republic; person Bashar al-Assad [President of the Syrian Arab Republic]",
        ),
        (
            "It was led by chief of the Israel Defense Forces Operations Directorate Major General Aharon Haliva.",
            "org Israel Defense Forces Operations Directorate; \
             person Aharon Haliva [chief of the Israel Defense Forces Operations Directorate] (Major General)",
        ),
        (
            "Orenvian Defense Ministry spokesman Lt. Gen. Ivan Petrov spoke.",
            "org Orenvian Defense Ministry; person Ivan Petrov [Orenvian Defense Ministry spokesman] (Lt. Gen.)",
        ),
        (
            "French Foreign Ministry spokeswoman Anne Marlow spoke.",
            "org French Foreign Ministry; person Anne Marlow [French Foreign Ministry spokeswoman]",
        ),
        ("NASA inspector general Paul Holt spoke.", "org NASA; person Paul Holt [NASA inspector general]"),
        ("Launch director Anna Voss spoke.", "person Anna Voss [Launch director]"),
        ("Civil Protection Minister Karl Kant told MPs so.", "person Karl Kant [Civil Protection Minister]"),
        ("Lt. Col. Anna Weiss landed first.", "person Anna Weiss (Lt. Col.)"),
        ("Retired Admiral James Holt was there.", "person James Holt (Admiral)"),
        ("U.N. Secretary-General António Galvão arrived.", "org U.N.; person António Galvão [U.N. Secretary-General]"),
        ("Deputy Prime Minister Olga Belova signed it.", "person Olga Belova [Deputy Prime Minister]"),
        ("Prosecutor General Ivan Horvat resigned.", "person Ivan Horvat [Prosecutor General]"),
        ("Chief executive Paul Whitcombe resigned.", "person Paul Whitcombe [Chief executive]"),
        ("Mr. Whitcombe and Ms. Anna Sandhu resigned.", "person Whitcombe; person Anna Sandhu"),
        ("Israel's Prime Minister David Levin spoke.", "place Israel; person David Levin [Prime Minister]"),
        ("The governor of Minya, Nadia Helmy, ordered it.", "place Minya; person Nadia Helmy [governor of Minya]"),
        ("A survivor, Hassan Abdel Rady, waited.", "person Hassan Abdel Rady [survivor]"),
        (
            "Head of the Northern Expedition Mikhail Zorin stayed.",
            "org Northern Expedition; person Mikhail Zorin [Head of the Northern Expedition]",
        ),
        ("Council member Peter Voss objected.", "person Peter Voss [Council member]"),
        ("Mayor Pro Tem Ida Kent spoke.", "person Ida Kent [Mayor Pro Tem]"),
        ("U.S. Secretary of State Antony Marlow left.", "place U.S.; person Antony Marlow [U.S. Secretary of State]"),
        ("Minister of State Farid Al Nasser opened it.", "person Farid Al Nasser [Minister of State]"),
        ("Bank of England Governor Andrew Hale spoke.", "org Bank of England; person Andrew Hale [Bank of England Governor]"),
        ("Texas Gov. Greg Marlow sent troops.", "place Texas; person Greg Marlow [Texas Gov.]"),
        (
            "The head of the Office of the President Andriy Koval said so.",
            "org Office of the President; person Andriy Koval [head of the Office of the President]",
        ),
        ("Former Bolsover aide Mauro Lima agreed.", "person Bolsover; person Mauro Lima [Former Bolsover aide]"),
        ("It was led by Major General of Police Viktor Lomakin.", "person Viktor Lomakin (Major General of Police)"),
        ("Her son, Mattis Amundsen, left.", "person Mattis Amundsen [son]"),
        ("Dean Marlow, of Harehills Road, left.", "person Dean Marlow; place Harehills Road"),
        ("Norlund's Supreme Court met.", "place Norlund; org Supreme Court"),
        ("She left St James's Hospital.", "org St James's Hospital"),
        ("Orenvia is far. The Orenvian envoys left it.", "place Orenvia"),
        ("On Monday Leeds United beat Porto 3-1.", "org Leeds United; org Porto"),
    ]);
}

#[test]
fn what_is_said_before_a_name_is_no_role() {
    check(&[
        ("The suspect shot his wife, Hall said.", "person Hall"),
        ("He met the prime minister, Petrov said.", "person Petrov"),
        ("The blast killed the commander of the unit, Petrov said.", "person Petrov"),
        ("It was said by his wife, Anna Hall.", "person Anna Hall [wife]"),
    ]);
}

#[test]
fn names_that_have_a_title_or_a_clitic_inside() {
    check(&[
        ("Martin Luther King Jr. was shot.", "person Martin Luther King Jr."),
        ("Norlund King Harald left.", "person Harald [Norlund King]"),
        ("It rained in King County, and near King County Jail.", "place King County; place King County Jail"),
        ("President Bob Hall met Anna Hall.", "person Bob Hall [President]; person Anna Hall"),
        ("McDonald's shares fell. Moody's was late.", "org McDonald's; org Moody's"),
        ("Boeing Co fell. Tesla Inc did not.", "org Boeing Co; org Tesla Inc"),
        ("It became a major Category 4 storm.", ""),
        ("Chris Whitty, the Chief Medical Officer, spoke.", "person Chris Whitty [Chief Medical Officer]"),
        ("Sens. Bo Lind and Karl Moe left.", "person Bo Lind; person Karl Moe"),
    ]);
}

#[test]
fn others_of_the_same_surname() {
    check(&[
        ("President Trump came. First lady Melania Trump did not. Trump smiled.", "person Trump [President]; person Melania Trump"),
        ("Robert Smith, 30, was shot by Officer Smith.", "person Robert Smith; person Smith [Officer]"),
        ("Mayor Robert Smith spoke. Deputy Smith did not.", "person Robert Smith [Mayor]"),
        ("Anna Reed, 34, was killed. Mr Reed said so.", "person Anna Reed; person Reed"),
        ("Anna Reed, 34, was killed. Mrs Reed had two sons.", "person Anna Reed"),
        ("Mr Smith and Mrs Smith left. Mrs Smith smiled.", "person Smith; person Smith"),
        ("Mr Smith left. Smith smiled.", "person Smith"),
    ]);
}

#[test]
fn roles_inside_roles() {
    check(&[
        ("A spokesman for Foreign Minister Olga Belova declined.", "person Olga Belova [Foreign Minister]"),
        ("The widow of former President Ivan Horvat declined.", "person Ivan Horvat [former President]"),
        (
            "Jane Doe, spokeswoman for Prime Minister Anna Brandt, declined.",
            "person Jane Doe [spokeswoman for Prime Minister Anna Brandt]; person Anna Brandt [Prime Minister]",
        ),
        (
            "A senior adviser to U.S. President Donald Trump, John Smith, declined.",
            "place U.S.; person Donald Trump [U.S. President]; person John Smith [senior adviser to U.S. President Donald Trump]",
        ),
        (
            "The spokesman for the Ministry of Justice Karl Weiss declined.",
            "org Ministry of Justice; person Karl Weiss [spokesman for the Ministry of Justice]",
        ),
        // Nobody serves the one before him in a list.
        ("They met Mayor Anna Brandt, Karl Weiss and Ida Kent.", "person Anna Brandt [Mayor]; person Karl Weiss; person Ida Kent"),
    ]);
}

#[test]
fn states_and_firms_that_nobody_knows() {
    check(&[
        ("Karsian Foreign Minister Amir Dolan spoke.", "person Amir Dolan [Karsian Foreign Minister]"),
        ("He will visit Belmont's capital in May.", "place Belmont"),
        ("Tavonia's governing Unity Party lost.", "place Tavonia; org Unity Party"),
        ("The truck maker Velmar AB cut jobs.", "org Velmar AB"),
        ("Mary Asa left.", "person Mary Asa"),
        ("She studied under Nobel laureate Karl Weiss.", "org Nobel; person Karl Weiss [Nobel laureate]"),
        ("Under Secretary Karl Weiss spoke.", "person Karl Weiss [Under Secretary]"),
    ]);
}

#[test]
fn models_are_no_organizations() {
    check(&[
        ("The airline grounded its 737 MAX fleet.", ""),
        ("Four 737 MAX jets landed in Varna.", "place Varna"),
        ("They buried 155 IDF soldiers.", "org IDF"),
    ]);
}

#[test]
fn roles_after_names() {
    check(&[
        (
            "Isaac Herzog, chairman of the Jewish Agency for Israel, came.",
            "person Isaac Herzog [chairman of the Jewish Agency for Israel]; org Jewish Agency for Israel",
        ),
        ("Anna Brandt, the mayor, wept.", "person Anna Brandt [mayor]"),
        (
            "It is late, said Anna Brandt, an analyst at Morgan Stanley.",
            "person Anna Brandt [analyst at Morgan Stanley]; org Morgan Stanley",
        ),
        ("Anna Brandt, Velmar's president, wept.", "person Anna Brandt [president]; place Velmar"),
        ("Anna Brandt, the aid group's secretary-general, wept.", "person Anna Brandt [secretary-general]"),
        ("Brighton boss Karl Potter wept.", "place Brighton; person Karl Potter [Brighton boss]"),
        (
            "Anna Brandt, the chamber's chief executive and a former minister, wept.",
            "person Anna Brandt [chief executive and a former minister]",
        ),
        ("Anna Brandt, 45, a teacher from Lyon, wept.", "person Anna Brandt [teacher from Lyon]; place Lyon"),
        ("Anna Brandt, who was late, wept.", "person Anna Brandt"),
        ("Anna Brandt, Foreign Minister Sergey Lavrov and others came.", "person Anna Brandt; person Sergey Lavrov [Foreign Minister]"),
        (
            "Anna Brandt, director of the Lyon Museum and former minister, came.",
            "person Anna Brandt [director of the Lyon Museum and former minister]; org Lyon Museum",
        ),
    ]);
}

#[test]
fn organizations() {
    check(&[
        ("The Russian Defense Ministry denied it.", "org Russian Defense Ministry"),
        ("The Ministry of Foreign Affairs denied it.", "org Ministry of Foreign Affairs"),
        ("The Israeli Air Force Command Center was told.", "org Israeli Air Force Command Center"),
        ("The Bank of England raised rates.", "org Bank of England"),
        ("The University of California and Acme Inc. signed.", "org University of California; org Acme Inc."),
        ("The World Health Organization (WHO) warned. The WHO is in Geneva.", "org World Health Organization; place Geneva"),
        ("The Israel Defense Forces (IDF) struck. The IDF said so.", "org Israel Defense Forces"),
        ("The U.N. sent food. The UN did so in May, too, said the U.N. Security Council.", "org U.N.; org U.N. Security Council"),
        ("The Senate and the Senate Judiciary Committee met.", "org Senate; org Senate Judiciary Committee"),
        ("The House of Representatives met. The House voted.", "org House of Representatives"),
        (
            "The United Nations sent food. The United Nations Human Rights Council met.",
            "org United Nations; org United Nations Human Rights Council",
        ),
        ("The U.S. Navy left. The U.N. stayed.", "org U.S. Navy; org U.N."),
        (
            "The Executive Committee of the Kestrian National Congress met. The Kestrian National Congress is old.",
            "org Executive Committee of the Kestrian National Congress; org Kestrian National Congress",
        ),
        ("The International Committee of the Red Cross said so. The Red Cross left.", "org International Committee of the Red Cross"),
        ("CBS News said so. CBS then took it back.", "org CBS News"),
        ("Xinhua News Agency said so. Xinhua then took it back.", "org Xinhua News Agency"),
        ("The Defense Ministry spoke after the Russian Defense Ministry denied it.", "org Russian Defense Ministry"),
        ("NATO and the European Union met at the White House.", "org NATO; org European Union; org White House"),
        ("Foreign Ministry officials left.", "org Foreign Ministry"),
        ("The Organization for Security and Co-operation in Europe met.", "org Organization for Security and Co-operation in Europe"),
        ("The Emergencies Ministry's Arctic Department was shut.", "org Emergencies Ministry; org Arctic Department"),
    ]);
}

#[test]
fn places() {
    check(&[
        ("It landed at the Russian Hmeymim airbase.", "place Hmeymim airbase"),
        ("It fell in the Latakia governorate.", "place Latakia governorate"),
        ("It fell in Sverdlovsk Region and in Moscow.", "place Sverdlovsk Region; place Moscow"),
        ("It crossed the Mediterranean Sea to the United States.", "place Mediterranean Sea; place United States"),
        ("It crossed Lake Ilmer and the Gulf of Aden.", "place Lake Ilmer; place Gulf of Aden"),
        ("It crossed the Kerch bridge.", "place Kerch bridge"),
        ("Syria's north and South Korea's south.", "place Syria; place South Korea"),
        ("They live in Saint Petersburg and New York.", "place Saint Petersburg; place New York"),
        ("A bomb hit the Cairo mosque. Cairo mourned.", "place Cairo mosque; place Cairo"),
        ("The blast in Beirut port shook Beirut.", "place Beirut port; place Beirut"),
        ("Trucks queued at the Rafah crossing. Rafah is hungry.", "place Rafah crossing; place Rafah"),
    ]);
}

#[test]
fn names_that_look_like_common_words() {
    check(&[
        ("They gathered outside the Ministry of Justice in Tbilisi.", "org Ministry of Justice; place Tbilisi"),
        ("The People's Bank of China set the rate.", "org People's Bank of China"),
        ("Stephanie Pope, head of the unit, told Reuters that.", "person Stephanie Pope [head of the unit]; org Reuters"),
        ("Maria Van Kerkhove of WHO said it was late.", "person Maria Van Kerkhove; org WHO"),
        ("Army chief Abdel Fattah al-Burhan refused. Burhan said no.", "person Abdel Fattah al-Burhan [Army chief]"),
    ]);
}

#[test]
fn what_is_no_name() {
    check(&[
        ("An Ilyushin Il-20 plane and an S-200 missile met four F-16 jets.", ""),
        ("The destroyer USS Carney and HMS Queen Elizabeth sailed on.", ""),
        ("The Foreign Minister left.", ""),
        ("On Monday, Russian and Israeli pilots met.", ""),
        ("Jewish state officials and Christians met in December.", ""),
        ("The World Cup final was played.", ""),
        ("However, Talks failed.", ""),
        ("Leopard tanks rolled in.", ""),
        ("In the morning Torvian negotiators left.", ""),
        ("They boarded the icebreaker Admiral Sorokin.", ""),
        ("Then Storm Brenda came.", ""),
    ]);
}

#[test]
fn nominals_take_up_the_one_that_fits() {
    let text = "The Russian Defense Ministry denied it, Foreign Minister Sergey Lavrov said. The ministry is near. The minister left.";
    let article = story(text);
    let found = show_all(&article, &extract(&article));
    assert!(
        found.contains(&"organization Russian Defense Ministry | ¶1:Russian Defense Ministry | ¶1:The ministry".to_owned()),
        "{found:?}"
    );
    assert!(found.contains(&"person Sergey Lavrov [Foreign Minister] | ¶1:Sergey Lavrov | ¶1:The minister".to_owned()), "{found:?}");
    let two = story("The Russian Defense Ministry denied it to the Israeli Defense Ministry. The ministry is near.");
    let found = show_all(&two, &extract(&two));
    assert!(found.iter().all(|line| !line.contains("The ministry")), "{found:?}");
}

#[test]
fn common_nouns_and_things_are_nobodys_names() {
    check(&[
        ("Paramedics said he was alive.", ""),
        ("Detectives said they were looking for him.", ""),
        ("Insurers said the damage was small.", ""),
        ("Williams said he was alive.", "person Williams"),
        ("It met Ferrari's Charles Marlow.", "org Ferrari; person Charles Marlow"),
        ("They fled the Democratic Republic of Congo.", "place Democratic Republic of Congo"),
        ("Orenvian state TV said so.", ""),
        ("Many North Korean soldiers came.", ""),
        ("The Duke of Arden left.", "place Arden"),
        ("Floods hit the state of Rio Grande do Sul.", "place Rio Grande do Sul"),
        ("It will recall its Ram pickups.", ""),
        ("The James Webb Space Telescope took it.", ""),
        ("Students of Imperial College London marched.", "org Imperial College London"),
        ("The Joint Chiefs of Staff told the Commons so.", "org Joint Chiefs of Staff; org Commons"),
        ("It hit Dwayne \"The Rock\" Marlow hard.", "person Dwayne \"The Rock\" Marlow"),
        ("It paid Anna “Nan” Holt and Karl Kant.", "person Anna “Nan” Holt; person Karl Kant"),
        ("Mislav Oric scored twice.", "person Mislav Oric"),
        ("For those Argentines who suffer it is hard.", ""),
        ("Sterling slipped. Petrol rose.", ""),
        ("It sued through its Merriam-Webster subsidiary.", "org Merriam-Webster"),
        ("Velmar County police commander Karl Kant spoke.", "place Velmar County; person Karl Kant [Velmar County police commander]"),
        ("England captain Karl Kant spoke.", "place England; person Karl Kant [England captain]"),
        ("He spoke in St. Peter's Square in Varna.", "place St. Peter's Square; place Varna"),
        ("It was built by King Christian IV in Varna.", "person Christian IV [King]; place Varna"),
        ("The Dow Jones Industrial Average fell.", "org Dow Jones Industrial Average"),
        ("Police inspector Karl Kant spoke.", "person Karl Kant [Police inspector]"),
        ("Frenchman Gael Monfort scored twice.", "person Gael Monfort"),
        ("U.S. Energy Secretary Karl Kant wept.", "place U.S.; person Karl Kant [U.S. Energy Secretary]"),
        ("Crystal Palace scored twice.", "org Crystal Palace"),
        ("Aston Villa scored twice.", "org Aston Villa"),
        ("Typhoon Yagi was strong. Yagi made landfall.", ""),
        ("The court removed Sretha Thavin. “I accept it,” Sretha, 62, said. It ruled against Sretha.", "person Sretha Thavin"),
        ("Japan's Shoei Kisen, which owns the ship, denied it.", "place Japan; org Shoei Kisen"),
        ("UK PM Sunak met Thai PM Sretha Thavin at 3 PM Eastern time.", "place UK; person Sunak [UK PM]; person Sretha Thavin [Thai PM]"),
        ("Thai court removes PM Karl Kant.", "person Karl Kant [PM]"),
        (
            "The Ministry of Agriculture and Rural Development and Pfizer met.",
            "org Ministry of Agriculture and Rural Development; org Pfizer",
        ),
        ("The Mediterranean storm Daniel hit it.", "place Mediterranean"),
        ("Imad al-Falah, an aid worker from Varna, wept.", "person Imad al-Falah [aid worker from Varna]; place Varna"),
        ("Fighters of Al Shabaab stormed it.", "org Al Shabaab"),
        ("Novak Belic beat Stefanos Doukas 6-3, 7-6(4).", "person Novak Belic; person Stefanos Doukas"),
    ]);
}

#[test]
fn places_of_several_words_and_what_stands_in_them() {
    check(&[
        ("They met in Jammu and Kashmir.", "place Jammu and Kashmir"),
        ("The ferry to Saint Kitts and Nevis sank.", "place Saint Kitts and Nevis"),
        ("It will be played at the Mexico City Stadium.", "place Mexico City Stadium"),
        ("She landed at Hong Kong International Airport.", "place Hong Kong International Airport"),
        ("They met in Mexico City.", "place Mexico City"),
        ("Stay 40km North and West of Varna.", "place Varna"),
        ("Troops left from South of Varna.", "place Varna"),
        ("Rain fell in the North.", "place North"),
        ("People with COVID need a PCR test and a QR code.", ""),
        ("The SUV was seen on CCTV, WHO experts said.", "org WHO"),
        ("The King Fahd Causeway is open.", "place King Fahd Causeway"),
        ("They train at Prince Sultan Air Base.", "place Prince Sultan Air Base"),
        ("He flew from King Khalid International Airport.", "place King Khalid International Airport"),
        ("She is in Queen Elizabeth Hospital.", "org Queen Elizabeth Hospital"),
        ("It was opened by King Fahd on Monday.", "person Fahd [King]"),
    ]);
}

#[test]
fn fixed_names_are_whole() {
    check(&[
        ("Troops left the West Bank.", "place West Bank"),
        ("It is run by the World Bank Group.", "org World Bank Group"),
        ("The West Bank Authority met.", "org West Bank Authority"),
        ("They want an Islamic state.", ""),
        ("The Supreme court ruled.", "org Supreme court"),
        ("The Food and Agriculture Organization warned of it.", "org Food and Agriculture Organization"),
        ("The Lord’s Resistance Army fled.", "org Lord’s Resistance Army"),
        ("The Committee to Protect Journalists met.", "org Committee to Protect Journalists"),
        ("It was run by the Organization of the Petroleum Exporting Countries.", "org Organization of the Petroleum Exporting Countries"),
        (
            "Officials of the Centers for Disease Control and Prevention and of the Office for the Coordination of Humanitarian Affairs met.",
            "org Centers for Disease Control and Prevention; org Office for the Coordination of Humanitarian Affairs",
        ),
        ("The World Society for the Protection of Animals met.", "org World Society for the Protection of Animals"),
        ("She said on the Voice of America that he left.", "org Voice of America"),
        ("The Washington Post left Washington.", "org Washington Post; place Washington"),
        ("The Foreign, Commonwealth & Development Office left.", "org Foreign, Commonwealth & Development Office"),
        ("Air Cairo flies to Cairo at 10:00 GMT. Thomas Cook failed.", "org Air Cairo; place Cairo; org Thomas Cook"),
        ("The King Hussein Bridge is open.", "place King Hussein Bridge"),
    ]);
}

#[test]
fn holidays_peoples_and_ranks_are_nobody() {
    check(&[
        ("It is quiet in the New Year. A New Yorker left.", ""),
        ("The Roman Catholic Church and two Roman Catholics met.", "org Roman Catholic Church"),
        ("The Roman Empire fell.", "place Roman Empire"),
        ("A Marine was killed. Three Marines left.", ""),
        ("They won in World Wars I and II.", ""),
        ("The country's Minister of Information says so.", ""),
        ("It opened its official Web site.", ""),
        ("Eight deputy Cabinet ministers left.", ""),
        ("EU Member States were hit by Ebola and Zika.", "org EU"),
        ("A militant linked to al-Qaida ally Hassan Ali was held.", "org al-Qaida; person Hassan Ali"),
    ]);
}

#[test]
fn persons_whose_names_have_an_article_a_title_or_a_hill() {
    check(&[
        ("Radical cleric Moqtada al-Sadr left.", "person Moqtada al-Sadr"),
        ("Troops killed militant Abu Musab al-Zarqawi in Varna.", "person Abu Musab al-Zarqawi; place Varna"),
        ("Khalid Sheikh Mohammed was moved.", "person Khalid Sheikh Mohammed"),
        ("Sheikh Hassan Ali was moved.", "person Hassan Ali"),
        (
            "The U.S. envoy Christopher Hill met them on Capitol Hill.",
            "place U.S.; person Christopher Hill [U.S. envoy]; place Capitol Hill",
        ),
        ("Army Private First Class Anna Brandt was charged.", "org Army; person Anna Brandt"),
        ("Republican Senators John Weber and Lindsey Marlow spoke.", "person John Weber [Republican Senators]; person Lindsey Marlow"),
        ("VOA's Mil Arcega reports.", "org VOA; person Mil Arcega"),
    ]);
}

#[test]
fn what_was_done_to_somebody_is_no_role() {
    check(&[
        ("Critics alleged President Weber knew.", "person Weber [President]"),
        ("The blast killed former Prime Minister Anna Weber.", "person Anna Weber [former Prime Minister]"),
        ("The alleged rebel leader Hassan Ali was held.", "person Hassan Ali [alleged rebel leader]"),
        ("The group overthrew President Anna Weber.", "person Anna Weber [President]"),
        ("The new parliament confirmed opposition leader Karl Weber.", "person Karl Weber [opposition leader]"),
        ("Saudi Crown Prince Abdullah met him.", "person Abdullah [Saudi Crown Prince]"),
        ("Foreign Minister Shah Mehmood Qureshi met him.", "person Shah Mehmood Qureshi [Foreign Minister]"),
    ]);
}

#[test]
fn labels_before_headlines_are_no_names() {
    let mut builder = ArticleBuilder::new();
    builder.push(BlockKind::Notice(NoticeKind::Withdrawn), "KILL", sentences);
    builder.push(BlockKind::Headline, "NATO moves to Oslo", sentences);
    let article = builder.build();
    let found: Vec<String> = extract(&article).iter().map(|entity| show(&article, entity)).collect();
    assert_eq!(found, ["organization NATO | headline:NATO", "place Oslo | headline:Oslo"]);
}

#[test]
fn surnames_that_do_not_come_last() {
    check(&[
        ("President Ferdinand Marcos Jr. came. Marcos spoke.", "person Ferdinand Marcos Jr. [President]"),
        ("Kelvin Lam Cheuk-ho came. Lam spoke.", "person Kelvin Lam Cheuk-ho"),
        ("Maria Garcia Lopez won. Garcia spoke.", "person Maria Garcia Lopez"),
        ("Mahmoud Abbas met Zaki Abbas Omar. Abbas spoke.", "person Mahmoud Abbas; person Zaki Abbas Omar"),
        ("Maria Garcia Lopez beat Ana Garcia. Garcia spoke.", "person Maria Garcia Lopez; person Ana Garcia"),
    ]);
}

#[test]
fn what_an_organization_is_for_may_be_two_things() {
    check(&[
        ("The Occupational Safety and Health Administration came.", "org Occupational Safety and Health Administration"),
        ("The Kazakh Industry and Construction Ministry said no.", "org Kazakh Industry and Construction Ministry"),
        ("The Defense Ministry and Health Ministry said no.", "org Defense Ministry; org Health Ministry"),
        (
            "The World Organization for Animal Health and the Food and Agriculture Organization came.",
            "org World Organization for Animal Health; org Food and Agriculture Organization",
        ),
        ("The Bank of Korea (BOK) held rates. The BOK said so.", "org Bank of Korea"),
        ("The Republican People's Party, or CHP, won. CHP was glad.", "org Republican People's Party"),
    ]);
}

#[test]
fn letters_behind_names_and_titles_before_them_are_no_part_of_them() {
    check(&[
        ("Anthony Reid KC left.", "person Anthony Reid"),
        ("Susan Marsh MP left.", "person Susan Marsh"),
        ("Cllr Ann Kay left. Cllr Bob Lee stayed. \"It does not work,\" Cllr Kay said.", "person Ann Kay; person Bob Lee"),
    ]);
}

#[test]
fn firms_that_are_called_so_lists_and_tickers() {
    check(&[
        ("Carris, the company that runs the funicular, is safe.", "org Carris"),
        ("The broadcaster SABC showed it.", "org SABC"),
        ("The retailer Primark did not respond.", "org Primark"),
        ("Dirk Schumacher, an economist at Natixis, left.", "person Dirk Schumacher [economist at Natixis]; org Natixis"),
        ("Five districts, including Idukki, Thrissur and Palakkad, were hit.", "place Idukki; place Thrissur; place Palakkad"),
        ("Boeing (BA.N) fell.", "org Boeing"),
        ("St Mary's Primary School closed.", "org St Mary's Primary School"),
        ("Ann Reed, the company's chief, left.", "person Ann Reed [chief]"),
        ("They shut Yorkshire's railways.", "place Yorkshire"),
        ("Mohamed Hamdan Dagalo, better known as Hemedti, left. Hemedti is ill.", "person Mohamed Hamdan Dagalo"),
    ]);
}
