//! Who a buyer within WeChat is, which its own payment sheet wants to know.

use super::{asking, connections, order};
use crate::foundation::error::Result;
use crate::foundation::viewer::Viewer;
use crate::providers::{Device, Failure, Provider};
use crate::server::context::Context;

/// Where WeChat is asked, with the way back to the order; `None` when it cannot be asked. For whoever may see the order.
pub async fn asked_at(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<Option<String>> {
    let order = order(ctx, viewer, reference).await?;
    let connection = connections::connection(ctx, Provider::Wechat).await?;
    Ok(connection.who_is_asked_at(&format!("{}{}/wechat", ctx.config().base_url, order.path())))
}

/// What the buyer is known to hold by the code they came back with. One that says nothing (used before, too old, made up) is
/// no reason not to pay: another device scans.
pub async fn device_of(ctx: &Context, viewer: &Viewer, reference: &str, code: &str) -> Result<Device> {
    order(ctx, viewer, reference).await?;
    let connection = connections::connection(ctx, Provider::Wechat).await?;
    let said = asking::in_time(ctx, connection.who(code)).await;
    Ok(match said.unwrap_or_else(|| Err(Failure::Away("no answer in time".to_owned()))) {
        Ok(openid) => Device::WechatApp { openid },
        Err(failure) => {
            tracing::warn!(%failure, "WeChat does not say who the buyer is");
            Device::Desktop
        }
    })
}
