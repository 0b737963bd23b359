//! Model types → what people and programs read: terminal text, patches, JSON, HTML. Pure and deterministic.

mod line;
mod style;
mod visible;

pub use style::Style;
pub use visible::{visible, visible_path};
