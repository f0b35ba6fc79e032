//! What each reason means and how to mend it, without the details of one delivery: for `explain`.

use super::Reason;

impl Reason {
    /// What is wrong, and what to do.
    pub fn meaning(self) -> (&'static str, &'static str) {
        let (_, what, fix) = MEANINGS[self as usize];
        (what, fix)
    }
}

// Every reason has its row, at its place.
const _: () = {
    assert!(MEANINGS.len() == Reason::Unexplained as usize + 1);
    let mut at = 0;
    while at < MEANINGS.len() {
        assert!(MEANINGS[at].0 as usize == at);
        at += 1;
    }
};

/// In the order of the reasons: what is wrong, and what to do.
const MEANINGS: &[(Reason, &str, &str)] = &[
    (
        Reason::NoSecret,
        "No secret is configured for the provider, and the signature was not made with the built-in test secret.",
        "Put the secret from the provider's webhook settings into the environment, the configuration or a file for --secret-file.",
    ),
    (
        Reason::HeaderMissing,
        "The delivery does not have the header in which the provider sends its signature.",
        "Sign the delivery. If it was signed when it left, look for a proxy or a framework that drops unknown headers.",
    ),
    (
        Reason::OtherHeader,
        "The signature came in a header of another name.",
        "Send it in the provider's header, and read it from there.",
    ),
    (
        Reason::HeaderEmpty,
        "The signature's header is there, but empty.",
        "Check that the signature is computed before the header is set.",
    ),
    (
        Reason::HeaderRepeated,
        "The header came several times, or has several values. Handlers differ in which one they read.",
        "Send the header once, with one value.",
    ),
    (
        Reason::OtherProvider,
        "The delivery is rightly signed, but as another provider does it.",
        "Verify it as a webhook of that provider, or sign it as the expected one does.",
    ),
    (
        Reason::OtherAlgorithm,
        "The digest was made with another hash function, or there is a digest where the provider sends the secret itself.",
        "Use the algorithm of the provider; `inqud-hook events EVENT` tells it.",
    ),
    (
        Reason::DigestLength,
        "The digest has a length that the provider's algorithm does not have, and no other known one explains it.",
        "Compute the digest with the provider's algorithm, and send all of it.",
    ),
    (
        Reason::NotADigest,
        "The header's value is not a digest: it is neither hex nor base64.",
        "Send the digest as the provider does, mostly as lower-case hex.",
    ),
    (
        Reason::DigestCut,
        "The digest is the right one, but a part of it is missing.",
        "Look for a column, a log or a variable that is too short, and send the digest in full. Never accept a part.",
    ),
    (
        Reason::Mistyped,
        "The digest is the right one except for a few digits, so it was typed by hand or damaged while it was copied.",
        "Copy the signature again, with all of its digits.",
    ),
    (
        Reason::PlainHash,
        "The digest is a hash of the body, without the secret. Anyone can compute it.",
        "Use HMAC with the secret as the key instead of the hash function alone.",
    ),
    (
        Reason::JoinedHash,
        "The digest is a hash of the secret and the body, concatenated. That is not HMAC.",
        "Use the HMAC function of your language's library.",
    ),
    (
        Reason::SwappedArguments,
        "The body was used as the key and the secret as the message.",
        "Swap the two arguments: the secret is the key.",
    ),
    (
        Reason::UpperCase,
        "The digest is in upper-case hex, and the provider sends lower case.",
        "Write the digest in lower case; compare digests as bytes.",
    ),
    (
        Reason::Base64,
        "The digest is in base64, and the provider sends hex.",
        "Write the digest as hex.",
    ),
    (
        Reason::Prefix,
        "A word stands before the digest or the secret that the provider does not send, such as `sha256=`.",
        "Leave the word out.",
    ),
    (
        Reason::PrefixMissing,
        "The word that the provider puts before the secret is missing.",
        "Write the header's value with the word, a space and the secret.",
    ),
    (
        Reason::Padded,
        "White space or quotation marks surround the header's value.",
        "Remove them before the header is set.",
    ),
    (
        Reason::SecretPadded,
        "The signature was made with white space, a line break or quotation marks around the secret. They are often copied along, or come from the end of a file.",
        "Trim the secret when it is read, and check the variable or the file that has it.",
    ),
    (
        Reason::SecretHexDecoded,
        "The secret was decoded from hex before it was used.",
        "Use the secret as text, exactly as the provider shows it.",
    ),
    (
        Reason::SecretBase64Decoded,
        "The secret was decoded from base64 before it was used.",
        "Use the secret as text, exactly as the provider shows it.",
    ),
    (
        Reason::SecretCase,
        "The secret was used in another case.",
        "Copy the secret exactly; case matters.",
    ),
    (
        Reason::SecretCut,
        "Only the beginning of the secret was used.",
        "Copy all of it; look for characters at which a shell or a file format ends a value, such as # or $.",
    ),
    (
        Reason::SecretEmpty,
        "The secret was empty, or a word such as `undefined`: a variable was not set where the signature was made.",
        "Refuse to start without a secret, and check the variable's name.",
    ),
    (
        Reason::SecretItself,
        "The header has the secret itself instead of a digest.",
        "Use the secret as the key of HMAC, and replace it: it was sent in the clear.",
    ),
    (
        Reason::SecretUnwritable,
        "The provider sends its secret in a header, and the configured one has characters that headers cannot have.",
        "Check the secret for line breaks and other invisible characters.",
    ),
    (
        Reason::PublicKey,
        "The public key was used as the secret. Everyone who sees a delivery has it.",
        "Use the secret key; the public key only says which one that is.",
    ),
    (
        Reason::DevelopmentSecret,
        "The delivery was signed with the built-in test secret, and another one is configured.",
        "Give the sender the configured secret, or take it out of the configuration for tests.",
    ),
    (
        Reason::OtherSecret,
        "The delivery was signed with the secret of another provider.",
        "Use the secret from the right provider's webhook settings.",
    ),
    (
        Reason::BodyReprinted,
        "The digest was computed over JSON that was parsed and printed again. Spaces, the order of fields, escapes and numbers change on the way, so it fits only bodies that happen to come out the same.",
        "Compute the digest over the bytes as they were sent, before anything parses them.",
    ),
    (
        Reason::BodyNewline,
        "The digest was computed with a line break at the end of the body more or less than was sent.",
        "Compute the digest over the bytes as they were sent; do not trim them, and do not write them with `echo` or println.",
    ),
    (
        Reason::BodyWhiteSpace,
        "White space around the body was removed before the digest was computed.",
        "Compute the digest over the bytes as they were sent; do not trim them.",
    ),
    (
        Reason::ByteOrderMark,
        "A byte-order mark was added to the body or removed from it.",
        "Write JSON without one, and compute the digest over the bytes as they were sent.",
    ),
    (
        Reason::LineEndings,
        "Line breaks in the body were changed between LF and CRLF.",
        "Read and write the body in binary mode.",
    ),
    (
        Reason::BodyEncoding,
        "The body was decoded to text in another encoding and encoded again.",
        "Compute the digest over the bytes as they were sent, without decoding them.",
    ),
    (
        Reason::BodyCompressed,
        "The body came compressed, and the digest was computed over the text before that.",
        "Decompress the body before you verify it if a proxy compresses it on the way. A sender that compresses signs the bytes that it sends.",
    ),
    (
        Reason::BodyQuoted,
        "The body was serialised twice, so that it became a JSON string or a list of its bytes, or a string was unwrapped.",
        "Serialise the body once, and compute the digest over what is sent.",
    ),
    (
        Reason::BodyEmpty,
        "The digest is that of an empty body: it had been read before, and nothing was left.",
        "Read the body once, keep its bytes, and give them to both the check and the parser.",
    ),
    (
        Reason::BodyPart,
        "The digest was computed over one field of the body, such as `data`.",
        "Compute the digest over the whole body.",
    ),
    (
        Reason::NotChecked,
        "The endpoint accepts any value in the header, so anyone can forge a delivery. Only --why finds this out.",
        "Compare the header with the right signature, and reject the delivery where they differ.",
    ),
    (
        Reason::Unexplained,
        "None of the common mistakes explains the signature. Most likely the secrets differ, or the body was changed on the way.",
        "Compare the secrets on both sides, then the bytes of the body.",
    ),
];
