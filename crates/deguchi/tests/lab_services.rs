//! The lab's services as the real `dig`, `curl` and `dnf` see them, in a network namespace of the test's own.
//!
//! Needs no rights but those of a user namespace. Where a tool is missing it says `skipped:`; `./check` installs them.
#![cfg(test)]

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use deguchi_lab::service::{
    AmazonLinux, Answers, CertificateAuthority, DnsSupport, PolicyOfEndpoint, Resolver, Services, Site, Statement, Web,
    Zone, machine_files,
};

const REGION: &str = "eu-west-1";
const TOOLS: [&str; 6] = ["unshare", "ip", "dig", "curl", "dnf", "rpmkeys"];

/// What a lab does around a test: the kernel's part, files for the machine, and the end of it all.
const PROLOGUE: &str = r#"
set -u
ip link set lo up
for address in 10.0.0.2 10.0.1.2 169.254.169.253 52.218.0.10 52.218.0.11 93.184.216.34; do
  ip address add "$address/32" dev lo
done
mkfifo life
sleep 300 > life & starter=$!
serve() {
  "$DEGUCHI" lab-service "$1.json" < life > "$1.ready" 2> "$1.errors" &
  for _ in $(seq 200); do grep -qs ready "$1.ready" && return; sleep 0.05; done
  echo "$1 never was ready"; cat "$1.errors"; exit 9
}
mount --bind machine/etc/resolv.conf /etc/resolv.conf
mount --bind machine/etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
"#;

const DNF: &str = r#"
dnf() {
  command dnf -y --setopt=reposdir="$PWD/machine/etc/yum.repos.d" --setopt=varsdir="$PWD/machine/etc/dnf/vars" \
    --setopt=cachedir="$PWD/cache" --setopt=persistdir="$PWD/persist" --setopt=logdir="$PWD/log" \
    --setopt=timeout=5 --setopt=retries=1 --releasever=2023 "$@" 2>&1
}
"#;

fn missing() -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let has = |tool: &str| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file());
    let tool = TOOLS.into_iter().find(|tool| !has(tool));
    if let Some(tool) = tool {
        return Some(format!("`{tool}` is not installed: `apt-get install dnf rpm bind9-dnsutils curl iproute2`"));
    }
    let file =
        ["/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt"].into_iter().find(|file| !Path::new(file).exists());
    if let Some(file) = file {
        return Some(format!("`{file}` is not there to be replaced: `apt-get install ca-certificates`"));
    }
    let tried = Command::new("unshare").args(["-Urnm", "true"]).status();
    (!tried.is_ok_and(|status| status.success())).then(|| "user namespaces are switched off here".to_owned())
}

/// A folder of its own, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-services-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn services(&self, name: &str, services: &Services) {
        self.write(&format!("{name}.json"), &serde_json::to_string(services).unwrap());
    }

    fn machine(&self, authority: &CertificateAuthority, system: AmazonLinux) {
        for file in machine_files(&["10.0.0.2".parse().unwrap()], authority, Some(system), REGION) {
            let keys = format!("{}/machine/etc/pki", self.0.display());
            self.write(&format!("machine{}", file.path), &file.contents.replace("/etc/pki", &keys));
        }
    }

    fn run(&self, script: &str) -> String {
        let script = format!("{PROLOGUE}{DNF}{script}\nkill $starter\nwait\n");
        let output = Command::new("timeout")
            .args(["120", "unshare", "-Urnm", "--kill-child", "--fork", "bash", "-c", &script])
            .current_dir(&self.0)
            .env("DEGUCHI", env!("CARGO_BIN_EXE_deguchi"))
            .env("HOME", &self.0)
            .env("LC_ALL", "C")
            .env("XDG_RUNTIME_DIR", &self.0)
            .output()
            .unwrap();
        text_of(&output)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all::<&Path>(&self.0);
    }
}

fn text_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn at(addresses: &[&str], port: u16) -> Vec<SocketAddr> {
    addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), port)).collect()
}

fn zone() -> Zone {
    Zone {
        names: BTreeMap::new(),
        domains: BTreeMap::from([(
            format!("s3.dualstack.{REGION}.amazonaws.com"),
            vec!["52.218.0.10".parse().unwrap()],
        )]),
        elsewhere: vec!["93.184.216.34".parse().unwrap()],
    }
}

fn resolver(listen: &[&str], support: DnsSupport) -> Resolver {
    Resolver { listen: at(listen, 53), support, zone: zone() }
}

fn web(listen: &[&str], authority: &CertificateAuthority, policy: PolicyOfEndpoint) -> Web {
    let repository = |bucket: &str, system: AmazonLinux| {
        let site = Site { answers: Answers::Repository(system), bucket: Some(bucket.to_owned()) };
        (format!("{bucket}.s3.dualstack.{REGION}.amazonaws.com"), site)
    };
    let sites = BTreeMap::from([
        repository(&format!("amazonlinux-2-repos-{REGION}"), AmazonLinux::Two),
        repository(&format!("al2023-repos-{REGION}-de612dc2"), AmazonLinux::TwentyTwentyThree),
        ("api.sendgrid.com".to_owned(), Site { answers: Answers::SendGrid, bucket: None }),
    ]);
    Web { http: at(listen, 80), https: at(listen, 443), authority: Some(authority.clone()), sites, policy }
}

fn everything(authority: &CertificateAuthority) -> Services {
    Services {
        resolver: Some(resolver(&["10.0.0.2", "169.254.169.253"], DnsSupport::On)),
        web: Some(web(&["52.218.0.10", "93.184.216.34"], authority, PolicyOfEndpoint::Everything)),
    }
}

