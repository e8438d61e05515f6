//! The program as a terminal sees it: what it prints where, in which language, and with which exit code.
#![cfg(test)]

use std::{
    fs,
    io::Read as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn deguchi(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deguchi"));
    for variable in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "COLUMNS"] {
        command.env_remove(variable);
    }
    command.args(arguments);
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    told(&deguchi(arguments).output().unwrap())
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A folder of its own for a test, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-cli-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            fs::write(path.join(file), text).unwrap();
        }
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_first_command_of_the_readme_names_the_blocker() {
    let (code, out, err) = run(&["why", "web-1", "yum", "--from", "example:nat-in-private-subnet"]);
    assert_eq!(code, 1, "{err}");
    assert!(out.starts_with("unreachable: ") && out.contains("NO_ROUTE_TO_DESTINATION"), "{out}");
    assert!(!out.contains('\u{1b}'), "no colour into a pipe");
    assert_eq!(err, "");
    let (code, out, _) = run(&["why", "web-1", "yum", "--from", "example:nat-in-private-subnet", "--lang", "ja"]);
    assert_eq!(code, 1);
    assert!(out.contains("到達不可") && out.contains("NO_ROUTE_TO_DESTINATION"), "{out}");
}

#[test]
fn the_routes_of_a_subnet_say_who_takes_what() {
    let expected = "\
subnet subnet-0c07de5da4de7e630 (protected-a)
route table rtb-099e0f4c3099b2961 (protected-a), associated explicitly

DESTINATION              TARGET                         STATE   ORIGIN      TAKES
2001:db8:1200:ab00::/56  local                          active  static      all of it
10.0.0.0/16              local                          active  static      all of it
192.168.0.0/16           vgw-042754f3361a98e1c (main)   active  propagated  all of it
0.0.0.0/0                nat-08fda8ba99fc0747e (nat-1)  active  static      all but 10.0.0.0/16, 192.168.0.0/16

no route for any other IPv6 destination
";
    let (code, out, _) = run(&["routes", "protected-a", "--from", "example:nat-in-private-subnet"]);
    assert_eq!((code, out.as_str()), (0, expected));
    let (_, of_machine, _) = run(&["routes", "web-1", "--from", "example:nat-in-private-subnet"]);
    assert_eq!(of_machine, expected, "a machine stands for its subnet");
    let (code, out, _) = run(&["routes", "rtb-099e0f4c3099b2961", "--from", "example:healthy", "--lang", "ja"]);
    assert!(code == 0 && out.contains("10.0.0.0/16、192.168.0.0/16 以外"), "{out}");
    assert_eq!(run(&["routes", "nothing", "--from", "example:healthy"]).0, 2);
}

