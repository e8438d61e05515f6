//! What `deguchi new` writes: the files, what holds in them, and that Terraform's plan, its state and AWS's answers say the same.
//!
//! `testdata/new/make` plans, applies and reads back with a simulator of AWS; its results are read here. With a provider at hand
//! (`DEGUCHI_TERRAFORM_PROVIDERS`, a filesystem mirror) it is done again.
#![cfg(test)]

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use deguchi::{
    blueprint::{Blueprint, Form, Name, Nat, Ranges},
    expectation::{
        file,
        judge::{Status, judge},
    },
    ingest,
    language::Language,
    question,
};
use deguchi_engine::{Answer, Engine, Verdict};
use deguchi_model::{Network, RouteTarget};
use serde_json::Value;

/// The kinds of NAT, by the word of `--nat`.
const KINDS: [(&str, Nat); 6] = [
    ("gateway", Nat::Gateway),
    ("gateway-per-zone", Nat::GatewayPerZone),
    ("regional", Nat::Regional),
    ("instance", Nat::Instance),
    ("instance-two-interfaces", Nat::InstanceTwoInterfaces),
    ("none", Nat::None),
];

/// What Terraform and the simulator made of a kind.
const FORMS: [&str; 3] = ["plan.json", "state.json", "answers.json"];

fn recorded(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/new").join(kind)
}

fn blueprint(nat: Nat) -> Blueprint {
    Blueprint {
        name: Name::of_network("main").unwrap(),
        region: Name::of_region("us-east-1").unwrap(),
        ranges: Ranges::divide("10.0.0.0/16", 2).unwrap(),
        nat,
        has_vpn_gateway: false,
        bucket: None,
        has_machines: true,
    }
}

/// Every kind, with everything that can be asked for and with nothing of it, in one zone and in several.
fn blueprints() -> Vec<(String, Blueprint)> {
    let mut all = Vec::new();
    for (kind, nat) in KINDS {
        for (range, zones, is_whole) in [("10.1.0.0/16", 3, true), ("192.168.4.0/24", 1, false)] {
            let own = Blueprint {
                ranges: Ranges::divide(range, zones).unwrap(),
                has_vpn_gateway: is_whole,
                bucket: is_whole.then(|| Name::of_bucket("example-data").unwrap()),
                has_machines: is_whole,
                ..blueprint(nat)
            };
            all.push((format!("{kind}-{zones}"), own));
        }
    }
    all
}

/// The forms that there are of a kind. No provider that knows regional gateways was at hand: of it there is a plan only.
fn forms(folder: &Path) -> Vec<(&'static str, Network)> {
    let there = FORMS.into_iter().filter(|form| folder.join(form).is_file());
    let load = |form: &'static str| {
        let snapshot = ingest::from_path(&folder.join(form)).unwrap_or_else(|error| panic!("{folder:?}: {error:?}"));
        (form, snapshot.network)
    };
    there.map(load).collect()
}

/// A folder of its own for a test, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-new-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, blueprint: &Blueprint) -> PathBuf {
        let folder = self.0.join(name);
        fs::create_dir_all(&folder).unwrap();
        for file in blueprint.files(Language::English).unwrap() {
            fs::write(folder.join(file.name), file.text).unwrap();
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn succeed(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}{}", text(&output.stdout), text(&output.stderr));
    output
}

fn new(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deguchi"))
        .arg("new")
        .args(arguments)
        .env("LANG", "C")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn what_is_written_is_what_was_planned_and_applied() {
    for (kind, nat) in KINDS {
        let files = blueprint(nat).files(Language::English).unwrap();
        let written: BTreeSet<String> = files.iter().map(|file| file.name.to_owned()).collect();
        let recorded_names: BTreeSet<String> = fs::read_dir(recorded(kind))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| !FORMS.contains(&name.as_str()))
            .collect();
        assert_eq!(written, recorded_names, "{kind}");
        for file in files {
            let text = fs::read_to_string(recorded(kind).join(file.name)).unwrap();
            assert_eq!(file.text, text, "{kind}/{}: run testdata/new/make {kind}, and look at what changed", file.name);
        }
    }
}

