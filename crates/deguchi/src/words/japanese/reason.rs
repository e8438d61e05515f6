//! Japanese sentences for what stops packets.

use std::net::IpAddr;

use deguchi_engine::{Code, Evidence, Heading, Resource, Traffic};
use deguchi_model::{Connectivity, Direction, NetworkAclRule, RuleAction};

use super::{
    inspection, joined, load_balancer,
    packets::{addresses, seen_by, spaced, with},
    resource::phrase,
    transit_gateway,
};
use crate::report::{Blocker, Names, clean};

/// Returns the sentence for what stops packets, without a full stop.
pub(crate) fn sentence(blocker: &Blocker, names: &Names) -> String {
    joined(&why(blocker, names))
}

#[expect(clippy::too_many_lines, reason = "one exhaustive match: a reason without words does not compile")]
fn why(blocker: &Blocker, names: &Names) -> String {
    let resource = phrase(&blocker.reason.resource, names);
    let led = spaced(&resource);
    match blocker.reason.code {
        Code::SecurityGroupRulesMismatch => no_group_rule(blocker, names),
        Code::SecurityGroupHasNoRules => groups_without_rules(blocker, names),
        Code::NetworkAclRestriction | Code::ClassicAclRestriction => network_acl(blocker, &resource),
        Code::NoRoute => format!("{resource} に、{}ルートがありません", with(&destination(blocker), "への")),
        Code::BadStateRoute => bad_state_route(blocker, &resource, names),
        Code::BadState => bad_state(blocker, &resource),
        Code::BadStateAttachment if matches!(blocker.reason.resource, Resource::TransitGatewayAttachment(_)) => {
            transit_gateway::not_in_force(&resource, &state(blocker))
        }
        Code::BadStateAttachment => format!("{resource} は VPC にアタッチされていません{}", state(blocker)),
        Code::InternetGatewayNeedsPublicAddress => needs_public_address(blocker, &resource, names),
        Code::InternetGatewayNoSuchAddress => format!(
            "VPC に、パブリックアドレス{}持つアタッチ済みのネットワークインターフェイスがありません",
            spaced(&with(&destination(blocker), "を"))
        ),
        Code::InternetGatewayPrivateDestination => refuses(&resource, &with(&destination(blocker), "への"), PRIVATE),
        Code::InternetGatewaySharedDestination => refuses(&resource, &with(&destination(blocker), "への"), SHARED),
        Code::InternetGatewayPrivateSource => refuses(&resource, &with(&source(blocker), "からの"), PRIVATE),
        Code::InternetGatewaySharedSource => refuses(&resource, &with(&source(blocker), "からの"), SHARED),
        Code::SourceDestinationCheck => format!(
            "{resource} の送信元/送信先チェックが有効なため、自身が送信元でも送信先でもないパケットは破棄されます"
        ),
        Code::TransitGatewayZone
        | Code::TransitGatewayNoAssociation
        | Code::TransitGatewayNoRouteToAttachment
        | Code::TransitGatewayNoRoute
        | Code::TransitGatewayBadStateRoute
        | Code::TransitGatewayRoutesUnknown
        | Code::TransitGatewayBadStateVpn => transit_gateway::sentence(blocker, &resource, &destination(blocker)),
        Code::SecurityGroupReferencingSupport => transit_gateway::reference_lost(&no_group_rule(blocker, names)),
        Code::SpoofedTraffic => {
            let which = spaced(&with(&source(blocker), "からの"));
            format!("{resource} は、その VPC のアドレスではない{which}パケットを破棄します")
        }
        Code::PeeringNeedsAddressInVpc => beyond_peering(blocker, &resource),
        Code::ProtocolRestriction => format!("{resource} は {} を運びません", seen_by(blocker)),
        Code::GatewayEndpointProtocol => {
            format!("{resource} が運ぶのは TCP と ICMP エコーだけで、{} は運びません", seen_by(blocker))
        }
        Code::GatewayEndpointServesItsOwnVpc => {
            let which = spaced(&with(&source(blocker), "からの"));
            format!("{resource} を使えるのは同じ VPC の中からだけで、{which}パケットは破棄されます")
        }
        Code::ListenersMismatch | Code::ClassicListenersMismatch => load_balancer::no_listener(blocker, &resource),
        Code::ListenerHasNoTargets => load_balancer::no_targets(&resource),
        Code::TargetsInOtherZones => load_balancer::targets_in_other_zones(blocker, &resource),
        Code::NotCrossZone => load_balancer::not_cross_zone(blocker, &resource),
        Code::NoTargetInUse => load_balancer::no_target_in_use(blocker, &resource),
        Code::LoadBalancerHairpin => load_balancer::hairpin(&resource),
        Code::SecurityGroupReferencesNotPreserved => load_balancer::reference_lost(&no_group_rule(blocker, names)),
        Code::FirewallRules => inspection::dropped(blocker, &resource),
        Code::IngressRedirected => inspection::redirected(blocker, &resource),
        Code::IngressNeedsPublicAddress => inspection::without_public_address(blocker, &resource),
        Code::EndpointStartsNoConnection => format!("{resource} から接続が始まることはありません: 応答専用です"),
        Code::NoSuchDestination => {
            format!("{resource} に、アドレス{}持つものがありません", spaced(&with(&destination(blocker), "を")))
        }
        Code::UnassociatedDestination => {
            format!(
                "{resource} はどこにも使われていないため、{}応答するものがありません",
                with(&destination(blocker), "で")
            )
        }
        Code::RegionalNatGatewayZone => {
            format!("リージョナルの{led} は、パケットの送信元のアベイラビリティーゾーンに対応していません")
        }
        Code::BlockPublicAccess => {
            format!("{resource} に対する VPC ブロックパブリックアクセスが通信を妨げています{}", mode(blocker))
        }
        Code::NatInstanceForwardingOff => {
            format!(
                "{resource} のカーネルはパケットを転送しません: `net.ipv4.ip_forward` が 0 です (ホストの調査による)"
            )
        }
        Code::NatInstanceMasquerade => {
            format!(
                "{resource} は外に出るインターフェイスでマスカレードしません (ホストの調査による)。ルールにあるインターフェイス: {}",
                devices(blocker)
            )
        }
        Code::NatInstanceFirewall => {
            format!("{resource} のファイアウォールは転送するパケットをすべて破棄します (ホストの調査による)")
        }
        Code::RoutingLoop => routing_loop(blocker, &resource, names),
        Code::ReturnByAnotherWay => another_way(blocker, &resource, names),
        Code::NatGatewayTakesNoConnection | Code::EgressOnlyTakesNoConnection => {
            format!("{resource} は外部からの接続を受け付けません: 外へ出す接続専用です")
        }
        Code::FunctionTakesNoConnection => {
            format!("{resource} は Lambda 関数のもので、ネットワークからの接続を受け付けません")
        }
        Code::NoAddressOfFamily => format!("{resource} に {} アドレスがありません", family(blocker)),
        Code::Missing => format!("{resource} について判定に必要な情報がスナップショットにありません"),
        Code::NotModelled => format!("経路は{led} を通りますが、deguchi はその先をまだたどれません"),
        Code::EndpointPolicy | Code::AccessDenied => refused(blocker, &resource, names),
        Code::DnsSupportOff | Code::NoNameServer | Code::NoSuchName => super::resolution::reason(blocker, &resource),
        Code::NotDecidedByConfiguration => format!("{resource} の動作は設定だけでは決まりません"),
    }
}

