//! What is said after a form was done and the browser was sent on: `?done=published` becomes a sentence. Only sentences
//! that stand here can be shown, so an address cannot put words into the site's mouth.

use crate::server::http::Ask;
use crate::t;
use crate::ui::Toast;
use leptos::prelude::*;

#[component]
pub fn Notice(ask: Ask) -> impl IntoView {
    let text = find(&ask)?;
    let undo = ask.query("undo").and_then(|what| undo_path(&what)).map(|action| {
        // Back to the page as it is, without what was said.
        let to = ask.path().to_owned();
        view! {
            <form method="post" action=action>
                <input type="hidden" name="to" value=to/>
                <button class="linklike" type="submit">{t!(ask.locale, "撤销", "Undo")}</button>
            </form>
        }
        .into_any()
    });
    Some(view! { <Toast locale=ask.locale text undo/> })
}

/// `replies.12` → `/replies/12/restore`; only what can be restored.
fn undo_path(what: &str) -> Option<String> {
    let (kind, id) = what.split_once('.')?;
    let id: i64 = id.parse().ok()?;
    matches!(kind, "replies" | "topics").then(|| format!("/{kind}/{id}/restore"))
}

fn find(ask: &Ask) -> Option<&'static str> {
    let locale = ask.locale;
    let text = match ask.query("done")?.as_str() {
        "saved" => t!(locale, "已保存。", "Saved."),
        "published" => t!(locale, "已发布。", "Published."),
        "unpublished" => t!(locale, "已撤回为草稿。", "Taken back to a draft."),
        "restored" => t!(locale, "已恢复。", "Restored."),
        "deleted" => t!(locale, "已删除。", "Deleted."),
        "hidden" => t!(locale, "已隐藏。", "Hidden."),
        "shown" => t!(locale, "已恢复显示。", "Shown again."),
        "rated" => t!(locale, "谢谢，评分已保存。", "Thank you, your rating is saved."),
        "followed" => t!(locale, "已关注，新内容会出现在首页。", "Followed. You will see what is new on your home page."),
        "unfollowed" => t!(locale, "已取消关注。", "Unfollowed."),
        "forgotten" => t!(locale, "阅读记录已清除。", "Your reading record is cleared."),
        "replied" => t!(locale, "回复已发表。", "Your reply is posted."),
        "topic" => t!(locale, "话题已发表。", "Your topic is posted."),
        "opened" => t!(locale, "付款成功，全文已解锁。", "Paid. The whole article is open to you now."),
        "opened-bundle" => t!(locale, "付款成功，合集里的文章已解锁。", "Paid. The articles of the bundle are open to you now."),
        "team-paid" => {
            t!(locale, "付款成功，有效期和邀请链接见下方。", "Paid. See below until when the team is open, and its invitation link.")
        }
        "seat-taken" => t!(locale, "你已加入团队，会员已开通。", "You have joined the team, and your membership is open."),
        "seat-left" => t!(locale, "你已离开团队。", "You have left the team."),
        "seat-freed" => t!(locale, "席位已收回。", "The seat is free again."),
        "team-link" => t!(locale, "新链接已生成，之前的链接已失效。", "There is a new link. The one before opens nothing any more."),
        "trial-begun" => t!(locale, "试用已开始，现在不扣款。", "Your trial has begun. Nothing is charged yet."),
        "joined-tier" => t!(locale, "付款成功，会员已开通。", "Paid. Your membership has begun."),
        "cancelled" => t!(locale, "已取消续费，不会再扣款。", "It will not renew; nothing more is charged."),
        "paused" => t!(locale, "已暂停。", "Paused."),
        "resumed" => t!(locale, "已恢复。", "Resumed."),
        "switched" => t!(locale, "已切换会员等级。", "You have changed to the other tier."),
        "repriced" => t!(locale, "已约定，新的等级和价格见下方。", "It is agreed; see below what holds, and from when."),
        "opened-free" => t!(locale, "已免费开通，全文已解锁。", "It is yours for nothing. The whole article is open to you now."),
        "given-up" => t!(locale, "订单已取消。", "The order is given up."),
        "stayed" => t!(locale, "优惠已生效，续费照常。", "The offer holds, and your membership goes on."),
        "joined-free" => t!(locale, "已加入。", "You have joined."),
        "welcome" => t!(locale, "欢迎加入！", "Welcome!"),
        "verified" => t!(locale, "邮箱已确认。", "Your address is confirmed."),
        "proof-sent" => t!(locale, "确认邮件已发送，请查收。", "A letter is on its way. Please look into your mail."),
        "reset-asked" => t!(
            locale,
            "如果这个邮箱有账号，几分钟内会收到一封邮件。没有收到的话，看看垃圾邮件箱。",
            "If there is an account with this address, a letter arrives within minutes. If not, look into your spam folder."
        ),
        "letter-again" => t!(locale, "已放回发送队列。", "It is on its way once more."),
        "sample-sent" => t!(locale, "示例邮件已发送。", "The sample is on its way."),
        "password" => t!(locale, "密码已更改，其他设备已退出登录。", "Your password is changed; other devices are signed out."),
        "session-ended" => t!(locale, "那台设备已退出登录。", "That device is signed out."),
        "sessions-ended" => t!(locale, "其他设备已全部退出登录。", "All other devices are signed out."),
        "account-deleted" => t!(locale, "账号已注销。", "Your account is deleted."),
        "setup" => t!(locale, "网站已经开张。", "Your site is open."),
        "look-tried" => t!(
            locale,
            "只有你在这个浏览器里能看到这个外观。打开任意页面看看，满意了再发布。",
            "Only you see this look, in this browser. Open any page to judge it, then publish."
        ),
        "look-published" => t!(locale, "外观已发布，所有人都能看到了。", "The look is published; everyone sees it now."),
        "look-discarded" => t!(locale, "未发布的外观已放弃。", "The unpublished look is discarded."),
        "page-deleted" => {
            t!(locale, "页面已删除，30 天内可以在列表中恢复。", "The page is deleted. For 30 days you can restore it in the list.")
        }
        "page-restored" => t!(locale, "页面已恢复。", "The page is restored."),
        "refund-asked" => t!(locale, "退款已提交。", "The refund is asked for."),
        "taken-back" => t!(locale, "退款申请已收到，进度见下方。", "Received. See below how far it has come."),
        "withdrawn" => t!(locale, "撤回声明已收到。", "Your withdrawal is received."),
        "fapiao-asked" => t!(locale, "发票申请已收到。", "Your request for a fapiao is received."),
        "refused" => t!(locale, "已答复。", "Answered."),
        "payouts-made" => t!(
            locale,
            "已转入打款。请下载文件交给银行，然后回来确认。",
            "It is set aside. Take the file to the bank, then come back and confirm."
        ),
        "paid-out" => t!(locale, "已确认打款，收款人会收到邮件。", "Confirmed as paid. Those who were paid are told by letter."),
        "payout-failed" => t!(locale, "已登记为失败，金额退回余额。", "Noted as failed. It is owed again."),
        "issued" => t!(locale, "已登记开票。", "Noted as issued."),
        "confirmed" => t!(locale, "已确认收款，内容已开通。", "Confirmed. What was bought is open."),
        "looked" => t!(locale, "已向付款服务查询。", "The provider was asked; this is how it stands."),
        "replayed" => t!(locale, "已重新处理，结果见下方。", "Processed once more; see below what came of it."),
        "simulator" => t!(locale, "已填入模拟器的密钥并开启。", "The simulator's keys are filled in, and it is on."),
        "reconciled" => t!(locale, "对账完成。", "Compared."),
        "granted" => t!(locale, "已赠送。", "Given."),
        "gift-paid" => t!(locale, "付款成功，礼物可以送出了。", "Paid. Your gift is ready."),
        "gift-sent" => t!(locale, "邮件已发送。", "The letter is on its way."),
        "gift-taken" => t!(locale, "礼物已领取，内容已开通。", "The gift is yours, and open to you now."),
        "link-made" => t!(locale, "链接已生成，复制后发给朋友吧。", "The link is made. Copy it and send it to your friend."),
        "link-ended" => t!(locale, "链接已停用。", "The link is ended."),
        "recommends" => t!(locale, "推广链接已生成，复制后就可以分享了。", "Your link is made. Copy it and share it."),
        "recommends-no-more" => t!(locale, "推广链接已停用。", "Your link counts no more."),
        "not-recommended" => {
            t!(
                locale,
                "已去掉推荐，这笔订单和以后的订单都不会再给推荐人奖励。",
                "It is taken out. Nobody gets a reward for this order or a later one."
            )
        }
        "tipped" => t!(locale, "打赏已收到，谢谢你的支持！", "Your tip has arrived. Thank you!"),
        "redeemed" => t!(locale, "兑换成功。", "Redeemed."),
        "code-revoked" => t!(locale, "已作废。", "Revoked."),
        "codes-revoked" => t!(locale, "未兑换的兑换码已全部作废。", "All codes that nobody redeemed are revoked."),
        "item-added" => t!(locale, "已添加，从下一次导入起生效。", "Added. It applies from the next import on."),
        "imported" => t!(locale, "文件已导入，结果见下方。", "The file is in; see below what came of it."),
        "file-read" => t!(
            locale,
            "文件已读取，还没有导入任何会员。请核对下面的内容。",
            "The file is read, and nobody is in yet. Please look through what it says."
        ),
        "copy-sent" => t!(locale, "已发给你自己，请查收。", "It is on its way to you."),
        "done-for-many" => t!(locale, "批量操作已完成，记录见下方。", "Done; it stands in the record below."),
        "brought" => t!(locale, "会员已导入，结果见下方。", "The members are in; see below what came of the file."),
        "revoked" => t!(locale, "已收回。", "Taken back."),
        _ => return None,
    };
    Some(text)
}
