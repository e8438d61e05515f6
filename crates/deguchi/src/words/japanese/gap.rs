//! Japanese sentences for what is not known, and what to do about it.

use deguchi_engine::{Gap, Missing, Resource};
use deguchi_model::{AccountId, Region, Route};

use super::{inspection, load_balancer, packets::spaced, resolution, resource::phrase, transit_gateway};
use crate::report::{Names, clean, describe_call};

/// Returns the sentence for what is not known, without a full stop.
#[expect(clippy::too_many_lines, reason = "one arm for each gap")]
pub(crate) fn sentence(missing: &Missing, names: &Names) -> String {
    let resource = phrase(&missing.resource, names);
    let led = spaced(&resource);
    match &missing.gap {
        Gap::DestinationAddress => destination_address(&missing.resource, &resource),
        Gap::Subnet => format!("{resource} がスナップショットにありません"),
        Gap::NetworkAclOfSubnet => format!(
            "{resource} のネットワーク ACL がスナップショットにありません (以降は、すべて許可する AWS の既定であるとみなした場合です)"
        ),
        Gap::RouteTableOfSubnet => {
            format!("{resource} のルートテーブルがスナップショットにありません (VPC 内はローカルルートとみなします)")
        }
        Gap::RouteTableOfNatGateway => {
            format!("リージョナルの{led} のルートテーブルがスナップショットにありません")
        }
        Gap::SecurityGroup => {
            format!("{resource} がスナップショットにありません (以降は、許可されるとみなした場合です)")
        }
        Gap::RouteTarget(route) => {
            format!("{} のターゲットである{led} がスナップショットにありません", route_phrase(route))
        }
        Gap::InterfaceOfAddress => {
            format!("{resource} が関連付けられているネットワークインターフェイスがスナップショットにありません")
        }
        Gap::AddressLater(range) => format!(
            "{resource} が `{range}` のどのアドレスになるかは適用後に決まり、ルールやルートはアドレスによって異なります"
        ),
        Gap::InterfacesOfVpc => format!(
            "{resource} のネットワークインターフェイスがスナップショットにそろっておらず、アドレスの持ち主が分かりません"
        ),
        Gap::VpcElsewhere { .. } => format!("パケットの行き先である{led} がスナップショットにありません"),
        Gap::PrefixListEntries => {
            format!(
                "{resource} の範囲がスナップショットにありません (以降は、これを指すルールに一致するとみなした場合です)"
            )
        }
        Gap::SourceDestinationCheck => format!(
            "{resource} の送信元/送信先チェックの設定がスナップショットにありません (以降は、無効とみなした場合です)"
        ),
        Gap::NatGatewayState(state) => {
            format!("{resource} (状態は `{}`) がまだパケットを運ぶかどうか分かりません", clean(state))
        }
        Gap::NatGatewayPlacement => format!("{resource} の配置先がスナップショットにありません"),
        Gap::UnreadableRoute(route) => format!("{resource} の{} を解釈できません", route_phrase(route)),
        Gap::TiedRoutes(routes) => tied_routes(routes, &resource, names),
        Gap::RouteTargetNotModelled(route) => {
            format!("{} は{led} を通りますが、deguchi はその先をまだたどれません", route_phrase(route))
        }
        Gap::InterfaceNotModelled => {
            format!("{resource} の先を deguchi はまだたどれません (以降は、応答するとみなした場合です)")
        }
        Gap::ReplyByEgressOnlyGateway => format!(
            "別のネットワークから届いたリクエストへの応答を{led} が外へ通すかどうかは、AWS の文書にありません (以降は、通すとみなした場合です)"
        ),
        Gap::TransitGateway(gap) => transit_gateway::gap(gap, &resource, names),
        Gap::LoadBalancer(gap) => load_balancer::gap(*gap, &resource),
        Gap::Inspection(gap) => inspection::gap(*gap, &resource),
        Gap::EndpointOfInterface => {
            format!("{resource} が属する VPC エンドポイントがスナップショットにありません")
        }
        Gap::Appliance => {
            format!(
                "インターネット宛てでないパケットを、アプライアンスである{led} がどう扱うか分かりません (以降は、そのまま通すとみなした場合です)"
            )
        }
        Gap::ApplianceOneWay => format!(
            "応答を見ない接続を、アプライアンスである{led} がどう扱うか分かりません (以降は、通すとみなした場合です)"
        ),
        Gap::EdgeRouteTable(route) => edge_route_table(route, &led),
        Gap::Policy(gap) => super::policy::gap(gap, names),
        Gap::Name(gap) => resolution::gap(gap, &resource),
        Gap::EndpointAddressFamily => {
            format!("サービスの IPv6 アドレスへの通信が、IPv4 用の{led} を通るかどうか決まりません")
        }
        Gap::VpnRoutes => {
            format!("{resource} がどの送信先を知っているか分かりません (BGP の経路はスナップショットに含まれません)")
        }
        Gap::InternetThroughOnPremises => {
            format!("{resource} の先のオンプレミスネットワークが、インターネットへパケットを通すか分かりません")
        }
        Gap::OnPremisesEntrance(entrances) => on_premises_entrance(entrances, &missing.resource, &resource, names),
        Gap::OnPremisesReturn(asked) => format!(
            "リクエストは {} から入り、応答は {resource} からオンプレミスへ戻りますが、その先のファイアウォールが許可するか分かりません",
            names.quoted(asked)
        ),
        Gap::BlockPublicAccess(mode) => format!(
            "{resource} の VPC ブロックパブリックアクセスは `{}` ですが、どの除外が適用されるか分かりません",
            clean(mode)
        ),
        Gap::EncryptionControls => {
            format!("{resource} は VPC 暗号化コントロールを強制しており、このゲートウェイは除外に含まれていません")
        }
        Gap::TooManyTranslations => format!("{resource} でのアドレス変換が、deguchi がたどれる回数を超えています"),
        Gap::NatGatewayAppliance(appliance) => format!(
            "{resource} には `{}` がアタッチされており、何を遮断するか分かりません (以降は、通すとみなした場合です)",
            clean(appliance)
        ),
        Gap::SubnetRouter => format!("{resource} のルーターが自身のアドレスで応答するかどうかは公表されていません"),
    }
}

