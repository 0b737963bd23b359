use super::protobuf::{BOOL, FLOAT, INT64, list, model, node, table, value};

/// What a span-level GLiNER is given.
pub(crate) const INPUTS: [&str; 6] = ["input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask"];

/// The number of the mark before what is asked for, in `unigram.json`.
const ASK: i64 = 10;

/// A model with the inputs and the output of a span-level GLiNER, without its weights: a run of words scores, for what is asked for, what
/// `first` has for the first piece of its first word and `last` for the first piece of its last word, in the column of the first piece of
/// what is asked for. Runs that are masked out score high, so that whoever takes one is found out.
///
/// `inputs` are those that it declares; what it looks at are all but the attention mask.
pub(crate) fn lookup(first: &[Vec<f32>], last: &[Vec<f32>], width: i64, inputs: &[&str]) -> Vec<u8> {
    let nodes = [
        // The first piece of each word: where the mask is not 0. [1, words]
        node("NonZero", &["words_mask"], "word_places", &[]),
        node("Gather", &["word_places", "one"], "word_columns", &[("axis", 0)]),
        node("Gather", &["input_ids", "word_columns"], "word_pieces_wrapped", &[("axis", 1)]),
        node("Reshape", &["word_pieces_wrapped", "flat"], "word_pieces", &[]),
        // The first piece of each thing asked for: behind each mark.
        node("Equal", &["input_ids", "ask"], "is_ask", &[]),
        node("NonZero", &["is_ask"], "ask_places", &[]),
        node("Gather", &["ask_places", "one"], "ask_columns", &[("axis", 0)]),
        node("Add", &["ask_columns", "one"], "after_ask", &[]),
        node("Gather", &["input_ids", "after_ask"], "asked_wrapped", &[("axis", 1)]),
        node("Reshape", &["asked_wrapped", "flat"], "asked", &[]),
        // Both ends of each run, as pieces, as rows, and of these the columns that are asked for. [1, runs, asked]
        node("Gather", &["span_idx", "zero"], "starts", &[("axis", 2)]),
        node("Gather", &["span_idx", "one"], "ends", &[("axis", 2)]),
        node("Reshape", &["starts", "flat"], "starts_flat", &[]),
        node("Reshape", &["ends", "flat"], "ends_flat", &[]),
        node("Gather", &["word_pieces", "starts_flat"], "start_pieces", &[]),
        node("Gather", &["word_pieces", "ends_flat"], "end_pieces", &[]),
        node("Gather", &["first", "start_pieces"], "start_rows", &[]),
        node("Gather", &["last", "end_pieces"], "end_rows", &[]),
        node("Add", &["start_rows", "end_rows"], "rows", &[]),
        node("Gather", &["rows", "asked"], "scores", &[("axis", 1)]),
        node("Reshape", &["span_mask", "column"], "there", &[]),
        node("Where", &["there", "scores", "high"], "masked", &[]),
        // [1, words, width, asked]
        node("Reshape", &["text_lengths", "flat"], "words", &[]),
        node("Concat", &["one", "words", "width", "rest"], "shape", &[("axis", 0)]),
        node("Reshape", &["masked", "shape"], "logits", &[]),
    ];
    let constants = [
        table("first", first),
        table("last", last),
        table("high", &[vec![9.0]]),
        list("zero", &[0]),
        list("one", &[1]),
        list("ask", &[ASK]),
        list("width", &[width]),
        list("flat", &[-1]),
        list("rest", &[-1]),
        list("column", &[-1, 1]),
    ];
    let inputs: Vec<Vec<u8>> = inputs
        .iter()
        .map(|&name| match name {
            "text_lengths" => value(name, INT64, &[1, 1]),
            "span_idx" => value(name, INT64, &[1, 0, 2]),
            "span_mask" => value(name, BOOL, &[1, 0]),
            _ => value(name, INT64, &[1, 0]),
        })
        .collect();
    model(&nodes, &constants, &inputs, &value("logits", FLOAT, &[0, 0, 0, 0]))
}
