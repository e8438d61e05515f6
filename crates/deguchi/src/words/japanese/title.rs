//! Japanese headings and labels of the text answer.

use crate::report::Title;

/// Returns a heading or label.
pub(crate) const fn words(title: Title) -> &'static str {
    match title {
        Title::Forward => "往路",
        Title::Return => "復路",
        Title::Leg => "区間",
        Title::OtherWays => "その他のパケット",
        Title::Explained => "上に示した経路",
        Title::Names => "名前解決",
        Title::Authorization => "認可",
        Title::Exits => "すべての出口",
        Title::Fixes => "修正案",
        Title::Blockers => "到達を妨げているもの",
        Title::Unknowns => "判定できない点",
        Title::UnknownsBeyond => "このほかに判定できない点",
        Title::Assumptions => "この判定の前提",
        Title::Seen => crate::words::symptom_japanese::TITLE,
        Title::Evidence => crate::words::evidence_japanese::TITLE,
        Title::Remarks => "質問の解釈",
        Title::Notices => "スナップショットについての注意",
        Title::Where => "場所",
        Title::Rule => "ルール",
        Title::Concerns | Title::ConcernsUnknown => "対象",
        Title::Symptom => "ホストでは",
        Title::Effect => "影響",
        Title::Hint => "ヒント",
        Title::SameAsBefore => "上の候補と同じです",
        Title::PublicIpv4 => "パブリック IPv4",
        Title::PublicIpv6 => "パブリック IPv6",
    }
}

/// Returns how many more there are of a list that was cut short.
pub(crate) fn more(count: usize) -> String {
    format!("… ほか {count} 件 (すべては `--format json` で)")
}
