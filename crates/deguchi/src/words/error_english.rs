//! What English says when a command could not run.

use crate::{error::ErrorKind, notice::Words};

/// Returns what is wrong, what it means, and the one thing to do.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: an error without words does not compile")]
pub(crate) fn words(kind: &ErrorKind) -> Words {
    let (message, hint) = match kind {
        ErrorKind::Load(error) => return super::notice_english::load_error(error),
        ErrorKind::LiveNotYet => (
            "`--from live` is not there yet".to_owned(),
            "save a snapshot with the AWS CLI (the README has a script) and give its folder".to_owned(),
        ),
        ErrorKind::UnknownExample { asked, close } => {
            (format!("no built-in example is called `{asked}`"), did_you_mean(close, "`deguchi examples` lists them"))
        }
        ErrorKind::UnknownResource { asked, close } => (
            format!("no resource in the snapshot is called `{asked}`"),
            did_you_mean(
                close,
                "name a resource by its id, `Name` tag or private address; `deguchi subnets` shows what there is",
            ),
        ),
        ErrorKind::AmbiguousName { asked, candidates } => {
            (format!("{} resources are called `{asked}`", candidates.len()), "name one of them by its id".to_owned())
        }
        ErrorKind::NoInterface { instance, state } => no_interface(instance, state.as_deref()),
        ErrorKind::NoInterfaceOfWorkload { workload } => (
            format!("no network interface in the snapshot is one of `{workload}`"),
            "add the output of `aws ec2 describe-network-interfaces`, or ask about its address".to_owned(),
        ),
        ErrorKind::EmptySubnet { subnet } => (
            format!("no machine stands in subnet `{subnet}`"),
            "name an instance or an interface; what a new machine in this subnet could do is not answered yet"
                .to_owned(),
        ),
        ErrorKind::NatGatewayAsSource { nat_gateway } => (
            format!("NAT gateway `{nat_gateway}` starts no connection of its own"),
            "ask about an instance behind it; the way through the gateway is part of the answer".to_owned(),
        ),
        ErrorKind::NotASource { id } => (
            format!("`{id}` is not something that packets start from"),
            "name an instance, an interface, a private address, a subnet or `internet`".to_owned(),
        ),
        ErrorKind::NotADestination { id } => (
            format!("`{id}` is not something that packets go to"),
            "name an instance, an interface, a subnet, a NAT gateway, an address, a host or a service".to_owned(),
        ),
        ErrorKind::NoAddress { id } => (
            format!("`{id}` has no address in the snapshot"),
            "add the output of `aws ec2 describe-network-interfaces`".to_owned(),
        ),
        ErrorKind::SourceNotPublic { asked } => (
            format!("`{asked}` is not a public address"),
            "name a machine of the snapshot by its address alone, without `internet:`".to_owned(),
        ),
        ErrorKind::UnreadableOnPremises { asked } => (
            format!("`{asked}` is neither an address nor a range"),
            "write `onprem:192.168.10.5` or `onprem:10.200.0.0/16`".to_owned(),
        ),
        ErrorKind::BothEndsOutside => (
            "neither the source nor the destination is in the snapshot".to_owned(),
            "name a machine of the snapshot as one of them".to_owned(),
        ),
        ErrorKind::MixedFamilies => (
            "the source is of one address family, the destination of the other".to_owned(),
            "give two IPv4 addresses or two IPv6 addresses".to_owned(),
        ),
        ErrorKind::UnreadableDestination { asked } => (
            format!("the destination `{asked}` cannot be read"),
            "write for example `yum`, `s3`, `internet`, `https://api.example.com`, `db-1:5432`, `198.51.100.80:443`, \
             `[2001:db8::1]:443`, `udp:198.51.100.80:123`, `icmp:amazon.com` or `10.0.0.0/8:5432`"
                .to_owned(),
        ),
        ErrorKind::UnknownScheme { asked } => (
            format!("the scheme `{asked}` is not known"),
            "write `https://`, `http://` or `s3://`, or `HOST:PORT` for any other".to_owned(),
        ),
        ErrorKind::ActionWithoutBucket { action } => (
            format!("`--action {action}` is about a bucket, and the destination is none"),
            "ask for `s3://BUCKET/KEY`".to_owned(),
        ),
        ErrorKind::UnreadableAction { asked } => {
            (format!("`{asked}` is no action of S3"), "write it as IAM does, e.g. `s3:PutObject`".to_owned())
        }
        ErrorKind::PortForPing { asked } => {
            (format!("`{asked}` asks for a ping, which has no port"), "leave out the port".to_owned())
        }
        ErrorKind::UnknownOperatingSystem { asked, known } => (
            format!("no operating system in the catalogue is called `{asked}`"),
            format!("one of: {}", known.join(", ")),
        ),
        ErrorKind::NoRepositories { instance, platform } => (
            format!("`{instance}` runs {platform}, whose package repositories are not in the catalogue"),
            "ask about the host that it updates from, e.g. `https://HOST`".to_owned(),
        ),
        ErrorKind::ProbeTarget { asked } => (
            format!("`{asked}` is neither `HOST:PORT` nor an http or https URL"),
            "write e.g. `db.example:5432` or `https://api.example.com`".to_owned(),
        ),
        ErrorKind::ProbeFile { file, cause } => (
            format!("`{file}` is no probe that deguchi can read: {cause}"),
            "make one on the host with `deguchi probe --format json > probe.json`".to_owned(),
        ),
        ErrorKind::MessageFile { file, cause } => (
            format!("the message in `{file}` cannot be read: {cause}"),
            "write the message itself, `--error @FILE`, or `--error -` for standard input".to_owned(),
        ),
        ErrorKind::MessageEmpty { given } => (
            format!("`--error` holds no message: `{given}`"),
            "give what yum, dnf, curl or another program printed, or leave `--error` out".to_owned(),
        ),
        ErrorKind::NoPlan { asked } => (
            format!("`{asked}` is no Terraform plan, so it holds one network only"),
            "give two, `deguchi diff BEFORE AFTER`, or a plan by `terraform show -json`".to_owned(),
        ),
        ErrorKind::File { file, cause } => {
            (format!("`{file}`: {cause}"), "give a file that can be read, or written for `--init`".to_owned())
        }
        ErrorKind::Expectations { file, line, problem } => {
            let (message, hint) = super::expectation_english::problem(problem);
            (format!("{message}\n  --> {file}: line {line}"), hint)
        }
        ErrorKind::Blueprint(problem) => return super::blueprint_english::problem(problem),
        ErrorKind::Lab(error) => return super::lab_english::error(error),
        ErrorKind::NoSuchMachine { .. }
        | ErrorKind::SeveralMachines { .. }
        | ErrorKind::NoSuchInstance { .. }
        | ErrorKind::NothingToSend { .. } => {
            return of_lab(kind);
        }
        ErrorKind::PriceFile { .. }
        | ErrorKind::NothingToApply { .. }
        | ErrorKind::NoSuchPlan { .. }
        | ErrorKind::ApplyToTerraform
        | ErrorKind::FolderNotEmpty { .. }
        | ErrorKind::NotApplied { .. } => return of_fixes(kind),
        ErrorKind::Catalogue(why) => (
            format!("the built-in catalogue cannot be read: {why}"),
            "report this: it is a fault of deguchi".to_owned(),
        ),
        ErrorKind::Output(why) => {
            (format!("the answer cannot be written: {why}"), "write it to another place".to_owned())
        }
    };
    Words { message, effect: Some("nothing was analysed".to_owned()), hint: Some(hint) }
}

