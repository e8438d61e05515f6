//! `deguchi probe` on real processes and sockets: a real dnf that holds its lock, servers that refuse, stay silent or have
//! a bad certificate, resolvers that fail, and instance metadata on loopback. All in namespaces or folders of the test's own.
//!
//! Needs no rights but those of a user namespace. Where a tool is missing it says `skipped:`; `./check` installs them.
#![cfg(test)]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use deguchi_lab::service::{
    AmazonLinux, Answers, CertificateAuthority, DnsSupport, PolicyOfEndpoint, Resolver, Services, Site, Web, Zone,
    machine_files,
};
use serde_json::Value;

const REGION: &str = "eu-west-1";
const REPOSITORY: &str = "al2023-repos-eu-west-1-de612dc2.s3.dualstack.eu-west-1.amazonaws.com";

/// What a machine of its own has: addresses, a way that swallows everything, and the files of an Amazon Linux.
const PROLOGUE: &str = r#"
set -u
ip link set lo up
for address in 10.0.0.2 10.0.1.2 10.0.2.2 52.218.0.10 93.184.216.34 93.184.216.35; do
  ip address add "$address/32" dev lo
done
ip link add hole0 type veth peer name hole1
ip link set hole0 up; ip link set hole1 up; ip address add 198.51.100.1/24 dev hole0
# Neighbours that nobody is: what is sent to them vanishes.
for address in 198.51.100.7 198.51.100.254; do ip neigh add "$address" lladdr 02:00:00:00:00:01 dev hole0; done
ip route add default via 198.51.100.254
mkfifo life
sleep 300 > life & starter=$!
serve() {
  "$DEGUCHI" lab-service "$1.json" < life > "$1.ready" 2> "$1.errors" &
  for _ in $(seq 200); do grep -qs ready "$1.ready" && return; sleep 0.05; done
  echo "$1 never was ready"; cat "$1.errors"; exit 9
}
resolve_by() { printf 'nameserver %s\noptions timeout:1 attempts:1\n' "$@" > machine/etc/resolv.conf; }
mount --bind machine/etc/resolv.conf /etc/resolv.conf
export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY SSL_CERT_FILE
probe() { "$DEGUCHI" probe --root "$PWD/machine" --timeout 2 --format json "$@" 2>&1; }
"#;

fn missing(tools: &[&str]) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let has = |tool: &str| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file());
    if let Some(tool) = tools.iter().find(|tool| !has(tool)) {
        return Some(format!("`{tool}` is not installed"));
    }
    if !Path::new("/etc/resolv.conf").exists() {
        return Some("`/etc/resolv.conf` is not there to be replaced".to_owned());
    }
    let tried = Command::new("unshare").args(["-Urnm", "true"]).status();
    (!tried.is_ok_and(|status| status.success())).then(|| "user namespaces are switched off here".to_owned())
}

/// A folder of its own, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-probe-{name}-{}", std::process::id()));
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

    /// An Amazon Linux 2023 of the region, whose authority is the lab's.
    fn machine(&self, authority: &CertificateAuthority) {
        for file in
            machine_files(&["10.0.0.2".parse().unwrap()], authority, Some(AmazonLinux::TwentyTwentyThree), REGION)
        {
            self.write(&format!("machine{}", file.path), &file.contents);
        }
        let release = "ID=\"amzn\"\nVERSION_ID=\"2023\"\nPRETTY_NAME=\"Amazon Linux 2023\"\n";
        self.write("machine/etc/os-release", release);
    }

    /// Runs a script in the machine and returns the JSON documents that it prints.
    fn run(&self, script: &str) -> Vec<Value> {
        let script = format!("{PROLOGUE}{script}\nkill $starter\nwait\n");
        let output = Command::new("timeout")
            .args(["120", "unshare", "-Urnm", "--kill-child", "--fork", "bash", "-c", &script])
            .current_dir(&self.0)
            .env("DEGUCHI", env!("CARGO_BIN_EXE_deguchi"))
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let documents: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter().collect();
        let documents =
            documents.unwrap_or_else(|error| panic!("{error} in:\n{text}{}", String::from_utf8_lossy(&output.stderr)));
        documents.iter().for_each(assert_schema);
        documents
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all::<&Path>(&self.0);
    }
}

