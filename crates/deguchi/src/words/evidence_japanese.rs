//! What Japanese says about what a probe says to an answer.

use super::probe_japanese;
use crate::probe::{
    evidence::{Agreement, Evidence},
    facts::Connected,
};

/// The heading.
pub(crate) const TITLE: &str = "ホストの調査結果 (`--probe`)";

/// Returns the sentence, without a full stop.
pub(crate) fn words(evidence: &Evidence) -> String {
    match evidence {
        Evidence::OtherHost { file, host } => {
            format!("`{file}` はスナップショットにないマシン `{host}` のものなので、使用しません")
        }
        Evidence::NotOnTheWay { file, instance } => {
            format!("`{file}` は `{instance}` のもので、この回答には関係しません")
        }
        Evidence::SourcePorts { first, last } => {
            format!(
                "クライアントのカーネルは送信元ポートを {first}-{last} から選びます。回答はこの範囲についてのものです"
            )
        }
        Evidence::Forwards { instance } => format!(
            "NAT インスタンス `{instance}` は転送を行い、外に出るインターフェイスでマスカレードし、何も破棄しません"
        ),
        Evidence::FirewallNotSeen { instance } => format!(
            "NAT インスタンス `{instance}` の調査ではファイアウォールを確認できていません。`sudo deguchi probe --format json` で取り直してください"
        ),
        Evidence::Tried { host, port, address, outcome: how, agreement } => {
            let tried = format!("`{host}` のポート {port} (`{address}`): {}", outcome(how));
            match agreement {
                Agreement::Agree => format!("{tried}。設定からの判定と一致します"),
                Agreement::OnlyConfiguration => format!(
                    "{tried}。しかし設定上は通ります。ホスト自身のファイアウォールとルート、相手側、スナップショットが同じ時点のものかを確かめてください"
                ),
                Agreement::OnlyHost => format!(
                    "{tried}。しかし設定上は通りません。スナップショットが別の時点のものか、ホストが別の経路を使っています"
                ),
                Agreement::Undecided => tried,
            }
        }
        Evidence::ByProxy { url, from } => format!(
            "ホストはプロキシ `{url}` (`{from}` で設定) を使います。判定は直接の経路についてのものなので、プロキシへの経路も確かめてください"
        ),
        Evidence::Found(finding) => probe_japanese::finding(finding),
    }
}

fn outcome(outcome: &Connected) -> String {
    match outcome {
        Connected::Open => "接続できました".to_owned(),
        Connected::Refused => "接続を拒否されました (応答はあります)".to_owned(),
        Connected::TimedOut => "応答がありませんでした".to_owned(),
        Connected::Unreachable(why) | Connected::Failed(why) => format!("接続に失敗しました ({why})"),
    }
}
