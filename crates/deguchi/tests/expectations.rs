//! Expectations: what selectors mean, what is kept, broken and open, and what continuous integration is told.
#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use deguchi::{
    examples,
    expectation::{
        file, init,
        judge::{Check, Status, judge},
    },
    language::Language,
};
use serde_json::Value;

fn check(example: &str, text: &str) -> Check {
    let network = examples::load(example).unwrap().network;
    judge(&network, "expectations.toml", file::parse(text).unwrap()).unwrap()
}

fn statuses(example: &str, sentences: &[&str]) -> Vec<Status> {
    let text = format!("expect = {}", serde_json::to_string(sentences).unwrap());
    check(example, &text).results().iter().map(|judged| judged.status).collect()
}

/// A folder of its own for a test, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-expectations-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            fs::write(path.join(file), text).unwrap();
        }
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deguchi")).args(arguments).env("LANG", "C").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn networks_on_premises_are_sources_and_destinations() {
    let sentences = [
        "onprem:192.168.0.0/16 never reaches web-1:443",
        "onprem:192.168.0.0/16 reaches bastion:22",
        "bastion reaches onprem:192.168.0.1:443",
    ];
    assert_eq!(statuses("healthy", &sentences), [Status::Kept, Status::Broken, Status::Kept]);
}

#[test]
fn selectors_mean_names_tags_groups_subnets_and_kinds() {
    let kept = [
        "web-* reaches yum",
        "web-? reaches https://api.sendgrid.com",
        "tag:Name=web-* reaches s3",
        "group:web reaches internet",
        "protected subnets reaches yum",
        "subnet:protected-* reaches icmp:amazon.com",
        "vpc:* except db-1 reaches yum",
        "web-1, web-2 reaches db-1:5432",
        "web-* reaches subnet:private-*:5432",
        "bastion reaches 10.0.10.11:22",
        "private subnets never reaches internet",
        "internet never reaches private subnets",
        "internet:198.51.100.1 reaches bastion:22",
    ];
    let found = statuses("healthy", &kept);
    for (sentence, status) in kept.iter().zip(found) {
        assert_eq!(status, Status::Kept, "{sentence}");
    }
    let broken = [
        "* reaches yum",
        "internet never reaches bastion",
        "web-* never reaches yum",
        "web-* partly reaches yum",
        "web-* reaches db-1:3306",
        "cache-* reaches yum",
        "web-1 reaches cache-1:6379",
        "tag:tier=data reaches yum",
        "pubic subnets reaches yum",
    ];
    let found = statuses("healthy", &broken);
    for (sentence, status) in broken.iter().zip(found) {
        assert_eq!(status, Status::Broken, "{sentence}");
    }
}

#[test]
fn never_is_about_every_port_and_protocol_unless_one_is_written() {
    // web-1 reaches db-1 on 5432 alone; `why` without a port would ask for 443.
    let sentences = ["web-1 never reaches db-1", "web-1 never reaches db-1:443", "web-1 never reaches icmp:db-1"];
    assert_eq!(statuses("healthy", &sentences), [Status::Broken, Status::Kept, Status::Kept]);
}

#[test]
fn a_selector_that_matches_nothing_fails_unless_it_may() {
    let check = check(
        "healthy",
        "expect = [{ that = \"cache-* reaches yum\", may_be_empty = true }, \"cache-* never reaches internet\"]",
    );
    let statuses: Vec<Status> = check.results().iter().map(|judged| judged.status).collect();
    assert_eq!((statuses.as_slice(), check.exit_code()), ([Status::Kept, Status::Broken].as_slice(), 1));
}

#[test]
fn an_open_answer_neither_keeps_nor_breaks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/healthy/snapshot");
    let files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .filter(|(name, _)| name != "describe-network-acls.json")
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let snapshot = Folder::new("without-acls", &files);
    let expectations = Folder::new(
        "open",
        &[
            ("open.toml", "expect = [\"web-1 reaches yum\", \"web-1 never reaches yum\"]\n"),
            ("allowed.toml", "expect = [{ that = \"web-1 reaches yum\", allow_undecided = true }]\n"),
            (
                "sure.toml",
                "expect = [\"web-1 reaches yum\", \"db-1 never reaches internet\", \"db-1 reaches internet\"]\n",
            ),
        ],
    );
    let from = snapshot.0.to_str().unwrap();
    let (code, out, _) = run(&["check", &expectations.file("open.toml"), "--from", from]);
    assert!(code == 3 && out.matches("\n? line 1").count() == 2 && out.contains("UNKNOWN_RESOURCE"), "{code} {out}");
    assert_eq!(run(&["check", &expectations.file("allowed.toml"), "--from", from]).0, 0);
    let (code, out, _) = run(&["check", &expectations.file("sure.toml"), "--from", from]);
    assert!(code == 1 && out.contains("1 kept, 1 broken, 1 undecided"), "broken weighs more than open: {code} {out}");
}

#[test]
fn every_case_keeps_its_own_questions() {
    for example in examples::all() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(example.name).join("questions.toml");
        let Ok(text) = fs::read_to_string(path) else { continue };
        let check = check(example.name, &text);
        for judged in check.results() {
            assert_eq!(judged.status, Status::Kept, "{}: {}", example.name, judged.expectation.title());
        }
    }
}

