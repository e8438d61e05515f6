//! From the files of a snapshot to a network, and to notices about what could not be read or is missing.
//!
//! Reads answers of AWS's API (`aws_cli`), and Terraform's plans and state (`terraform`). Flow logs are recognised, not read.

mod aws_cli;
mod check;
mod files;
mod json;
mod place;
mod terraform;

use std::{fmt, path::Path};

use deguchi_model::Network;

pub(crate) use self::aws_cli::as_in_the_api;
pub use self::terraform::Moment;
use self::{
    aws_cli::document::{Document, Parsed, parse},
    files::{Loaded, Source, Unreadable},
    terraform::{Base, Replaced, Translated},
};
use crate::notice::{Format, JsonProblem, JsonProblemKind, Location, Notice, NoticeKind, Notices};

/// A network, and what ingest wants known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The network.
    pub network: Network,
    /// Notices, worst first; many of one kind are folded into one.
    pub notices: Vec<Notice>,
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// Its path relative to the snapshot's root, with `/` between folders.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// Why nothing could be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// Nothing is at the path.
    NotFound {
        /// The path.
        path: String,
    },
    /// The path cannot be read.
    Unreadable {
        /// The path.
        path: String,
        /// What the operating system says.
        reason: String,
    },
    /// The folder has no JSON file, at any depth.
    NoJsonFile {
        /// The folder.
        path: String,
    },
    /// The one file is no JSON.
    NotJson {
        /// The file.
        file: String,
        /// What is wrong.
        problem: JsonProblem,
    },
    /// Every file is broken, or cannot be read.
    EveryFileBroken {
        /// How many files there are.
        files: usize,
        /// Notices about each.
        notices: Vec<Notice>,
    },
    /// What is to be laid over a snapshot is no plan and no state of Terraform.
    NoTerraform {
        /// The path.
        path: String,
    },
    /// What is there is of a format that is not read yet.
    FormatNotRead {
        /// The first such file.
        file: String,
        /// Its format.
        format: Format,
    },
    /// There is JSON, but none that describes a network.
    NoNetwork {
        /// How many files there are.
        files: usize,
        /// What is wrong with them, if anything.
        notices: Vec<Notice>,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::words::notice_english::load_error(self).message)
    }
}

impl std::error::Error for LoadError {}

/// Loads a snapshot from a folder (at any depth) or from one file; of a plan, the network after it is applied.
pub fn from_path(path: &Path) -> Result<Snapshot, LoadError> {
    from_path_at(path, Moment::After)
}

/// Loads a snapshot from a folder or a file; of a plan, either of its two networks.
pub fn from_path_at(path: &Path, moment: Moment) -> Result<Snapshot, LoadError> {
    load(files_of(path)?, Vec::new(), moment)
}

/// Loads a plan (or a state) over a snapshot: what the plan does not manage comes from the snapshot, and what it deletes is gone.
pub fn from_path_over(path: &Path, over: &Path, moment: Moment) -> Result<Snapshot, LoadError> {
    let plan = files_of(path)?;
    let is_terraform = |file: &Loaded| {
        let text = file.text.as_ref().ok();
        text.and_then(|text| parse(&file.name, text, &mut Notices::default()).ok())
            .is_some_and(|it| !it.terraform.is_empty())
    };
    if !plan.iter().any(is_terraform) {
        return Err(LoadError::NoTerraform { path: path.display().to_string() });
    }
    load(plan, files_of(over)?, moment)
}

fn files_of(path: &Path) -> Result<Vec<Loaded>, LoadError> {
    let name = path.display().to_string();
    let source = files::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => LoadError::NotFound { path: name.clone() },
        _ => LoadError::Unreadable { path: name.clone(), reason: error.to_string() },
    })?;
    match source {
        Source::Folder(files) if files.is_empty() => Err(LoadError::NoJsonFile { path: name }),
        Source::Folder(files) => Ok(files),
        Source::File(file) => Ok(vec![file]),
    }
}

