//! Compiles the text of a JSON Schema for the walk.
//!
//! Keywords outside the documented subset are refused here, when the catalogue is loaded, rather than silently ignored.

use super::keyword::{Path, strings};
use super::{Extra, Means, Property, Relation, Schema, SchemaError, SchemaNode, Types};
use serde_json::{Map, Value};
use std::collections::HashMap;

impl Schema {
    /// Compiles a schema's text. In a body, `bare` points to the bare form and `status` to the status.
    pub(crate) fn compile(
        text: &str,
        bare: &str,
        status: Option<&str>,
    ) -> Result<Schema, SchemaError> {
        let value: Value = serde_json::from_str(text).map_err(|error| SchemaError {
            pointer: String::new(),
            message: format!("not JSON: {error}"),
        })?;
        let mut compiler = Compiler {
            root: &value,
            nodes: Vec::new(),
            references: HashMap::new(),
        };
        compiler.node(&value, &Path::Root(""))?;
        let mut schema = Schema {
            nodes: compiler.nodes,
            bare: 0,
        };
        schema.bare = schema.find(bare)?;
        if let Some(status) = status {
            let node = schema.find(status)?;
            let steps = |pointer: &str| pointer.matches('/').count();
            schema.nodes[node].status_depth =
                Some((steps(status), steps(status).saturating_sub(steps(bare))));
        }
        Ok(schema)
    }

    /// The number of the node for a pointer into a body.
    fn find(&self, pointer: &str) -> Result<usize, SchemaError> {
        let step = |node: usize, step: &str| {
            let inner = self.nodes[node]
                .properties
                .iter()
                .find(|property| property.name.as_str() == step);
            inner
                .map(|property| property.node)
                .ok_or_else(|| SchemaError {
                    pointer: String::new(),
                    message: format!("`{step}` is missing; the manifest needs it for {pointer}"),
                })
        };
        pointer.split('/').skip(1).try_fold(0, step)
    }
}

struct Compiler<'v> {
    root: &'v Value,
    nodes: Vec<SchemaNode>,
    /// The nodes of `$ref` targets, entered before they are compiled so that a definition may refer to itself.
    references: HashMap<String, usize>,
}

impl<'v> Compiler<'v> {
    /// Compiles one subschema and returns its number.
    fn node(&mut self, value: &'v Value, path: &Path<'_>) -> Result<usize, SchemaError> {
        let object = value
            .as_object()
            .ok_or_else(|| path.refuse("a schema must be an object"))?;
        if path.depth() > DEEPEST {
            // A `$ref` with annotations is compiled again at each place, so it must not lead back to itself.
            return Err(path.refuse(
                "nested too deeply, or a definition that contains itself with annotations",
            ));
        }
        if object.contains_key("$ref") && !object.keys().any(|key| key.starts_with("x-")) {
            let (name, target) = self.target(object, path)?;
            if let Some(known) = self.references.get(name) {
                return Ok(*known);
            }
            if target.get("$ref").is_some() {
                return Err(path.refuse("$ref to a definition that is itself a $ref"));
            }
            self.references.insert(name.to_owned(), self.nodes.len());
            return self.node(target, &Path::Root("$defs").key(name));
        }
        let id = self.nodes.len();
        self.nodes.push(SchemaNode::default());
        let mut node = SchemaNode::default();
        self.fill(&mut node, object, path)?;
        self.check(&mut node, object, path)?;
        self.nodes[id] = node;
        Ok(id)
    }

    /// The definition that `$ref` names, after a check of the keywords beside it.
    fn target(
        &self,
        object: &'v Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(&'v str, &'v Value), SchemaError> {
        let reference = object
            .get("$ref")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let name = reference
            .strip_prefix("#/$defs/")
            .ok_or_else(|| path.refuse("$ref must point to #/$defs/…"))?;
        let target = self
            .root
            .get("$defs")
            .and_then(|definitions| definitions.get(name));
        let target = target.ok_or_else(|| path.refuse(&format!("no definition {name}")))?;
        let beside = object
            .keys()
            .find(|key| !key.starts_with("x-") && !matches!(key.as_str(), "$ref" | "description"));
        match beside {
            Some(key) => Err(path.refuse(&format!(
                "`{key}` beside $ref; only `description` and annotations may be"
            ))),
            None => Ok((name, target)),
        }
    }

    fn fill(
        &mut self,
        node: &mut SchemaNode,
        object: &'v Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), SchemaError> {
        if object.contains_key("$ref") {
            let (_, target) = self.target(object, path)?;
            let target = target
                .as_object()
                .filter(|target| !target.contains_key("$ref"));
            self.fill(
                node,
                target.ok_or_else(|| {
                    path.refuse("$ref to something that is not a plain definition")
                })?,
                path,
            )?;
        }
        if object.contains_key("properties") && node.properties.is_empty() {
            node.extra = Extra::Note;
        }
        for (key, value) in object {
            let at = path.key(key);
            match key.as_str() {
                "$schema" | "$defs" | "$ref" | "title" | "description" | "$comment"
                | "examples" => {}
                "required" if object.contains_key("properties") => {}
                "required" => return Err(at.refuse("only allowed beside `properties`")),
                "properties" => self.properties(node, object, &at)?,
                "additionalProperties" => node.extra = self.extra(value, &at)?,
                "items" => node.items = Some(self.node(value, &at)?),
                _ => node.set(key, value).map_err(|what| at.refuse(what))?,
            }
        }
        Ok(())
    }

