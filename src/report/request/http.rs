//! `--as http`: the HTTP/1.1 message, for reading only. Control characters are made visible, which cannot be undone.

use super::ShownRequest;
use crate::sanitize::{visible, visible_lines};

/// Writes the message.
pub(super) fn write(request: &ShownRequest<'_>, out: &mut Vec<u8>) {
    let delivery = request.delivery;
    let mut head = format!(
        "{} {} HTTP/1.1\n",
        visible(&delivery.method),
        delivery.target.path()
    );
    for (name, value) in request.all_headers() {
        head += format!("{name}: {}", visible(&value)).trim_end();
        head += "\n";
    }
    out.extend_from_slice(head.as_bytes());
    out.push(b'\n');
    let body = String::from_utf8_lossy(&delivery.body);
    out.extend_from_slice(visible_lines(&body).as_bytes());
    if !body.is_empty() && !body.ends_with('\n') {
        out.push(b'\n');
    }
}
