//! `deguchi lab down`: ends a lab and everything in it.

use deguchi_lab::Labs;

use crate::{
    commands::{arguments::lab::Down, output},
    error::Error,
    language::Language,
    words::{lab_english, lab_japanese},
};

/// Ends a lab, or all of the user.
pub(super) fn run(arguments: &Down, language: Language) -> Result<u8, Error> {
    let labs = Labs::of_user()?;
    let ended = if arguments.all { labs.standing()? } else { vec![labs.find(arguments.name.as_deref())?] };
    let mut text = String::new();
    for lab in &ended {
        lab.down()?;
        text.push_str(&match language {
            Language::English => lab_english::down(&lab.name),
            Language::Japanese => lab_japanese::down(&lab.name),
        });
        text.push('\n');
    }
    if ended.is_empty() {
        let none = match language {
            Language::English => lab_english::NO_LAB,
            Language::Japanese => lab_japanese::NO_LAB,
        };
        text = format!("{none}\n");
    }
    output::to_stdout(&text)?;
    Ok(0)
}
