//! What a NAT instance needs of its guest (NI-4): forwarding, a rule that masquerades, and no rule that drops.
//!
//! The firewall's rules are root's to see: `nft` and `iptables-save` are asked, and a refusal is said.

use std::{
    collections::BTreeSet,
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    bounded,
    facts::{Firewall, ForwardPolicy, Forwarding, Masquerade, NotSeen, Unseen},
    processes,
    root::kernel_number,
};
use crate::report::clean;

/// Returns what forwarding meets.
pub(super) fn of_host(timeout: Duration, not_seen: &mut Vec<NotSeen>) -> Forwarding {
    let is_on = |path: &str| kernel_number(path).map(|number| number != 0);
    let firewall = firewall(timeout).map_err(|why| not_seen.push(NotSeen { what: Unseen::Firewall, why })).ok();
    Forwarding {
        ipv4: is_on("/proc/sys/net/ipv4/ip_forward"),
        ipv6: is_on("/proc/sys/net/ipv6/conf/all/forwarding"),
        firewall,
        conntrack: processes::conntrack(),
    }
}

fn firewall(timeout: Duration) -> Result<Firewall, String> {
    let nft = run("nft", &["-j", "list", "ruleset"], timeout).map(|text| of_nft(&text));
    let legacy = run("iptables-save", &[], timeout).map(|text| of_iptables(&text));
    match (nft, legacy) {
        (Err(nft), Err(legacy)) => Err(format!("{nft}; {legacy}")),
        (Ok(nft), Err(_)) => Ok(nft),
        (Err(_), Ok(legacy)) => Ok(legacy),
        (Ok(nft), Ok(legacy)) => {
            // Rules of iptables-nft are listed by both.
            let both: BTreeSet<Masquerade> = nft.masquerades.into_iter().chain(legacy.masquerades).collect();
            let forward = match (nft.forward, legacy.forward) {
                (ForwardPolicy::Drop, _) | (_, ForwardPolicy::Drop) => ForwardPolicy::Drop,
                (ForwardPolicy::Rules, _) | (_, ForwardPolicy::Rules) => ForwardPolicy::Rules,
                (ForwardPolicy::Accept, ForwardPolicy::Accept) => ForwardPolicy::Accept,
            };
            Ok(Firewall { masquerades: both.into_iter().collect(), forward })
        }
    }
}

