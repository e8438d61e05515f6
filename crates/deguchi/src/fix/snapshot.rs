//! A plan as the snapshot that follows: the files of a snapshot, changed, so that anyone can ask again.
//!
//! Works on the JSON as it stands and shares nothing with `deguchi_engine::change`: reading the result afresh is a check
//! of both. Whatever a change does not touch is kept, down to members that deguchi does not read.

use std::{fs, path::Path};

use deguchi_engine::{Engine, Verdict, change::Change};
use serde_json::Value;

use super::record;
use crate::{
    error::{Error, ErrorKind},
    ingest::{self, File},
    question::Question,
};

/// Writes a snapshot as it is after changes into a folder, which has to be empty or absent, and asks the question again of what
/// was written.
///
/// # Errors
///
/// If the files are of Terraform (its code is what has to be changed), if the folder has something in it or cannot be written, or
/// if what was written does not answer as the plan says.
pub fn write(files: &[File], changes: &[Change], question: &Question, folder: &Path) -> Result<(), Error> {
    let name = folder.display().to_string();
    if files.iter().any(ingest::is_terraform) {
        return Err(Error::new(ErrorKind::ApplyToTerraform));
    }
    let failed = |error: &std::io::Error| Error::new(ErrorKind::File { file: name.clone(), cause: error.to_string() });
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Ok(false) => return Err(Error::new(ErrorKind::FolderNotEmpty { folder: name })),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(&error)),
    }
    let changed = changed(files, changes);
    for file in &changed {
        let path = folder.join(&file.name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, &file.text)).map_err(|error| failed(&error))?;
    }
    let network = ingest::from_files(changed)?.network;
    let engine = Engine::new(&network);
    let arrives =
        |alternative: &crate::question::Alternative| engine.answer(&alternative.query).verdict == Verdict::Reachable;
    if question.alternatives.iter().all(arrives) && super::name_verdict(&network, question) != Verdict::Unreachable {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::NotApplied { folder: name }))
    }
}

/// Returns the files of a snapshot as they are after changes.
pub fn changed(files: &[File], changes: &[Change]) -> Vec<File> {
    let mut sheets: Vec<Sheet> = files.iter().map(Sheet::new).collect();
    for change in changes {
        let mut created = Vec::new();
        for sheet in &mut sheets {
            for document in &mut sheet.documents {
                sheet.is_changed |= record::change(document, change);
            }
        }
        created.extend(record::created(&sheets.iter().flat_map(|sheet| &sheet.documents).collect::<Vec<_>>(), change));
        for made in created {
            put(&mut sheets, made);
        }
    }
    sheets.into_iter().map(Sheet::into_file).collect()
}

/// A file as JSON values, one after the other; none where it is no JSON.
struct Sheet {
    name: String,
    text: String,
    documents: Vec<Value>,
    is_changed: bool,
}

impl Sheet {
    fn new(file: &File) -> Self {
        let text = file.text.trim_start_matches('\u{feff}');
        let documents: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
        Self {
            name: file.name.clone(),
            text: file.text.clone(),
            documents: documents.unwrap_or_default(),
            is_changed: false,
        }
    }

    fn into_file(self) -> File {
        if !self.is_changed {
            return File { name: self.name, text: self.text };
        }
        let mut text = String::new();
        for document in &self.documents {
            // Values that were JSON are JSON again.
            text.push_str(&serde_json::to_string_pretty(document).unwrap_or_default());
            text.push('\n');
        }
        File { name: self.name, text }
    }
}

/// Puts a new resource where those of its VPC are: into the object that lists them, or if that is a whole file, into a file of
/// its own beside it, so that the account and Region of the folder are its own too.
fn put(sheets: &mut Vec<Sheet>, made: record::Created) {
    let record::Created { key, resource, beside } = made;
    let found = sheets.iter_mut().find_map(|sheet| {
        let depth = sheet.documents.iter().find_map(|document| record::depth_of_list(document, &beside))?;
        Some((sheet, depth))
    });
    let folder = match found {
        Some((sheet, depth)) if depth > 0 => {
            let is_put =
                sheet.documents.iter_mut().any(|document| record::put_beside(document, &beside, key, &resource));
            sheet.is_changed |= is_put;
            if is_put {
                return;
            }
            folder_of(&sheet.name)
        }
        Some((sheet, _)) => folder_of(&sheet.name),
        // A list of resources without a key, or the resource itself is not there.
        None => {
            let named = |sheet: &&Sheet| sheet.documents.iter().any(|document| record::names(document, &beside));
            sheets.iter().find(named).map_or_else(String::new, |sheet| folder_of(&sheet.name))
        }
    };
    let document = match key {
        "" => resource,
        key => Value::Object([(key.to_owned(), Value::Array(vec![resource]))].into_iter().collect()),
    };
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let mut candidates = (1_usize..).map(|number| format!("{folder}created-{number}.json"));
    let name = candidates.find(|name| !names.contains(name)).unwrap_or_default();
    sheets.push(Sheet { name, text: String::new(), documents: vec![document], is_changed: true });
}

/// The folder of a file, with its slash; empty for the root.
fn folder_of(name: &str) -> String {
    name.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"))
}