/// Returns the one thing to do about it.
pub(crate) fn hint(missing: &Missing) -> String {
    let id = clean(&missing.resource.to_string());
    match &missing.gap {
        Gap::DestinationAddress => match &missing.resource {
            Resource::PrefixList(_) => add("aws ec2 describe-prefix-lists"),
            _ => "ホストで名前を解決し、そのアドレスについて尋ねてください".to_owned(),
        },
        Gap::Subnet => add("aws ec2 describe-subnets"),
        Gap::NetworkAclOfSubnet => add("aws ec2 describe-network-acls"),
        Gap::RouteTableOfSubnet | Gap::RouteTableOfNatGateway => add("aws ec2 describe-route-tables"),
        Gap::SecurityGroup => add("aws ec2 describe-security-groups"),
        Gap::RouteTarget(_) => match describe_call(&missing.resource) {
            Some(call) => add(call),
            None => format!("`{id}` が何であるかを調べてください"),
        },
        Gap::InterfacesOfVpc | Gap::InterfaceOfAddress | Gap::SourceDestinationCheck => {
            add("aws ec2 describe-network-interfaces")
        }
        Gap::VpcElsewhere { owner, region } => elsewhere(owner.as_ref(), region.as_ref()),
        Gap::PrefixListEntries => format!(
            "`aws ec2 describe-prefix-lists`、または `aws ec2 get-managed-prefix-list-entries --prefix-list-id {id}` \
             の出力を追加してください"
        ),
        Gap::NatGatewayPlacement | Gap::NatGatewayState(_) => add("aws ec2 describe-nat-gateways"),
        Gap::UnreadableRoute(_) | Gap::EdgeRouteTable(_) => {
            format!("`aws ec2 describe-route-tables --route-table-ids {id}` で内容を確認してください")
        }
        Gap::TiedRoutes(_) => format!("`{id}` から、1 つを残してほかを削除してください"),
        Gap::RouteTargetNotModelled(_) | Gap::InterfaceNotModelled => follow(&missing.resource, &id),
        Gap::ReplyByEgressOnlyGateway => "応答がリクエストと同じ経路で戻るように、ルートを追加してください".to_owned(),
        Gap::TransitGateway(gap) => transit_gateway::hint(gap, &id),
        Gap::LoadBalancer(gap) => load_balancer::hint(*gap, &id),
        Gap::Inspection(gap) => inspection::hint(*gap, &id),
        Gap::EndpointOfInterface => add("aws ec2 describe-vpc-endpoints"),
        Gap::Appliance | Gap::ApplianceOneWay => {
            format!("`{id}` の転送設定とファイアウォールを、その上で確認してください")
        }
        Gap::Policy(gap) => super::policy::hint(gap),
        Gap::Name(gap) => resolution::hint(gap, &id),
        Gap::EndpointAddressFamily => "同じ質問を IPv4 で試してください".to_owned(),
        Gap::AddressLater(_) => {
            "設定でアドレスを指定する (`private_ip`) か、適用後の state でもう一度確認してください".to_owned()
        }
        Gap::VpnRoutes => {
            "静的ルートのあるアドレスで質問するか、オンプレミスから BGP で広報される経路を確認してください".to_owned()
        }
        Gap::InternetThroughOnPremises => "オンプレミスネットワークの管理者に確認してください".to_owned(),
        Gap::OnPremisesEntrance(entrances) => on_premises_hint(entrances, &missing.resource),
        Gap::OnPremisesReturn(_) => "オンプレミスネットワークの管理者に確認してください".to_owned(),
        Gap::BlockPublicAccess(_) => {
            "`aws ec2 describe-vpc-block-public-access-exclusions` の出力を追加してください".to_owned()
        }
        Gap::EncryptionControls => "`aws ec2 describe-vpcs` の `EncryptionControl` を確認してください".to_owned(),
        Gap::TooManyTranslations => "最後に変換を行うマシンを送信元にして質問してください".to_owned(),
        Gap::NatGatewayAppliance(_) => {
            format!("`{id}` にアタッチされているものを `aws ec2 describe-nat-gateways` で確認してください")
        }
        Gap::SubnetRouter => "マシンのアドレスを送信先に指定してください".to_owned(),
    }
}

