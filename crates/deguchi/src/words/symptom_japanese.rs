//! What Japanese says about what a person saw (`--error`).

use crate::symptom::{Cause, Judged, Kind, NamedPolicy, Next, Relation, Stage, Symptom};

/// The heading.
pub(crate) const TITLE: &str = "表示されたメッセージ (`--error`)";
/// Before the stages that are proved to be fine.
pub(crate) const PROVED: &str = "問題がないと分かる段階";
/// Before the stage that failed.
pub(crate) const FAILED: &str = "失敗した段階";
/// Before the stages that nothing is said about.
pub(crate) const NOT_REACHED: &str = "まだ達していない段階";
/// Before what remains to be looked at.
pub(crate) const REMAINS: &str = "考えられる原因";
/// Before what to do next.
pub(crate) const NEXT: &str = "次に行うこと";

/// For a text of which nothing is understood.
pub(crate) fn not_understood(excerpt: &str) -> String {
    format!(
        "理解できないメッセージなので、ここからは何も結論しません: `{excerpt}`。yum、dnf、curl、apt、pip、ping の出力をそのまま指定してください (`--error @ファイル` も可)"
    )
}

/// A stage.
pub(crate) const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Host => "ホスト上のプログラム",
        Stage::Proxy => "プロキシ",
        Stage::Name => "名前解決",
        Stage::Connection => "パケットの往復",
        Stage::Tls => "TLS",
        Stage::Reply => "サービスの応答",
        Stage::Service => "サービスへの要求",
        Stage::Content => "取得した内容",
    }
}

fn place(symptom: &Symptom) -> String {
    let address = symptom.address.map(|address| address.to_string());
    let who = match (&symptom.host, address) {
        (Some(host), Some(address)) => format!("`{host}` (`{address}`) "),
        (Some(host), None) => format!("`{host}` "),
        (None, Some(address)) => format!("`{address}` "),
        (None, None) => return "相手側".to_owned(),
    };
    match symptom.port {
        Some(port) if symptom.kind.failed() > Some(Stage::Name) && !symptom.kind.is_ping() => {
            format!("{who}のポート {port} ")
        }
        _ => who,
    }
}

fn name(symptom: &Symptom) -> String {
    symptom.host.as_ref().map_or_else(|| "名前".to_owned(), |host| format!("`{host}` "))
}

fn status(symptom: &Symptom) -> String {
    symptom.status.map_or_else(String::new, |status| format!(" (HTTP {status})"))
}

