//! The effective routes for people: one line a route, the preferred one first.

use std::fmt::Write as _;

use super::overview::{Effect, Labelled, Overview, RouteOverview, TableOverview};
use crate::{
    commands::table::Table,
    language::Language,
    words::{routes_english as english, routes_japanese as japanese},
};

/// How many destinations a line names. Chosen by us: what fits beside the other columns.
const SHOWN: usize = 4;

/// Renders the table of routes.
pub(super) fn render(overview: &Overview, language: Language) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    if let Some(subnet) = &overview.subnet {
        let _ = writeln!(text, "{} {}", noun(language, Noun::Subnet), called(subnet));
    }
    match &overview.table {
        None => {
            let words = match language {
                Language::English => english::NO_TABLE,
                Language::Japanese => japanese::NO_TABLE,
            };
            let _ = writeln!(text, "{words}");
        }
        Some(table) => of_table(&mut text, table, language),
    }
    text
}

fn of_table(text: &mut String, table: &TableOverview, language: Language) {
    let association = table.association.map(|association| match language {
        Language::English => format!(", {}", english::association(association)),
        Language::Japanese => format!("、{}", japanese::association(association)),
    });
    let label = called(&table.label);
    let _ = writeln!(text, "{} {label}{}\n", noun(language, Noun::RouteTable), association.unwrap_or_default());
    let mut rows = Table::default();
    rows.row(match language {
        Language::English => english::HEADINGS,
        Language::Japanese => japanese::HEADINGS,
    });
    for route in &table.routes {
        let origin = match language {
            Language::English => english::origin(route.origin),
            Language::Japanese => japanese::origin(route.origin),
        };
        let cells = [called(&route.destination), called(&route.target), route.state.clone(), origin.to_owned()];
        rows.row(cells.into_iter().chain([effect(route, language)]));
    }
    text.push_str(&rows.render());
    let words =
        [("IPv4", table.unrouted_ipv4), ("IPv6", table.unrouted_ipv6)].map(|(family, how_much)| match language {
            Language::English => english::unrouted(family, how_much),
            Language::Japanese => japanese::unrouted(family, how_much),
        });
    if words.iter().any(Option::is_some) {
        text.push('\n');
    }
    for words in words.iter().flatten() {
        let _ = writeln!(text, "{words}");
    }
}

/// A noun before an id.
enum Noun {
    Subnet,
    RouteTable,
}

fn noun(language: Language, noun: Noun) -> &'static str {
    match (language, noun) {
        (Language::English, Noun::Subnet) => english::SUBNET,
        (Language::English, Noun::RouteTable) => english::ROUTE_TABLE,
        (Language::Japanese, Noun::Subnet) => japanese::SUBNET,
        (Language::Japanese, Noun::RouteTable) => japanese::ROUTE_TABLE,
    }
}

fn effect(route: &RouteOverview, language: Language) -> String {
    let others = shortened(&route.loses_to, language);
    match (language, route.effect) {
        (Language::English, Effect::Part) => english::part(&others),
        (Language::English, Effect::Nothing) => english::nothing(&others),
        (Language::English, effect) => english::effect(effect).to_owned(),
        (Language::Japanese, Effect::Part) => japanese::part(&others),
        (Language::Japanese, Effect::Nothing) => japanese::nothing(&others),
        (Language::Japanese, effect) => japanese::effect(effect).to_owned(),
    }
}

fn shortened(list: &[String], language: Language) -> String {
    let shown = list.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let more = list.len().saturating_sub(SHOWN);
    match (language, more) {
        (Language::English, 0) => shown.join(", "),
        (Language::Japanese, 0) => shown.join("、"),
        (Language::English, _) => english::and_more(&shown.join(", "), more),
        (Language::Japanese, _) => japanese::and_more(&shown.join("、"), more),
    }
}

fn called(label: &Labelled) -> String {
    match &label.name {
        Some(name) => format!("{} ({name})", label.id),
        None => label.id.clone(),
    }
}