/// The addresses of RFC 1918.
const PRIVATE: &str = "RFC 1918 のプライベートアドレス";

/// The addresses of RFC 6598.
const SHARED: &str = "RFC 6598 の共有アドレス";

fn refuses(resource: &str, which: &str, kind: &str) -> String {
    format!("{resource} は{}パケットを通しません: {kind}です", spaced(which))
}

/// Returns what a person sees on the host where a policy is all that refuses (GE-7, IM-8).
pub(crate) const fn symptom_of_refusal() -> &'static str {
    "ネットワークに問題はなく、サービスがすぐに HTTP 403 (`AccessDenied`) を返します"
}

/// Returns what a person sees on the host that asks, where only some packets are stopped.
pub(crate) const fn symptom_of_part(traffic: &Traffic) -> &'static str {
    match traffic {
        Traffic::Tcp(_) => "つながる接続と、タイムアウトするまで待たされる接続があります",
        Traffic::Udp(_) => "応答が返る場合と、返らない場合があります",
        Traffic::Ping => "応答が返る ping と、返らない ping があります",
    }
}

/// Returns what a person sees on the host that asks, where all packets are stopped.
pub(crate) const fn symptom(traffic: &Traffic, heading: Heading) -> &'static str {
    match (traffic, heading) {
        (Traffic::Tcp(_), Heading::Forward) => "何も返らず、接続はタイムアウトするまで待たされます",
        (Traffic::Tcp(_), Heading::Return) => "リクエストは届くが応答が失われ、接続はタイムアウトするまで待たされます",
        (Traffic::Udp(_), Heading::Forward) => "応答が返りません",
        (Traffic::Udp(_), Heading::Return) => "リクエストは届くが、応答が失われます",
        (Traffic::Ping, Heading::Forward) => "100 % パケットロス",
        (Traffic::Ping, Heading::Return) => "100 % パケットロス (要求は届くが、応答が失われます)",
    }
}

