//! `deguchi lab` as a terminal sees it: up, exec, list, down; side by side; gone after a kill; the host as it was.
//!
//! Needs no rights but those of a user namespace. Where a tool is missing it says `skipped:`; `./check` installs them.
#![cfg(test)]

mod lab_demo;
mod lab_host;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use lab_host::{Home, missing};
use serde_json::Value;

fn schema(name: &str) -> jsonschema::Validator {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    jsonschema::validator_for(&serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap()).unwrap()
}

/// Everything of the host's network that a lab could touch.
fn host() -> String {
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).stderr(Stdio::null()).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
    };
    let mut text = run("ip", &["-o", "link"]);
    for arguments in [["-4", "route"], ["-6", "route"]] {
        text.push_str(&run("ip", &[arguments[0], arguments[1], "show", "table", "all"]));
    }
    text.push_str(&run("ip", &["rule"]));
    text.push_str(&run("ip", &["netns"]));
    text.push_str(&run("nft", &["list", "ruleset"]));
    for setting in ["ip_forward", "conf/all/rp_filter", "conf/all/send_redirects", "icmp_ratelimit", "ip_nonlocal_bind"]
    {
        text.push_str(&fs::read_to_string(format!("/proc/sys/net/ipv4/{setting}")).unwrap_or_default());
    }
    text.push_str(&fs::read_to_string("/proc/sys/kernel/hostname").unwrap());
    text.push_str(&fs::read_to_string("/proc/self/mountinfo").unwrap());
    text.push_str(&fs::read_to_string("/etc/resolv.conf").unwrap_or_default());
    text
}

#[test]
fn a_lab_goes_up_runs_commands_in_its_machines_and_leaves_nothing() {
    if let Some(why) = missing(&["ping"]) {
        println!("skipped: {why}");
        return;
    }
    let before = host();
    let home = Home::new("cycle");
    let up = home.run(&["lab", "up", "--from", "example:healthy", "--format", "json"]);
    assert_eq!(up.code, 0, "{}", up.err);
    let document: Value = serde_json::from_str(&up.out).unwrap();
    assert!(schema("lab.schema.json").is_valid(&document), "{document}");
    assert_eq!(document["name"], "healthy");
    assert!(up.err.contains("namespaces made"), "progress is told: {}", up.err);
    let list: Value = serde_json::from_str(&home.run(&["lab", "list", "--format", "json"]).out).unwrap();
    assert!(schema("labs.schema.json").is_valid(&list), "{list}");
    assert_eq!(list["labs"][0]["from"], "example:healthy");

    let ping = home.run(&["lab", "exec", "web-1", "--", "ping", "-c", "1", "-W", "5", "amazon.com"]);
    assert_eq!(ping.code, 0, "{}{}", ping.out, ping.err);
    let files = home.run(&[
        "lab",
        "exec",
        "10.0.10.11",
        "--",
        "sh",
        "-c",
        "cat /etc/resolv.conf; echo own > /etc/own; hostname",
    ]);
    assert!(files.out.contains("nameserver 10.0.0.2") && files.out.contains("web-1"), "{}", files.out);
    let other = home.run(&["lab", "exec", "db-1", "--", "test", "-e", "/etc/own"]);
    assert_eq!(other.code, 1, "each machine has its own files, and the exit code is the command's");
    assert_eq!(home.run(&["lab", "exec", "web-1", "--", "sh", "-c", "exit 7"]).code, 7);
    let usr = home.run(&["lab", "exec", "web-1", "--", "sh", "-c", "echo x > /usr/deguchi-was-here"]);
    assert_ne!(usr.code, 0, "the host's programs stay as they are");

    assert_eq!(home.run(&["lab", "down"]).code, 0);
    assert!(home.run(&["lab", "list"]).out.contains("no lab is up"));
    assert!(!fs::exists("/etc/own").unwrap());
    assert_eq!(before, host(), "the host's network, settings and mounts are as before");
    assert_eq!(home.labs(), Vec::<String>::new());
}

