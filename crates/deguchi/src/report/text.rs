//! The report as text for a terminal: the verdict, the way, what stops it, what it takes for granted.
//!
//! Leaves out words ([`crate::words`]). Meaning never hangs on colour alone.

mod column;
mod fixes;
mod header;
mod names;
mod paint;
mod rule_rows;
mod seen;
mod way;

pub use paint::{Colour, Style};

use deguchi_engine::{Evidence, Heading, Outcome, Resource, Verdict, policy::AuthorizationOutcome};

use super::{Blocker, Part, Report, Stage, Title, Unknown, sentence};
use crate::{
    language::Language,
    notice::{Notice, Severity},
};
use paint::Ink;

/// How many notices, other ways and the like are shown. Chosen by us: about half a screen.
const SHOWN: usize = 10;

/// Returns the report as text; ends in a newline.
pub fn render(report: &Report, language: Language, style: Style) -> String {
    let mut sheet = Sheet { report, language, style, text: String::new() };
    sheet.verdict();
    seen::section(&mut sheet);
    match report.parts.as_slice() {
        [part] => sheet.part(part),
        parts => sheet.alternatives(parts),
    }
    sheet.fixes();
    sheet.evidence();
    sheet.remarks();
    sheet.notices();
    sheet.text
}

/// The text so far, and what it is made of.
struct Sheet<'r> {
    report: &'r Report,
    language: Language,
    style: Style,
    text: String,
}

