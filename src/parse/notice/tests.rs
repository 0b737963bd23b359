use super::*;
use NoticeKind::*;

#[test]
fn labels_before_headlines() {
    let check = |headline: &str, kind: NoticeKind, text: &str, rest: &str| {
        assert_eq!(label(headline), Some(Label { kind, text, rest }), "for {headline:?}");
    };
    check("CORRECTED-Minister resigns", Corrected, "CORRECTED", "Minister resigns");
    check("CORRECTED - Minister resigns", Corrected, "CORRECTED", "Minister resigns");
    check("CORRECTED (OFFICIAL)-Minister resigns", Corrected, "CORRECTED (OFFICIAL)", "Minister resigns");
    check("CORRECTION: Minister resigns", Corrected, "CORRECTION", "Minister resigns");
    check("Correction: Ferry-Sinking story", Corrected, "Correction", "Ferry-Sinking story");
    check("CORRECTED-UPDATE 2-Minister resigns", Corrected, "CORRECTED", "UPDATE 2-Minister resigns");
    check("UPDATE 2-Minister resigns", Update, "UPDATE 2", "Minister resigns");
    check("UPDATE 1 - Minister resigns", Update, "UPDATE 1", "Minister resigns");
    check("UPDATE: Minister resigns", Update, "UPDATE", "Minister resigns");
    check("Updated: Minister resigns", Update, "Updated", "Minister resigns");
    check("WRAPUP 3-Minister resigns", Update, "WRAPUP 3", "Minister resigns");
    check("2ND LEAD Minister resigns", Update, "2ND LEAD", "Minister resigns");
    check("3rd LEAD: Minister resigns", Update, "3rd LEAD", "Minister resigns");
    check("(LEAD) Minister resigns", Update, "(LEAD)", "Minister resigns");
    check("(2nd LD) Minister resigns", Update, "(2nd LD)", "Minister resigns");
    check("[UPDATED] Minister resigns", Update, "[UPDATED]", "Minister resigns");
    check("WRITETHRU: Minister resigns", Update, "WRITETHRU", "Minister resigns");
    check("REFILE-Minister resigns", Refile, "REFILE", "Minister resigns");
    check("WITHDRAWN-Minister resigns", Withdrawn, "WITHDRAWN", "Minister resigns");
    check("KILL: Minister resigns", Withdrawn, "KILL", "Minister resigns");
    check("ADVISORY-Minister resigns", Advisory, "ADVISORY", "Minister resigns");
    check("ИСПРАВЛЕНО: Министр ушел", Corrected, "ИСПРАВЛЕНО", "Министр ушел");
}

#[test]
fn headlines_without_a_label() {
    for headline in [
        "Minister resigns",
        "UPDATES to the law",
        "Correction in the market",
        "KILL BILL returns to cinemas",
        "LEAD poisoning found",
        "Updated law passes",
        "EXCLUSIVE-Minister resigns",
        "2nd leader",
        "(Minister) resigns",
        "CORRECTED",
        "CORRECTED: fixes number of servicemen",
        "Lead: a heavy metal",
        "UPDATE 2",
    ] {
        assert_eq!(label(headline), None, "for {headline:?}");
    }
}

#[test]
fn labels_behind_headlines() {
    let check = |headline: &str, expect: Option<(NoticeKind, &str, &str)>| {
        assert_eq!(trailing_label(headline).map(|label| (label.kind, label.text, label.rest)), expect, "for {headline:?}");
    };
    check("Ferry sinks (CORRECTED)", Some((Corrected, "(CORRECTED)", "Ferry sinks")));
    check("Ferry sinks - UPDATE 2", Some((Update, "UPDATE 2", "Ferry sinks")));
    check("Ferry sinks — WITHDRAWN", Some((Withdrawn, "WITHDRAWN", "Ferry sinks")));
    check("Ferry sinks (12 dead)", None);
    check("Ferry sinks - update", None);
    check("(CORRECTED)", None);
}

