//! The questions of `deguchi new` on a terminal: one line each, an empty answer takes what stands in brackets.

use std::io::{BufRead, Write};

use clap::ValueEnum as _;

use super::{NAME, RANGE, REGION, ZONES, text};
use crate::{
    blueprint::{Blueprint, Name, Nat, Problem, Ranges},
    commands::arguments::new::NatKind,
    error::{Error, ErrorKind},
    fix::Prices,
    language::Language,
    words::{blueprint_english as english, blueprint_japanese as japanese},
};

/// A question.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked {
    Name,
    Region,
    Range,
    Zones,
    Nat,
    Bucket,
    VpnGateway,
}

/// Where questions go and answers come from.
struct Terminal<'t> {
    reader: &'t mut dyn BufRead,
    writer: &'t mut dyn Write,
    language: Language,
}

/// Asks for everything, each until the answer can be read.
pub(super) fn ask(
    reader: &mut dyn BufRead,
    writer: &mut dyn Write,
    prices: &Prices,
    language: Language,
) -> Result<Blueprint, Error> {
    let mut terminal = Terminal { reader, writer, language };
    let name = terminal.until(Asked::Name, NAME, Name::of_network)?;
    let region = terminal.until(Asked::Region, REGION, Name::of_region)?;
    let zones = terminal.until(Asked::Zones, &ZONES.to_string(), |text| {
        let zones = text.parse().unwrap_or(0);
        // Whether so many fit into the range is asked of the range.
        Ranges::divide(RANGE, zones).map(|_| zones)
    })?;
    let ranges = terminal.until(Asked::Range, RANGE, |text| Ranges::divide(text, zones))?;
    terminal.tell(&text::kinds(&region, zones, prices, language))?;
    let nat = terminal.until(Asked::Nat, "gateway", |text| {
        let kind = NatKind::from_str(text, true).map(Nat::from);
        kind.map_err(|_| Problem::Nat { asked: text.to_owned() })
    })?;
    let bucket = terminal.until(Asked::Bucket, "-", |text| match text {
        "-" => Ok(None),
        text => Name::of_bucket(text).map(Some),
    })?;
    let has_vpn_gateway = terminal.until(Asked::VpnGateway, "n", |text| match text.to_ascii_lowercase().as_str() {
        "y" | "yes" | "はい" => Ok(true),
        "n" | "no" | "いいえ" => Ok(false),
        _ => Err(Problem::YesOrNo { asked: text.to_owned() }),
    })?;
    Ok(Blueprint { name, region, ranges, nat, has_vpn_gateway, bucket, has_machines: true })
}

impl Terminal<'_> {
    fn tell(&mut self, text: &str) -> Result<(), Error> {
        self.writer.write_all(text.as_bytes()).map_err(|error| Error::new(ErrorKind::Output(error.to_string())))
    }

    fn until<T>(
        &mut self,
        asked: Asked,
        otherwise: &str,
        read: impl Fn(&str) -> Result<T, Problem>,
    ) -> Result<T, Error> {
        let question = match self.language {
            Language::English => english::question(asked),
            Language::Japanese => japanese::question(asked),
        };
        let output = |error: std::io::Error| Error::new(ErrorKind::Output(error.to_string()));
        loop {
            write!(self.writer, "{question} [{otherwise}]: ").map_err(output)?;
            self.writer.flush().map_err(output)?;
            let mut line = String::new();
            if self.reader.read_line(&mut line).map_err(output)? == 0 {
                return Err(Problem::Unanswered.into());
            }
            let answer = line.trim();
            match read(if answer.is_empty() { otherwise } else { answer }) {
                Ok(value) => return Ok(value),
                Err(problem) => {
                    let message = Error::from(problem).render(self.language);
                    self.writer.write_all(message.as_bytes()).map_err(output)?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(lines: &str) -> (Result<Blueprint, Error>, String) {
        let mut asked = Vec::new();
        let blueprint = ask(&mut lines.as_bytes(), &mut asked, &Prices::built_in().unwrap(), Language::English);
        (blueprint, String::from_utf8(asked).unwrap())
    }

    #[test]
    fn empty_answers_take_the_defaults() {
        let blueprint = answer("\n\n\n\n\n\n\n").0.unwrap();
        assert_eq!((blueprint.name.as_str(), blueprint.region.as_str()), ("main", "us-east-1"));
        assert_eq!((blueprint.nat, blueprint.ranges.zones.len()), (Nat::Gateway, 2));
        assert!(!blueprint.has_vpn_gateway && blueprint.bucket.is_none());
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_asked_for_again_and_says_why() {
        let (blueprint, asked) = answer(
            "Team\nteam\nap-northeast-1\n9\n3\n10.0.0.0/27\n10.1.0.0/20\nnat\ninstance\ndata.example\nmaybe\ny\n",
        );
        let blueprint = blueprint.unwrap();
        assert_eq!(blueprint.name.as_str(), "team");
        assert_eq!(blueprint.ranges, Ranges::divide("10.1.0.0/20", 3).unwrap());
        assert_eq!(blueprint.nat, Nat::Instance);
        assert_eq!(blueprint.bucket, Some(Name::of_bucket("data.example").unwrap()));
        assert!(blueprint.has_vpn_gateway);
        assert_eq!(asked.matches("error: ").count(), 5, "{asked}");
    }

    #[test]
    fn a_terminal_that_closes_is_no_answer() {
        let error = answer("team\n").0.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Blueprint(Problem::Unanswered)));
    }
}
