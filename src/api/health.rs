//! `/healthz`: the program runs. `/readyz`: its database answers.

use crate::foundation::error::Result;
use crate::server::context::Context;
use crate::server::db::Queries;
use axum::extract::State;

pub async fn alive() -> &'static str {
    "ok\n"
}

pub async fn ready(State(ctx): State<Context>) -> Result<&'static str> {
    let _: Option<(i64,)> = ctx.db().optional("select cast(1 as bigint)", vec![]).await?;
    Ok("ok\n")
}
