//! The report as AWS's own JSON: what `aws ec2 describe-network-insights-analyses` would print of VPC Reachability Analyzer.
//!
//! Leaves out what AWS's form has no place for (shares, rule tables, fixes): that is in `deguchi.report/1`. The form is
//! described in `docs/aws-format.md`.

mod component;
mod explanation;
mod path;
mod rule;
mod shape;

use std::collections::BTreeSet;

use deguchi_engine::{Heading, Verdict};
use deguchi_model::Network;

use super::{Part, Report, Step, as_number, exit_resource, sentence, verdict_word};
use crate::language::Language;
use component::Components;
use shape::{AlternatePathHint, Analysis, Document, Explanation, Tag};

/// Returns the report as AWS's JSON, one analysis an alternative, indented; ends in a newline.
pub fn render(report: &Report, network: &Network, language: Language) -> String {
    let components = Components { network, names: &report.names };
    let analyses = report.parts.iter().map(|part| analysis(part, report, components, language)).collect();
    // A document has neither maps with odd keys nor values that fail: serialising cannot fail.
    let mut text = serde_json::to_string_pretty(&Document { network_insights_analyses: analyses }).unwrap_or_default();
    text.push('\n');
    text
}

fn analysis(part: &Part, report: &Report, components: Components<'_>, language: Language) -> Analysis {
    let steps = part.arriving.as_deref().unwrap_or(&part.steps);
    let digits = digits(&[&report.source, &report.destination, part.name.as_deref().unwrap_or_default()]);
    let is_undecided = part.verdict == Verdict::Undecided;
    let headline = sentence::part_headline(language, part, report);
    let unknown = part.unknowns.iter().map(|unknown| sentence::unknown(language, unknown, &report.names));
    let mut warnings: Vec<String> = match part.verdict {
        Verdict::Partly => vec![headline.clone()],
        Verdict::Reachable | Verdict::Unreachable | Verdict::Undecided => Vec::new(),
    };
    warnings.extend(provided_that(part, report, language));
    Analysis {
        network_insights_analysis_id: format!("nia-{digits}"),
        network_insights_path_id: format!("nip-{digits}"),
        status: if is_undecided { "failed" } else { "succeeded" },
        status_message: is_undecided.then(|| std::iter::once(headline).chain(unknown).collect::<Vec<_>>().join("; ")),
        warning_message: (!warnings.is_empty()).then(|| warnings.join("; ")),
        network_path_found: match part.verdict {
            // AWS asks whether there is a packet that arrives.
            Verdict::Reachable | Verdict::Partly => Some(true),
            Verdict::Unreachable => Some(false),
            Verdict::Undecided => None,
        },
        forward_path_components: path::of(part, steps, Heading::Forward, components),
        return_path_components: path::of(part, steps, Heading::Return, components),
        explanations: explanations(part, components),
        alternate_path_hints: hints(part, report, steps, components),
        suggested_accounts: accounts(part),
        tags: tags(part, report),
    }
}

/// Everything that stops packets; and what is not known, where that leaves the answer open.
fn explanations(part: &Part, components: Components<'_>) -> Vec<Explanation> {
    let mut list: Vec<Explanation> = Vec::new();
    let blockers = part.blockers.iter().map(|blocker| explanation::of_blocker(blocker, components));
    let unknowns = part.unknowns.iter().map(|unknown| explanation::of_unknown(unknown, components));
    let unknowns = unknowns.filter(|_| part.verdict == Verdict::Undecided);
    for explanation in blockers.chain(unknowns) {
        if !list.contains(&explanation) {
            list.push(explanation);
        }
    }
    list
}

/// What the answer takes for granted, in one sentence.
fn provided_that(part: &Part, report: &Report, language: Language) -> Option<String> {
    let all: Vec<String> =
        part.assumptions.iter().map(|assumption| sentence::assumption(language, assumption, &report.names)).collect();
    let title = sentence::title(language, super::Title::Assumptions);
    (!all.is_empty()).then(|| format!("{title}: {}", all.join("; ")))
}

/// The other doors that could carry the packets.
fn hints(part: &Part, report: &Report, steps: &[Step], components: Components<'_>) -> Vec<AlternatePathHint> {
    let Some(fixes) = report.fixes.as_ref().filter(|_| part.verdict == Verdict::Unreachable) else { return Vec::new() };
    let met: BTreeSet<String> = steps.iter().filter_map(|step| super::place_id(&step.hop.place)).collect();
    let mut hints: Vec<AlternatePathHint> = Vec::new();
    for exit in &fixes.exits {
        let resource = exit_resource(&exit.report.exit);
        let component = components.resource(&resource);
        let hint = AlternatePathHint { component_id: component.id, component_arn: component.arn };
        if !met.contains(&resource.to_string()) && !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

/// The accounts whose snapshot is missing.
fn accounts(part: &Part) -> Vec<String> {
    let owners = part.unknowns.iter().filter_map(|unknown| explanation::elsewhere(&unknown.missing)?.0);
    let owners: BTreeSet<String> = owners.map(|owner| super::clean(owner.as_str())).collect();
    owners.into_iter().collect()
}

/// What was asked, and deguchi's own verdict: AWS's form has tags for what it does not know.
fn tags(part: &Part, report: &Report) -> Vec<Tag> {
    // The longest value that a tag of AWS has.
    let short = |text: &str| text.chars().take(256).collect();
    let mut tags = vec![
        Tag { key: "deguchi:source", value: short(&report.source) },
        Tag { key: "deguchi:destination", value: short(&report.destination) },
        Tag { key: "deguchi:verdict", value: verdict_word(part.verdict).to_owned() },
    ];
    tags.extend(part.name.as_deref().map(|name| Tag { key: "deguchi:alternative", value: short(name) }));
    if part.verdict == Verdict::Partly {
        tags.push(Tag { key: "deguchi:reachable-share", value: as_number(part.reachable_share).to_string() });
    }
    tags
}

/// Returns the digits of an id, the same for the same question: FNV-1a over its words.
fn digits(words: &[&str]) -> String {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
    let hash = bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    // An id of AWS has 17 hexadecimal digits.
    format!("{:017x}", hash >> 60)
}
