//! What Japanese says in the checklist.

use deguchi_engine::{
    SubnetKind,
    policy::{Authorization, Doubt, PolicyGap},
};
use deguchi_model::SourceDestinationCheck;

use super::{
    japanese::{assumption, change, gap, policy, reason, resolution},
    subnets_japanese,
};
use crate::{
    checklist::{Cure, Finding, ItemId},
    report::Names,
};

pub(crate) const LEGEND: &str = "✓ 問題なし  ✗ 問題あり  ? 不明  – 該当なし。経路: インスタンス ⇒ NAT ⇒ インターネットゲートウェイ ⇒ インターネット";
pub(crate) const HOW_READ: &str = "質問の解釈";
pub(crate) const FIX: &str = "問題のある項目の修正案";
pub(crate) const SEE_FIX: &str = "下の修正案で解消します";

/// What a cure does to the items.
pub(crate) fn cured(cure: &Cure) -> Vec<String> {
    let list = |items: &[ItemId]| items.iter().map(|item| format!("`{}`", item.code())).collect::<Vec<_>>().join("、");
    let mut lines = Vec::new();
    if cure.changes.is_empty() {
        lines.push(
            "見つかりません。解消できるネットワークの変更を、deguchi の知る範囲では見つけられませんでした".to_owned(),
        );
    } else {
        lines.push(change::verified(cure.asked_again));
        lines.push(format!("変更後の構成で全項目を点検し直し、改善を確認した項目: {}", list(&cure.cures)));
    }
    if !cure.leaves.is_empty() {
        lines.push(format!("この修正案では解消しない項目 (各項目の説明を参照): {}", list(&cure.leaves)));
    }
    lines
}

/// What is not known of a request, and what to do about it.
fn open(authorization: &Authorization, is_any: bool, names: &Names) -> String {
    let needs_bucket = |gap: &PolicyGap| {
        is_any && matches!(gap, PolicyGap::Statement { doubts, .. } if doubts.contains(&Doubt::ObjectKey))
    };
    let hint = |gap: &PolicyGap| match needs_bucket(gap) {
        true => "`--bucket バケット[/キー]` でバケットを指定してください".to_owned(),
        false => policy::hint(gap),
    };
    let gaps = authorization.gaps.iter().map(|gap| format!("{}。{}", policy::gap(gap, names), hint(gap)));
    format!("{}: {}", policy::headline(authorization), gaps.collect::<Vec<_>>().join("。"))
}

fn refused(authorization: &Authorization, names: &Names) -> String {
    let said = authorization.refusals.iter().map(|refusal| policy::refusal(refusal, "このリクエスト", names));
    format!("{}: {}", policy::headline(authorization), said.collect::<Vec<_>>().join("、"))
}

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
        Finding::DefaultRouteLeadsOn { table, target, kind } => format!(
            "{} のデフォルトルートのターゲットは {} ({}) で、その先で HTTPS が外に出られます",
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
            "{} のポリシーが通すのは `{}` だけです。このマシンのリポジトリで S3 にあるものは知られていません",
            q(endpoint),
            resources.join("`、`")
        ),
        Finding::S3PolicyNotRead { endpoint } => format!(
            "{} のポリシーがスナップショットにないか、JSON のポリシーではありません。`aws ec2 describe-vpc-endpoints` の出力を\
             追加してください",
            q(endpoint)
        ),
        Finding::S3Allowed { authorization } => policy::headline(authorization),
        Finding::S3AllowedByRole { authorization } => format!(
            "ロールの側は、どのバケットに対する {} も許可しています。バケット自身のポリシーは `--bucket バケット[/キー]` で判定します",
            q(&authorization.action)
        ),
        Finding::S3Refused { authorization } => refused(authorization, names),
        Finding::S3NotForRole { authorization } => format!(
            "ロールのポリシーは、どのバケットに対する {} も許可していません。リポジトリにロールは不要です。自分のバケットは \
             `--bucket バケット[/キー]` で判定します",
            q(&authorization.action)
        ),
        Finding::S3Undecided { authorization, is_any } => open(authorization, *is_any, names),
        Finding::NoRole { instance } => match instance {
            Some(instance) => {
                format!("{} にはロールがなく、S3 へのリクエストは匿名です。リポジトリにはそれで足ります", q(instance))
            }
            None => "署名するインスタンスのロールがなく、リクエストは匿名です。リポジトリにはそれで足ります".to_owned(),
        },
        Finding::Name { resolution: found } => resolution::headline(found, names),
        Finding::NameServer { server } => resolution::server(server, names),
        Finding::NameNote { note } => resolution::note(note, names),
        Finding::Assumed { assumption: own } => format!("前提: {}", assumption::sentence(own, names)),
        Finding::NoNameAsked => "このマシンが必要とする名前が分かりません。`--to` で指定してください".to_owned(),
        Finding::AddressInVain { address, subnet, kind } => format!(
            "`{address}` は役に立ちません。{} の種類は「{}」で、インターネットゲートウェイへのルートがありません。\
             解放するか、マシンをパブリックサブネットに移してください",
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
            format!(
                "データベースのインターフェイス {} がパブリックサブネット {} にあります。サブネットグループをプライベートサブネットに\
                 してください",
                q(interface),
                q(subnet)
            )
        }
        Finding::LoadBalancerNotPublic { interface, subnet, kind } => format!(
            "ロードバランサーのインターフェイス {} にはパブリックアドレスがありますが、{} の種類は「{}」です。\
             パブリックサブネットに置くか、内部向けにしてください",
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
