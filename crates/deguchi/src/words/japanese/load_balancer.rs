//! Japanese sentences about load balancers: what they drop, and what of them is not known.

use deguchi_engine::{Evidence, LoadBalancerGap};

use super::{gap::add, packets::seen_by};
use crate::report::{Blocker, clean};

/// Returns the sentence for what is not known, without a full stop.
pub(super) fn gap(gap: LoadBalancerGap, resource: &str) -> String {
    match gap {
        LoadBalancerGap::OfInterface => {
            format!("{resource} をノードとするロードバランサーがスナップショットにありません")
        }
        LoadBalancerGap::Listeners => format!("{resource} のリスナーがスナップショットにありません"),
        LoadBalancerGap::ListenerRules(port) => format!(
            "{resource} のポート {port} のリスナーのルールがスナップショットにありません (以降は、デフォルトアクションだけに一致するリクエストの場合です)"
        ),
        LoadBalancerGap::ListenerRule(port) => format!(
            "{resource} のポート {port} のリスナーには複数のルールがあり、リクエストがどれに一致するかで結果が変わります"
        ),
        LoadBalancerGap::TargetGroup | LoadBalancerGap::Target => format!("{resource} がスナップショットにありません"),
        LoadBalancerGap::Targets => format!("{resource} のターゲットとそのヘルスがスナップショットにありません"),
        LoadBalancerGap::TargetHealth => format!("{resource} のターゲットが正常かどうか、まだ決まっていませんでした"),
        LoadBalancerGap::CrossZone => format!(
            "{resource} のノードが別のゾーンのターゲットにも送信するかどうかがスナップショットにありません (以降は、既定どおり送信しないとみなした場合です)"
        ),
        LoadBalancerGap::ClientAddressPreservation => format!(
            "{resource} がクライアントのアドレスを保持するかどうかがスナップショットになく、結果はそれで変わります (以降は、種類ごとの既定とみなした場合です)"
        ),
    }
}

/// Returns the one thing to do about it.
pub(super) fn hint(gap: LoadBalancerGap, id: &str) -> String {
    match gap {
        LoadBalancerGap::OfInterface => {
            "`aws elbv2 describe-load-balancers`、または `aws elb describe-load-balancers` の出力を追加してください"
                .to_owned()
        }
        LoadBalancerGap::Listeners => add(&format!("aws elbv2 describe-listeners --load-balancer-arn {id}")),
        LoadBalancerGap::ListenerRules(_) => add("aws elbv2 describe-rules --listener-arn LISTENER"),
        LoadBalancerGap::ListenerRule(_) => "リクエストの宛先となるターゲットについて尋ねてください".to_owned(),
        LoadBalancerGap::TargetGroup => add("aws elbv2 describe-target-groups"),
        LoadBalancerGap::Targets => add(&format!("aws elbv2 describe-target-health --target-group-arn {id}")),
        LoadBalancerGap::Target => add("aws ec2 describe-instances"),
        LoadBalancerGap::TargetHealth => {
            "ヘルスチェックの結果が出てから、スナップショットをもう一度保存してください".to_owned()
        }
        LoadBalancerGap::CrossZone => {
            add(&format!("aws elbv2 describe-load-balancer-attributes --load-balancer-arn {id}"))
        }
        LoadBalancerGap::ClientAddressPreservation => {
            add(&format!("aws elbv2 describe-target-group-attributes --target-group-arn {id}"))
        }
    }
}

/// No listener takes the packets.
pub(super) fn no_listener(blocker: &Blocker, resource: &str) -> String {
    let listeners = listed(blocker, "リスナー");
    format!("{resource} に、{} を受け付けるリスナーがありません{listeners}", seen_by(blocker))
}

/// There is no target.
pub(super) fn no_targets(resource: &str) -> String {
    format!("{resource} に、送信先となるターゲットがありません")
}

/// Every target is in a zone that is not enabled.
pub(super) fn targets_in_other_zones(blocker: &Blocker, resource: &str) -> String {
    let targets = listed(blocker, "ターゲット");
    format!(
        "{resource} のターゲットはすべて、ロードバランサーで有効になっていないアベイラビリティーゾーンにあります{targets}"
    )
}

/// No target is in the node's zone.
pub(super) fn not_cross_zone(blocker: &Blocker, resource: &str) -> String {
    let targets = listed(blocker, "ターゲット");
    format!("{resource} のターゲットがこのノードのゾーンになく、ノードは別のゾーンへ送信しません{targets}")
}

/// No target takes part.
pub(super) fn no_target_in_use(blocker: &Blocker, resource: &str) -> String {
    format!("{resource} に、使われているターゲットがありません{}", listed(blocker, "ターゲット"))
}

/// The target is the client.
pub(super) fn hairpin(resource: &str) -> String {
    format!(
        "{resource} がクライアントのパケットをクライアント自身に送り返すため、送信元が自身のアドレスとなり、破棄されます"
    )
}

/// A rule names a group, which something on the way does not preserve.
pub(super) fn reference_lost(sentence: &str) -> String {
    format!(
        "{sentence} (送信元のセキュリティグループを指すルールはありますが、途中の機器を通るとその参照は保持されません)"
    )
}

/// What there is instead, in parentheses.
fn listed(blocker: &Blocker, what: &str) -> String {
    match &blocker.reason.evidence {
        Evidence::Listed(listed) if !listed.is_empty() => {
            let listed: Vec<String> = listed.iter().map(|each| format!("`{}`", clean(each))).collect();
            format!(" ({what}: {})", listed.join("、"))
        }
        _ => String::new(),
    }
}
