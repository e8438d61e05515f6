//! Colours and marks. Leaves out deciding whether to colour: the program's front does.

use anstyle::AnsiColor;
use deguchi_engine::Verdict;

use super::super::Mark;

/// How text is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are used.
    pub colour: Colour,
    /// How many columns the terminal has.
    pub width: usize,
}

/// Whether colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// None: no escape sequence at all.
    Plain,
    /// ANSI colours.
    Ansi,
}

/// What a piece of text is, as far as its colour goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// A heading.
    Title,
    /// Something that passes.
    Good,
    /// Something that stops.
    Bad,
    /// Something not known.
    Unsure,
    /// A label that the eye may skip.
    Faint,
}

impl Ink {
    pub(super) const fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Reachable => Self::Good,
            Verdict::Unreachable => Self::Bad,
            Verdict::Partly | Verdict::Undecided => Self::Unsure,
        }
    }

    const fn style(self) -> anstyle::Style {
        let style = anstyle::Style::new();
        match self {
            Self::Title => style.bold(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Unsure => AnsiColor::Yellow.on_default().bold(),
            Self::Faint => style.dimmed(),
        }
    }
}

impl Style {
    /// How wide a text is drawn where nobody says: a width that fits most terminals.
    pub const DEFAULT_WIDTH: usize = 100;

    /// Without colours.
    pub const fn plain(width: usize) -> Self {
        Self { colour: Colour::Plain, width }
    }

    /// With ANSI colours.
    pub const fn coloured(width: usize) -> Self {
        Self { colour: Colour::Ansi, width }
    }

    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        match self.colour {
            Colour::Plain => text.to_owned(),
            Colour::Ansi => {
                let style = ink.style();
                format!("{style}{text}{style:#}")
            }
        }
    }

    pub(super) fn mark(self, mark: Mark) -> String {
        match mark {
            Mark::Passes => self.paint(Ink::Good, "✓"),
            Mark::Stops => self.paint(Ink::Bad, "✗"),
            Mark::Unknown => self.paint(Ink::Unsure, "?"),
        }
    }
}
