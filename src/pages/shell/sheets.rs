//! Which style sheets a page loads. A visitor who comes for the first time fetches only what the page has a use for; a member
//! has all of them already, and every page after the first one finds them in the browser.

use crate::server::assets::MANIFEST;
use crate::server::http::Ask;

/// What is on a page when a visitor sees it. On a page that nobody named there may be anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Any,
    /// A text, and what is said of it: `style/text.css`.
    Text,
    /// Ways to texts: `style/lists.css`.
    Lists,
}

/// The addresses of the sheets, in the order they are to be loaded. None that the build did not make.
pub fn sheets(kind: Kind, ask: &Ask) -> impl Iterator<Item = String> {
    let any = kind == Kind::Any || ask.viewer.member().is_some();
    let wanted = [
        (true, &MANIFEST.css),
        (any || kind == Kind::Text, &MANIFEST.text),
        (any || kind == Kind::Lists, &MANIFEST.lists),
        (any, &MANIFEST.forms),
        (is_desk(ask.path()), &MANIFEST.desk),
    ];
    wanted.into_iter().filter(|(wanted, path)| *wanted && !path.is_empty()).map(|(_, path)| format!("/{path}"))
}

/// The member area, writing, running the place.
fn is_desk(path: &str) -> bool {
    ["/account", "/write", "/admin", "/dev"].iter().any(|start| path.starts_with(start))
}
