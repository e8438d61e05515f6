//! What Japanese says in the checklist.

use deguchi_engine::SubnetKind;
use deguchi_model::SourceDestinationCheck;

use super::{
    japanese::{gap, reason},
    subnets_japanese,
};
use crate::{
    checklist::{Finding, ItemId},
    report::Names,
};

pub(crate) const LEGEND: &str = "✓ 問題なし  ✗ 問題あり  ? 不明  – 該当なし。経路: インスタンス ⇒ NAT ⇒ インターネットゲートウェイ ⇒ インターネット";
pub(crate) const HOW_READ: &str = "質問の解釈";

/// The first line.
pub(crate) fn head(machine: &str, subnet: &str) -> String {
    format!("点検対象: {machine} (サブネット {subnet})")
}

/// What an item checks.
pub(crate) fn title(item: ItemId) -> &'static str {
    match item {
        ItemId::NatIsPlacedPublic => "NAT がパブリックサブネットに配置されている",
        ItemId::SubnetRoutesToNat => "サブネットのデフォルトルートが NAT に向いている",
        ItemId::NatIsHealthy => "NAT が正常に動作している",
        ItemId::NetworkAclsPass => "ネットワーク ACL が往復の通信を通す",
        ItemId::EgressHttpHttps => "セキュリティグループが HTTPS (リポジトリに必要なら HTTP も) を外に通す",
        ItemId::EgressIcmp => "セキュリティグループが ping を外に通す",
        ItemId::EgressSshNarrow => "アウトバウンドの SSH がインターネットに開いていない (指摘のみで、通信は妨げません)",
        ItemId::S3Endpoint => "S3 にゲートウェイエンドポイント経由で届く",
        ItemId::IamForS3 => "インスタンスのロールが S3 を許可している (リポジトリには不要)",
        ItemId::Dns => "名前解決ができる",
        ItemId::HttpsApi => "インターネット上の HTTPS API に届く",
        ItemId::ElasticIpInVain => "役に立たないパブリックアドレスが付いていない",
        ItemId::Placement => "マシン、データベース、ロードバランサーが適した種類のサブネットにある",
        ItemId::LeftoverProcess => "ホストに yum や dnf が残ってロックを握っていない",
    }
}

