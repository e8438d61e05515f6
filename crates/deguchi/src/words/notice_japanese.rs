//! What notices say in Japanese.

use crate::{
    ingest::LoadError,
    notice::{
        Expected, Format, IdentityProblem, JsonProblem, JsonProblemKind, NoticeKind, Problem, ResourceKind, Severity,
        Words,
    },
};

/// What a notice says.
pub fn words(kind: &NoticeKind) -> Words {
    Words { message: message(kind), effect: effect(kind), hint: hint(kind) }
}

/// The name of a severity, as it leads a message.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "エラー",
        Severity::Warning => "警告",
        Severity::Note => "情報",
    }
}

/// What to add to a notice into which more of its kind were folded.
pub fn similar(count: usize) -> String {
    format!("同様のものがほかに {count} 件あります")
}

/// What an error says for which nothing could be loaded.
pub fn load_error(error: &LoadError) -> Words {
    let (message, hint) = match error {
        LoadError::NotFound { path } => (format!("`{path}` がありません"), None),
        LoadError::Unreadable { path, reason } => (format!("`{path}` を読み取れません: {reason}"), None),
        LoadError::NoJsonFile { path } => (
            format!("フォルダー `{path}` に JSON ファイルがありません"),
            Some(format!("{EXAMPLE}をそこに保存してください")),
        ),
        LoadError::NotJson { file, problem } => (format!("`{file}` {}", json_problem(*problem)), json_hint(*problem)),
        LoadError::EveryFileBroken { files, .. } => {
            (format!("{files} 個のファイルのうち読み取れるものがありません"), None)
        }
        LoadError::NoTerraform { path } => (
            format!("`{path}` は Terraform のプランでも state でもありません"),
            Some("`terraform show -json plan.tfplan > plan.json` の結果を `--from` で指定してください".to_owned()),
        ),
        LoadError::FormatNotRead { file, format: found } => {
            (format!("`{file}` は{}であり、ネットワークとしては読み取りません", format(*found)), None)
        }
        LoadError::NoNetwork { files, .. } => (
            format!("{files} 個のファイルにネットワークの記述がありません"),
            Some(format!("{EXAMPLE}を保存してください")),
        ),
    };
    Words { message, effect: Some("解析は行われていません".to_owned()), hint }
}

const EXAMPLE: &str = "`aws ec2 describe-vpcs` などの出力";

const WITHOUT_TARGET_GROUP: &str = "ターゲットのヘルスが、どのターゲットグループのものか示されていません";

