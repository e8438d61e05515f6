//! What Japanese says about a probe.

use crate::probe::{
    Facts, Finding,
    facts::{Connected, LockState, Process, Tls, Unseen},
    text::Label,
};

pub(crate) const NOTHING_WRONG: &str = "このホストに問題は見つかりませんでした";
pub(crate) const NONE: &str = "なし";

/// The first line.
pub(crate) fn title(facts: &Facts) -> String {
    let rights = if facts.host.is_root { "root" } else { "root ではない" };
    format!("`{}` の調査 {} ({rights})", facts.host.name, facts.taken_at)
}

/// What a line is about.
pub(crate) fn label(label: Label) -> &'static str {
    match label {
        Label::OperatingSystem => "OS",
        Label::Metadata => "インスタンスメタデータ",
        Label::NameServers => "ネームサーバー",
        Label::DefaultRoute => "デフォルトルート",
        Label::Addresses => "アドレス",
        Label::EphemeralPorts => "送信元ポート",
        Label::PackageManagers => "実行中のパッケージマネージャー",
        Label::Locks => "使用中または残っているロックファイル",
        Label::Proxies => "プロキシ",
        Label::Clock => "時計の進み (Web サーバーとの差)",
        Label::Forwarding => "net.ipv4.ip_forward",
        Label::Masquerading => "マスカレードするインターフェイス",
        Label::Conntrack => "記憶中の接続数",
        Label::Targets => "問い合わせたホスト数",
        Label::NotSeen => "確認できなかったもの",
    }
}

/// What could not be looked at.
pub(crate) fn not_seen(what: Unseen) -> &'static str {
    match what {
        Unseen::Firewall => "ファイアウォールのルール。`sudo` を付けて実行してください",
        Unseen::Sockets => "別のユーザーのプロセスが止まっている場所。`sudo` を付けて実行してください",
        Unseen::RepositoryAddress => "アドレスの変数の値が分からないリポジトリ",
        Unseen::Targets => "24 を超えた分のホスト",
        Unseen::Step => "調査全体の制限時間に収まらなかったホスト",
    }
}

/// The state of a lock file.
pub(crate) fn lock(state: &LockState) -> String {
    match state {
        LockState::Held(pid) => format!("プロセス {pid} が保持"),
        LockState::Recycled { pid, program } => format!("プロセス {pid} を指すが、現在は `{program}`"),
        LockState::Stale(pid) => format!("終了済みのプロセス {pid} のもの。次の実行が引き継ぎます"),
        LockState::Malformed => "プロセス ID ではない".to_owned(),
        LockState::Free => "空き".to_owned(),
        LockState::Unreadable => "読み取れない".to_owned(),
    }
}

/// What is wrong with TLS.
pub(crate) fn certificate(fault: &Tls) -> String {
    match fault {
        Tls::Trusted => "証明書は有効です".to_owned(),
        Tls::Expired => "証明書の有効期限が切れています".to_owned(),
        Tls::NotValidYet => "証明書の有効期間がまだ始まっていません".to_owned(),
        Tls::WrongHost => "証明書が別のホストのものです".to_owned(),
        Tls::UnknownIssuer => "証明書の発行者が信頼されていません".to_owned(),
        Tls::BadCertificate(why) => format!("証明書に問題があります: {why}"),
        Tls::Cut(why) => format!("ハンドシェイクが途中で切れました: {why}"),
        Tls::NoRoots => "このホストには信頼する認証局のファイルがありません".to_owned(),
    }
}

/// How long a process has been running.
pub(crate) fn age(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} 秒"),
        120..=7199 => format!("{} 分", seconds / 60),
        7200..=172_799 => format!("{} 時間", seconds / 3600),
        _ => format!("{} 日", seconds / 86_400),
    }
}

/// A package manager that runs.
pub(crate) fn process(process: &Process) -> String {
    let stuck = match process.connecting_to.as_slice() {
        [] => String::new(),
        places => format!("、{} への接続の応答を待ったままです", quoted(places)),
    };
    let state = match process.state {
        'T' | 't' => "、停止中です",
        'Z' => "、終了していますが親プロセスに回収されていません",
        'D' => "、中断できないカーネル呼び出しの中です",
        _ => "",
    };
    let parents: Vec<String> = process.parents.iter().take(3).cloned().collect();
    let started = if parents.is_empty() { String::new() } else { format!("、起動元は {}", quoted(&parents)) };
    format!(
        "`{}` がプロセス {} として {} 前から動いています{state}{stuck}{started} (`{}`)。次の実行はこれを待ちます。残ったものであれば \
         `{}` で終了できます",
        process.program,
        process.pid,
        age(process.age_seconds),
        process.command_line,
        process.ends_with
    )
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join("、")
}

