//! The subnets for people: one table for each VPC, the route that decides under each subnet.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use deguchi_engine::SubnetKind;

use super::overview::{DefaultRoute, SubnetOverview, VpcOverview};
use crate::{
    commands::table::Table,
    error::without_controls,
    language::Language,
    words::{subnets_english as english, subnets_japanese as japanese},
};

/// Renders every VPC's table.
pub(super) fn render(overview: &[VpcOverview], language: Language, is_coloured: bool) -> String {
    if overview.is_empty() {
        let words = match language {
            Language::English => english::NO_SUBNETS,
            Language::Japanese => japanese::NO_SUBNETS,
        };
        return format!("{words}\n");
    }
    let mut text = String::new();
    for (place, vpc) in overview.iter().enumerate() {
        if place > 0 {
            text.push('\n');
        }
        let facts: Vec<&str> = vpc.cidr_blocks.iter().map(String::as_str).chain(vpc.region.as_deref()).collect();
        // Writing to a string does not fail.
        let _ = writeln!(text, "VPC {}  {}", called(&vpc.id, vpc.name.as_deref()), facts.join("  "));
        text.push_str(&table(vpc, language, is_coloured));
    }
    text
}

fn table(vpc: &VpcOverview, language: Language, is_coloured: bool) -> String {
    let mut table = Table::default();
    table.row(match language {
        Language::English => english::HEADINGS,
        Language::Japanese => japanese::HEADINGS,
    });
    for subnet in &vpc.subnets {
        let first_range = subnet.cidr_blocks.first().cloned().unwrap_or_default();
        table.row([
            kind(subnet, language),
            subnet.id.clone(),
            subnet.name.clone().unwrap_or_default(),
            first_range,
            subnet.zone.clone().unwrap_or_default(),
            holds(subnet, language),
        ]);
    }
    let rendered = table.render();
    let mut lines = rendered.lines();
    let mut text = format!("{}\n", lines.next().unwrap_or_default());
    for (line, subnet) in lines.zip(&vpc.subnets) {
        let words = kind(subnet, language);
        let coloured = match (is_coloured, line.strip_prefix(words.as_str())) {
            (true, Some(rest)) => {
                let style = colour(subnet);
                format!("{style}{words}{style:#}{rest}")
            }
            _ => line.to_owned(),
        };
        let _ = writeln!(text, "{coloured}");
        for detail in details(subnet, language) {
            let _ = writeln!(text, "    {}", without_controls(&detail).replace('\n', " "));
        }
    }
    text
}

/// The kind for IPv4, or for IPv6 where there is no IPv4; where they differ, both.
fn kind(subnet: &SubnetOverview, language: Language) -> String {
    let words = |kind: SubnetKind| match language {
        Language::English => english::kind(kind),
        Language::Japanese => japanese::kind(kind),
    };
    match (&subnet.ipv4, &subnet.ipv6) {
        (Some((v4, _)), Some((v6, _))) if v4 != v6 => format!("{} (IPv6: {})", words(*v4), words(*v6)),
        (Some((kind, _)), _) | (None, Some((kind, _))) => words(*kind).to_owned(),
        (None, None) => words(SubnetKind::Unknown).to_owned(),
    }
}

fn colour(subnet: &SubnetOverview) -> Style {
    let colour = match subnet.ipv4.as_ref().or(subnet.ipv6.as_ref()).map(|(kind, _)| kind) {
        Some(SubnetKind::Public) => AnsiColor::Green,
        Some(SubnetKind::Protected) => AnsiColor::Cyan,
        Some(SubnetKind::Private) => AnsiColor::Blue,
        Some(SubnetKind::Blackhole) => AnsiColor::Red,
        _ => AnsiColor::Yellow,
    };
    colour.on_default()
}

fn holds(subnet: &SubnetOverview, language: Language) -> String {
    let words = |(occupant, count): &(super::Occupant, usize)| match language {
        Language::English => english::occupant(*occupant, *count),
        Language::Japanese => japanese::occupant(*occupant, *count),
    };
    let separator = match language {
        Language::English => ", ",
        Language::Japanese => "、",
    };
    if subnet.occupants.is_empty() {
        return "–".to_owned();
    }
    subnet.occupants.iter().map(words).collect::<Vec<_>>().join(separator)
}

/// The default routes and the table they stand in.
fn details(subnet: &SubnetOverview, language: Language) -> Vec<String> {
    let table = match (&subnet.table, language) {
        (None, Language::English) => return vec![english::NO_TABLE.to_owned()],
        (None, Language::Japanese) => return vec![japanese::NO_TABLE.to_owned()],
        (Some(table), Language::English) => {
            format!("{} ({})", called(&table.id, table.name.as_deref()), english::association(table.association))
        }
        (Some(table), Language::Japanese) => {
            format!("{} ({})", called(&table.id, table.name.as_deref()), japanese::association(table.association))
        }
    };
    let route = |route: &DefaultRoute| {
        format!("{} → {}", route.destination, called(&route.target, route.target_name.as_deref()))
    };
    let routes = [subnet.ipv4.as_ref(), subnet.ipv6.as_ref()];
    let mut routes: Vec<String> =
        routes.into_iter().flatten().filter_map(|(_, default)| default.as_ref()).map(route).collect();
    if routes.is_empty() {
        routes.push(match language {
            Language::English => english::NO_DEFAULT_ROUTE.to_owned(),
            Language::Japanese => japanese::NO_DEFAULT_ROUTE.to_owned(),
        });
    }
    vec![format!("{table}: {}", routes.join(", "))]
}

/// An id, with its name behind it.
fn called(id: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{id} ({})", without_controls(name).replace('\n', " ")),
        None => id.to_owned(),
    }
}
