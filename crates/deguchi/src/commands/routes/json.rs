//! The effective routes for programs: `deguchi.routes/1`, as `docs/routes.schema.json` has it.

use deguchi_engine::TableAssociation;
use serde::Serialize;

use super::overview::{Effect, Labelled, Origin, Overview, RouteOverview};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    subnet: Option<Label<'a>>,
    route_table: Option<Table<'a>>,
}

#[derive(Serialize)]
struct Label<'a> {
    id: &'a str,
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Table<'a> {
    id: &'a str,
    name: Option<&'a str>,
    association: Option<&'static str>,
    routes: Vec<Route<'a>>,
    unrouted: &'a [String],
}

#[derive(Serialize)]
struct Route<'a> {
    destination: Label<'a>,
    target: Label<'a>,
    state: &'a str,
    origin: &'static str,
    effect: &'static str,
    takes: &'a [String],
    loses_to: &'a [String],
}

/// Renders the document, ending in a line break.
pub(super) fn render(overview: &Overview) -> String {
    let route_table = overview.table.as_ref().map(|table| Table {
        id: &table.label.id,
        name: table.label.name.as_deref(),
        association: table.association.map(|association| match association {
            TableAssociation::Explicit => "explicit",
            TableAssociation::Main => "main",
        }),
        routes: table.routes.iter().map(route).collect(),
        unrouted: &table.unrouted,
    });
    let document = Document { schema: "deguchi.routes/1", subnet: overview.subnet.as_ref().map(label), route_table };
    // Strings and numbers alone: there is nothing that JSON cannot hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

fn label(labelled: &Labelled) -> Label<'_> {
    Label { id: &labelled.id, name: labelled.name.as_deref() }
}

fn route(route: &RouteOverview) -> Route<'_> {
    Route {
        destination: label(&route.destination),
        target: label(&route.target),
        state: &route.state,
        origin: match route.origin {
            Origin::Static => "static",
            Origin::Propagated => "propagated",
            Origin::Other => "other",
        },
        effect: match route.effect {
            Effect::Whole => "whole",
            Effect::Part => "part",
            Effect::Nothing => "nothing",
            Effect::Tied => "tied",
            Effect::Unknown => "unknown",
        },
        takes: &route.takes,
        loses_to: &route.loses_to,
    }
}
