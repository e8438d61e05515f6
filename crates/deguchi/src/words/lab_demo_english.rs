//! What English says in the demonstration of the lab.

use crate::commands::DemoWord as Word;

/// What is said before a step.
pub(crate) const fn word(word: Word) -> &'static str {
    match word {
        Word::Up => {
            "A web server in a private subnet, in a network with three faults, in Linux namespaces of this machine:"
        }
        Word::Ping => "Ping gets out and back:",
        Word::Before => "And yet it cannot reach its package repositories. This is the real dnf, with its own error:",
        Word::Why => "Why?",
        Word::Apply => "The first plan, applied to the lab:",
        Word::After => "The same command again:",
        Word::Api => "The plan opened S3 and nothing else. The API has a question and plans of its own:",
        Word::Down => "Nothing of it stays:",
    }
}

/// The end.
pub(crate) const fn end(is_as_told: bool) -> &'static str {
    if is_as_told {
        "Everything failed that had to fail, and worked that had to work."
    } else {
        "Something did not do what it should: see above."
    }
}
