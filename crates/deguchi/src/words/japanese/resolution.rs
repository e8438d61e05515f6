//! Japanese for the resolution of names: the stage before the packets.

use deguchi_engine::{
    Assumption, Code, Evidence, NameGap, Resource, Verdict,
    resolution::{AskedServer, NameTarget, Resolution, ResolutionNote},
};
use deguchi_model::NameServer;

use super::packets::addresses;
use crate::report::{Blocker, Names, clean};

/// Returns whether a name resolves, and what it leads to.
pub(crate) fn headline(found: &Resolution, names: &Names) -> String {
    let name = format!("`{}`", clean(&found.name));
    match (found.verdict, &found.target) {
        (Verdict::Reachable, Some(NameTarget::Outside) | None) => format!("{name} の名前解決はできます"),
        (Verdict::Reachable, Some(target)) => format!("{name} の名前解決はできます: {}", leads(target, names)),
        (Verdict::Partly, _) => format!("{name} の名前解決は、できるときとできないときがあります"),
        (Verdict::Unreachable, _) => format!("{name} の名前解決ができません"),
        (Verdict::Undecided, _) => format!("{name} の名前解決ができるかどうか判定できません"),
    }
}

fn leads(target: &NameTarget, names: &Names) -> String {
    match target {
        NameTarget::Endpoint(id) => format!("VPC エンドポイント {} を指します", names.quoted(id)),
        NameTarget::Zone { zone, addresses: list } => {
            let list = list.iter().map(|address| format!("`{address}`")).collect::<Vec<_>>().join("、");
            format!("プライベートホストゾーン {} によると {list} です", names.quoted(zone))
        }
        NameTarget::LoadBalancer(id) => format!("ロードバランサー {} を指します", names.quoted(id)),
        NameTarget::Machine(address) => format!("VPC 内の `{address}` を指します"),
        NameTarget::Forwarded(rule) => format!("Resolver ルール {} によって転送されます", names.quoted(rule)),
        NameTarget::Outside => "インターネット上の名前です".to_owned(),
    }
}

/// Returns a name server, and whether it is reached.
pub(crate) fn server(asked: &AskedServer, names: &Names) -> String {
    let address = asked.address;
    let who = match (&asked.server, &asked.forwarded_by) {
        (_, Some(rule)) => format!("ルール {} の転送先 `{address}`", names.quoted(rule)),
        (NameServer::AmazonProvided, None) => format!("AmazonProvidedDNS (`{address}`)"),
        (NameServer::Address(_) | NameServer::Unmodelled(_), None) => format!("ネームサーバー `{address}`"),
    };
    format!("{who}: {}", reached(asked.udp.answer.verdict, asked.tcp.answer.verdict))
}

fn reached(udp: Verdict, tcp: Verdict) -> String {
    match (udp, tcp) {
        (Verdict::Reachable, Verdict::Reachable) => "udp/53 と tcp/53 の両方で到達可能".to_owned(),
        (Verdict::Unreachable, Verdict::Unreachable) => "udp/53 でも tcp/53 でも到達不可".to_owned(),
        (udp, tcp) => format!("udp/53 は{}、tcp/53 は{}", super::verdict::word(udp), super::verdict::word(tcp)),
    }
}

/// Returns how name and connection go together; nothing where both are as they should be.
pub(crate) const fn stage(name: Verdict, connection: Verdict) -> Option<&'static str> {
    match (name, connection) {
        (Verdict::Unreachable, Verdict::Reachable) => {
            Some("名前解決ができません。名前解決さえできれば、接続は可能です")
        }
        (Verdict::Unreachable, Verdict::Unreachable | Verdict::Partly) => {
            Some("名前解決ができず、名前解決ができても接続に問題があります")
        }
        (Verdict::Unreachable, Verdict::Undecided) => {
            Some("名前解決ができません。名前解決ができた場合に接続できるかどうかは判定できません")
        }
        (Verdict::Reachable, Verdict::Unreachable) => Some("名前解決はできますが、接続できません"),
        (Verdict::Reachable, Verdict::Partly) => Some("名前解決はできますが、接続できるのは一部だけです"),
        _ => None,
    }
}

/// Returns what a person sees where a name does not resolve.
pub(crate) const fn symptom() -> &'static str {
    "すぐに、または数秒後に `Could not resolve host` となり、接続は試みられません"
}

/// Returns a note.
pub(crate) fn note(note: &ResolutionNote, names: &Names) -> String {
    match note {
        ResolutionNote::LongAnswersLost { address } => format!(
            "ネームサーバー `{address}` に tcp/53 で到達できないため、1 つの UDP パケットに収まらない応答は失われます"
        ),
        ResolutionNote::ServerNotReached { address } => format!(
            "ネームサーバー `{address}` に到達できません。ほかのサーバーで名前解決はできますが、毎回数秒かかることがあります"
        ),
        ResolutionNote::PrivateDnsNotInForce { endpoint, vpc } => format!(
            "VPC エンドポイント {} のプライベート DNS は機能していません: VPC {} の `enableDnsSupport` と `enableDnsHostnames` の両方を有効にする必要があります",
            names.quoted(endpoint),
            names.quoted(vpc)
        ),
        ResolutionNote::ZoneNotInForce { zone, vpc } => format!(
            "プライベートホストゾーン {} は使われません: VPC {} の `enableDnsSupport` と `enableDnsHostnames` の両方を有効にする必要があります",
            names.quoted(zone),
            names.quoted(vpc)
        ),
        ResolutionNote::PrivateDnsPassedBy { endpoint } => format!(
            "この名前が VPC エンドポイント {} を指すのは Amazon のリゾルバーに問い合わせた場合だけですが、このマシンは別のサーバーに問い合わせます",
            names.quoted(endpoint)
        ),
    }
}

