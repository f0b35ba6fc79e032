//! What `packages/` makes for npm, PyPI, Debian and `install.sh`: packed, installed into an empty folder without network
//! and without cargo, and run. A test is skipped where a package manager is missing.
#![cfg(unix)]

mod installed;
mod npm;
mod pypi;
mod system;
