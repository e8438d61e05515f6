//! The program `deguchi`: hands its arguments to the library and returns the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(deguchi::commands::run(std::env::args_os().collect()))
}
