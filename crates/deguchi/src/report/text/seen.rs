//! What a person saw, in the text answer: what it proves, how it goes together with the configuration, what remains.

use super::{
    super::{Title, clean, sentence::symptom as say},
    Sheet,
    paint::Ink,
};
use crate::symptom::{Judged, Stage, shortened};

/// Writes what was seen; nothing where nobody said.
pub(super) fn section(sheet: &mut Sheet<'_>) {
    let Some(seen) = &sheet.report.seen else { return };
    sheet.title(Title::Seen);
    if let Some(excerpt) = &seen.not_understood {
        let words = say::not_understood(sheet.language, excerpt);
        sheet.line(&format!("  {words}"));
    }
    for judged in &seen.symptoms {
        symptom(sheet, judged);
    }
}

fn symptom(sheet: &mut Sheet<'_>, judged: &Judged) {
    let language = sheet.language;
    let symptom = &judged.symptom;
    let code = sheet.style.paint(Ink::Faint, symptom.kind.code());
    sheet.line(&format!("  {}  {code}", clean(&say::symptom(language, symptom))));
    sheet.line(&format!("      {}", sheet.style.paint(Ink::Faint, &shortened(&symptom.line))));
    let stages = |stages: &[Stage]| -> String {
        let words: Vec<&str> = stages.iter().map(|stage| say::stage(language, *stage)).collect();
        words.join(super::sentence::comma(language))
    };
    let proved = stages(&symptom.proved());
    let failed = symptom.kind.failed().filter(|_| !symptom.kind.is_vague()).map(|failed| stages(&[failed]));
    let not_reached = stages(&symptom.not_reached());
    let marks = [
        (super::super::Mark::Passes, say::proved(language), Some(proved)),
        (super::super::Mark::Stops, say::failed(language), failed),
        (super::super::Mark::Unknown, say::not_reached(language), Some(not_reached)),
    ];
    for (mark, label, words) in marks {
        if let Some(words) = words.filter(|words| !words.is_empty()) {
            let mark = sheet.style.mark(mark);
            sheet.line(&format!("    {mark} {label}: {words}"));
        }
    }
    let relation = clean(&say::relation(language, judged));
    let relation = if judged.relation.is_contradiction() { sheet.style.paint(Ink::Bad, &relation) } else { relation };
    sheet.line(&format!("    ⇒ {relation}"));
    list(sheet, say::remains(language), judged.causes.iter().map(|cause| say::cause(language, cause)));
    list(sheet, say::next_title(language), judged.next.iter().map(|next| say::next(language, next)));
}

fn list(sheet: &mut Sheet<'_>, label: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    sheet.line(&format!("    {label}:"));
    for item in items {
        sheet.line(&format!("      - {}", clean(&item)));
    }
}
