//! The names of the mistakes: what machines read of a diagnosis, so none of them is ever renamed.

/// Why a signature fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nothing is configured, and the development secret does not fit.
    NoSecret,
    /// The header is not there.
    HeaderMissing,
    /// The signature is in a header of another name.
    OtherHeader,
    /// The header is there without a value.
    HeaderEmpty,
    /// The header came more than once, or has several values, one of which fits.
    HeaderRepeated,
    /// Another provider's scheme and secret sign it.
    OtherProvider,
    /// Another hash function, or a digest where the secret itself belongs.
    OtherAlgorithm,
    /// As long as the digest of another hash function, which does not fit either.
    DigestLength,
    /// The header carries something that is no digest.
    NotADigest,
    /// The right digest, but not all of it.
    DigestCut,
    /// A hash of the body without the secret.
    PlainHash,
    /// A hash of the secret and the body one behind the other.
    JoinedHash,
    /// The body as the key and the secret as the message.
    SwappedArguments,
    /// The digest in upper case.
    UpperCase,
    /// The digest in base64.
    Base64,
    /// A word before the digest, or another one before the secret.
    Prefix,
    /// No word before the secret.
    PrefixMissing,
    /// White space or quotation marks around the value.
    Padded,
    /// White space or quotation marks around the secret.
    SecretPadded,
    /// The secret decoded from hex.
    SecretHexDecoded,
    /// The secret decoded from base64.
    SecretBase64Decoded,
    /// The secret in other capitals.
    SecretCase,
    /// Not all of the secret.
    SecretCut,
    /// Nothing in place of the secret, or the word for nothing.
    SecretEmpty,
    /// The secret itself where a digest belongs.
    SecretItself,
    /// A secret that no header can carry.
    SecretUnwritable,
    /// The public key in place of the secret.
    PublicKey,
    /// The sender has the development secret, though another is configured.
    DevelopmentSecret,
    /// Another provider's secret in the expected scheme.
    OtherSecret,
    /// The body parsed and printed anew.
    BodyReprinted,
    /// A line break more or less at the body's end.
    BodyNewline,
    /// White space more or less around the body.
    BodyWhiteSpace,
    /// A byte-order mark more or less.
    ByteOrderMark,
    /// Line feeds in place of carriage returns and line feeds, or the other way round.
    LineEndings,
    /// The body in another encoding.
    BodyEncoding,
    /// The body as a JSON text within JSON, or taken out of one.
    BodyQuoted,
    /// The digest of nothing.
    BodyEmpty,
    /// None of these.
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
        Self::BodyQuoted,
        Self::BodyEmpty,
        Self::Unexplained,
    ];

    /// The name that machines read.
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
            Self::BodyQuoted => "body_quoted",
            Self::BodyEmpty => "body_empty",
            Self::Unexplained => "unexplained",
        }
    }
}
