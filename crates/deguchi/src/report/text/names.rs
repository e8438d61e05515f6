//! The stage before the packets: whether the names resolve, by which name servers.

use deguchi_engine::Verdict;

use super::{
    super::{Mark, Part, Title, sentence},
    Sheet,
};

/// Writes the stage; nothing where the destination is asked by address.
pub(super) fn section(sheet: &mut Sheet<'_>, part: &Part) {
    if part.resolutions.is_empty() {
        return;
    }
    let (language, names) = (sheet.language, &sheet.report.names);
    sheet.title(Title::Names);
    for found in &part.resolutions {
        let mark = sheet.style.mark(mark(found.verdict));
        sheet.line(&format!("  {mark} {}", sentence::resolution(language, found, names)));
    }
    // All names are asked of the same servers.
    if let Some(found) = part.resolutions.first() {
        for asked in &found.servers {
            sheet.line(&format!("    - {}", sentence::name_server(language, asked, names)));
        }
    }
    let mut said = Vec::new();
    for note in part.resolutions.iter().flat_map(|found| &found.notes) {
        if !said.contains(note) {
            sheet.line(&format!("    ! {}", sentence::resolution_note(language, note, names)));
            said.push(note.clone());
        }
    }
    if let Some(words) = sentence::stages(language, part) {
        sheet.line(&format!("  {words}"));
    }
}

const fn mark(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Reachable => Mark::Passes,
        Verdict::Partly | Verdict::Unreachable => Mark::Stops,
        Verdict::Undecided => Mark::Unknown,
    }
}