fn hold_to_expectations(kind: &str, folder: &Path) {
    let text = fs::read_to_string(folder.join("expectations.toml")).unwrap();
    for (form, network) in forms(folder) {
        let check = judge(&network, "expectations.toml", file::parse(&text).unwrap()).unwrap();
        assert!(check.results().len() >= 6, "{kind}");
        for judged in check.results() {
            let sentence = format!("{} {}", judged.expectation.source, judged.expectation.destination);
            assert_eq!(judged.status, Status::Kept, "{kind} {form}: {sentence}");
        }
    }
}

#[test]
fn every_expectation_holds_in_the_plan_in_the_state_and_in_the_answers_of_aws() {
    let mut held = 0;
    for (kind, _) in KINDS {
        hold_to_expectations(kind, &recorded(kind));
        held += forms(&recorded(kind)).len();
    }
    assert_eq!(held, 16, "three forms of five kinds, and a plan of the regional one");
}

#[test]
fn an_expectation_breaks_where_its_cause_is_taken_away() {
    let text = fs::read_to_string(recorded("gateway").join("expectations.toml")).unwrap();
    let broken = |change: &dyn Fn(&mut Network)| -> Vec<String> {
        let mut network = forms(&recorded("gateway")).remove(1).1;
        change(&mut network);
        let check = judge(&network, "expectations.toml", file::parse(&text).unwrap()).unwrap();
        let broken = check.results().iter().filter(|judged| judged.status == Status::Broken);
        broken.map(|judged| format!("{} → {}", judged.expectation.source, judged.expectation.destination)).collect()
    };
    assert_eq!(broken(&|_| ()), Vec::<String>::new());
    // The endpoint carries S3 and so yum; everything else needs the NAT gateway.
    let without_nat = broken(&|network| {
        for table in network.route_tables.values_mut() {
            table.routes.retain(|route| !matches!(route.target, RouteTarget::NatGateway(_)));
        }
    });
    // And there is no protected subnet any more for a sentence to be about.
    let expected =
        ["main-app-* → https://api.sendgrid.com", "main-app-* → icmp:amazon.com", "internet → protected subnets"];
    assert_eq!(without_nat, expected);
    let open = broken(&|network| {
        let to_internet = network.route_tables.values().flat_map(|table| &table.routes);
        let mut to_internet = to_internet.filter(|route| matches!(route.target, RouteTarget::InternetGateway(_)));
        let route = to_internet.next().cloned().unwrap();
        let nat = |target: &RouteTarget| matches!(target, RouteTarget::NatGateway(_));
        for table in network.route_tables.values_mut() {
            table.routes.iter_mut().filter(|own| nat(&own.target)).for_each(|own| *own = route.clone());
        }
    });
    assert!(open.contains(&"main-app-* → https://api.sendgrid.com".to_owned()), "{open:?}");
}

