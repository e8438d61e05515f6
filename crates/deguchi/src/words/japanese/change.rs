//! Japanese for exits, and for plans and their changes.

use deguchi_engine::{
    Resource,
    change::Change,
    fix::{Exit, OverQuota, Plan, PlanKind, Quota},
};
use deguchi_model::{
    Direction, InstanceId, NetworkAclId, NetworkInterfaceId, Patterns, RouteTableId, RouteTarget, SecurityGroupId,
    SecurityGroupRule, Statement, SubnetId, VpcId,
};

use super::{
    joined,
    reason::{direction as way, rule as acl_rule},
    resource::{noun, phrase},
};
use crate::{
    fix::prices::Basis,
    report::{Names, PlanNames, clean, dns_attribute, exit_resource, target_resource},
};

/// Returns an exit for a sentence.
pub(crate) fn exit(exit: &Exit, names: &Names) -> String {
    match exit {
        Exit::NatInstance { instance, .. } => format!("NAT インスタンス {}", names.quoted(instance)),
        Exit::GatewayEndpoint(id) => format!("ゲートウェイエンドポイント {}", names.quoted(id)),
        Exit::NatGateway(_) | Exit::InternetGateway(_) | Exit::EgressOnlyInternetGateway(_) => {
            phrase(&exit_resource(exit), names)
        }
    }
}

/// Returns whether the routes lead to an exit now.
pub(crate) const fn led_to(is_configured: bool) -> &'static str {
    if is_configured { "現在のルートの行き先" } else { "現在のルートは向いていません" }
}

/// Returns that nothing but the routes is in the way of an exit.
pub(crate) const fn only_routes() -> &'static str {
    "ほかに妨げているものはありません"
}

/// Returns what a plan does, as a heading.
pub(crate) fn headline(plan: &Plan, is_configured: bool, at: PlanNames<'_>) -> String {
    joined(&what_it_does(plan, is_configured, at))
}

fn what_it_does(plan: &Plan, is_configured: bool, at: PlanNames<'_>) -> String {
    let exit = plan.exit.as_ref().map(|it| named_exit(it, at));
    match (plan.kind, exit) {
        (PlanKind::NewNatGateway, _) => "NAT ゲートウェイを新しく作成する".to_owned(),
        (PlanKind::Repair, _) | (_, None) => "現在の経路を直す".to_owned(),
        (PlanKind::PublicAddress, Some(exit)) => {
            format!("インスタンス自身のパブリックアドレスで{} から出る", spaced(&exit))
        }
        (
            PlanKind::GatewayEndpoint
            | PlanKind::NatGateway
            | PlanKind::NatInstance
            | PlanKind::EgressOnlyInternetGateway,
            Some(exit),
        ) => {
            if is_configured {
                format!("引き続き{} を使う", spaced(&exit))
            } else {
                format!("{exit} を使う")
            }
        }
    }
}

fn named_exit(of: &Exit, at: PlanNames<'_>) -> String {
    let resource = exit_resource(of);
    match of {
        Exit::GatewayEndpoint(_) if at.is_new(&resource) => "新しいゲートウェイエンドポイント".to_owned(),
        _ if at.is_new(&resource) => format!("新しい{}", spaced(noun(&resource))),
        _ => exit(of, at.names),
    }
}

/// Returns a resource that exists, or that the plan makes.
fn resource(resource: &Resource, at: PlanNames<'_>) -> String {
    if at.is_new(resource) { format!("新しい{}", spaced(noun(resource))) } else { phrase(resource, at.names) }
}

fn instance_of(id: &InstanceId, at: PlanNames<'_>) -> String {
    resource(&Resource::Instance(id.clone()), at)
}

fn table(id: &RouteTableId, at: PlanNames<'_>) -> String {
    resource(&Resource::RouteTable(id.clone()), at)
}

fn group(id: &SecurityGroupId, at: PlanNames<'_>) -> String {
    resource(&Resource::SecurityGroup(id.clone()), at)
}

fn acl(id: &NetworkAclId, at: PlanNames<'_>) -> String {
    resource(&Resource::NetworkAcl(id.clone()), at)
}

fn subnet(id: &SubnetId, at: PlanNames<'_>) -> String {
    resource(&Resource::Subnet(id.clone()), at)
}

fn vpc(id: &VpcId, at: PlanNames<'_>) -> String {
    resource(&Resource::Vpc(id.clone()), at)
}

fn interface(id: &NetworkInterfaceId, at: PlanNames<'_>) -> String {
    resource(&Resource::NetworkInterface(id.clone()), at)
}

/// Returns a change as an instruction.
pub(crate) fn sentence(change: &Change, at: PlanNames<'_>) -> String {
    joined(&instruction(change, at))
}