/// What was seen.
pub(crate) fn symptom(symptom: &Symptom) -> String {
    let place = place(symptom);
    let what = match symptom.kind {
        Kind::LockHeld => match symptom.pid {
            Some(pid) => format!("別のパッケージマネージャー (プロセス {pid}) がロックを保持しています"),
            None => "別のパッケージマネージャーがロックを保持しています".to_owned(),
        },
        Kind::LockMalformed => "ロックファイルが壊れています".to_owned(),
        Kind::NotPermitted => format!("ホスト自身のカーネルが {place}へのパケットの送信を許可していません"),
        Kind::DiskFull => "ディスクに空きがなく、ホストが書き込めません".to_owned(),
        Kind::CredentialsMissing => "ホストに AWS の認証情報がありません".to_owned(),
        Kind::ProxyNameNotResolved => "プロキシの名前を解決できません".to_owned(),
        Kind::ProxyNotReached => "プロキシに接続できません".to_owned(),
        Kind::ProxyRefuses => "プロキシがその先への接続を拒否しています".to_owned(),
        Kind::NoSuchName => format!("{}を解決できません (その名前は存在しないという応答)", name(symptom)),
        Kind::NameServerSilent => {
            format!("{}を解決できません (ネームサーバーから有効な応答がない)", name(symptom))
        }
        Kind::NameNotResolved => format!("{}を解決できません", name(symptom)),
        Kind::ConnectionTimedOut => format!("{place}への接続に応答がありません"),
        Kind::TimedOut => format!("{place}との通信がタイムアウトしました (どの段階かは不明)"),
        Kind::ConnectionRefused => format!("{place}への接続が拒否されました (応答はあります)"),
        Kind::HostUnreachable => format!("ホストまたはルーターが、{place}に届かないと通知しています"),
        Kind::NetworkUnreachable => format!("ホストまたはルーターに {place}への経路がありません"),
        Kind::Prohibited => format!("ルーターまたはファイアウォールが、{place}への通過を禁止していると通知しています"),
        Kind::TimeToLiveExceeded => format!("{place}へのパケットがループしています"),
        Kind::ConnectionFailed => format!("{place}に接続できません (理由は不明)"),
        Kind::PingLost => format!("{place}への ping に 1 つも応答がありません"),
        Kind::PingPartlyLost => format!("{place}への ping の一部に応答がありません"),
        Kind::PingAnswered => format!("{place}への ping のすべてに応答があります"),
        Kind::TlsTimedOut => format!("{place}に接続できましたが、TLS ハンドシェイク中に応答がなくなりました"),
        Kind::TlsCut => format!("{place}との TLS が途中で切断されました"),
        Kind::TlsNotSpoken => format!("{place}は TLS を話していません"),
        Kind::CertificateNotTrusted => format!("{place}の証明書の署名者を、ホストが信頼していません"),
        Kind::CertificateNotYetValid => format!("ホストの時計では、{place}の証明書はまだ有効ではありません"),
        Kind::CertificateExpired => format!("ホストの時計では、{place}の証明書は期限切れです"),
        Kind::CertificateOfAnotherHost => format!("{place}の証明書は別のホストのものです"),
        Kind::AuthoritiesMissing => "信頼する認証局の一覧がホストにないか、読めません".to_owned(),
        Kind::ReplyTimedOut => format!("{place}に接続できましたが、その後の応答がないか、遅すぎます"),
        Kind::ConnectionReset => format!("{place}に接続できましたが、途中で切断されました"),
        Kind::Forbidden => format!("{place}が応答し、要求を拒否しました{}", status(symptom)),
        Kind::Unauthorized => format!("{place}が応答し、認証を求めています{}", status(symptom)),
        Kind::NotFound => format!("{place}が、要求されたものはないと応答しました{}", status(symptom)),
        Kind::TooManyRequests => format!("{place}が、リクエストが多すぎると応答しました{}", status(symptom)),
        Kind::ServiceFails => format!("{place}が、サーバー側のエラーを返しました{}", status(symptom)),
        Kind::ServiceRefuses => format!("{place}がエラーを返しました{}", status(symptom)),
        Kind::AccessDenied => match symptom.policy {
            Some(policy) => format!("AWS が応答し、{}により要求を拒否しました", named_policy(policy)),
            None => "AWS が応答し、要求を拒否しました".to_owned(),
        },
        Kind::CredentialsRefused => "AWS が応答しましたが、認証情報を受け付けません".to_owned(),
        Kind::ClockSkewed => "AWS が応答しましたが、リクエストの時刻を受け付けません".to_owned(),
        Kind::NoSuchObject => {
            "S3 が、そのバケットまたはオブジェクトはない (またはリージョンが違う) と応答しました".to_owned()
        }
        Kind::ReleaseNotYetValid => "ホストの時計では、パッケージの一覧が未来のものになっています".to_owned(),
        Kind::ReleaseExpired => "ホストの時計では、パッケージの一覧が期限切れです".to_owned(),
        Kind::ContentMismatch => "取得した内容が、公開されているチェックサムと一致しません".to_owned(),
        Kind::SignatureNotTrusted => "パッケージは取得できましたが、署名した鍵をホストが信頼していません".to_owned(),
        Kind::RepositoryIgnored => "dnf が、届かなかったリポジトリを無視して処理を続けました".to_owned(),
        Kind::SummaryOnly => "要約であり、理由は書かれていません".to_owned(),
    };
    match symptom.program {
        Some(program) => format!("{}: {what}", program.name()),
        None => what,
    }
}

