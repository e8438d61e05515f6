//! Exits and plans as JSON.

use deguchi_engine::{
    change::Change,
    fix::{Exit, PlanKind},
};
use serde::Serialize;

use super::{
    super::{
        ExitLine, Fixes, PlanNames, PlanSheet, Report, clean, exit_resource,
        sentence::{self, fixes as say},
    },
    document::Coded,
    reason::ReasonOut,
};
use crate::{fix::prices::Basis, language::Language};

/// Exits and plans.
#[derive(Serialize)]
pub(super) struct FixesOut {
    exits: Vec<ExitOut>,
    plans: Vec<PlanOut>,
    prices: PricesOut,
}

/// One exit.
#[derive(Serialize)]
struct ExitOut {
    kind: &'static str,
    id: String,
    name: Option<String>,
    configured: bool,
    needs_route: bool,
    fixable: bool,
    reasons: Vec<ReasonOut>,
}

/// One plan.
#[derive(Serialize)]
struct PlanOut {
    kind: &'static str,
    summary: String,
    exit: Option<String>,
    changes: Vec<ChangeOut>,
    opens: f64,
    monthly_cost: f64,
    asked_again: usize,
    over_quota: Vec<Coded>,
    assumptions: Vec<Coded>,
    cli: Vec<String>,
    terraform: Vec<String>,
}

/// One change.
#[derive(Serialize)]
struct ChangeOut {
    action: &'static str,
    message: String,
}

/// Where the prices are from.
#[derive(Serialize)]
pub(crate) struct PricesOut {
    region: String,
    stand_in: bool,
    as_of: String,
    currency: String,
}

impl FixesOut {
    pub(super) fn new(fixes: &Fixes, report: &Report, language: Language) -> Self {
        let basis = &fixes.basis;
        Self {
            exits: fixes.exits.iter().map(|line| ExitOut::new(line, report, language)).collect(),
            plans: fixes.plans.iter().map(|sheet| PlanOut::new(sheet, report, language)).collect(),
            prices: PricesOut::new(basis),
        }
    }
}

impl PricesOut {
    pub(crate) fn new(basis: &Basis) -> Self {
        Self {
            region: clean(&basis.region),
            stand_in: basis.is_stand_in,
            as_of: clean(&basis.as_of),
            currency: clean(&basis.currency),
        }
    }
}

impl ExitOut {
    fn new(line: &ExitLine, report: &Report, language: Language) -> Self {
        let id = exit_resource(&line.report.exit).to_string();
        Self {
            kind: match line.report.exit {
                Exit::GatewayEndpoint(_) => "gateway-endpoint",
                Exit::NatGateway(_) => "nat-gateway",
                Exit::NatInstance { .. } => "nat-instance",
                Exit::InternetGateway(_) => "internet-gateway",
                Exit::EgressOnlyInternetGateway(_) => "egress-only-internet-gateway",
            },
            name: report.names.name(&id).map(str::to_owned),
            id: clean(&id),
            configured: line.report.is_configured,
            needs_route: line.report.needs_route,
            fixable: line.report.can_be_fixed,
            reasons: line
                .blockers
                .iter()
                .map(|it| ReasonOut::of_blocker(&it.blocker, &report.names, language))
                .collect(),
        }
    }
}

impl PlanOut {
    fn new(sheet: &PlanSheet, report: &Report, language: Language) -> Self {
        let at = PlanNames { names: &report.names, created: &sheet.created };
        let plan = &sheet.plan;
        let change = |change: &Change| ChangeOut { action: action(change), message: say::change(language, change, at) };
        let assumptions = plan.assumptions.iter().map(|assumption| Coded {
            code: assumption.code(),
            message: sentence::assumption(language, assumption, &report.names),
        });
        Self {
            kind: match plan.kind {
                PlanKind::Repair => "repair",
                PlanKind::GatewayEndpoint => "gateway-endpoint",
                PlanKind::NatGateway => "nat-gateway",
                PlanKind::NewNatGateway => "new-nat-gateway",
                PlanKind::NatInstance => "nat-instance",
                PlanKind::PublicAddress => "public-address",
                PlanKind::EgressOnlyInternetGateway => "egress-only-internet-gateway",
            },
            summary: say::headline(language, plan, sheet.is_configured, at),
            exit: plan.exit.as_ref().map(|exit| clean(&exit_resource(exit).to_string())),
            changes: plan.changes.iter().map(change).collect(),
            opens: plan.opens,
            monthly_cost: (plan.monthly_cost * 100.0).round() / 100.0,
            asked_again: plan.asked_again,
            over_quota: plan
                .over_quota
                .iter()
                .map(|over| Coded { code: over.quota.code(), message: say::over_quota(language, over, at) })
                .collect(),
            assumptions: assumptions.collect(),
            cli: sheet.cli.clone(),
            terraform: sheet.terraform.clone(),
        }
    }
}

/// The call of AWS's API that a change is.
pub(crate) const fn action(change: &Change) -> &'static str {
    use deguchi_model::Direction::{Inbound, Outbound};
    match change {
        Change::CreateInternetGateway { .. } => "CreateInternetGateway",
        Change::AttachInternetGateway { .. } => "AttachInternetGateway",
        Change::CreateNatGateway { .. } => "CreateNatGateway",
        Change::StartInstance { .. } => "StartInstances",
        Change::DisableSourceDestinationCheck { .. } => "ModifyNetworkInterfaceAttribute",
        Change::AssociateElasticIp { .. } => "AssociateAddress",
        Change::EnableVpcDns { .. } => "ModifyVpcAttribute",
        Change::CreateGatewayEndpoint { .. } => "CreateVpcEndpoint",
        Change::CreateRouteTable { .. } => "CreateRouteTable",
        Change::AssociateEndpoint { .. } => "ModifyVpcEndpoint",
        Change::AddRoute { .. } => "CreateRoute",
        Change::ReplaceRoute { .. } => "ReplaceRoute",
        Change::DeleteRoute { .. } => "DeleteRoute",
        Change::AssociateRouteTable { .. } => "AssociateRouteTable",
        Change::AuthorizeSecurityGroupRule { direction: Inbound, .. } => "AuthorizeSecurityGroupIngress",
        Change::AuthorizeSecurityGroupRule { direction: Outbound, .. } => "AuthorizeSecurityGroupEgress",
        Change::RevokeSecurityGroupRule { direction: Inbound, .. } => "RevokeSecurityGroupIngress",
        Change::RevokeSecurityGroupRule { direction: Outbound, .. } => "RevokeSecurityGroupEgress",
        Change::AllowInEndpointPolicy { .. } => "ModifyVpcEndpoint",
        Change::PutRolePolicy { .. } => "PutRolePolicy",
        Change::AddNetworkAclRule { .. } => "CreateNetworkAclEntry",
        Change::ReplaceNetworkAclRule { .. } => "ReplaceNetworkAclEntry",
        Change::DeleteNetworkAclRule { .. } => "DeleteNetworkAclEntry",
    }
}
