//! Reads whole files and streams up to a limit, so that none can fill the memory: devices and pipes have no length.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

/// The limit of a configuration.
pub(crate) const CONFIGURATION: u64 = MIB;
/// The limit of a file in a catalogue.
pub(crate) const CATALOGUE: u64 = 4 * MIB;
/// The limit of a file with certificates.
pub(crate) const CERTIFICATES: u64 = 4 * MIB;
/// The limit of a body that is sent, or answered with.
pub(crate) const BODY: u64 = 64 * MIB;
/// The limit of a secret.
pub(crate) const SECRET: u64 = 64 * 1024;

const MIB: u64 = 1024 * 1024;

/// The limit of a device: enough for what a user types at a terminal.
const DEVICE: u64 = 64 * 1024;

/// What a path may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceKinds {
    /// Only a regular file.
    File,
    /// Also a pipe or a device, such as that of `<(command)`.
    Any,
}

/// What a path leads to if it is neither a file nor a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    Device,
    Pipe,
    Socket,
}

/// All of a file, of at most that many bytes.
pub(crate) fn read(path: &Path, most: u64, takes: SourceKinds) -> io::Result<Vec<u8>> {
    // Checked before it is opened, because opening a pipe waits for its writer.
    let metadata = fs::metadata(path)?;
    let other = other(metadata.file_type());
    if let Some(other) = other.filter(|_| takes == SourceKinds::File) {
        let kind = match other {
            Other::Device => "device",
            Other::Pipe => "pipe",
            Other::Socket => "socket",
        };
        return Err(io::Error::other(format!("it is a {kind}, not a file")));
    }
    let most = if other == Some(Other::Device) {
        most.min(DEVICE)
    } else {
        most
    };
    if metadata.is_file() && metadata.len() > most {
        return Err(too_large(most));
    }
    let length = usize::try_from(metadata.len().min(most)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(length + 1);
    read_into(&mut bytes, File::open(path)?, most)?;
    Ok(bytes)
}

/// All of a file, which must be UTF-8.
pub(crate) fn read_text(path: &Path, most: u64, takes: SourceKinds) -> io::Result<String> {
    let wrong = |_| io::Error::new(io::ErrorKind::InvalidData, "not valid UTF-8");
    String::from_utf8(read(path, most, takes)?).map_err(wrong)
}

/// All that a stream gives, of at most that many bytes.
pub(crate) fn read_stream(stream: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_into(&mut bytes, stream, most)?;
    Ok(bytes)
}

fn read_into(bytes: &mut Vec<u8>, stream: impl Read, most: u64) -> io::Result<()> {
    stream.take(most + 1).read_to_end(bytes)?;
    if bytes.len() as u64 > most {
        Err(too_large(most))
    } else {
        Ok(())
    }
}

fn too_large(most: u64) -> io::Error {
    let most = if most < MIB {
        format!("{} KiB", most / 1024)
    } else {
        format!("{} MiB", most / MIB)
    };
    io::Error::new(
        io::ErrorKind::FileTooLarge,
        format!("it is larger than {most}, the limit"),
    )
}

#[cfg(unix)]
fn other(kind: FileType) -> Option<Other> {
    use std::os::unix::fs::FileTypeExt as _;
    match () {
        () if kind.is_char_device() || kind.is_block_device() => Some(Other::Device),
        () if kind.is_fifo() => Some(Other::Pipe),
        () if kind.is_socket() => Some(Other::Socket),
        () => None,
    }
}

#[cfg(not(unix))]
fn other(_: FileType) -> Option<Other> {
    None
}