fn named_policy(policy: NamedPolicy) -> &'static str {
    match policy {
        NamedPolicy::Identity => "ロールのポリシー",
        NamedPolicy::Resource => "バケットポリシー",
        NamedPolicy::Boundary => "ロールのアクセス許可の境界",
        NamedPolicy::Session => "セッションポリシー",
        NamedPolicy::ServiceControl => "組織のサービスコントロールポリシー",
        NamedPolicy::ResourceControl => "組織のリソースコントロールポリシー",
        NamedPolicy::Endpoint => "VPC エンドポイントのポリシー",
    }
}

/// How it and the configuration go together.
pub(crate) fn relation(judged: &Judged) -> String {
    let mut numbers: String = judged.numbers.iter().map(|number| format!("[{number}]")).collect();
    if let Some(alternative) = judged.alternative.as_ref().filter(|_| !numbers.is_empty()) {
        numbers = format!("{alternative} の{numbers}");
    }
    match judged.relation {
        Relation::Agrees => format!("設定からの判定と一致します。{numbers}で説明できます"),
        Relation::AgreesInPart => format!("パケットの一部については、設定からの判定と一致します: {numbers}"),
        Relation::NothingFailed => "何も失敗しておらず、妨げているものもありません".to_owned(),
        Relation::PassesByConfiguration => {
            "設定からの判定と矛盾します。設定上は通るので、ホストを調べてください".to_owned()
        }
        Relation::StoppedByConfiguration => {
            format!("設定からの判定と矛盾します。{numbers}があるため、判定した経路ではここまで進めないはずです")
        }
        Relation::SilentByConfiguration => format!(
            "設定からの判定と矛盾します。{numbers}が止めるパケットは何の通知もなく破棄されますが、ここでは誰かが応答しています。応答したのは AWS のネットワークではありません"
        ),
        Relation::FailsBefore => format!(
            "設定からの判定と矛盾します。設定上は名前を解決できるので、ホストを調べてください。パケットの送信 ({numbers}) はその後の段階です"
        ),
        Relation::AllowedByConfiguration => {
            "スナップショットのポリシーと矛盾します。ポリシー上は許可されています".to_owned()
        }
        Relation::BeyondConfiguration => {
            "スナップショットのネットワークは通ります。ここで失敗したことは、どの設定にも現れません".to_owned()
        }
        Relation::OnTheHost => {
            "パケットを送信する前にホスト上で起きたことで、ネットワークについては何も分かりません".to_owned()
        }
        Relation::AtTheProxy => {
            "プロキシで起きたことです。判定はプロキシを使わない経路についてのものなので、プロキシへの経路も確かめてください".to_owned()
        }
        Relation::Undecided if numbers.is_empty() => "設定からは判定できません".to_owned(),
        Relation::Undecided => format!("設定からは判定できません。{numbers}が原因かもしれません"),
        Relation::DependsOnAlternative => {
            "設定で説明できるかどうかは、どの候補が当てはまるかによります".to_owned()
        }
        Relation::OtherDestination => {
            "メッセージは質問とは別のホストまたはポートについてのもので、この回答とは関係しません".to_owned()
        }
        Relation::OtherProtocol => {
            "ping と接続は別のパケットなので、この回答はメッセージとは関係しません".to_owned()
        }
        Relation::NoNameAsked => {
            "質問はアドレスについてのものですが、名前を解決できていません。名前を指定して質問してください".to_owned()
        }
        Relation::NothingSaid => "何が失敗したかは書かれていません".to_owned(),
    }
}