/// What has to do with fixes.
fn of_fixes(kind: &ErrorKind) -> Words {
    let (message, effect, hint) = match kind {
        ErrorKind::PriceFile { file, cause } => (
            format!("`{file}` is no table of prices: {cause}"),
            "nothing was analysed",
            "give JSON of the form described in docs/prices.md",
        ),
        ErrorKind::NoSuchPlan { asked, count: 0 } => (
            format!("there is no plan {asked}: none was found"),
            "nothing was written",
            "see every exit and its blockers: ask without `--apply-to`",
        ),
        ErrorKind::NoSuchPlan { asked, count } => (
            format!("there is no plan {asked}: the answer has {count}"),
            "nothing was written",
            "choose one of those with `--plan`",
        ),
        ErrorKind::ApplyToTerraform => (
            "a plan or a state of Terraform is not rewritten".to_owned(),
            "nothing was written",
            "change the code, with `--fix-format terraform` as a start, and plan again",
        ),
        ErrorKind::FolderNotEmpty { folder } => (
            format!("`{folder}` is not an empty folder"),
            "nothing was written",
            "name a folder that is empty or not there yet",
        ),
        ErrorKind::NotApplied { folder } => (
            format!("the snapshot written to `{folder}` does not answer as the plan says"),
            "what was written is not the network after the plan",
            "report this with the snapshot: it is a fault of deguchi",
        ),
        ErrorKind::NothingToApply { folder } => (
            format!("nothing stops these packets: there is no plan to write to `{folder}`"),
            "nothing was written",
            "ask without `--apply-to`",
        ),
        _ => return Words { message: String::new(), effect: None, hint: None },
    };
    Words { message, effect: Some(effect.to_owned()), hint: Some(hint.to_owned()) }
}

/// What was asked of a lab and is not there.
fn of_lab(kind: &ErrorKind) -> Words {
    let (message, hint) = match kind {
        ErrorKind::NoSuchMachine { asked, close } => (
            format!("no machine of the lab is called `{asked}`"),
            did_you_mean(close, "name a machine by its id, `Name` tag or address, or `internet`"),
        ),
        ErrorKind::SeveralMachines { asked, ids } => (
            format!("several machines of the lab are called `{asked}`"),
            format!("name one by its id: `{}`", ids.join("`, `")),
        ),
        ErrorKind::NothingToSend { asked } => (
            format!("no packet from `{asked}` can be sent in this lab"),
            "the lab has its machines only: `deguchi lab list`, `deguchi lab up --from PATH` without `--focus`"
                .to_owned(),
        ),
        ErrorKind::NoSuchInstance { asked } => (
            format!("no instance of the snapshot is called `{asked}`"),
            "name the NAT instance by its id or `Name` tag".to_owned(),
        ),
        other => return words(other),
    };
    Words { message, effect: None, hint: Some(hint) }
}

fn no_interface(instance: &str, state: Option<&str>) -> (String, String) {
    let state_words = state.map_or_else(String::new, |state| format!(" ({state})"));
    let hint = match state {
        Some("terminated" | "shutting-down") => "it is gone; ask about the instance that replaced it",
        _ => "add the output of `aws ec2 describe-network-interfaces`",
    };
    (format!("instance `{instance}`{state_words} has no network interface in the snapshot"), hint.to_owned())
}

fn did_you_mean(close: &[String], otherwise: &str) -> String {
    if close.is_empty() {
        return otherwise.to_owned();
    }
    let names: Vec<String> = close.iter().map(|name| format!("`{name}`")).collect();
    format!("did you mean {}?", names.join(" or "))
}
