//! What a person saw, for programs.

use serde::Serialize;

use super::{
    super::{Report, clean, sentence::symptom as say},
    document::Coded,
};
use crate::{
    language::Language,
    symptom::{Judged, Stage, shortened},
};

/// What a person saw, held against the answer.
#[derive(Serialize)]
pub(super) struct SeenOut {
    understood: bool,
    /// Why nothing is concluded, where nothing is understood.
    message: Option<String>,
    symptoms: Vec<SymptomOut>,
}

/// One symptom.
#[derive(Serialize)]
struct SymptomOut {
    code: &'static str,
    program: Option<&'static str>,
    message: String,
    line: String,
    host: Option<String>,
    address: Option<String>,
    port: Option<u16>,
    status: Option<u32>,
    curl_code: Option<u32>,
    proved: Vec<&'static str>,
    failed: Option<&'static str>,
    not_reached: Vec<&'static str>,
    relation: RelationOut,
    causes: Vec<Coded>,
    next: Vec<Coded>,
}

/// How a symptom and the configuration go together.
#[derive(Serialize)]
struct RelationOut {
    outcome: &'static str,
    code: &'static str,
    alternative: Option<String>,
    reasons: Vec<&'static str>,
    message: String,
}

impl SeenOut {
    pub(super) fn new(report: &Report, language: Language) -> Option<Self> {
        let seen = report.seen.as_ref()?;
        let message = seen.not_understood.as_ref().map(|excerpt| say::not_understood(language, excerpt));
        let symptoms = seen.symptoms.iter().map(|judged| SymptomOut::new(judged, language)).collect();
        Some(Self { understood: message.is_none(), message, symptoms })
    }
}

impl SymptomOut {
    fn new(judged: &Judged, language: Language) -> Self {
        let symptom = &judged.symptom;
        let codes = |stages: Vec<Stage>| stages.into_iter().map(Stage::code).collect();
        Self {
            code: symptom.kind.code(),
            program: symptom.program.map(crate::symptom::Program::name),
            message: clean(&say::symptom(language, symptom)),
            line: shortened(&symptom.line),
            host: symptom.host.clone(),
            address: symptom.address.map(|address| address.to_string()),
            port: symptom.port,
            status: symptom.status,
            curl_code: symptom.curl,
            proved: codes(symptom.proved()),
            failed: symptom.kind.failed().filter(|_| !symptom.kind.is_vague()).map(Stage::code),
            not_reached: codes(symptom.not_reached()),
            relation: RelationOut {
                outcome: judged.relation.word(),
                code: judged.relation.code(),
                alternative: judged.alternative.clone(),
                reasons: judged.codes.clone(),
                message: clean(&say::relation(language, judged)),
            },
            causes: judged
                .causes
                .iter()
                .map(|cause| Coded { code: cause.code(), message: clean(&say::cause(language, cause)) })
                .collect(),
            next: judged
                .next
                .iter()
                .map(|next| Coded { code: next.code(), message: clean(&say::next(language, next)) })
                .collect(),
        }
    }
}
