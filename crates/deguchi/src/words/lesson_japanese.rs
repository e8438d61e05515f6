//! The comments of what `deguchi new` writes, in Japanese.

use super::lesson::Lesson;

/// Returns a comment.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: a lesson without words does not compile")]
pub(super) const fn lesson(lesson: Lesson) -> &'static str {
    match lesson {
        Lesson::Overview => {
            "パブリック、プロテクテッド、プライベートの 3 種類のサブネット。種類は名前ではなくルートテーブルで決まります。\n\
             パブリック: デフォルトルートがインターネットゲートウェイ。プロテクテッド: デフォルトルートが NAT。プライベート: デフォルトルートなし。\n\
             この構成が保たれているかは `deguchi check expectations.toml --from plan.json` で確認できます。"
        }
        Lesson::Zones => {
            "このアカウントで使えるアベイラビリティーゾーン (Local Zones を除く)。末尾の文字はアカウントによって異なります。"
        }
        Lesson::Ranges => {
            "VPC の範囲の 4 分の 1 をサブネットの種類ごとに使い、残りは空けておきます。各サブネットの 5 個のアドレスは AWS が予約します。"
        }
        Lesson::Image => {
            "マシンを作る時点で最新の Amazon Linux 2023。`ignore_changes` により、新しいイメージが出てもマシンは置き換わりません。"
        }
        Lesson::Dns => "名前解決を有効にし、パブリックアドレスを持つマシンにパブリックな名前を付けます。",
        Lesson::InternetGateway => {
            "VPC とインターネットの唯一の出入口。変換するのはパブリックアドレスだけなので、それを持たないものは外に出られません。"
        }
        Lesson::Public => {
            "パブリック: パブリックアドレスを持つものにはインターネットから届きます。NAT ゲートウェイやロードバランサーはここに置きます。"
        }
        Lesson::Protected => {
            "プロテクテッド: NAT を通って外に出られますが、インターネットからは届きません。マシンに Elastic IP を付けても変わりません。\n\
             デフォルトルートは nat.tf にあります。"
        }
        Lesson::Private => "プライベート: VPC の中だけ。データベースはここに置きます。",
        Lesson::DefaultGroup => {
            "セキュリティグループを指定しないものにはデフォルトグループが付きます。AWS の初期値は相互の通信と外向きをすべて許可しますが、\n\
             ここでは空にします。"
        }
        Lesson::Gateway => {
            "全ゾーンで共有する NAT ゲートウェイ。マシンと同じようにパブリックサブネットに置きます。プライベートサブネットではどこにも届きません。\n\
             このゾーンに障害が起きると、ほかのゾーンも外に出られなくなります。ゾーン間の通信には料金がかかります。"
        }
        Lesson::GatewayPerZone => {
            "各ゾーンのパブリックサブネットに NAT ゲートウェイを、ルートテーブルもゾーンごとに置きます。ほかのゾーンに依存しません。"
        }
        Lesson::RegionalGateway => {
            "リージョナル NAT ゲートウェイはサブネットに属しません。マシンのある各ゾーンで AWS が動かし、専用のルートテーブルから\n\
             インターネットゲートウェイに出ます。料金はゾーンごとにかかります。"
        }
        Lesson::Instance => {
            "NAT インスタンス: 通信量が少なければ NAT ゲートウェイより安価ですが、更新は自分で行います。停止すると誰も外に出られません。"
        }
        Lesson::InstanceClients => {
            "クライアントが送るものを NAT が受け取り、外に送り出します。両方のルールが必要で、それ以外は許可しません。"
        }
        Lesson::InstanceAddress => {
            "インスタンスを置き換えても変わらないパブリックアドレス。これがないと VPC の外に出られません。"
        }
        Lesson::TwoInterfaces => {
            "インターフェイスが 2 つの NAT インスタンス: プロテクテッドサブネットは内側に送り、パブリックアドレスは外側にあります。\n\
             内側はプライベートサブネットに置き、インスタンス自身の通信がそこから出ようとしないようにします。"
        }
        Lesson::SourceDestinationCheck => {
            "AWS は、送信元も送信先もそのインターフェイスでないパケットを破棄します。NAT はそうしたパケットを転送するため、チェックを無効にします。"
        }
        Lesson::UserData => {
            "転送とマスカレードはゲスト OS の設定で、動いているかどうかは AWS の API では分かりません。"
        }
        Lesson::RouteToInterface => {
            "ルートのターゲットはインスタンスではなくインターフェイスです。インスタンスが停止するとルートはブラックホールになります。"
        }
        Lesson::NatAddresses => "インターネットから見えるアドレス。接続先の許可リストに使えます。",
        Lesson::Groups => {
            "セキュリティグループは接続を記憶するため、応答のルールは不要です。ルールにない通信は破棄されます。外向きをすべて許可する\n\
             AWS の初期ルールは Terraform が削除します。ネットワーク ACL は、すべてを通す AWS の初期値のままです。"
        }
        Lesson::WebGroup => "web (パブリックサブネット): インターネットからの HTTP と HTTPS。",
        Lesson::AppGroup => "app (プロテクテッドサブネット): web からのみ。",
        Lesson::Outbound => {
            "リポジトリと API への外向き: HTTPS と、古いリポジトリが使う HTTP。これがあれば S3 用のルールは不要です。"
        }
        Lesson::OutboundPing => {
            "ping を送るにはアウトバウンドルールが必要です。ICMP のインバウンドルールでは足りません。"
        }
        Lesson::NoSsh => {
            "SSH は許可しません。Session Manager ならロールと外向きの HTTPS で済みます。外向きの SSH が必要な場合は 0.0.0.0/0 ではなく local.vpc_range に限ります。"
        }
        Lesson::DataGroup => "data (プライベートサブネット): データベースのポートのみ。",
        Lesson::OutboundToS3 => "S3 のプレフィックスリストだけへの外向き: HTTPS と、古いリポジトリが使う HTTP。",
        Lesson::Endpoint => {
            "NAT もインターネットも通らずに S3 へ、追加料金なし: エンドポイントが S3 のプレフィックスリストへのルートをこれらのテーブルに\n\
             追加します。Amazon Linux のパッケージは S3 にあるため、yum と dnf もここを通ります。"
        }
        Lesson::EndpointPolicy => {
            "この経路で届くバケット: Amazon Linux のリポジトリと、指定した自分のバケット。S3 宛てはすべてこのルートを通るので、ほかのバケットは\n\
             NAT があっても 403 で拒否されます。必要なバケットごとにステートメントを追加してください。"
        }
        Lesson::Role => {
            "マシンがバケットに対して行えること。エンドポイントとバケットのポリシーでも許可されている必要があります。\n\
             パッケージリポジトリは認証情報なしで読めるため、ロールは不要です。"
        }
        Lesson::VpnGateway => {
            "VPN や Direct Connect の VPC 側の端点。学習したルートがこれらのテーブルに伝播し、デフォルトルートと並びます。"
        }
        Lesson::Machines => {
            "ネットワークを試し、expectations.toml の対象にするためのマシン。ほかのマシンを置いたらこのファイルは削除できます。"
        }
        Lesson::Script => "初回起動時に root で 1 度だけ実行されます。ここで作るものは起動のたびに有効になります。",
        Lesson::ScriptForwarding => "Linux は、指示されない限り自分宛てでないパケットを転送しません。",
        Lesson::ScriptInstall => {
            "Elastic IP が付くのは初回起動の少し後になることがあるため、成功するまで繰り返します。"
        }
        Lesson::ScriptMasquerade => {
            "VPC の外に出るパケットの送信元を、出ていくインターフェイスのアドレスに変えます。名前は種類によって異なるため指定しません。"
        }
        Lesson::ScriptInsideRoute => {
            "VPC への応答は、起動のたびに内側のインターフェイスから出るようにします。外側では送信元/送信先チェックで破棄されます。"
        }
        Lesson::Expectations => {
            "このネットワークで成り立つこと:\n\
             terraform plan -out=tfplan && terraform show -json tfplan > plan.json && deguchi check expectations.toml --from plan.json"
        }
        Lesson::ExpectPublic => "パブリック: 内向きも外向きも",
        Lesson::ExpectProtected => "プロテクテッド: 外向きのみ",
        Lesson::ExpectPrivate => "プライベート: どちらもなし",
        Lesson::TemplateOverview => {
            "パブリック、プロテクテッド、プライベートの 3 種類のサブネット。種類は名前ではなくルートテーブルで決まります。\n\
             パブリック: デフォルトルートがインターネットゲートウェイ。プロテクテッド: デフォルトルートが NAT。プライベート: デフォルトルートなし。\n\
             VPC のデフォルトセキュリティグループは AWS の初期値のままです。マシンには必ず専用のグループを付けてください。"
        }
        Lesson::TemplateImage => {
            "スタックの作成・更新時点で最新の Amazon Linux 2023。新しいイメージへの更新ではマシンが置き換わります。このイメージは\n\
             トークンを使うリクエストにだけ認証情報を渡します (IMDSv2)。"
        }
        Lesson::TemplatePrefixList => {
            "このリージョンの S3 プレフィックスリストの ID: aws ec2 describe-managed-prefix-lists の com.amazonaws.REGION.s3。"
        }
        Lesson::TemplateProtected => {
            "プロテクテッド: NAT を通って外に出られますが、インターネットからは届きません。マシンに Elastic IP を付けても変わりません。"
        }
        Lesson::TemplateGroups => {
            "セキュリティグループは接続を覚えているため、応答にルールは不要です。許可するルールがない通信は破棄されます。ここの\n\
             アウトバウンドルールは、すべてを外へ出す AWS のルールの代わりになります。ネットワーク ACL は AWS のデフォルト (すべて許可) のままです。"
        }
        Lesson::TemplateNothingOut => {
            "外へは何も出しません。アウトバウンドルールが 1 つもないと、AWS はすべてを外へ出すルールを加えます。"
        }
        Lesson::TemplateMachines => {
            "ネットワークを試し、expectations.toml の対象にするためのマシン。ほかのマシンができたら取り除いてください。"
        }
        Lesson::TemplateExpectations => {
            "デプロイ後にこのネットワークで成り立つこと: アカウントの設定を保存し (scripts/snapshot.sh)、次を実行します\n\
             deguchi check expectations.toml --from snapshot"
        }
    }
}
