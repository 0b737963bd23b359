//! The bytes of an ONNX model (a protobuf message), as far as models for tests need them.

pub(super) const FLOAT: u64 = 1;
pub(super) const INT64: u64 = 7;
pub(super) const BOOL: u64 = 9;

/// A model of nodes, constants, inputs and one output.
pub(super) fn model(nodes: &[Vec<u8>], constants: &[Vec<u8>], inputs: &[Vec<u8>], output: &[u8]) -> Vec<u8> {
    let all = |field: u64, messages: &[Vec<u8>]| messages.iter().flat_map(|bytes| message(field, bytes)).collect::<Vec<u8>>();
    let graph = [all(1, nodes), text(2, "test"), all(5, constants), all(11, inputs), message(12, output)].concat();
    let operators = [text(1, ""), number(2, 13)].concat();
    [number(1, 8), message(7, &graph), message(8, &operators)].concat()
}

/// A node; its attributes are whole numbers.
pub(super) fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[(&str, u64)]) -> Vec<u8> {
    const INT: u64 = 2;
    let inputs = inputs.iter().flat_map(|name| text(1, name));
    let attributes = attributes.iter().flat_map(|&(name, value)| message(5, &[text(1, name), number(3, value), number(20, INT)].concat()));
    inputs.chain(text(2, output)).chain(text(4, operator)).chain(attributes).collect()
}

/// A constant table, a row an inner list.
pub(super) fn table(name: &str, rows: &[Vec<f32>]) -> Vec<u8> {
    let columns = rows.first().map_or(0, Vec::len);
    let raw: Vec<u8> = rows.iter().flatten().flat_map(|score| score.to_le_bytes()).collect();
    [number(1, rows.len() as u64), number(1, columns as u64), number(2, FLOAT), text(8, name), message(9, &raw)].concat()
}

/// A constant list of whole numbers.
pub(super) fn list(name: &str, values: &[i64]) -> Vec<u8> {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    [number(1, values.len() as u64), number(2, INT64), text(8, name), message(9, &raw)].concat()
}

/// An input or output; a dimension of 0 may be of any size.
pub(super) fn value(name: &str, element: u64, shape: &[u64]) -> Vec<u8> {
    let any = |at: usize| text(2, &format!("{name}_{at}"));
    let dims: Vec<u8> =
        shape.iter().enumerate().flat_map(|(at, &dim)| message(1, &if dim == 0 { any(at) } else { number(1, dim) })).collect();
    let tensor = [number(1, element), message(2, &dims)].concat();
    [text(1, name), message(2, &message(1, &tensor))].concat()
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn text(field: u64, value: &str) -> Vec<u8> {
    message(field, value.as_bytes())
}

fn message(field: u64, bytes: &[u8]) -> Vec<u8> {
    [&varint(field << 3 | 2), &varint(bytes.len() as u64), bytes].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value.to_le_bytes()[0] & 0x7f | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}
