//! The formats of results, by command.

/// How most commands print their results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Human,
    /// NDJSON, one object per line.
    Json,
}

/// How `send` and `replay` print their results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFormat {
    /// Text for people.
    Human,
    /// NDJSON, one object per line.
    Json,
    /// JUnit XML, one test case per delivery.
    Junit,
}

impl SendFormat {
    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Junit => "junit",
        }
    }
}

/// How `validate` prints its findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingsFormat {
    /// Code frames and a summary.
    Human,
    /// NDJSON, one object per line.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub Actions run.
    Github,
    /// JUnit XML, one test case per body.
    Junit,
}

/// How `test` prints its verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestFormat {
    /// Findings, a table and a sentence.
    Human,
    /// NDJSON, one object per line.
    Json,
    /// JUnit XML, one test case per case.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub Actions run.
    Github,
    /// One page for a browser.
    Html,
}

/// A format of any command. Each command's own enum has only those that it can print.
#[derive(Clone, Copy, Debug)]
pub enum AnyFormat {
    /// Of most commands.
    Common(Format),
    /// Of `validate`.
    Findings(FindingsFormat),
    /// Of `test`.
    Test(TestFormat),
}

impl From<Format> for AnyFormat {
    fn from(format: Format) -> Self {
        Self::Common(format)
    }
}

impl From<FindingsFormat> for AnyFormat {
    fn from(format: FindingsFormat) -> Self {
        Self::Findings(format)
    }
}

impl From<TestFormat> for AnyFormat {
    fn from(format: TestFormat) -> Self {
        Self::Test(format)
    }
}
