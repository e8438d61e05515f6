//! The contest of engine and kernel on random networks, of any size:
//! `cargo run --release -p deguchi --example contest -- --seed 1 --networks 1000 --flows 100 --jobs 2`.
//!
//! Exit code 1 where they disagree or a network becomes no lab; each disagreement is written as a case.

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
};

use clap::Parser;
use deguchi::contest::{Setup, hold};

/// Random networks and flows: the engine's verdict against the kernel's.
#[derive(Debug, Parser)]
struct Arguments {
    /// Everything drawn follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of the first network under the seed, to repeat one.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many networks.
    #[arg(long, default_value_t = 20)]
    networks: u64,
    /// How many flows of each.
    #[arg(long, default_value_t = 100)]
    flows: usize,
    /// How many labs at once.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Where disagreements are written.
    #[arg(long, default_value = "target/contest")]
    output: PathBuf,
    /// How many disagreements are shrunk and written.
    #[arg(long, default_value_t = 20)]
    cases: usize,
    /// Tell the score after so many networks.
    #[arg(long, default_value_t = 50)]
    every: u64,
}

fn main() -> ExitCode {
    let words: Vec<std::ffi::OsString> = std::env::args_os().collect();
    // A lab's own processes are this program.
    if words.get(1).and_then(|word| word.to_str()).is_some_and(|word| word.starts_with("lab-")) {
        return ExitCode::from(deguchi::commands::run(words));
    }
    let arguments = Arguments::parse();
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let setup = Setup {
        seed: arguments.seed,
        first: arguments.first,
        networks: arguments.networks,
        flows: arguments.flows,
        jobs: arguments.jobs,
        output: arguments.output,
        most_cases: arguments.cases,
        program,
        spoil: None,
    };
    let done = AtomicU64::new(0);
    let every = arguments.every.max(1);
    let outcome = hold(&setup, &|score| {
        if (done.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(every) {
            println!("{}", score.text().lines().next().unwrap_or_default());
        }
    });
    match outcome {
        Ok(score) => {
            print!("{}", score.text());
            ExitCode::from(u8::from(score.disagreements > 0 || !score.failures.is_empty()))
        }
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::from(2)
        }
    }
}