/// Returns the word for a direction, as in the name of a rule.
pub(crate) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "インバウンド",
        Direction::Outbound => "アウトバウンド",
    }
}

fn directed(blocker: &Blocker) -> &'static str {
    direction(blocker.reason.direction.unwrap_or(Direction::Outbound))
}

fn destination(blocker: &Blocker) -> String {
    match (&blocker.reason.evidence, &blocker.header) {
        (Evidence::Address(address), _) => format!("`{address}`"),
        (_, Some(header)) => addresses(&header.destination),
        (_, None) => addresses(&blocker.destination.addresses),
    }
}

fn source(blocker: &Blocker) -> String {
    match (&blocker.reason.evidence, &blocker.header) {
        (Evidence::Address(address) | Evidence::NoPublicAddress(address), _) => format!("`{address}`"),
        (_, Some(header)) => addresses(&header.source),
        (_, None) => "この送信元".to_owned(),
    }
}

fn state(blocker: &Blocker) -> String {
    match &blocker.reason.evidence {
        Evidence::State(state) => format!(" (状態は `{}`)", clean(state)),
        _ => String::new(),
    }
}

fn devices(blocker: &Blocker) -> String {
    match &blocker.reason.evidence {
        Evidence::State(devices) if !devices.is_empty() => format!("`{}`", clean(devices)),
        _ => "なし".to_owned(),
    }
}

fn mode(blocker: &Blocker) -> String {
    match &blocker.reason.evidence {
        Evidence::State(mode) => format!(" (モードは `{}`)", clean(mode)),
        _ => String::new(),
    }
}

fn refused(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Policy(refusal) => super::policy::refusal(refusal, &request(blocker), names),
        _ => format!("{resource} が {} を許可していません", request(blocker)),
    }
}

fn request(blocker: &Blocker) -> String {
    match &blocker.destination.request {
        Some(request) => {
            format!("`{}` への `{}`", clean(&request.resources.join("`、`")), clean(&request.action))
        }
        None => "リクエスト".to_owned(),
    }
}

fn no_group_rule(blocker: &Blocker, names: &Names) -> String {
    let what = seen_by(blocker);
    let (directed, resource) = (directed(blocker), &blocker.reason.resource);
    match &blocker.reason.evidence {
        Evidence::NoSecurityGroupRule { groups, rules, .. } if groups.len() > 1 => {
            let groups: Vec<String> = groups.iter().map(|group| names.quoted(group)).collect();
            let groups = groups.join("、");
            format!("セキュリティグループ {groups} の{directed}ルール {rules} 個に、{what} を許可するものがありません")
        }
        _ => format!("{} に、{what} を許可する{directed}ルールがありません", phrase(resource, names)),
    }
}

fn groups_without_rules(blocker: &Blocker, names: &Names) -> String {
    let directed = directed(blocker);
    match &blocker.reason.evidence {
        Evidence::NoSecurityGroupRule { groups, .. } if groups.len() > 1 => {
            let groups: Vec<String> = groups.iter().map(|group| names.quoted(group)).collect();
            format!("セキュリティグループ {} に{directed}ルールが 1 つもありません", groups.join("、"))
        }
        Evidence::NoSecurityGroupRule { groups, interface, .. } if groups.is_empty() => format!(
            "ネットワークインターフェイス {} にはセキュリティグループがなく、{directed}ルールもありません",
            names.quoted(interface)
        ),
        _ => format!("{} に{directed}ルールが 1 つもありません", phrase(&blocker.reason.resource, names)),
    }
}

