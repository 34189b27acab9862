//! How states and accounts are called on the admin's pages.

use crate::creators::model::Month;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::pages::orders::provider_name;
use crate::payments::model::{GivingBack, Order, OrderStatus, TryState};
use crate::providers::Provider;
use crate::providers::facts::{AgreementState, CheckoutState, DisputeState, RefundState};
use crate::t;
use crate::ui::{Badge, Tone};
use leptos::prelude::*;

pub type Said = (Tone, &'static str);

pub fn badge((tone, text): Said) -> AnyView {
    view! { <Badge tone text/> }.into_any()
}

pub fn order_status(status: OrderStatus, locale: Locale) -> Said {
    match status {
        OrderStatus::Open => (Tone::Plain, t!(locale, "未付款", "Not paid")),
        OrderStatus::Pending => (Tone::Warn, t!(locale, "等待到账", "Money on its way")),
        OrderStatus::Paid => (Tone::Good, t!(locale, "已付款", "Paid")),
        OrderStatus::Refunded => (Tone::Plain, t!(locale, "已退款", "Refunded")),
    }
}

/// As [`order_status`], of one whose trial runs instead of being paid, and of one that was given up, too.
pub fn order_state(order: &Order, now: Timestamp, locale: Locale) -> Said {
    match order.trial {
        Some(trial) if trial.runs(now) => (Tone::Good, t!(locale, "试用中", "On trial")),
        Some(_) => (Tone::Plain, t!(locale, "试用已结束", "Trial is over")),
        None if order.status == OrderStatus::Open && order.closed_at.is_some() => (Tone::Plain, t!(locale, "已取消", "Given up")),
        None => order_status(order.status, locale),
    }
}

/// `on_trial`: by this try a trial was begun, and nothing was paid.
pub fn try_state(state: TryState, on_trial: bool, locale: Locale) -> Said {
    match state {
        TryState::Paid if on_trial => (Tone::Good, t!(locale, "已约定", "Agreed to")),
        TryState::Opening => (Tone::Plain, t!(locale, "正在创建", "Opening")),
        TryState::Told(CheckoutState::Open) => (Tone::Plain, t!(locale, "待付款", "Open")),
        TryState::Told(CheckoutState::Pending) => (Tone::Warn, t!(locale, "等待到账", "Money on its way")),
        TryState::Told(CheckoutState::Declined) => (Tone::Bad, t!(locale, "已拒绝", "Declined")),
        TryState::Told(CheckoutState::Closed) => (Tone::Plain, t!(locale, "已关闭", "Closed")),
        TryState::Paid => (Tone::Good, t!(locale, "已付款", "Paid")),
    }
}

pub fn refund_state(state: GivingBack, locale: Locale) -> Said {
    match state {
        GivingBack::Asked => (Tone::Warn, t!(locale, "已提交", "Asked for")),
        GivingBack::Told(RefundState::Pending) => (Tone::Warn, t!(locale, "处理中", "On its way")),
        GivingBack::Told(RefundState::Stuck) => (Tone::Bad, t!(locale, "等待你处理", "Waits for you")),
        GivingBack::Told(RefundState::Succeeded) => (Tone::Good, t!(locale, "已退款", "Given back")),
        GivingBack::Told(RefundState::Failed) => (Tone::Bad, t!(locale, "退款失败", "Failed")),
    }
}

/// What to do about a refund that is stuck at a provider. `number`: ours, under which it is found there.
pub fn stuck(provider: Provider, number: Option<&str>, locale: Locale) -> String {
    let name = provider_name(provider, locale);
    let number = match number {
        Some(number) => crate::tf!(locale, "（商户退款单号 {number}）", " (our number: {number})"),
        None => String::new(),
    };
    crate::tf!(
        locale,
        "有一笔退款没能退到买家账户，可能是对方的银行卡已经注销；钱已从你的商户账户扣出。请登录{name}商户平台，找到这笔退款{number}，选择把钱退到哪里。处理完成后，这里会自动更新。",
        "A refund cannot reach its buyer, whose card or account may be gone; the money has left your account. Go to {name}'s merchant platform, find this refund there{number}, and choose where the money should go. Once that is done, this page shows it by itself."
    )
}

pub fn dispute_state(state: DisputeState, locale: Locale) -> Said {
    match state {
        DisputeState::Open => (Tone::Bad, t!(locale, "争议处理中", "Contested")),
        DisputeState::Won => (Tone::Good, t!(locale, "争议胜诉", "Won")),
        DisputeState::Lost => (Tone::Bad, t!(locale, "争议败诉", "Lost")),
    }
}

pub fn agreement_state(state: AgreementState, locale: Locale) -> Said {
    match state {
        AgreementState::Waiting => (Tone::Plain, t!(locale, "尚未开始", "Not begun")),
        AgreementState::Trialing => (Tone::Good, t!(locale, "试用中", "On trial")),
        AgreementState::Active => (Tone::Good, t!(locale, "正常", "Active")),
        AgreementState::PastDue => (Tone::Bad, t!(locale, "扣款失败", "Charge failed")),
        AgreementState::Paused => (Tone::Warn, t!(locale, "已暂停", "Paused")),
        AgreementState::Ended => (Tone::Plain, t!(locale, "已结束", "Ended")),
    }
}

pub fn notification_state(state: &str, locale: Locale) -> Said {
    match state {
        "quarantined" => (Tone::Bad, t!(locale, "已隔离", "Quarantined")),
        "dead" => (Tone::Bad, t!(locale, "处理失败", "Given up")),
        "later" => (Tone::Warn, t!(locale, "稍后重试", "Tried again later")),
        "new" => (Tone::Plain, t!(locale, "等待处理", "Waiting")),
        "done" => (Tone::Good, t!(locale, "已处理", "Done")),
        _ => (Tone::Plain, t!(locale, "已忽略", "Ignored")),
    }
}

/// What an admin has to do before a refund of what was paid offline.
pub const fn by_hand(locale: Locale) -> &'static str {
    t!(locale, "线下收到的款项，请先自行退还，再在这里登记。", "Money that came offline: give it back yourself first, then record it here.")
}

