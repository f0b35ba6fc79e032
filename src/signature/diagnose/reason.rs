//! The mistakes by name: machines read them, so they are never renamed.

/// Why a signature is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// No secret is configured, and the development secret is not the right one.
    NoSecret,
    /// The header is missing.
    HeaderMissing,
    /// The signature is in a header of another name.
    OtherHeader,
    /// The header is empty.
    HeaderEmpty,
    /// The header was sent more than once, or has several values, one of them right.
    HeaderRepeated,
    /// Signed with another provider's scheme and secret.
    OtherProvider,
    /// Another hash function, or a digest instead of the secret itself.
    OtherAlgorithm,
    /// A digest of the wrong length, which no other hash function explains.
    DigestLength,
    /// The header's value is not a digest.
    NotADigest,
    /// The right digest, truncated.
    DigestCut,
    /// The right digest, with a few digits changed.
    Mistyped,
    /// A hash of the body without the secret.
    PlainHash,
    /// A hash of the secret and the body, concatenated.
    JoinedHash,
    /// The body as the key and the secret as the message.
    SwappedArguments,
    /// The digest in upper case.
    UpperCase,
    /// The digest in base64.
    Base64,
    /// A prefix before the digest, or a wrong word before the secret.
    Prefix,
    /// The word before the secret is missing.
    PrefixMissing,
    /// White space or quotation marks around the value.
    Padded,
    /// White space or quotation marks around the secret.
    SecretPadded,
    /// The secret decoded from hex.
    SecretHexDecoded,
    /// The secret decoded from base64.
    SecretBase64Decoded,
    /// The secret in another case.
    SecretCase,
    /// The secret, truncated.
    SecretCut,
    /// An empty secret, or a word such as `undefined`.
    SecretEmpty,
    /// The secret itself instead of a digest.
    SecretItself,
    /// A secret with characters that headers cannot contain.
    SecretUnwritable,
    /// The public key instead of the secret.
    PublicKey,
    /// The sender uses the development secret, but another is configured.
    DevelopmentSecret,
    /// Another provider's secret in the expected scheme.
    OtherSecret,
    /// Re-serialised JSON.
    BodyReprinted,
    /// A trailing line break added to the body, removed or changed.
    BodyNewline,
    /// White space around the body removed.
    BodyWhiteSpace,
    /// A byte-order mark added or removed.
    ByteOrderMark,
    /// Line endings changed between LF and CRLF.
    LineEndings,
    /// The body in another encoding.
    BodyEncoding,
    /// The body before it was compressed.
    BodyCompressed,
    /// The body wrapped in a JSON string, or unwrapped from one.
    BodyQuoted,
    /// The digest of an empty body.
    BodyEmpty,
    /// The digest of one field of the body.
    BodyPart,
    /// The endpoint accepts a value that means nothing.
    NotChecked,
    /// No common mistake.
    Unexplained,
}

impl Reason {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::NoSecret,
        Self::HeaderMissing,
        Self::OtherHeader,
        Self::HeaderEmpty,
        Self::HeaderRepeated,
        Self::OtherProvider,
        Self::OtherAlgorithm,
        Self::DigestLength,
        Self::NotADigest,
        Self::DigestCut,
        Self::Mistyped,
        Self::PlainHash,
        Self::JoinedHash,
        Self::SwappedArguments,
        Self::UpperCase,
        Self::Base64,
        Self::Prefix,
        Self::PrefixMissing,
        Self::Padded,
        Self::SecretPadded,
        Self::SecretHexDecoded,
        Self::SecretBase64Decoded,
        Self::SecretCase,
        Self::SecretCut,
        Self::SecretEmpty,
        Self::SecretItself,
        Self::SecretUnwritable,
        Self::PublicKey,
        Self::DevelopmentSecret,
        Self::OtherSecret,
        Self::BodyReprinted,
        Self::BodyNewline,
        Self::BodyWhiteSpace,
        Self::ByteOrderMark,
        Self::LineEndings,
        Self::BodyEncoding,
        Self::BodyCompressed,
        Self::BodyQuoted,
        Self::BodyEmpty,
        Self::BodyPart,
        Self::NotChecked,
        Self::Unexplained,
    ];

    /// Whether code that signs or verifies is wrong, rather than a setting, a header or the sender.
    pub fn is_of_code(self) -> bool {
        match self {
            Self::OtherAlgorithm
            | Self::DigestCut
            | Self::PlainHash
            | Self::JoinedHash
            | Self::SwappedArguments
            | Self::UpperCase
            | Self::Base64
            | Self::Prefix
            | Self::PrefixMissing
            | Self::Padded
            | Self::SecretPadded
            | Self::SecretHexDecoded
            | Self::SecretBase64Decoded
            | Self::SecretCase
            | Self::SecretEmpty
            | Self::SecretItself
            | Self::PublicKey
            | Self::BodyReprinted
            | Self::BodyNewline
            | Self::BodyWhiteSpace
            | Self::ByteOrderMark
            | Self::LineEndings
            | Self::BodyEncoding
            | Self::BodyQuoted
            | Self::BodyEmpty
            | Self::BodyPart
            | Self::NotChecked => true,
            Self::NoSecret
            | Self::HeaderMissing
            | Self::OtherHeader
            | Self::HeaderEmpty
            | Self::HeaderRepeated
            | Self::OtherProvider
            | Self::DigestLength
            | Self::NotADigest
            | Self::Mistyped
            | Self::SecretCut
            | Self::SecretUnwritable
            | Self::DevelopmentSecret
            | Self::OtherSecret
            | Self::BodyCompressed
            | Self::Unexplained => false,
        }
    }

    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoSecret => "no_secret",
            Self::HeaderMissing => "header_missing",
            Self::OtherHeader => "other_header",
            Self::HeaderEmpty => "header_empty",
            Self::HeaderRepeated => "header_repeated",
            Self::OtherProvider => "other_provider",
            Self::OtherAlgorithm => "other_algorithm",
            Self::DigestLength => "digest_length",
            Self::NotADigest => "not_a_digest",
            Self::DigestCut => "digest_cut",
            Self::Mistyped => "mistyped",
            Self::PlainHash => "plain_hash",
            Self::JoinedHash => "joined_hash",
            Self::SwappedArguments => "swapped_arguments",
            Self::UpperCase => "upper_case",
            Self::Base64 => "base64",
            Self::Prefix => "prefix",
            Self::PrefixMissing => "prefix_missing",
            Self::Padded => "padded",
            Self::SecretPadded => "secret_padded",
            Self::SecretHexDecoded => "secret_hex_decoded",
            Self::SecretBase64Decoded => "secret_base64_decoded",
            Self::SecretCase => "secret_case",
            Self::SecretCut => "secret_cut",
            Self::SecretEmpty => "secret_empty",
            Self::SecretItself => "secret_itself",
            Self::SecretUnwritable => "secret_unwritable",
            Self::PublicKey => "public_key",
            Self::DevelopmentSecret => "development_secret",
            Self::OtherSecret => "other_secret",
            Self::BodyReprinted => "body_reprinted",
            Self::BodyNewline => "body_newline",
            Self::BodyWhiteSpace => "body_white_space",
            Self::ByteOrderMark => "byte_order_mark",
            Self::LineEndings => "line_endings",
            Self::BodyEncoding => "body_encoding",
            Self::BodyCompressed => "body_compressed",
            Self::BodyQuoted => "body_quoted",
            Self::BodyEmpty => "body_empty",
            Self::BodyPart => "body_part",
            Self::NotChecked => "not_checked",
            Self::Unexplained => "unexplained",
        }
    }
}