    fn extra(&mut self, value: &'v Value, path: &Path<'_>) -> Result<Extra, SchemaError> {
        match value {
            Value::Bool(true) => Ok(Extra::Open),
            Value::Bool(false) => {
                Err(path.refuse("must not be false: an unlisted field is a note, not an error"))
            }
            schema => Ok(Extra::Map(self.node(schema, path)?)),
        }
    }

    fn properties(
        &mut self,
        node: &mut SchemaNode,
        object: &'v Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), SchemaError> {
        let map = object
            .get("properties")
            .and_then(Value::as_object)
            .ok_or_else(|| path.refuse("must be an object"))?;
        let required = match object.get("required") {
            None => Vec::new(),
            Some(list) => {
                strings(list).ok_or_else(|| path.refuse("`required` must be a list of names"))?
            }
        };
        if let Some(name) = required
            .iter()
            .find(|name| !map.contains_key(name.as_str()))
        {
            let name = name.as_str();
            return Err(path.refuse(&format!("`{name}` is required but not listed")));
        }
        for (name, schema) in map {
            let at = path.key(name);
            let instead = match schema
                .get("x-instead")
                .map(|instead| instead.as_str().unwrap_or_default())
            {
                None => None,
                Some(instead) => {
                    let place = map.keys().position(|key| key == instead);
                    Some(place.ok_or_else(|| {
                        at.refuse("x-instead does not name a property of this object")
                    })?)
                }
            };
            let id = self.node(schema, &at)?;
            let required = required.iter().any(|known| known.as_str() == name);
            node.properties.push(Property {
                name: name.as_str().into(),
                node: id,
                required,
                instead,
            });
        }
        Ok(())
    }

    /// Checks what needs the whole node: its pattern, its list of values, and the rules between its fields.
    fn check(
        &self,
        node: &mut SchemaNode,
        object: &'v Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), SchemaError> {
        let written = object.get("pattern").and_then(Value::as_str);
        let meant = node
            .means
            .as_ref()
            .and_then(Means::pattern)
            .filter(|_| node.types.contains(Types::STRING));
        let inherited = object.contains_key("$ref");
        if written != meant && !inherited {
            let message = match meant {
                Some(pattern) => format!("`pattern` must be the one of its `x-means`: {pattern}"),
                None => "`pattern` is only allowed beside an `x-means` that has one".to_owned(),
            };
            return Err(path.refuse(&message));
        }
        if let Some(allowed) = &node.allowed {
            // A list of values implies types; of `type` only those that the list has are kept.
            let listed = allowed
                .iter()
                .fold(Types::default(), |types, scalar| types.with(scalar.kinds()));
            node.types = if node.types == Types::default() {
                listed
            } else {
                node.types.both(listed)
            };
            if node.types == Types::default() {
                return Err(path.refuse("no value of the list has the type"));
            }
        }
        for (index, rule) in object
            .get("x-rules")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let at = path.key("x-rules");
            let relation = Relation::compile(rule, &|name| {
                node.properties
                    .iter()
                    .position(|property| property.name.as_str() == name)
            });
            node.relations.push(
                relation.map_err(|message| at.refuse(&format!("rule {}: {message}", index + 1)))?,
            );
        }
        Ok(())
    }
}

/// The nesting limit of schemas.
const DEEPEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(text: &str) -> Result<Schema, SchemaError> {
        Schema::compile(text, "", None)
    }

    #[test]
    fn keywords_outside_the_subset_are_refused_by_name() {
        for (schema, pointer, word) in [
            (r#"{"anyOf": []}"#, "/anyOf", "subset"),
            (
                r#"{"properties": {"a": {"format": "uuid"}}}"#,
                "/properties/a/format",
                "subset",
            ),
            (
                r#"{"properties": {"a": {"type": "text"}}}"#,
                "/properties/a/type",
                "types",
            ),
            (
                r#"{"properties": {}, "required": ["a"]}"#,
                "/properties",
                "not listed",
            ),
            (
                r##"{"properties": {"a": {"$ref": "other.json"}}}"##,
                "/properties/a",
                "$defs",
            ),
            (
                r##"{"properties": {"a": {"$ref": "#/$defs/x"}}}"##,
                "/properties/a",
                "no definition x",
            ),
            (
                r##"{"$defs": {"x": {"type": "null"}}, "items": {"$ref": "#/$defs/x", "type": "null"}}"##,
                "/items",
                "beside",
            ),
            (r#"{"type": "string", "pattern": "^a$"}"#, "", "x-means"),
            (
                r#"{"type": "string", "x-means": "local-time"}"#,
                "",
                "pattern",
            ),
            (r#"{"x-means": "colour"}"#, "/x-means", "not known"),
            (
                r#"{"additionalProperties": false}"#,
                "/additionalProperties",
                "note",
            ),
            (
                r#"{"properties": {"a": {"x-instead": "b"}}}"#,
                "/properties/a",
                "x-instead",
            ),
            (
                r#"{"properties": {"a": {}}, "x-rules": [{"time-order": ["a", "b"]}]}"#,
                "/x-rules",
                "b",
            ),
            (
                r#"{"x-rules": [{"colour-order": []}]}"#,
                "/x-rules",
                "colour-order",
            ),
        ] {
            let error = compile(schema).expect_err(schema);
            assert_eq!(error.pointer, pointer, "{schema}");
            assert!(error.message.contains(word), "{schema}: {error}");
        }
    }

    #[test]
    fn a_definition_may_refer_to_itself() {
        let schema = compile(r##"{"$defs": {"tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}}}}, "items": {"$ref": "#/$defs/tree"}}"##).unwrap();
        let tree = schema.node(schema.root()).items.unwrap();
        assert_eq!(schema.node(tree).properties[0].node, tree);
    }
}
