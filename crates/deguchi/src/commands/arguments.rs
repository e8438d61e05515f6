//! The command line as clap sees it. The words are in `help_english.rs` and `help_japanese.rs`.

pub(super) mod lab;
pub(super) mod new;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use deguchi_model::PortRange;

use crate::{
    fix::FixFormat,
    question::{self, Family},
};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "deguchi", version, disable_help_subcommand = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    // Language of the answer. Read by `commands::wanted_language` already; here so that clap knows it.
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    lang: Option<Tag>,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// A language, as `--lang` has it.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tag {
    En,
    Ja,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Why(Why),
    Subnets(Subnets),
    Routes(Routes),
    Rules(Rules),
    Checklist(Checklist),
    Check(Check),
    Diff(Diff),
    New(new::New),
    Probe(Probe),
    Lab(lab::Lab),
    Examples,
    Completions(Completions),
    Man,
}

/// Arguments of `deguchi why`.
#[derive(Debug, Args)]
pub(super) struct Why {
    #[arg(value_name = "SOURCE")]
    pub(super) source: String,
    #[arg(value_name = "DESTINATION", allow_hyphen_values = true)]
    pub(super) destination: String,
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) asked: Asked,
    #[arg(long, short = 'v')]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) seen: Seen,
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    pub(super) error: Option<String>,
    #[command(flatten)]
    pub(super) fix: Fix,
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = WhyFormat::Text)]
    pub(super) format: WhyFormat,
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,
}

/// A format of the answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WhyFormat {
    // For people.
    Text,
    // For programs.
    Json,
    // AWS's own: what `describe-network-insights-analyses` prints.
    Aws,
}

/// How fixes are looked for and written down.
#[derive(Debug, Args)]
pub(super) struct Fix {
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = FixForm::Cli)]
    pub(super) fix_format: FixForm,
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) prices: Option<PathBuf>,
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(super) apply_to: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 1, requires = "apply_to", value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(super) plan: u8,
}

/// A form of the changes of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FixForm {
    // Commands of the AWS CLI.
    Cli,
    // Blocks for provider `hashicorp/aws`.
    Terraform,
    // Sentences only.
    None,
}

impl From<FixForm> for FixFormat {
    fn from(form: FixForm) -> Self {
        match form {
            FixForm::Cli => Self::Cli,
            FixForm::Terraform => Self::Terraform,
            FixForm::None => Self::None,
        }
    }
}

/// Arguments of `deguchi subnets`.
#[derive(Debug, Args)]
pub(super) struct Subnets {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) form: Form,
}

/// Arguments of `deguchi routes`.
#[derive(Debug, Args)]
pub(super) struct Routes {
    #[arg(value_name = "SUBNET")]
    pub(super) subnet: String,
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) form: Form,
}

/// Arguments of `deguchi rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    #[arg(value_name = "INTERFACE")]
    pub(super) interface: String,
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) form: Form,
}

/// Arguments of `deguchi checklist`.
#[derive(Debug, Args)]
pub(super) struct Checklist {
    #[arg(value_name = "SOURCE")]
    pub(super) source: String,
    #[arg(long, value_name = "DESTINATION")]
    pub(super) to: Option<String>,
    #[arg(long, value_name = "BUCKET[/KEY]")]
    pub(super) bucket: Option<String>,
    #[arg(long, value_name = "OS")]
    pub(super) os: Option<String>,
    #[command(flatten)]
    pub(super) seen: Seen,
    #[command(flatten)]
    pub(super) fix: FixOfList,
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) form: Form,
}

/// How the one fix of the checklist is looked for and written down.
#[derive(Debug, Args)]
pub(super) struct FixOfList {
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = FixForm::Cli)]
    pub(super) fix_format: FixForm,
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) prices: Option<PathBuf>,
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(super) apply_to: Option<PathBuf>,
}

/// Arguments of `deguchi check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[arg(value_name = "EXPECTATIONS", value_hint = clap::ValueHint::FilePath, required_unless_present = "init")]
    pub(super) expectations: Option<PathBuf>,
    #[command(flatten)]
    pub(super) input: Input,
    #[arg(long)]
    pub(super) init: bool,
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
    pub(super) format: CheckFormat,
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,
}

/// Arguments of `deguchi diff`.
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[arg(value_name = "BEFORE", value_hint = clap::ValueHint::AnyPath)]
    pub(super) before: PathBuf,
    #[arg(value_name = "AFTER", value_hint = clap::ValueHint::AnyPath)]
    pub(super) after: Option<PathBuf>,
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DiffFormat::Text)]
    pub(super) format: DiffFormat,
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,
}

/// A format of what a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    // For people.
    Text,
    // For programs.
    Json,
    // For a comment on a pull request.
    Markdown,
    // For continuous integration.
    Junit,
    // For code scanning.
    Sarif,
}

/// A format of what expectations come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    // For people.
    Text,
    // For programs.
    Json,
    // For continuous integration.
    Junit,
    // For code scanning.
    Sarif,
}

/// What was seen on hosts.
#[derive(Debug, Args)]
pub(super) struct Seen {
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) probe: Vec<PathBuf>,
}

/// Arguments of `deguchi probe`.
#[derive(Debug, Args)]
pub(super) struct Probe {
    #[arg(long, value_name = "HOST:PORT|URL")]
    pub(super) to: Vec<String>,
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=60))]
    pub(super) timeout: u16,
    #[arg(long, value_name = "DIR", default_value = "/", value_hint = clap::ValueHint::DirPath)]
    pub(super) root: PathBuf,
    #[command(flatten)]
    pub(super) form: Form,
}

/// Arguments of `deguchi completions`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: Shell,
}

/// Where the snapshot is.
#[derive(Debug, Args)]
pub(super) struct Input {
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(super) from: PathBuf,
    #[arg(long, value_name = "SNAPSHOT", value_hint = clap::ValueHint::AnyPath)]
    pub(super) over: Option<PathBuf>,
}

/// What is added to a question.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[arg(long, value_name = "OS")]
    pub(super) os: Option<String>,
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) port: Option<u16>,
    #[arg(long, value_name = "ACTION")]
    pub(super) action: Option<String>,
    #[arg(long, value_name = "FIRST-LAST", value_parser = ports)]
    pub(super) source_ports: Option<PortRange>,
    #[arg(long)]
    pub(super) ipv6: bool,
}

impl Asked {
    /// Returns what the question is resolved with.
    pub(super) fn options(&self) -> question::Options {
        question::Options {
            os: self.os.clone(),
            action: self.action.clone(),
            source_ports: self.source_ports,
            port: self.port,
            family: self.ipv6.then_some(Family::Ipv6),
        }
    }
}

/// How the answer looks.
#[derive(Debug, Args)]
pub(super) struct Form {
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(super) format: Format,
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,
}

/// A format of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    // For people.
    Text,
    // For programs.
    Json,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    // On a terminal, unless `NO_COLOR` is set.
    Auto,
    // In any case.
    Always,
    // In no case.
    Never,
}

fn ports(text: &str) -> Result<PortRange, String> {
    question::parse_ports(text).ok_or_else(|| "write FIRST-LAST, e.g. 32768-60999".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::language::Language;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
        let tags = Tag::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let languages: Vec<_> = tags.filter_map(|value| Language::from_tag(value.get_name())).collect();
        assert_eq!(languages, Language::ALL);
    }
}