/// The codes of an answer's reasons, whatever the ids are.
fn codes(answer: &Answer) -> Vec<&'static str> {
    let mut codes: Vec<&str> = answer.reasons.iter().map(|reason| reason.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// What was asked of every form of a network.
#[derive(Default)]
struct Compared {
    /// Questions that every form answers alike.
    equal: usize,
    /// Questions that the plan leaves open: it does not know the ranges of AWS's list for S3.
    open: usize,
}

/// Whether an answer is undecided because the ranges of AWS's list for S3 are not there.
fn lacks_list(answer: &Answer) -> bool {
    let names_list = |gap: &deguchi_engine::Missing| gap.resource.to_string().ends_with(".s3");
    answer.verdict == Verdict::Undecided && answer.missing.iter().any(names_list)
}

/// Asks every machine of each form about every other one and about what is outside.
fn compare(kind: &str, forms: &[(&'static str, Network)]) -> Compared {
    let names: BTreeSet<String> = forms[0].1.instances.values().filter_map(|instance| instance.name.clone()).collect();
    let outside = ["yum", "s3", "internet", "https://api.sendgrid.com", "icmp:amazon.com", "198.51.100.7:22"];
    let mut compared = Compared::default();
    for source in names.iter().map(String::as_str).chain(["internet"]) {
        let others = names.iter().filter(|name| *name != source);
        let inside = others.flat_map(|name| [22, 443, 5432, 8080].map(|port| format!("{name}:{port}")));
        let outside = outside.iter().filter(|_| source != "internet").map(|name| (*name).to_owned());
        for destination in inside.chain(outside) {
            let answers = forms.iter().map(|(form, network)| {
                let options = question::Options::default();
                let question = question::resolve(network, source, &destination, &options)
                    .unwrap_or_else(|error| panic!("{kind} {form}: {source} → {destination}: {error:?}"));
                let engine = Engine::new(network);
                let answers = question.alternatives.iter().map(|one| engine.answer(&one.query));
                answers.collect::<Vec<Answer>>()
            });
            let answers: Vec<Vec<Answer>> = answers.collect();
            if forms[0].0 == "plan.json" && answers[0].iter().any(lacks_list) {
                compared.open += 1;
                continue;
            }
            let told = |answers: &[Answer]| -> Vec<_> {
                let told = answers.iter().map(|answer| (answer.verdict, codes(answer)));
                // A template's group without outbound rules has one that lets nothing out.
                let is_by_template = forms.iter().any(|(form, _)| *form == "CloudFormation");
                let alike = |code: &'static str| match code {
                    "SG_HAS_NO_RULES" if is_by_template => "ENI_SG_RULES_MISMATCH",
                    other => other,
                };
                told.map(|(verdict, codes)| (verdict, codes.into_iter().map(alike).collect::<BTreeSet<_>>())).collect()
            };
            let first = told(&answers[0]);
            for (others, (form, _)) in answers.iter().zip(forms).skip(1) {
                let mut others = told(others);
                if kind == "none" {
                    // A rule for AWS's list alone: without its ranges the plan does not blame the rule where something else
                    // stops the packets as well.
                    for ((verdict, own), (_, codes)) in first.iter().zip(&mut others) {
                        assert!(*verdict == Verdict::Reachable || !own.is_empty(), "{source} → {destination}");
                        codes.retain(|code| own.contains(*code));
                    }
                }
                assert_eq!(first, others, "{kind}: plan and {form}: {source} → {destination}");
            }
            compared.equal += 1;
        }
    }
    compared
}

#[test]
fn plan_state_and_answers_of_aws_give_equal_verdicts_and_reasons() {
    let mut sum = Compared::default();
    for (kind, _) in KINDS.into_iter().filter(|(kind, _)| *kind != "regional") {
        assert_eq!(forms(&recorded(kind)).len(), 3, "{kind}");
        let Compared { equal, open } = compare(kind, &forms(&recorded(kind)));
        println!("{kind}: {equal} questions: plan = state = answers of AWS; {open} that the plan leaves open");
        // Only where a rule is for AWS's list alone does it matter.
        assert!(open == 0 || kind == "none", "{kind}: {open}");
        sum = Compared { equal: sum.equal + equal, open: sum.open + open };
    }
    println!("in all {}, and {} open", sum.equal, sum.open);
    assert!(sum.equal > 300 && sum.open < 20, "{} {}", sum.equal, sum.open);
}

/// A template of CloudFormation, and what it expects, as it was deployed and read back.
fn deployed(kind: &str) -> PathBuf {
    recorded("cloudformation").join(kind)
}

#[test]
fn a_template_is_the_one_that_was_deployed_and_its_network_is_that_of_terraform() {
    let mut equal = 0;
    for (kind, nat) in KINDS.into_iter().filter(|(kind, _)| *kind != "regional") {
        for file in blueprint(nat).files_as(Form::CloudFormation, Language::English).unwrap() {
            let text = fs::read_to_string(deployed(kind).join(file.name)).unwrap();
            assert_eq!(file.text, text, "{kind}/{}: run testdata/new/make {kind}, and look at what changed", file.name);
        }
        hold_to_expectations(kind, &deployed(kind));
        let answers = |folder: PathBuf| ingest::from_path(&folder.join("answers.json")).unwrap().network;
        let both = [("Terraform", answers(recorded(kind))), ("CloudFormation", answers(deployed(kind)))];
        equal += compare(kind, &both).equal;
    }
    println!("{equal} questions: Terraform = CloudFormation");
    assert!(equal > 300, "{equal}");
}

/// The ids that a template defines, and those that it refers to.
fn ids(template: &str) -> (Vec<&str>, Vec<&str>) {
    let is_id = |text: &&str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric());
    let defined = template.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':')).filter(is_id);
    let words = || template.split([' ', '[', ']', ',', '\n', '}']);
    let referred = words().zip(words().skip(1)).filter(|(word, _)| matches!(*word, "!Ref" | "!GetAtt" | "DependsOn:"));
    (defined.collect(), referred.map(|(_, id)| id.split('.').next().unwrap()).collect())
}

