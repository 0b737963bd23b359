//! Quotes and their speakers.

use super::*;

/// What was found, as `speaker: quote`, with `~` before indirect statements; joined by ` / `.
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let article = story(text);
        let found = extract(&article).into_iter().filter_map(|entity| match entity.detail {
            Detail::Quote(quote) => {
                Some(format!("{}{}: {}", if quote.direct { "" } else { "~" }, quote.speaker.as_deref().unwrap_or("?"), quote.quote))
            }
            _ => None,
        });
        let found = found.collect::<Vec<_>>().join(" / ");
        if found != *expected {
            wrong.push(format!("{text}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn marks() {
    check(&[
        ("\"We will rebuild it,\" Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("“We will rebuild it,” Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("„We will rebuild it“, Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("«We will rebuild it», Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("« We will rebuild it », Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("»We will rebuild it«, Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("‘We will rebuild it,’ Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("'We will rebuild it,' Mayor Anna Brandt said.", "Anna Brandt: We will rebuild it"),
        ("'We won't forget the miners' wives,' Mayor Anna Brandt said.", "Anna Brandt: We won't forget the miners' wives"),
        ("\"He told me 'go home' and left,\" Mayor Anna Brandt said.", "Anna Brandt: He told me 'go home' and left"),
        ("“He said “go home” and left,” Mayor Anna Brandt said.", "Anna Brandt: He said “go home” and left"),
        ("Mayor Anna Brandt said: \"We will rebuild it.", "Anna Brandt: We will rebuild it."),
        (
            "Mayor Anna Brandt said: \"We will rebuild it.\n\n\"It will take years.\"",
            "Anna Brandt: We will rebuild it.\n\nIt will take years.",
        ),
        ("The boat is 6'2\" long and 3'4\" wide.", ""),
    ]);
}

#[test]
fn verbs_in_both_orders() {
    check(&[
        ("Ms Anna Brandt's parents said they were \"broken beyond words\".", "Ms Anna Brandt's parents: broken beyond words"),
        ("The road is shut, city officials said.", "~city officials: The road is shut"),
        ("The road is shut, police said.", "~police: The road is shut"),
        ("The road is shut, a hospital official said.", "~a hospital official: The road is shut"),
        ("The ministry said earlier that the road was shut.", "~The ministry: the road was shut"),
        ("\"It is over,\" said Anna Brandt, the mayor of the town.", "Anna Brandt: It is over"),
        ("\"It is over,\" the mayor, Anna Brandt, told reporters.", "Anna Brandt: It is over"),
        ("Anna Brandt wrote: \"It is over now.\" King Karl Kant said it was sad.", "Anna Brandt: It is over now. / ~Karl Kant: it was sad"),
        ("Anna Brandt, the mayor, told reporters: \"It is over.\"", "Anna Brandt: It is over."),
        ("Anna Brandt told reporters that \"it is over now\".", "Anna Brandt: it is over now"),
        ("\"It is over,\" Anna Brandt said, \"and we are glad.\"", "Anna Brandt: It is over / Anna Brandt: and we are glad."),
        ("\"It is over,\" Anna Brandt said. \"We are glad.\"", "Anna Brandt: It is over / Anna Brandt: We are glad."),
        ("Anna Brandt called the plan \"reckless\".", "Anna Brandt: reckless"),
        ("According to Anna Brandt, \"nothing was left standing\".", "Anna Brandt: nothing was left standing"),
        ("\"Nothing was left standing,\" according to Anna Brandt.", "Anna Brandt: Nothing was left standing"),
        ("\"Is it over?\" asked Anna Brandt.", "Anna Brandt: Is it over?"),
    ]);
}

#[test]
fn pronouns_nouns_and_neighbours() {
    check(&[
        ("Petr Hanus refused. The Siran Guard, he added, \"must be dismantled.\"", "Petr Hanus: must be dismantled."),
        ("Anna Brandt visited the town. \"It is over,\" she said.", "Anna Brandt: It is over"),
        ("Anna Brandt met Ivan Petrov. \"It is over,\" he said.", "Ivan Petrov: It is over"),
        ("Anna Brandt met Ivan Petrov. \"It is over,\" she said.", "Anna Brandt: It is over"),
        ("Anna Brandt rejected the plan. \"It will never work,\" she added.", "Anna Brandt: It will never work"),
        ("Anna Brandt rejected the plan. \"It will never work.\"", "Anna Brandt: It will never work."),
        ("\"It is over,\" the ministry said.", "the ministry: It is over"),
        ("The Russian Defense Ministry denied it. \"It is over,\" the ministry said.", "Russian Defense Ministry: It is over"),
        ("\"It is over,\" a police spokesman said.", "a police spokesman: It is over"),
        ("\"It is over,\" witnesses said.", "witnesses: It is over"),
        ("Anna Brandt's lawyer, Ivan Petrov, said: \"It is over.\"", "Ivan Petrov: It is over."),
        ("A teacher, Hauwa Bello, told Reuters they were \"tired but unhurt\".", "Hauwa Bello: tired but unhurt"),
        ("\"Run for your lives, everyone, now!\"", "?: Run for your lives, everyone, now!"),
        ("They saw \"The Lion\" at the cinema.", ""),
    ]);
}

#[test]
fn statements() {
    check(&[
        ("The ministry stressed that Israel bore full responsibility.", "~The ministry: Israel bore full responsibility"),
        ("The pilots hid behind the plane, the ministry stressed.", "~the ministry: The pilots hid behind the plane"),
        ("According to the Russian Defense Ministry, the plane was shot down.", "~Russian Defense Ministry: the plane was shot down"),
        ("The plane was shot down, according to the Russian Defense Ministry.", "~Russian Defense Ministry: The plane was shot down"),
        ("Anna Brandt said the bridge would be closed.", "~Anna Brandt: the bridge would be closed"),
        ("Lawyers for Anna Brandt said that the road was open.", "~Lawyers for Anna Brandt: the road was open"),
        ("Free Orenvia claimed the attack in Varna that killed 84 people.", ""),
        ("Anna Brandt said on Monday that the bridge would be closed.", "~Anna Brandt: the bridge would be closed"),
        ("The bridge will be closed, Anna Brandt said.", "~Anna Brandt: The bridge will be closed"),
        ("The bridge will be closed, said Anna Brandt.", "~Anna Brandt: The bridge will be closed"),
        ("The bridge was reported closed.", ""),
        ("Maya Okafor, 16, asked the council to wait.", ""),
        ("A spokesman for the army, Lt. Col. Petr Hanus, denied the report by the newspaper.", ""),
        ("Finland will reopen its border, Mari Rantala, the interior minister, said.", "~Mari Rantala: Finland will reopen its border"),
        ("The ruling, which runs to 61 pages, came three weeks after the Supreme Court agreed to hear the case.", ""),
        ("The whole town burned, May said.", "~May: The whole town burned"),
        ("It praised Abdul \"Hiva\" Botimar, who said the town had burned.", "~Abdul \"Hiva\" Botimar: the town had burned"),
        ("A Foreign Ministry spokesman Sunday said the town had burned.", "~A Foreign Ministry spokesman: the town had burned"),
        ("Karl Kant, a watchdog, says the town of Varna is dangerous.", "~Karl Kant: the town of Varna is dangerous"),
        ("The spokesman for the ministry, Karl Kant, says Velmar is safe.", "~Karl Kant: Velmar is safe"),
        ("The Hamas-run health ministry said the town had burned.", "~The Hamas-run health ministry: the town had burned"),
        ("Karl Kant broke the mark of Anna Brandt, who said the town had burned.", "~Anna Brandt: the town had burned"),
        ("The whole town burned, residents and police said.", "~residents and police: The whole town burned"),
        ("The UN children's fund UNICEF said the town had burned.", "~UNICEF: the town had burned"),
        ("The whole town burned, its mayor said Monday.", "~its mayor: The whole town burned"),
    ]);
}

#[test]
fn who_is_quoted_relayed_supposed_or_in_a_list() {
    check(&[
        ("Karl Weiss called it \"barbaric\", TASS reported.", "Karl Weiss: barbaric"),
        ("Asked whether Karl Weiss would go, a spokesman said that he would not.", "~a spokesman: he would not"),
        (
            "\"We are ready. President Karl Weiss said so,\" Ivan Petrov told reporters. He said that the road was open.",
            "Ivan Petrov: We are ready. President Karl Weiss said so / ~Ivan Petrov: the road was open",
        ),
        ("Egypt, Qatar and Turkey warned that the road was closed.", "~Egypt, Qatar and Turkey: the road was closed"),
        ("Ministers from France, Britain and Germany agreed on Friday to talk.", ""),
        ("In an obituary about Karl Weiss, TASS reported the year of his birth.", ""),
        ("Karl Weiss has vowed to end subsidies that cost $2 billion a year.", ""),
        ("If Karl Weiss says that he is sorry, he may stay.", ""),
    ]);
}

#[test]
fn who_says_nothing_is_not_quoted() {
    check(&[
        ("Karl Weiss, 45, said nothing as he left court.", ""),
        ("Judge Karl Weiss, who oversaw the trial, said so.", ""),
        ("His wife, Anna Brandt, said little.", ""),
        ("Police said nothing was stolen on Monday.", "~Police: nothing was stolen on Monday"),
    ]);
}

#[test]
fn who_speaks_for_somebody_is_not_him() {
    check(&[
        (
            "A spokesman for Prime Minister Anna Brandt said that the road was open.",
            "~A spokesman for Prime Minister Anna Brandt: the road was open",
        ),
        ("\"The road is open now,\" said a lawyer for Gen. Ivan Petrov.", "a lawyer for Gen. Ivan Petrov: The road is open now"),
        ("A brother of Karl Weiss said that the road was open.", "~A brother of Karl Weiss: the road was open"),
        ("A spokesman for Prime Minister Anna Brandt, Karl Weiss, said that the road was open.", "~Karl Weiss: the road was open"),
        ("Karl Weiss, a spokesman for Anna Brandt, said that the road was open.", "~Karl Weiss: the road was open"),
        ("Karl Weiss's spokesman said that the road was open.", "~Karl Weiss's spokesman: the road was open"),
        ("Karl Weiss's mother said that the road was open.", "~Karl Weiss's mother: the road was open"),
        ("A source close to Karl Weiss said that the road was open.", "~A source close to Karl Weiss: the road was open"),
        ("Allies of Karl Weiss said that the road was open.", "~Allies of Karl Weiss: the road was open"),
        ("Doctors treating Karl Weiss said that he was ill.", "~Doctors treating Karl Weiss: he was ill"),
        ("Police who questioned Karl Weiss said that he was drunk.", "~Police who questioned Karl Weiss: he was drunk"),
        ("The company owned by Karl Weiss said that it would pay.", "~The company owned by Karl Weiss: it would pay"),
        // These are their own titles.
        ("The governor of Minya, Nadia Helmy, said that the road was open.", "~Nadia Helmy: the road was open"),
        ("The head of the Justice Ministry Anna Brandt said that the road was open.", "~Anna Brandt: the road was open"),
        ("Minister of Defense General Ivan Petrov said that the road was open.", "~Ivan Petrov: the road was open"),
    ]);
}

#[test]
fn what_is_said_of_the_speaker_is_not_what_he_said() {
    check(&[
        (
            "A Defense Ministry official, Karl Weiss, said Wednesday that the soldiers had left the capital.",
            "~Karl Weiss: the soldiers had left the capital",
        ),
        (
            "The U.S. ambassador to the United Nations, Anna Brandt, said Thursday the talks would go on.",
            "~Anna Brandt: the talks would go on",
        ),
        (
            "She died at her home in Varna on Sunday, her daughter, Anna Brandt, said.",
            "~Anna Brandt: She died at her home in Varna on Sunday",
        ),
        ("The police spokesman, Karl Weiss, said Tuesday's raid had failed.", "~Karl Weiss: Tuesday's raid had failed"),
        ("A spokesman, Karl Weiss, told reporters in Varna.", ""),
    ]);
}

#[test]
fn single_marks_that_follow_each_other_or_are_none() {
    check(&[
        // Titles, which nobody says.
        ("It is new ('Entry requirements' and 'Safety and security' pages).", ""),
        ("It is new (See ‘Using boats, cameras and drones’ on the ‘Safety of all at sea’ page).", ""),
        ("It is new ('Entry requirements’ page). It was changed on Monday and again on Friday.", ""),
        ("They left following reports of a blast in Varna ('Warnings and insurance' page).", ""),
        ("It is new ('Entry requirements' page). The trip is at the travellers' expense.", ""),
        ("The stay can be concluded early (‘Virus’, ‘Entry rules’ pages).", ""),
        ("It was the summer of '98 when the bridge fell and the ferry sank.", ""),
        ("The minister said: 'The workers' rights are not for sale.' He left.", "The minister: The workers' rights are not for sale."),
        ("'The boys' boats went down,' said Ann Lee.", "Ann Lee: The boys' boats went down"),
        ("Ann Lee said: 'We saw the boats go down and nobody came to help.", "Ann Lee: We saw the boats go down and nobody came to help."),
    ]);
}

#[test]
fn titles_in_brackets_are_said_by_nobody() {
    check(&[
        (
            "Limits were lifted ('Summary', 'Virus' and 'Entry rules' pages). Officials said the road is closed.",
            "~Officials: the road is closed",
        ),
        ("Tests were lifted (“Summary” & “Health”). Officials said the road is closed.", "~Officials: the road is closed"),
        ("The minister told them so (See “Health” page).", ""),
        ("The minister (“We will win the vote,” he said) left.", "he: We will win the vote"),
        ("The minister replied (“no comment today”).", "The minister: no comment today"),
    ]);
}

#[test]
fn who_says_it_is_told_without_when_and_how_and_a_denial_is_one() {
    check(&[
        ("The firm has said that it will appeal.", "~The firm: it will appeal"),
        ("The Varna Ministry has repeatedly said that the talks will begin.", "~Varna Ministry: the talks will begin"),
        ("The victim's family said the road is closed.", "~The victim's family: the road is closed"),
        ("Officials also said the road is closed.", "~Officials: the road is closed"),
        ("The ministry denied that the plane was shot down.", "~The ministry: denied that the plane was shot down"),
        ("The Varna Ministry has denied charges that it is arming them.", "~Varna Ministry: denied charges that it is arming them"),
        ("In Varna on Tuesday, city officials say police fired into a crowd.", "~city officials: police fired into a crowd"),
        ("In the West Bank, the army said soldiers fired at a car.", "~the army: soldiers fired at a car"),
        ("Also this week, the parliament told the firm to leave.", ""),
    ]);
}

#[test]
fn what_tells_something_itself_is_no_speaker() {
    check(&[
        ("It is hidden bias, a counter to what its creators say is the work of the channel.", ""),
        ("A military statement today said the road is closed.", "~A military statement: the road is closed"),
        ("News reports last month said the road is closed.", "~News reports: the road is closed"),
        ("It will be the hottest June, closing out what experts say will be the hottest year.", "~experts: will be the hottest year"),
        ("The statement claimed responsibility for the attack and said it will strike again.", ""),
        ("The case was moved after a photographer said that he was hurt.", "~a photographer: he was hurt"),
        ("The fighting erupted and said the road is closed.", ""),
        ("The road was closed when troops said that it was mined.", "~troops: it was mined"),
        ("Reports from Varna say the road is closed.", "~Reports from Varna: the road is closed"),
    ]);
}

#[test]
fn who_speaks_is_the_subject_of_the_verbs_own_clause() {
    check(&[
        ("Ben Ortiz praised the plan, but Ann Reed said it would cost jobs.", "~Ann Reed: it would cost jobs"),
        ("Ben Ortiz praised the plan, while Ann Reed warned that it would cost jobs.", "~Ann Reed: it would cost jobs"),
        ("Ben Ortiz resigned after Ann Reed said he had lied to parliament.", "~Ann Reed: he had lied to parliament"),
        ("Ben Lake praised the mayor, but Ann Reed called the plan \"absurd\".", "Ann Reed: absurd"),
        ("While Ben Lake praised the plan, Ann Reed called it \"absurd\".", "Ann Reed: absurd"),
        ("Ben Lake denied what Ann Reed described as \"a pattern of lies\".", "Ann Reed: a pattern of lies"),
        (
            "Senator Jon Hurst criticised the mill, and its manager, Dale Hutch, told reporters: \"We did nothing wrong at all here.\"",
            "Dale Hutch: We did nothing wrong at all here.",
        ),
        (
            "Prosecutor Ann Reed told the jury that Ortiz had said: \"I will kill them all one day.\"",
            "Ortiz: I will kill them all one day.",
        ),
        ("Ann Reed, through her lawyer, Ben Ortiz, called the charges \"baseless\".", "Ann Reed: baseless"),
        ("\"It is a good plan,\" Ann Reed said, while Ben Ortiz called it \"mad\".", "Ann Reed: It is a good plan / Ben Ortiz: mad"),
        ("Ben Lake called the plan \"bold\", while Ann Reed called it \"absurd\".", "Ben Lake: bold / Ann Reed: absurd"),
        ("The Kremlin welcomed the vote, but the European Commission called it \"a sham\".", "European Commission: a sham"),
        ("Chetan Udeshi said the deal was expensive, but the company called it \"a bargain\".", "the company: a bargain"),
        (
            "Ben Ortiz said the plan was good, but Ann Reed said it would cost jobs.",
            "~Ben Ortiz: the plan was good / ~Ann Reed: it would cost jobs",
        ),
        ("Ben Ortiz met Ann Reed and said the plan was good.", "~Ben Ortiz: the plan was good"),
        ("Ben Ortiz, who met Ann Reed and Cara Moss, said the plan was good.", "~Ben Ortiz: the plan was good"),
        ("Twitter and Facebook officials say the plan was good.", "~Twitter: the plan was good"),
        ("Jalal Odeh hosted Kurdish and Sunni delegates and said the plan was good.", "~Jalal Odeh: the plan was good"),
        ("The ministry was silent, but the U.N. official said the plan was good.", "~the U.N. official: the plan was good"),
        ("Ben Ortiz and Ann Reed said the plan was good.", "~Ben Ortiz and Ann Reed: the plan was good"),
    ]);
}

#[test]
fn what_is_told_first_names_no_speaker() {
    check(&[
        ("After meeting Dewi Lestari, Siti Rahma said the talks were good.", "~Siti Rahma: the talks were good"),
        ("During a meeting with Dewi Lestari, Siti Rahma said the talks were good.", "~Siti Rahma: the talks were good"),
        (
            "At a press conference with Dewi Lestari, Siti Rahma said: \"The talks were good for all.\"",
            "Siti Rahma: The talks were good for all.",
        ),
        ("In a letter to Ben Ortiz, Ann Reed wrote: \"I will run for mayor myself.\"", "Ann Reed: I will run for mayor myself."),
        ("Standing next to Ben Ortiz, Ann Reed told reporters: \"We made history here.\"", "Ann Reed: We made history here."),
        ("Asked by Ben Ortiz whether she would run, Ann Reed said: \"I will run for mayor.\"", "Ann Reed: I will run for mayor."),
        ("Responding to Ben Ortiz, Ann Reed said: \"I will run for mayor myself.\"", "Ann Reed: I will run for mayor myself."),
        ("Speaking after Ben Ortiz resigned, Ann Reed said she would run for mayor.", "~Ann Reed: she would run for mayor"),
        ("Like Ben Ortiz, Ann Reed said she would run for mayor.", "~Ann Reed: she would run for mayor"),
        ("Beijing, which Ben Ortiz called \"a rival\", was silent.", "Ben Ortiz: a rival"),
    ]);
}

#[test]
fn a_pronoun_means_who_acts() {
    check(&[
        ("Siti Rahma arrived on Monday. She met Dewi Lestari. \"It was good,\" she said.", "Siti Rahma: It was good"),
        ("Siti Rahma arrived. She praised Dewi Lestari. She said that the talks were good.", "~Siti Rahma: the talks were good"),
        ("Siti Rahma arrived. After meeting Dewi Lestari, she said the talks were good.", "~Siti Rahma: the talks were good"),
        ("Siti Rahma arrived. She praised Dewi Lestari, and said that the talks were good.", "~Siti Rahma: the talks were good"),
        ("After Siti Rahma resigned, she said the talks were good.", "~Siti Rahma: the talks were good"),
        (
            "Suresh Pillai died on Monday. Pillai's widow, Maria Pillai, spoke for 12 minutes. \"My daughters miss him,\" she said.",
            "Maria Pillai: My daughters miss him",
        ),
        (
            "Ms Llewellyn's boyfriend, Iker Zubeldia, has joined the search. He said that the couple had planned to meet.",
            "~Iker Zubeldia: the couple had planned to meet",
        ),
        ("Ann Reed met Ben Ortiz in Rome. \"It was a good meeting,\" he said.", "Ben Ortiz: It was a good meeting"),
        (
            "Ben Ortiz, 27, lost the match. The 27-year-old singer said he would be back on Monday.",
            "~Ben Ortiz: he would be back on Monday",
        ),
        ("Ben Lake rejected the claim. Ann Reed, he said, \"never read the report.\"", "Ben Lake: never read the report."),
    ]);
}

#[test]
fn who_is_spoken_of_has_said_nothing() {
    check(&[
        ("Dewi Lestari has been accused of \"buying votes\".", ""),
        ("Dewi Lestari has been called \"the queen of batik\".", ""),
        ("Dewi Lestari was hailed as \"the queen of batik\" by President Budi Santoso.", "Budi Santoso: the queen of batik"),
        ("Ann Reed denied being \"a traitor to the cause\".", "?: a traitor to the cause"),
        ("Lawyers representing Dewi Lestari said she was innocent.", "~Lawyers representing Dewi Lestari: she was innocent"),
        ("\"It is safe,\" said the German, who won in 2019.", "the German: It is safe"),
        ("\"It is safe,\" said one resident, who asked not to be named.", "one resident: It is safe"),
        ("The union's secretary, Jonathan Dunning, said yes.", ""),
        ("Ben Ortiz, who police said fled to Peru, was arrested.", ""),
        ("The case of Ann Reed, who police said fled to Peru, shocked the town.", ""),
        ("Reuters quoted Ann Reed as saying that she would run for mayor.", "~Ann Reed: she would run for mayor"),
        ("\"I will run for mayor,\" Reuters quoted Ann Reed as saying.", "Ann Reed: I will run for mayor"),
    ]);
}

#[test]
fn statements_without_that() {
    check(&[
        (
            "Ann Reed said high gas prices and weak demand had left the firm no choice.",
            "~Ann Reed: high gas prices and weak demand had left the firm no choice",
        ),
        ("Ann Reed told reporters the town was safe.", "~Ann Reed: the town was safe"),
        ("Ann Reed told the BBC she would not run.", "~Ann Reed: she would not run"),
        ("Ann Reed confirmed two people had died.", "~Ann Reed: two people had died"),
        ("Ann Reed warned the dam would break.", "~Ann Reed: the dam would break"),
        ("Ann Reed said last week that no clear-cut evidence was found.", "~Ann Reed: no clear-cut evidence was found"),
        ("Ann Reed said last week Iran had agreed.", "~Ann Reed: Iran had agreed"),
        ("Ann Reed said in a report Thursday the offenses are many.", "~Ann Reed: the offenses are many"),
        ("The firm said on its website it does not pay.", "~The firm: it does not pay"),
        ("Ann Reed said this month will be remembered.", "~Ann Reed: this month will be remembered"),
        ("Ann Reed said last month's rise was partly due to oil.", "~Ann Reed: last month's rise was partly due to oil"),
        ("Ann Reed said on its site that life was good.", "~Ann Reed: life was good"),
        ("Ann Reed confirmed the death of two people.", ""),
        ("Ann Reed told the story of the town.", ""),
        ("Ann Reed warned the mayor.", ""),
        ("Ann Reed told the man who was hurt to leave.", ""),
        ("Ann Reed said goodbye to her friends.", ""),
    ]);
}

#[test]
fn a_pronoun_means_who_acts_and_not_whom_the_sentence_opens_with() {
    check(&[
        ("After meeting Jim Poe, Ann Reed was hopeful. \"It was a good day,\" she said.", "Ann Reed: It was a good day"),
        ("Asked about Trump, Zelenskiy smiled. \"It was a good day,\" he said.", "Zelenskiy: It was a good day"),
        ("Like Trump, Zelenskiy was hopeful. \"It was a good day,\" he said.", "Zelenskiy: It was a good day"),
        ("Under Biden, Powell kept rates low. \"We wait and see,\" he said.", "Powell: We wait and see"),
        ("In a call with Bob Lee, President Jim Poe offered aid. \"We will help them,\" he said.", "Jim Poe: We will help them"),
        ("With Rodri injured, Pep Guardiola turned to Kovacic. \"He is ready now,\" he said.", "Pep Guardiola: He is ready now"),
        ("Trump ally Steve Bannon was jailed. \"I am very proud,\" he said.", "Steve Bannon: I am very proud"),
        ("Jim Poe met Bob Lee. \"It was a good day,\" he said.", "Jim Poe: It was a good day"),
    ]);
}

#[test]
fn what_opens_a_sentence_is_not_its_subject() {
    check(&[
        ("Addressing Putin, Macron said the war must end.", "~Macron: the war must end"),
        ("Speaking alongside Bob Lee, Jim Poe said talks had failed.", "~Jim Poe: talks had failed"),
        ("Beijing Mayor Yin Yong, 54, said the river had risen.", "~Yin Yong: the river had risen"),
    ]);
}

#[test]
fn what_commas_close_in_is_not_the_subject() {
    check(&[
        ("The union, which represents staff at Boeing, said it would strike.", "~The union: it would strike"),
        ("Her husband, Conor Byrne, who farms 60 acres nearby, said: \"It is very bad.\"", "Conor Byrne: It is very bad."),
        ("The minister, speaking to reporters at Lagos University, said the town was safe.", "~The minister: the town was safe"),
        ("Ann Reed, who met Bob Lee, said the town was safe.", "~Ann Reed: the town was safe"),
    ]);
}

#[test]
fn all_who_say_it_do() {
    check(&[
        ("Some 2,000 people marched in Leeds, organisers said.", "~organisers: Some 2,000 people marched in Leeds"),
        ("The town was safe, residents and relatives said.", "~residents and relatives: The town was safe"),
        ("Three people have died, the coastguard and police said.", "~the coastguard and police: Three people have died"),
        ("Three people have died, a local official and two parents said.", "~a local official and two parents: Three people have died"),
        ("Bob Lee and Ann Kay said in a statement: \"We will not go there.\"", "Bob Lee and Ann Kay: We will not go there."),
    ]);
}

#[test]
fn a_house_goes_on_speaking_and_the_agency_does_not() {
    check(&[
        (
            "The French army said two soldiers had died. It said a third was hurt.",
            "~The French army: two soldiers had died / ~The French army: a third was hurt",
        ),
        ("Nordwind Airlines cancelled all flights. It said the fog would stay.", "~Nordwind Airlines: the fog would stay"),
    ]);
}

#[test]
fn what_nobody_knows_was_said_is_no_statement() {
    check(&[
        ("It is not known if Ann Kay said she was ill.", ""),
        ("It was unclear whether Bob Lee said he would quit.", ""),
        ("Had Bob Lee said he would quit, he would be free.", ""),
        ("Tom's sister, Amy Ray, agreed.", ""),
        ("Days after Bob Lee quit, his successor, Jim Poe, promised change.", ""),
        ("Bob Lee had asked for four guards, said his aunt, Gloria Lee.", "~Gloria Lee: Bob Lee had asked for four guards"),
        ("Tricia Hollis apologised to passengers for \"the anxiety it caused\".", "Tricia Hollis: the anxiety it caused"),
        ("Reuters could not reach the firm. It said it would close.", "~It: it would close"),
        ("The club's coach, Bill Okafor, warned against haste.", ""),
        ("The council is taking legal advice, its clerk, Simon Yates, confirmed.", "~Simon Yates: The council is taking legal advice"),
        (
            "Bob Lee said Monday that it was under review but cautioned that \"nothing has been ruled out.\"",
            "Bob Lee: nothing has been ruled out.",
        ),
        ("Ann Reed said it was good but warned that the dam would break.", "~Ann Reed: it was good but warned that the dam would break"),
    ]);
}
