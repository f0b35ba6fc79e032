//! The walk: reads a body once, from its first byte to its last, and checks it against a compiled schema on the way.
//!
//! Separate from the tokenizer, which knows no schemas, and from the compiler, which knows no bodies. It builds no
//! tree: of each object it remembers where its listed fields stand, and of the way down only the path.

use super::finding::{Complaint, Finding, alternatives, quoted};
use super::numbers;
use super::relations::Fields;
use super::rules::Rule;
use super::schema::{Extra, Means, Node, Property, Scalar, Schema, Types};
use super::values;
use crate::json::{Fault, MAX_DEPTH, Piece, Scanner, Text, Why, piece};
use crate::suggest;
use std::ops::Range;

/// What sort of value stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Absent,
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// Where a field's value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Place {
    const ABSENT: Place = Place { kind: Kind::Absent, start: 0, end: 0 };

    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A step of the way down to a value.
#[derive(Clone, Copy, Debug)]
enum Step {
    Key(Text),
    Item(usize),
}

/// What the walk keeps between bodies so that a good one costs no allocation.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    path: Vec<Step>,
    places: Vec<Place>,
    strangers: Vec<Text>,
}

/// More findings than this in one body are counted, not kept: nobody reads them, and they would eat the memory.
pub(crate) const MAX_FINDINGS: usize = 1_000;

/// What a walk brought back.
pub(crate) struct Walked {
    pub(crate) findings: Vec<Finding>,
    /// How many findings were not kept.
    pub(crate) dropped: usize,
    /// Where the fields stand that hold the event's name.
    pub(crate) names: Vec<Named>,
    /// The end of the value, or where the text stops being JSON.
    pub(crate) end: Result<usize, Fault>,
}

/// A field that holds the event's name.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) pointer: String,
    pub(crate) span: Range<usize>,
}

/// One walk over one body.
pub(crate) struct Walk<'a> {
    text: &'a [u8],
    scanner: Scanner<'a>,
    schema: Option<&'a Schema>,
    buffers: &'a mut Buffers,
    /// Spellings of the event's name that a page of the provider gets wrong.
    misspellings: &'a [String],
    names: Vec<(Text, String)>,
    findings: Vec<Finding>,
    dropped: usize,
    depth: usize,
}

