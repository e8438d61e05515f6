//! What is said about what a person saw, in the language asked for.

use crate::{
    language::Language,
    symptom::{Cause, Judged, Next, Stage, Symptom},
    words::{symptom_english as english, symptom_japanese as japanese},
};

macro_rules! both {
    ($language:expr, $item:ident $(( $($argument:expr),* ))?) => {
        match $language {
            Language::English => english::$item $(( $($argument),* ))?,
            Language::Japanese => japanese::$item $(( $($argument),* ))?,
        }
    };
}

pub(crate) fn not_understood(language: Language, excerpt: &str) -> String {
    both!(language, not_understood(excerpt))
}

pub(crate) fn symptom(language: Language, symptom: &Symptom) -> String {
    both!(language, symptom(symptom))
}

pub(crate) fn relation(language: Language, judged: &Judged) -> String {
    both!(language, relation(judged))
}

pub(crate) fn cause(language: Language, cause: &Cause) -> String {
    both!(language, cause(cause))
}

pub(crate) fn next(language: Language, next: &Next) -> String {
    both!(language, next(next))
}

pub(crate) const fn stage(language: Language, stage: Stage) -> &'static str {
    both!(language, stage(stage))
}

pub(crate) const fn proved(language: Language) -> &'static str {
    both!(language, PROVED)
}

pub(crate) const fn failed(language: Language) -> &'static str {
    both!(language, FAILED)
}

pub(crate) const fn not_reached(language: Language) -> &'static str {
    both!(language, NOT_REACHED)
}

pub(crate) const fn remains(language: Language) -> &'static str {
    both!(language, REMAINS)
}

pub(crate) const fn next_title(language: Language) -> &'static str {
    both!(language, NEXT)
}
