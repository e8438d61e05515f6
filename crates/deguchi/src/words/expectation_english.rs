//! English for expectations: what they come to, and what is wrong with them as written.

use crate::expectation::{Problem, judge::End};

/// Returns the first line: how many expectations of a file are kept, broken and undecided.
pub(crate) fn head(file: &str, kept: usize, broken: usize, undecided: usize) -> String {
    let all = kept + broken + undecided;
    let noun = if all == 1 { "expectation" } else { "expectations" };
    format!("{all} {noun} of `{file}`: {kept} kept, {broken} broken, {undecided} undecided")
}

/// Returns where an expectation stands.
pub(crate) fn line(line: usize) -> String {
    format!("line {line}")
}

/// Returns that a selector matches nothing.
pub(crate) fn nothing(end: End, selector: &str) -> String {
    match end {
        End::Source => format!("the source `{selector}` matches nothing"),
        End::Destination => format!("the destination `{selector}` matches nothing"),
    }
}

/// The hint where a selector matches nothing.
pub(crate) const MAY_BE_EMPTY: &str = "correct it, or say `may_be_empty = true`";

/// The note where an undecided answer is in order.
pub(crate) const ALLOWED: &str = "undecided, as `allow_undecided` permits";

/// What stands before the way of packets that shall not arrive.
pub(crate) const ARRIVES_BY: &str = "they get there by";

/// The label before why something is expected.
pub(crate) const BECAUSE: &str = "expected because";

/// Returns how many more there are.
pub(crate) fn more(count: usize) -> String {
    format!("and {count} more")
}

/// Returns that the reasons are other ones than expected.
pub(crate) fn other_reasons(found: &str, wanted: &str) -> String {
    format!("the reasons are {found}, expected {wanted}")
}

/// The word for an empty list.
pub(crate) const NONE: &str = "none";

/// Returns what is wrong with an expectation as written, and the one thing to do.
pub(crate) fn problem(problem: &Problem) -> (String, String) {
    let example = "write e.g. `web-* reaches yum`, `db-* never reaches internet` or `a partly reaches b:443`";
    match problem {
        Problem::Unreadable(cause) => (
            format!("the file cannot be read: {cause}"),
            "`expect` lists sentences, `[[question]]` spells one out; docs/expectations.md names every key".to_owned(),
        ),
        Problem::NothingExpected => {
            ("the file expects nothing".to_owned(), "`deguchi check --init` writes a first one".to_owned())
        }
        Problem::NoVerb(text) => (format!("`{text}` says neither `reaches` nor `never reaches`"), example.to_owned()),
        Problem::NoEnd(text) => (format!("`{text}` lacks a source or a destination"), example.to_owned()),
        Problem::UnknownVerdict(text) => {
            (format!("`{text}` is no verdict"), "one of: reachable, partly, unreachable, undecided".to_owned())
        }
        Problem::UnreadablePorts(text) => {
            (format!("`{text}` is no range of ports"), "write FIRST-LAST, e.g. 32768-60999".to_owned())
        }
        Problem::Unanswerable { english, .. } => {
            (english.clone(), "`deguchi why --help` lists what can be asked".to_owned())
        }
    }
}

/// What stands at the top of a first file.
pub(crate) const INIT_HEAD: &str = "\
# What this network does today, as expectations: `deguchi check THIS-FILE --from PATH` holds a network to them.
# Keep what is meant, correct what is not, add a reason: { that = \"…\", because = \"…\" }.
# A name may have * and ?. Also: tag:KEY=VALUE, group:NAME, subnet:NAME, private subnets.
# \"never\" without a port is about every port of TCP and UDP, and about ping.
";

/// Returns the comment before the expectations of one group of machines.
pub(crate) fn init_group(count: usize, place: &str) -> String {
    format!("{count} {} in {place}", if count == 1 { "machine" } else { "machines" })
}

/// Returns the comment for what is neither yes nor no today.
pub(crate) fn init_open(sentence: &str, verdict: &str, codes: &str) -> String {
    format!("today {verdict}: {sentence} ({codes})")
}

/// The comment in a first file for a network without machines.
pub(crate) const INIT_NOTHING: &str = "# There is no machine in this network.";

/// Returns what a rule of SARIF is about.
pub(crate) fn rule(rule: &str) -> &'static str {
    match rule {
        "expectation-matches-nothing" => "a selector matches nothing",
        "expectation-undecided" => "an expectation is undecided",
        _ => "an expectation is broken",
    }
}
