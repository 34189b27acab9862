//! Which style sheets a page loads. A visitor who comes for the first time fetches only what the page has a use for; a member
//! has all of them already, and every page after the first one finds them in the browser.

use crate::server::assets::MANIFEST;
use crate::server::http::Ask;

/// What is on a page when a visitor sees it. On a page that nobody named there may be anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Any,
    /// A text: `style/text.css`; with a table, footnotes, a wall or replies also `style/talk.css`.
    Text,
    /// Ways to texts: `style/lists.css`.
    Lists,
    /// A form, or what one is to choose from: `style/lists.css` and `style/forms.css`.
    Forms,
}

/// Marks of what `style/talk.css` is for.
const TALK: [&str; 4] = ["<div class=\"table\"", "<sup class=\"footnote\"", "class=\"replies", "class=\"paywall-card"];

/// The addresses of the sheets, in the order they are to be loaded. None that the build did not make. `said`: something is
/// said at the top of the page after a form was done.
pub fn sheets(kind: Kind, ask: &Ask, body: &str, said: bool) -> impl Iterator<Item = String> + use<> {
    let any = kind == Kind::Any || ask.viewer.member().is_some();
    let talk = kind == Kind::Text && TALK.iter().any(|mark| body.contains(mark));
    let wanted = [
        (true, &MANIFEST.css),
        (any || kind == Kind::Text, &MANIFEST.text),
        (any || talk, &MANIFEST.talk),
        (any || matches!(kind, Kind::Lists | Kind::Forms), &MANIFEST.lists),
        (any || kind == Kind::Forms || said, &MANIFEST.forms),
        (is_desk(ask.path()), &MANIFEST.desk),
    ];
    wanted.into_iter().filter(|(wanted, path)| *wanted && !path.is_empty()).map(|(_, path)| format!("/{path}"))
}

/// The member area, writing, running the place.
fn is_desk(path: &str) -> bool {
    ["/account", "/write", "/admin", "/dev"].iter().any(|start| path.starts_with(start))
}
