//! What notices about plans and state of Terraform say in English.

use crate::notice::{Lacks, TerraformNotice};

/// What it is.
pub(super) fn message(notice: &TerraformNotice) -> String {
    match notice {
        TerraformNotice::Open { attribute, candidates } if candidates.is_empty() => {
            format!("`{attribute}` is known only after apply, and the configuration does not tell what it will be")
        }
        TerraformNotice::Open { attribute, candidates } => {
            let mut named: Vec<String> = candidates.iter().map(|id| format!("`{id}`")).collect();
            if named.len() == 1 {
                named.push("nothing".to_owned());
            }
            format!("`{attribute}` is known only after apply; it may be {}", named.join(" or "))
        }
        TerraformNotice::Assumed { attribute, taken } => {
            format!("`{attribute}` is known only after apply; the configuration makes `{taken}` most likely")
        }
        TerraformNotice::PolicyOpen { attribute } => format!("the policy in `{attribute}` is known only after apply"),
        TerraformNotice::Implied { vpc } => format!(
            "what AWS makes with VPC `{vpc}` and nothing here configures is taken to be as AWS makes it: main route table, \
             default network ACL, default security group"
        ),
        TerraformNotice::ImpliedTable { gateway } => format!(
            "the route table that AWS makes with a regional NAT gateway is taken to be as AWS makes it, with a default route \
             to internet gateway `{gateway}`"
        ),
        TerraformNotice::AddressLater { resource, stand_in, inside: Some(range) } => {
            format!(
                "the private address of `{resource}` is known only after apply; `{stand_in}` of `{range}` stands for it"
            )
        }
        TerraformNotice::AddressLater { resource, stand_in, inside: None } => {
            format!("the public address of `{resource}` is known only after apply; `{stand_in}` stands for it")
        }
        TerraformNotice::LearnedRoutes { gateway } => {
            format!("virtual private gateway `{gateway}` propagates what it learns by BGP, which is in no plan")
        }
        TerraformNotice::Incomplete { lacks: Lacks::RestAfterError } => {
            "the plan ended with an error, and does not hold all of the configuration".to_owned()
        }
        TerraformNotice::Incomplete { lacks: Lacks::UnplannedRest } => {
            "the plan is of a part of the configuration (`-target`, or put off)".to_owned()
        }
        TerraformNotice::Incomplete { lacks: Lacks::Configuration } => {
            "the plan lacks its `configuration`, which tells what ids will be that are known only after apply"
                .to_owned()
        }
        TerraformNotice::NewerFormat { version } => {
            format!("format {version} of Terraform is newer than those that deguchi knows")
        }
    }
}

/// What the answer lacks because of it.
pub(super) fn effect(notice: &TerraformNotice) -> &'static str {
    match notice {
        TerraformNotice::Open { .. } => "what depends on it is undecided",
        TerraformNotice::Assumed { .. } => "an answer that depends on it holds only if it is so",
        TerraformNotice::PolicyOpen { .. } => "a request that depends on it is undecided",
        TerraformNotice::Implied { .. } | TerraformNotice::ImpliedTable { .. } => {
            "changes made to them outside Terraform are not seen"
        }
        TerraformNotice::AddressLater { .. } => "an answer that would differ for another address is undecided",
        TerraformNotice::LearnedRoutes { .. } => "a path to private addresses that no other route is for is undecided",
        TerraformNotice::Incomplete { lacks: Lacks::Configuration } => "what depends on them is undecided",
        TerraformNotice::Incomplete { .. } => "answers are about a network without the rest",
        TerraformNotice::NewerFormat { .. } => "what is new in it is not looked at",
    }
}

/// The one thing to do.
pub(super) fn hint(notice: &TerraformNotice) -> Option<String> {
    match notice {
        TerraformNotice::Open { .. } | TerraformNotice::Assumed { .. } | TerraformNotice::PolicyOpen { .. } => Some(
            "refer to the resource itself (`aws_subnet.a.id`) where you can, not by a local or a condition".to_owned(),
        ),
        TerraformNotice::Incomplete { lacks: Lacks::RestAfterError } => {
            Some("mend what `terraform plan` complains about, and save its plan again".to_owned())
        }
        TerraformNotice::Incomplete { lacks: Lacks::UnplannedRest } => {
            Some("plan all of it, without `-target`".to_owned())
        }
        TerraformNotice::Incomplete { lacks: Lacks::Configuration } => {
            Some("save what `terraform show -json` prints as a whole".to_owned())
        }
        TerraformNotice::NewerFormat { .. } => Some("see whether a newer deguchi reads it".to_owned()),
        TerraformNotice::Implied { .. } | TerraformNotice::ImpliedTable { .. } => {
            Some("save the account's answers and give their folder with `--over`".to_owned())
        }
        TerraformNotice::AddressLater { .. } | TerraformNotice::LearnedRoutes { .. } => None,
    }
}
