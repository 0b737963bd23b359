//! Addresses → what is asked for.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use super::answer::Trouble;
use super::asset::{self, Asset};
use super::url;
use crate::model::Seq;

/// One of the things that are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    History,
    Revision(Seq),
    /// A path below a root.
    Document(PathBuf),
    Raw(Seq),
    Text(Seq),
    Log,
    Diff(Seq),
    Extract(Seq),
    Status,
    Feed,
    Events,
    Metrics,
    Asset(&'static Asset),
}

impl Route {
    /// # Errors
    /// Nothing is served there.
    pub(super) fn of(path: &str) -> Result<Route, Trouble> {
        let unknown = || Trouble::not_found("there is no such page");
        if let Some(document) = path.strip_prefix("/document/") {
            let bytes = url::decode(document).filter(|bytes| !bytes.is_empty()).ok_or_else(unknown)?;
            return Ok(Route::Document(PathBuf::from(OsString::from_vec(bytes))));
        }
        let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        // A cursor that is no number was never given out, so there is no such page either.
        let seq = |text: &str| text.parse().map(Seq).map_err(|_| unknown());
        match parts.as_slice() {
            [""] => Ok(Route::History),
            ["revision", number] => Ok(Route::Revision(seq(number)?)),
            ["version", number, "raw"] => Ok(Route::Raw(seq(number)?)),
            ["version", number, "text"] => Ok(Route::Text(seq(number)?)),
            ["api", "log"] => Ok(Route::Log),
            ["api", "diff", number] => Ok(Route::Diff(seq(number)?)),
            ["api", "extract", number] => Ok(Route::Extract(seq(number)?)),
            ["api", "status"] => Ok(Route::Status),
            ["feed.atom"] => Ok(Route::Feed),
            ["events"] => Ok(Route::Events),
            ["metrics"] => Ok(Route::Metrics),
            [name] => asset::named(name).map(Route::Asset).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |path: &str, expect: Option<Route>| assert_eq!(Route::of(path).ok(), expect, "{path}");
        check("/", Some(Route::History));
        check("/revision/7", Some(Route::Revision(Seq(7))));
        check("/version/7/raw", Some(Route::Raw(Seq(7))));
        check("/document/wire/two%20words.txt", Some(Route::Document("wire/two words.txt".into())));
        check("/document/", None);
        check("/document/%", None);
        check("/revision/", None);
        check("/revision/seven", None);
        check("/revision/7/", None);
        check("/version/99999999999999999999/raw", None);
        check("/version/7/source", None);
        check("//", None);
        check("", Some(Route::History));
        check("/api", None);
    }
}
