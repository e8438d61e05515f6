//! Exits and plans as text. Commands stand so that they can be copied as they are.

use deguchi_engine::{Assumption, fix::Exit};

use super::{Ink, Sheet};
use crate::{
    fix::FixFormat,
    report::{
        ExitLine, Mark, PlanNames, PlanSheet, Title,
        sentence::{self, fixes as say},
    },
};

impl Sheet<'_> {
    /// Every exit with what blocks it, then the plans.
    pub(super) fn fixes(&mut self) {
        let Some(fixes) = &self.report.fixes else { return };
        if !fixes.exits.is_empty() {
            self.title(Title::Exits);
            for line in &fixes.exits {
                self.exit(line);
            }
        }
        self.title(Title::Fixes);
        if fixes.plans.is_empty() {
            self.line(&format!("  {}", say::none_found(self.language)));
        }
        for (index, sheet) in fixes.plans.iter().enumerate() {
            if index > 0 {
                self.line("");
            }
            self.plan(index + 1, sheet);
        }
        let shared = self.taken_for_granted(&shared_assumptions(&fixes.plans));
        if !shared.is_empty() {
            self.line("");
            self.line(&format!("  {}", say::granted_by_all(self.language, &shared)));
        }
    }

    /// Assumptions as one phrase, but for those that the answer itself takes for granted.
    fn taken_for_granted(&self, assumptions: &[&Assumption]) -> String {
        let known: Vec<_> = self.report.parts.iter().flat_map(|part| &part.assumptions).collect();
        let new = assumptions.iter().filter(|assumption| !known.contains(assumption));
        let said = new.map(|assumption| sentence::assumption(self.language, assumption, &self.report.names));
        said.collect::<Vec<_>>().join(sentence::semicolon(self.language))
    }

    fn exit(&mut self, line: &ExitLine) {
        let report = &line.report;
        let passes = report.is_configured && line.blockers.is_empty();
        let mark = self.style.mark(if passes { Mark::Passes } else { Mark::Stops });
        let exit: &Exit = &report.exit;
        let numbers: String = line.blockers.iter().filter_map(|it| it.number).map(|it| format!("[{it}]")).collect();
        let gap = if numbers.is_empty() { "" } else { "  " };
        let words = say::exit(self.language, exit, &self.report.names);
        let led_to = say::led_to(self.language, report.is_configured);
        self.line(&format!("  {mark} {words}: {led_to}{gap}{numbers}"));
        for blocker in line.blockers.iter().filter(|it| it.number.is_none()) {
            let code = self.style.paint(Ink::Bad, blocker.blocker.reason.code.as_str());
            let words = sentence::blocker(self.language, &blocker.blocker, &self.report.names);
            self.line(&format!("      {code}: {words}"));
        }
        if line.blockers.is_empty() && !report.is_configured && report.can_be_fixed {
            self.line(&format!("      {}", say::only_routes(self.language)));
        }
    }

    fn plan(&mut self, number: usize, sheet: &PlanSheet) {
        let language = self.language;
        let at = PlanNames { names: &self.report.names, created: &sheet.created };
        let Some(fixes) = &self.report.fixes else { return };
        let headline = say::headline(language, &sheet.plan, sheet.is_configured, at);
        self.line(&format!("  {}", self.style.paint(Ink::Title, &format!("({number}) {headline}"))));
        for (index, change) in sheet.plan.changes.iter().enumerate() {
            self.line(&format!("      {}. {}", index + 1, say::change(language, change, at)));
        }
        let verified = say::verified(language, sheet.plan.asked_again);
        self.line(&format!("      {} {verified}", self.style.mark(Mark::Passes)));
        for over in &sheet.plan.over_quota {
            let words = say::over_quota(language, over, at);
            self.line(&format!("      {} {words}", self.style.mark(Mark::Unknown)));
        }
        if sheet.plan.monthly_cost > 0.0 {
            self.line(&format!("      {}", say::cost(language, sheet.plan.monthly_cost, &fixes.basis)));
        }
        let shared = shared_assumptions(&fixes.plans);
        let own: Vec<&Assumption> = sheet.plan.assumptions.iter().filter(|own| !shared.contains(own)).collect();
        let own = self.taken_for_granted(&own);
        if !own.is_empty() {
            self.line(&format!("      {}", say::granted(language, &own)));
        }
        let commands = match fixes.format {
            FixFormat::Cli => &sheet.cli,
            FixFormat::Terraform => &sheet.terraform,
            FixFormat::None => return,
        };
        self.line("");
        for command in commands {
            self.line(&format!("      {command}"));
        }
    }
}

/// What all of several plans take for granted: said once.
fn shared_assumptions(plans: &[PlanSheet]) -> Vec<&Assumption> {
    let [first, rest @ ..] = plans else { return Vec::new() };
    if rest.is_empty() {
        return Vec::new();
    }
    let is_shared = |own: &&Assumption| rest.iter().all(|other| other.plan.assumptions.contains(own));
    first.plan.assumptions.iter().filter(is_shared).collect()
}
