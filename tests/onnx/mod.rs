//! Transformers without the transformer: ONNX models, made byte by byte, that look scores up in tables.

mod protobuf;

pub(crate) mod bert;
pub(crate) mod gliner;
