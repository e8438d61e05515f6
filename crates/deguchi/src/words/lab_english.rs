//! What English says of labs.

use deguchi_lab::{LabError, LeftOut, Step};

use crate::{
    comparison::{Agreement, Tally},
    notice::Words,
};

/// The columns of `lab list`.
pub(crate) const LIST: [&str; 3] = ["lab", "machines", "from"];
/// What `lab list` says where there is nothing to list.
pub(crate) const NO_LAB: &str = "no lab is up";
/// Above what a lab leaves out.
pub(crate) const LEFT_OUT: &str = "not in the lab:";

/// The columns of `lab check`.
pub(crate) const CHECK: [&str; 5] = ["source", "destination", "engine", "kernel", "agreement"];

/// What the kernel did with so many packets.
pub(crate) fn kernel(answered: usize, tried: usize) -> String {
    match (answered, tried) {
        (_, 0) => "-".to_owned(),
        (0, _) => format!("{tried} silent"),
        _ if answered == tried => format!("{tried} answered"),
        _ => format!("{answered} answered, {} silent", tried - answered),
    }
}

/// Whether engine and kernel agree.
pub(crate) const fn agreement(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Agree => "agree",
        Agreement::Disagree => "DIFFER",
        Agreement::NotCompared => "not compared",
    }
}

/// One packet that was tried.
pub(crate) fn trial(packet: &str, engine: bool, kernel: bool) -> String {
    let word = |answered: bool| if answered { "answered" } else { "silent" };
    if engine == kernel {
        format!("{packet}: {}", word(kernel))
    } else {
        format!("{packet}: engine {}, kernel {}", word(engine), word(kernel))
    }
}

/// Questions by agreement.
pub(crate) fn tally(tally: Tally) -> String {
    let Tally { agree, differ, not_compared } = tally;
    format!("{} questions: {agree} agree, {differ} differ, {not_compared} not compared", agree + differ + not_compared)
}

/// How far the making of a lab has come.
pub(crate) fn step(step: Step) -> String {
    match step {
        Step::Namespaces(count) => format!("{count} namespaces made"),
        Step::Links(count) => format!("{count} links made"),
        Step::Furnished(done, all) => format!("{done} of {all} namespaces have routes, filters and services"),
    }
}

/// A lab is up.
pub(crate) fn up(name: &str, machines: usize) -> String {
    let machines = if machines == 1 { "1 machine".to_owned() } else { format!("{machines} machines") };
    format!("lab `{name}` is up: {machines}")
}

/// What can be done next.
pub(crate) fn next(name: &str, machine: Option<&str>) -> String {
    let machine = machine.unwrap_or("internet");
    format!(
        "next:\n  deguchi lab exec {machine} --lab {name} -- ping -c 1 amazon.com\n  \
         deguchi lab shell {machine} --lab {name}\n  deguchi lab down {name}"
    )
}

/// A lab is down.
pub(crate) fn down(name: &str) -> String {
    format!("lab `{name}` is down")
}

/// Why something is not in a lab.
pub(crate) const fn left_out(why: LeftOut) -> &'static str {
    match why {
        LeftOut::NotBuilt => "the lab has no such thing yet",
        LeftOut::UnknownInside => "what it does inside is not known",
        LeftOut::NotInSnapshot => "the snapshot lacks what it consists of",
        LeftOut::OutOfFocus => "outside of what `--focus` names",
    }
}

/// Why a lab does not do what it is asked.
pub(crate) fn error(error: &LabError) -> Words {
    let (message, hint) = match error {
        LabError::MissingTool { tool } => {
            let package = if tool == "ip" { "iproute2" } else { "nftables" };
            (
                format!("`{tool}` is not installed, and a lab is made with it"),
                Some(format!(
                    "run `sudo apt-get install {package}`, or install the package of that name of your distribution"
                )),
            )
        }
        LabError::NoNamespaces { cause, switch: Some(switch) } => (
            format!("the system forbids namespaces of users: {cause}"),
            Some(format!(
                "run `sudo sysctl -w {}`, or make the lab with `sudo deguchi lab … --root`",
                switch.setting()
            )),
        ),
        LabError::NoNamespaces { cause, switch: None } => (
            format!("the system gives no namespaces: {cause}"),
            Some(
                "make the lab with `sudo deguchi lab … --root`; in a container, allow it `unshare` (`--privileged`)"
                    .to_owned(),
            ),
        ),
        LabError::Command { what, cause } => (
            format!("`{what}` failed: {cause}"),
            Some("report this with the snapshot's shape: the plan and this system do not go together".to_owned()),
        ),
        LabError::Service { cause } => (format!("a service of the lab did not start: {cause}"), None),
        LabError::System { what, cause } => (format!("{what}: {cause}"), None),
        LabError::NoSuchLab { name, up } => (
            format!("no lab `{name}` is up"),
            Some(if up.is_empty() { bring_up() } else { format!("up are `{}`", up.join("`, `")) }),
        ),
        LabError::NoLab => ("no lab is up".to_owned(), Some(bring_up())),
        LabError::SeveralLabs { up } => {
            ("several labs are up".to_owned(), Some(format!("name one of `{}`", up.join("`, `"))))
        }
        LabError::NameTaken { name } => (
            format!("a lab `{name}` is up already"),
            Some(format!("give another `--name`, or end that one with `deguchi lab down {name}`")),
        ),
        LabError::BadName { name } => (
            format!("a lab cannot be called `{name}`"),
            Some("use at most 40 letters, digits, `-`, `_` and `.`".to_owned()),
        ),
        LabError::ForeignFolder { folder } => (
            format!("the folder of labs `{folder}` belongs to somebody else or is open to others"),
            Some("remove it, or set `TMPDIR` to a folder of your own".to_owned()),
        ),
        LabError::NoSuchCommand { command } => (
            format!("`{command}` is not there to be run"),
            Some("a machine of a lab has the programs of this host: install it here".to_owned()),
        ),
    };
    Words { message, effect: None, hint }
}

fn bring_up() -> String {
    "bring one up with `deguchi lab up --from PATH`; `deguchi lab list` shows what is up".to_owned()
}