#[expect(clippy::too_many_lines, reason = "one exhaustive match: a notice without words does not compile")]
fn message(kind: &NoticeKind) -> String {
    match kind {
        NoticeKind::FileNotJson(problem) => format!("ファイル{}", json_problem(*problem)),
        NoticeKind::FileUnreadable { reason } => format!("ファイルを読み取れません: {reason}"),
        NoticeKind::FormatNotRead(found) => format!("ファイルは{}であり、読み取りません", format(*found)),
        NoticeKind::UnknownKeys { keys, more } => unknown_keys(keys, *more),
        NoticeKind::NothingRecognised => "AWS の出力として認識できるものがありません".to_owned(),
        NoticeKind::NotAList { key, .. } => format!("`{key}` がリストではありません"),
        NoticeKind::IncompleteList { keys } => {
            format!("{} は次のページに続きます (`NextToken` があります)", list(keys))
        }
        NoticeKind::TargetsWithoutTargetGroup => WITHOUT_TARGET_GROUP.to_owned(),
        NoticeKind::RecordsWithoutHostedZone => {
            "ホストゾーンのレコードが、どのプライベートホストゾーンのものか示されていません".to_owned()
        }
        NoticeKind::EntriesWithoutPrefixList => {
            "プレフィックスリストのエントリが、どのリストのものか示されていません".to_owned()
        }
        NoticeKind::WithoutTransitGatewayRouteTable { key } => {
            format!("`{key}` が、どの Transit Gateway ルートテーブルのものか示されていません")
        }
        NoticeKind::LeftOut { resource: kind, id, problem: found } => {
            format!("{}を除外しました: {}", named(*kind, id.as_deref()), problem(found))
        }
        NoticeKind::RouteNotUnderstood { route_table, problem: found } => {
            format!("ルートテーブル `{route_table}` のルートを解釈できません: {}", problem(found))
        }
        NoticeKind::PrefixListNotUnderstood { prefix_list, problem: found } => {
            format!("プレフィックスリスト `{prefix_list}` の範囲を解釈できません: {}", problem(found))
        }
        NoticeKind::PolicyNotUnderstood { vpc_endpoint } => {
            format!("VPC エンドポイント `{vpc_endpoint}` のポリシーが JSON のポリシーではありません")
        }
        NoticeKind::Identity(found) => identity_problem(found),
        NoticeKind::Terraform(found) => super::terraform_japanese::message(found),
        NoticeKind::SightingsDiffer { resource: kind, id } => {
            format!("{} `{id}` がスナップショットに複数あり、内容が一致しません", resource(*kind))
        }
        NoticeKind::PublicAddressDiffers { network_interface, private, shown, other } => format!(
            "ネットワークインターフェイス `{network_interface}` の `{private}` のパブリックアドレスは `{shown}` ですが、\
             別の出力では `{other}` です"
        ),
        NoticeKind::InterfaceMadeUp { instance } => format!(
            "インスタンス `{instance}` のネットワークインターフェイスがスナップショットにないため、インスタンス自身の\
             アドレスから補いました"
        ),
        NoticeKind::SecurityGroupFromRules { security_group } => {
            format!("セキュリティグループ `{security_group}` はルールだけがスナップショットにあります")
        }
        NoticeKind::RouteTargetMissing { route_table, destination, resource: kind, target } => format!(
            "ルートテーブル `{route_table}` のルート `{destination}` のターゲットである{} `{target}` がスナップショットに\
             ありません",
            spaced(resource(*kind))
        ),
        NoticeKind::SecurityGroupMissing { network_interface, security_group } => format!(
            "ネットワークインターフェイス `{network_interface}` のセキュリティグループ `{security_group}` が\
             スナップショットにありません"
        ),
        NoticeKind::NetworkAclMissing { vpc, subnets } => {
            format!("VPC `{vpc}` の {subnets} 個のサブネットのネットワーク ACL がスナップショットにありません")
        }
        NoticeKind::RouteTableMissing { vpc, subnets } => {
            format!("VPC `{vpc}` の {subnets} 個のサブネットのルートテーブルがスナップショットにありません")
        }
        NoticeKind::PrefixListUnknown { prefix_list, user, user_id } => format!(
            "{} `{user_id}` が使うプレフィックスリスト `{prefix_list}` の範囲がスナップショットにありません",
            resource(*user)
        ),
        NoticeKind::VpcMissing { vpc, resource: kind, id } => {
            format!("{} `{id}` が属する VPC `{vpc}` がスナップショットにありません", resource(*kind))
        }
        NoticeKind::SubnetMissing { subnet, network_interface } => format!(
            "ネットワークインターフェイス `{network_interface}` が属するサブネット `{subnet}` がスナップショットに\
             ありません"
        ),
    }
}

