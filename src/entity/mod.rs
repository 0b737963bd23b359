//! [`Article`] → [`Entities`]: tokens, names and roles, quantities, dates, quotes. Pure.

pub mod token;

use crate::model::{Article, Entities};

/// Finds the entities of an article.
#[must_use]
pub fn extract(article: &Article) -> Entities {
    let _ = article;
    Entities::new()
}
