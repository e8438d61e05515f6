//! The help of `deguchi lab` in English.

use clap::Command;

use super::help_english::{form, from};

const EXAMPLES: &str = "Examples:
  deguchi lab up --from example:three-faults
  deguchi lab exec web-1 -- curl -m 5 https://api.sendgrid.com
  deguchi lab why web-1 yum
  deguchi lab apply web-1 yum
  deguchi lab down

Needs `ip` and `nft` and no rights: a lab lives in a namespace of users, and nothing of this host's network is touched.";

/// Puts English into the commands of labs.
pub(super) fn worded(command: Command) -> Command {
    command
        .about("The same network in real packets, on this machine: try it, break it, mend it")
        .after_help(EXAMPLES)
        .arg_required_else_help(true)
        .mut_subcommand("up", |sub| {
            let sub = sub.about("Brings a lab of the network up and leaves it standing");
            form(made(from(sub)))
                .mut_arg("name", |arg| arg.help("Its name [default: the snapshot's, with a number if that is taken]"))
                .after_help("Example:\n  deguchi lab up --from example:three-faults --focus web-1")
        })
        .mut_subcommand("exec", |sub| {
            which(source(sub.about("Runs a COMMAND in a machine of a lab; exits as it does")))
                .mut_arg("command", |arg| arg.help("A program of this host and its arguments"))
                .after_help("Example:\n  deguchi lab exec web-1 -- dnf makecache")
        })
        .mut_subcommand("shell", |sub| which(source(sub.about("Runs your shell in a machine of a lab"))))
        .mut_subcommand("why", |sub| {
            let about = "Sends the packets of a question in a lab and tells where each was seen last";
            form(which(source(sub.about(about))))
                .mut_arg("destination", |arg| arg.help("As `deguchi why` has it: yum, https://HOST, icmp:HOST, ADDRESS:PORT …"))
                .after_help(
                    "Every link of the lab is a capture point, every rule that drops counts. The verdict of the engine \
                     stands beside the kernel's.\n\nExample:\n  deguchi lab why web-1 yum\n\n\
                     Exit codes: 0 both agree, 1 they differ, 2 could not run, 3 nothing could be compared",
                )
        })
        .mut_subcommand("apply", |sub| {
            which(source(sub.about("Makes a lab anew as the network is after a plan that cures a question")))
                .mut_arg("destination", |arg| arg.help("As `deguchi why` has it"))
                .mut_arg("plan", |arg| arg.help("Which of the plans that `deguchi why` shows"))
                .after_help("Connections in the lab end with it.\n\nExample:\n  deguchi lab apply web-1 yum --plan 1")
        })
        .mut_subcommand("demo", |sub| {
            sub.about("Shows a broken network, the real dnf in it, why it fails, and that a plan cures it")
                .mut_arg("name", |arg| arg.help("The lab's name"))
                .after_help("Needs dnf, curl and ping besides. Ends what it began.")
        })
        .mut_subcommand("check", |sub| {
            form(made(from(sub.about("Holds the answers of `why` against what real packets do, question by question")))).after_help(
                "Asks for every kind of source about every destination of the catalogue, and the questions of a case \
                 (questions.toml).\n\nExample:\n  deguchi lab check --from example:three-faults\n\n\
                 Exit codes: 0 all agree, 1 some differ, 2 could not run, 3 nothing could be compared",
            )
        })
        .mut_subcommand("list", |sub| form(sub.about("Lists the labs that are up")))
        .mut_subcommand("down", |sub| {
            sub.about("Ends a lab and everything in it")
                .mut_arg("name", |arg| arg.help("The lab [default: the only one]"))
                .mut_arg("all", |arg| arg.help("End every lab of yours"))
        })
}

fn source(command: Command) -> Command {
    command
        .mut_arg("source", |arg| arg.help("A machine: id of an instance or interface, Name tag, address; or internet"))
}

fn which(command: Command) -> Command {
    command.mut_arg("lab", |arg| arg.help("Which lab [default: the only one]"))
}

fn made(command: Command) -> Command {
    command
        .mut_arg("focus", |arg| arg.help("Build only what the packets of this machine can meet"))
        .mut_arg("guest_fault", |arg| {
            arg.help("What is wrong inside a NAT instance: forwarding-off, no-masquerade or wrong-interface")
        })
        .mut_arg("root", |arg| arg.help("Without a namespace of users, as root"))
}