/// What was found, as a sentence.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: a finding without words does not compile")]
pub(crate) fn finding(finding: &Finding, names: &Names) -> String {
    let q = |id: &String| names.quoted(id);
    match finding {
        Finding::GoesOutDirectly { table, target } => {
            format!("NAT は通りません。{} のターゲットは {} です", q(table), q(target))
        }
        Finding::NoNat { vpc } => format!("NAT へのルートがなく、{} には NAT ゲートウェイもありません", q(vpc)),
        Finding::NatInPublicSubnet { nat, subnet, table, target } => format!(
            "{} は {} にあり、そのルートテーブル {} は {} に向いています",
            q(nat),
            q(subnet),
            q(table),
            q(target)
        ),
        Finding::NatNotInPublicSubnet { nat, subnet, table, kind } => format!(
            "{} は {} にありますが、ルートテーブル {} によりこのサブネットの種類は「{}」です",
            q(nat),
            q(subnet),
            q(table),
            kind_of(*kind)
        ),
        Finding::NatPlaceUnknown { nat } => format!(
            "{} の配置先かそのルートテーブルがスナップショットにありません。`aws ec2 describe-subnets` と \
             `aws ec2 describe-route-tables` の出力を追加してください",
            q(nat)
        ),
        Finding::RegionalNatLeadsOut { nat, table, target } => format!(
            "リージョナル NAT ゲートウェイ {} のルートテーブル {} は {} に向いています",
            q(nat),
            q(table),
            q(target)
        ),
        Finding::RegionalNatLeadsNowhere { nat, table } => format!(
            "リージョナル NAT ゲートウェイ {} のルートテーブル {} にはインターネットゲートウェイへのデフォルトルートがありません",
            q(nat),
            q(table)
        ),
        Finding::DefaultRouteToNat { table, target } => {
            format!("{} のデフォルトルートのターゲットは {} です", q(table), q(target))
        }
        Finding::DefaultRouteElsewhere { table, target, kind } => format!(
            "{} のデフォルトルートのターゲットは {} で、NAT ではありません ({})",
            q(table),
            q(target),
            kind_of(*kind)
        ),
        Finding::NoDefaultRoute { table } => format!("{} にデフォルトルートがありません", q(table)),
        Finding::BlackholeRoute { table, target } => format!(
            "{} のデフォルトルートのターゲット {} が存在せず、ブラックホールになっています",
            q(table),
            q(target)
        ),
        Finding::MoreSpecificRoute { table, destination, target } => format!(
            "{} は `{destination}` を {} に送ります。プレフィックスが長いルートはデフォルトルートより優先されます",
            q(table),
            q(target)
        ),
        Finding::TableMissing { subnet } => format!(
            "{} のルートテーブルがスナップショットにありません。`aws ec2 describe-route-tables` の出力を追加してください",
            q(subnet)
        ),
        Finding::NatGatewayAvailable { nat, addresses } if addresses.is_empty() => {
            format!("{} は available です", q(nat))
        }
        Finding::NatGatewayAvailable { nat, addresses } => {
            format!("{} は available で、アドレスは `{}` です", q(nat), addresses.join("`、`"))
        }
        Finding::NatGatewayNotAvailable { nat, state, why } => match why {
            Some(why) => format!("{} の状態は `{state}` です (`{why}`)", q(nat)),
            None => format!("{} の状態は `{state}` です", q(nat)),
        },
        Finding::NatGatewayStateUnknown { nat } => format!("{} の状態がスナップショットにありません", q(nat)),
        Finding::NatGatewayPrivate { nat } => {
            format!("{} の接続タイプは `private` です。そのパケットはインターネットゲートウェイで破棄されます", q(nat))
        }
        Finding::NatGatewayWithoutAddress { nat } => format!("{} に使用できるパブリックアドレスがありません", q(nat)),
        Finding::NatGatewaySharesTable { nat, table } => format!(
            "{} のサブネットはマシンと同じルートテーブル {} を使うため、パケットが NAT ゲートウェイ自身に戻ります",
            q(nat),
            q(table)
        ),
        Finding::NatMissing { nat } => format!(
            "{} がスナップショットにありません。`aws ec2 describe-nat-gateways` と `aws ec2 describe-instances` の出力を追加してください",
            q(nat)
        ),
        Finding::NatInstanceState { instance, state } => match state {
            Some(state) => format!("NAT インスタンス {} の状態は `{state}` です", q(instance)),
            None => format!("NAT インスタンス {} の状態がスナップショットにありません", q(instance)),
        },
        Finding::NatInstanceCheck { interface, check } => match check {
            SourceDestinationCheck::Off => format!("{} の送信元/送信先チェックは無効です", q(interface)),
            SourceDestinationCheck::On => {
                format!("{} の送信元/送信先チェックが有効なため、転送すべきパケットが破棄されます", q(interface))
            }
            SourceDestinationCheck::Unknown => {
                format!("{} の送信元/送信先チェックの設定がスナップショットにありません", q(interface))
            }
        },
        Finding::NatInstanceAddress { instance, address } => match address {
            Some(address) => format!("NAT インスタンス {} のパブリックアドレスは `{address}` です", q(instance)),
            None => format!("NAT インスタンス {} にパブリックアドレスがありません", q(instance)),
        },
        Finding::NatInstanceGuestAssumed { instance } => format!(
            "AWS からは見えないため前提としています: {} のゲスト OS が転送 (`net.ipv4.ip_forward=1`) とマスカレードを行うこと",
            q(instance)
        ),
        Finding::Blocked { asked, blocker } => {
            format!("{asked}: {} {}", blocker.reason.code, reason::sentence(blocker, names))
        }
        Finding::Undecided { asked, missing } => {
            format!("{asked}: {} {}。{}", missing.code, gap::sentence(missing, names), gap::hint(missing))
        }
        Finding::Reached { asked } => format!("{asked}: 往復とも到達可能です"),
        Finding::AclsPass { asked, acls, crossings } => {
            let acls: Vec<String> = acls.iter().map(q).collect();
            format!("{asked}: 通過する {crossings} か所すべてで許可されます: {}", acls.join("、"))
        }
        Finding::AclOpenByDefault { acl } => format!("{} は VPC のデフォルト ACL で、すべて許可しています", q(acl)),
        Finding::AclCrossingsNotMet { asked } => {
            format!("{asked}: すべての ACL を通る前に経路が途切れています。そこまでの ACL は許可しています")
        }
        Finding::GroupsAllow { asked, groups } => {
            let groups: Vec<String> = groups.iter().map(q).collect();
            format!("{asked}: {} のアウトバウンドルールで許可されます", groups.join("、"))
        }
        Finding::InboundIcmpOnly { group } => format!(
            "{} は ICMP のインバウンドを許可していますが、外への ping に必要なのはアウトバウンドルールです",
            q(group)
        ),
        Finding::SshOpen { group, traffic, peer } => format!(
            "{} は `{peer}` への {traffic} を許可しています。VPC か NAT のサブネットの範囲で足りるはずです",
            q(group)
        ),
        Finding::SshNarrow => "SSH をパブリックアドレスに通すセキュリティグループはありません".to_owned(),
        Finding::GroupMissing { group } => format!(
            "{} がスナップショットにありません。`aws ec2 describe-security-groups` の出力を追加してください",
            q(group)
        ),
        Finding::NoS3Endpoint { vpc } => {
            format!(
                "{} に S3 のゲートウェイエンドポイントがありません。S3 へはインターネット向けの経路を使います",
                q(vpc)
            )
        }
        Finding::S3EndpointNotAssociated { endpoint, table } => format!(
            "{} は {} に関連付けられていません。S3 へはインターネット向けの経路を使います",
            q(endpoint),
            q(table)
        ),
        Finding::S3EndpointAssociated { endpoint, table } => {
            format!("{} が {} に関連付けられています", q(endpoint), q(table))
        }
        Finding::S3EndpointState { endpoint, state } => format!("{} の状態は `{state}` です", q(endpoint)),
        Finding::S3PolicyFull { endpoint } => format!("{} のポリシーはすべて許可しています", q(endpoint)),
        Finding::S3PolicyAllows { endpoint, resources } => format!(
            "{} のポリシーが許可するのは `{}` だけです。必要なものが揃っているか確認してください",
            q(endpoint),
            resources.join("`、`")
        ),
        Finding::S3PolicyNotRead { endpoint } => {
            format!("{} のポリシーの評価にはまだ対応していないか、スナップショットにポリシーがありません", q(endpoint))
        }
        Finding::IamNotRead { profile } => match profile {
            Some(profile) => format!("IAM にはまだ対応していません (`{profile}` のロールが許可する内容)"),
            None => "IAM にはまだ対応していません。スナップショットでは、インスタンスプロファイルが付いていません"
                .to_owned(),
        },
        Finding::DnsNotRead { vpc } => format!(
            "{} の属性 `enableDnsSupport`、`enableDnsHostnames` と DHCP オプションにはまだ対応していません",
            q(vpc)
        ),
        Finding::AddressInVain { address, subnet, kind } => format!(
            "`{address}` は役に立ちません。{} の種類は「{}」で、インターネットゲートウェイへのルートがありません",
            q(subnet),
            kind_of(*kind)
        ),
        Finding::AddressOfUse { address, subnet } => {
            format!("`{address}` は有効です。{} はパブリックサブネットです", q(subnet))
        }
        Finding::NoPublicAddress => "マシンにパブリックアドレスはありません".to_owned(),
        Finding::PublicSubnetWithoutAddress { interface, subnet } => format!(
            "{} はパブリックサブネット {} にありますが、パブリックアドレスがないため、パケットはインターネットゲートウェイで破棄されます",
            q(interface),
            q(subnet)
        ),
        Finding::DatabaseInPublicSubnet { interface, subnet } => {
            format!("データベースのインターフェイス {} がパブリックサブネット {} にあります", q(interface), q(subnet))
        }
        Finding::LoadBalancerNotPublic { interface, subnet, kind } => format!(
            "ロードバランサーのインターフェイス {} にはパブリックアドレスがありますが、{} の種類は「{}」です",
            q(interface),
            q(subnet),
            kind_of(*kind)
        ),
        Finding::PlacementFine { interfaces } => {
            format!("VPC のインターフェイス {interfaces} 個に、配置が不適切なものはありません")
        }
        Finding::InterfacesNotListed { vpc } => format!(
            "{} のインターフェイスがスナップショットに揃っていません。`aws ec2 describe-network-interfaces` の出力を追加してください",
            q(vpc)
        ),
        Finding::NatInstanceGuestSeen { instance } => format!(
            "{} は転送を行い、外に出るインターフェイスでマスカレードし、何も破棄しません (ホストの調査による)",
            q(instance)
        ),
        Finding::SeenOnHost { found } => super::probe_japanese::finding(found),
        Finding::NothingLeftOver { taken_at } => format!(
            "ホストで動いているパッケージマネージャーはなく、妨げるロックもありません ({taken_at} の調査による)"
        ),
        Finding::HostResolves { hosts } => {
            format!("ホストで `{}` の名前解決ができます (ホストの調査による)", hosts.join("`、`"))
        }
        Finding::ProbeOfAnotherHost { file, host } => {
            format!("`{file}` はスナップショットにないマシン `{host}` のものなので、使用しません")
        }
        Finding::HostNotSeen => {
            "ホストの状態はスナップショットに含まれません。ホスト上で `sudo deguchi probe --format json > probe.json` を実行し、`--probe probe.json` で渡してください".to_owned()
        }
    }
}

fn kind_of(kind: SubnetKind) -> &'static str {
    subnets_japanese::kind(kind)
}
