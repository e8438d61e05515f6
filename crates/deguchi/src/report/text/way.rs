//! The way drawn place by place: legs, what was met, what it did, and the numbers of what stands in the way.

use deguchi_engine::{HeaderView, Place};

use super::{
    Sheet,
    column::{pad, width},
    header,
    paint::Ink,
};
use crate::report::{Part, Step, Title, place_id, sentence};

/// Labels wider than this do not widen the column for all. Chosen by us: an id and a name of usual length.
const WIDEST_LABEL: usize = 38;

/// Nouns wider than this do not widen their column: `インターネットゲートウェイ` stands out, and all others are narrower.
const WIDEST_PLACE: usize = 20;

/// By how many columns words may leave their column to stay on the line. Chosen by us: the eye still sees a column.
const NUDGE: usize = 8;

/// The widths of the columns of a way.
struct Columns {
    place: usize,
    label: usize,
}

impl Sheet<'_> {
    /// Draws the way explained.
    pub(super) fn way(&mut self, part: &Part) {
        let rows: Vec<(String, String)> =
            part.steps.iter().map(|step| (self.place(step), self.label(&step.hop.place))).collect();
        let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
        let columns = Columns {
            place: widest(&mut rows.iter().map(|(place, _)| width(place)).filter(|width| *width <= WIDEST_PLACE)),
            label: widest(&mut rows.iter().map(|(_, label)| width(label)).filter(|width| *width <= WIDEST_LABEL)),
        };
        let mut before: Option<&Step> = None;
        for (index, (step, (place, label))) in part.steps.iter().zip(&rows).enumerate() {
            self.leg(before, step);
            let row = format!("{}  {label}", pad(place, columns.place));
            let words = self.words(part, step);
            let mark = self.style.mark(step.mark());
            let line = self.aligned(&row, &columns, &words);
            self.line(&format!("  {mark} {line}"));
            self.rule_rows(step);
            // The next leg's first line shows the new header itself.
            let is_last_of_leg = part.steps.get(index + 1).is_none_or(|next| next.hop.leg != step.hop.leg);
            let is_changed =
                before.is_some_and(|before| before.hop.leg == step.hop.leg && before.hop.header != step.hop.header);
            if is_changed && !is_last_of_leg {
                let header = self.header(&step.hop.header);
                self.line(&format!("    ↳ {header}"));
            }
            before = Some(step);
        }
    }

    /// Draws what changes between two places: the heading, the leg, the header.
    fn leg(&mut self, before: Option<&Step>, step: &Step) {
        let hop = &step.hop;
        let is_new_heading = before.is_none_or(|before| before.hop.heading != hop.heading);
        if is_new_heading {
            self.title(Self::heading_title(hop.heading));
        }
        if is_new_heading || before.is_some_and(|before| before.hop.leg != hop.leg) {
            let leg = format!("{} {}", sentence::title(self.language, Title::Leg), hop.leg);
            let leg = self.style.paint(Ink::Title, &leg);
            let header = self.header(&hop.header);
            self.line(&format!("  {leg}  {header}"));
        }
    }

    fn header(&self, view: &HeaderView) -> String {
        self.style.paint(Ink::Faint, &header::line(self.language, view))
    }

    /// Puts words behind a row: in their column; a little to the left of it, or on a line of their own, if they need it.
    fn aligned(&self, row: &str, columns: &Columns, words: &str) -> String {
        let column = columns.place + 2 + columns.label + 2;
        let room = self.style.width.saturating_sub(4 + width(words));
        let to = column.min(room).max(width(row) + 2);
        if to <= room && column <= to + NUDGE {
            return format!("{}{words}", pad(row, to));
        }
        format!("{row}\n{}{words}", " ".repeat(4 + columns.place + 2))
    }

    /// Returns what a place did, and the numbers of what stands in the way there.
    fn words(&self, part: &Part, step: &Step) -> String {
        let words = sentence::step(self.language, step, &self.report.names);
        let numbers = part.numbers(&step.blockers, &step.unknowns);
        let gap = if words.is_empty() || numbers.is_empty() { "" } else { "  " };
        format!("{words}{gap}{numbers}")
    }

    fn place(&self, step: &Step) -> String {
        sentence::place(self.language, &step.hop.place).to_owned()
    }

    /// Returns the ids of a place, with names.
    fn label(&self, place: &Place) -> String {
        let names = &self.report.names;
        match place {
            Place::SecurityGroups { groups, .. } => {
                let shown: Vec<String> = groups.iter().take(2).map(|group| names.bare(group)).collect();
                let more = groups.len().saturating_sub(shown.len());
                let more = if more > 0 { format!(" +{more}") } else { String::new() };
                format!("{}{more}", shown.join(", "))
            }
            Place::NetworkAcl { acl: None, .. } | Place::RouteTable { table: None, .. } => {
                sentence::absent(self.language).to_owned()
            }
            Place::NeverFiltered { service, address } => format!("{service} {address}"),
            _ => place_id(place).map(|id| names.bare(id)).unwrap_or_default(),
        }
    }
}
