//! What Japanese says about how a question was read.

use super::Remark;

/// Returns a remark as a sentence, without a full stop.
pub(super) fn words(remark: &Remark) -> String {
    match remark {
        Remark::PrimaryInterface { instance, interface, others } => format!(
            "`{instance}` には {} 個のインターフェイスがあります。プライマリの `{interface}` を対象にします (ほかを調べるにはその ID を指定してください)",
            others + 1
        ),
        Remark::SubnetStandIn { subnet, interface, instance, others } => {
            let machine = instance.as_ref().map_or_else(String::new, |id| format!("インスタンス `{id}` の"));
            format!(
                "サブネット `{subnet}` を代表して、{machine}インターフェイス `{interface}` を対象にします (ほかに {others} 個)"
            )
        }
        Remark::PublicAddressOfInterface { public, private, interface } => {
            format!("`{public}` は、インターフェイス `{interface}` の `{private}` に対応するパブリックアドレスです")
        }
        Remark::OperatingSystemFromImage { image, text, operating_system } => {
            format!("イメージ `{image}` ({text}) から、OS は {operating_system} とみなします")
        }
        Remark::OperatingSystemFromPlatform { platform, operating_system } => {
            format!("AWS が示すプラットフォーム ({platform}) から、OS は {operating_system} とみなします")
        }
        Remark::OperatingSystemAsked { operating_system } => {
            format!("`--os` の指定により、OS は {operating_system} とみなします")
        }
        Remark::OperatingSystemUnknown { image } => unknown_system(image.as_ref().map(ToString::to_string)),
        Remark::RepositoryDependsOnUpdates { operating_system } => format!(
            "{operating_system} のリポジトリは途中で変わりました。どれを使うかはイメージの時期とその後の更新によるため、それぞれを判定します"
        ),
        Remark::PortAssumed { port } => format!("ポートの指定がないため、{port} とみなします"),
        Remark::NameNotLookedUp { host } => format!(
            "`{host}` の名前解決は行いません。スナップショットになく、S3 と DynamoDB のものでもない任意のパブリックアドレスとして扱います"
        ),
        Remark::AnyPublicAddress => {
            "`internet` は、スナップショットになく、S3 と DynamoDB のものでもない任意のパブリックアドレスを指します"
                .to_owned()
        }
        Remark::ServiceRangesUnknown { service } => format!(
            "`{service}` のアドレス範囲がスナップショットにありません。`aws ec2 describe-prefix-lists` の出力を追加してください"
        ),
        Remark::ServiceRangesLackFamily { service } => format!(
            "`{service}` のプレフィックスリストにはこのアドレスファミリーの範囲がないため、任意のパブリックアドレスとして扱います"
        ),
        Remark::BucketRegionAssumed { region } => {
            format!("バケットは VPC と同じリージョン `{region}` にあるものとみなします")
        }
        Remark::RegionUnknown => "VPC のリージョンがスナップショットからは分かりません".to_owned(),
        Remark::IamNotJudged => {
            "判定するのはネットワークとエンドポイントポリシーだけです。ロールとバケットのポリシーは `s3://BUCKET/KEY` で質問してください"
                .to_owned()
        }
        Remark::DestinationAddress { id, address } => format!("`{id}` のアドレスとして `{address}` を対象にします"),
        Remark::DestinationWithoutPublicAddress { id, address } => {
            format!("`{id}` にはパブリックアドレスがないため、プライベートアドレス `{address}` を対象にします")
        }
        Remark::ClientPortsOfAnyHost { ports } => {
            format!("クライアントはスナップショットにないため、その送信元ポートは {ports} とみなします")
        }
        Remark::ClientPortsOfWindows { ports } => {
            format!("クライアントの送信元ポートは、Windows の既定である {ports} とみなします")
        }
        Remark::TakenForOnPremises { asked } => {
            format!("`{asked}` はスナップショットのどの VPC にも含まれないため、オンプレミスとみなします")
        }
        Remark::EitherByDns64 => {
            "名前に IPv6 アドレスがある場合と、なくて DNS64 が `64:ff9b::/96` のアドレスを返す場合の両方を判定します".to_owned()
        }
        Remark::IpV6Only => "送信元に IPv4 アドレスがないため、IPv6 についての質問とみなします".to_owned(),
    }
}

fn unknown_system(image: Option<String>) -> String {
    let why = match image {
        Some(image) => format!("イメージ `{image}` からは OS が分かりません"),
        None => "スナップショットからは OS が分かりません".to_owned(),
    };
    format!("{why}。該当しうるリポジトリをすべて判定します (`--os` で指定できます)")
}
