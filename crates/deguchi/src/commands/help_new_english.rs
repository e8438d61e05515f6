//! The help of `deguchi new` in English.

use clap::Command;

const KINDS: &str = "Kinds of NAT:
  gateway                  one NAT gateway for all zones
  gateway-per-zone         one in each zone, with a route table for each
  regional                 one regional NAT gateway (AWS provider 6.24 or later)
  instance                 an Amazon Linux 2023 instance with one interface
  instance-two-interfaces  the same, from an inside interface to an outside one
  none                     public and private subnets only; S3 by its endpoint

Examples:
  deguchi new network
  deguchi new network --nat gateway-per-zone --zones 3 --cidr 10.20.0.0/16 --region ap-northeast-1
  deguchi new network --nat instance --s3-bucket example-data --dry-run

Without options, on a terminal, it asks. It calls no AWS API, and writes over no file unless told to.";

/// Puts English into the command.
pub(super) fn worded(command: Command) -> Command {
    command
        .about("Writes Terraform of a network with public, protected and private subnets, and what to expect of it")
        .mut_arg("folder", |arg| arg.help("Folder to write to: empty, or not there yet"))
        .mut_arg("nat", |arg| {
            arg.help("How protected subnets get out (see below) [default: gateway]").hide_possible_values(true)
        })
        .mut_arg("zones", |arg| arg.help("In how many Availability Zones, 1 to 6 [default: 2]"))
        .mut_arg("cidr", |arg| arg.help("Address range of the VPC [default: 10.0.0.0/16]"))
        .mut_arg("name", |arg| arg.help("What every resource's name begins with [default: main]"))
        .mut_arg("region", |arg| arg.help("Region [default: us-east-1]"))
        .mut_arg("s3_bucket", |arg| {
            arg.help("Role and instance profile with which machines read and write this bucket; it must exist")
        })
        .mut_arg("vpn_gateway", |arg| arg.help("Also a virtual private gateway, whose routes are propagated"))
        .mut_arg("no_machines", |arg| arg.help("No machines to try the network with"))
        .mut_arg("format", |arg| {
            arg.help("Write files of Terraform, or a `cloudformation` template [default: terraform]")
                .hide_possible_values(true)
        })
        .mut_arg("dry_run", |arg| arg.help("Only say what would be written, and what it costs"))
        .mut_arg("force", |arg| arg.help("Write to a folder that is not empty, over files of the same names"))
        .mut_arg("prices", |arg| arg.help("Table of prices in place of the built-in one (docs/prices.md)"))
        .after_help(KINDS)
}