fn effect(kind: &NoticeKind) -> Option<String> {
    let effect = match kind {
        NoticeKind::FileNotJson(_) | NoticeKind::FileUnreadable { .. } => {
            "このファイルの内容はネットワークに含まれません"
        }
        NoticeKind::FormatNotRead(_) | NoticeKind::NothingRecognised => "この内容はネットワークに含まれません",
        NoticeKind::UnknownKeys { .. } => "その内容は見ていません",
        NoticeKind::NotAList { .. } | NoticeKind::LeftOut { .. } => "これに依存する経路は判定できません",
        NoticeKind::IncompleteList { .. } => "このページにないものは不明であり、それに依存する経路は判定できません",
        NoticeKind::EntriesWithoutPrefixList
        | NoticeKind::PrefixListNotUnderstood { .. }
        | NoticeKind::PrefixListUnknown { .. } => "このリストを使うルールやルートは判定できません",
        NoticeKind::WithoutTransitGatewayRouteTable { .. } => {
            "この Transit Gateway を通る経路は判定できないことがあります"
        }
        NoticeKind::RecordsWithoutHostedZone => "このゾーンの名前が解決されるかどうかは判定できません",
        NoticeKind::TargetsWithoutTargetGroup => "このターゲットグループを通る経路は判定できません",
        NoticeKind::RouteNotUnderstood { .. } => "このルートを通りうる経路は判定できません",
        NoticeKind::PolicyNotUnderstood { .. } => "このエンドポイントを通る経路は判定できません",
        NoticeKind::Identity(_) => "許可や拒否の内容が分からないため、これに依存するリクエストは判定できません",
        NoticeKind::Terraform(found) => super::terraform_japanese::effect(found),
        NoticeKind::SightingsDiffer { .. } => "所有者の出力を、なければそのうちの一つ (常に同じもの) を使います",
        NoticeKind::PublicAddressDiffers { .. } => "インターフェイス自身の出力を使います",
        NoticeKind::InterfaceMadeUp { .. } => "ほかのインターフェイスやアドレスは不明です",
        NoticeKind::SecurityGroupFromRules { .. } => "名前と VPC は不明です",
        NoticeKind::RouteTargetMissing { .. } => "このルートを通る経路は判定できません",
        NoticeKind::SecurityGroupMissing { .. } => "このインターフェイスを通る経路は判定できません",
        NoticeKind::NetworkAclMissing { .. } | NoticeKind::RouteTableMissing { .. } => {
            "これらのサブネットを通る経路は判定できません"
        }
        NoticeKind::VpcMissing { .. } => "この VPC を通る経路は判定できません",
        NoticeKind::SubnetMissing { .. } => "このサブネットを通る経路は判定できません",
    };
    Some(effect.to_owned())
}

fn hint(kind: &NoticeKind) -> Option<String> {
    let add = |kind: ResourceKind| Some(format!("`{}` の出力を追加してください", kind.command()));
    match kind {
        NoticeKind::FileNotJson(problem) => json_hint(*problem),
        NoticeKind::IncompleteList { .. } => {
            Some("`--max-items` と `--no-paginate` を付けずに AWS CLI を実行し、全ページを保存してください".to_owned())
        }
        NoticeKind::EntriesWithoutPrefixList => {
            Some("リストの ID をファイル名に含めてください: `get-managed-prefix-list-entries.pl-….json`".to_owned())
        }
        NoticeKind::WithoutTransitGatewayRouteTable { .. } => Some(
            "ファイル名にルートテーブルの ID を入れてください: `search-transit-gateway-routes.tgw-rtb-….json`"
                .to_owned(),
        ),
        NoticeKind::RecordsWithoutHostedZone => Some(
            "SOA レコードを含む `aws route53 list-resource-record-sets` の出力全体を、`aws route53 list-hosted-zones` の出力とともに保存してください"
                .to_owned(),
        ),
        NoticeKind::TargetsWithoutTargetGroup => {
            Some("ターゲットグループの名前をファイル名に含めてください: `describe-target-health.NAME.json`".to_owned())
        }
        NoticeKind::NotAList { resource, .. } | NoticeKind::LeftOut { resource, .. } => {
            Some(format!("`{}` の出力をもう一度保存してください", resource.command()))
        }
        NoticeKind::InterfaceMadeUp { .. } => add(ResourceKind::NetworkInterface),
        NoticeKind::SecurityGroupFromRules { .. } | NoticeKind::SecurityGroupMissing { .. } => {
            add(ResourceKind::SecurityGroup)
        }
        NoticeKind::RouteTargetMissing { resource, .. } => add(*resource),
        NoticeKind::NetworkAclMissing { .. } => add(ResourceKind::NetworkAcl),
        NoticeKind::RouteTableMissing { .. } => add(ResourceKind::RouteTable),
        NoticeKind::PrefixListUnknown { prefix_list, .. } => Some(format!(
            "`{}` の出力を、自作のリストの場合は `aws ec2 get-managed-prefix-list-entries --prefix-list-id {prefix_list}` \
             の出力を追加してください",
            ResourceKind::PrefixList.command()
        )),
        NoticeKind::Identity(IdentityProblem::OfUnknown { .. }) => Some(WHOSE.to_owned()),
        NoticeKind::Terraform(found) => super::terraform_japanese::hint(found),
        NoticeKind::VpcMissing { .. } => add(ResourceKind::Vpc),
        NoticeKind::SubnetMissing { .. } => add(ResourceKind::Subnet),
        NoticeKind::FileUnreadable { .. }
        | NoticeKind::FormatNotRead(_)
        | NoticeKind::UnknownKeys { .. }
        | NoticeKind::NothingRecognised
        | NoticeKind::RouteNotUnderstood { .. }
        | NoticeKind::PrefixListNotUnderstood { .. }
        | NoticeKind::PolicyNotUnderstood { .. }
        | NoticeKind::Identity(
            IdentityProblem::PolicyNotUnderstood { .. } | IdentityProblem::AnswerNotUnderstood { .. },
        )
        | NoticeKind::SightingsDiffer { .. }
        | NoticeKind::PublicAddressDiffers { .. } => None,
    }
}

