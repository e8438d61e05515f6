//! The rules of an interface for people: what enters, then what leaves; groups, then the network ACL.

use std::fmt::Write as _;

use deguchi_model::{Direction, NetworkAclRule};

use super::overview::{GroupRule, Overview, PeerAddresses};
use crate::{
    commands::table::Table,
    language::Language,
    words::{rules_english as english, rules_japanese as japanese},
};

/// How many addresses a line names. Chosen by us: what fits on a line.
const SHOWN: usize = 4;

/// The words of a language.
macro_rules! say {
    ($language:expr, $($path:tt)+) => {
        match $language {
            Language::English => english::$($path)+,
            Language::Japanese => japanese::$($path)+,
        }
    };
}

/// Renders the rules.
pub(super) fn render(overview: &Overview, language: Language) -> String {
    let names = &overview.names;
    let mut text = String::new();
    let instance = overview.instance.as_ref().map(|id| names.bare(id));
    let head = say!(language, head(&names.bare(&overview.interface), instance.as_deref()));
    // Writing to a string does not fail.
    let _ = writeln!(text, "{head}  {}", overview.addresses.join(", "));
    for direction in [Direction::Inbound, Direction::Outbound] {
        let _ = writeln!(text, "\n{}", say!(language, direction(direction)));
        groups(&mut text, overview, direction, language);
        acl(&mut text, overview, direction, language);
    }
    text
}

fn groups(text: &mut String, overview: &Overview, direction: Direction, language: Language) {
    let _ = writeln!(text, "  {}", say!(language, GROUPS));
    for group in &overview.groups {
        let rules = group.of(direction);
        let _ = writeln!(text, "    {}", overview.names.bare(&group.group));
        if rules.is_empty() {
            let _ = writeln!(text, "      {}", say!(language, NO_RULES));
        }
        let mut table = Table::default();
        for rule in rules {
            table.row([
                format!("      {}", rule.traffic),
                say!(language, peer(direction, &overview.names.bare(&rule.peer))),
                stands_for(rule, language),
            ]);
        }
        text.push_str(&table.render());
    }
    if overview.groups.is_empty() && overview.missing_groups.is_empty() {
        let _ = writeln!(text, "    {}", say!(language, NO_GROUPS));
    }
    for id in &overview.missing_groups {
        let _ = writeln!(text, "    {id}: {}", say!(language, ABSENT));
    }
}

fn stands_for(rule: &GroupRule, language: Language) -> String {
    match &rule.stands_for {
        PeerAddresses::Itself => String::new(),
        PeerAddresses::These(list) if list.is_empty() => say!(language, NOBODY).to_owned(),
        PeerAddresses::These(list) => {
            let shown: Vec<&str> = list.iter().take(SHOWN).map(String::as_str).collect();
            match list.len().saturating_sub(SHOWN) {
                0 => format!("= {}", shown.join(", ")),
                more => say!(language, and_more(&format!("= {}", shown.join(", ")), more)),
            }
        }
        PeerAddresses::Stale => say!(language, STALE).to_owned(),
        PeerAddresses::Unknown => say!(language, RANGES_UNKNOWN).to_owned(),
    }
}

fn acl(text: &mut String, overview: &Overview, direction: Direction, language: Language) {
    let Some(acl) = &overview.network_acl else {
        let _ = writeln!(text, "  {}: {}", say!(language, ACL), say!(language, ABSENT));
        return;
    };
    let (acl_name, subnet) = (overview.names.bare(&acl.acl), overview.names.bare(&overview.subnet));
    let _ = writeln!(text, "  {}", say!(language, acl_head(&acl_name, &subnet)));
    let mut table = Table::default();
    for rule in acl.of(direction) {
        let NetworkAclRule { number, cidr, traffic, action } = rule;
        table.row([
            format!("      {number}"),
            say!(language, action(*action)).to_owned(),
            traffic.to_string(),
            say!(language, peer(direction, &cidr.to_string())),
        ]);
    }
    text.push_str(&table.render());
}