fn outcome(outcome: &Connected) -> String {
    match outcome {
        Connected::Open => "接続できます".to_owned(),
        Connected::Refused => "接続を拒否します".to_owned(),
        Connected::TimedOut => "応答がありません".to_owned(),
        Connected::Unreachable(why) | Connected::Failed(why) => why.clone(),
    }
}

/// What is wrong, as a sentence.
pub(crate) fn finding(finding: &Finding) -> String {
    match finding {
        Finding::PackageManagerRuns { process: running } => process(running),
        Finding::LockMalformed { path } => format!(
            "ロックファイル `{path}` の内容がプロセス ID ではないため、dnf が止まります。dnf が動いていないことを確かめてから \
             `sudo rm {path}` で削除してください"
        ),
        Finding::LockRecycled { path, pid, program } => format!(
            "ロックファイル `{path}` が指すプロセス {pid} は現在 `{program}` で、パッケージマネージャーではありません。プロセスは終了させず、\
             `sudo rm {path}` でファイルを削除してください"
        ),
        Finding::NoNameServer => "`/etc/resolv.conf` にネームサーバーがありません".to_owned(),
        Finding::NameServerSilent { server, host } => {
            format!("ネームサーバー `{server}` が応答しません (`{host}` を問い合わせました)")
        }
        Finding::NoSuchName { server, host } => {
            format!("ネームサーバー `{server}` は `{host}` という名前は存在しないと答えます (NXDOMAIN)")
        }
        Finding::NameServerFails { server, host, why } => {
            format!("ネームサーバー `{server}` が `{host}` のアドレスを返しません: {why}")
        }
        Finding::NameDoesNotResolve { host, why } => format!("このホストで `{host}` の名前解決ができません: {why}"),
        Finding::ConnectionTimedOut { host, port, address } => format!(
            "`{host}` のポート {port} (`{address}`) から応答がありません。パケットかその応答が途中で失われています"
        ),
        Finding::ConnectionRefused { host, port, address } => format!(
            "`{host}` のポート {port} (`{address}`) が接続を拒否しました。応答があるので、ネットワークは通しています"
        ),
        Finding::ConnectionUnreachable { host, port, address, why } => {
            format!("このホストから `{host}` のポート {port} (`{address}`) への経路がありません: {why}")
        }
        Finding::TlsFails { host, port, fault } => {
            format!("`{host}` のポート {port} との TLS に失敗しました: {}", certificate(fault))
        }
        Finding::HttpStatus { url, status } => {
            format!("`{url}` が HTTP ステータス {status} を返しました。ネットワークは通しており、相手側が断っています")
        }
        Finding::HttpFails { url, why } => format!("`{url}` は接続を受け付けた後、応答を返しません: {why}"),
        Finding::ClockOff { ahead_seconds } if *ahead_seconds > 0 => {
            format!(
                "時計が {} 進んでいます。証明書の検証や署名付きリクエストが失敗します",
                age(ahead_seconds.unsigned_abs())
            )
        }
        Finding::ClockOff { ahead_seconds } => {
            format!(
                "時計が {} 遅れています。証明書の検証や署名付きリクエストが失敗します",
                age(ahead_seconds.unsigned_abs())
            )
        }
        Finding::ProxyFails { url, from, outcome: how } => {
            format!("プロキシ `{url}` (`{from}` で設定) が使えません: {}", outcome(how))
        }
        Finding::NoDefaultRoute => "ホストにデフォルトルートがありません".to_owned(),
        Finding::ForwardingOff => {
            "マスカレードのルールはありますが `net.ipv4.ip_forward` が 0 のため、何も転送されません。`sudo sysctl -w \
             net.ipv4.ip_forward=1`"
                .to_owned()
        }
        Finding::MasqueradeElsewhere { out, leads_out } => {
            format!("マスカレードのルールは `{out}` のものですが、デフォルトルートは `{leads_out}` から出ます")
        }
        Finding::ForwardDropped => "ファイアウォールが転送するパケットをすべて破棄します".to_owned(),
        Finding::ConntrackFull { count, most } => {
            format!("カーネルが記憶する接続が {count} 件で、上限 {most} 件に達しつつあります。新しい接続は破棄されます")
        }
    }
}
