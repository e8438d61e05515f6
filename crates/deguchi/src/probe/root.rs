//! The machine's files: below `/`, or below another folder that is looked at as a machine's.

use std::{
    fs::{self, File},
    io::Read as _,
    path::PathBuf,
};

/// The largest file that is read.
const LARGEST: u64 = 1 << 20;

/// Where a machine's files are.
#[derive(Clone, Debug)]
pub(super) struct Root(pub(super) PathBuf);

impl Root {
    /// Returns where a file of the machine is.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    /// Reads a file; `None` where it is not there or cannot be read.
    pub(super) fn read(&self, path: &str) -> Option<String> {
        let mut text = Vec::new();
        File::open(self.at(path)).ok()?.take(LARGEST).read_to_end(&mut text).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    /// Returns the names in a folder, in order.
    pub(super) fn list(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(path)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

/// Reads a file of the kernel.
pub(super) fn kernel(path: &str) -> Option<String> {
    Root(PathBuf::from("/")).read(path)
}

/// Reads a number of the kernel.
pub(super) fn kernel_number(path: &str) -> Option<u64> {
    kernel(path)?.trim().parse().ok()
}
