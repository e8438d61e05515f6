//! What a change does, for programs: `deguchi.diff/1`, as `docs/diff.schema.json` has it.

use serde::Serialize;

use super::{
    Aspect, Block, Change, Difference, Kind,
    wording::{headline, of_change, of_packets},
};
use crate::{
    expectation::{ReasonOut, reasons_of},
    language::Language,
    report::{port_list, resource_type},
};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    before: &'a str,
    after: &'a str,
    exit_code: u8,
    differences: Vec<BlockOut<'a>>,
    new_machines: &'a [String],
    machines_gone: &'a [String],
    changes: Vec<ChangeOut<'a>>,
}

#[derive(Serialize)]
struct BlockOut<'a> {
    kind: &'static str,
    sources: &'a [String],
    destinations: Vec<LineOut<'a>>,
    reasons: Vec<ReasonOut>,
    missing: Vec<ReasonOut>,
    /// Positions in `changes`.
    caused_by: &'a [usize],
    message: String,
}

#[derive(Serialize)]
struct LineOut<'a> {
    destination: &'a str,
    packets: Vec<PacketsOut>,
}

#[derive(Serialize)]
struct PacketsOut {
    protocol: &'static str,
    ports: Vec<String>,
    share: f64,
    message: String,
}

#[derive(Serialize)]
struct ChangeOut<'a> {
    resource: String,
    resource_type: &'static str,
    aspect: &'static str,
    key: Option<&'a str>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    message: String,
}

/// Renders the document, ending in a line break.
pub fn render(difference: &Difference, language: Language) -> String {
    let document = Document {
        schema: "deguchi.diff/1",
        before: &difference.before,
        after: &difference.after,
        exit_code: difference.exit_code(),
        differences: difference.blocks.iter().map(|block| of_block(block, language)).collect(),
        new_machines: &difference.new,
        machines_gone: &difference.gone,
        changes: difference.changes.iter().map(|it| change(it, difference, language)).collect(),
    };
    // Strings and numbers alone: there is nothing that JSON cannot hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

fn of_block(block: &Block, language: Language) -> BlockOut<'_> {
    let (reasons, missing) = block.report.as_ref().map(|report| reasons_of(report, language)).unwrap_or_default();
    let line = |line: &'_ super::Line| -> Vec<PacketsOut> {
        let each = line.packets.iter().map(|packets| PacketsOut {
            protocol: packets.protocol,
            ports: port_list(&packets.ports),
            share: crate::report::as_number(packets.part.share),
            message: of_packets(packets, language),
        });
        each.collect()
    };
    BlockOut {
        kind: match block.kind {
            Kind::Lost => "lost",
            Kind::Gained => "gained",
            Kind::New => "new",
            Kind::Undecided => "undecided",
        },
        sources: &block.from,
        destinations: block.to.iter().map(|it| LineOut { destination: &it.label, packets: line(it) }).collect(),
        reasons,
        missing,
        caused_by: &block.causes,
        message: headline(block, language),
    }
}

fn change<'a>(change: &'a Change, difference: &Difference, language: Language) -> ChangeOut<'a> {
    let is_told = change.aspect != Aspect::Configuration;
    let value = |value: &'a Option<String>| value.as_deref().map(|value| if is_told { value } else { "" });
    ChangeOut {
        resource: change.resource.to_string(),
        resource_type: resource_type(&change.resource),
        aspect: aspect(change.aspect),
        key: Some(change.key.as_str()).filter(|key| !key.is_empty()),
        before: value(&change.before),
        after: value(&change.after),
        message: of_change(change, difference, language),
    }
}

const fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Route => "route",
        Aspect::Table => "route-table",
        Aspect::NetworkAcl => "network-acl",
        Aspect::InboundRule => "inbound-rule",
        Aspect::OutboundRule => "outbound-rule",
        Aspect::InboundEntry => "inbound-entry",
        Aspect::OutboundEntry => "outbound-entry",
        Aspect::Attachment => "attachment",
        Aspect::Group => "security-group",
        Aspect::PublicAddress => "public-address",
        Aspect::SourceDestinationCheck => "source-destination-check",
        Aspect::State => "state",
        Aspect::Placement => "placement",
        Aspect::EndpointTable => "endpoint-route-table",
        Aspect::Range => "range",
        Aspect::Configuration => "configuration",
    }
}