#[test]
fn a_first_file_holds_on_what_it_was_written_from_and_breaks_with_the_network() {
    for example in examples::all() {
        let network = examples::load(example.name).unwrap().network;
        for language in Language::ALL {
            let text = init::init(&network, language);
            let check = judge(&network, "first.toml", file::parse(&text).unwrap()).unwrap();
            for judged in check.results() {
                assert_eq!(judged.status, Status::Kept, "{}: {}", example.name, judged.expectation.title());
            }
            assert!(check.results().len() > 10, "{}: {text}", example.name);
        }
    }
    let first = init::init(&examples::load("healthy").unwrap().network, Language::English);
    for sentence in ["\"web-* reaches yum\"", "\"db-1 never reaches internet\"", "\"internet never reaches web-*\""] {
        assert!(first.contains(sentence), "{sentence}: {first}");
    }
    assert_eq!(check("nat-gateway-deleted", &first).exit_code(), 1);
}

#[test]
fn a_failure_says_why_and_a_key_that_is_not_known_its_line() {
    let folder = Folder::new(
        "why",
        &[
            ("yum.toml", "expect = [\n  { that = \"web-* reaches yum\", because = \"patches\" },\n]\n"),
            ("never.toml", "expect = [\"internet never reaches bastion\"]\n"),
            ("key.toml", "expect = [\"a reaches b\"]\nexpects = []\n"),
            ("verb.toml", "# a comment\nexpect = [\n  \"a reches b\",\n]\n"),
            ("outside.toml", "expect = [\"internet reaches internet\"]\n"),
        ],
    );
    let of = |file: &str, more: &[&str]| {
        let path = folder.file(file);
        let arguments = [&["check", &path, "--from", "example:nat-in-private-subnet"], more].concat();
        run(&arguments)
    };
    let (code, out, _) = of("yum.toml", &[]);
    for part in
        ["✗ line 2", "web-1 → yum: unreachable", "NO_ROUTE_TO_DESTINATION", "has no route for", "because: patches"]
    {
        assert!(code == 1 && out.contains(part), "{part}: {out}");
    }
    assert!(
        !out.contains("web-2 →") && !out.contains("leg 1"),
        "what is in order is not told, nor the whole walk: {out}"
    );
    let (_, out, _) = of("yum.toml", &["--lang", "ja"]);
    assert!(out.contains("到達不可") && out.contains("期待の理由: patches"), "{out}");
    let (_, out, _) = of("never.toml", &[]);
    assert!(out.contains("they get there by:") && out.contains("inbound rule tcp/22 from"), "{out}");
    for (file, line) in [("key.toml", 2), ("verb.toml", 3), ("outside.toml", 1)] {
        for (language, words) in [("en", format!("line {line}")), ("ja", format!("{line} 行目"))] {
            let (code, out, err) = of(file, &["--lang", language]);
            assert!(code == 2 && out.is_empty() && err.contains(&words), "{file}: {err}");
        }
    }
    assert_eq!(of("missing.toml", &[]).0, 2);
}

#[test]
fn json_junit_and_sarif_are_as_their_readers_have_them() {
    let text =
        "expect = [\n  \"web-* reaches yum\",\n  \"db-1 never reaches internet\",\n  \"nobody<&> reaches yum\",\n]\n";
    let folder = Folder::new("formats", &[("e.toml", text)]);
    let path = folder.file("e.toml");
    let of = |format: &str| run(&["check", &path, "--from", "example:three-faults", "--format", format]).1;
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/check.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let json: Value = serde_json::from_str(&of("json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(json["expectations"][0]["findings"][0]["reasons"][0]["code"], "ENI_SG_RULES_MISMATCH");
    let junit = of("junit");
    for part in [
        "<testsuites name=\"deguchi\" tests=\"3\" failures=\"2\" errors=\"0\">",
        "name=\"db-1 never reaches internet\" file=",
        "<failure type=\"expectation-matches-nothing\"",
        "nobody&lt;&amp;&gt; reaches yum",
    ] {
        assert!(junit.contains(part), "{part}: {junit}");
    }
    let sarif: Value = serde_json::from_str(&of("sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let lines: Vec<u64> = results
        .iter()
        .map(|result| result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 4]);
    assert_eq!(results[1]["ruleId"], "expectation-matches-nothing");
}

#[test]
fn the_script_of_the_action_and_the_hook_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = Folder::new("action", &[("expectations.toml", "expect = [\"web-* reaches yum\"]\n")]);
    let script = |from: &str| {
        let mut command = Command::new("bash");
        command.arg(root.join("ci/deguchi-check")).current_dir(&folder.0);
        command.env("DEGUCHI", env!("CARGO_BIN_EXE_deguchi")).env("INPUT_FROM", from).env("LANG", "C");
        for (variable, file) in [
            ("INPUT_SARIF", "out.sarif"),
            ("INPUT_JUNIT", "out.xml"),
            ("GITHUB_STEP_SUMMARY", "summary.md"),
            ("GITHUB_OUTPUT", "output"),
        ] {
            command.env(variable, folder.0.join(file));
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(script("example:healthy").0, 0);
    let (code, out) = script("example:three-faults");
    assert!(code == 1 && out.contains("✗ line 1"), "{out}");
    let read = |name: &str| fs::read_to_string(folder.0.join(name)).unwrap();
    assert!(read("summary.md").contains("✗ line 1") && read("out.xml").contains("<failure"));
    assert!(read("out.sarif").contains("\"2.1.0\"") && read("output").ends_with("exit-code=1\n"));
    assert_eq!(script("").0, 2);
    // What the action and the hook name is there.
    let action = fs::read_to_string(root.join("action.yml")).unwrap();
    let hook = fs::read_to_string(root.join(".pre-commit-hooks.yaml")).unwrap();
    assert!(action.contains("ci/deguchi-check") && hook.contains("entry: ci/deguchi-check"));
}