fn assert_schema(document: &Value) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/probe.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn at(addresses: &[&str], port: u16) -> Vec<SocketAddr> {
    addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), port)).collect()
}

fn resolver(listen: &str, support: DnsSupport) -> Resolver {
    let zone = Zone {
        names: BTreeMap::new(),
        domains: BTreeMap::from([
            (format!("s3.dualstack.{REGION}.amazonaws.com"), vec!["52.218.0.10".parse().unwrap()]),
            ("silent.example".to_owned(), vec!["198.51.100.7".parse().unwrap()]),
            ("forged.example".to_owned(), vec!["93.184.216.35".parse().unwrap()]),
        ]),
        elsewhere: vec!["93.184.216.34".parse().unwrap()],
    };
    Resolver { listen: at(&[listen], 53), support, zone }
}

fn web(listen: &[&str], authority: &CertificateAuthority) -> Web {
    let site = Site {
        answers: Answers::Repository(AmazonLinux::TwentyTwentyThree),
        bucket: Some("al2023-repos-eu-west-1-de612dc2".to_owned()),
    };
    Web {
        http: at(listen, 80),
        https: at(listen, 443),
        authority: Some(authority.clone()),
        sites: BTreeMap::from([(REPOSITORY.to_owned(), site)]),
        policy: PolicyOfEndpoint::Everything,
    }
}

