//! What Japanese says about a network that is to be written.

use crate::{
    blueprint::{Monthly, Nat, Problem},
    commands::Asked,
    fix::prices::Basis,
    notice::Words,
};

/// Heads of the table of ranges; and what is kept free.
pub(crate) const HEADS: [&str; 5] = ["ゾーン", "パブリック", "プロテクテッド", "プライベート", "未使用"];

/// Before files that are there besides.
pub(crate) const ALSO: &str = "フォルダーにもともとあり、Terraform が一緒に読み込むファイル:";

/// Before the next commands.
pub(crate) const NEXT: &str = "次の手順:";

/// About regional NAT gateways.
pub(crate) const REGIONAL: &str = "リージョナル NAT ゲートウェイには AWS プロバイダーのバージョン 6.24 以降が必要です。それより前のバージョンは対応していません";

/// What is said of a kind of NAT.
pub(crate) const fn nat(nat: Nat) -> &'static str {
    match nat {
        Nat::Gateway => "NAT ゲートウェイ (全ゾーン共用)",
        Nat::GatewayPerZone => "NAT ゲートウェイ (ゾーンごと)",
        Nat::Regional => "リージョナル NAT ゲートウェイ",
        Nat::Instance => "NAT インスタンス",
        Nat::InstanceTwoInterfaces => "NAT インスタンス (インターフェイス 2 つ)",
        Nat::None => "NAT なし",
    }
}

/// Before the files.
pub(crate) fn written(folder: &str, is_dry: bool) -> String {
    if is_dry {
        format!("{folder} に作成されるファイル:")
    } else {
        format!("{folder} に作成したファイル:")
    }
}

/// What something costs in a month, in short.
pub(crate) fn a_month(monthly: &Monthly, basis: &Basis) -> String {
    let Basis { currency, .. } = basis;
    match monthly.gigabyte {
        Some(gigabyte) => format!("月額約 {:.2} {currency} と 1 GB あたり {gigabyte}", monthly.amount),
        None => format!("月額約 {:.2} {currency}", monthly.amount),
    }
}

/// What a network costs, line by line.
pub(crate) fn costs(own: &Monthly, machines: Option<&Monthly>, basis: &Basis) -> Vec<String> {
    let Basis { region, is_stand_in, as_of, currency } = basis;
    let parts = |monthly: &Monthly| {
        let count = |count: u8, what: &str| (count > 0).then(|| format!("{what} {count} 個"));
        let parts = [
            count(monthly.nat_gateways, "NAT ゲートウェイ"),
            (monthly.instances > 0).then(|| format!("t4g.nano (ディスクを含む) {} 台", monthly.instances)),
            count(monthly.public_addresses, "パブリック IPv4 アドレス"),
        ];
        parts.into_iter().flatten().collect::<Vec<String>>().join("、")
    };
    let mut lines = match (parts(own), own.amount) {
        (parts, _) if parts.is_empty() => vec!["費用: ネットワーク自体にはかかりません".to_owned()],
        (parts, amount) => vec![format!("費用: 月額約 {amount:.2} {currency} ({parts})")],
    };
    lines.extend(own.gigabyte.map(|gigabyte| {
        format!("  このほか NAT を通るデータ 1 GB あたり {gigabyte} {currency}。S3 エンドポイントを通るデータは無料")
    }));
    lines.extend(
        machines.map(|it| format!("  このほか試験用のマシンに月額約 {:.2} {currency} ({})", it.amount, parts(it))),
    );
    let stand_in = if *is_stand_in { "で代用" } else { "" };
    lines.push(format!("  {as_of} 時点の {region} の料金{stand_in}。AWS の外やゾーン間へのデータ転送は含みません"));
    lines
}

/// A question on the terminal.
pub(crate) const fn question(asked: Asked) -> &'static str {
    match asked {
        Asked::Name => "名前 (すべてのリソース名の先頭に付きます)",
        Asked::Region => "リージョン",
        Asked::Range => "VPC のアドレス範囲",
        Asked::Zones => "アベイラビリティーゾーンの数",
        Asked::Nat => {
            "プロテクテッドサブネットの出口 (gateway、gateway-per-zone、regional、instance、instance-two-interfaces、none)"
        }
        Asked::Bucket => "マシンが読み書きする S3 バケット (なければ -)",
        Asked::VpnGateway => "VPN 用の仮想プライベートゲートウェイ (y または n)",
    }
}

/// What is wrong, and the one thing to do.
pub(crate) fn problem(problem: &Problem) -> Words {
    let (message, hint) = match problem {
        Problem::Unreadable { asked } => (
            format!("`{asked}` は IPv4 の範囲ではありません"),
            "`10.0.0.0/16` のように CIDR で指定してください".to_owned(),
        ),
        Problem::HostBits { asked, range } => {
            (format!("`{asked}` は範囲ではなく、範囲内のアドレスです"), format!("`{range}` ではありませんか"))
        }
        Problem::NoVpcSize { asked } => (
            format!("`{asked}` の大きさの VPC は作成できません"),
            "`10.0.0.0/16` のように `/16` から `/28` の範囲を指定してください".to_owned(),
        ),
        Problem::NotPrivate { asked } => (
            format!(
                "`{asked}` はプライベートな範囲ではないため、同じアドレスを持つインターネット上のホストに届かなくなります"
            ),
            "`10.0.0.0/8`、`172.16.0.0/12`、`192.168.0.0/16`、`100.64.0.0/10` の中から指定してください".to_owned(),
        ),
        Problem::TooSmall { asked, zones, subnet, needed } => (
            format!(
                "`{asked}` は {zones} 個のゾーンには小さすぎます。各サブネットが `/{subnet}` になりますが、AWS の最小は `/28` です"
            ),
            format!("`/{needed}` 以上の大きさの範囲を指定するか、ゾーンを減らしてください"),
        ),
        Problem::Zones { asked } => (
            format!("ゾーンの数を {asked} にすることはできません"),
            "1 から 6 を指定してください。多くのリージョンには 3 個あります".to_owned(),
        ),
        Problem::Name { asked } => (
            format!("`{asked}` はリソース名の先頭に使えません"),
            "`shop-1` のように、英小文字、数字、ハイフンを 1 文字以上 32 文字以下で指定してください".to_owned(),
        ),
        Problem::Region { asked } => {
            (format!("`{asked}` はリージョン名ではありません"), "`ap-northeast-1` のように指定してください".to_owned())
        }
        Problem::Bucket { asked } => (
            format!("`{asked}` は S3 バケット名として使えません"),
            "`example-data` のようにバケット名だけを指定してください".to_owned(),
        ),
        Problem::Nat { asked } => (
            format!("`{asked}` は NAT の種類ではありません"),
            "gateway、gateway-per-zone、regional、instance、instance-two-interfaces、none のいずれかを指定してください"
                .to_owned(),
        ),
        Problem::YesOrNo { asked } => {
            (format!("`{asked}` は y でも n でもありません"), "`y` か `n` を入力してください".to_owned())
        }
        Problem::Unanswered => (
            "すべての質問に答える前に入力が終わりました".to_owned(),
            "`--nat gateway` のようにオプションで指定してください".to_owned(),
        ),
        Problem::NotEmpty { folder } => (
            format!("`{folder}` は空ではありません"),
            "空のフォルダーか、まだないフォルダーを指定してください。`--force` を付けると同名のファイルを上書きします"
                .to_owned(),
        ),
    };
    Words { message, effect: Some("何も作成していません".to_owned()), hint: Some(hint) }
}