impl Sheet<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, title: Title) {
        let words = self.style.paint(Ink::Title, sentence::title(self.language, title));
        self.line("");
        self.line(&words);
    }

    /// A label and what it says, under an item of a list.
    fn detail(&mut self, label: Title, words: &str) {
        let label = self.style.paint(Ink::Faint, &format!("{}:", sentence::title(self.language, label)));
        self.line(&format!("      {label} {words}"));
    }

    fn headline(&mut self, verdict: Verdict, headline: &str) {
        let word = sentence::verdict(self.language, verdict);
        let painted = self.style.paint(Ink::of_verdict(verdict), word);
        self.line(&headline.replacen(word, &painted, 1));
    }

    fn verdict(&mut self) {
        let headline = sentence::headline(self.language, self.report);
        self.headline(self.report.verdict(), &headline);
    }

    fn alternatives(&mut self, parts: &[Part]) {
        for part in parts {
            let headline = format!("  {}", sentence::part_headline(self.language, part, self.report));
            self.headline(part.verdict, &headline);
        }
        for (index, part) in parts.iter().enumerate() {
            let headline = sentence::part_headline(self.language, part, self.report);
            self.line("");
            self.line("");
            self.headline(part.verdict, &headline);
            if parts.iter().take(index).any(|earlier| earlier.says_the_same_as(part)) {
                self.line(&format!("  {}", sentence::title(self.language, Title::SameAsBefore)));
            } else {
                self.part(part);
            }
        }
    }

    fn part(&mut self, part: &Part) {
        if part.verdict == Verdict::Undecided && part.would_arrive {
            let words = sentence::would_arrive(self.language);
            self.line(&format!("  {words}"));
        }
        names::section(self, part);
        self.way(part);
        self.authorizations(part);
        self.blockers(part);
        self.other_ways(part);
        self.unknowns(part);
        self.assumptions(part);
    }

    /// The stage behind the network: what each policy says about the request.
    fn authorizations(&mut self, part: &Part) {
        if part.authorizations.is_empty() {
            return;
        }
        self.title(Title::Authorization);
        for authorization in &part.authorizations {
            let mark = self.style.mark(match authorization.outcome {
                AuthorizationOutcome::Allowed => super::Mark::Passes,
                AuthorizationOutcome::Denied => super::Mark::Stops,
                AuthorizationOutcome::Undecided => super::Mark::Unknown,
            });
            let headline = sentence::authorization(self.language, authorization);
            self.line(&format!("  {mark} {headline}"));
            for verdict in &authorization.policies {
                let (policy, outcome) = sentence::policy_verdict(self.language, verdict, &self.report.names);
                self.line(&format!("    - {policy}: {outcome}"));
            }
        }
    }

    fn blockers(&mut self, part: &Part) {
        if part.blockers.is_empty() {
            return;
        }
        self.title(Title::Blockers);
        for (index, blocker) in part.blockers.iter().enumerate() {
            self.blocker(index + 1, blocker, part);
        }
        let is_refusal = |blocker: &Blocker| matches!(blocker.reason.evidence, Evidence::Policy(_));
        // Packets that are dropped reach nobody who could refuse.
        let first = part.blockers.iter().min_by_key(|blocker| (is_refusal(blocker), blocker.reason.heading));
        if let Some(first) = first {
            let label = sentence::title(self.language, Title::Symptom);
            let symptom = if part.name_verdict() == Verdict::Unreachable {
                sentence::symptom_of_name(self.language)
            } else {
                sentence::symptom(self.language, first, part.verdict)
            };
            self.line(&format!("  {label}: {symptom}"));
        }
    }

    fn blocker(&mut self, number: usize, blocker: &Blocker, part: &Part) {
        let (language, names) = (self.language, &self.report.names);
        let reason = &blocker.reason;
        let code = self.style.paint(Ink::Bad, reason.code.as_str());
        self.line(&format!("  [{number}] {code}"));
        self.line(&format!("      {}", sentence::blocker(language, blocker, names)));
        if let Evidence::NetworkAclRule(Some(rule)) = &reason.evidence
            && !rule.number.is_closing()
        {
            self.detail(Title::Rule, &sentence::network_acl_rule(language, rule, reason.direction));
        }
        let mut place = match blocker.stage {
            Stage::Name => vec![sentence::question_to_name_server(language).to_owned()],
            Stage::Connection => Vec::new(),
        };
        place.push(sentence::position(language, reason.heading, reason.leg));
        place.extend(reason.direction.map(|direction| sentence::direction(language, direction).to_owned()));
        if let Evidence::NoSecurityGroupRule { interface, .. } = &reason.evidence {
            let interface = Resource::NetworkInterface(interface.clone());
            place.push(sentence::resource(language, &interface, names));
        }
        place.extend(reason.subnet.as_ref().map(|id| sentence::at_subnet(language, id.as_str(), names)));
        self.detail(Title::Where, &place.join(sentence::comma(language)));
        if !(reason.packets.is_whole() && part.verdict == Verdict::Unreachable) {
            self.detail(Title::Concerns, &sentence::packets(language, &reason.packets));
        }
    }

    fn other_ways(&mut self, part: &Part) {
        let Some(explained) = part.explained.as_ref().filter(|_| !part.other_ways.is_empty()) else { return };
        self.title(Title::OtherWays);
        let drawn = format!("  ({})", sentence::title(self.language, Title::Explained));
        for (index, way) in std::iter::once(explained).chain(&part.other_ways).take(SHOWN).enumerate() {
            let mark = self.style.mark(match way.outcome {
                Outcome::Dropped => super::Mark::Stops,
                Outcome::Undecided { .. } => super::Mark::Unknown,
                Outcome::Delivered => super::Mark::Passes,
            });
            let words = sentence::way(self.language, way);
            let numbers = part.numbers(&way.blockers, &way.unknowns);
            let gap = if numbers.is_empty() { "" } else { "  " };
            let drawn = if index == 0 { drawn.as_str() } else { "" };
            self.line(&format!("  {mark} {words}{gap}{numbers}{drawn}"));
        }
        self.cut_short(part.other_ways.len() + 1);
    }

    fn unknowns(&mut self, part: &Part) {
        if part.unknowns.is_empty() {
            return;
        }
        let is_open = part.verdict == Verdict::Undecided;
        self.title(if is_open { Title::Unknowns } else { Title::UnknownsBeyond });
        for (index, topic) in part.topics().iter().enumerate() {
            self.topic(part.blockers.len() + index + 1, topic);
        }
    }

    /// Says one thing that is not known, and where it is met.
    fn topic(&mut self, number: usize, topic: &[&Unknown]) {
        let Some(first) = topic.first() else { return };
        let language = self.language;
        let code = self.style.paint(Ink::Unsure, first.missing.code.as_str());
        self.line(&format!("  [{number}] {code}"));
        self.line(&format!("      {}", sentence::unknown(language, first, &self.report.names)));
        let mut places: Vec<String> = Vec::new();
        for unknown in topic {
            let place = sentence::position(language, unknown.missing.heading, unknown.missing.leg);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        self.detail(Title::Where, &places.join(sentence::semicolon(language)));
        match topic {
            [only] if !only.missing.packets.is_whole() => {
                self.detail(Title::ConcernsUnknown, &sentence::packets(language, &only.missing.packets));
            }
            _ => {}
        }
        self.detail(Title::Hint, &sentence::hint(language, first));
    }

    fn assumptions(&mut self, part: &Part) {
        if part.assumptions.is_empty() {
            return;
        }
        self.title(Title::Assumptions);
        for assumption in &part.assumptions {
            let words = sentence::assumption(self.language, assumption, &self.report.names);
            let code = self.style.paint(Ink::Faint, assumption.code());
            self.line(&format!("  - {words}"));
            self.line(&format!("    {code}"));
        }
    }

    fn evidence(&mut self) {
        if self.report.evidence.is_empty() {
            return;
        }
        self.title(Title::Evidence);
        for evidence in &self.report.evidence {
            let ink = if evidence.is_fault() { Ink::Bad } else { Ink::Faint };
            let code = self.style.paint(ink, evidence.code());
            self.line(&format!("  - {}", super::clean(&evidence.words(self.language))));
            self.line(&format!("    {code}"));
        }
    }

    fn remarks(&mut self) {
        if self.report.remarks.is_empty() {
            return;
        }
        self.title(Title::Remarks);
        for remark in &self.report.remarks {
            let words = super::clean(&remark.words(self.language));
            self.line(&format!("  - {words}"));
        }
    }

    fn notices(&mut self) {
        if self.report.notices.is_empty() {
            return;
        }
        self.title(Title::Notices);
        for notice in self.report.notices.iter().take(SHOWN) {
            self.notice(notice);
        }
        self.cut_short(self.report.notices.len());
    }

    fn notice(&mut self, notice: &Notice) {
        let ink = match notice.severity {
            Severity::Error => Ink::Bad,
            Severity::Warning => Ink::Unsure,
            Severity::Note => Ink::Faint,
        };
        let words = sentence::notice(self.language, &notice.kind);
        let severity = self.style.paint(ink, sentence::severity(self.language, notice.severity));
        self.line(&format!("  {severity}: {}", super::clean(&words.message)));
        if let Some(location) = &notice.location {
            self.line(&format!("    --> {}", super::clean(&location.to_string())));
        }
        for (title, words) in [(Title::Effect, words.effect), (Title::Hint, words.hint)] {
            if let Some(words) = words {
                let label = sentence::title(self.language, title);
                self.line(&format!("    {label}: {}", super::clean(&words)));
            }
        }
        if notice.similar > 0 {
            self.line(&format!("    {}", sentence::similar(self.language, notice.similar)));
        }
    }

    fn cut_short(&mut self, count: usize) {
        if count > SHOWN {
            let words = sentence::more(self.language, count - SHOWN);
            self.line(&format!("  {words}"));
        }
    }

    fn heading_title(heading: Heading) -> Title {
        match heading {
            Heading::Forward => Title::Forward,
            Heading::Return => Title::Return,
        }
    }
}