fn codes(document: &Value) -> Vec<&str> {
    document["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn target<'d>(document: &'d Value, host: &str) -> &'d Value {
    let targets = document["targets"].as_array().unwrap();
    targets.iter().find(|target| target["host"] == host).unwrap_or_else(|| panic!("{host} in {document:#}"))
}

/// What is found on the host's network, without what other tests run on this machine meanwhile.
fn network_codes(document: &Value) -> Vec<&str> {
    let mut codes = codes(document);
    codes.retain(|code| *code != "PACKAGE_MANAGER_RUNS");
    codes
}

#[test]
fn a_healthy_host_reaches_the_repositories_that_its_own_configuration_names() {
    if let Some(why) = missing(&["unshare", "ip"]) {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("healthy");
    let authority = CertificateAuthority::new().unwrap();
    folder.machine(&authority);
    let services = Services {
        resolver: Some(resolver("10.0.0.2", DnsSupport::On)),
        web: Some(web(&["52.218.0.10", "93.184.216.34"], &authority)),
    };
    folder.services("all", &services);
    let documents = folder.run("serve all\nprobe --to https://www.example.org/\n");
    let document = &documents[0];
    assert_eq!(network_codes(document), [""; 0], "{document:#}");
    assert_eq!(document["host"]["system"], "amazon-linux-2023");
    let repository = target(document, REPOSITORY);
    assert_eq!(repository["tls"], "trusted", "{repository:#}");
    assert_eq!(repository["http"]["status"], 200, "{repository:#}");
    assert_eq!(repository["answers"][0]["answer"]["addresses"][0], "52.218.0.10");
    assert_eq!(repository["connections"][0]["outcome"], "open");
    assert_eq!(document["ephemeral_ports"][0], 32768);
}

#[test]
fn closed_silent_and_unreachable_servers_are_told_apart() {
    if let Some(why) = missing(&["unshare", "ip"]) {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("closed");
    let authority = CertificateAuthority::new().unwrap();
    folder.machine(&authority);
    folder.services("all", &Services { resolver: Some(resolver("10.0.0.2", DnsSupport::On)), web: None });
    // The repository's host has nothing listening; another one lies behind a way that swallows everything.
    let documents = folder.run(
        "serve all\nprobe --to silent.example:443 --to 203.0.113.9:443\nip route del default\nprobe --to 203.0.113.9:443\n",
    );
    let document = &documents[0];
    assert_eq!(target(document, REPOSITORY)["connections"][0]["outcome"], "refused");
    let silent = target(document, "silent.example");
    assert_eq!(silent["connections"][0]["outcome"], "timed-out", "{silent:#}");
    assert!(codes(document).contains(&"CONNECTION_REFUSED") && codes(document).contains(&"CONNECTION_TIMED_OUT"));
    let document = &documents[1];
    assert!(target(document, "203.0.113.9")["connections"][0]["outcome"]["unreachable"].is_string(), "{document:#}");
    assert!(codes(document).contains(&"CONNECTION_UNREACHABLE") && codes(document).contains(&"NO_DEFAULT_ROUTE"));
}

#[test]
fn a_certificate_of_an_unknown_issuer_and_one_of_another_host_are_told_apart() {
    if let Some(why) = missing(&["unshare", "ip"]) {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("certificate");
    let (authority, other) = (CertificateAuthority::new().unwrap(), CertificateAuthority::new().unwrap());
    folder.machine(&authority);
    let good = web(&["52.218.0.10", "93.184.216.34"], &authority);
    folder.services("all", &Services { resolver: Some(resolver("10.0.0.2", DnsSupport::On)), web: Some(good) });
    folder.services("forged", &Services { resolver: None, web: Some(web(&["93.184.216.35"], &other)) });
    let script = "serve all; serve forged\nprobe --to https://forged.example --to https://93.184.216.34\n";
    let documents = folder.run(script);
    let document = &documents[0];
    assert_eq!(target(document, "forged.example")["tls"], "unknown-issuer", "{document:#}");
    assert_eq!(target(document, "93.184.216.34")["tls"], "wrong-host", "{document:#}");
    assert_eq!(network_codes(document), ["TLS_FAILS", "TLS_FAILS"]);
}

#[test]
fn a_silent_resolver_and_a_name_that_does_not_exist_are_told_apart() {
    if let Some(why) = missing(&["unshare", "ip"]) {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("resolver");
    let authority = CertificateAuthority::new().unwrap();
    folder.machine(&authority);
    folder.services("all", &Services { resolver: Some(resolver("10.0.0.2", DnsSupport::On)), web: None });
    folder.services("off", &Services { resolver: Some(resolver("10.0.1.2", DnsSupport::Off)), web: None });
    let documents = folder.run(
        "serve all; serve off\nprobe --to db.internal:5432\nresolve_by 10.0.1.2\nprobe\nresolve_by 10.0.2.2\nprobe\n",
    );
    let absent = target(&documents[0], "db.internal");
    assert_eq!(absent["answers"][0]["answer"], "no-such-name", "{absent:#}");
    assert!(absent["lookup"]["failed"].is_string(), "{absent:#}");
    assert!(codes(&documents[0]).contains(&"NO_SUCH_NAME"));
    let silent = target(&documents[1], REPOSITORY);
    assert_eq!(silent["answers"][0]["answer"], "timed-out", "{silent:#}");
    assert!(codes(&documents[1]).contains(&"NAME_SERVER_SILENT"), "{silent:#}");
    assert!(!codes(&documents[1]).contains(&"NO_SUCH_NAME"));
    // Nobody listens at the last one: the kernel says so at once.
    let closed = target(&documents[2], REPOSITORY);
    assert!(closed["answers"][0]["answer"]["unreachable"].is_string(), "{closed:#}");
}

#[test]
fn forwarding_and_masquerading_of_a_nat_instance_are_seen() {
    if let Some(why) = missing(&["unshare", "ip"])
        .or_else(|| (!Path::new("/usr/sbin/nft").exists()).then(|| "`nft` is not installed".to_owned()))
    {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("forwarding");
    folder.machine(&CertificateAuthority::new().unwrap());
    let documents = folder.run(
        "rm machine/etc/yum.repos.d/*\nexport PATH=$PATH:/usr/sbin\n\
         nft add table ip nat; nft 'add chain ip nat post { type nat hook postrouting priority 100; }'\n\
         nft add rule ip nat post oifname eth0 masquerade\nprobe\n\
         nft add table ip f; nft 'add chain ip f forwarded { type filter hook forward priority 0; policy drop; }'\nprobe\n",
    );
    let firewall = &documents[0]["forwarding"]["firewall"];
    assert_eq!(firewall["masquerades"][0]["out"], "eth0", "{:#}", documents[0]);
    // A new network namespace does not forward, and its default route leaves by another interface.
    assert!(codes(&documents[0]).contains(&"FORWARDING_OFF") && codes(&documents[0]).contains(&"MASQUERADE_ELSEWHERE"));
    assert_eq!(firewall["forward"], "accept");
    assert_eq!(documents[1]["forwarding"]["firewall"]["forward"], "drop");
    assert!(codes(&documents[1]).contains(&"FORWARD_DROPPED"));
}

/// A process of a test's own, which ends with it.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

fn probe(root: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deguchi"));
    command.args(["probe", "--timeout", "1", "--root"]).arg(root).args(arguments);
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9").envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

#[test]
fn a_real_dnf_that_is_stuck_is_named_with_its_lock_and_what_ends_it() {
    if let Some(why) = missing(&["dnf"]) {
        println!("skipped: {why}");
        return;
    }
    let folder = Folder::new("dnf");
    // A mirror that takes connections and never says a word.
    let mirror = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = mirror.local_addr().unwrap().port();
    folder
        .write("repos/x.repo", &format!("[stuck]\nname=x\nbaseurl=http://me:hunter2@127.0.0.1:{port}/\ngpgcheck=0\n"));
    let set = |name: &str| format!("--setopt={name}={}/{name}", folder.0.display());
    let dnf = Command::new("dnf")
        .args(["-y", "--releasever=2023", "--setopt=timeout=60", "--setopt=proxy_password=hunter2"])
        .args(["reposdir", "cachedir", "persistdir", "logdir"].map(set))
        .arg(format!("--setopt=reposdir={}/repos", folder.0.display()))
        .arg("makecache")
        .env("HOME", &folder.0)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let dnf = Ended(dnf);
    let lock = folder.0.join("cachedir/metadata_lock.pid");
    let end = Instant::now() + Duration::from_secs(30);
    while !fs::read_to_string(&lock).is_ok_and(|text| !text.is_empty()) {
        assert!(Instant::now() < end, "dnf takes its lock");
        thread::sleep(Duration::from_millis(50));
    }
    let empty = folder.0.join("machine");
    fs::create_dir_all(&empty).unwrap();
    // The lock is looked for below the machine's root; the process says where it is.
    let (code, text) = probe(Path::new("/"), &[], &["--format", "json"]);
    assert_eq!(code, Some(1), "{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_schema(&document);
    let pid = dnf.0.id();
    let processes = document["processes"].as_array().unwrap();
    let process = processes.iter().find(|process| process["pid"] == pid).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(process["program"], "dnf");
    assert_eq!(process["ends_with"], format!("kill {pid}"));
    assert!(process["command_line"].as_str().unwrap().contains("makecache"), "{process:#}");
    let locks = document["locks"].as_array().unwrap();
    let held = locks.iter().find(|each| each["path"] == lock.to_str().unwrap()).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(held["state"]["held"], pid);
    assert!(!text.contains("hunter2"), "{text}");
    // It has not been ended by being looked at.
    assert!(fs::metadata(format!("/proc/{pid}")).is_ok());
    drop(dnf);
    let (_, text) = probe(Path::new("/"), &[], &["--lang", "ja"]);
    assert!(!text.contains(&format!("kill {pid}`")), "{text}");
}

#[test]
fn locks_of_the_dead_are_stale_those_of_others_recycled_and_nonsense_is_malformed() {
    let folder = Folder::new("locks");
    let mut gone = Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    folder.write("var/run/yum.pid", &gone.id().to_string());
    folder.write("var/cache/dnf/metadata_lock.pid", &std::process::id().to_string());
    folder.write("var/lib/dnf/rpmdb_lock.pid", "not a pid");
    folder.write("var/log/log_lock.pid", "");
    let (code, text) = probe(&folder.0, &[], &["--format", "json"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_schema(&document);
    let state = |path: &str| {
        let locks = document["locks"].as_array().unwrap();
        locks.iter().find(|lock| lock["path"] == path).unwrap_or_else(|| panic!("{path} in {text}"))["state"].clone()
    };
    assert_eq!(state("/var/run/yum.pid")["stale"], gone.id());
    assert_eq!(state("/var/cache/dnf/metadata_lock.pid")["recycled"]["pid"], std::process::id());
    assert_eq!(state("/var/lib/dnf/rpmdb_lock.pid"), "malformed");
    assert_eq!(state("/var/log/log_lock.pid"), "free");
    assert_eq!(code, Some(1));
    let codes = codes(&document);
    assert!(codes.contains(&"LOCK_MALFORMED") && codes.contains(&"LOCK_RECYCLED"), "{text}");
}

/// Instance metadata as AWS has it: a token first, then what it opens. Whoever asks for credentials is noted.
fn metadata(token_status: &'static str) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = Vec::new();
            for line in BufReader::new(stream.try_clone().unwrap()).lines() {
                match line {
                    Ok(line) if !line.is_empty() => lines.push(line),
                    _ => break,
                }
            }
            let request = lines.first().cloned().unwrap_or_default();
            let has_token = lines.iter().any(|line| line.eq_ignore_ascii_case("x-aws-ec2-metadata-token: T0KEN"));
            let (status, body) = match request.split(' ').nth(1) {
                Some("/latest/api/token") if request.starts_with("PUT") => (token_status, "T0KEN"),
                _ if !has_token => ("401 Unauthorized", ""),
                Some("/latest/meta-data/instance-id") => ("200 OK", "i-0123456789abcdef0"),
                Some("/latest/meta-data/placement/region") => ("200 OK", "eu-west-1"),
                Some("/latest/meta-data/iam/security-credentials/") => ("200 OK", "web-role"),
                _ => ("404 Not Found", ""),
            };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = sender.send(request);
        }
    });
    (endpoint, receiver)
}

#[test]
fn metadata_tells_instance_region_and_role_and_is_never_asked_for_credentials() {
    let folder = Folder::new("metadata");
    let (endpoint, asked) = metadata("200 OK");
    let (_, text) = probe(&folder.0, &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint)], &["--format", "json"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_schema(&document);
    assert_eq!(document["metadata"]["state"], "answers", "{text}");
    assert_eq!(document["metadata"]["instance"], "i-0123456789abcdef0");
    assert_eq!(document["metadata"]["region"], "eu-west-1");
    assert_eq!(document["metadata"]["role"], "web-role");
    assert!(!text.contains("T0KEN"));
    assert!(asked.try_iter().all(|request| !request.contains("security-credentials/web-role")));
    let (endpoint, _asked) = metadata("403 Forbidden");
    let (_, text) = probe(&folder.0, &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint)], &["--format", "json"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["metadata"]["state"]["refuses"], 403);
}

#[test]
fn credentials_of_proxies_and_repositories_never_appear_in_any_form_of_the_answer() {
    let folder = Folder::new("credentials");
    folder.write("etc/yum.conf", "[main]\nproxy=http://anna:hunter2@127.0.0.1:1\n");
    folder.write("etc/dnf/dnf.conf", "[main]\nproxy=http://127.0.0.1:1\nproxy_username=anna\nproxy_password=hunter2\n");
    folder.write("etc/apt/apt.conf.d/proxy", "Acquire::http::Proxy \"http://anna:hunter2@127.0.0.1:1\";\n");
    folder.write("etc/yum.repos.d/x.repo", "[x]\nbaseurl=http://anna:hunter2@127.0.0.1:1/a?X-Amz-Signature=hunter2\n");
    let environment = [("https_proxy", "http://anna:hunter2@127.0.0.1:1")];
    for arguments in [["--format", "json"], ["--lang", "en"], ["--lang", "ja"]] {
        let (code, text) = probe(&folder.0, &environment, &arguments);
        assert_eq!(code, Some(1));
        assert!(!text.contains("hunter2") && !text.contains("anna"), "{text}");
        assert!(text.contains("PROXY_FAILS") && text.contains("127.0.0.1:1"), "{text}");
    }
    let (code, text) = probe(&folder.0, &[], &["--to", "ftp://anna:hunter2@h/x"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
