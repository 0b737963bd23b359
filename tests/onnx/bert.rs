use super::protobuf::{FLOAT, INT64, model, node, table, value};

/// A model from `input_ids` of the shape [1, n] to `logits` of the shape [1, n, columns], by one `Gather` of these rows.
pub(crate) fn lookup(rows: &[Vec<f32>]) -> Vec<u8> {
    let columns = rows.first().map_or(0, Vec::len) as u64;
    let gather = node("Gather", &["table", "input_ids"], "logits", &[]);
    let input = value("input_ids", INT64, &[1, 0]);
    model(&[gather], &[table("table", rows)], &[input], &value("logits", FLOAT, &[1, 0, columns]))
}

/// The same with no rows to speak of, and with a `words_mask` that it does not look at: what a token-level GLiNER looks like from outside.
pub(crate) fn masked() -> Vec<u8> {
    let gather = node("Gather", &["table", "input_ids"], "logits", &[]);
    let inputs = ["input_ids", "words_mask"].map(|name| value(name, INT64, &[1, 0]));
    model(&[gather], &[table("table", &[vec![0.0]])], &inputs, &value("logits", FLOAT, &[1, 0, 1]))
}
