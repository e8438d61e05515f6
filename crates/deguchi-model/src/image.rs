//! A machine image, as far as it tells which operating system an instance runs.

use alloc::string::String;

use crate::ImageId;

/// A machine image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its id.
    pub id: ImageId,
    /// Its name, e.g. `al2023-ami-2023.5.20240701.0-kernel-6.1-x86_64`.
    pub name: Option<String>,
    /// Its description, e.g. `Amazon Linux 2 AMI 2.0.20180810 x86_64 HVM gp2`.
    pub description: Option<String>,
}
