//! `stoa demo`: fills an empty site with sample content, so that somebody who tries Stoa out sees it alive.
//!
//! Whatever a person would do here is done through the same services a person reaches, as that person, with every question
//! of permission asked. The *script* says what happens; its days lie in the month before today, told to the services by a
//! clock of its own. Only a site without articles and spaces is filled; a site that does not exist yet is founded first.

mod fill;
mod script;
mod store;

use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::viewer::{SignedIn, Viewer};
use crate::members::model::check_password;
use crate::members::service::{self as members, NewAccount};
use crate::server::context::Context;
use crate::settings::service::{NewSite, site};
use crate::{spaces, words};

/// The handle of the owner of a site that the demo founds; the e-mail is made from it.
const KEEPER: &str = "keeper";
/// How the handles of all sample members begin.
const SAMPLE: &str = "sample-";

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// The owner's e-mail, when the site was founded.
    pub owner: Option<String>,
    /// The e-mails of the sample members, who share a password.
    pub logins: Vec<String>,
    pub articles: usize,
    pub spaces: usize,
    pub topics: usize,
    pub replies: usize,
    pub votes: usize,
    pub ratings: usize,
    /// Paid with the test provider; none where it is off.
    pub orders: Option<usize>,
    pub costs: usize,
}

fn email(handle: &str) -> String {
    format!("{handle}@example.org")
}

/// Somebody as the services see them.
async fn viewer(ctx: &Context, id: MemberId) -> Result<Viewer> {
    let profile = members::profile(ctx, id).await?;
    Ok(Viewer(Some(SignedIn { id, handle: profile.handle, name: profile.name, role: profile.role, locale: None })))
}

/// Fills the site; `new` is what it becomes when there is none, `password` that of every account made. A conflict, and
/// nothing changed, when the site has content.
pub async fn fill(ctx: &Context, new: NewSite, password: &str) -> Result<Made> {
    check_password(password).map_err(|words| AppError::field("password", words))?;
    let script = script::script().map_err(|error| {
        tracing::error!(error, "the demo's own files cannot be read");
        AppError::Internal
    })?;
    if store::has_posts(ctx.db()).await? || !spaces::service::listed(ctx, &Viewer::VISITOR).await?.is_empty() {
        return Err(AppError::Conflict(words!(
            "网站已经有内容，示例只能用来填充空网站。什么都没有改动。",
            "This site has articles or spaces already; the demo fills only an empty one. Nothing was changed."
        )));
    }
    let mut made = Made::default();
    let owner = match site(ctx).await? {
        Some(_) => viewer(ctx, members::first_owner(ctx).await?).await?,
        None => {
            let owner = NewAccount { email: email(KEEPER), handle: KEEPER.into(), name: "Keeper".into(), password: password.into() };
            let id = members::found_site(ctx, new, owner).await?;
            made.owner = Some(email(KEEPER));
            viewer(ctx, id).await?
        }
    };
    if !members::members_after(ctx, &owner, SAMPLE, MemberId(0), 1).await?.is_empty() {
        return Err(AppError::Conflict(words!(
            "网站已有用户名以 {SAMPLE} 开头的会员。什么都没有改动。",
            "There are members already whose name begins with {SAMPLE}. Nothing was changed."
        )));
    }
    fill::Filling::begin(ctx, owner, made).await?.run(&script, password).await
}
