//! Japanese about transit gateways.

use deguchi_engine::{Code, Evidence, TransitGatewayGap};
use deguchi_model::{Direction, RouteState, TransitGatewayRoute, TransitGatewayRouteOrigin};

use super::{
    gap::{add, elsewhere},
    packets::{spaced, with},
};
use crate::report::{Blocker, Names, clean};

/// Returns the sentence for what stops packets at `resource`, without a full stop.
pub(super) fn sentence(blocker: &Blocker, resource: &str, destination: &str) -> String {
    let reason = &blocker.reason;
    let led = spaced(resource);
    match reason.code {
        Code::TransitGatewayZone => {
            let zone = match &reason.evidence {
                Evidence::State(zone) => format!(" `{}` ", clean(zone)),
                _ => String::new(),
            };
            format!("{resource} には、送信元のアベイラビリティーゾーン{zone}のサブネットがありません")
        }
        Code::TransitGatewayNoAssociation => format!(
            "{resource} に関連付けられた Transit Gateway ルートテーブルがないため、ここから入るパケットは破棄されます"
        ),
        Code::TransitGatewayNoRouteToAttachment => format!(
            "{resource} に、{}ルートも、送信先のある VPC のアタッチメントへのルートもありません",
            with(destination, "への")
        ),
        Code::TransitGatewayBadStateRoute => match &reason.evidence {
            Evidence::TransitGatewayRoute(route) => {
                format!("{resource} のルート `{}` はブラックホールで、一致するパケットを破棄します", route.destination)
            }
            _ => format!("{resource} のルートがブラックホールで、一致するパケットを破棄します"),
        },
        Code::TransitGatewayBadStateVpn => match &reason.evidence {
            Evidence::State(state) => format!("{resource} の先の VPN 接続の状態が `{}` です", clean(state)),
            _ => format!("{resource} の先の VPN 接続が機能していません"),
        },
        _ => format!("{} に、{}ルートがありません", led.trim(), with(destination, "への")),
    }
}

/// Returns that a rule would match, if the transit gateway told whose packets these are.
pub(super) fn reference_lost(no_rule: &str) -> String {
    format!(
        "{no_rule} (送信元のグループを指定したルールはありますが、経路上でセキュリティグループの参照サポートが無効なため一致しません)"
    )
}

/// Returns that an attachment does not carry packets; `state` is its state in brackets.
pub(super) fn not_in_force(resource: &str, state: &str) -> String {
    format!("{resource} はパケットを運びません{state}")
}

/// Returns the sentence for what is not known of `resource`.
pub(super) fn gap(gap: &TransitGatewayGap, resource: &str, names: &Names) -> String {
    match gap {
        TransitGatewayGap::AttachmentOf(vpc) => {
            format!("{resource} の、VPC {} へのアタッチメントがスナップショットにありません", names.quoted(vpc))
        }
        TransitGatewayGap::Attachment | TransitGatewayGap::RouteTable => {
            format!("{resource} がスナップショットにありません")
        }
        TransitGatewayGap::Subnets => {
            format!("{resource} のサブネット、またはそのアベイラビリティーゾーンがスナップショットにありません")
        }
        TransitGatewayGap::Association => {
            format!("{resource} に関連付けられた Transit Gateway ルートテーブルがスナップショットから分かりません")
        }
        TransitGatewayGap::Routes => format!("{resource} のルートが、スナップショットにないか、そろっていません"),
        TransitGatewayGap::Propagated(attachment) => format!(
            "アタッチメント {} が{} に伝播するルートがスナップショットにありません",
            names.quoted(attachment),
            spaced(resource)
        ),
        TransitGatewayGap::Zone => format!(
            "パケットが{} のどのサブネットから出るかは AWS が選び、それによって結果が異なります",
            spaced(resource)
        ),
        TransitGatewayGap::SharedRoute => {
            format!("{resource} のルートが複数のアタッチメントに向いており、どれを通るかで結果が異なります")
        }
        TransitGatewayGap::Kind(kind) => {
            format!("{resource} のタイプは `{}` で、deguchi はその先をまだたどれません", clean(kind))
        }
        TransitGatewayGap::OtherGateway { .. } => {
            format!("パケットの行き先である{} がスナップショットにありません", spaced(resource))
        }
    }
}

/// Returns the one thing to do about it. `id` is the resource's.
pub(super) fn hint(gap: &TransitGatewayGap, id: &str) -> String {
    match gap {
        TransitGatewayGap::AttachmentOf(_) | TransitGatewayGap::Attachment | TransitGatewayGap::Association => {
            add("aws ec2 describe-transit-gateway-attachments")
        }
        TransitGatewayGap::Subnets => {
            "`aws ec2 describe-transit-gateway-vpc-attachments` と `aws ec2 describe-subnets` の出力を追加してください"
                .to_owned()
        }
        TransitGatewayGap::RouteTable => {
            format!("`aws ec2 describe-transit-gateway-route-tables` と `{}` の出力を追加してください", search(id))
        }
        TransitGatewayGap::Routes | TransitGatewayGap::Propagated(_) => {
            format!("`{}` の出力を、ファイル名に ID を入れて追加してください", search(id))
        }
        TransitGatewayGap::Zone => format!(
            "`{id}` のアプライアンスモードを有効にするか、各サブネットのルートテーブルとネットワーク ACL をそろえてください"
        ),
        TransitGatewayGap::SharedRoute => format!("`{id}` を確認し、アタッチメントを 1 つにして質問してください"),
        TransitGatewayGap::Kind(_) => format!("`{id}` から先の経路は、ご自身で確認してください"),
        TransitGatewayGap::OtherGateway { owner, region } => elsewhere(owner.as_ref(), region.as_ref()),
    }
}

/// Returns the call that prints every route of a table.
fn search(id: &str) -> String {
    format!(
        "aws ec2 search-transit-gateway-routes --transit-gateway-route-table-id {id} --filters \
         Name=state,Values=active,blackhole"
    )
}

/// Returns what an attachment on the way is.
pub(super) const fn passed(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "Transit Gateway に入る",
        Direction::Outbound => "Transit Gateway から出る",
    }
}

/// Returns a route that was chosen.
pub(super) fn routed(route: &TransitGatewayRoute) -> String {
    let attachments: Vec<String> = route.attachments.iter().map(|id| clean(id.as_str())).collect();
    let target = if attachments.is_empty() { String::new() } else { format!(" → {}", attachments.join(", ")) };
    let state = match &route.state {
        RouteState::Active => String::new(),
        RouteState::Blackhole => "、ブラックホール".to_owned(),
        RouteState::Unmodelled(state) => format!("、{}", clean(state)),
    };
    let origin = match route.origin {
        TransitGatewayRouteOrigin::Static => "",
        TransitGatewayRouteOrigin::Propagated => "、伝播されたルート",
    };
    format!("{}{target}{state}{origin}", route.destination)
}