#[test]
fn every_template_refers_to_what_it_defines_and_differs_by_language_in_comments_alone() {
    for (name, blueprint) in blueprints() {
        let [english, japanese] = [Language::English, Language::Japanese]
            .map(|language| blueprint.files_as(Form::CloudFormation, language).unwrap()[0].text.clone());
        assert_eq!(without_comments(&english), without_comments(&japanese), "{name}");
        assert_ne!(english, japanese, "{name}");
        let (defined, referred) = ids(&english);
        let (resources, _) = english.split_once("\nOutputs:\n").unwrap();
        let unique: BTreeSet<&str> = ids(resources).0.into_iter().collect();
        assert_eq!(unique.len(), ids(resources).0.len(), "{name}: defined once");
        assert!(referred.len() > 20, "{name}");
        for id in referred {
            assert!(defined.contains(&id), "{name}: {id}");
        }
        assert!(!english.contains('\t') && english.lines().all(|line| line.trim_end() == line), "{name}");
    }
}

#[test]
fn the_command_writes_a_template_and_says_how_to_deploy_it() {
    let folder = Folder::new("template");
    let path = folder.0.join("none");
    let place = path.to_str().unwrap();
    let (code, out, err) = new(&[place, "--format", "cloudformation", "--nat", "none", "--s3-bucket", "example-data"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let mut written: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    written.sort();
    assert_eq!(written, ["expectations.toml", "template.yaml"]);
    for wanted in ["aws cloudformation deploy", "CAPABILITY_NAMED_IAM", "S3PrefixList=", "scripts/snapshot.sh"] {
        assert!(out.contains(wanted), "{wanted}: {out}");
    }
    assert!(!out.contains("terraform"), "{out}");
    let expectations = fs::read_to_string(path.join("expectations.toml")).unwrap();
    assert!(!expectations.contains("terraform"), "{expectations}");
}

#[test]
fn a_regional_gateway_serves_the_zones_that_its_configuration_names() {
    let text = fs::read_to_string(recorded("regional").join("plan.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    let resources = plan["planned_values"]["root_module"]["resources"].as_array_mut().unwrap();
    let zone = |address: &str, resources: &[Value]| {
        let own = resources.iter().find(|it| it["address"] == address).unwrap();
        own["values"]["availability_zone"].as_str().unwrap().to_owned()
    };
    let first = zone("aws_subnet.protected[\"1\"]", resources);
    let own = serde_json::json!([{"allocation_ids": ["eipalloc-1"], "availability_zone": first}]);
    let is_gateway = |it: &&mut Value| it["address"] == "aws_nat_gateway.main";
    resources.iter_mut().find(is_gateway).unwrap()["values"]["availability_zone_address"] = own.clone();
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    let change = &mut changes.iter_mut().find(is_gateway).unwrap()["change"];
    change["after"]["availability_zone_address"] = own;
    change["after_unknown"].as_object_mut().unwrap().remove("auto_provision_zones");
    let file = ingest::File { name: "plan.json".to_owned(), text: plan.to_string() };
    let network = ingest::from_files(vec![file]).unwrap().network;
    let ask = |source: &str| {
        let options = question::Options::default();
        let question = question::resolve(&network, source, "https://api.sendgrid.com", &options).unwrap();
        let answer = Engine::new(&network).answer(&question.alternatives[0].query);
        (answer.verdict, codes(&answer))
    };
    assert_eq!(ask("main-app-1"), (Verdict::Reachable, Vec::new()));
    assert_eq!(ask("main-app-2"), (Verdict::Unreachable, vec!["REGIONAL_NGW_ROUTE_AZ_RESTRICTION"]));
}

#[test]
fn the_checklist_finds_no_fault_with_machines_that_are_to_get_out() {
    for (kind, nat) in KINDS {
        for (form, network) in forms(&recorded(kind)) {
            let names = network.instances.values().filter_map(|instance| instance.name.clone());
            // Machines in private subnets are not to get out.
            let names = names.filter(|name| !name.starts_with("main-data-"));
            let expected = 1 + if nat.has_protected() { 2 } else { 0 } + usize::from(nat.is_instance());
            let names: Vec<String> = names.collect();
            assert_eq!(names.len(), expected, "{kind} {form}");
            for name in names {
                let output = Command::new(env!("CARGO_BIN_EXE_deguchi"))
                    .args(["checklist", &name, "--format", "json", "--from"])
                    .arg(recorded(kind).join(form))
                    .output()
                    .unwrap();
                let document: Value = serde_json::from_slice(&output.stdout).unwrap();
                let items = document["items"].as_array().unwrap();
                let failed: Vec<&Value> = items.iter().filter(|item| item["status"] == "fail").collect();
                assert!(failed.is_empty() && items.len() == 14, "{kind} {form} {name}: {failed:#?}");
                let is_passed = |id: &str| items.iter().any(|item| item["item"] == id && item["status"] == "pass");
                let by_nat = ["nat-is-placed-public", "subnet-routes-to-nat", "nat-is-healthy"];
                let always =
                    ["network-acls-pass", "egress-http-https", "egress-icmp", "egress-ssh-narrow", "https-api"];
                let own = by_nat.iter().filter(|_| name.starts_with("main-app-")).chain(&always);
                for id in own {
                    assert!(is_passed(id), "{kind} {form} {name}: {id}: {document:#}");
                }
            }
        }
    }
}

/// What Terraform reads of a file: everything but comments.
fn without_comments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).collect()
}

#[test]
fn both_languages_write_the_same_network_and_explain_it_in_their_own_words() {
    for (name, blueprint) in blueprints() {
        let (english, japanese) =
            (blueprint.files(Language::English).unwrap(), blueprint.files(Language::Japanese).unwrap());
        assert_eq!(english.len(), japanese.len(), "{name}");
        let mut comments = 0;
        for (english, japanese) in english.iter().zip(&japanese) {
            assert_eq!(without_comments(&english.text), without_comments(&japanese.text), "{name} {}", english.name);
            let of = |text: &str| text.lines().filter(|line| line.trim_start().starts_with("# ")).count();
            assert_eq!(of(&english.text) > 0, of(&japanese.text) > 0, "{name} {}", english.name);
            comments += of(&japanese.text);
            assert!(english.text.is_ascii(), "{name} {}", english.name);
        }
        assert!(comments > 15, "{name}: {comments}");
    }
}

#[test]
fn terraform_fmt_has_nothing_to_change() {
    if !has("terraform") {
        println!("skipped: `terraform` is not installed");
        return;
    }
    let folder = Folder::new("fmt");
    for (name, blueprint) in blueprints() {
        folder.write(&name, &blueprint);
    }
    succeed(Command::new("terraform").args(["fmt", "-check", "-diff", "-recursive"]).arg(&folder.0));
    // And it would have said so.
    fs::write(folder.0.join("wrong.tf"), "locals {\n  a = 1\n  long = 2\n}\n").unwrap();
    let output = Command::new("terraform").args(["fmt", "-check"]).arg(&folder.0).output().unwrap();
    assert!(!output.status.success());
}

/// A mirror of providers, and Terraform's configuration that uses it and nothing else; or why there is none.
fn providers(folder: &Folder) -> Result<PathBuf, String> {
    if !has("terraform") {
        return Err("`terraform` is not installed".to_owned());
    }
    let mirror = std::env::var("DEGUCHI_TERRAFORM_PROVIDERS")
        .map_err(|_| "`DEGUCHI_TERRAFORM_PROVIDERS` names no folder with the AWS provider".to_owned())?;
    let text = format!("provider_installation {{\n  filesystem_mirror {{\n    path = \"{mirror}\"\n  }}\n}}\n");
    let configuration = folder.0.join("terraformrc");
    fs::write(&configuration, text).map_err(|error| error.to_string())?;
    Ok(configuration)
}

#[test]
fn terraform_validates_every_kind_with_everything_that_can_be_asked_for() {
    let folder = Folder::new("validate");
    let configuration = match providers(&folder) {
        Ok(configuration) => configuration,
        Err(why) => return println!("skipped: {why}"),
    };
    // Providers before 6.24 know no regional gateway.
    for (name, blueprint) in blueprints().into_iter().filter(|(_, blueprint)| blueprint.nat != Nat::Regional) {
        let own = folder.write(&name, &blueprint);
        for arguments in [&["init", "-input=false", "-backend=false"][..], &["validate"]] {
            succeed(
                Command::new("terraform").args(arguments).current_dir(&own).env("TF_CLI_CONFIG_FILE", &configuration),
            );
        }
        println!("{name}: valid");
    }
}

#[test]
fn what_is_written_is_applied_read_back_and_asked_again() {
    let folder = Folder::new("apply");
    let missing = ["moto_server", "aws", "curl", "python3", "bash"].into_iter().find(|program| !has(program));
    let configuration = match (providers(&folder), missing) {
        (Ok(configuration), None) => configuration,
        (Err(why), _) => return println!("skipped: {why}"),
        (Ok(_), Some(program)) => return println!("skipped: `{program}` is not installed"),
    };
    let mut modules = Command::new("python3");
    modules.args(["-c", "import boto3, yaml"]).stderr(Stdio::null());
    if !modules.status().unwrap().success() {
        return println!("skipped: python3 has no boto3 or no PyYAML");
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let kind = "instance";
    succeed(
        Command::new("bash")
            .arg(recorded("make"))
            .arg(kind)
            .env("TF_CLI_CONFIG_FILE", &configuration)
            .env("PORT", port.to_string())
            .env("INTO", &folder.0)
            .env("DEGUCHI", env!("CARGO_BIN_EXE_deguchi")),
    );
    let own = folder.0.join(kind);
    hold_to_expectations(kind, &own);
    println!("{} questions: plan = state = answers of AWS", compare(kind, &forms(&own)).equal);
    hold_to_expectations("template", &folder.0.join("cloudformation").join(kind));
}

#[test]
fn the_script_of_a_nat_instance_is_one_that_bash_and_nftables_take() {
    if !has("bash") {
        println!("skipped: `bash` is not installed");
        return;
    }
    for (name, blueprint) in blueprints().into_iter().filter(|(_, blueprint)| blueprint.nat.is_instance()) {
        let folder = Folder::new(&format!("script-{name}"));
        let own = folder.write(&name, &blueprint);
        let script = own.join("nat-user-data.sh");
        succeed(Command::new("bash").arg("-n").arg(&script));
        let text = fs::read_to_string(&script).unwrap();
        assert!(text.starts_with("#!/bin/bash\n"), "{name}: cloud-init runs what begins so");
        // EC2 takes 16 KB.
        assert!(text.len() < 16 * 1024, "{name}");
        let rules = text.split("cat > /etc/nftables/nat.nft << 'END'\n").nth(1).unwrap();
        let rules = rules.split("END\n").next().unwrap();
        assert!(rules.contains(&format!("ip daddr != {}", blueprint.ranges.vpc)), "{name}: {rules}");
        let file = own.join("nat.nft");
        fs::write(&file, rules).unwrap();
        let can = has("nft") && has("unshare");
        let can = can && Command::new("unshare").args(["-Urn", "true"]).status().is_ok_and(|status| status.success());
        if can {
            succeed(Command::new("unshare").args(["-Urn", "nft", "--file"]).arg(&file));
        } else {
            println!("skipped: rules not loaded: `nft` or user namespaces are not here");
        }
    }
}

#[test]
fn nothing_is_written_over_unless_it_is_wanted() {
    let folder = Folder::new("over");
    let own = folder.0.join("network");
    let path = own.to_str().unwrap();
    let (code, out, err) = new(&[path, "--nat", "gateway", "--vgw"]);
    assert!(code == 0 && err.is_empty() && out.contains("written to ") && own.join("vpn.tf").is_file(), "{out}{err}");
    let main = own.join("main.tf");
    fs::write(&main, "mine").unwrap();
    let (code, out, err) = new(&[path, "--nat", "gateway"]);
    assert!(code == 2 && out.is_empty() && err.contains("is not empty") && err.contains("--force"), "{out}{err}");
    assert_eq!(fs::read_to_string(&main).unwrap(), "mine");
    // A dry run writes nothing, whatever is there.
    let (code, out, _) = new(&[path, "--dry-run"]);
    assert!(code == 0 && out.contains("would write to "), "{out}");
    assert_eq!(fs::read_to_string(&main).unwrap(), "mine");
    let (code, out, err) = new(&[path, "--nat", "gateway", "--force"]);
    assert!(code == 0, "{err}");
    assert!(fs::read_to_string(&main).unwrap().contains("required_providers"));
    // What stays and is read by Terraform as well is told.
    assert!(out.contains("read by Terraform as well:\n  vpn.tf\n") && own.join("vpn.tf").is_file(), "{out}");
}

#[test]
fn what_cannot_be_built_is_refused_with_what_to_do() {
    let folder = Folder::new("refused");
    let path = folder.0.join("network");
    let path = path.to_str().unwrap();
    for (arguments, message) in [
        (&["--cidr", "10.0.0.0/27"][..], "too small for 2 zones"),
        (&["--cidr", "8.8.0.0/16"], "is not private"),
        (&["--zones", "7"], "cannot stand in 7 zones"),
        (&["--name", "${x}"], "is no name that every resource can begin with"),
        (&["--region", "tokyo"], "is no name of a Region"),
        (&["--s3-bucket", "a/b"], "no S3 bucket can be called"),
        (&["--nat", "natgw"], "invalid value"),
        (&["--prices", "/nowhere"], "/nowhere"),
    ] {
        let (code, out, err) = new(&[&[path], arguments].concat());
        assert!(code == 2 && out.is_empty() && err.contains(message), "{arguments:?}: {out}{err}");
        assert!(!Path::new(path).exists(), "{arguments:?}");
    }
}

#[test]
fn the_cost_follows_the_choice_and_names_its_prices() {
    let of = |arguments: &[&str]| new(&[&["network", "--dry-run"], arguments].concat()).1;
    let text = of(&["--nat", "gateway-per-zone", "--zones", "3", "--region", "ap-northeast-1"]);
    // 3 × (0.062 + 0.005) × 730.
    assert!(text.contains("cost: about 146.73 USD a month: 3 NAT gateways, 3 public IPv4 addresses\n"), "{text}");
    assert!(text.contains("and 0.062 USD for each GB") && text.contains("prices of ap-northeast-1, 2"), "{text}");
    let text = of(&["--nat", "none", "--no-machines", "--region", "eu-west-1"]);
    assert!(text.contains("cost: nothing for the network itself\n"), "{text}");
    assert!(text.contains("prices of us-east-1 in place of this Region's"), "{text}");
    let text = of(&["--nat", "instance", "--lang", "ja"]);
    assert!(
        text.contains("費用: 月額約 7.36 USD (t4g.nano (ディスクを含む) 1 台、パブリック IPv4 アドレス 1 個)"),
        "{text}"
    );
}
