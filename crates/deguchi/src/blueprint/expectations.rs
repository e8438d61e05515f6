//! `expectations.toml`: what holds in the network as written, for `deguchi check`.

use std::fmt::Write as _;

use super::Blueprint;
use crate::{
    language::Language,
    words::lesson::{Lesson, lines},
};

/// Returns the file, comments in a language.
pub(super) fn expectations(blueprint: &Blueprint, head: Lesson, language: Language) -> String {
    let mut text = String::new();
    comment(&mut text, "", head, language);
    text.push_str("\nexpect = [\n");
    let protected = blueprint.nat.has_protected().then(|| (Lesson::ExpectProtected, of_protected(blueprint)));
    let sections = [(Lesson::ExpectPublic, of_public(blueprint))].into_iter().chain(protected);
    for (index, (lesson, sentences)) in sections.chain([(Lesson::ExpectPrivate, of_private(blueprint))]).enumerate() {
        if index > 0 {
            text.push('\n');
        }
        comment(&mut text, "  ", lesson, language);
        for sentence in sentences {
            // Without machines there is nothing yet that could do otherwise.
            let _ = match blueprint.has_machines {
                true => writeln!(text, "  \"{sentence}\","),
                false => writeln!(text, "  {{ that = \"{sentence}\", may_be_empty = true }},"),
            };
        }
    }
    text.push_str("]\n");
    text
}

fn comment(text: &mut String, indent: &str, lesson: Lesson, language: Language) {
    for line in lines(lesson, language) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{indent}# {line}");
    }
}

fn of_public(blueprint: &Blueprint) -> Vec<String> {
    let web = machines(blueprint, "web");
    vec![format!("{web} reaches yum"), format!("internet reaches {web}:443")]
}

fn of_protected(blueprint: &Blueprint) -> Vec<String> {
    let (web, app) = (machines(blueprint, "web"), machines(blueprint, "app"));
    let mut sentences: Vec<String> = ["yum", "s3", "https://api.sendgrid.com", "icmp:amazon.com"]
        .into_iter()
        .map(|destination| format!("{app} reaches {destination}"))
        .collect();
    sentences.extend(bucket(blueprint, &app));
    sentences.push(format!("{web} reaches {app}:8080"));
    sentences.push("internet never reaches protected subnets".to_owned());
    sentences
}

fn of_private(blueprint: &Blueprint) -> Vec<String> {
    let data = machines(blueprint, "data");
    let client = machines(blueprint, if blueprint.nat.has_protected() { "app" } else { "web" });
    let mut sentences = vec![format!("{client} reaches {data}:5432")];
    if blueprint.nat.has_protected() {
        sentences.push("private subnets never reaches internet".to_owned());
    } else {
        sentences.push(format!("{data} reaches yum"));
        sentences.extend(bucket(blueprint, &data));
        sentences.push("private subnets never reaches icmp:internet".to_owned());
    }
    sentences.push("internet never reaches private subnets".to_owned());
    sentences
}

fn bucket(blueprint: &Blueprint, client: &str) -> Option<String> {
    let bucket = blueprint.bucket.as_ref()?;
    Some(format!("{client} reaches s3://{}/any-object", bucket.as_str()))
}

/// The machines of a kind, by their `Name` tags.
fn machines(blueprint: &Blueprint, kind: &str) -> String {
    format!("{}-{kind}-*", blueprint.name.as_str())
}
