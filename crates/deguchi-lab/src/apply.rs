//! Carrying a plan out, inside a namespace of users, mounts and processes that is the lab's own.
//!
//! Everything made here is held by nothing but that: when its processes end, the kernel takes all of it away. Devices,
//! routes and rules are made by `ip -batch`, tables by `nft -f`: two tools that every system with namespaces has, one
//! start of each a namespace.

use std::{
    fs,
    io::Write as _,
    net::Ipv4Addr,
    os::fd::AsFd as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use nix::{
    mount::{MntFlags, MsFlags, mount, umount2},
    sched::{CloneFlags, setns, unshare},
};

use crate::{
    error::LabError,
    plan::{LabPlan, Namespace, Setting},
    process::Step,
    service::{self, CertificateAuthority, ServiceProcess, Services},
};

/// Where namespaces have names; also where `ip` looks for them.
const NAMES: &str = "/run/netns";

/// The lab's certificate authority, inside.
pub(crate) const AUTHORITY: &str = "/run/lab/authority.json";

/// The host's files, as machines find them behind their own.
pub(crate) const HOST: &str = "/run/lab/host";

/// The hardware address of every device: none is asked for, so that no packet waits for an answer.
const HARDWARE_ADDRESS: &str = "02:00:00:00:00:01";

/// What runs for a lab, for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Applied {
    _services: Vec<ServiceProcess>,
}

/// Makes everything that a plan says. `program` is this program, for services.
///
/// # Errors
///
/// If a tool is missing or fails, or the system refuses a namespace.
pub(crate) fn apply(
    plan: &LabPlan,
    authority: &CertificateAuthority,
    program: &Path,
    told: &(dyn Fn(Step) + Sync),
) -> Result<Applied, LabError> {
    make_namespaces(plan)?;
    told(Step::Namespaces(plan.namespaces.len()));
    let links: Vec<String> = plan.links.iter().map(link_command).collect();
    run_ip(&["-batch", "-"], &links, "links")?;
    told(Step::Links(plan.links.len()));
    let all = plan.namespaces.len();
    let done = AtomicUsize::new(0);
    let queue = Mutex::new(plan.namespaces.iter());
    let failures = Mutex::new(Vec::new());
    let services = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from).min(4) {
            scope.spawn(|| {
                while let Some(namespace) = queue.lock().ok().and_then(|mut queue| queue.next()) {
                    match furnish(plan, namespace, authority, program) {
                        Ok(started) => services.lock().map(|mut all| all.extend(started)).unwrap_or_default(),
                        Err(error) => failures.lock().map(|mut all| all.push(error)).unwrap_or_default(),
                    }
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    if done == all || done.is_multiple_of(all.div_ceil(10).max(1)) {
                        told(Step::Furnished(done, all));
                    }
                }
            });
        }
    });
    match failures.into_inner().ok().and_then(|failures| failures.into_iter().next()) {
        Some(error) => Err(error),
        None => Ok(Applied { _services: services.into_inner().unwrap_or_default() }),
    }
}

/// A `/run` of the lab's own, so that names of namespaces meet nobody else's.
pub(crate) fn private_run() -> Result<(), LabError> {
    let failed = |error: nix::Error| LabError::system("mount /run", error);
    mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>).map_err(failed)?;
    mount(Some("deguchi"), "/run", Some("tmpfs"), MsFlags::empty(), Some("mode=755")).map_err(failed)?;
    if !fs::symlink_metadata("/var/run").is_ok_and(|found| found.file_type().is_symlink()) {
        mount(Some("/run"), "/var/run", None::<&str>, MsFlags::MS_BIND, None::<&str>).map_err(failed)?;
    }
    // Programs that look at processes see the lab's; where the system does not grant that, they see none.
    let _ = mount(Some("proc"), "/proc", Some("proc"), MsFlags::empty(), None::<&str>);
    for folder in ["etc", "var"] {
        let place = Path::new(HOST).join(folder);
        fs::create_dir_all(&place).map_err(|error| LabError::system(place.display(), error))?;
        let own = Path::new("/").join(folder);
        mount(Some(&own), &place, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>).map_err(failed)?;
    }
    fs::create_dir_all(NAMES).map_err(|error| LabError::system(NAMES, error))
}

