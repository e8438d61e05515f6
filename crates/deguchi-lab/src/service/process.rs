//! A service as a process: started in a namespace, ready when it says so, gone when its starter is.
//!
//! The process holds the reading end of a pipe whose writing end only its starter has: the kernel closes that when the
//! starter ends, by whatever signal, and the process ends itself. Leaves out namespaces: the process gets those
//! of the thread that starts it, or of a command (`nsenter …`) put in front.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use super::{ServiceError, Services, resolver, web};

/// What the process prints once its sockets are open.
const READY: &str = "ready";

/// A running service. Dropping it ends the process.
#[derive(Debug)]
pub struct ServiceProcess {
    child: Child,
}

impl ServiceProcess {
    /// The process's id, in the process namespace of who started it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for ServiceProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes `configuration` and starts `command` with its path behind; returns when the service's sockets are open.
///
/// `command` is the program with everything up to the subcommand that calls [`run`].
pub fn start(mut command: Command, services: &Services, configuration: &Path) -> Result<ServiceProcess, ServiceError> {
    let failed = |cause: String| ServiceError::Configuration { path: configuration.display().to_string(), cause };
    let text = serde_json::to_string(services).map_err(|error| failed(error.to_string()))?;
    write_private(configuration, &text).map_err(|error| failed(error.to_string()))?;
    let failed = |error: std::io::Error| ServiceError::Process { cause: error.to_string() };
    command.arg(configuration).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut service = ServiceProcess { child: command.spawn().map_err(failed)? };
    let mut said = String::new();
    if let Some(output) = service.child.stdout.take() {
        BufReader::new(output).read_line(&mut said).map_err(failed)?;
    }
    if said.trim_end() == READY {
        return Ok(service);
    }
    let mut cause = String::new();
    if let Some(mut errors) = service.child.stderr.take() {
        errors.read_to_string(&mut cause).map_err(failed)?;
    }
    Err(ServiceError::Process { cause: cause.trim().to_owned() })
}

/// Writes a file that only its owner can read: it has the key of the lab's certificate authority.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

/// Serves what the file says in this process's network namespace, until standard input is closed.
///
/// # Errors
///
/// If the file cannot be read or a socket cannot be had.
pub fn run(configuration: &Path) -> Result<(), ServiceError> {
    let failed = |cause: String| ServiceError::Configuration { path: configuration.display().to_string(), cause };
    let text = fs::read_to_string(configuration).map_err(|error| failed(error.to_string()))?;
    let services: Services = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    if let Some(resolver) = services.resolver {
        resolver::start(resolver)?;
    }
    if let Some(web) = services.web {
        web::start(web)?;
    }
    let mut output = std::io::stdout();
    // Nobody listens any more: the end of standard input says so too.
    let _ = writeln!(output, "{READY}").and_then(|()| output.flush());
    let lifeline = thread::spawn(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let _ = lifeline.join();
    Ok(())
}