#[test]
fn the_resolver_answers_at_both_its_addresses_and_is_silent_with_dns_support_off() {
    if let Some(why) = missing() {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("resolver");
    let authority = CertificateAuthority::new().unwrap();
    folder.machine(&authority, AmazonLinux::Two);
    folder.services("all", &everything(&authority));
    let off = resolver(&["10.0.1.2"], DnsSupport::Off);
    folder.services("off", &Services { resolver: Some(off), web: None });
    let text = folder.run(
        r#"
serve all; serve off
echo "udp $(dig +short @10.0.0.2 x.s3.dualstack.eu-west-1.amazonaws.com A)"
echo "link-local $(dig +short @169.254.169.253 amazon.com A)"
echo "tcp $(dig +short +tcp @10.0.0.2 amazon.com A)"
echo "private $(dig @10.0.0.2 db.internal A | grep -o 'status: [A-Z]*')"
echo "mail $(dig @10.0.0.2 amazon.com MX | grep -o 'status: [A-Z]*, \|ANSWER: 0')"
echo "host $(getent ahostsv4 api.sendgrid.com | head -1)"
echo "off $(dig +time=1 +tries=1 @10.0.1.2 amazon.com A | grep -o 'timed out\|no servers could be reached' | head -1)"
"#,
    );
    for expected in [
        "udp 52.218.0.10",
        "link-local 93.184.216.34",
        "tcp 93.184.216.34",
        "private status: NXDOMAIN",
        "mail status: NOERROR",
        "host 93.184.216.34",
    ] {
        assert!(text.contains(expected), "{expected} in:\n{text}");
    }
    assert!(text.contains("off timed out") || text.contains("off no servers"), "{text}");
}

#[test]
fn curl_trusts_the_lab_and_gets_what_the_real_hosts_would_say() {
    if let Some(why) = missing() {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("web");
    let authority = CertificateAuthority::new().unwrap();
    folder.machine(&authority, AmazonLinux::TwentyTwentyThree);
    folder.services("all", &everything(&authority));
    let own = Statement { actions: vec!["s3:*".to_owned()], resources: vec!["arn:aws:s3:::mine/*".to_owned()] };
    let policy = PolicyOfEndpoint::Statements { allows: vec![own], denies: Vec::new() };
    let behind = web(&["52.218.0.11"], &authority, policy);
    folder.services("endpoint", &Services { resolver: None, web: Some(behind) });
    let text = folder.run(
        r#"
serve all; serve endpoint
host=al2023-repos-eu-west-1-de612dc2.s3.dualstack.eu-west-1.amazonaws.com
list=/core/mirrors/latest/x86_64/mirror.list
curl -sS -m 10 -w ' api %{http_code} %{content_type}\n' https://api.sendgrid.com/v3/mail/send
curl -sS -m 10 -w 'list %{http_code}\n' "https://$host$list"
curl -sS -m 10 -w 'plain %{http_code}\n' "http://$host$list"
curl -sS -m 10 -w '\nendpoint %{http_code}\n' --resolve "$host:443:52.218.0.11" "https://$host$list"
curl -sS -m 10 -w 'other %{http_code}\n' https://www.example.org/
curl -sS -m 10 --cacert /dev/null https://api.sendgrid.com/; echo "distrust $?"
"#,
    );
    for expected in [
        r#"{"errors":[{"field":null,"message":"authorization required"}]}"#,
        "api 401 application/json",
        "list 200",
        "plain 200",
        "<Code>AccessDenied</Code>",
        "endpoint 403",
        "other 200",
    ] {
        assert!(text.contains(expected), "{expected} in:\n{text}");
    }
    assert!(!text.contains("distrust 0"), "nobody but the lab's hosts trusts the lab's authority:\n{text}");
}

#[test]
fn the_real_dnf_makes_its_cache_and_downloads_a_signed_package_from_either_release() {
    if let Some(why) = missing() {
        println!("skipped: {why}");
        return;
    }
    for (system, package) in [
        (AmazonLinux::Two, "deguchi-lab-hello-1.0-1.amzn2.noarch.rpm"),
        (AmazonLinux::TwentyTwentyThree, "deguchi-lab-hello-1.0-1.amzn2023.noarch.rpm"),
    ] {
        let folder = Folder::new(&format!("dnf-{system:?}"));
        let authority = CertificateAuthority::new().unwrap();
        folder.machine(&authority, system);
        folder.services("all", &everything(&authority));
        let text = folder.run(
            r#"
serve all
dnf makecache; echo "makecache $?"
dnf install --downloadonly --destdir="$PWD/got" deguchi-lab-hello; echo "install $?"
ls got
"#,
        );
        assert!(text.contains("Metadata cache created.") && text.contains("makecache 0"), "{text}");
        assert!(text.contains("install 0") && text.contains(package), "{text}");
    }
}

#[test]
fn services_end_when_their_starter_does() {
    if let Some(why) = missing() {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("lifeline");
    let authority = CertificateAuthority::new().unwrap();
    folder.machine(&authority, AmazonLinux::Two);
    folder.services("all", &everything(&authority));
    let text = folder.run(
        r#"
serve all
service=$!
kill -9 $starter
for _ in $(seq 100); do kill -0 $service 2> /dev/null || break; sleep 0.05; done
kill -0 $service 2> /dev/null && echo "still there" || echo "gone"
"#,
    );
    assert!(text.contains("gone"), "{text}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_a_message_and_exit_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_deguchi")).args(["lab-service", "/nowhere.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`/nowhere.json` does not say what to serve"));
}
