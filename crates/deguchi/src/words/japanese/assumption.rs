//! Japanese sentences for what an answer takes for granted.

use deguchi_engine::Assumption;

use crate::report::{Names, clean};

/// Returns the sentence, without a full stop.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: an assumption without words does not compile")]
pub(crate) fn sentence(assumption: &Assumption, names: &Names) -> String {
    match assumption {
        Assumption::NatInstanceForwards { instance, out } => format!(
            "NAT インスタンス {} がパケットを転送し、{} でマスカレードすること (`net.ipv4.ip_forward` が 1 で、ファイアウォールが通すこと)",
            names.quoted(instance),
            names.quoted(out)
        ),
        Assumption::GroupReferenceAtNatInstance { group } => format!(
            "セキュリティグループ {} を参照するルールが、NAT インスタンスを経由するメンバーのパケットにも一致すること",
            names.quoted(group)
        ),
        Assumption::GroupReferenceCoversAddress { group } => format!(
            "セキュリティグループ {} の、グループを参照するルールが、メンバーのセカンダリアドレスや IPv6 アドレスにも一致すること",
            names.quoted(group)
        ),
        Assumption::EphemeralPorts { first, last } => {
            format!("クライアントが送信元ポートを {first}-{last} から選ぶこと")
        }
        Assumption::OnPremises { vpn_gateway } => format!(
            "仮想プライベートゲートウェイ {} の先のオンプレミスネットワークに、戻りの経路があり、パケットが許可されること",
            names.quoted(vpn_gateway)
        ),
        Assumption::OnPremisesBehindTransitGateway { attachment } => format!(
            "Transit Gateway アタッチメント {} の先のオンプレミスネットワークに、戻りの経路があり、パケットが許可されること",
            names.quoted(attachment)
        ),
        Assumption::OnPremisesSends { entrance } => format!(
            "オンプレミスネットワークがパケットを {} へ送り、そのフィルターがパケットと応答を許可すること",
            names.quoted(entrance)
        ),
        Assumption::NoLongerLearnedRoute { route_table } => format!(
            "VPC の範囲内のより長いプレフィックスが、Transit Gateway ルートテーブル {} に伝播されていないこと",
            names.quoted(route_table)
        ),
        Assumption::OutsidePrefixList { prefix_list } => format!(
            "送信先アドレスが、スナップショットに範囲のないプレフィックスリスト {} に含まれないこと",
            names.quoted(prefix_list)
        ),
        Assumption::ServiceIsOn { service } => {
            format!("VPC とインスタンスで `{service}` サービスが有効であること")
        }
        Assumption::DnsSupportIsOn { .. }
        | Assumption::DnsHostnamesAreOn { .. }
        | Assumption::AmazonProvidedDns { .. }
        | Assumption::NameServerAnswers { .. }
        | Assumption::ResolverForwards { .. } => super::resolution::assumption(assumption, names),
        Assumption::MailIsAllowed => {
            "ポート 25 へのアウトバウンド接続の制限が、このアカウントでは AWS により解除されていること".to_owned()
        }
        Assumption::GatewayIsAttached { gateway } => {
            format!("スナップショットにないゲートウェイ `{}` が VPC にアタッチされていること", clean(gateway))
        }
        Assumption::InstanceRuns { instance } => {
            format!("インスタンス {} が実行中であること (スナップショットに状態がありません)", names.quoted(instance))
        }
        Assumption::TargetsTakePart { load_balancer } => format!(
            "ロードバランサー {} に登録されたインスタンスが稼働中であること (ヘルスはスナップショットにありません)",
            names.quoted(load_balancer)
        ),
        Assumption::UnhealthyTargetsTakePart { load_balancer } => format!(
            "スナップショットの作成時に正常なターゲットがなかったロードバランサー {} が、それでもターゲットへ送信し、ターゲットが応答すること",
            names.quoted(load_balancer)
        ),
        Assumption::NoPermissionsBoundary { role } => {
            format!(
                "ロール {} にアクセス許可の境界がないこと (スナップショットに情報がありません)",
                names.quoted(role.name())
            )
        }
        Assumption::OrganizationAllows { account } => {
            format!(
                "アカウント {} の組織のポリシーが拒否しないこと (スナップショットにありません)",
                names.quoted(account)
            )
        }
        Assumption::BucketPolicyAllows { bucket, is_owner_known } => bucket_policy(bucket, *is_owner_known, names),
        Assumption::AnswersPing => "相手のホストが ping に応答すること".to_owned(),
        Assumption::EndpointPolicyAllows { endpoint } => format!(
            "VPC エンドポイント {} のエンドポイントポリシーが、サービスへのリクエストを許可すること",
            names.quoted(endpoint)
        ),
        Assumption::RegionalNatGatewayWithoutNetworkAcl { nat_gateway } => format!(
            "リージョナル NAT ゲートウェイ {} を出入りするパケットに、ネットワーク ACL が適用されないこと",
            names.quoted(nat_gateway)
        ),
    }
}

fn bucket_policy(bucket: &str, is_owner_known: bool, names: &Names) -> String {
    let bucket = names.quoted(bucket);
    if is_owner_known {
        format!("バケット {bucket} のバケットポリシー (スナップショットにありません) が拒否しないこと")
    } else {
        format!(
            "バケット {bucket} がロールと同じアカウントのもので、そのバケットポリシー (スナップショットにありません) が拒否しないこと"
        )
    }
}