/// How a file says what its answer does not.
const WHOSE: &str = "`iam-list-role-policies.ROLE.json` のように、対象の名前をファイル名に入れてください";

/// What is wrong with an answer about roles, buckets or policies.
fn identity_problem(problem: &IdentityProblem) -> String {
    match problem {
        IdentityProblem::PolicyNotUnderstood { policy } => {
            format!("ポリシー `{policy}` が JSON のポリシーではありません")
        }
        IdentityProblem::OfUnknown { key } => format!("`{key}` を含む出力が、何についてのものか分かりません"),
        IdentityProblem::AnswerNotUnderstood { key } => format!("`{key}` を含む出力が AWS の形式ではありません"),
    }
}

fn json_problem(JsonProblem { kind, line, column }: JsonProblem) -> String {
    match kind {
        JsonProblemKind::Empty => "は空です".to_owned(),
        JsonProblemKind::NotText => "は UTF-8 でも UTF-16 でもなく、テキストではありません".to_owned(),
        JsonProblemKind::CutOff => format!("の JSON が途中で切れています ({line} 行 {column} 列)"),
        JsonProblemKind::Syntax => format!("は JSON ではありません ({line} 行 {column} 列)"),
        JsonProblemKind::TooDeep => format!("の JSON の入れ子が深すぎます ({line} 行 {column} 列)"),
    }
}

fn json_hint(problem: JsonProblem) -> Option<String> {
    match problem.kind {
        JsonProblemKind::Empty | JsonProblemKind::CutOff => {
            Some("出力をもう一度保存し、保存したコマンドが失敗していないか確かめてください".to_owned())
        }
        JsonProblemKind::Syntax => Some("AWS CLI を `--output json` を付けて実行してください".to_owned()),
        JsonProblemKind::NotText | JsonProblemKind::TooDeep => None,
    }
}

fn format(format: Format) -> &'static str {
    match format {
        Format::TerraformPlan => " Terraform のプラン",
        Format::TerraformState => " Terraform の state",
        Format::FlowLogs => " VPC フローログ",
    }
}