#[expect(clippy::too_many_lines, reason = "one exhaustive match: a change that is not put into words does not compile")]
fn instruction(change: &Change, at: PlanNames<'_>) -> String {
    match change {
        Change::CreateInternetGateway { .. } => "インターネットゲートウェイを作成する".to_owned(),
        Change::AttachInternetGateway { internet_gateway, vpc: to } => {
            let gateway = Resource::InternetGateway(internet_gateway.clone());
            format!("{} を{} にアタッチする", resource(&gateway, at), spaced(&vpc(to, at)))
        }
        Change::CreateNatGateway { subnet: place, .. } => {
            format!("{} に、新しい Elastic IP アドレスを持つパブリック NAT ゲートウェイを作成する", subnet(place, at))
        }
        Change::StartInstance { instance } => format!("{} を起動する", instance_of(instance, at)),
        Change::DisableSourceDestinationCheck { interface: id } => {
            format!("{} の送信元/送信先チェックを無効にする", interface(id, at))
        }
        Change::AssociateElasticIp { interface: id, private, .. } => {
            format!("Elastic IP アドレスを割り当て、{} の `{private}` に関連付ける", interface(id, at))
        }
        Change::EnableVpcDns { vpc: of, attribute } => {
            format!("{} の `{}` を有効にする", vpc(of, at), dns_attribute(*attribute))
        }
        Change::CreateGatewayEndpoint { vpc: of, service_name, route_table, .. } => {
            let service = clean(service_name);
            format!(
                "{} に `{service}` のゲートウェイエンドポイントを作成し、{} に関連付ける",
                vpc(of, at),
                table(route_table, at)
            )
        }
        Change::CreateRouteTable { like, .. } => {
            format!("{} と同じルートを持つルートテーブルを作成する", table(like, at))
        }
        Change::AssociateEndpoint { endpoint, route_table, .. } => {
            let endpoint = Resource::VpcEndpoint(endpoint.clone());
            format!("{} を{} に関連付ける", resource(&endpoint, at), spaced(&table(route_table, at)))
        }
        Change::AddRoute { route_table, destination, target: to } => {
            format!("{} にルート `{destination}` → {} を追加する", table(route_table, at), target(to, at))
        }
        Change::ReplaceRoute { route_table, destination, target: to } => {
            format!(
                "{} のルート `{destination}` のターゲットを{} に変更する",
                table(route_table, at),
                spaced(&target(to, at))
            )
        }
        Change::DeleteRoute { route_table, destination } => {
            format!("{} からルート `{destination}` を削除する", table(route_table, at))
        }
        Change::AssociateRouteTable { subnet: of, route_table } => {
            format!("{} を{} に関連付ける", subnet(of, at), spaced(&table(route_table, at)))
        }
        Change::AuthorizeSecurityGroupRule { group: id, direction, rule } => {
            format!("{} に{}を追加する", group(id, at), group_rule(*direction, rule, at.names))
        }
        Change::RevokeSecurityGroupRule { group: id, direction, rule } => {
            format!("{} から{}を削除する", group(id, at), group_rule(*direction, rule, at.names))
        }
        Change::AllowInEndpointPolicy { endpoint, statement } => {
            let endpoint = resource(&Resource::VpcEndpoint(endpoint.clone()), at);
            format!("{endpoint} のポリシーに、{}を許可するステートメントを追加する", allowed(statement))
        }
        Change::PutRolePolicy { role, name, document } => {
            let what: Vec<String> = document.statements.iter().map(allowed).collect();
            let role = resource(&Resource::Role(role.clone()), at);
            format!("{role} に、{}を許可するインラインポリシー `{}` を追加する", what.join("、"), clean(name))
        }
        Change::AddNetworkAclRule { acl: id, direction, rule } => {
            format!("{} に{}ルール {} を追加する", acl(id, at), way(*direction), acl_rule(rule, Some(*direction)))
        }
        Change::ReplaceNetworkAclRule { acl: id, direction, rule } => {
            let (number, rule) = (rule.number, acl_rule(rule, Some(*direction)));
            format!("{} の{}ルール {number} を {rule} に置き換える", acl(id, at), way(*direction))
        }
        Change::DeleteNetworkAclRule { acl: id, direction, number } => {
            format!("{} から{}ルール {number} を削除する", acl(id, at), way(*direction))
        }
    }
}

/// A phrase behind a particle: what begins with a letter of Latin is set off by a space.
fn spaced(phrase: &str) -> String {
    if phrase.starts_with(|first: char| first.is_ascii()) { format!(" {phrase}") } else { phrase.to_owned() }
}