#[test]
fn the_rules_of_an_interface_say_what_they_stand_for() {
    let (code, out, _) = run(&["rules", "web-1", "--from", "example:three-faults"]);
    assert_eq!(code, 0);
    for line in [
        "network interface eni-0279c59a66d9fc655 of instance i-0f9d9ce163b8620ba (web-1)  10.0.10.11\n",
        "      tcp/22   from sg-0d987604d93f66d0f (bastion)  = 10.0.0.20\n",
        "      105  deny   tcp/1024-65535  from 0.0.0.0/0\n",
        "      *    deny   all      to ::/0\n",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
    let (_, out, _) = run(&["rules", "web-1", "--from", "example:three-faults", "--lang", "ja"]);
    assert!(out.contains("      105  拒否  tcp/1024-65535  ソース 0.0.0.0/0\n"), "{out}");
}

#[test]
fn verbose_shows_what_of_each_rule_matched() {
    let (_, out, _) = run(&["why", "web-1", "yum", "--from", "example:three-faults", "--verbose"]);
    for line in [
        "        RULE                            DESTINATION  PROTOCOL  PORT  EFFECT\n",
        "        110 allow tcp/443 to 0.0.0.0/0  yes          yes       yes   lets pass\n",
        "        sg-0706d0729e0f6bbd4 tcp/80 to 0.0.0.0/0                          yes          yes       no    does not match\n",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
    let (_, out, _) = run(&["why", "web-1", "yum", "--from", "example:three-faults", "-v", "--lang", "ja"]);
    assert!(out.contains("評価されない (上のルールで決定済み)"), "{out}");
}

#[test]
fn exit_codes_say_yes_no_and_could_not_run() {
    for (arguments, expected) in [
        (["why", "web-1", "yum", "--from", "example:healthy"], 0),
        (["why", "db-1", "internet", "--from", "example:healthy"], 1),
        (["why", "web-9", "yum", "--from", "example:healthy"], 2),
    ] {
        assert_eq!(run(&arguments).0, expected, "{arguments:?}");
    }
    assert_eq!(run(&["checklist", "web-1", "--from", "example:healthy"]).0, 3, "IAM and the host are not known");
    assert_eq!(run(&["checklist", "web-1", "--from", "example:route-missing"]).0, 1);
    assert_eq!(run(&["subnets", "--from", "example:healthy"]).0, 0);
}

#[test]
fn bad_usage_is_explained_on_standard_error() {
    for arguments in [
        vec![],
        vec!["whyy"],
        vec!["why", "web-1"],
        vec!["why", "web-1", "yum"],
        vec!["why", "web-1", "yum", "--from", "example:healthy", "--port", "0"],
        vec!["why", "web-1", "yum", "--from", "example:healthy", "--source-ports", "9-1"],
        vec!["why", "web-1", "yum", "--from", "example:healthy", "--format", "xml"],
        vec!["subnets", "--from", "example:healthy", "--lang", "fr"],
    ] {
        let (code, out, err) = run(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains("error: ") || err.contains("Usage: deguchi"), "{arguments:?}: {err}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_close_ones() {
    let (code, out, err) = run(&["why", "web-l", "yum", "--from", "example:healthy"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "error: no resource in the snapshot is called `web-l`\n  effect: nothing was analysed\n  hint: did you mean \
         `web-1` or `web-2`?\n"
    );
    let (_, _, err) = run(&["why", "web-l", "yum", "--from", "example:healthy", "--lang", "ja"]);
    assert_eq!(
        err,
        "エラー: スナップショットに `web-l` というリソースがありません\n  影響: 解析は行われていません\n  ヒント: `web-1` または \
         `web-2` ではありませんか\n"
    );
    let (_, _, err) = run(&["why", "nothing-like-it", "yum", "--from", "example:healthy"]);
    assert!(!err.contains("did you mean") && err.contains("  hint: "), "{err}");
}

#[test]
fn an_unknown_example_is_answered_with_the_close_one() {
    let (code, _, err) = run(&["subnets", "--from", "example:healty"]);
    assert_eq!(code, 2);
    assert!(
        err.starts_with("error: no built-in example is called `healty`\n") && err.contains("did you mean `healthy`?"),
        "{err}"
    );
    let (code, _, err) = run(&["subnets", "--from", "live"]);
    assert_eq!(code, 2);
    assert!(err.contains("--from live"), "{err}");
}

#[test]
fn a_snapshot_that_cannot_be_read_says_what_is_wrong() {
    let empty = Folder::new("empty", &[]);
    let broken = Folder::new("broken", &[("describe-vpcs.json", "{\"Vpcs\": [}")]);
    let one = broken.0.join("describe-vpcs.json");
    for from in [empty.path(), broken.path(), one.to_str().unwrap(), "/no/such/folder"] {
        for (language, first) in [("en", "error: "), ("ja", "エラー: ")] {
            let (code, out, err) = run(&["subnets", "--from", from, "--lang", language]);
            assert_eq!((code, out.as_str()), (2, ""), "{from}");
            let has_effect = err.lines().any(|line| line.starts_with("  effect: ") || line.starts_with("  影響: "));
            assert!(err.contains(first) && has_effect, "{from}: {err}");
        }
    }
}

#[test]
fn a_name_that_two_machines_have_lists_both() {
    let snapshot = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/healthy/snapshot");
    let files: Vec<(String, String)> = fs::read_dir(snapshot)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap().replace("\"web-2\"", "\"web-1\"");
            (path.file_name().unwrap().to_string_lossy().into_owned(), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = Folder::new("ambiguous", &files);
    let (code, _, err) = run(&["why", "web-1", "yum", "--from", folder.path()]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: 2 resources are called `web-1`\n"), "{err}");
    assert_eq!(
        err.lines().filter(|line| line.starts_with("  - `i-") && line.ends_with(" running")).count(),
        2,
        "{err}"
    );
}

#[test]
fn the_language_follows_the_locale_unless_it_is_said() {
    let with = |variables: &[(&str, &str)], arguments: &[&str]| {
        told(&deguchi(arguments).envs(variables.iter().copied()).output().unwrap()).1
    };
    let list = ["subnets", "--from", "example:healthy"];
    assert!(with(&[("LANG", "ja_JP.UTF-8")], &list).contains("プロテクテッド"));
    assert!(with(&[("LC_ALL", "en_GB.UTF-8"), ("LANG", "ja_JP.UTF-8")], &list).contains("protected"));
    assert!(with(&[("LC_ALL", ""), ("LC_MESSAGES", "ja_JP.UTF-8")], &list).contains("プロテクテッド"));
    assert!(with(&[("LANG", "C")], &list).contains("protected"));
    let said = ["subnets", "--from", "example:healthy", "--lang=en"];
    assert!(with(&[("LANG", "ja_JP.UTF-8")], &said).contains("protected"));
    assert!(with(&[("LANG", "ja_JP.UTF-8")], &["--help"]).contains("使い方: deguchi"));
    assert!(with(&[], &["why", "--help", "--lang", "ja"]).contains("終了コード"));
}

#[test]
fn help_shows_examples_in_both_languages() {
    for command in ["why", "subnets", "checklist", "completions", "man"] {
        for (language, examples) in [("en", "Example"), ("ja", "例:")] {
            let (code, out, _) = run(&[command, "--help", "--lang", language]);
            assert_eq!(code, 0, "{command}");
            assert!(out.contains(examples) && out.contains(&format!("deguchi {command}")), "{command}: {out}");
        }
    }
}

#[test]
fn colour_is_for_terminals_or_on_request() {
    let coloured = |arguments: &[&str]| run(arguments).1.contains('\u{1b}');
    for command in ["subnets", "checklist", "why"] {
        let mut arguments = vec![command];
        arguments.extend(match command {
            "why" => vec!["web-1", "yum"],
            "checklist" => vec!["web-1"],
            _ => vec![],
        });
        arguments.extend(["--from", "example:healthy", "--color"]);
        assert!(coloured(&[arguments.as_slice(), &["always"]].concat()), "{command}");
        assert!(!coloured(&[arguments.as_slice(), &["never"]].concat()), "{command}");
        assert!(!coloured(&[arguments.as_slice(), &["auto"]].concat()), "{command}");
    }
}

#[test]
fn examples_are_listed_and_each_loads() {
    let (code, out, _) = run(&["examples"]);
    assert_eq!(code, 0);
    let names: Vec<&str> =
        out.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split(' ').next()).collect();
    assert!(names.len() >= 18, "{out}");
    for name in names {
        let (code, _, err) = run(&["subnets", "--from", &format!("example:{name}")]);
        assert_eq!(code, 0, "{name}: {err}");
    }
    assert!(run(&["examples", "--lang", "ja"]).1.contains("サブネット"));
}

#[test]
fn completions_and_the_manual_page_are_printed() {
    for (shell, part) in [("bash", "complete -F"), ("zsh", "#compdef deguchi"), ("fish", "complete -c deguchi")] {
        let (code, out, _) = run(&["completions", shell]);
        assert_eq!(code, 0, "{shell}");
        assert!(out.contains(part) && out.contains("checklist"), "{shell}");
    }
    let (code, out, _) = run(&["man"]);
    assert_eq!(code, 0);
    assert!(out.contains(".TH deguchi") && out.contains("checklist") && out.contains("example:NAME"), "{out}");
}

#[test]
fn a_reader_who_closes_the_pipe_has_had_enough() {
    let mut child = deguchi(&["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut one = [0];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut one).unwrap();
    drop(stdout);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn json_is_as_its_schemas_have_it() {
    let schema = |name: &str| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    };
    let (subnets, checklist) = (schema("subnets.schema.json"), schema("checklist.schema.json"));
    let (routes, rules, report) =
        (schema("routes.schema.json"), schema("rules.schema.json"), schema("report.schema.json"));
    let check = |validator: &jsonschema::Validator, arguments: &[&str]| {
        let (_, out, err) = run(arguments);
        let value: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {err}"));
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{arguments:?}: {errors:?}");
    };
    let list = run(&["examples"]).1;
    for name in list.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split(' ').next()) {
        let from = format!("example:{name}");
        check(&subnets, &["subnets", "--from", &from, "--format", "json"]);
        check(&routes, &["routes", "protected-a", "--from", &from, "--format", "json"]);
        check(&rules, &["rules", "web-1", "--from", &from, "--format", "json"]);
        check(&report, &["why", "web-1", "internet", "--verbose", "--from", &from, "--format", "json"]);
        for language in ["en", "ja"] {
            for machine in ["web-1", "web-2", "db-1", "bastion"] {
                check(&checklist, &["checklist", machine, "--from", &from, "--format", "json", "--lang", language]);
            }
        }
    }
}

#[test]
fn every_item_of_the_checklist_is_judged_in_order() {
    let items = |source: &str, example: &str| -> Vec<(String, String)> {
        let from = format!("example:{example}");
        let (_, out, _) = run(&["checklist", source, "--from", &from, "--format", "json"]);
        let value: Value = serde_json::from_str(&out).unwrap();
        let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
        value["items"].as_array().unwrap().iter().map(|item| (text(item, "item"), text(item, "status"))).collect()
    };
    let with = |source: &str, example: &str, status: &str| -> Vec<String> {
        items(source, example).into_iter().filter(|(_, its)| its == status).map(|(item, _)| item).collect()
    };
    let healthy = items("web-1", "healthy");
    assert_eq!(healthy.len(), 14);
    assert_eq!(with("web-1", "healthy", "fail"), [""; 0]);
    assert_eq!(with("web-2", "healthy", "fail"), [""; 0]);
    assert_eq!(with("web-1", "healthy", "unknown"), ["iam-for-s3", "leftover-process"]);
    for (example, source, failing) in [
        ("nat-in-private-subnet", "web-1", vec!["nat-is-placed-public", "https-api"]),
        ("route-missing", "web-1", vec!["subnet-routes-to-nat", "s3-endpoint", "https-api"]),
        ("nat-gateway-deleted", "web-1", vec!["subnet-routes-to-nat", "nat-is-healthy", "https-api"]),
        ("nat-gateway-private", "web-1", vec!["nat-is-healthy", "https-api"]),
        ("security-group-inbound-icmp-only", "web-1", vec!["egress-icmp"]),
        ("elastic-ip-in-vain", "web-1", vec!["elastic-ip-in-vain"]),
        ("three-faults", "web-1", vec!["network-acls-pass", "egress-http-https", "https-api"]),
        ("nat-instance-source-destination-check", "web-2", vec!["nat-is-healthy", "https-api"]),
        ("nat-instance-no-public-address", "web-2", vec!["nat-is-healthy", "https-api"]),
        ("nat-instance-security-group", "web-2", vec!["nat-is-healthy", "https-api"]),
        ("public-without-address", "batch-1", vec!["egress-ssh-narrow", "https-api", "placement"]),
    ] {
        assert_eq!(with(source, example, "fail"), failing, "{example}");
    }
}

#[test]
fn a_plan_is_written_as_commands_as_terraform_and_as_the_snapshot_that_follows() {
    let folder = Folder::new("plan", &[]);
    let after = folder.0.join("after").display().to_string();
    let asked = ["why", "web-1", "yum", "--from", "example:nat-in-private-subnet"];
    let (code, text, _) = run(&asked);
    assert_eq!(code, 1);
    assert!(text.contains("      aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-012709b53fe5c86d4"), "{text}");
    let (_, text, _) = run(&[&asked[..], &["--fix-format", "terraform"]].concat());
    assert!(text.contains("      resource \"aws_vpc_endpoint_route_table_association\" \"fix_1\" {"), "{text}");
    let (_, text, _) = run(&[&asked[..], &["--fix-format", "none"]].concat());
    assert!(text.contains("fixes") && !text.contains("aws ec2"), "{text}");

    for plan in ["1", "2", "3"] {
        let after = format!("{after}-{plan}");
        let (code, _, told) = run(&[&asked[..], &["--apply-to", &after, "--plan", plan]].concat());
        assert_eq!(code, 1, "{told}");
        assert!(told.contains(&after), "{told}");
        let (code, text, told) = run(&["why", "web-1", "yum", "--from", &after]);
        assert_eq!(code, 0, "{plan}: {text}{told}");
    }
}

#[test]
fn a_plan_that_cannot_be_written_says_why() {
    let folder = Folder::new("unwritten", &[("taken.json", "{}")]);
    let taken = folder.0.display().to_string();
    let free = folder.0.join("free").display().to_string();
    let asked = ["why", "web-1", "yum", "--from", "example:nat-in-private-subnet"];
    let (code, _, told) = run(&[&asked[..], &["--apply-to", &taken]].concat());
    assert!(code == 2 && told.contains("is not an empty folder"), "{told}");
    let asked = ["why", "web-1", "icmp:amazon.com", "--from", "example:internet-gateway-detached", "--apply-to", &free];
    let (code, _, told) = run(&[&asked[..], &["--plan", "3"]].concat());
    assert!(code == 2 && told.contains("there is no plan 3"), "{told}");
    let (code, _, told) = run(&["why", "web-1", "yum", "--from", "example:healthy", "--apply-to", &free]);
    assert!(code == 2 && told.contains("nothing stops these packets"), "{told}");
    let prices = folder.0.join("taken.json").display().to_string();
    let asked = ["why", "web-1", "yum", "--from", "example:nat-in-private-subnet", "--lang", "ja", "--prices", &prices];
    let (code, _, told) = run(&asked);
    assert!(code == 2 && told.contains("料金表として読めません"), "{told}");
    assert!(!folder.0.join("free").exists());
}

/// Commands are for a shell: whatever a plan is made of, the shell can read its script.
#[test]
fn every_script_is_read_by_a_shell() {
    for (example, destination) in [
        ("three-faults", "https://api.sendgrid.com"),
        ("route-missing", "internet"),
        ("nat-gateway-deleted", "yum"),
        ("nat-instance-no-public-address", "internet"),
        ("public-without-address", "internet"),
    ] {
        let source = if example == "public-without-address" { "bastion" } else { "web-2" };
        let (_, text, told) =
            run(&["why", source, destination, "--from", &format!("example:{example}"), "--format", "json"]);
        let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{example}: {error}: {told}"));
        for plan in document["fixes"]["plans"].as_array().into_iter().flatten() {
            let lines: Vec<&str> = plan["cli"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let read = Command::new("sh").args(["-n", "-c", &lines.join("\n")]).status().unwrap();
            assert!(read.success() && !lines.is_empty(), "{example}: {lines:?}");
        }
    }
}