fn unknown_keys(keys: &[String], more: usize) -> String {
    match more {
        0 => format!("知らないキーがあります: {}", list(keys)),
        more => format!("知らないキーがあります: {} ほか {more} 個", list(keys)),
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join("、")
}

fn problem(Problem { field, value, expected: wanted }: &Problem) -> String {
    let wanted = expected(*wanted);
    match (field.as_str(), value) {
        ("", _) => format!("{wanted}ではありません"),
        (field, None) => format!("`{field}` がありません"),
        (field, Some(value)) if value == "…" => format!("`{field}` が{}ではありません", spaced(wanted)),
        (field, Some(value)) => format!("`{field}` の値 `{value}` は{}ではありません", spaced(wanted)),
    }
}

/// Japanese sets a space between its own letters and Latin ones.
fn spaced(word: &str) -> String {
    if word.starts_with(|c: char| c.is_ascii_alphanumeric()) { format!(" {word}") } else { word.to_owned() }
}

fn expected(expected: Expected) -> &'static str {
    match expected {
        Expected::Text => "文字列",
        Expected::Boolean => "true または false ",
        Expected::Number => "範囲内の数値",
        Expected::Ipv4Address => "IPv4 アドレス",
        Expected::Ipv6Address => "IPv6 アドレス",
        Expected::Ipv4Range => "IPv4 アドレスの範囲",
        Expected::Ipv6Range => "IPv6 アドレスの範囲",
        Expected::Range => "アドレスの範囲",
        Expected::Protocol => "プロトコル",
        Expected::Port => "範囲として正しいポート",
        Expected::IcmpNumber => "正しい ICMP のタイプやコード",
        Expected::RuleAction => "allow または deny ",
        Expected::Object => "オブジェクト",
        Expected::List => "リスト",
    }
}

fn named(kind: ResourceKind, id: Option<&str>) -> String {
    match id {
        Some(id) => format!("{} `{id}` ", resource(kind)),
        None => format!("ID を読み取れない{}", spaced(resource(kind))),
    }
}

/// The name of a kind of resource, inside a sentence.
pub fn resource(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Vpc => "VPC",
        ResourceKind::Subnet => "サブネット",
        ResourceKind::RouteTable => "ルートテーブル",
        ResourceKind::SecurityGroup => "セキュリティグループ",
        ResourceKind::NetworkAcl => "ネットワーク ACL",
        ResourceKind::PrefixList => "プレフィックスリスト",
        ResourceKind::NetworkInterface => "ネットワークインターフェイス",
        ResourceKind::Instance => "インスタンス",
        ResourceKind::Image => "AMI",
        ResourceKind::NatGateway => "NAT ゲートウェイ",
        ResourceKind::InternetGateway => "インターネットゲートウェイ",
        ResourceKind::EgressOnlyInternetGateway => "Egress-Only インターネットゲートウェイ",
        ResourceKind::ElasticIp => "Elastic IP",
        ResourceKind::VpcEndpoint => "VPC エンドポイント",
        ResourceKind::VpnGateway => "仮想プライベートゲートウェイ",
        ResourceKind::VpnConnection => "VPN 接続",
        ResourceKind::PeeringConnection => "VPC ピアリング接続",
        ResourceKind::TransitGateway => "Transit Gateway",
        ResourceKind::TransitGatewayAttachment => "Transit Gateway アタッチメント",
        ResourceKind::TransitGatewayRouteTable => "Transit Gateway ルートテーブル",
        ResourceKind::BlockPublicAccessExclusion => "VPC ブロックパブリックアクセスの除外",
        ResourceKind::DhcpOptions => "DHCP オプションセット",
        ResourceKind::VpcAttribute => "VPC の属性",
        ResourceKind::HostedZone => "プライベートホストゾーン",
        ResourceKind::ResolverRule => "Resolver ルール",
        ResourceKind::LoadBalancer => "ロードバランサー",
        ResourceKind::Listener => "リスナー",
        ResourceKind::TargetGroup => "ターゲットグループ",
        ResourceKind::NetworkFirewall => "Network Firewall",
        ResourceKind::FirewallRuleGroup => "ファイアウォールルールグループ",
    }
}