fn network_acl(blocker: &Blocker, resource: &str) -> String {
    let (directed, what) = (directed(blocker), seen_by(blocker));
    match &blocker.reason.evidence {
        Evidence::NetworkAclRule(Some(NetworkAclRule { number, .. })) if !number.is_closing() => {
            format!("{resource} の{directed}ルール {number} が、{what} を拒否しています")
        }
        _ => format!("{resource} に、{what} に一致する{directed}ルールがありません (末尾のルールで拒否されます)"),
    }
}

/// Returns a rule of a network ACL.
pub(crate) fn rule(rule: &NetworkAclRule, directed: Option<Direction>) -> String {
    let peer = if directed == Some(Direction::Inbound) { "送信元" } else { "送信先" };
    format!("{} {} {} {peer} `{}`", rule.number, action(rule.action), rule.traffic, rule.cidr)
}

/// Returns a rule's action, as the console shows it.
pub(crate) const fn action(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Allow => "許可",
        RuleAction::Deny => "拒否",
    }
}

fn bad_state_route(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "{resource} のルート `{}` はブラックホールです: ターゲット {} がないか、機能していません",
            clean(&route.destination.to_string()),
            names.quoted(&route.target)
        ),
        _ => format!("{resource} の{}ルートはブラックホールです", spaced(&with(&destination(blocker), "への"))),
    }
}

fn bad_state(blocker: &Blocker, resource: &str) -> String {
    let why = match (&blocker.failure, &blocker.reason.evidence) {
        (Some(code), Evidence::State(state)) if state.contains(code.as_str()) => String::new(),
        (Some(code), _) => format!(" (`{code}`)"),
        (None, _) => String::new(),
    };
    match &blocker.reason.evidence {
        Evidence::State(state) => format!("{resource} の状態が `{}`{why} のため、パケットは運ばれません", clean(state)),
        _ => format!("{resource} は機能していません{why}"),
    }
}

fn needs_public_address(blocker: &Blocker, resource: &str, names: &Names) -> String {
    let led = spaced(resource);
    let gateway = match &blocker.internet_gateway {
        Some(id) => format!("インターネットゲートウェイ {} ", names.quoted(id)),
        None => "インターネットゲートウェイ".to_owned(),
    };
    match (&blocker.reason.resource, blocker.connectivity) {
        (Resource::NatGateway(_), Some(Connectivity::Private)) => format!(
            "{gateway}は{led} からのパケットを破棄します: 接続タイプがプライベートのため、パブリックアドレスがありません"
        ),
        (Resource::NatGateway(_), _) => {
            format!("{gateway}は{led} ({}) からのパケットを破棄します: パブリックアドレスがありません", source(blocker))
        }
        _ => format!(
            "{gateway}は{led} の{}パケットを破棄します: 対応するパブリックアドレスがありません",
            spaced(&with(&source(blocker), "からの"))
        ),
    }
}

fn beyond_peering(blocker: &Blocker, resource: &str) -> String {
    let from_outside = match (&blocker.reason.evidence, &blocker.header) {
        (Evidence::Address(address), Some(header)) => header.source.only() == Some(*address),
        _ => false,
    };
    if from_outside {
        let which = spaced(&with(&source(blocker), "からの"));
        format!("{resource} は、手前の VPC の範囲外である{which}パケットを通しません")
    } else {
        let which = spaced(&with(&destination(blocker), "への"));
        format!("{resource} は、接続先の VPC の範囲外である{which}パケットを通しません")
    }
}

fn routing_loop(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "{resource} は {} 自身にも使われており、そのルート `{}` によってパケットが同じゲートウェイに戻ってしまいます",
            names.quoted(&route.target),
            clean(&route.destination.to_string())
        ),
        _ => format!("{resource} によって、パケットが元の場所に戻ってしまいます"),
    }
}

fn another_way(blocker: &Blocker, resource: &str, names: &Names) -> String {
    match &blocker.reason.evidence {
        Evidence::Route(route) => format!(
            "{resource} のルート `{}` により、応答は行きと異なる {} へ送られますが、そこではこの接続が認識されていません",
            clean(&route.destination.to_string()),
            names.quoted(&route.target)
        ),
        _ => format!("応答は行きと異なる経路で{} に届きますが、そこではこの接続が認識されていません", spaced(resource)),
    }
}

fn family(blocker: &Blocker) -> &'static str {
    let first = blocker.destination.addresses.cidrs().first().map(deguchi_model::IpNet::network);
    if matches!(first, Some(IpAddr::V6(_))) { "IPv6" } else { "IPv4" }
}