#[test]
fn labs_stand_side_by_side_and_a_name_is_one_lab() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new("several");
    for name in ["healthy", "healthy-2"] {
        let up = home.run(&["lab", "up", "--from", "example:healthy"]);
        assert!(up.out.contains(&format!("lab `{name}` is up")), "{}{}", up.out, up.err);
    }
    let taken = home.run(&["lab", "up", "--from", "example:healthy", "--name", "healthy"]);
    assert!(taken.code == 2 && taken.err.contains("is up already"), "{}", taken.err);
    let which = home.run(&["lab", "exec", "web-1", "--", "true"]);
    assert!(which.code == 2 && which.err.contains("name one of `healthy`, `healthy-2`"), "{}", which.err);
    assert_eq!(home.run(&["lab", "exec", "web-1", "--lab", "healthy-2", "--", "true"]).code, 0);
    let nobody = home.run(&["lab", "exec", "web-7", "--lab", "healthy", "--lang", "ja", "--", "true"]);
    assert!(nobody.code == 2 && nobody.err.contains("`web-1`"), "{}", nobody.err);
    let nothing = home.run(&["lab", "exec", "web-1", "--lab", "healthy", "--", "no-such-program"]);
    assert!(nothing.code == 2 && nothing.err.contains("`no-such-program`"), "{}", nothing.err);
    let down = home.run(&["lab", "down", "--all"]);
    assert_eq!(down.out.lines().count(), 2, "{}", down.out);
    assert_eq!(home.run(&["lab", "down"]).code, 2);
}

#[test]
fn whatever_is_killed_takes_the_lab_with_it() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new("killed");
    // The first process of the lab; then its holder, which is that one's parent; then a command that someone waits for.
    for (name, who) in [("first", 0), ("holder", 1)] {
        assert_eq!(home.run(&["lab", "up", "--from", "example:healthy", "--name", name]).code, 0);
        let first: i32 = home.read(name, "first").parse().unwrap();
        let mut process = first;
        for _ in 0..who {
            process = parent(process);
        }
        let mut inside = home.spawn(&["lab", "exec", "web-1", "--lab", name, "--", "sleep", "600"]);
        std::thread::sleep(Duration::from_millis(300));
        assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(20);
        while fs::exists(format!("/proc/{first}")).unwrap() || inside.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "{name}: something is still there");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(home.run(&["lab", "list"]).out.contains("no lab is up"), "{name}");
        assert_eq!(home.labs(), Vec::<String>::new(), "{name}: what it left is gone");
    }
}

fn parent(process: i32) -> i32 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap();
    line.trim().parse().unwrap()
}

#[test]
fn a_command_ends_with_whoever_asked_for_it() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new("asker");
    assert_eq!(home.run(&["lab", "up", "--from", "example:healthy"]).code, 0);
    let mut asker = home.spawn(&["lab", "exec", "web-1", "--", "sleep", "987654"]);
    std::thread::sleep(Duration::from_millis(500));
    asker.kill().unwrap();
    asker.wait().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let left = home.run(&["lab", "exec", "web-1", "--", "sh", "-c", "grep -l 98765[4] /proc/[0-9]*/cmdline"]);
    assert_eq!(left.out, "", "{}", left.err);
    assert_eq!(home.run(&["lab", "down"]).code, 0);
}

#[test]
fn what_a_system_lacks_is_named_with_the_command_that_provides_it() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new("lacks");
    let closed = "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$0\" lab up --from example:healthy";
    let refused = home.shell(&["unshare", "-Ur", "sh", "-c", closed]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("sudo sysctl -w user.max_user_namespaces="), "{}", refused.err);
    assert_eq!(home.labs(), Vec::<String>::new());
    // A system without nft: its folders of programs are empty.
    let without = "for folder in /usr/sbin /sbin /usr/local/sbin; do mount -t tmpfs none $folder; done; \
                   PATH=/nowhere exec \"$0\" lab up --from example:healthy --lang ja";
    let refused = home.shell(&["unshare", "-Urm", "sh", "-c", without]);
    assert!(refused.code == 2 && refused.err.contains("sudo apt-get install iproute2"), "{}", refused.err);
}