fn on_premises_entrance(entrances: &[String], place: &Resource, resource: &str, names: &Names) -> String {
    match (entrances, place) {
        ([], Resource::Vpc(_)) => format!(
            "オンプレミスのパケットが {resource} に入るための仮想プライベートゲートウェイや Transit Gateway アタッチメントがスナップショットにありません"
        ),
        ([], _) => {
            "送信先はスナップショットのどの VPC にもなく、オンプレミスのパケットがどこから届くか分かりません".to_owned()
        }
        (several, _) => {
            let several: Vec<String> = several.iter().map(|id| names.quoted(id)).collect();
            format!(
                "オンプレミスのパケットは {} のいずれかから入りますが、どれかはオンプレミス側と BGP で決まり、それによって結果が変わります",
                several.join("、")
            )
        }
    }
}

fn on_premises_hint(entrances: &[String], place: &Resource) -> String {
    let text = match (entrances, place) {
        ([], Resource::Vpc(_)) => {
            "`aws ec2 describe-vpn-gateways` または `aws ec2 describe-transit-gateway-attachments` の出力を追加してください"
        }
        ([], _) => "VPC 内のアドレスを送信先に指定してください",
        (_, _) => "どこから送るかをオンプレミスネットワークの管理者に確認してください",
    };
    text.to_owned()
}

fn tied_routes(routes: &[Route], resource: &str, names: &Names) -> String {
    format!(
        "{resource} の {} 個のルートが同じ優先度で競合しており、AWS がどれを選ぶか決まりません: {}",
        routes.len(),
        targets(routes, names)
    )
}

fn edge_route_table(route: &Route, led: &str) -> String {
    format!(
        "エッジの{led} の{} により VPC に入るトラフィックがどう扱われるかは定まりません (AWS の資料に食い違いがあるか、このターゲットは認められていません)",
        route_phrase(route)
    )
}

fn destination_address(list: &Resource, phrase: &str) -> String {
    match list {
        Resource::PrefixList(_) => {
            format!("{phrase} の範囲がスナップショットになく、どのアドレスかによって結果が変わります")
        }
        _ => "名前がどのアドレスを指すか分からず、どのアドレスかによって結果が変わります".to_owned(),
    }
}

pub(super) fn elsewhere(owner: Option<&AccountId>, region: Option<&Region>) -> String {
    let whose = match (owner, region) {
        (Some(owner), Some(region)) => {
            format!("アカウント `{}`、リージョン `{}`", clean(owner.as_str()), clean(region.as_str()))
        }
        (Some(owner), None) => format!("アカウント `{}`", clean(owner.as_str())),
        (None, Some(region)) => format!("所有アカウント、リージョン `{}`", clean(region.as_str())),
        (None, None) => "その VPC があるアカウントとリージョン".to_owned(),
    };
    format!("{whose} のスナップショットを、同じフォルダーに追加してください")
}

pub(super) fn add(call: &str) -> String {
    format!("`{call}` の出力を追加してください")
}

fn follow(resource: &Resource, id: &str) -> String {
    match describe_call(resource) {
        Some(call) => format!("`{id}` から先の経路は、`{call}` の出力などで確認してください"),
        None => format!("`{id}` から先の経路を確認してください"),
    }
}

fn route_phrase(route: &Route) -> String {
    format!("ルート `{}`", clean(&route.destination.to_string()))
}

fn targets(routes: &[Route], names: &Names) -> String {
    let route =
        |route: &Route| format!("`{}` → {}", clean(&route.destination.to_string()), names.quoted(&route.target));
    routes.iter().map(route).collect::<Vec<_>>().join("、")
}