/// What a transfer is about, by its cause: `payout:3:paid`, `pool:2026-03:CNY`, `advertising:2:…`. What was sold is called by
/// its own name, as it is written down.
pub fn about(cause: &str, written: &str, locale: Locale) -> String {
    let mut parts = cause.split(':');
    match (parts.next(), parts.next()) {
        (Some("payout"), Some(number)) => crate::tf!(locale, "打款 P-{number:0>6}", "Payout P-{number:0>6}"),
        (Some("pool"), Some(month)) => {
            let month = Month::parse(month).map_or_else(|| month.to_owned(), |month| format::month(month.first(), locale));
            crate::tf!(locale, "{month}会员分成", "Memberships of {month}")
        }
        (Some("advertising"), Some(number)) => crate::tf!(locale, "广告收入 {number}", "Advertising income {number}"),
        _ => written.to_owned(),
    }
}

/// An account of the ledger: `provider:stripe` → what Stripe holds. `handle` is of the member of its entries, which says
/// whose it is where it is a creator's.
pub fn account(name: &str, handle: Option<&str>, locale: Locale) -> String {
    let of = |prefix: &str| name.strip_prefix(prefix).and_then(Provider::parse).map(|provider| provider_name(provider, locale));
    if let Some(provider) = of("provider:") {
        let named = crate::tf!(locale, "经{provider}收款（净额）", "Received through {provider}");
        return text::set(&named, locale);
    }
    if let Some(provider) = of("contested:") {
        return crate::tf!(locale, "争议冻结：{provider}", "Contested: {provider}");
    }
    let creator = |number: &str| handle.map_or_else(|| number.to_owned(), |handle| format!("@{handle}"));
    if let Some(creator) = name.strip_prefix("liability:creator:").map(creator) {
        return crate::tf!(locale, "应付创作者 {creator}", "Owed to creator {creator}");
    }
    if let Some(creator) = name.strip_prefix("liability:creator-held:").map(creator) {
        return crate::tf!(locale, "应付创作者 {creator}（冻结）", "Owed to creator {creator}, held");
    }
    match name {
        "expense:provider-fees" => t!(locale, "支付手续费", "Provider fees"),
        "revenue:fees" => t!(locale, "会员收入", "Earned by memberships"),
        "revenue:sales" => t!(locale, "单篇文章收入", "Earned by articles"),
        "revenue:advertising" => t!(locale, "广告收入", "Earned by advertising"),
        "liability:surplus" => t!(locale, "多收待退", "Paid too much, owed back"),
        "liability:tax" => t!(locale, "应付税款", "Tax owed"),
        "expense:creators" => t!(locale, "创作者分成", "Creators' shares"),
        "expense:affiliates" => t!(locale, "推广奖励", "Affiliates' rewards"),
        "liability:creator" => t!(locale, "应付创作者", "Owed to creators"),
        "liability:creator-held" => t!(locale, "应付创作者（冻结）", "Owed to creators, held"),
        "liability:payouts" => t!(locale, "待打款给创作者", "Payouts under way"),
        "asset:bank" => t!(locale, "银行账户", "Bank account"),
        other => other,
    }
    .to_owned()
}
