//! Quantities, money and percents, as sentences of stories have them.

use super::*;

/// What was found, as `[hedge ]value[-high] unit[ of what]`, quantities plain and the other kinds with their name; joined by `; `.
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let article = story(text);
        let found = show_all(&article, &extract(&article)).into_iter().filter_map(|line| {
            let known = line.split(" | ").next()?.to_owned();
            known
                .strip_prefix("quantity ")
                .map(str::to_owned)
                .or_else(|| (known.starts_with("money ") || known.starts_with("percent ")).then_some(known))
        });
        let found = found.collect::<Vec<_>>().join("; ");
        if found != *expected {
            wrong.push(format!("{text}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn lists_of_ages_and_rows_of_scores() {
    check(&[
        ("The suspects, aged 24, 31 and 45, were held.", "24 years old; 31 years old; 45 years old"),
        ("Two boys, aged 10 and 12, and 3 girls came.", "2 boys; 10 years old; 12 years old; 3 girls"),
        ("She won 6-4, 3-6, 7-5 in Varna.", "6-4 score; 3-6 score; 7-5 score"),
        ("They lost 0-2 in Varna.", "0-2 score"),
        ("It was a 1-3 defeat.", "1-3 score"),
        ("It took 3-6 weeks and 15-20 men.", "15-20 men"),
    ]);
}

#[test]
fn what_is_counted_may_have_names_and_nouns_before_it() {
    check(&[
        ("The 46 national museums closed.", "46 museums"),
        ("It sent 3,500 National Guard troops there.", "3500 troops"),
        ("They helped 1,200 flood victims.", "1200 victims"),
        ("It happened after 46 national leaders had left.", "46 leaders"),
        ("It cost 5 pence more.", "5 pence"),
        ("It rose 2.2p a litre.", "2.2 pence"),
        ("It will take over four plants and over 30 ships.", "4 plants; over 30 ships"),
        ("The death toll in Varna passes 11,000.", "11000 dead"),
        ("Gunmen abduct 87 in Varna.", "87 abducted"),
        ("A further 1,000 people were held.", "a further 1000 people"),
        ("It holds 314 of 493 seats.", "314 seats; 493 seats"),
        ("They put the number of electric cars at 3,783.", "3783 cars"),
        ("The number of dead has risen to 34.", "34 dead"),
        ("He won by 521 votes to 466.", "521 votes; 466 votes"),
        ("A magnitude 6.3 earthquake struck.", "6.3 magnitude"),
        ("She won 6-3, 7-6 (4) in Varna.", "6-3 score; 7-6 score"),
    ]);
}

#[test]
fn money_of_many_nations() {
    check(&[
        ("It cost 3 million shillings.", "money 3000000 shillings"),
        ("It cost 3 million Ugandan shillings.", "money 3000000 UGX"),
        ("Kenya spent 3 billion shillings.", "money 3000000000 KES"),
        ("The bank in Amman lent 500 dinars.", "money 500 JOD"),
        ("It cost 40 crowns.", "money 40 crowns"),
        ("Prague spent 40 crowns.", "money 40 CZK"),
    ]);
}

#[test]
fn counted_things() {
    check(&[
        ("The blast killed 15 Russian military servicemen.", "15 servicemen"),
        ("It fired at four Israeli F-16 aircraft near the coast.", "4 aircraft"),
        ("Fifteen people were killed.", "15 people"),
        ("Two hundred and five villagers fled.", "205 villagers"),
        ("Some 1,200 police officers were sent.", "some 1200 officers"),
        ("At least 15 people died.", "at least 15 people"),
        ("More than 40 homes burned down.", "more than 40 homes"),
        ("Up to 3,000 people a day may cross.", "up to 3000 people"),
        ("Nearly two dozen boats sank.", "nearly 24 boats"),
        ("As many as 300 prisoners escaped.", "as many as 300 prisoners"),
        ("No fewer than six judges resigned.", "no fewer than 6 judges"),
        ("The raid left 12 dead and 31 injured.", "12 dead; 31 injured"),
        ("Rescuers found three wounded soldiers.", "3 soldiers"),
        ("Between 15 and 20 miners are trapped.", "15-20 miners"),
        ("The ship carried 15 to 20 sailors.", "15-20 sailors"),
        ("He faces 10-15 charges.", "10-15 charges"),
        ("An estimated 2.5 million voters stayed at home.", "an estimated 2500000 voters"),
        ("About 5 to 6 million refugees left.", "about 5000000-6000000 refugees"),
        ("Half a million people marched.", "500000 people"),
        ("A dozen ministers quit.", "12 ministers"),
        ("Dozens of people were hurt.", "dozens of ? people"),
        ("Hundreds of thousands of refugees crossed.", "hundreds of thousands of ? refugees"),
        ("Two of the attackers fled.", "2 attackers"),
        ("One person was hurt.", "1 person"),
        ("No one was hurt, and one of them laughed.", ""),
        ("The two sides met again.", "2 sides"),
        ("Four were killed and seven were wounded.", "4 killed; 7 wounded"),
        ("The crash killed 9.", "9 killed"),
        ("The fire raged, killing 9 and injuring 20.", "9 killed; 20 injured"),
        ("At least 23 people died and 41 were missing.", "at least 23 people; 41 missing"),
        ("Seven others were hurt.", "7 hurt"),
        ("The blast left 12 wounded, three of them seriously.", "12 wounded; 3 wounded"),
        ("Drones fell: seven over the Azov Region and two over Rostov.", "7 -; 2 -"),
        ("They have 28 points, two more than Arsenal.", "28 points; 2 -"),
        ("The toll rose from 12 to 15.", "12 -; 15 -"),
        ("The death toll from the floods rose to 147, with 127 still missing.", "147 dead; 127 missing"),
        ("The death toll rose from 12 to at least 15.", "12 dead; at least 15 dead"),
        ("It sold the iPhone 16 and flew a Boeing 787-8.", ""),
        ("Thousands of supporters waved.", "thousands of ? supporters"),
        ("She has five grandchildren.", "5 grandchildren"),
        ("Nobody may come within 500 meters of the crossing.", "500 m"),
        ("She was 97.", "97 years old"),
        ("Ann Lee, who turned 40 in May, left.", "40 years old"),
        ("The poet died at 97.", "97 years old"),
        ("About 1,5 million tonnes of wheat, pages 1,5 and 2.", "about 1500000 tonnes of wheat; 2 -"),
        ("Twenty-five countries signed.", "25 countries"),
        ("It has 1,184 seats, 60 of them new.", "1184 seats; 60 seats"),
        ("One hundred thousand doses were sent.", "100000 doses"),
        ("Twelve or more trucks were hit.", "or more 12 trucks"),
        ("The fleet lost three surface-to-air missile systems.", "3 systems"),
        ("Police arrested 27 suspected militants.", "27 militants"),
        ("The company cut 5,000 full-time jobs.", "5000 jobs"),
        ("300k users left.", "300000 users"),
        ("Some 300 000 users left.", "some 300000 users"),
        ("They lost 12\u{a0}450 votes.", "12450 votes"),
        ("Flight 370 239 passengers took.", "239 passengers"),
    ]);
}

#[test]
fn what_is_no_quantity() {
    check(&[
        ("A door blew out on a 737 MAX 9 in Varna.", ""),
        ("Flight 370 vanished.", ""),
        ("Resolution 2254 was adopted.", ""),
        ("An S-200 missile and an Il-20 plane.", ""),
        ("The Covid-19 ward is full.", ""),
        ("No. 10 Downing Street was dark.", ""),
        ("He lives at the corner.", ""),
        ("The vote in paragraph 2 was wrong.", ""),
        ("One should never say so.", ""),
    ]);
}

#[test]
fn measures() {
    check(&[
        ("The fire spread over 40 km.", "over 40 km"),
        ("It fell 200 kilometers east of the town.", "200 km"),
        ("About 20,000 tonnes of wheat were lost.", "about 20000 tonnes of wheat"),
        ("A new generator weighing 6 tonnes arrived.", "6 tonnes"),
        ("The temperature rose to 47.2 degrees Celsius.", "47.2 °C"),
        ("It was 14 °C at noon.", "14 °C"),
        ("The limit is 8 degrees.", "8 degrees"),
        ("Forest burned on 3,500 hectares.", "3500 hectares"),
        ("The park covers 12 square kilometres.", "12 km²"),
        ("It holds 11 million cubic metres of water.", "11000000 m³ of water"),
        ("Winds of 120 kilometers per hour hit the coast.", "120 km/h"),
        ("Output fell to 9.8 million barrels per day.", "9800000 bpd"),
        ("A 40km queue formed.", "40 km"),
        ("The ship was less than two nautical miles away.", "less than 2 nautical miles"),
        ("The plant makes 1,200 megawatts.", "1200 MW"),
        ("He lost 20 pounds.", "20 pounds"),
    ]);
}

#[test]
fn money() {
    check(&[
        ("It cost $5.2 million.", "money 5200000 USD"),
        ("It cost $5.2m.", "money 5200000 USD"),
        ("The deal is worth €40-50bn.", "money 40000000000-50000000000 EUR"),
        ("A loss of $5 to $6 million is likely.", "money 5000000-6000000 USD"),
        ("They paid between $3 million and $4 million.", "money 3000000-4000000 USD"),
        ("The bill is 86 million rubles.", "money 86000000 RUB"),
        ("The bill is about 30 million euros.", "money about 30000000 EUR"),
        ("He got 200,000 Egyptian pounds.", "money 200000 EGP"),
        ("It was sold for 3 million pounds.", "money 3000000 GBP"),
        ("It raised 300 Canadian dollars.", "money 300 CAD"),
        ("It raised US$2 billion.", "money 2000000000 USD"),
        ("Shares fell to C$31.15.", "money 31.15 CAD"),
        ("A fine of USD 300 was paid.", "money 300 USD"),
        ("The aid is worth more than $1bn.", "money more than 1000000000 USD"),
        ("It cost 160 million yuan (about 22.8 million U.S. dollars).", "money 160000000 CNY; money about 22800000 USD"),
        ("The fee is £20.", "money 20 GBP"),
        ("It paid 15 billion yen.", "money 15000000000 JPY"),
        ("Sales rose to 4 trillion won.", "money 4000000000000 KRW"),
        ("In Seoul it traded at 1,372 won per dollar, down 7.4 won.", "money 1372 KRW; money 7.4 KRW"),
        ("In Seoul the 12 won, and left.", "12 -"),
    ]);
}

#[test]
fn below_zero() {
    check(&[
        ("It was -5 degrees Celsius in Varna.", "-5 °C"),
        ("It was minus 12 in Varna.", "-12 -"),
        ("It was 39 C (102 F) there.", "39 °C; 102 °F"),
        ("Fuel is kept at minus 253 degrees Celsius.", "-253 °C"),
        ("Profit moved by -2.3 percent.", "percent -2.3 percent"),
        ("It expects $37 billion, plus or minus 2%, this year.", "money 37000000000 USD; percent plus or minus 2 percent"),
        ("Prices rose 3-5%.", "percent 3-5 percent"),
    ]);
}

#[test]
fn a_number_and_what_it_counts_in_one_word() {
    check(&[
        ("A six-member panel met.", "6 members"),
        ("A three-meter wave hit it.", "3 m"),
        ("It rose by two-tenths, and 40-million stayed.", ""),
        ("It is one of two parties.", "2 parties"),
        ("A six-wheeled car and a 636-type boat came.", ""),
        ("The 27-nation bloc met.", "27 nations"),
        ("The 24-time champion lost.", "24 times"),
        ("The five-story house and the four-man crew.", "5 stories; 4 men"),
        ("Traders see a 250-basis-point cut.", "percent 250 basis points"),
        ("A two-way street, a one-third share, a 200-strong crowd.", ""),
    ]);
}

#[test]
fn percents() {
    check(&[
        ("Prices rose 12%.", "percent 12 percent"),
        ("Prices rose by 2.5 percent.", "percent 2.5 percent"),
        ("Prices rose by ten per cent.", "percent 10 percent"),
        ("About 30 percent of voters stayed at home.", "percent about 30 percent of voters"),
        ("He won 51.3 percent of the vote.", "percent 51.3 percent of vote"),
        ("The rate rose by 0.5 percentage points.", "percent 0.5 percentage points"),
        ("Yields fell 25 basis points.", "percent 25 basis points"),
        ("Between 5 and 7 percent were spoiled.", "percent 5-7 percent"),
        ("Growth of 3-4% is expected.", "percent 3-4 percent"),
        ("As much as 40 percent of its area burned.", "percent as much as 40 percent of area"),
    ]);
}

#[test]
fn ages_scores_and_ordinals_keep_apart() {
    check(&[
        ("A 45-year-old man was held.", "45 years old"),
        ("Anna Petrova, 45, was held.", "45 years old"),
        ("He died aged 71.", "71 years old"),
        ("Ada Marlow, 37, Karl's youngest daughter, wept.", "37 years old"),
        ("She won at age 37.", "37 years old"),
        ("He left at the age of 38.", "38 years old"),
        ("The boy is three years old.", "3 years old"),
        ("They won 3-1 on Sunday.", "3-1 score"),
        ("The 17th summit opened.", "17 ordinal"),
        ("It was the third attack.", "3 ordinal"),
        ("A third of the crop was lost.", ""),
        ("Two-thirds of it burned.", ""),
    ]);
}

#[test]
fn magnitudes_and_limits_of_age() {
    check(&[
        ("A 7.7 magnitude earthquake hit Varna.", "7.7 magnitude"),
        ("A 7.7-magnitude earthquake hit Varna.", "7.7 magnitude"),
        ("Quakes of magnitude 6 and magnitude 6.5 hit Varna.", "6 magnitude; 6.5 magnitude"),
        ("The 7.1 and 7.5 magnitude earthquakes were felt in Varna.", "7.1 magnitude; 7.5 magnitude"),
        ("There is new information about 7.7 magnitude earthquakes.", "7.7 magnitude"),
        ("The quake had about 7 magnitude on their scale.", "about 7 magnitude"),
        ("Travellers under 18 need a letter.", "under 18 years old"),
        ("The Covid 19 rules and COVID- 19 limits of Varna went.", ""),
        ("It is for children aged under 16.", "under 16 years old"),
        ("The rules for people over 65 changed.", "over 65 years old"),
        ("It buried people under 18 tonnes of mud.", "under 18 tonnes of mud"),
    ]);
}

#[test]
fn fractions() {
    check(&[
        ("Wheat rose 3-1/4 points.", "3.25 points"),
        ("It fell 1/2 point.", "0.5 point"),
        ("It lost 2 1/2 percent.", "percent 2.5 percent"),
        ("Profit rose to $2 1/2 million.", "money 2500000 USD"),
        ("The pipe is 3½ inches wide.", "3.5 inches"),
        ("It was open 24/7, and 1/4 finals were held.", ""),
        ("They won 3-1.", "3-1 score"),
    ]);
}

#[test]
fn ages_in_words_in_months_and_by_decade() {
    check(&[
        ("An eight-year-old boy died.", "8 years old"),
        ("The two-year-old twins slept.", "2 years old"),
        ("An 18-month-old girl died.", "18 months old"),
        ("A man in his late 50s died.", "late 50-59 years old"),
        ("A woman in her 30s died.", "30-39 years old"),
        ("It sank in the 1950s.", ""),
    ]);
}

#[test]
fn metres_shares_and_steps() {
    check(&[
        ("The mosaic measures 6m by 4.5m.", "6 m; 4.5 m"),
        ("Temperatures at 2,500m have fallen.", "2500 m"),
        ("The hole is 3m deep.", "3 m"),
        ("The firm made 2,500m euros.", "2500 m"),
        ("The firm sold 25m phones.", "25000000 phones"),
        ("The toll climbed by three to 15.", "15 -"),
        ("Not fewer than 10 people came.", "not fewer than 10 people"),
        ("One in five children is poor.", "percent 20 percent of children"),
        ("Nine in 10 homes were hit.", "percent 90 percent of homes"),
        ("Two out of three voters agree.", "percent 66.67 percent of voters"),
        ("It won two in 2019.", ""),
        ("It fell two in three days.", ""),
        ("Tens of thousands of people fled.", "tens of thousands of ? people"),
        ("Two or three people died.", "2-3 people"),
        ("10 or 20 people came.", "10-20 people"),
        ("The price rose from ₦774 to ₦874.", "money 774 NGN; money 874 NGN"),
        ("It cost R$50.", "money 50 BRL"),
    ]);
}

#[test]
fn pesos_are_those_of_the_story() {
    check(&[
        ("The Philippines gave 320 million pesos.", "money 320000000 PHP"),
        ("Mexico gave 320 million pesos.", "money 320000000 MXN"),
        ("They gave 320 million Chilean pesos.", "money 320000000 CLP"),
        ("They gave 320 million pesos.", "money 320000000 pesos"),
    ]);
}

#[test]
fn speeds_scales_and_points() {
    check(&[
        ("The train ran at 210km/h.", "210 km/h"),
        ("The train ran at 90 km per hour.", "90 km/h"),
        ("The wind blew at 60 miles per hour.", "60 mph"),
        ("The river carries 30 cubic metres per second.", "30 m³/s"),
        ("It was 43 degrees Celsius (109.4 Fahrenheit) there.", "43 °C; 109.4 °F"),
        ("The planet is 120 light years away.", "120 light-years"),
        ("It was 14C in Leeds.", "14 °C"),
        ("Yields rose 4 bps.", "percent 4 basis points"),
    ]);
}

#[test]
fn ages_in_brackets_and_at_the_end() {
    check(&[
        ("Police named him as Ramesh Yadav (32), a driver.", "32 years old"),
        ("He leaves his wife, Diane Ellison, 59.", "59 years old"),
        ("A quake in 2015 killed around 9,000 people.", "around 9000 people"),
    ]);
}

#[test]
fn money_that_says_its_currency_once_or_by_the_country() {
    check(&[
        ("Profit rose to 100 million euros from 90 million.", "money 100000000 EUR; money 90000000 EUR"),
        ("Sales fell to $3.1 billion from 3.4 billion.", "money 3100000000 USD; money 3400000000 USD"),
        ("In Kathmandu, Nepal, a fare costs 200 rupees.", "money 200 NPR"),
        ("Pakistan paid 5 million rupees.", "money 5000000 PKR"),
        ("The fine was 2,000 rupees.", "money 2000 INR"),
        ("The fine was Rs 2,000.", "money 2000 INR"),
        ("The deal was worth N4.5 million.", "money 4500000 NGN"),
        ("He was fined R5,000.", "money 5000 ZAR"),
        ("It cost Sh1.6 billion in Uganda.", "money 1600000000 UGX"),
        ("It cost KSh1,200 there.", "money 1200 KES"),
        ("She wore an N95 mask in an R22.", ""),
        ("Exports rose to 100 million tonnes from 90 million.", "100000000 tonnes; 90000000 -"),
    ]);
}