/// Loads both networks of a Terraform plan, before and after it is applied; `None` where there is no plan. What a first plan
/// starts from is a network without anything.
pub fn both_of_plan(path: &Path) -> Result<Option<(Snapshot, Snapshot)>, LoadError> {
    let after = from_path_at(path, Moment::After)?;
    let files = match files::read(path) {
        Ok(Source::Folder(files)) => files,
        Ok(Source::File(file)) => vec![file],
        Err(_) => Vec::new(),
    };
    let is_plan = |text: &str| {
        let keys: Option<std::collections::BTreeMap<String, serde::de::IgnoredAny>> = serde_json::from_str(text).ok();
        keys.is_some_and(|keys| keys.contains_key("planned_values") || keys.contains_key("resource_changes"))
    };
    if !files.iter().any(|file| file.text.as_ref().is_ok_and(|text| is_plan(text))) {
        return Ok(None);
    }
    let before = match from_path_at(path, Moment::Before) {
        Err(LoadError::NoNetwork { .. }) => Snapshot { network: Network::default(), notices: Vec::new() },
        before => before?,
    };
    Ok(Some((before, after)))
}

/// Reads the files of a snapshot as they are.
pub(crate) fn files_from_path(path: &Path) -> Result<Vec<File>, LoadError> {
    let text = |Loaded { name, text }: Loaded| match text {
        Ok(text) => Ok(File { name, text }),
        Err(Unreadable::Refused(reason)) => Err(LoadError::Unreadable { path: name, reason }),
        Err(Unreadable::NotText) => {
            let reason = "neither UTF-8 nor UTF-16".to_owned();
            Err(LoadError::Unreadable { path: name, reason })
        }
    };
    files_of(path)?.into_iter().map(text).collect()
}

/// Whether a file holds a plan or a state of Terraform.
pub(crate) fn is_terraform(file: &File) -> bool {
    parse(&file.name, &file.text, &mut Notices::default()).is_ok_and(|parsed| !parsed.terraform.is_empty())
}

/// Loads a snapshot from files already in memory. Neither their order nor, but for messages, their names matter, except
/// where an answer does not name its subject: entries of a prefix list, the account and region of a folder.
pub fn from_files(files: Vec<File>) -> Result<Snapshot, LoadError> {
    let files = files.into_iter().map(|File { name, text }| Loaded { name, text: Ok(text) });
    load(files.collect(), Vec::new(), Moment::After)
}

/// What the files of a snapshot hold, before it is assembled.
#[derive(Default)]
struct Contents<'f> {
    documents: Vec<Document<'f>>,
    /// Plans and state of Terraform, each with its file.
    terraform: Vec<(&'f str, &'f str)>,
    formats: Vec<(String, Format)>,
    problems: Vec<NoticeKind>,
    broken: Vec<Document<'f>>,
}

fn load(mut files: Vec<Loaded>, mut beneath: Vec<Loaded>, moment: Moment) -> Result<Snapshot, LoadError> {
    // By name, and by content for equal names: the order of reading decides nothing.
    files.sort_by(|a, b| (&a.name, a.text.as_ref().ok()).cmp(&(&b.name, b.text.as_ref().ok())));
    let mut notices = Notices::default();
    let contents = contents(&files, &mut notices);
    let base = base_of(&beneath);
    let translated: Vec<(&str, Translated)> =
        contents.terraform.iter().filter_map(|(file, text)| translate(file, text, moment, &base)).collect();
    for (_, own) in &translated {
        beneath.iter_mut().for_each(|file| prune(file, &own.replaced));
    }
    let mut documents = contents.documents;
    let beneath = self::contents(&beneath, &mut notices);
    documents.extend(beneath.documents);
    documents.extend(beneath.broken);
    for (file, own) in &translated {
        documents.extend(answers_of(own, &mut notices));
        for (notice, address) in &own.notices {
            let location = Location { file: (*file).to_owned(), path: address.clone() };
            notices.add(NoticeKind::Terraform(notice.clone()), Some(location));
        }
    }
    if !documents.iter().any(Document::is_read) {
        return Err(nothing(&files, contents.problems, contents.formats, notices));
    }
    documents.extend(contents.broken);
    aws_cli::tell_accounts(&mut documents);
    let mut assembled = aws_cli::assemble(&documents, &mut notices);
    for (_, own) in &translated {
        own.mark_stand_ins(&mut assembled.network.stand_ins);
    }
    check::check(&assembled, &mut notices);
    for (file, own) in &translated {
        notices.relocate(|location| own.relocate(file, location));
    }
    Ok(Snapshot { network: assembled.network, notices: notices.folded() })
}

