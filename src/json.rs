//! JSON as types, by one way for everything: a text becomes a [`Value`], and a value becomes a type.
//!
//! What serde derives for a type is compiled for every deserialiser that it is read with, and for one that meets keys
//! in any order it is long. This one asks an object for the properties of a struct in the order of the struct, which
//! takes a fraction of the code. Properties that a struct doesn't have are left alone; an absent one is null where the
//! type allows that, and the default where the struct says so. A property has one name: serde counts aliases among the
//! properties of a struct, and its order would be another one.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, SeqAccess,
    VariantAccess, Visitor,
};
use serde_json::{Map, Value};

/// Reads `value` as a `T`.
///
/// # Errors
/// Where its shape is another one.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Mismatch> {
    T::deserialize(Reader(Some(value)))
}

/// The value that a text says; `None` where it is not JSON.
pub fn parse(text: &str) -> Option<Value> {
    // As bytes like everything else: the parser is compiled for each kind of source.
    serde_json::from_slice(text.as_bytes()).ok()
}

/// A value of an unexpected shape. It knows the property, never what stood there: that is nobody's business.
#[derive(Debug)]
pub struct Mismatch(Option<&'static &'static str>);

impl Mismatch {
    /// The innermost property that is wrong, where it is known.
    pub fn property(&self) -> Option<&'static str> {
        self.0.copied()
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an unexpected shape")?;
        match self.property() {
            Some(name) => write!(formatter, " at {name}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mismatch {}

impl serde::de::Error for Mismatch {
    /// Serde's messages quote values.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

/// A value that is read; nothing stands for an absent property.
struct Reader(Option<Value>);

impl Reader {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Some(Value::Number(number)) = self.0 else {
            return Err(mismatch());
        };
        match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => visitor.visit_u64(number),
            (_, Some(number), _) => visitor.visit_i64(number),
            (.., Some(number)) => visitor.visit_f64(number),
            _ => Err(mismatch()),
        }
    }
}

#[cold]
fn mismatch() -> Mismatch {
    Mismatch::custom("")
}

/// Methods for numbers of all sizes.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            self.number(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Mismatch;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    serde::forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            None => Err(mismatch()),
            Some(Value::Null) => visitor.visit_unit(),
            Some(Value::Bool(flag)) => visitor.visit_bool(flag),
            Some(Value::Number(_)) => self.number(visitor),
            Some(Value::String(text)) => visitor.visit_string(text),
            Some(Value::Array(_)) => self.deserialize_seq(visitor),
            Some(Value::Object(_)) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Some(Value::Bool(flag)) => visitor.visit_bool(flag),
            _ => Err(mismatch()),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Some(Value::String(text)) => visitor.visit_string(text),
            _ => Err(mismatch()),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            None | Some(Value::Null) => visitor.visit_none(),
            Some(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Some(Value::Array(list)) => {
                visitor.visit_seq(SeqDeserializer::new(list.into_iter().map(Self::of)))
            }
            _ => Err(mismatch()),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Some(Value::Object(map)) => {
                let entries = map.into_iter().map(|(key, value)| (key, Self::of(value)));
                visitor.visit_map(MapDeserializer::new(entries))
            }
            _ => Err(mismatch()),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let Some(Value::Object(properties)) = self.0 else {
            return Err(mismatch());
        };
        let mut properties = Properties {
            properties,
            names: names.iter(),
            current: None,
        };
        visitor
            .visit_seq(&mut properties)
            .map_err(|mismatch| Mismatch(mismatch.0.or(properties.current)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let (name, content) = match self.0 {
            Some(Value::String(name)) => (name, None),
            Some(Value::Object(map)) if map.len() == 1 => match map.into_iter().next() {
                Some((name, content)) => (name, Some(content)),
                None => return Err(mismatch()),
            },
            _ => return Err(mismatch()),
        };
        visitor.visit_enum(Variant {
            name,
            content: Self(content),
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }
}

impl Reader {
    const fn of(value: Value) -> Self {
        Self(Some(value))
    }
}

impl IntoDeserializer<'_, Mismatch> for Reader {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The properties of an object in the order of a struct.
struct Properties {
    properties: Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
    current: Option<&'static &'static str>,
}

impl<'de> SeqAccess<'de> for &mut Properties {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Mismatch> {
        self.current = self.names.next();
        let value = self.current.and_then(|name| self.properties.remove(*name));
        let is_absent = value.is_none();
        match seed.deserialize(Reader(value)) {
            // Serde takes the default then, or refuses the struct.
            Err(_) if is_absent => Ok(None),
            read => read.map(Some),
        }
    }
}

/// A variant of an enum: its name alone, or an object with the name as the one key.
struct Variant {
    name: String,
    content: Reader,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Mismatch;
    type Variant = Reader;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Reader), Mismatch> {
        let name = seed.deserialize(Reader::of(Value::String(self.name)))?;
        Ok((name, self.content))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        match self.0 {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(mismatch()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Mismatch> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_struct("", names, visitor)
    }
}

#[cfg(test)]
mod tests;