#[test]
fn notices_on_their_own() {
    for (kind, paragraph) in [
        (Trashline, "(Adds quote, background)"),
        (Correction, "(Corrects spelling of name in paragraph 3)"),
        (Refile, "(Refiles to fix the headline.)"),
        (Trashline, "(Updates with minister's comment, adds details)"),
        (Trashline, "(New throughout, updates prices)"),
        (Correction, "(Corrige le nombre de blessés)"),
        (Corrected, "CORRECTED"),
        (Corrected, "CORRECTED: fixes number of servicemen"),
        (Corrected, "*CORRECTION*"),
        (Update, "UPDATE 2"),
        (Update, "2ND LEAD"),
        (Update, "1st Ld-Writethru"),
        (Update, "BC-EU--Ferry Sinking, 2nd Ld-Writethru"),
        (Update, "UPDATE: Two more people were found on Tuesday."),
        (Update, "This story has been updated with the minister's comment."),
        (Correction, "This story has been updated to correct the number of dead."),
        (Correction, "(This version of the Nov. 4 story corrects the number of dead in paragraph 1)"),
        (Correction, "(Corrects number of dead in paragraph 1)"),
        (Correction, "Correction 5 November: An earlier version of this article gave a wrong number of dead."),
        (Correction, "For the record: An earlier version of this article said nine people had died."),
        (Correction, "Corrections & Clarifications: A previous version misstated the toll."),
        (Refile, "(The story was refiled to fix a typo in paragraph 2)"),
        (Withdrawn, "BULLETIN KILL"),
        (Withdrawn, "WITHDRAWN"),
        (Withdrawn, "The story about the ferry, sent on Monday, is withdrawn."),
        (Withdrawn, "This story has been withdrawn."),
        (Withdrawn, "STORY REMOVED: EU--Ferry Sinking"),
        (Advisory, "ADVISORY"),
        (Advisory, "ATTENTION EDITORS - The ferry story will be updated at 1500 GMT."),
        (EditorsNote, "Editor's note: This article contains descriptions of injuries."),
        (EditorsNote, "EDITOR’S NOTE — The reporter travelled with the rescuers."),
        (EditorsNote, "Editors' note: names were changed."),
        (EditorsNote, "Eds: UPDATES: Adds details."),
        (EditorsNote, "От редакции: имена изменены."),
        (Correction, "Correction: An earlier version misstated the toll."),
        (Correction, "CORRECTION (Oct. 4, 2024): The toll is 14."),
        (Correction, "(This story has been corrected to say 14, not 15, in paragraph 2)"),
        (Correction, "(This Oct 3 story was corrected to fix the name in paragraph 3)"),
        (Correction, "(This version CORRECTS that the vote was on Monday.)"),
        (Correction, "This article was amended on 4 October 2024."),
        (Correction, "An earlier version of this article misspelled the name of the ship."),
        (Correction, "Korrektur: Es waren 14 Menschen."),
        (Correction, "Rectificatif : ils étaient 14."),
        (Correction, "Corrección: eran 14."),
        (Clarification, "Clarification: The increase is before tax."),
        (Clarification, "This story has been clarified to say that the increase is before tax."),
        (Clarification, "Уточнение: рост до вычета налогов."),
        (Refile, "REFILE"),
    ] {
        assert_eq!(classify(paragraph), Some(kind), "for {paragraph:?}");
    }
}

#[test]
fn ordinary_paragraphs() {
    for paragraph in [
        "The correction of the course took an hour.",
        "Corrections officers went on strike.",
        "(Additional costs are met by the city)",
        "Editors of the paper met on Monday.",
        "The story of the ferry is well known.",
        "This story is about a ferry.",
        "Correction of the river took 9 years: it is straight now.",
        "For the record: nobody has asked the ferrymen.",
        "The story of the ferry was filed to the court.",
        "Update on the ferry",
        "Killing the engine took a minute.",
        "The report was withdrawn by the ministry.",
        "\"Correction: that was me,\" he said.",
        "Advisory bodies met.",
        "",
    ] {
        assert_eq!(classify(paragraph), None, "for {paragraph:?}");
    }
}
