//! Dates, times and durations of a story of Monday, December 17, 2018.

use super::*;

/// What was found, as `words=iso`, joined by `; `.
fn found(article: &Article) -> String {
    let mut found: Vec<(usize, String)> = Vec::new();
    for entity in extract(article) {
        let Detail::Date(date) = &entity.detail else { continue };
        let iso = date.iso.as_deref().unwrap_or("?");
        found.extend(entity.mentions.iter().map(|mention| (mention.span.start(), format!("{}={iso}", mention.span.of(article.text())))));
    }
    found.sort();
    found.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("; ")
}

fn check(cases: &[(&str, &str)]) {
    check_all(cases, story);
}

fn check_all(cases: &[(&str, &str)], make: fn(&str) -> Article) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let found = found(&make(text));
        if found != *expected {
            wrong.push(format!("{text}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn days_and_months() {
    check(&[
        ("He was born on December 17, 1950.", "December 17, 1950=1950-12-17"),
        ("It sank on Sept. 3, 2017, off the coast.", "Sept. 3, 2017=2017-09-03"),
        ("It sank on 3 September 2017.", "3 September 2017=2017-09-03"),
        ("The plane was downed on September 17.", "September 17=2018-09-17"),
        ("The plane was downed on Dec. 7.", "Dec. 7=2018-12-07"),
        ("The vote will be held on January 12.", "January 12=2019-01-12"),
        ("The talks will be held on December 20-22.", "December 20-22=2018-12-20/2018-12-22"),
        ("The talks were held from November 3 to 5.", "November 3 to 5=2018-11-03/2018-11-05"),
        ("He met them on Monday, December 10.", "Monday, December 10=2018-12-10"),
        ("The law of March 2014 was repealed.", "March 2014=2014-03"),
        ("It fell in November.", "November=2018-11"),
        ("It will open in March.", "March=2019-03"),
        ("March to the sea, he may.", ""),
        ("The file is dated 2018-12-05.", "2018-12-05=2018-12-05"),
        ("The file is dated 05.12.2018.", "05.12.2018=2018-12-05"),
        ("The file is dated 12/25/2017.", "12/25/2017=2017-12-25"),
        ("The file is dated 05/06/2017.", "05/06/2017=?"),
        ("There was no February 30 at all.", ""),
        ("It opened on the 3rd of May 2016.", "3rd of May 2016=2016-05-03"),
    ]);
}

#[test]
fn weekdays() {
    check(&[
        ("On Wednesday, officials discussed a channel.", "Wednesday=2018-12-12"),
        ("He met Isaac Herzog in Moscow on Monday.", "Monday=2018-12-17"),
        ("The council will vote on Friday.", "Friday=2018-12-21"),
        ("On Friday, the council will vote.", "Friday=2018-12-21"),
        ("Talks will resume, the ministry said on Friday.", "Friday=2018-12-14"),
        ("The minister said talks would resume on Thursday.", "Thursday=2018-12-20"),
        ("They met on Good Friday.", ""),
        ("He died last Sunday.", "last Sunday=2018-12-16"),
        ("They meet next Monday.", "next Monday=2018-12-24"),
        ("Shipping was suspended until Saturday.", "Saturday=2018-12-22"),
        ("The Sun and the Mon are papers.", ""),
        ("Talks are scheduled for Tuesday.", "Tuesday=2018-12-18"),
    ]);
}

#[test]
fn relative_expressions() {
    check(&[
        ("The court ruled yesterday.", "yesterday=2018-12-16"),
        ("It rained today and tomorrow it may snow.", "today=2018-12-17; tomorrow=2018-12-18"),
        ("Prices fell last week.", "last week=2018-W50"),
        ("Prices fell last month and last year.", "last month=2018-11; last year=2017"),
        ("It ends next year.", "next year=2019"),
        ("He left three days ago.", "three days ago=2018-12-14"),
        ("He left two weeks ago.", "two weeks ago=2018-12-03"),
        ("He left a year ago.", "a year ago=2017"),
        ("It happened 10 years ago.", "10 years ago=2008"),
        ("It was dry this summer.", "this summer=2018-22"),
        ("It was dry in the summer of 2015.", "summer of 2015=2015-22"),
    ]);
}

#[test]
fn years_and_parts_of_them() {
    check(&[
        ("The war began in 2014.", "2014=2014"),
        ("The 2016 election was close.", "2016=2016"),
        ("It ran from 2010 to 2014.", "2010=2010; 2014=2014"),
        ("The 2014-2018 plan failed.", "2014-2018=2014/2018"),
        ("The season of 2017/18 was long.", "2017/18=2017/2018"),
        ("It was built in the 1990s.", "1990s=1990/1999"),
        ("Profit rose in the third quarter.", "third quarter=2018-07/2018-09"),
        ("Profit rose in the first quarter of 2019.", "first quarter of 2019=2019-01/2019-03"),
        ("Profit rose in Q2 2017.", "Q2 2017=2017-04/2017-06"),
        ("Profit rose in the first half of 2018.", "first half of 2018=2018-01/2018-06"),
        ("About 2000 people came.", ""),
        ("It costs $2015.", ""),
    ]);
}

#[test]
fn times_and_durations() {
    check(&[
        ("It began at 10:30 a.m.", "10:30 a.m.=T10:30"),
        ("It began at 0440 GMT.", "0440 GMT=T04:40Z"),
        ("It began at 14:30 Moscow time.", "14:30 Moscow time=T14:30+03:00"),
        ("It began at 7 p.m. local time.", "7 p.m. local time=T19:00"),
        ("It began at 9pm.", "9pm=T21:00"),
        ("It began at 12 a.m. sharp.", "12 a.m.=T00:00"),
        ("The siege lasted three days.", "three days=P3D"),
        ("He was held for 24 hours.", "24 hours=PT24H"),
        ("A two-week truce was agreed.", "two-week=P2W"),
        ("A 10-year plan was agreed.", "10-year=P10Y"),
        ("He was jailed for six and a half years.", "six and a half years=P6.5Y"),
        ("He was jailed for between 5 and 7 years.", "5 and 7 years=P5Y/P7Y"),
        ("He won in two hours and 50 minutes.", "two hours and 50 minutes=PT2H50M"),
        ("She ran it in 2 hours, 3 minutes and 12.5 seconds.", "2 hours, 3 minutes and 12.5 seconds=PT2H3M12.5S"),
        ("He was jailed for three years and two months.", "three years and two months=P3Y2M"),
        ("The man is 40 years old.", ""),
    ]);
}

#[test]
fn without_a_year() {
    let make = |text: &str| {
        let mut builder = ArticleBuilder::new();
        builder.push(BlockKind::Paragraph(0), text, sentences);
        builder.dateline(wired("Moscow", "--12-17", "TASS"));
        builder.build()
    };
    check_all(
        &[
            ("They met on Monday. On Wednesday, they had talked by telephone.", "Monday=--12-17; Wednesday=--12-12"),
            ("The toll rose to 233 on Monday. The flood came on Friday.", "Monday=--12-17; Friday=--12-14"),
            ("The plane was downed on September 17.", "September 17=--09-17"),
            ("It fell in November.", "November=--11"),
            ("It fell last month.", "last month=--11"),
            ("It fell in 2014 and last year.", "2014=2014; last year=?"),
            ("He left yesterday.", "yesterday=--12-16"),
        ],
        make,
    );
    let bare = |text: &str| {
        let mut builder = ArticleBuilder::new();
        builder.push(BlockKind::Paragraph(0), text, sentences);
        builder.build()
    };
    check_all(&[("They met on Monday and on May 3.", "Monday=?; May 3=--05-03"), ("He left yesterday.", "yesterday=?")], bare);
}

#[test]
fn days_whose_month_stands_elsewhere() {
    check(&[
        ("It will be closed on 7 and 8 January.", "7=2019-01-07; 8 January=2019-01-08"),
        ("It opens on 7, 8 and 9 January 2020.", "7=2020-01-07; 8=2020-01-08; 9 January 2020=2020-01-09"),
        ("Attacks took place between 24 - 27 November.", "24 - 27 November=2018-11-24/2018-11-27"),
        ("It lasted from 3 to 18 May 2017.", "3 to 18 May 2017=2017-05-03/2017-05-18"),
        ("It fell between 24 and 27 November.", "24 and 27 November=2018-11-24/2018-11-27"),
        ("Trains stopped on November 7 and 8.", "November 7=2018-11-07; 8=2018-11-08"),
        ("On November 7 and 8 people came.", "November 7=2018-11-07"),
        ("It killed 15 to 20 people on 3 May 2017.", "3 May 2017=2017-05-03"),
    ]);
}

#[test]
fn years_of_the_middle_ages() {
    check(&[
        ("Columbus landed there in 1492.", "1492=1492"),
        ("It has stood since 1215, he said.", "1215=1215"),
        ("The fire was seen in 1200 homes.", ""),
        ("It has 1492 of them.", ""),
    ]);
}

#[test]
fn what_is_scheduled_is_to_come_and_what_was_due_is_near() {
    check(&[
        ("The school reopens Wednesday.", "Wednesday=2018-12-19"),
        ("The committee meets on Friday.", "Friday=2018-12-21"),
        ("Voters go to the polls on Sunday.", "Sunday=2018-12-23"),
        ("Trucks may return Friday.", "Friday=2018-12-21"),
        ("Officials could decide Friday.", "Friday=2018-12-21"),
        ("The deadline is Friday.", "Friday=2018-12-21"),
        ("The match was moved to Saturday.", "Saturday=2018-12-22"),
        ("The launch was rescheduled for Sunday.", "Sunday=2018-12-23"),
        ("The law takes effect in January.", "January=2019-01"),
        ("He faces trial in April.", "April=2019-04"),
        ("The order stands until at least Wednesday.", "Wednesday=2018-12-19"),
        ("They were due to meet on 3 December.", "3 December=2018-12-03"),
        ("He was due to fly to Rome on Sunday but cancelled.", "Sunday=2018-12-16"),
        ("The show's runs ended on Friday.", "Friday=2018-12-14"),
        ("He was freed on Friday.", "Friday=2018-12-14"),
    ]);
}

#[test]
fn months_of_another_year_seasons_and_spans_of_time() {
    check(&[
        ("In March last year he was freed.", "March last year=2017-03"),
        ("The term expires in May next year.", "May next year=2019-05"),
        ("In a letter last spring, he wrote nothing.", "last spring=2018-21"),
        ("He finished 1:48 ahead of her.", ""),
        ("They scored in a span of 5:37.", ""),
        ("It began at 2:14 on Friday.", "2:14=T02:14; Friday=2018-12-14"),
    ]);
}

#[test]
fn what_is_to_come_may_be_said_far_before_the_day() {
    check(&[(
        "He will face compatriot Roberto Agut, a 6-2, 6-4 winner over the young Dane Holger Rune on the same court, in Saturday's semi-final.",
        "Saturday=2018-12-22",
    )]);
}
