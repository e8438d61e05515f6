//! What tests of labs share: whether there can be one here, and a place for labs of their own.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

mod tools;

pub(crate) use tools::missing;

/// A folder for labs, which end with it.
pub(crate) struct Home(PathBuf);

/// What the program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("deguchi-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("TMPDIR", &self.0).env("LC_ALL", "C.UTF-8").env_remove("COLUMNS").stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(env!("CARGO_BIN_EXE_deguchi")).args(arguments))
    }

    /// Runs a command of the system, with the program as its last argument.
    pub(crate) fn shell(&self, words: &[&str]) -> Said {
        said(self.command(words[0]).args(&words[1..]).arg(env!("CARGO_BIN_EXE_deguchi")))
    }

    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(env!("CARGO_BIN_EXE_deguchi")).args(arguments).stdout(Stdio::null()).spawn().unwrap()
    }

    fn root(&self) -> Option<PathBuf> {
        let entry = fs::read_dir(&self.0).unwrap().flatten().next()?;
        Some(entry.path())
    }

    /// A file of a lab.
    pub(crate) fn read(&self, lab: &str, file: &str) -> String {
        fs::read_to_string(self.root().unwrap().join(lab).join(file)).unwrap()
    }

    /// What is left in the folder of labs.
    pub(crate) fn labs(&self) -> Vec<String> {
        let entries = self.root().map(|root| fs::read_dir(root).unwrap().flatten()).into_iter().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.run(&["lab", "down", "--all"]);
        let _ = fs::remove_dir_all(&self.0);
    }
}
