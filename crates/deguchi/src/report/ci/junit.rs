//! JUnit's XML, as Jenkins, GitLab and GitHub's reporters read it: a failure is what failed, an error is what could not
//! be decided.

use std::fmt::Write as _;

use super::{Case, CaseOutcome};

/// Renders one suite of cases.
pub(crate) fn render(suite: &str, cases: &[Case]) -> String {
    let count = |is_it: fn(&CaseOutcome) -> bool| cases.iter().filter(|case| is_it(&case.outcome)).count();
    let failures = count(|outcome| matches!(outcome, CaseOutcome::Failed(_)));
    let errors = count(|outcome| matches!(outcome, CaseOutcome::Undecided(_)));
    let skipped = count(|outcome| matches!(outcome, CaseOutcome::Skipped(_)));
    let numbers = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", cases.len());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"deguchi\" {numbers}>\n  <testsuite name=\"{}\" \
         {numbers} skipped=\"{skipped}\">\n",
        escaped(suite)
    );
    for case in cases {
        let name = escaped(&case.name);
        let place =
            case.place.as_ref().map(|place| format!(" file=\"{}\" line=\"{}\"", escaped(&place.file), place.line));
        let head =
            format!("    <testcase classname=\"{}\" name=\"{name}\"{}", escaped(suite), place.unwrap_or_default());
        // Writing to a string does not fail.
        let _ = match &case.outcome {
            CaseOutcome::Passed => writeln!(text, "{head}/>"),
            CaseOutcome::Failed(words) => writeln!(text, "{head}>\n{}    </testcase>", element("failure", case, words)),
            CaseOutcome::Undecided(words) => {
                writeln!(text, "{head}>\n{}    </testcase>", element("error", case, words))
            }
            CaseOutcome::Skipped(words) => {
                let message = escaped(words.lines().next().unwrap_or_default());
                writeln!(text, "{head}>\n      <skipped message=\"{message}\"/>\n    </testcase>")
            }
        };
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn element(name: &str, case: &Case, words: &str) -> String {
    let message = escaped(words.lines().next().unwrap_or_default());
    format!("      <{name} type=\"{}\" message=\"{message}\">{}</{name}>\n", case.rule, escaped(words))
}

/// What XML 1.0 has no place for is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(letter),
            _ if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            _ => out.push(letter),
        }
    }
    out
}
