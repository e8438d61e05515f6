//! Shares of packets as numbers and as text. Leaves out what they are shares of.

/// Returns a share for a machine: six digits, exactly 0 and 1 only for exactly none and all.
pub(crate) fn as_number(share: f64) -> f64 {
    const DIGITS: f64 = 1_000_000.0;
    let rounded = (share * DIGITS).round() / DIGITS;
    if share > 0.0 && rounded <= 0.0 {
        1.0 / DIGITS
    } else if share < 1.0 && rounded >= 1.0 {
        (DIGITS - 1.0) / DIGITS
    } else {
        rounded.clamp(0.0, 1.0)
    }
}

/// A share for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Percent {
    /// To be read as it stands: `0 %`, `100 %`, `<0.1 %`, `>99.9 %`.
    Exactly(String),
    /// Rounded: a language puts its word for "about" to it.
    About(String),
}

/// Returns a share for a person, exactly 0 and 100 % only for exactly none and all.
pub(crate) fn as_percent(share: f64) -> Percent {
    let percent = share * 100.0;
    if percent <= 0.0 {
        Percent::Exactly("0 %".to_owned())
    } else if percent >= 100.0 {
        Percent::Exactly("100 %".to_owned())
    } else if percent < 0.1 {
        Percent::Exactly("<0.1 %".to_owned())
    } else if percent > 99.9 {
        Percent::Exactly(">99.9 %".to_owned())
    } else if (1.0..=99.0).contains(&percent) {
        Percent::About(format!("{percent:.0} %"))
    } else {
        Percent::About(format!("{percent:.1} %"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Percent, as_number, as_percent};

    #[test]
    fn none_and_all_are_said_only_of_exactly_none_and_all() {
        assert_eq!((as_number(0.0), as_number(1.0)), (0.0, 1.0));
        assert_eq!((as_number(1e-12), as_number(1.0 - 1e-12)), (0.000_001, 0.999_999));
        assert_eq!(as_number(0.421_875_3), 0.421_875);
        let texts = [0.0, 1e-9, 0.004, 0.421_875, 0.9953, 0.999_999, 1.0].map(|share| match as_percent(share) {
            Percent::Exactly(text) => text,
            Percent::About(text) => format!("~{text}"),
        });
        assert_eq!(texts, ["0 %", "<0.1 %", "~0.4 %", "~42 %", "~99.5 %", ">99.9 %", "100 %"]);
    }
}
