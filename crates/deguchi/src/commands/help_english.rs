//! The help in English.

use clap::Command;

const DESTINATIONS: &str = "Destinations:
  yum, dnf, apt            the package repositories of the instance's operating system
  s3, dynamodb             the service (s3:80 for another port)
  s3://BUCKET[/KEY]        an object; the network's part and the endpoint policy are judged
  internet                 any public address, tcp/443 (internet:25 for another port)
  https://HOST[:PORT][/…]  a host; whether its name resolves is judged, not asked
  HOST:PORT, ADDRESS:PORT  TCP; also [IPV6]:PORT, ADDRESS:8000-8100, 10.0.0.0/8:5432
  udp:ADDRESS:PORT         UDP
  icmp:HOST                ping; also icmp:ADDRESS, icmp:web-1
  db-1:5432                another resource by its id or Name tag
  dns, metadata, ntp       what AWS serves at a link-local address";

const EXIT: &str = "Exit codes: 0 yes, 1 no, 2 could not run, 3 undecided";

const EXPECTATIONS: &str = "A file of expectations:
  expect = [
    \"web-* reaches yum\",
    \"private subnets never reaches internet\",
    { that = \"internet never reaches tag:tier=data\", because = \"customers' data\" },
  ]

Examples:
  deguchi check --init --from ./snapshot > expectations.toml
  deguchi check expectations.toml --from ./snapshot --format junit";

const DIFF: &str =
    "Compared are, for each class of machines, the catalogue's destinations, the internet (out and in) and the machines
each other: every port of TCP and UDP, and ping. What stays as it is is not told.

Examples:
  deguchi diff example:healthy example:three-faults
  terraform show -json tfplan > plan.json && deguchi diff plan.json
  deguchi diff ./snapshot-of-main ./snapshot-of-branch --format markdown

Exit codes: 0 no difference, 1 a difference, 2 could not run, 3 something is undecided";

const CHECK_EXIT: &str =
    "Exit codes: 0 all kept, 1 one is broken or about nothing, 2 could not run, 3 one is undecided";

const EXAMPLES: &str = "Examples:
  deguchi why web-1 yum --from example:nat-in-private-subnet
  deguchi why i-0123456789abcdef0 https://api.example.com --from ./snapshot
  deguchi why internet web-1:443 --from ./snapshot --format json
  deguchi subnets --from ./snapshot
  deguchi checklist web-1 --from ./snapshot";

/// Puts English into the command line.
pub(super) fn worded(command: Command) -> Command {
    commands_of_changes(command)
        .about("Answers whether a machine in an AWS network can get out, and if not, why not")
        .after_help(format!("{EXAMPLES}\n\n{EXIT}"))
        .mut_arg("lang", |arg| arg.help("Language: en or ja [default: the locale's]"))
        .mut_subcommand("why", |sub| {
            let sub = sub.about("Can SOURCE reach DESTINATION, and if not, why not?");
            let sub = sub.mut_arg("verbose", |arg| {
                arg.help("Show every rule of every filter on the way, and what of it matched")
            });
            aws(fixes(asked(form(from(source(sub)))))).mut_arg("destination", |arg| arg.help("Where to (see below)"))
                .mut_arg("probe", |arg| arg.help("What `deguchi probe --format json` saw on the client or a NAT instance"))
                .mut_arg("error", |arg| {
                    arg.help("What was seen there: a message of yum, dnf, curl, apt, pip or ping; @FILE, or - for standard input")
                })
                .after_help(
                format!(
                    "{DESTINATIONS}\n\nExamples:\n  deguchi why web-1 yum --from example:nat-in-private-subnet\n  \
                     deguchi why internet:198.51.100.7 web-1:443 --from ./snapshot\n\n{EXIT}"
                ),
            )
        })
        .mut_subcommand("subnets", |sub| {
            let sub = sub.about("Which kind is each subnet: public, protected, private; and by which route?");
            form(from(sub)).after_help("Example:\n  deguchi subnets --from example:healthy")
        })
        .mut_subcommand("routes", |sub| {
            let sub = sub.about("What does the route table of SUBNET do with every destination?");
            form(from(sub))
                .mut_arg("subnet", |arg| arg.help("Subnet, a machine in it, or a route table"))
                .after_help("Example:\n  deguchi routes protected-a --from example:healthy")
        })
        .mut_subcommand("rules", |sub| {
            let sub = sub.about("Which rules do the packets of INTERFACE meet: security groups and network ACL?");
            form(from(sub))
                .mut_arg("interface", |arg| arg.help("Network interface, or an instance for its primary one"))
                .after_help("Example:\n  deguchi rules web-1 --from example:healthy")
        })
        .mut_subcommand("checklist", checklist)
        .mut_subcommand("probe", |sub| {
            let sub = sub.about("Run on the host itself: left-over yum or dnf, DNS, connections, TLS, proxies, forwarding");
            form(sub)
                .mut_arg("to", |arg| arg.help("Also try this host or URL; may be given several times"))
                .mut_arg("timeout", |arg| arg.help("Longest time of a step, in seconds"))
                .mut_arg("root", |arg| arg.help("Where the machine's files are, e.g. a chroot"))
                .after_help(
                    "Changes nothing, ends nothing, shows no credentials. Some facts need `sudo`; what is not seen is said.\n\n\
                     Examples:\n  deguchi probe --to https://api.example.com\n  sudo deguchi probe --format json > probe.json\n\n\
                     Exit codes: 0 nothing wrong, 1 something is, 2 could not run",
                )
        })
        .mut_subcommand("new", super::help_new_english::worded)
        .mut_subcommand("lab", super::help_lab_english::worded)
        .mut_subcommand("examples", |sub| sub.about("Lists the built-in examples"))
        .mut_subcommand("completions", |sub| {
            sub.about("Prints a script that completes the command line")
                .mut_arg("shell", |arg| arg.help("Shell"))
                .after_help("Example:\n  deguchi completions bash > ~/.local/share/bash-completion/completions/deguchi")
        })
        .mut_subcommand("man", |sub| {
            sub.about("Prints the manual page").after_help("Example:\n  deguchi man > deguchi.1")
        })
}

/// The commands for continuous integration.
fn commands_of_changes(command: Command) -> Command {
    command
        .mut_subcommand("check", |sub| {
            let sub = sub.about("Does the network do what EXPECTATIONS say? For continuous integration");
            form(from(sub))
                .mut_arg("expectations", |arg| arg.help("File of expectations (docs/expectations.md)"))
                .mut_arg("init", |arg| {
                    arg.help("Write a first file from what holds now: to EXPECTATIONS, else to standard output")
                })
                .after_help(format!("{EXPECTATIONS}\n\n{CHECK_EXIT}"))
        })
        .mut_subcommand("diff", |sub| {
            let sub = sub.about("Who gains or loses what between BEFORE and AFTER, why, and by which change");
            form(sub)
                .mut_arg("before", |arg| {
                    arg.help(
                        "The network before: a folder, a file, or example:NAME; or a Terraform plan, which holds both",
                    )
                })
                .mut_arg("after", |arg| arg.help("The network after; not needed for a plan"))
                .after_help(DIFF)
        })
}

fn source(command: Command) -> Command {
    command.mut_arg("source", |arg| {
        arg.help(
            "From where: id of an instance, interface or subnet; Name tag; private or public address of a machine; \
             internet or internet:ADDRESS; onprem:ADDRESS or onprem:CIDR",
        )
    })
}

fn checklist(sub: Command) -> Command {
    let sub = sub
        .about("Walks the checklist for SOURCE: NAT, routes, ACLs, security groups, endpoints, IAM, DNS; and the fix");
    form(from(source(sub)))
        .mut_arg("to", |arg| arg.help("Host of the HTTPS API to check [default: any]"))
        .mut_arg("bucket", |arg| {
            arg.help("Bucket, or object, that the role has to be able to read [default: those its policies name]")
        })
        .mut_arg("fix_format", |arg| {
            arg.help("How the fix is written: commands of the AWS CLI, Terraform, or sentences only")
        })
        .mut_arg("prices", |arg| arg.help("Table of prices in place of the built-in one (docs/prices.md)"))
        .mut_arg("apply_to", |arg| arg.help("Write the snapshot as it is after the fix into DIR, to ask again"))
        .mut_arg("probe", |arg| arg.help("What `deguchi probe --format json` saw on the client or a NAT instance"))
        .mut_arg("os", |arg| arg.help("Operating system, where the snapshot does not tell it"))
        .after_help(format!("Example:\n  deguchi checklist web-1 --from example:healthy\n\n{EXIT}"))
}

pub(super) fn from(command: Command) -> Command {
    command
        .mut_arg("from", |arg| {
            arg.help("Snapshot: a folder of JSON from the AWS CLI, one such file, a plan or state of Terraform as JSON, or example:NAME")
        })
        .mut_arg("over", |arg| arg.help("Snapshot beneath a plan: what the plan does not manage"))
}

pub(super) fn form(command: Command) -> Command {
    command.mut_arg("format", |arg| arg.help("Format of the answer")).mut_arg("color", |arg| arg.help("When to colour"))
}

fn asked(command: Command) -> Command {
    command
        .mut_arg("os", |arg| arg.help("Operating system for yum, e.g. al2023, al2, rhel, ubuntu, debian"))
        .mut_arg("action", |arg| arg.help("What is asked of a bucket, e.g. s3:PutObject; s3:GetObject unless given"))
        .mut_arg("port", |arg| arg.help("Port of the destination, over what it says"))
        .mut_arg("source_ports", |arg| arg.help("Ports that the client chooses from [default: 32768-60999]"))
        .mut_arg("ipv6", |arg| arg.help("Ask about IPv6 where the destination leaves it open"))
}

/// The format that only `why` has.
fn aws(command: Command) -> Command {
    command.mut_arg("format", |arg| {
        arg.help("Format of the answer; aws is AWS's own, as of describe-network-insights-analyses")
    })
}

/// How fixes are written down.
fn fixes(command: Command) -> Command {
    command
        .mut_arg("fix_format", |arg| {
            arg.help("How fixes are written: commands of the AWS CLI, Terraform, or sentences only")
        })
        .mut_arg("prices", |arg| arg.help("Table of prices in place of the built-in one (docs/prices.md)"))
        .mut_arg("apply_to", |arg| arg.help("Write the snapshot as it is after a fix into DIR, to ask again"))
        .mut_arg("plan", |arg| arg.help("Which fix `--apply-to` is about"))
}