/// What may be the reason.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: a cause without words does not compile")]
pub(crate) fn cause(cause: &Cause) -> String {
    match cause {
        Cause::LeftOverProcess { pid: Some(pid) } => {
            format!("以前の実行で残ったプロセス {pid}: `ps -fp {pid}` で確認")
        }
        Cause::LeftOverProcess { pid: None } => {
            "以前の実行で残ったパッケージマネージャーがロックを保持しているか、古いエラーを表示し続けている: `ps -ef | grep -E 'yum|dnf|apt|rpm'` で確認".to_owned()
        }
        Cause::EarlierRunWaits => {
            "以前の実行そのものが、この回答の「到達を妨げているもの」のために待たされている (ロックはその結果)".to_owned()
        }
        Cause::DamagedLock => {
            "メッセージにあるロックファイル: パッケージマネージャーが動いていないことを確かめてから削除".to_owned()
        }
        Cause::ResolverOfHost => {
            "`/etc/resolv.conf` が VPC のものとは別のネームサーバーを、または `/etc/hosts` が別のアドレスを指している".to_owned()
        }
        Cause::NameServer { address } => {
            format!("ネームサーバー `{address}` が動いていないか、その名前を知らない (応答することは前提)")
        }
        Cause::TooManyQuestions => {
            "1 つのインターフェイスからリゾルバーへのパケットが毎秒 1024 個を超え、超過分が破棄されている".to_owned()
        }
        Cause::DnsFirewall => "Route 53 Resolver DNS Firewall のルール (読み込みの対象外)".to_owned(),
        Cause::NameWrong => {
            "名前の誤り: 書き間違い、リージョンの間違い、またはプライベートゾーンにしかない名前".to_owned()
        }
        Cause::Proxy => {
            "プロキシ: `env | grep -i proxy`、`/etc/yum.conf`、`/etc/dnf/dnf.conf`、`/etc/apt/apt.conf.d`、`pip config list` で確認".to_owned()
        }
        Cause::FirewallOfHost => {
            "ホスト自身のファイアウォール: `sudo nft list ruleset`、`sudo iptables -S` で確認".to_owned()
        }
        Cause::RoutesOfHost => {
            "ホスト自身のルート、VPN、2 つ目のインターフェイス: `ip route get アドレス`、`ip rule` で確認".to_owned()
        }
        Cause::Ipv6 => {
            "名前に IPv6 アドレスがあるが、ホストに IPv6 の経路がない: `curl -4` を試す".to_owned()
        }
        Cause::NatInstanceGuest { instance } => format!(
            "NAT インスタンス `{instance}` の内部: 転送、マスカレード、ファイアウォールは正しいものと仮定している"
        ),
        Cause::NatPorts { nat_gateway } => format!(
            "NAT ゲートウェイ `{nat_gateway}` で、この送信先に使えるポートが尽きている (その場合、メトリクス `ErrorPortAllocation` が 0 より大きい)"
        ),
        Cause::NatIdle { nat_gateway } => {
            format!("NAT ゲートウェイ `{nat_gateway}` は、350 秒間アイドル状態の接続を切断する")
        }
        Cause::FirewallOnTheWay { endpoint } => {
            format!("経路上の `{endpoint}`: TLS や HTTP の中身を見るルールを持つファイアウォール")
        }
        Cause::PacketSize => {
            "経路の一部 (VPN や Transit Gateway など) に対してパケットが大きすぎる: `ip link set デバイス mtu 1400` を試す".to_owned()
        }
        Cause::SourcePorts => {
            "ホストが、想定と異なる範囲から送信元ポートを選んでいる: `sysctl net.ipv4.ip_local_port_range` で確認".to_owned()
        }
        Cause::FarEndDrops => "相手側が特定のアドレスだけを許可している: こちらのアドレスが登録されているか".to_owned(),
        Cause::FarEndAnswersNoPing => "相手側が ping に応答しない (応答しないホストは多い)".to_owned(),
        Cause::NothingListens => "相手側でそのポートを待ち受けていない: `ss -ltn` で確認".to_owned(),
        Cause::FarEndFails => "相手側の過負荷または障害: 時間をおくか、別のミラーを試す".to_owned(),
        Cause::SnapshotOfAnotherTime => "スナップショットとメッセージの時点が異なる".to_owned(),
        Cause::MessageFromElsewhere => "メッセージが別のマシン、または別の時点のものである".to_owned(),
        Cause::Interception => {
            "経路上で TLS の中身を検査している: `openssl s_client -connect ホスト:443 -servername ホスト` で署名者を確認".to_owned()
        }
        Cause::Clock => "ホストの時計: `date -u`、`chronyc tracking` で確認".to_owned(),
        Cause::TrustedAuthorities => {
            "信頼する認証局の一覧が古いか、ない: パッケージ `ca-certificates`".to_owned()
        }
        Cause::FarEndCertificate => "相手側の証明書そのもの".to_owned(),
        Cause::PortOrScheme => "ポートの誤り、または `https` と `http` の取り違え".to_owned(),
        Cause::NoSuchRelease => {
            "要求したリリースやファイルが存在しない (S3 はその場合も 403 を返す): `releasever`、`/etc/dnf/vars`、`/etc/yum/vars` を確認".to_owned()
        }
        Cause::NotFromAws => {
            "リポジトリは AWS からのアクセスだけに応答するが、トラフィックは別の場所から出ている".to_owned()
        }
        Cause::ServiceRefuses => {
            "サービス自身、またはその手前のフィルターが、アクセス元または要求の内容を拒否している".to_owned()
        }
        Cause::PolicyNamed { policy } => format!("メッセージにある{}", named_policy(*policy)),
        Cause::PolicyNotInSnapshot => {
            "スナップショットにないポリシー: リソースコントロールポリシー、KMS キー、S3 のブロックパブリックアクセス、セッション".to_owned()
        }
        Cause::OtherCredentials => {
            "インスタンスのロールとは別の認証情報: `aws sts get-caller-identity`、環境変数 `AWS_…`、`~/.aws` を確認".to_owned()
        }
        Cause::NoRole => {
            "インスタンスにロールがないか、メタデータが応答しない: インスタンスプロファイル、メタデータオプション、ホップ制限".to_owned()
        }
        Cause::RhuiIdentity => "RHUI のクライアント証明書または ID".to_owned(),
        Cause::AddressWrong => {
            "アドレスの誤り、またはミラーの一覧が古い: `yum clean all`、`dnf clean all`".to_owned()
        }
        Cause::StaleCopy => {
            "経路上のキャッシュ、または更新中のミラー: メタデータを消去して再試行".to_owned()
        }
        Cause::PackageKeys => "リポジトリの鍵がインポートされていない (ネットワークに問題はない)".to_owned(),
        Cause::Space => "ディスクの空き: `df -h` で確認".to_owned(),
    }
}