/// What a statement allows, and to whom where it says so by a condition.
fn allowed(statement: &Statement) -> String {
    let (actions, resources) = (patterns(&statement.actions), patterns(&statement.resources));
    let who: Vec<String> =
        statement.conditions.iter().flat_map(|it| &it.values).map(|it| format!("`{}`", clean(it))).collect();
    let who = if who.is_empty() { String::new() } else { format!("{} による、", who.join("、")) };
    format!("{who}{resources} への {actions} ")
}

fn patterns(patterns: &Patterns) -> String {
    let (Patterns::Only(values) | Patterns::AllBut(values)) = patterns;
    values.iter().map(|value| format!("`{}`", clean(value))).collect::<Vec<_>>().join("、")
}

fn target(target: &RouteTarget, at: PlanNames<'_>) -> String {
    target_resource(target).map_or_else(|| "local".to_owned(), |it| resource(&it, at))
}

fn group_rule(direction: Direction, rule: &SecurityGroupRule, names: &Names) -> String {
    let peer = match direction {
        Direction::Inbound => "ソース",
        Direction::Outbound => "送信先",
    };
    format!("{}ルール {} ({peer} {}) ", way(direction), rule.traffic, names.quoted(&rule.peer))
}

/// Returns that a plan was solved again, and what became of everything else.
pub(crate) fn verified(asked_again: usize) -> String {
    match asked_again {
        0 => "変更後の構成で解き直し、到達可能と確認済み。通す範囲が広がるだけなので、いま通っているものは失われません"
            .to_owned(),
        count => format!(
            "変更後の構成で解き直し、到達可能と確認済み。いま通っているもの ({count} 組のパケット) も解き直し、失われないことを確認済み"
        ),
    }
}

/// Returns that a plan goes past a quota.
pub(crate) fn over_quota(over: &OverQuota, at: PlanNames<'_>) -> String {
    let of = |is_ipv6: bool| if is_ipv6 { "IPv6" } else { "IPv4" };
    let whose = resource(&over.resource, at);
    let count = over.count;
    let what = match over.quota {
        Quota::RulesPerSecurityGroup { direction, is_ipv6 } => {
            format!("{whose} の{}ルール ({}) が {count} 個になります", way(direction), of(is_ipv6))
        }
        Quota::RulesPerNetworkAcl { direction, is_ipv6 } => {
            format!("{whose} の{}ルール ({}) が `*` を含め {count} 個になります", way(direction), of(is_ipv6))
        }
        Quota::RoutesPerRouteTable { is_ipv6 } => {
            format!("{whose} の静的ルート ({}) が {count} 個になります", of(is_ipv6))
        }
        Quota::RouteTablesPerVpc => format!("{whose} のルートテーブルが {count} 個になります"),
        Quota::NatGatewaysPerZone => format!("同じアベイラビリティーゾーンの NAT ゲートウェイが {count} 個になります"),
        Quota::ElasticIpsPerRegion => format!("スナップショット内の Elastic IP が {count} 個になります"),
        Quota::GatewayEndpointsPerRegion => {
            format!("スナップショット内のゲートウェイエンドポイントが {count} 個になります")
        }
    };
    let default = over.quota.default_value();
    let scope = match over.quota {
        Quota::ElasticIpsPerRegion | Quota::GatewayEndpointsPerRegion => "リージョンあたり ",
        _ => "",
    };
    match over.quota.maximum() {
        Some(maximum) if count > maximum => format!(
            "{what}。AWS のクォータは{scope}既定で {default}、上限でも {maximum} です。先に他のものを減らしてください"
        ),
        Some(maximum) => format!(
            "{what}。AWS のクォータは{scope}既定で {default} です。先に引き上げ (上限 {maximum}) を申請するか、他のものを減らしてください"
        ),
        None => format!(
            "{what}。AWS のクォータは{scope}既定で {default} です。先に引き上げを申請するか、他のものを減らしてください"
        ),
    }
}

/// Returns what a plan costs each month.
pub(crate) fn cost(amount: f64, basis: &Basis) -> String {
    let Basis { region, is_stand_in, as_of, currency } = basis;
    let stand_in = if *is_stand_in { "で代用" } else { "" };
    format!("費用の増加はデータ処理を除き月額約 {amount:.2} {currency} ({as_of} 時点の {region} の料金{stand_in})")
}

/// Returns what a plan takes for granted.
pub(crate) fn granted(sentences: &str) -> String {
    format!("前提: {sentences}")
}

/// Returns what all of several plans take for granted.
pub(crate) fn granted_by_all(sentences: &str) -> String {
    format!("すべての修正案の前提: {sentences}")
}

/// Returns that no plan was found.
pub(crate) const fn none_found() -> &'static str {
    "見つかりません。いま通っているものを保ったまま到達可能にする変更を、deguchi の知る範囲では見つけられませんでした"
}
