//! `deguchi lab demo`: a broken network, the real `dnf` in it, the question why, plans applied, and the same commands again.
//!
//! Each step is a command that anybody can type; this one types them. A lab is entered by a process without threads, so
//! that each is a process of its own.

use std::{
    io::{BufRead as _, BufReader, pipe},
    path::PathBuf,
    process::{Command, Stdio},
};

use deguchi_lab::LabError;

use crate::{
    commands::{arguments::lab::Demo, output},
    error::{Error, ErrorKind},
    language::Language,
    words::{lab_demo_english, lab_demo_japanese},
};

const FROM: &str = "example:three-faults";
const SOURCE: &str = "web-1";
const API: &str = "https://api.sendgrid.com";

/// What the demonstration runs inside, with the programs that it needs.
const DNF: [&str; 4] = ["dnf", "--setopt=timeout=2", "--setopt=retries=1", "makecache"];
const PING: [&str; 6] = ["ping", "-c", "1", "-W", "3", "amazon.com"];
const CURL: [&str; 7] =
    ["curl", "-sS", "-m", "3", "-w", "HTTP %{http_code}\n", "https://api.sendgrid.com/v3/mail/send"];

/// What is said between the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A network with three faults is brought up.
    Up,
    /// Ping gets out.
    Ping,
    /// `dnf` has no way out.
    Before,
    /// deguchi is asked.
    Why,
    /// The first plan is applied.
    Apply,
    /// The same again.
    After,
    /// So with the API.
    Api,
    /// The end.
    Down,
}

struct Show {
    language: Language,
    program: PathBuf,
    lab: String,
    is_as_told: bool,
}

/// Runs it all; 1 if a command did not do what it should.
pub(super) fn run(arguments: &Demo, language: Language) -> Result<u8, Error> {
    if let Some(command) = ["dnf", "ping", "curl"].into_iter().find(|tool| !is_installed(tool)) {
        return Err(Error::new(ErrorKind::Lab(LabError::NoSuchCommand { command: command.to_owned() })));
    }
    let program = std::env::current_exe().map_err(|error| LabError::system("program", error))?;
    let mut show = Show { language, program, lab: arguments.name.clone(), is_as_told: true };
    show.say(Word::Up)?;
    show.deguchi(&["lab", "up", "--from", FROM, "--focus", SOURCE, "--name"], true, 0)?;
    if !show.is_as_told {
        return Ok(2);
    }
    let result = show.in_the_lab();
    show.say(Word::Down)?;
    show.deguchi(&["lab", "down"], true, 0)?;
    result?;
    let (end, code) = (show.is_as_told, u8::from(!show.is_as_told));
    let words = match language {
        Language::English => lab_demo_english::end(end),
        Language::Japanese => lab_demo_japanese::end(end),
    };
    output::to_stdout(&format!("\n{words}\n"))?;
    Ok(code)
}

impl Show {
    fn in_the_lab(&mut self) -> Result<(), Error> {
        self.say(Word::Ping)?;
        self.inside(&PING, true)?;
        self.say(Word::Before)?;
        self.inside(&DNF, false)?;
        self.say(Word::Why)?;
        self.deguchi(&["why", SOURCE, "yum", "--from", FROM, "--fix-format", "none"], false, 1)?;
        self.say(Word::Apply)?;
        self.deguchi(&["lab", "apply", SOURCE, "yum", "--lab"], true, 0)?;
        self.say(Word::After)?;
        self.inside(&DNF, true)?;
        self.say(Word::Api)?;
        self.inside(&CURL, false)?;
        self.deguchi(&["lab", "apply", SOURCE, API, "--lab"], true, 0)?;
        self.inside(&CURL, true)
    }

    fn say(&self, word: Word) -> Result<(), Error> {
        let words = match self.language {
            Language::English => lab_demo_english::word(word),
            Language::Japanese => lab_demo_japanese::word(word),
        };
        output::to_stdout(&format!("\n# {words}\n"))
    }

    /// Types a command of this program, with the lab's name behind it where that belongs there.
    fn deguchi(&mut self, words: &[&str], names_lab: bool, expected: i32) -> Result<(), Error> {
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words.extend(names_lab.then(|| self.lab.clone()));
        self.type_in(&words, Some(expected))
    }

    /// Types a command in the web server.
    fn inside(&mut self, command: &[&str], succeeds: bool) -> Result<(), Error> {
        let mut words: Vec<String> = ["lab", "exec", SOURCE, "--lab", &self.lab, "--"].map(str::to_owned).to_vec();
        words.extend(command.iter().map(|word| (*word).to_owned()));
        let code = self.typed(&words)?;
        self.is_as_told &= (code == Some(0)) == succeeds;
        Ok(())
    }

    fn type_in(&mut self, words: &[String], expected: Option<i32>) -> Result<(), Error> {
        let code = self.typed(words)?;
        self.is_as_told &= code == expected;
        Ok(())
    }

    /// Runs a command of this program and prints what it says, both streams as they come.
    fn typed(&self, words: &[String]) -> Result<Option<i32>, Error> {
        let failed = |error: std::io::Error| Error::from(LabError::system("deguchi", error));
        let shown: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        output::to_stdout(&format!("$ deguchi {}\n", shown.join(" ")))?;
        let (reader, writer) = pipe().map_err(failed)?;
        let mut command = Command::new(&self.program);
        command.arg("--lang").arg(match self.language {
            Language::English => "en",
            Language::Japanese => "ja",
        });
        // Progress is for whoever waits for one command.
        let is_inside = words.get(1).is_some_and(|word| word == "exec");
        let error = if is_inside { Stdio::from(writer.try_clone().map_err(failed)?) } else { Stdio::inherit() };
        command.args(words).stdin(Stdio::null()).stdout(writer).stderr(error);
        let mut child = command.spawn().map_err(failed)?;
        // This process's own ends of the pipe go with the command.
        drop(command);
        for line in BufReader::new(reader).split(b'\n') {
            let line = line.map_err(failed)?;
            output::to_stdout(&format!("{}\n", String::from_utf8_lossy(&line)))?;
        }
        Ok(child.wait().map_err(failed)?.code())
    }
}

/// A word as a shell wants it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@".contains(letter);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\n', "\\n")) }
}

fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}