fn contents<'f>(files: &'f [Loaded], notices: &mut Notices) -> Contents<'f> {
    let mut contents = Contents::default();
    for file in files {
        match parse_file(file, notices) {
            Ok(Parsed { documents, terraform, formats }) => {
                contents.formats.extend(formats.into_iter().map(|format| (file.name.clone(), format)));
                contents.terraform.extend(terraform.into_iter().map(|text| (file.name.as_str(), text)));
                contents.documents.extend(documents);
            }
            Err(kind) => {
                contents.problems.push(kind.clone());
                contents.broken.extend(file.text.as_ref().ok().map(|text| Document::broken(&file.name, text)));
                notices.add(kind, Some(Location { file: file.name.clone(), path: String::new() }));
            }
        }
    }
    contents
}

/// What a plan or state comes to. Its syntax was checked already.
fn translate<'f>(file: &'f str, text: &str, moment: Moment, base: &Base) -> Option<(&'f str, Translated)> {
    let document = serde_json::from_str(text).ok()?;
    Some((file, terraform::translate(file, &document, moment, base)))
}

/// The documents of a file as values; none where it is broken.
fn values_of(file: &Loaded) -> Vec<serde_json::Value> {
    let text = file.text.as_ref().map_or("", String::as_str);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read: Result<Vec<_>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    read.unwrap_or_default()
}

/// What a snapshot has for a plan that is laid over it.
fn base_of(files: &[Loaded]) -> Base {
    if files.is_empty() {
        return Base::default();
    }
    let values: Vec<serde_json::Value> = files.iter().flat_map(values_of).collect();
    Base::of(values.iter())
}

/// Takes out of a snapshot's file what a plan has in its place.
fn prune(file: &mut Loaded, replaced: &Replaced) {
    let mut values = values_of(file);
    if values.is_empty() {
        return;
    }
    values.iter_mut().for_each(|value| replaced.prune(value));
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    file.text = Ok(texts.join("\n"));
}

/// The answers that a plan or state came to, parsed.
fn answers_of<'t>(translated: &'t Translated, notices: &mut Notices) -> Vec<Document<'t>> {
    let mut documents = Vec::new();
    for (file, text) in &translated.answers {
        // What was written here can be read.
        let Ok(parsed) = parse(file, text, notices) else { continue };
        documents.extend(parsed.documents);
    }
    documents.iter_mut().for_each(|document| document.may_lack_interfaces = true);
    documents
}

fn parse_file<'f>(file: &'f Loaded, notices: &mut Notices) -> Result<Parsed<'f>, NoticeKind> {
    let text = match &file.text {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(Unreadable::Refused(reason)) => return Err(NoticeKind::FileUnreadable { reason: reason.clone() }),
        Err(Unreadable::NotText) => {
            let problem = JsonProblem { kind: JsonProblemKind::NotText, line: 0, column: 0 };
            return Err(NoticeKind::FileNotJson(problem));
        }
    };
    parse(&file.name, text, notices).map_err(NoticeKind::FileNotJson)
}

/// Why there is no network in files of which none describes one.
fn nothing(files: &[Loaded], problems: Vec<NoticeKind>, formats: Vec<(String, Format)>, notices: Notices) -> LoadError {
    if let Some((file, format)) = formats.into_iter().next() {
        return LoadError::FormatNotRead { file, format };
    }
    if let [Loaded { name, text }] = files
        && let Some(problem) = problems.first()
    {
        if text.as_ref().is_ok_and(|text| is_flow_log(text)) {
            return LoadError::FormatNotRead { file: name.clone(), format: Format::FlowLogs };
        }
        return match problem {
            NoticeKind::FileNotJson(problem) => LoadError::NotJson { file: name.clone(), problem: *problem },
            _ => LoadError::EveryFileBroken { files: 1, notices: notices.folded() },
        };
    }
    if !files.is_empty() && problems.len() == files.len() {
        return LoadError::EveryFileBroken { files: files.len(), notices: notices.folded() };
    }
    LoadError::NoNetwork { files: files.len(), notices: notices.folded() }
}

/// Whether a text is a flow log as AWS writes it: a line of field names, or lines of the default format.
fn is_flow_log(text: &str) -> bool {
    let Some(first) = text.lines().next() else { return false };
    let fields: Vec<&str> = first.split_ascii_whitespace().collect();
    let has = |field: &str| fields.contains(&field);
    let is_header = has("version") && (has("interface-id") || has("srcaddr") || has("tgw-id"));
    let is_record = fields.len() >= 14 && (has("ACCEPT") || has("REJECT") || has("NODATA") || has("SKIPDATA"));
    is_header || is_record
}