#[test]
fn a_guest_fault_is_in_the_lab_and_focus_leaves_others_out() {
    if let Some(why) = missing(&["ping"]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new("faults");
    let from = ["lab", "up", "--from", "example:nat-instance-security-group"];
    let bad = home.run(&[&from[..], &["--guest-fault", "nat-instance=broken"]].concat());
    assert!(bad.code == 2 && bad.err.contains("forwarding-off"), "{}", bad.err);
    let nobody = home.run(&[&from[..], &["--guest-fault", "web-99=no-masquerade"]].concat());
    assert!(nobody.code == 2 && nobody.err.contains("web-99"), "{}", nobody.err);
    let up = home.run(&[&from[..], &["--focus", "web-1", "--guest-fault", "nat-instance=forwarding-off"]].concat());
    assert!(up.code == 0 && up.out.contains("outside of what `--focus` names"), "{}{}", up.out, up.err);
    let forwards = home.run(&["lab", "exec", "nat-instance", "--", "cat", "/proc/sys/net/ipv4/ip_forward"]);
    assert_eq!(forwards.out.trim(), "0", "{}", forwards.err);
    assert_eq!(home.run(&["lab", "exec", "web-2", "--", "true"]).code, 2, "web-2 is out of focus");
}

#[test]
fn why_says_where_packets_were_last_seen_and_apply_cures_it() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new("why");
    assert_eq!(home.run(&["lab", "up", "--from", "example:three-faults"]).code, 0);
    let schema = schema("lab-why.schema.json");
    let why = |source: &str, destination: &str| -> Value {
        let said = home.run(&["lab", "why", source, destination, "--format", "json"]);
        assert_eq!(said.code, 0, "engine and kernel agree: {}{}", said.out, said.err);
        let document = serde_json::from_str(&said.out).unwrap();
        assert!(schema.is_valid(&document), "{document}");
        document
    };
    let before = why("web-1", "yum");
    let packet = &before["packets"][0];
    assert_eq!((&packet["engine"], &packet["kernel"]), (&"silent".into(), &"silent".into()), "{before}");
    assert_eq!(packet["out"]["dropped_by"][0]["cause"], "security groups, outbound");
    assert_eq!(packet["out"]["never_seen"], "nat-08fda8ba99fc0747e");
    assert_eq!(packet["back"], Value::Null);
    let from_outside = why("internet", "bastion:22");
    let dropped = &from_outside["packets"][0]["out"];
    assert_eq!(dropped["dropped_by"][0]["id"], "acl-01e8f5f2779ffcc7e");
    assert_eq!(dropped["seen"].as_array().unwrap().last().unwrap(), "igw-0d7c268e4b290cdea", "the ACL comes behind it");

    let none = home.run(&["lab", "apply", "web-1", "yum", "--plan", "3", "--lab", "nobody"]);
    assert_eq!(none.code, 2);
    let applied = home.run(&["lab", "apply", "web-1", "yum"]);
    assert!(applied.code == 0 && applied.out.contains("vpce-012709b53fe5c86d4"), "{}{}", applied.out, applied.err);
    let after = why("web-1", "yum");
    assert_eq!(after["packets"][0]["kernel"], "answered");
    let back = &after["packets"][0]["back"];
    assert_eq!((&back["arrived"], &back["seen"][0]), (&true.into(), &"vpce-012709b53fe5c86d4".into()), "{after}");
    // Plans come on top of each other.
    assert_eq!(home.run(&["lab", "apply", "web-1", "https://api.sendgrid.com", "--plan", "2"]).code, 0);
    assert_eq!(why("web-1", "https://api.sendgrid.com")["packets"][0]["kernel"], "answered");
    assert_eq!(why("web-1", "yum")["packets"][0]["kernel"], "answered");
    let again = home.run(&["lab", "apply", "web-1", "yum", "--lang", "ja"]);
    assert!(again.code == 0 && again.out.contains("何も変更していません"), "{}{}", again.out, again.err);
}

#[test]
fn a_reply_that_is_lost_is_told_on_the_way_back_and_a_missing_route_as_such() {
    if let Some(why) = missing(&[]) {
        println!("skipped: {why}");
        return;
    }
    let home = Home::new("replies");
    let cases = [
        ("network-acl-drops-replies", "the replies"),
        ("nat-in-private-subnet", "no route"),
        ("nat-instance-source-destination-check", "the check"),
    ];
    for (case, what) in cases {
        let from = format!("example:{case}");
        assert_eq!(home.run(&["lab", "up", "--from", &from, "--name", case]).code, 0, "{case}");
        let said = home.run(&["lab", "why", "web-1", "https://api.sendgrid.com", "--lab", case]);
        let two = home.run(&["lab", "why", "web-2", "https://api.sendgrid.com", "--lab", case]);
        let text = format!("{}{}", said.out, two.out);
        let expected = match what {
            "the replies" => "way back\n",
            "no route" => "leads on",
            _ => "source/destination check of",
        };
        assert!(said.code == 0 && two.code == 0 && text.contains(expected), "{case}: {text}{}{}", said.err, two.err);
    }
}
