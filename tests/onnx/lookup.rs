//! The bytes of an ONNX model (a protobuf message, written here by hand) that looks up a row of scores for every input: a transformer
//! without the transformer.

/// A model from `input_ids` of the shape [1, n] to `logits` of the shape [1, n, columns], by one `Gather` of these rows.
pub(crate) fn lookup(rows: &[Vec<f32>]) -> Vec<u8> {
    const FLOAT: u64 = 1;
    const INT64: u64 = 7;
    let columns = rows.first().map_or(0, Vec::len);
    let node = [text(1, "table"), text(1, "input_ids"), text(2, "logits"), text(4, "Gather")].concat();
    let raw: Vec<u8> = rows.iter().flatten().flat_map(|score| score.to_le_bytes()).collect();
    let dims = [number(1, rows.len() as u64), number(1, columns as u64)].concat();
    let table = [dims, number(2, FLOAT), text(8, "table"), message(9, &raw)].concat();
    let input = value("input_ids", INT64, &[1, 0]);
    let output = value("logits", FLOAT, &[1, 0, columns as u64]);
    let graph = [message(1, &node), text(2, "lookup"), message(5, &table), message(11, &input), message(12, &output)].concat();
    let operators = [text(1, ""), number(2, 13)].concat();
    [number(1, 8), message(7, &graph), message(8, &operators)].concat()
}

/// An input or output; a dimension of 0 may be of any size.
fn value(name: &str, element: u64, shape: &[u64]) -> Vec<u8> {
    let dims: Vec<u8> = shape.iter().flat_map(|&dim| message(1, &if dim == 0 { text(2, "n") } else { number(1, dim) })).collect();
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