/// Takes away the namespaces of a plan. What still runs in one keeps it, without links, until it ends.
pub(crate) fn clear(plan: &LabPlan) -> Result<(), LabError> {
    for namespace in &plan.namespaces {
        let path = name_of(&namespace.name);
        let failed = |cause: &dyn std::fmt::Display| LabError::system(path.display(), cause);
        // Links go with what they end in, also where something still runs.
        enter(&namespace.name)?;
        let ends = plan.links.iter().filter_map(|link| link.ends.first());
        let own: Vec<String> = ends
            .filter(|end| end.namespace == namespace.name)
            .map(|end| format!("link delete {}", end.device))
            .collect();
        if !own.is_empty() {
            run_ip(&["-batch", "-"], &own, &namespace.name)?;
        }
        umount2(&path, MntFlags::MNT_DETACH).map_err(|error| failed(&error))?;
        fs::remove_file(&path).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// The file that a namespace has its name from.
pub(crate) fn name_of(namespace: &str) -> PathBuf {
    Path::new(NAMES).join(namespace)
}

fn make_namespaces(plan: &LabPlan) -> Result<(), LabError> {
    let home = fs::File::open("/proc/thread-self/ns/net")
        .map_err(|error| LabError::system("/proc/thread-self/ns/net", error))?;
    for namespace in &plan.namespaces {
        let failed = |error: nix::Error| LabError::system(format!("namespace {}", namespace.name), error);
        let path = name_of(&namespace.name);
        fs::write(&path, "").map_err(|error| LabError::system(path.display(), error))?;
        unshare(CloneFlags::CLONE_NEWNET).map_err(failed)?;
        mount(Some("/proc/thread-self/ns/net"), &path, None::<&str>, MsFlags::MS_BIND, None::<&str>).map_err(failed)?;
        settings(namespace);
    }
    setns(home.as_fd(), CloneFlags::CLONE_NEWNET).map_err(|error| LabError::system("setns", error))
}

/// Tells the kernel of the present namespace what it needs; what it does not know (IPv6 switched off) it does without.
fn settings(namespace: &Namespace) {
    let set = |path: &str, value: &str| {
        let _ = fs::write(format!("/proc/sys/net/{path}"), value);
    };
    for which in ["all", "default"] {
        set(&format!("ipv4/conf/{which}/rp_filter"), "0");
        set(&format!("ipv4/conf/{which}/send_redirects"), "0");
        set(&format!("ipv6/conf/{which}/accept_dad"), "0");
        set(&format!("ipv6/conf/{which}/accept_ra"), "0");
        set(&format!("ipv6/conf/{which}/addr_gen_mode"), "1");
    }
    set("ipv4/ping_group_range", "0 0");
    // Replies of hosts are told one by one, however many are asked for.
    set("ipv4/icmp_ratelimit", "0");
    for setting in &namespace.settings {
        match setting {
            Setting::Forwards => {
                set("ipv4/ip_forward", "1");
                set("ipv6/conf/all/forwarding", "1");
                set("ipv4/conf/all/send_redirects", "0");
            }
            Setting::IsEveryHost => {
                set("ipv4/ip_nonlocal_bind", "1");
                set("ipv6/ip_nonlocal_bind", "1");
            }
            Setting::KnowsOnlyItsConnections => set("netfilter/nf_conntrack_tcp_loose", "0"),
        }
    }
}

fn link_command(link: &crate::plan::Link) -> String {
    let [first, second] = &link.ends;
    format!(
        "link add {} address {HARDWARE_ADDRESS} netns {} type veth peer name {} address {HARDWARE_ADDRESS} netns {}",
        first.device, first.namespace, second.device, second.namespace
    )
}

/// Puts into a namespace what belongs there, from a thread of its own.
fn furnish(
    plan: &LabPlan,
    namespace: &Namespace,
    authority: &CertificateAuthority,
    program: &Path,
) -> Result<Option<ServiceProcess>, LabError> {
    enter(&namespace.name)?;
    let mut lines = vec!["link set lo up".to_owned()];
    let ends = plan.links.iter().flat_map(|link| &link.ends).filter(|end| end.namespace == namespace.name);
    lines.extend(ends.map(|end| format!("link set {} arp off up", end.device)));
    lines.extend(namespace.commands());
    let has_ipv6 = Path::new("/proc/sys/net/ipv6").exists();
    if !has_ipv6 {
        lines.retain(|line| !line.contains(':'));
    }
    let [mut ipv4, mut ipv6] = namespace.rule_commands();
    if namespace.settings.contains(&Setting::IsEveryHost) {
        lines.push("route add local 0.0.0.0/0 dev lo table local".to_owned());
        lines.extend(has_ipv6.then(|| "route add local ::/0 dev lo table local".to_owned()));
        for rules in [&mut ipv4, &mut ipv6] {
            rules.push("rule add priority 100 lookup local".to_owned());
            rules.push("rule del priority 0 lookup local".to_owned());
        }
    }
    run_ip(&["-batch", "-"], &lines, &namespace.name)?;
    for (family, rules) in [("-4", ipv4), ("-6", ipv6)] {
        if !rules.is_empty() && (has_ipv6 || family == "-4") {
            run_ip(&[family, "-batch", "-"], &rules, &namespace.name)?;
        }
    }
    for portion in namespace.filter.iter().flat_map(|filter| portions(filter)) {
        run("nft", &["-f", "-"], &portion, &namespace.name)?;
    }
    let Some(services) = namespace.services.clone() else { return Ok(None) };
    let services = with_authority(services, authority);
    let mut command = Command::new(program);
    command.arg("lab-service");
    let configuration = PathBuf::from(format!("/run/lab/{}.json", namespace.name));
    let started = service::start(command, &services, &configuration);
    started.map(Some).map_err(|error| LabError::Service { cause: error.to_string() })
}

fn with_authority(mut services: Services, authority: &CertificateAuthority) -> Services {
    if let Some(web) = &mut services.web {
        web.authority = Some(authority.clone());
    }
    services
}

/// Moves the present thread into a namespace of the lab.
pub(crate) fn enter(namespace: &str) -> Result<(), LabError> {
    let failed = |cause: &dyn std::fmt::Display| LabError::system(format!("namespace {namespace}"), cause);
    let file = fs::File::open(name_of(namespace)).map_err(|error| failed(&error))?;
    setns(file.as_fd(), CloneFlags::CLONE_NEWNET).map_err(|error| failed(&error))
}

fn run_ip(arguments: &[&str], lines: &[String], place: &str) -> Result<(), LabError> {
    let mut text = lines.join("\n");
    text.push('\n');
    run("ip", arguments, &text, place)
}

/// Where root has its tools, which the path of others lacks.
const TOOLS_OF_ROOT: &str = "/usr/local/sbin:/usr/sbin:/sbin";

/// The first tool that a lab needs and this system lacks.
pub(crate) fn missing_tool() -> Option<&'static str> {
    let path = std::env::var("PATH").unwrap_or_default();
    let has =
        |tool: &str| format!("{path}:{TOOLS_OF_ROOT}").split(':').any(|folder| Path::new(folder).join(tool).is_file());
    ["ip", "nft"].into_iter().find(|tool| !has(tool))
}

/// Runs a tool in the present namespace with a text for it to read.
pub(crate) fn run(tool: &str, arguments: &[&str], text: &str, place: &str) -> Result<(), LabError> {
    execute(tool, arguments, text, place, Stdio::null()).map(|_| ())
}

/// Runs a tool in the present namespace and returns what it says.
pub(crate) fn read(tool: &str, arguments: &[&str], place: &str) -> Result<String, LabError> {
    execute(tool, arguments, "", place, Stdio::piped())
}

fn execute(tool: &str, arguments: &[&str], text: &str, place: &str, output: Stdio) -> Result<String, LabError> {
    let failed = |error: std::io::Error| LabError::spawn(tool, &error);
    let mut command = Command::new(tool);
    command.env("PATH", format!("{}:{TOOLS_OF_ROOT}", std::env::var("PATH").unwrap_or_default()));
    command.args(arguments).stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        // It may end before it has read all; its exit tells.
        let _ = input.write_all(text.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let cause = String::from_utf8_lossy(&output.stderr);
    let cause = cause.lines().take(4).collect::<Vec<_>>().join("; ");
    Err(LabError::Command { what: format!("{tool} {} ({place})", arguments.join(" ")), cause })
}

/// The most lines that are told at once: a message of the kernel's has its bounds, which only root can widen.
const MOST_LINES: usize = 120;

/// Splits a table into several that together are it: a chain may be told in parts, and nothing is named before it is there.
fn portions(filter: &str) -> Vec<String> {
    let mut lines = filter.lines();
    let Some(table) = lines.next() else { return Vec::new() };
    let mut portions = Vec::new();
    let mut block: Option<&str> = None;
    let mut text = String::new();
    let mut count = 0;
    for line in lines.filter(|line| *line != "}") {
        if line == "\t}" {
            block = None;
        } else if block.is_none() {
            block = Some(line);
        }
        text.push_str(line);
        text.push('\n');
        count += 1;
        let is_between = block.is_none_or(|block| block.starts_with("\tchain") && !line.ends_with('{'));
        if count >= MOST_LINES && is_between {
            let end = if block.is_some() { "\t}\n" } else { "" };
            portions.push(format!("{table}\n{text}{end}}}\n"));
            text = block.map(|block| format!("{block}\n")).unwrap_or_default();
            count = 0;
        }
    }
    portions.push(format!("{table}\n{text}}}\n"));
    portions
}

/// What NAT gateways are to choose for the connections of probes, each by its place among the gateway's addresses.
pub(crate) fn want(plan: &LabPlan, element: impl Fn(&[Ipv4Addr]) -> Vec<String>) -> Result<(), LabError> {
    for namespace in plan.namespaces.iter().filter(|namespace| !namespace.translates_to.is_empty()) {
        let elements = element(&namespace.translates_to);
        let mut text = String::from("flush map inet nat-gateway wanted\n");
        if !elements.is_empty() {
            text.push_str(&format!("add element inet nat-gateway wanted {{ {} }}\n", elements.join(", ")));
        }
        enter(&namespace.name)?;
        run("nft", &["-f", "-"], &text, &namespace.name)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_is_told_in_portions_that_lose_no_line_and_keep_their_order() {
        let rules: String = (0..300).map(|number| format!("\t\ttcp dport {number} accept\n")).collect();
        let short = "\tmap wanted {\n\t\ttype ipv4_addr : ipv4_addr\n\t}\n";
        let table = format!(
            "table inet own {{\n{short}\tchain long {{\n{rules}\t}}\n\tchain last {{\n\t\tjump long\n\t}}\n}}\n"
        );
        let portions = portions(&table);
        assert_eq!(portions.len(), 3, "{portions:?}");
        let is_rule = |line: &&str| line.starts_with("\t\t");
        let told: Vec<&str> = portions.iter().flat_map(|portion| portion.lines()).filter(is_rule).collect();
        assert_eq!(told, table.lines().filter(is_rule).collect::<Vec<_>>());
        for portion in &portions {
            assert!(portion.starts_with("table inet own {\n") && portion.ends_with("}\n"));
            assert_eq!(portion.matches('{').count(), portion.matches('}').count(), "{portion}");
        }
    }
}
