//! The files of a snapshot, read from disk.
//!
//! Leaves out what they mean. Links are followed, each folder is read once, and folders whose name begins with a dot
//! (`.git`, `.terraform`) are no part of a snapshot.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// A file of a snapshot, or why it could not be read.
pub(super) struct Loaded {
    /// Its path relative to the snapshot's root, with `/` between folders.
    pub(super) name: String,
    pub(super) text: Result<String, Unreadable>,
}

/// Why a file could not be read as text.
pub(super) enum Unreadable {
    /// The operating system refused.
    Refused(String),
    /// It is neither UTF-8 nor UTF-16.
    NotText,
}

/// What a path leads to.
pub(super) enum Source {
    Folder(Vec<Loaded>),
    File(Loaded),
}

/// Reads a folder at any depth, or one file.
pub(super) fn read(path: &Path) -> io::Result<Source> {
    if fs::metadata(path)?.is_dir() {
        return folder(path).map(Source::Folder);
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let text = decode(fs::read(path)?).ok_or(Unreadable::NotText);
    Ok(Source::File(Loaded { name, text }))
}

/// A folder still to be read, and its path relative to the root.
struct Pending {
    path: PathBuf,
    name: String,
}

fn folder(root: &Path) -> io::Result<Vec<Loaded>> {
    // The root itself must be readable; a folder inside it that is not is a notice.
    fs::read_dir(root)?;
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![Pending { path: root.to_path_buf(), name: String::new() }];
    while let Some(Pending { path, name }) = pending.pop() {
        // A link may lead back: a folder counts once, whatever its paths.
        if fs::canonicalize(&path).is_ok_and(|real| !seen.insert(real)) {
            continue;
        }
        match entries(&path) {
            Err(error) => files.push(refused(name, &error)),
            Ok(entries) => {
                for entry in entries {
                    visit(&path, &name, &entry, &mut files, &mut pending);
                }
            }
        }
    }
    Ok(files)
}

fn entries(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        entries.push(entry?.file_name());
    }
    // Last first: `pending` is a stack, and the first path to a folder should be the one that counts.
    entries.sort_unstable_by(|a, b| b.cmp(a));
    Ok(entries)
}

fn visit(
    folder: &Path,
    folder_name: &str,
    entry: &std::ffi::OsStr,
    files: &mut Vec<Loaded>,
    pending: &mut Vec<Pending>,
) {
    let path = folder.join(entry);
    let own = entry.to_string_lossy();
    if own.starts_with('.') {
        return;
    }
    let name = if folder_name.is_empty() { own.into_owned() } else { format!("{folder_name}/{own}") };
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => pending.push(Pending { path, name }),
        // A pipe or device in a folder is no part of a snapshot, and reading it might never end.
        Ok(metadata) if !metadata.is_file() => {}
        Ok(_) if !may_be_json(&path) => {}
        Ok(_) => match fs::read(&path) {
            Ok(bytes) => files.push(Loaded { name, text: decode(bytes).ok_or(Unreadable::NotText) }),
            Err(error) => files.push(refused(name, &error)),
        },
        Err(error) if is_named_json(&path) => files.push(refused(name, &error)),
        Err(_) => {}
    }
}

fn refused(name: String, error: &io::Error) -> Loaded {
    Loaded { name, text: Err(Unreadable::Refused(error.to_string())) }
}

fn is_named_json(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    matches!(extension.as_deref(), Some("json" | "jsonl" | "ndjson" | "tfstate"))
}

/// Whether a file of a folder is read: by its extension, or having none, by its first character.
fn may_be_json(path: &Path) -> bool {
    use io::Read;
    if path.extension().is_some() {
        return is_named_json(path);
    }
    let mut first = [0; 64];
    let read = fs::File::open(path).and_then(|mut file| file.read(&mut first)).unwrap_or(0);
    let text = first.get(..read).unwrap_or_default();
    matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Decodes UTF-8, with or without a byte order mark, or UTF-16 with one: PowerShell's `>` writes the latter.
fn decode(bytes: Vec<u8>) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit));
        char::decode_utf16(units).collect::<Result<String, _>>().ok()
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    }
}