/// What to do next.
pub(crate) fn next(next: &Next) -> String {
    match next {
        Next::Probe => {
            "ホスト上で `sudo deguchi probe --format json > probe.json` を実行し、`--probe probe.json` を付けてもう一度質問する".to_owned()
        }
        Next::SeeProbe => "ホストの調査結果は下に示す".to_owned(),
        Next::ProbeNatInstance { instance } => format!("NAT インスタンス `{instance}` でも同じことを行う"),
        Next::Ask { source, destination } => format!("それについて質問する: `deguchi why {source} {destination}`"),
        Next::LinesAbove => "その上の行も指定する (理由はそのいずれかに書かれている)".to_owned(),
        Next::NotComplete => {
            "`Complete!` は成功を意味しない。`Ignoring repositories` より上の行を指定する".to_owned()
        }
        Next::EndProcess { pid: Some(pid) } => {
            format!("何をしているプロセスかを確かめてから終了する: `sudo kill {pid}`")
        }
        Next::EndProcess { pid: None } => {
            "プロセスを探し、何をしているかを確かめてから終了する: `sudo deguchi probe`".to_owned()
        }
        Next::FixFirst => {
            "先に修正案でネットワークを直す。そうしないと、次の実行も同じように待たされる".to_owned()
        }
    }
}
