//! What leaves the tool, byte for byte: over plain and TLS connections, and through proxies.

mod exact;
mod proxies;
