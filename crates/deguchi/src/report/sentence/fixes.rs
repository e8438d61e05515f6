//! What is said of exits, plans and changes.

use deguchi_engine::{
    change::Change,
    fix::{Exit, OverQuota, Plan},
};

use crate::{
    fix::prices::Basis,
    language::Language,
    report::{Names, PlanNames},
    words::{english, japanese},
};

pub(crate) fn exit(language: Language, exit: &Exit, names: &Names) -> String {
    say!(language, change::exit(exit, names))
}

pub(crate) fn led_to(language: Language, is_configured: bool) -> &'static str {
    say!(language, change::led_to(is_configured))
}

pub(crate) fn only_routes(language: Language) -> &'static str {
    say!(language, change::only_routes())
}

pub(crate) fn headline(language: Language, plan: &Plan, is_configured: bool, at: PlanNames<'_>) -> String {
    say!(language, change::headline(plan, is_configured, at))
}

pub(crate) fn change(language: Language, change: &Change, at: PlanNames<'_>) -> String {
    say!(language, change::sentence(change, at))
}

pub(crate) fn verified(language: Language, asked_again: usize) -> String {
    say!(language, change::verified(asked_again))
}

pub(crate) fn over_quota(language: Language, over: &OverQuota, at: PlanNames<'_>) -> String {
    say!(language, change::over_quota(over, at))
}

pub(crate) fn cost(language: Language, amount: f64, basis: &Basis) -> String {
    say!(language, change::cost(amount, basis))
}

pub(crate) fn granted(language: Language, sentences: &str) -> String {
    say!(language, change::granted(sentences))
}

pub(crate) fn granted_by_all(language: Language, sentences: &str) -> String {
    say!(language, change::granted_by_all(sentences))
}

pub(crate) fn none_found(language: Language) -> &'static str {
    say!(language, change::none_found())
}
