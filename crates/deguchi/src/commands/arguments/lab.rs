//! The arguments of `deguchi lab`.

use std::ffi::OsString;

use clap::{Args, Subcommand, ValueEnum};
use deguchi_lab::GuestFault;

use super::{Form, Input};

/// Arguments of `deguchi lab`.
#[derive(Debug, Args)]
pub(crate) struct Lab {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do with a lab.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(Up),
    Exec(Exec),
    Shell(Shell),
    Why(WhyInLab),
    Apply(Apply),
    Demo(Demo),
    Check(Check),
    List(List),
    Down(Down),
}

/// Arguments of `deguchi lab up`.
#[derive(Debug, Args)]
pub(crate) struct Up {
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) made: Made,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// How a lab is made.
#[derive(Debug, Args)]
pub(crate) struct Made {
    #[arg(long, value_name = "SOURCE")]
    pub(crate) focus: Option<String>,
    #[arg(long, value_name = "INSTANCE=FAULT", value_parser = guest_fault)]
    pub(crate) guest_fault: Vec<(String, Fault)>,
    #[arg(long)]
    pub(crate) root: bool,
}

/// What can be wrong in a NAT instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    ForwardingOff,
    NoMasquerade,
    WrongInterface,
}

impl Fault {
    pub(crate) fn kind(self) -> GuestFault {
        match self {
            Self::ForwardingOff => GuestFault::ForwardingOff,
            Self::NoMasquerade => GuestFault::NoMasquerade,
            Self::WrongInterface => GuestFault::WrongInterface,
        }
    }
}

/// Reads `INSTANCE=FAULT`; also from what a lab has written down.
pub(crate) fn guest_fault(text: &str) -> Result<(String, Fault), String> {
    let form = || "write INSTANCE=forwarding-off, INSTANCE=no-masquerade or INSTANCE=wrong-interface".to_owned();
    let (instance, fault) = text.split_once('=').ok_or_else(form)?;
    Ok((instance.to_owned(), Fault::from_str(fault, false).map_err(|_| form())?))
}

/// Which lab is meant.
#[derive(Debug, Args)]
pub(crate) struct Which {
    #[arg(long, value_name = "NAME")]
    pub(crate) lab: Option<String>,
}

/// Arguments of `deguchi lab exec`.
#[derive(Debug, Args)]
pub(crate) struct Exec {
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    #[arg(value_name = "COMMAND", last = true, required = true, num_args = 1..)]
    pub(crate) command: Vec<OsString>,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Arguments of `deguchi lab shell`.
#[derive(Debug, Args)]
pub(crate) struct Shell {
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Arguments of `deguchi lab why`.
#[derive(Debug, Args)]
pub(crate) struct WhyInLab {
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    #[arg(value_name = "DESTINATION", allow_hyphen_values = true)]
    pub(crate) destination: String,
    #[command(flatten)]
    pub(crate) which: Which,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `deguchi lab apply`.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    #[arg(value_name = "DESTINATION", allow_hyphen_values = true)]
    pub(crate) destination: String,
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) plan: u8,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Arguments of `deguchi lab demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[arg(long, value_name = "NAME", default_value = "demo")]
    pub(crate) name: String,
}

/// Arguments of `deguchi lab check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) made: Made,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `deguchi lab list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `deguchi lab down`.
#[derive(Debug, Args)]
pub(crate) struct Down {
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
}
