//! Addresses → what is asked for.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use super::answer::Trouble;
use super::asset::{self, Asset};
use super::parameters::FILTER;
use super::url;
use crate::model::Seq;

/// What is asked for: an answer that goes on, or a whole one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Events,
    Whole(Resource),
}

/// One of the things that are served whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    History,
    Revision(Seq),
    /// A path below a root.
    Document(PathBuf),
    Raw(Seq),
    Text(Seq),
    Log,
    Gaps,
    Diff(Seq),
    Extract(Seq),
    Status,
    Feed,
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
            return Ok(Route::Whole(Resource::Document(PathBuf::from(OsString::from_vec(bytes)))));
        }
        let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        // A cursor that is no number was never given out, so there is no such page either.
        let seq = |text: &str| text.parse().map(Seq).map_err(|_| unknown());
        Ok(Route::Whole(match parts.as_slice() {
            ["events"] => return Ok(Route::Events),
            [""] => Resource::History,
            ["revision", number] => Resource::Revision(seq(number)?),
            ["version", number, "raw"] => Resource::Raw(seq(number)?),
            ["version", number, "text"] => Resource::Text(seq(number)?),
            ["api", "log"] => Resource::Log,
            ["api", "gaps"] => Resource::Gaps,
            ["api", "diff", number] => Resource::Diff(seq(number)?),
            ["api", "extract", number] => Resource::Extract(seq(number)?),
            ["api", "status"] => Resource::Status,
            ["feed.atom"] => Resource::Feed,
            ["metrics"] => Resource::Metrics,
            [name] => Resource::Asset(asset::named(name).ok_or_else(unknown)?),
            _ => return Err(unknown()),
        }))
    }

    /// The parameters that its query may have.
    pub(super) fn parameters(&self) -> &'static [&'static str] {
        match self {
            Route::Events | Route::Whole(Resource::History | Resource::Log | Resource::Feed) => FILTER,
            Route::Whole(Resource::Gaps) => &["since", "until", "limit"],
            Route::Whole(Resource::Document(_)) => &["seq", "before"],
            Route::Whole(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |path: &str, expect: Option<Resource>| assert_eq!(Route::of(path).ok(), expect.map(Route::Whole), "{path}");
        check("/", Some(Resource::History));
        check("/revision/7", Some(Resource::Revision(Seq(7))));
        check("/version/7/raw", Some(Resource::Raw(Seq(7))));
        check("/document/wire/two%20words.txt", Some(Resource::Document("wire/two words.txt".into())));
        check("/document/", None);
        check("/document/%", None);
        check("/revision/", None);
        check("/revision/seven", None);
        check("/revision/7/", None);
        check("/version/99999999999999999999/raw", None);
        check("/version/7/source", None);
        check("//", None);
        check("", Some(Resource::History));
        check("/api", None);
        assert_eq!(Route::of("/events").ok(), Some(Route::Events));
    }
}
