//! The rules of a filter under its line: what of each matched, and what it came to.

use deguchi_engine::{FieldMatch, Place, RuleEffect, RuleReference, RuleRow};
use deguchi_model::Direction;

use super::{
    Sheet,
    column::{pad, width},
};
use crate::{
    language::Language,
    report::{Step, clean},
    words::{rules_english as english, rules_japanese as japanese},
};

/// How many rules are shown. Chosen by us: more than a network ACL may have (40 in each direction by AWS's quota).
const SHOWN: usize = 42;

/// The words of a language.
macro_rules! say {
    ($language:expr, $($path:tt)+) => {
        match $language {
            Language::English => english::$($path)+,
            Language::Japanese => japanese::$($path)+,
        }
    };
}

impl Sheet<'_> {
    /// Lays the rules of a step out; nothing where it has none.
    pub(super) fn rule_rows(&mut self, step: &Step) {
        if step.rules.is_empty() {
            return;
        }
        let (language, direction) = (self.language, direction_of(&step.hop.place));
        let [rule, protocol, port, effect] = say!(language, COLUMNS);
        let address = say!(language, address_column(direction));
        let mut rows: Vec<[String; 5]> = vec![[rule, address, protocol, port, effect].map(str::to_owned)];
        let shown = shown(&step.rules);
        rows.extend(shown.iter().map(|row| self.rule_row(row, direction)));
        let column = |index: usize| rows.iter().filter_map(|row| row.get(index)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..5).map(|index| column(index).unwrap_or_default()).collect();
        for row in &rows {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, widest)| pad(cell, *widest)).collect();
            self.line(&format!("        {}", cells.join("  ")));
        }
        let left_out = step.rules.len() - shown.len();
        if left_out > 0 {
            self.line(&format!("        {}", say!(language, left_out(left_out))));
        }
    }

    fn rule_row(&self, row: &RuleRow, direction: Direction) -> [String; 5] {
        let language = self.language;
        let rule = match &row.rule {
            RuleReference::NetworkAcl(rule) => {
                let action = say!(language, action(rule.action));
                format!(
                    "{} {action} {} {}",
                    rule.number,
                    rule.traffic,
                    say!(language, peer(direction, &rule.cidr.to_string()))
                )
            }
            RuleReference::SecurityGroup(group, rule) => {
                let peer = self.report.names.bare(&rule.peer);
                format!("{} {} {}", clean(group.as_str()), rule.traffic, say!(language, peer(direction, &peer)))
            }
        };
        let field = |field: FieldMatch| say!(language, field(field)).to_owned();
        let effect = say!(language, effect(row.effect)).to_owned();
        [rule, field(row.address), field(row.protocol), field(row.ports), effect]
    }
}

fn direction_of(place: &Place) -> Direction {
    match place {
        Place::SecurityGroups { direction, .. } | Place::NetworkAcl { direction, .. } => *direction,
        _ => Direction::Outbound,
    }
}

/// The rules worth showing of many: those that match, then those that miss by least, in their order.
fn shown(rules: &[RuleRow]) -> Vec<&RuleRow> {
    if rules.len() <= SHOWN {
        return rules.iter().collect();
    }
    let misses = |row: &RuleRow| {
        let fields = [row.address, row.protocol, row.ports];
        match row.effect {
            RuleEffect::NoMatch => 1 + fields.iter().filter(|field| **field == FieldMatch::None).count(),
            RuleEffect::Allows | RuleEffect::Denies | RuleEffect::Unknown | RuleEffect::ComesTooLate => 0,
        }
    };
    let mut places: Vec<usize> = (0..rules.len()).collect();
    places.sort_by_key(|place| (rules.get(*place).map(misses), *place));
    places.truncate(SHOWN);
    places.sort_unstable();
    places.into_iter().filter_map(|place| rules.get(place)).collect()
}
