//! The smallest possible provider of a user's own.

use super::Folder;

/// Writes the provider's files below a path.
pub(crate) fn write(folder: &Folder, path: &str) {
    for (name, text) in FILES {
        folder.write(&format!("{path}/{name}"), text);
    }
}

/// The files of the provider.
pub(crate) const FILES: [(&str, &str); 4] = [
    (
        "provider.toml",
        r#"name = "acme"
title = "Acme"
about = "Sells anvils."

[signing]
value = { scheme = "hmac", hash = "sha256", encoding = "hex", header = "X-Acme" }
confidence = "documented"

[delivery]
method = { value = "POST", confidence = "documented" }

[currencies]
ANV = "bitcoin"

[[recognise]]
has = ["/anvil"]
kind = "order"
object = "order"
status = "/status"

[[events]]
name = "order.paid"
kind = "order"
summary = "An anvil is paid"
when = "When it is."
confidence = "documented"
"#,
    ),
    (
        "scenarios.toml",
        "[[scenarios]]\nname = \"paid\"\nsummary = \"Bought\"\nconfidence = \"inferred\"\nsteps = [{ event = \"order.paid\" }]\n",
    ),
    (
        "schemas/order.json",
        r#"{"type": "object", "required": ["anvil", "status"], "properties": {"anvil": {"type": "integer", "minimum": 1}, "status": {"type": "string"}}}"#,
    ),
    (
        "samples/order.paid.json",
        "{\n  \"anvil\": 1,\n  \"status\": \"PAID\"\n}\n",
    ),
];
