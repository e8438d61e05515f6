//! `deguchi lab-service CONFIG`: the process of a lab's services. The lab starts it; it is no command for people.
//!
//! It stands beside the command line rather than in it, so that help, completions and the manual do not have it.

use std::{ffi::OsString, path::Path};

use deguchi_lab::service;

use super::output;

/// The word that the lab calls this program with.
const WORD: &str = "lab-service";

/// Serves, if that is what the program was called for, and returns the exit code.
pub(super) fn run_if_asked(arguments: &[OsString]) -> Option<u8> {
    let [_, word, configuration] = arguments else { return None };
    if word != WORD {
        return None;
    }
    Some(match service::run(Path::new(configuration)) {
        Ok(()) => 0,
        Err(error) => {
            // Whoever started it words this for people.
            output::to_stderr(&format!("{error}\n"));
            2
        }
    })
}