/// Runs a program that only reads; whatever it says on failure is the reason.
fn run(name: &str, arguments: &[&str], timeout: Duration) -> Result<String, String> {
    let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];
    let path = folders.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file());
    let path = path.ok_or_else(|| format!("`{name}` is not installed"))?;
    let mut child = Command::new(path)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{name}`: {error}"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let read = bounded(timeout, move || {
        let mut texts = [String::new(), String::new()];
        if let (Some(mut stdout), Some(mut stderr)) = (stdout, stderr) {
            let [out, complaint] = &mut texts;
            let _ = (stdout.read_to_string(out), stderr.read_to_string(complaint));
        }
        texts
    });
    let end = Instant::now() + Duration::from_millis(500);
    while matches!(child.try_wait(), Ok(None)) && Instant::now() < end && read.is_some() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let status = child.try_wait().ok().flatten();
    if status.is_none() {
        let _ = (child.kill(), child.wait());
    }
    match (read, status) {
        (Some([out, _]), Some(status)) if status.success() => Ok(out),
        (Some([_, complaint]), Some(_)) => {
            Err(format!("`{name}`: {}", clean(complaint.lines().next().unwrap_or("it failed"))))
        }
        _ => Err(format!("`{name}` did not end in time")),
    }
}

/// Reads what `nft -j list ruleset` prints.
fn of_nft(text: &str) -> Firewall {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let objects: Vec<&Value> = document.get("nftables").and_then(Value::as_array).into_iter().flatten().collect();
    let text_of = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let place = |value: &Value, chain: &str| [text_of(value, "family"), text_of(value, "table"), text_of(value, chain)];
    let chains = || objects.iter().filter_map(|object| object.get("chain"));
    let rules = || objects.iter().filter_map(|object| object.get("rule"));
    let mut masquerades = BTreeSet::new();
    for rule in rules() {
        // Every chain that translates sources does so behind the hook `postrouting`, if by a jump.
        let statements: Vec<&Value> = rule.get("expr").and_then(Value::as_array).into_iter().flatten().collect();
        if statements.iter().any(|statement| is_source_translation(statement)) && text_of(rule, "family") != "ip6" {
            masquerades.insert(masquerade_of(&statements));
        }
    }
    let mut forward = ForwardPolicy::Accept;
    for chain in chains().filter(|chain| text_of(chain, "hook") == "forward" && text_of(chain, "family") != "ip6") {
        let at = place(chain, "name");
        let own = rules().filter(|rule| place(rule, "chain") == at).count();
        forward = match (text_of(chain, "policy").as_str(), own) {
            ("drop", 0) => ForwardPolicy::Drop,
            (_, 0) => forward,
            _ if forward == ForwardPolicy::Drop => forward,
            _ => ForwardPolicy::Rules,
        };
    }
    Firewall { masquerades: masquerades.into_iter().collect(), forward }
}

fn is_source_translation(statement: &Value) -> bool {
    let is_compatible = |xt: &Value| {
        let name = xt.get("name").and_then(Value::as_str).unwrap_or_default();
        ["MASQUERADE", "SNAT"].contains(&name)
    };
    statement.get("masquerade").is_some()
        || statement.get("snat").is_some()
        || statement.get("xt").is_some_and(is_compatible)
}

fn masquerade_of(statements: &[&Value]) -> Masquerade {
    let mut masquerade = Masquerade { out: None, is_conditional: false };
    for condition in statements.iter().filter_map(|statement| statement.get("match")) {
        let key = condition.pointer("/left/meta/key").and_then(Value::as_str).unwrap_or_default();
        let is_equal = condition.get("op").and_then(Value::as_str).unwrap_or("==") == "==";
        match (key, condition.get("right").and_then(Value::as_str)) {
            ("oifname" | "oif", Some(name)) if is_equal => masquerade.out = Some(clean(name)),
            _ => masquerade.is_conditional = true,
        }
    }
    masquerade
}

/// Reads what `iptables-save` prints.
fn of_iptables(text: &str) -> Firewall {
    let mut masquerades = BTreeSet::new();
    let (mut table, mut drops, mut rules) = ("", false, 0);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('*') {
            table = name;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let after =
            |flag: &str| words.iter().zip(words.iter().skip(1)).find(|(word, _)| **word == flag).map(|(_, next)| *next);
        match (table, words.as_slice()) {
            ("filter", [":FORWARD", policy, ..]) => drops = *policy == "DROP",
            ("filter", ["-A", "FORWARD", ..]) => rules += 1,
            ("nat", ["-A", _, ..]) if matches!(after("-j"), Some("MASQUERADE" | "SNAT")) => {
                let is_negated = words.windows(2).any(|pair| pair == ["!", "-o"]);
                let conditions = words.iter().filter(|word| ["-s", "-d", "-p", "-m", "!"].contains(word)).count();
                let out = after("-o").filter(|_| !is_negated).map(clean);
                masquerades.insert(Masquerade { out, is_conditional: conditions > 0 });
            }
            _ => {}
        }
    }
    let forward = match (drops, rules) {
        (true, 0) => ForwardPolicy::Drop,
        (false, 0) => ForwardPolicy::Accept,
        _ => ForwardPolicy::Rules,
    };
    Firewall { masquerades: masquerades.into_iter().collect(), forward }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(out: &str, is_conditional: bool) -> Masquerade {
        Masquerade { out: Some(out.to_owned()), is_conditional }
    }

    #[test]
    fn rules_of_iptables_are_read() {
        let text = "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o eth0 -j MASQUERADE\n-A POSTROUTING -s 10.0.0.0/8 -o ens5 -j SNAT --to-source 1.2.3.4\nCOMMIT\n\
                    *filter\n:FORWARD DROP [0:0]\nCOMMIT\n";
        let firewall = of_iptables(text);
        assert_eq!(firewall.masquerades, [on("ens5", true), on("eth0", false)]);
        assert_eq!(firewall.forward, ForwardPolicy::Drop);
    }

    #[test]
    fn rules_of_nft_are_read() {
        let text = r#"{"nftables":[{"chain":{"family":"ip","table":"nat","name":"p","type":"nat","hook":"postrouting","policy":"accept"}},
            {"rule":{"family":"ip","table":"nat","chain":"p","expr":[{"match":{"op":"==","left":{"meta":{"key":"oifname"}},"right":"ens5"}},{"masquerade":null}]}},
            {"chain":{"family":"inet","table":"f","name":"forward","type":"filter","hook":"forward","policy":"drop"}},
            {"rule":{"family":"inet","table":"f","chain":"forward","expr":[{"accept":null}]}}]}"#;
        let firewall = of_nft(text);
        assert_eq!(firewall.masquerades, [on("ens5", false)]);
        assert_eq!(firewall.forward, ForwardPolicy::Rules);
    }
}