/// Returns the sentence for what keeps a name from resolving.
pub(super) fn reason(blocker: &Blocker, resource: &str) -> String {
    match (blocker.reason.code, &blocker.reason.evidence) {
        (Code::DnsSupportOff, _) => {
            format!("{resource} の `enableDnsSupport` が無効なため、Amazon のリゾルバーは応答しません")
        }
        (Code::NoNameServer, _) => {
            format!("{resource} にネームサーバーの指定がなく、マシンには問い合わせ先がありません")
        }
        (_, Evidence::State(name)) if matches!(blocker.reason.resource, Resource::HostedZone(_)) => format!(
            "`{}` については {resource} が応答しますが、アドレスがありません (パブリック DNS には問い合わせません)",
            clean(name)
        ),
        (_, Evidence::State(name)) => format!(
            "{resource} のプライベートホストゾーンに `{}` がなく、この末尾のパブリックな名前もありません",
            clean(name)
        ),
        _ => format!("{resource} にこの名前がありません: {}", addresses(&blocker.destination.addresses)),
    }
}

/// Returns the sentence for what is not known about a name.
pub(super) fn gap(gap: &NameGap, resource: &str) -> String {
    match gap {
        NameGap::DhcpOptionsDefault => format!(
            "{resource} の DHCP オプションは `default` ですが、AWS の説明は既定のセット (Amazon のリゾルバー) とも、オプションなし (名前解決できない) とも読めます"
        ),
        NameGap::NameServer(text) => {
            format!("{resource} の `{}` は、ネームサーバーのアドレスとして解釈できません", clean(text))
        }
        NameGap::HostedZoneRecords => {
            format!("この名前には {resource} が応答しますが、そのレコードがスナップショットにありません")
        }
        NameGap::HostedZoneAssociation => format!(
            "{resource} がこの名前に応答する可能性がありますが、VPC に関連付けられているかどうかがスナップショットにありません"
        ),
        NameGap::HostedZones => format!(
            "この末尾のパブリックな名前はなく、{resource} のプライベートホストゾーンの一覧もスナップショットにありません"
        ),
        NameGap::Delegated => format!("{resource} は、この名前を別のネームサーバーに委任しています"),
        NameGap::ResolverRuleAssociation => format!(
            "{resource} がこの名前を転送する可能性がありますが、VPC に関連付けられているかどうかがスナップショットにありません"
        ),
        NameGap::ResolverRule(kind) => format!("タイプ `{}` の {resource} の動作は分かりません", clean(kind)),
    }
}

/// Returns what to do about what is not known about a name.
pub(super) fn hint(gap: &NameGap, id: &str) -> String {
    match gap {
        NameGap::DhcpOptionsDefault => {
            "マシンの `/etc/resolv.conf` を確認するか、そこで `deguchi probe` を実行して `--probe FILE` を付けてください"
                .to_owned()
        }
        NameGap::NameServer(_) => {
            format!("`aws ec2 describe-dhcp-options --dhcp-options-ids {id}` で内容を確認してください")
        }
        NameGap::HostedZoneRecords => {
            format!("`aws route53 list-resource-record-sets --hosted-zone-id {id}` の出力を追加してください")
        }
        NameGap::HostedZoneAssociation => {
            format!("`aws route53 get-hosted-zone --id {id}` の出力を追加してください")
        }
        NameGap::HostedZones => format!(
            "`aws route53 list-hosted-zones-by-vpc --vpc-id {id} --vpc-region REGION` の出力を追加してください"
        ),
        NameGap::Delegated => "名前の代わりに、そのアドレスで質問してください".to_owned(),
        NameGap::ResolverRuleAssociation => {
            "`aws route53resolver list-resolver-rule-associations` の出力を追加してください".to_owned()
        }
        NameGap::ResolverRule(_) => {
            format!("`aws route53resolver get-resolver-rule --resolver-rule-id {id}` で内容を確認してください")
        }
    }
}

/// Returns what is taken for granted about names.
pub(super) fn assumption(assumption: &Assumption, names: &Names) -> String {
    match assumption {
        Assumption::DnsSupportIsOn { vpc } => format!(
            "VPC {} の `enableDnsSupport` が AWS の既定どおり有効であること (`describe-vpc-attribute` がスナップショットにありません)",
            names.quoted(vpc)
        ),
        Assumption::DnsHostnamesAreOn { vpc } => format!(
            "プライベート DNS に必要な `enableDnsHostnames` が VPC {} で有効であること (`describe-vpc-attribute` がスナップショットにありません)",
            names.quoted(vpc)
        ),
        Assumption::AmazonProvidedDns { vpc } => format!(
            "VPC {} のマシンが AWS の既定どおり AmazonProvidedDNS に問い合わせること (DHCP オプションがスナップショットにありません)",
            names.quoted(vpc)
        ),
        Assumption::NameServerAnswers { address } => {
            format!("ネームサーバー `{address}` が動作しており、この名前を知っているか、ほかに問い合わせること")
        }
        Assumption::ResolverForwards { rule } => format!(
            "Resolver がルール {} の転送先に到達できること (アウトバウンドエンドポイントがスナップショットにありません)",
            names.quoted(rule)
        ),
        other => other.code().to_owned(),
    }
}