impl<'a> Walk<'a> {
    /// Checks the value that begins at `at` against a node of a schema; without one, only as JSON.
    pub(crate) fn run(
        text: &'a [u8],
        at: usize,
        against: Option<(&'a Schema, usize)>,
        misspellings: &'a [String],
        buffers: &'a mut Buffers,
    ) -> Walked {
        buffers.path.clear();
        buffers.places.clear();
        buffers.strangers.clear();
        let schema = against.map(|(schema, _)| schema);
        let scanner = Scanner::new(text, at);
        let (names, findings) = (Vec::new(), Vec::new());
        let mut walk = Walk { text, scanner, schema, buffers, misspellings, names, findings, dropped: 0, depth: 0 };
        let end = walk.value(against.map(|(_, node)| node), true).map(|place| place.end);
        let named = |(text, pointer): (Text, String)| Named {
            name: text.decoded(walk.text).into_owned(),
            pointer,
            span: text.quoted(),
        };
        let names = walk.names.into_iter().map(named).collect();
        Walked { findings: walk.findings, dropped: walk.dropped, names, end }
    }

    /// Reads one value; the scanner stands on its first byte.
    fn value(&mut self, node: Option<usize>, required: bool) -> Result<Place, Fault> {
        let start = self.scanner.at;
        let node = self.schema.zip(node).map(|(schema, id)| schema.node(id));
        let kind = match self.scanner.peek() {
            Some(b'"') => {
                let text = self.scanner.string()?;
                if text.escaped {
                    self.check_escapes(text);
                }
                if let Some(node) = node {
                    self.check_text(node, text);
                }
                Kind::Text
            }
            Some(b'{') => {
                let fits = node.filter(|node| self.fits(node, Types::OBJECT, start..start + 1));
                self.object(fits)?;
                Kind::Object
            }
            Some(b'[') => {
                let fits = node.filter(|node| self.fits(node, Types::ARRAY, start..start + 1));
                self.array(fits)?;
                Kind::Array
            }
            Some(b'-' | b'0'..=b'9') => {
                let integral = self.scanner.number()?;
                self.check_number(node, start..self.scanner.at, integral);
                Kind::Number
            }
            Some(first @ (b't' | b'f')) => {
                self.scanner.word(if first == b't' { "true" } else { "false" })?;
                if let Some(node) = node {
                    self.fits(node, Types::BOOLEAN, start..self.scanner.at);
                }
                Kind::Boolean
            }
            Some(b'n') => {
                self.scanner.word("null")?;
                if let Some(node) = node {
                    self.check_null(node, start..self.scanner.at, required);
                }
                Kind::Null
            }
            _ => return Err(self.scanner.fault("a value")),
        };
        Ok(Place { kind, start, end: self.scanner.at })
    }

    fn enter(&mut self) -> Result<(), Fault> {
        if self.depth == MAX_DEPTH {
            return Err(Fault { at: self.scanner.at, why: Why::Deep });
        }
        self.depth += 1;
        self.scanner.at += 1;
        Ok(())
    }

    fn array(&mut self, node: Option<&'a Node>) -> Result<(), Fault> {
        let open = self.scanner.at;
        self.enter()?;
        let items = node.and_then(|node| node.items);
        let mut count = 0;
        if self.scanner.next_token() == Some(b']') {
            self.scanner.at += 1;
        } else {
            loop {
                self.scanner.next_token();
                self.buffers.path.push(Step::Item(count));
                self.value(items, true)?;
                self.buffers.path.pop();
                count += 1;
                match self.scanner.next_token() {
                    Some(b',') => self.scanner.at += 1,
                    Some(b']') => break self.scanner.at += 1,
                    _ => return Err(self.scanner.fault("a comma or the closing bracket ]")),
                }
            }
        }
        self.depth -= 1;
        if node.and_then(|node| node.min_items).is_some_and(|least| count < least) {
            let message = format!("{} is an empty list", self.field());
            let complaint = Complaint::new(Rule::EmptyList, message, "expected at least one item");
            self.complain(open..open + 1, complaint);
        }
        Ok(())
    }

    fn object(&mut self, node: Option<&'a Node>) -> Result<(), Fault> {
        let open = self.scanner.at;
        self.enter()?;
        let properties = node.map_or(&[][..], |node| &node.properties);
        let (first_place, first_stranger) = (self.buffers.places.len(), self.buffers.strangers.len());
        self.buffers.places.resize(first_place + properties.len(), Place::ABSENT);
        if self.scanner.next_token() == Some(b'}') {
            self.scanner.at += 1;
        } else {
            let mut next = 0;
            loop {
                if self.scanner.next_token() != Some(b'"') {
                    return Err(self.scanner.fault("a key in quotation marks"));
                }
                let key = self.scanner.string()?;
                if key.escaped {
                    self.check_escapes(key);
                }
                if self.scanner.next_token() != Some(b':') {
                    return Err(self.scanner.fault("a colon"));
                }
                self.scanner.at += 1;
                self.scanner.next_token();
                self.buffers.path.push(Step::Key(key));
                if let Some(found) = self.find(properties, key, next) {
                    next = found + 1;
                    self.listed(properties, found, first_place, key)?;
                } else {
                    self.buffers.strangers.push(key);
                    let map = node.and_then(|node| if let Extra::Map(id) = node.extra { Some(id) } else { None });
                    self.value(map, false)?;
                }
                self.buffers.path.pop();
                match self.scanner.next_token() {
                    Some(b',') => self.scanner.at += 1,
                    Some(b'}') => break self.scanner.at += 1,
                    _ => return Err(self.scanner.fault("a comma or the closing brace }")),
                }
            }
        }
        self.depth -= 1;
        if self.buffers.strangers.len() > first_stranger {
            self.find_twins(first_stranger);
        }
        if let Some(node) = node {
            self.finish(node, open, first_place, first_stranger);
        }
        self.buffers.places.truncate(first_place);
        self.buffers.strangers.truncate(first_stranger);
        Ok(())
    }

    /// The property that a key names. `next` is the likeliest: senders write fields in one order.
    fn find(&self, properties: &[Property], key: Text, next: usize) -> Option<usize> {
        if key.escaped {
            let name = key.decoded(self.text);
            return properties.iter().position(|property| property.name == name);
        }
        let raw = &self.text[key.start..key.end];
        let is = |property: &Property| property.name.as_bytes() == raw;
        let (before, after) = properties.split_at(next.min(properties.len()));
        after.iter().position(is).map(|place| next + place).or_else(|| before.iter().position(is))
    }

    /// Reads the value of a listed property and remembers where it stands.
    fn listed(&mut self, properties: &'a [Property], found: usize, first: usize, key: Text) -> Result<(), Fault> {
        let property = &properties[found];
        if self.buffers.places[first + found].kind != Kind::Absent {
            self.complain_twin(key);
        }
        if let Some(meant) = property.instead {
            let right = &properties[meant].name;
            let message = format!("`{}` is a misspelling of `{right}`, from a page of the provider", property.name);
            let complaint = Complaint::new(Rule::MisspeltField, message, format!("expected `{right}`"));
            self.complain(key.quoted(), complaint.help("read both spellings in the handler, and send the right one"));
        }
        let place = self.value(Some(property.node), property.required)?;
        self.buffers.places[first + found] = place;
        if let Some(meant) = property.instead.filter(|meant| self.buffers.places[first + meant].kind == Kind::Absent) {
            self.buffers.places[first + meant] = place;
        }
        Ok(())
    }

    fn complain_twin(&mut self, key: Text) {
        let message = format!("the key {} stands twice in one object", quoted(&key.decoded(self.text)));
        let complaint = Complaint::new(Rule::DuplicateKey, message, "here again");
        self.complain(
            key.quoted(),
            complaint.help("some parsers keep the first value, most the last: a body must have one"),
        );
    }

    /// Finds unlisted keys that stand twice in the object that was just read.
    fn find_twins(&mut self, first: usize) {
        let text = self.text;
        let keys = &self.buffers.strangers[first..];
        if keys.len() == 1 {
            return;
        }
        // A sender's objects are small; a hostile one is not, so what is large is sorted.
        let mut sorted: Vec<(std::borrow::Cow<'_, str>, Text)> =
            keys.iter().map(|key| (key.decoded(text), *key)).collect();
        sorted.sort_by(|(name, key), (other, later)| name.cmp(other).then(key.start.cmp(&later.start)));
        let twins = sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1);
        for twin in twins.collect::<Vec<_>>() {
            self.buffers.path.push(Step::Key(twin));
            self.complain_twin(twin);
            self.buffers.path.pop();
        }
    }

    /// Judges an object as a whole: what is missing, what is too much, and how its fields hang together.
    fn finish(&mut self, node: &'a Node, open: usize, first_place: usize, first_stranger: usize) {
        let mut strangers: Vec<Text> = Vec::new();
        if node.extra == Extra::Note {
            strangers.extend_from_slice(&self.buffers.strangers[first_stranger..]);
        }
        for (index, property) in node.properties.iter().enumerate() {
            if property.required && self.buffers.places[first_place + index].kind == Kind::Absent {
                self.complain_missing(&property.name, open, &mut strangers);
            }
        }
        for key in strangers {
            let name = key.decoded(self.text);
            let complaint = Complaint::new(
                Rule::UnknownField,
                format!("no page mentions a field {}", quoted(&name)),
                "not in the documentation",
            );
            let absent = |property: &&Property| {
                let index = node.properties.iter().position(|other| other.name == property.name);
                index.is_some_and(|index| self.buffers.places[first_place + index].kind == Kind::Absent)
            };
            let names = node.properties.iter().filter(absent).map(|property| property.name.as_str());
            let complaint = match suggest::best(&name, names) {
                Some(near) => complaint.help(format!("did you mean `{near}`?")),
                None => complaint,
            };
            self.buffers.path.push(Step::Key(key));
            self.complain(key.quoted(), complaint);
            self.buffers.path.pop();
        }
        if !node.relations.is_empty() {
            self.relate(node, first_place);
        }
    }

    fn complain_missing(&mut self, name: &str, open: usize, strangers: &mut Vec<Text>) {
        let near = suggest::best(
            name,
            strangers.iter().map(|key| key.decoded(self.text)).collect::<Vec<_>>().iter().map(|name| &**name),
        )
        .map(str::to_owned);
        let complaint =
            Complaint::new(Rule::MissingField, format!("`{name}` is missing"), format!("this object lacks `{name}`"));
        let complaint = match near {
            Some(near) => {
                strangers.retain(|key| key.decoded(self.text) != near);
                complaint.help(format!("`{near}` is no field of the provider's: should it be `{name}`?"))
            }
            None => complaint,
        };
        self.complain(open..open + 1, complaint);
    }

    fn relate(&mut self, node: &'a Node, first_place: usize) {
        let mut complaints = Vec::new();
        let fields = Fields {
            text: self.text,
            places: &self.buffers.places[first_place..],
            properties: &node.properties,
            chains: self.schema.map_or(&[], |schema| &schema.chains),
        };
        for relation in &node.relations {
            relation.check(&fields, &mut |pointer, span, complaint| complaints.push((pointer, span, complaint)));
        }
        for (pointer, span, complaint) in complaints {
            let pointer = self.pointer() + &pointer;
            self.push(complaint.at(pointer, span));
        }
    }

    /// Complains unless the value may be of that type; true when it may.
    fn fits(&mut self, node: &Node, kind: Types, span: Range<usize>) -> bool {
        if !node.types.allow(kind) {
            self.complain_type(node, kind, span);
            return false;
        }
        if node.other_types.contains(kind) {
            let (is, documented) = (kind.words()[0], node.types.without(node.other_types).without(Types::NULL).words());
            let message = format!("{} is {is}; {} is documented", self.field(), alternatives(&documented));
            let complaint = Complaint::new(Rule::OtherType, message, format!("expected {}", alternatives(&documented)));
            self.complain(span, complaint.help("it was seen or documented so elsewhere: a handler should take both"));
        }
        true
    }

    fn complain_type(&mut self, node: &Node, kind: Types, span: Range<usize>) {
        let documented = node.types.without(node.other_types);
        let words = alternatives(&documented.words());
        let message = format!("{} is {}; {words} is documented", self.field(), kind.words()[0]);
        let complaint = Complaint::new(Rule::WrongType, message, format!("expected {words}"));
        let inside = &self.text[span.start..span.end];
        let number = inside.len() > 2 && inside.len() < 40 && values::is_decimal(&inside[1..inside.len() - 1]);
        let complaint = if kind == Types::STRING && number && documented.contains(Types::NUMBER) {
            let digits = String::from_utf8_lossy(&inside[1..inside.len() - 1]).into_owned();
            complaint.help(format!("write it without quotation marks: {digits}"))
        } else {
            complaint
        };
        self.complain(span, complaint);
    }

    fn check_null(&mut self, node: &Node, span: Range<usize>, required: bool) {
        if node.types.allow(Types::NULL) {
            return;
        }
        if !required || matches!(self.buffers.path.last(), Some(Step::Item(_)) | None) {
            self.complain_type(node, Types::NULL, span);
            return;
        }
        let message = format!("{} is required, and it is null", self.field());
        let label = format!("expected {}", alternatives(&node.types.words()));
        self.complain(span, Complaint::new(Rule::NullField, message, label));
    }

    fn check_number(&mut self, node: Option<&Node>, span: Range<usize>, integral: bool) {
        let text = &self.text[span.clone()];
        // Fifteen digits always survive a double; only longer numbers and exponents need a closer look.
        if !integral || text.len() > 15 {
            if let Some(complaint) = numbers::check(text) {
                self.complain(span.clone(), complaint);
            }
        }
        let Some(node) = node else { return };
        let whole = integral || numbers::is_whole(text);
        let kind = if whole && !node.types.contains(Types::NUMBER) { Types::INTEGER } else { Types::NUMBER };
        if !self.fits(node, kind, span.clone()) {
            return;
        }
        let below = node.minimum.is_some_and(|minimum| numbers::below(text, minimum));
        if below && matches!(node.means, Some(Means::Amount { .. })) {
            let amount = String::from_utf8_lossy(text).into_owned();
            return self.complain(span, values::negative_amount(&amount));
        }
        if below || node.maximum.is_some_and(|maximum| numbers::above(text, maximum)) {
            let message = format!("{} is outside the documented range", self.field());
            let limit = |limit: Option<i64>| limit.map_or("any".to_owned(), |limit| limit.to_string());
            let label = format!("expected {} to {}", limit(node.minimum), limit(node.maximum));
            return self.complain(span, Complaint::new(Rule::OutOfRange, message, label));
        }
        if let Some(allowed) = &node.allowed {
            let value = numbers::integer(text);
            if !allowed
                .iter()
                .any(|scalar| matches!((scalar, value), (Scalar::Integer(known), Some(value)) if *known == value))
            {
                let message = format!("{} is not among the documented values", self.field());
                self.complain(span.clone(), Complaint::new(Rule::UnknownValue, message, "not documented"));
            }
        }
        match node.means {
            Some(Means::EpochMs) if integral => {
                if let Some(complaint) = values::check_epoch_ms(text) {
                    self.complain(span, complaint);
                }
            }
            Some(Means::Amount { moved: true }) if values::is_zero(text) => {
                let name = self.name();
                self.complain(span, values::zero_amount(&name));
            }
            _ => {}
        }
    }

    fn check_text(&mut self, node: &Node, text: Text) {
        let span = text.quoted();
        if !self.fits(node, Types::STRING, span.clone()) {
            return;
        }
        let bytes = self.text;
        // UTF-8 was checked for the whole body, so nothing is lost here.
        let value = text.decoded(bytes);
        if let Some(allowed) = &node.allowed {
            if !allowed.iter().any(|scalar| matches!(scalar, Scalar::Text(known) if *known == value)) {
                let complaint = self.unknown_value(node, &value, allowed);
                self.complain(span.clone(), complaint);
            }
        }
        if let Some(known) = node.known.as_ref().filter(|known| !known.iter().any(|known| *known == value)) {
            // One that the list of errors has just refused needs no second finding.
            let refused =
                node.allowed.as_ref().is_some_and(|allowed| !allowed.contains(&Scalar::Text(value.to_string())));
            if !refused {
                let words: Vec<&str> = known.iter().map(String::as_str).collect();
                let message = format!("{} is {}, which no page lists", self.field(), quoted(&value));
                let complaint = values_of(Complaint::new(Rule::UnlistedValue, message, ""), &value, &words);
                self.complain(span.clone(), complaint);
            }
        }
        if let Some(longest) =
            node.max_length.filter(|longest| value.len() > *longest && value.chars().count() > *longest)
        {
            let message = format!("{} is longer than the provider's API allows", self.field());
            self.complain(
                span.clone(),
                Complaint::new(Rule::TooLong, message, format!("expected at most {longest} characters")),
            );
        }
        let complaint = match &node.means {
            None => None,
            Some(Means::LocalTime) => values::check_time(&value, false),
            Some(Means::UtcTime) => values::check_time(&value, true),
            Some(Means::Amount { moved }) => values::check_amount_text(&value)
                .or_else(|| (*moved && values::is_zero(value.as_bytes())).then(|| values::zero_amount(&self.name()))),
            Some(Means::Uuid) => values::check_uuid(&value),
            Some(Means::Id(prefix)) => values::check_prefixed_id(&value, prefix),
            Some(Means::EpochMs) => None,
            Some(Means::EventName) => {
                let pointer = self.pointer();
                self.names.push((text, pointer));
                None
            }
        };
        if let Some(complaint) = complaint {
            self.complain(span, complaint);
        }
    }

    fn unknown_value(&self, node: &Node, value: &str, allowed: &[Scalar]) -> Complaint {
        let texts: Vec<&str> = allowed
            .iter()
            .filter_map(|scalar| if let Scalar::Text(text) = scalar { Some(text.as_str()) } else { None })
            .collect();
        if node.means == Some(Means::EventName) {
            let right = texts.first().copied().unwrap_or_default();
            if self.misspellings.iter().any(|misspelling| misspelling == value) {
                let message = format!("{value} is a misspelling of {right}, from a page of the provider");
                return Complaint::new(Rule::MisspeltEvent, message, format!("expected {right}"))
                    .help("take both names in the handler");
            }
            let message = format!("{} says {}, but the event is {right}", self.field(), quoted(value));
            return Complaint::new(Rule::EventMismatch, message, format!("expected {}", alternatives(&texts)))
                .help("a handler that reads the other field would act on another event: trust neither");
        }
        let message = format!("{} is {}, which is not documented", self.field(), quoted(value));
        values_of(Complaint::new(Rule::UnknownValue, message, ""), value, &texts)
    }

    /// Finds what only an escape can say: NUL, and half of a surrogate pair.
    fn check_escapes(&mut self, text: Text) {
        let raw = &self.text[text.start..text.end];
        let mut at = 0;
        while at < raw.len() {
            let place = text.start + at;
            match piece(raw, at) {
                Piece::Lone => {
                    let message = "half of a surrogate pair, which is no character";
                    let complaint = Complaint::new(Rule::LoneSurrogate, message, "the other half is missing");
                    self.complain(place..place + 6, complaint);
                    at += 6;
                }
                Piece::Char('\0', length) => {
                    let complaint = Complaint::new(
                        Rule::NulCharacter,
                        "a NUL character in a text",
                        "many languages end a text here",
                    );
                    self.complain(place..place + length, complaint);
                    at += length;
                }
                Piece::Char(_, length) => at += length,
            }
        }
    }

    fn complain(&mut self, span: Range<usize>, complaint: Complaint) {
        let pointer = self.pointer();
        self.push(complaint.at(pointer, span));
    }

    fn push(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.dropped += 1;
        }
    }

