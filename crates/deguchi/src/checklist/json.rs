//! The checklist for programs: `deguchi.checklist/1`, as `docs/checklist.schema.json` has it.

use serde::Serialize;

use super::{Checked, Checklist, Cure, Finding, Status};
use crate::{
    language::Language,
    notice::Notice,
    report::{
        Names, PlanNames,
        json::{PricesOut, action},
        sentence,
        sentence::fixes as say,
    },
    words::{checklist_english as english, checklist_japanese as japanese, notice_english, notice_japanese},
};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    instance: Option<&'a str>,
    network_interface: &'a str,
    subnet: &'a str,
    items: Vec<Item>,
    /// `null` where everything is in order, or not known.
    fix: Option<Fix>,
    remarks: Vec<Remark>,
    notices: Vec<String>,
}

#[derive(Serialize)]
struct Item {
    item: &'static str,
    title: &'static str,
    status: &'static str,
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    status: &'static str,
    code: &'static str,
    reason: Option<Reason>,
    message: String,
}

/// What stops packets, or what is not known, where a finding comes from the engine.
#[derive(Serialize)]
struct Reason {
    code: &'static str,
    resource: String,
}

#[derive(Serialize)]
struct Remark {
    code: &'static str,
    message: String,
}

/// Changes that put items in order.
#[derive(Serialize)]
struct Fix {
    cures: Vec<&'static str>,
    leaves: Vec<&'static str>,
    changes: Vec<Change>,
    asked_again: usize,
    over_quota: Vec<Remark>,
    monthly_cost: f64,
    prices: Option<PricesOut>,
    assumptions: Vec<Remark>,
    cli: Vec<String>,
    terraform: Vec<String>,
}

#[derive(Serialize)]
struct Change {
    action: &'static str,
    message: String,
}

/// Renders the document, ending in a line break.
pub fn render(checklist: &Checklist, notices: &[Notice], language: Language) -> String {
    let item = |item: &super::Item| Item {
        item: item.id.code(),
        title: match language {
            Language::English => english::title(item.id),
            Language::Japanese => japanese::title(item.id),
        },
        status: status(item.status),
        findings: item.findings.iter().map(|checked| found(checked, &checklist.names, language)).collect(),
    };
    let notice = |notice: &Notice| match language {
        Language::English => notice_english::words(&notice.kind).message,
        Language::Japanese => notice_japanese::words(&notice.kind).message,
    };
    let document = Document {
        schema: "deguchi.checklist/1",
        source: &checklist.source,
        instance: checklist.instance.as_deref(),
        network_interface: &checklist.interface,
        subnet: &checklist.subnet,
        items: checklist.items.iter().map(item).collect(),
        fix: checklist.cure.as_ref().map(|cure| fix(cure, &checklist.names, language)),
        remarks: checklist
            .remarks
            .iter()
            .map(|remark| Remark { code: remark.code(), message: remark.words(language) })
            .collect(),
        notices: notices.iter().map(notice).collect(),
    };
    // Strings alone: there is nothing that JSON cannot hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

fn fix(cure: &Cure, names: &Names, language: Language) -> Fix {
    let at = PlanNames { names, created: &cure.created };
    let change = |change| Change { action: action(change), message: say::change(language, change, at) };
    let assumption = |own: &deguchi_engine::Assumption| Remark {
        code: own.code(),
        message: sentence::assumption(language, own, names),
    };
    Fix {
        cures: cure.cures.iter().map(|item| item.code()).collect(),
        leaves: cure.leaves.iter().map(|item| item.code()).collect(),
        changes: cure.changes.iter().map(change).collect(),
        asked_again: cure.asked_again,
        over_quota: cure
            .over_quota
            .iter()
            .map(|over| Remark { code: over.quota.code(), message: say::over_quota(language, over, at) })
            .collect(),
        monthly_cost: (cure.monthly_cost * 100.0).round() / 100.0,
        prices: cure.basis.as_ref().map(PricesOut::new),
        assumptions: cure.assumptions.iter().map(assumption).collect(),
        cli: cure.cli.clone(),
        terraform: cure.terraform.clone(),
    }
}

fn found(checked: &Checked, names: &Names, language: Language) -> Found {
    let reason = match &checked.finding {
        Finding::Blocked { blocker, .. } => {
            Some(Reason { code: blocker.reason.code.as_str(), resource: blocker.reason.resource.to_string() })
        }
        Finding::Undecided { missing, .. } => {
            Some(Reason { code: missing.code.as_str(), resource: missing.resource.to_string() })
        }
        _ => None,
    };
    Found {
        status: status(checked.status),
        code: checked.finding.code(),
        reason,
        message: match language {
            Language::English => english::finding(&checked.finding, names),
            Language::Japanese => japanese::finding(&checked.finding, names),
        },
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::NotApplicable => "not-applicable",
        Status::Pass => "pass",
        Status::Unknown => "unknown",
        Status::Fail => "fail",
    }
}