    /// The JSON pointer of the value that is being read.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.buffers.path {
            pointer.push('/');
            match step {
                Step::Item(index) => pointer.push_str(&index.to_string()),
                Step::Key(key) => pointer.push_str(&key.decoded(self.text).replace('~', "~0").replace('/', "~1")),
            }
        }
        pointer
    }

    fn name(&self) -> String {
        match self.buffers.path.last() {
            Some(Step::Key(key)) => key.decoded(self.text).into_owned(),
            Some(Step::Item(index)) => format!("item {}", index + 1),
            None => "the body".to_owned(),
        }
    }

    /// The field that is being read, as a sentence names it.
    fn field(&self) -> String {
        match self.buffers.path.last() {
            Some(Step::Key(_)) => format!("`{}`", self.name()),
            _ => self.name(),
        }
    }
}

/// Completes a complaint about a value outside a list: all of a short list in the label, the nearest in the help.
fn values_of(mut complaint: Complaint, value: &str, known: &[&str]) -> Complaint {
    complaint.label = match known {
        [one] => format!("expected {one}"),
        few if few.len() <= 6 => format!("expected {}", alternatives(few)),
        many => format!("not one of the {} known values", many.len()),
    };
    match suggest::best(value, known.iter().copied()) {
        Some(near) => complaint.help(format!("did you mean {near}?")),
        None if known.len() > 6 => complaint.help(format!("known are {}", known.join(", "))),
        None => complaint,
    }
}
