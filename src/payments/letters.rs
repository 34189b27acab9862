//! What letters about money say.

use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::mail::{Choice, Kind, Letter};
use crate::payments::model::Purpose;
use crate::payments::requests;
use crate::payments::tax::included;
use crate::payments::wording::{declared_said, provider_name};
use crate::providers::Provider;
use crate::{t, tf};

pub static ENDINGS: Choice = Choice {
    name: "ending",
    label: |locale| t!(locale, "会员到期前 7 天、3 天、1 天的提醒", "Seven, three and one days before a membership ends"),
    usual: true,
    for_admins: false,
};
pub static SALES: Choice =
    Choice {
        name: "sale", label: |locale| t!(locale, "售出通知（仅管理员）", "Each sale (admins)"), usual: false, for_admins: true
    };
pub static TROUBLES: Choice = Choice {
    name: "trouble",
    label: |locale| t!(locale, "付款问题通知（仅管理员）", "Trouble with payments (admins)"),
    usual: true,
    for_admins: true,
};
pub static REQUESTS: Choice = Choice {
    name: "request",
    label: |locale| t!(locale, "买家申请通知（仅管理员）", "Buyers' requests (admins)"),
    usual: true,
    for_admins: true,
};

pub static RECEIPT: Kind = Kind { name: "receipt", label: |locale| t!(locale, "收据", "Receipt"), choice: None, asks: false };
pub static TRIAL: Kind = Kind { name: "trial", label: |locale| t!(locale, "试用开始", "Trial begun"), choice: None, asks: false };
pub static RENEWAL: Kind =
    Kind { name: "renewal", label: |locale| t!(locale, "续费预告", "Renewal notice"), choice: None, asks: false };
pub static ENDING: Kind =
    Kind { name: "ending", label: |locale| t!(locale, "会员即将到期", "Membership ends soon"), choice: Some(&ENDINGS), asks: false };
pub static FAILED: Kind = Kind { name: "failed", label: |locale| t!(locale, "扣款失败", "Payment failed"), choice: None, asks: false };
pub static CANCELLED: Kind =
    Kind { name: "cancelled", label: |locale| t!(locale, "自动续费已取消", "Renewal cancelled"), choice: None, asks: false };
pub static REFUNDED: Kind = Kind { name: "refunded", label: |locale| t!(locale, "退款", "Refunded"), choice: None, asks: false };
pub static REFUSED: Kind = Kind {
    name: "refund-refused",
    label: |locale| t!(locale, "退款或撤回未获同意", "Refund or withdrawal refused"),
    choice: None,
    asks: false,
};
pub static FAPIAO: Kind =
    Kind { name: "fapiao", label: |locale| t!(locale, "发票已开具", "Fapiao issued"), choice: None, asks: false };
pub static NO_FAPIAO: Kind =
    Kind { name: "fapiao-refused", label: |locale| t!(locale, "发票不予开具", "Fapiao refused"), choice: None, asks: false };
pub static WITHDRAWN: Kind =
    Kind { name: "withdrawn", label: |locale| t!(locale, "已收到撤回声明", "Withdrawal received"), choice: None, asks: false };
pub static REQUEST: Kind = Kind {
    name: "request",
    label: |locale| t!(locale, "退款或撤回待处理", "Refund or withdrawal to decide"),
    choice: Some(&REQUESTS),
    asks: false,
};
pub static FAPIAO_ASKED: Kind =
    Kind { name: "fapiao-asked", label: |locale| t!(locale, "发票待开具", "Fapiao asked for"), choice: Some(&REQUESTS), asks: false };
pub static SALE: Kind = Kind { name: "sale", label: |locale| t!(locale, "售出通知", "A sale"), choice: Some(&SALES), asks: false };
pub static TROUBLE: Kind =
    Kind { name: "trouble", label: |locale| t!(locale, "付款问题", "Trouble with payments"), choice: Some(&TROUBLES), asks: false };

const MEMBERSHIP: &str = "/account/membership";

/// What a receipt and a credit note state beside their number and amount, in their reader's words.
pub struct Stated {
    /// The tax in the amount, and its rate.
    pub tax: Option<(String, String)>,
    pub seller: String,
    pub buyer: Option<String>,
    /// The seller's line below everything; may be empty.
    pub note: String,
}

impl Stated {
    fn facts(&self, locale: Locale) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let tax = self.tax.as_ref().map(|(tax, rate)| {
            let said = tf!(locale, "{tax}，税率 {rate}", "{tax}, {rate}");
            (t!(locale, "其中税额", "Tax included"), said)
        });
        let seller = (t!(locale, "卖方", "Seller"), self.seller.clone());
        let buyer = self.buyer.clone().map(|buyer| (t!(locale, "买方", "Buyer"), buyer));
        tax.into_iter().chain([seller]).chain(buyer)
    }

    fn below(&self, letter: Letter) -> Letter {
        if self.note.is_empty() { letter } else { letter.small(self.note.clone()) }
    }
}

/// A payment, in its reader's words.
pub struct Paid {
    pub number: String,
    pub item: String,
    pub amount: String,
    pub stated: Stated,
    pub at: String,
    pub through: &'static str,
    /// `None`: for good.
    pub until: Option<String>,
    /// What it costs without the offer it was bought by, and that.
    pub offer: Vec<(&'static str, String)>,
    /// What is charged next, and on which day, where that is known.
    pub next: Option<(String, String)>,
    pub renews: bool,
    /// What was promised of taking it back, and what its buyer confirmed, a sentence each.
    pub promised: Vec<String>,
    pub purpose: Purpose,
    /// Who gets it, of a tip, where that does not go without saying.
    pub goes: Option<String>,
    /// To the receipt; of a gift, to where it is sent, and of a team, to where people are invited.
    pub path: String,
}

pub fn receipt(about: &str, paid: &Paid, locale: Locale) -> Letter {
    let item = &paid.item;
    let mut facts = vec![
        (t!(locale, "收据编号", "Receipt number"), paid.number.clone()),
        (t!(locale, "内容", "Item"), item.clone()),
        (t!(locale, "金额", "Amount"), paid.amount.clone()),
    ];
    facts.extend(paid.offer.iter().cloned());
    facts.extend(paid.stated.facts(locale));
    facts.extend([(t!(locale, "付款时间", "Paid on"), paid.at.clone()), (t!(locale, "付款方式", "Paid through"), paid.through.to_owned())]);
    let (text, button) = if paid.purpose == Purpose::Tip {
        let text = t!(locale, "谢谢你的支持，我们已收到你的打赏。", "Thank you for your support. Your tip has arrived.");
        (text, t!(locale, "查看收据", "See the receipt"))
    } else if paid.purpose == Purpose::Gift {
        let text = t!(locale, "谢谢，我们已收到你的付款，礼物可以送出了。", "Thank you. Your payment has arrived, and your gift is ready.");
        (text, t!(locale, "查看礼物", "See your gift"))
    } else if paid.purpose == Purpose::Team {
        facts.extend(paid.until.as_ref().map(|until| (t!(locale, "有效期至", "Open until"), until.clone())));
        let text = t!(
            locale,
            "谢谢，我们已收到你的付款，可以邀请成员加入团队了。",
            "Thank you. Your payment has arrived, and you can invite people to your team."
        );
        (text, t!(locale, "邀请成员", "Invite people"))
    } else {
        facts.push(match &paid.until {
            Some(until) => (t!(locale, "有效期至", "Open until"), until.clone()),
            None => (t!(locale, "有效期", "Open"), t!(locale, "永久", "For good").to_owned()),
        });
        let text =
            t!(locale, "谢谢，我们已收到你的付款，内容已开通。", "Thank you. Your payment has arrived, and what you bought is open.");
        (text, t!(locale, "查看收据", "See the receipt"))
    };
    facts.extend(paid.next.as_ref().map(|(price, day)| {
        let said = tf!(locale, "{day}，{price}", "{day}, {price}");
        (t!(locale, "下次扣款", "Next charge"), said)
    }));
    let letter = Letter::new(&RECEIPT, about, tf!(locale, "收据：{item}", "Receipt: {item}"))
        .text(text)
        .facts(facts)
        .button(button, paid.path.clone());
    let letter = match &paid.goes {
        Some(goes) => letter.small(goes.clone()),
        None => letter,
    };
    let letter = paid.promised.iter().fold(letter, |letter, sentence| letter.small(sentence));
    let letter = paid.stated.below(letter);
    match paid.renews {
        true => letter.small(t!(
            locale,
            "到期自动续费，随时可以在会员中心取消。",
            "It renews by itself; you can cancel at any time in your account."
        )),
        false => letter,
    }
}

/// A charge to come, in its reader's words.
pub struct Charge<'a> {
    pub tier: &'a str,
    pub price: &'a str,
    pub day: &'a str,
    pub method: Option<&'a str>,
}

pub fn renewal(about: &str, charge: &Charge<'_>, locale: Locale) -> Letter {
    let Charge { tier, price, day, method } = *charge;
    let mut facts = vec![
        (t!(locale, "会员等级", "Tier"), tier.to_owned()),
        (t!(locale, "金额", "Amount"), price.to_owned()),
        (t!(locale, "扣款日期", "Charged on"), day.to_owned()),
    ];
    facts.extend(method.map(|method| (t!(locale, "付款方式", "Paid with"), method.to_owned())));
    Letter::new(&RENEWAL, about, tf!(locale, "“{tier}”会员将于 {day}自动续费", "“{tier}” renews on {day}"))
        .text(tf!(locale, "你的“{tier}”会员即将自动续费，无需操作。", "Your membership “{tier}” is about to renew. You need do nothing."))
        .facts(facts)
        .text(t!(locale, "如果不想续费，请在扣款日期之前取消。", "If you do not want it to renew, cancel before that day."))
        .button(t!(locale, "管理我的会员", "Manage your membership"), MEMBERSHIP)
}

/// A trial has begun: what its first charge is; `after`: what each term costs after that, and whether an offer ends before.
pub fn trial(about: &str, charge: &Charge<'_>, (after, by_offer): (&str, bool), locale: Locale) -> Letter {
    let Charge { tier, price, day, method } = *charge;
    let later = if by_offer { t!(locale, "优惠结束后", "After the offer") } else { t!(locale, "以后", "After that") };
    let mut facts = vec![
        (t!(locale, "会员等级", "Tier"), tier.to_owned()),
        (t!(locale, "试用至", "Trial until"), day.to_owned()),
        (t!(locale, "首次扣款", "First charge"), tf!(locale, "{day}，{price}", "{day}, {price}")),
        (later, after.to_owned()),
    ];
    facts.extend(method.map(|method| (t!(locale, "付款方式", "Paid with"), method.to_owned())));
    Letter::new(&TRIAL, about, tf!(locale, "“{tier}”会员开始试用", "Your trial of “{tier}” has begun"))
        .text(tf!(
            locale,
            "“{tier}”会员已经开通，可以试用到 {day}，在此之前不会扣款。",
            "Your membership “{tier}” is open. The trial runs until {day}, and nothing is charged before that day."
        ))
        .facts(facts)
        .text(tf!(
            locale,
            "试用结束后会自动扣款并续费。不想继续的话，请在 {day}之前到会员中心取消，就不会扣款。",
            "After the trial it is charged and renews by itself. If you do not want that, cancel in your account before {day}, and nothing is charged."
        ))
        .button(t!(locale, "管理我的会员", "Manage your membership"), MEMBERSHIP)
}

pub fn ending(about: &str, tier: &str, date: &str, days: i64, locale: Locale) -> Letter {
    let subject = match days {
        1 => tf!(locale, "“{tier}”会员明天到期", "“{tier}” ends tomorrow"),
        _ => tf!(locale, "“{tier}”会员还有 {days} 天到期", "“{tier}” ends in {days} days"),
    };
    Letter::new(&ENDING, about, subject)
        .text(tf!(
            locale,
            "你的“{tier}”会员于 {date} 到期，不会自动扣款。",
            "Your membership “{tier}” ends on {date}. Nothing is charged by itself."
        ))
        .text(t!(
            locale,
            "现在续费，有效期从到期日起顺延，一天也不会少。",
            "Renew now and the new term is added to the end of this one: no day is lost."
        ))
        .button(t!(locale, "续费", "Renew"), MEMBERSHIP)
}

pub fn failed(about: &str, tier: &str, price: &str, method: Option<&str>, locale: Locale) -> Letter {
    let letter = Letter::new(&FAILED, about, tf!(locale, "“{tier}”会员扣款失败", "The payment for “{tier}” failed")).text(tf!(
        locale,
        "“{tier}”会员续费 {price} 扣款失败。付款服务会在几天内再次尝试。扣款成功之前，会员到期后只保留到宽限期结束。",
        "{price} could not be charged for your membership “{tier}”. It will be tried again within a few days. Until it succeeds, your membership stays open only to the end of its days of grace."
    ));
    let letter = match method {
        Some(method) => letter.facts(vec![(t!(locale, "付款方式", "Paid with"), method.to_owned())]),
        None => letter,
    };
    letter
        .text(t!(
            locale,
            "请检查账户余额和银行卡有效期，或者更换付款方式。如果一直扣款失败，自动续费会终止。",
            "Please check that the card or account is good, or change how you pay. If it keeps failing, the renewal ends."
        ))
        .button(t!(locale, "更新付款方式", "Change how you pay"), MEMBERSHIP)
}

/// `day`: when the paid time ends, or ended; `comes_back`: until then the same agreement can go on.
pub fn cancelled(about: &str, tier: &str, day: Option<&str>, (still_open, comes_back): (bool, bool), locale: Locale) -> Letter {
    let text = match (day, still_open) {
        (Some(day), true) => tf!(
            locale,
            "“{tier}”会员不再自动续费，也不会再扣款；{day}之前仍可使用。",
            "Your membership “{tier}” will not renew, and nothing more is charged. It stays open until {day}."
        ),
        (Some(day), false) => tf!(
            locale,
            "“{tier}”会员的自动续费已于 {day}结束，不会再扣款。",
            "The renewal of your membership “{tier}” ended on {day}. Nothing more is charged."
        ),
        (None, _) => tf!(
            locale,
            "“{tier}”会员的自动续费已经结束，不会再扣款。",
            "The renewal of your membership “{tier}” has ended. Nothing more is charged."
        ),
    };
    // Whoever cancelled before hears of the end as well, which is to be told apart.
    let subject = match still_open {
        true => tf!(locale, "“{tier}”会员不再自动续费", "“{tier}” does not renew any more"),
        false => tf!(locale, "“{tier}”会员的自动续费已经结束", "The renewal of “{tier}” has ended"),
    };
    let again = match (still_open, comes_back) {
        (true, true) => {
            t!(locale, "如果想继续，到期之前随时可以恢复续费。", "If you want it to go on, you can resume renewal at any time before then.")
        }
        (true, false) => {
            t!(locale, "如果想继续，到期后可以重新开通。", "If you want it to go on, you can subscribe again when it has ended.")
        }
        (false, _) => t!(locale, "如果想继续，随时可以重新开通。", "You can subscribe again at any time."),
    };
    Letter::new(&CANCELLED, about, subject).text(text).text(again).button(t!(locale, "管理我的会员", "Manage your membership"), MEMBERSHIP)
}

/// The credit note of a refund, in its reader's words.
pub struct Credited {
    pub number: String,
    /// That of the receipt it is about.
    pub receipt: String,
    pub stated: Stated,
}

/// `closed`: nothing of what was bought is open any more.
pub fn refunded(
    about: &str,
    (item, amount): (&str, &str),
    closed: bool,
    credited: Option<&Credited>,
    path: &str,
    locale: Locale,
) -> Letter {
    let letter = Letter::new(&REFUNDED, about, tf!(locale, "已退款 {amount}", "{amount} was given back to you"))
        .text(tf!(locale, "{amount} 已原路退回：{item}。", "{amount} went back the way you paid: {item}."))
        .text(t!(
            locale,
            "到账时间取决于银行或付款服务，一般需要几个工作日。",
            "When you see it depends on your bank or payment service; it usually takes a few working days."
        ));
    let letter = match closed {
        true => letter.text(t!(locale, "这笔订单开通的内容已经关闭。", "What the order opened is closed.")),
        false => letter,
    };
    let button = see_order(locale);
    let Some(Credited { number, receipt, stated }) = credited else { return letter.button(button, path) };
    let facts = [
        (t!(locale, "红字收据编号", "Credit note number"), number.clone()),
        (t!(locale, "对应的收据", "For receipt"), receipt.clone()),
        (t!(locale, "内容", "Item"), item.to_owned()),
        (t!(locale, "退款金额", "Given back"), amount.to_owned()),
    ];
    stated.below(letter.facts(facts.into_iter().chain(stated.facts(locale)).collect()).button(button, path))
}

/// An admin does not give back what the buyer wanted to take back, and says why.
pub fn refused(about: &str, kind: requests::Kind, (item, number): (&str, &str), answer: &str, path: &str, locale: Locale) -> Letter {
    let (subject, text) = match kind {
        requests::Kind::Refund => (
            tf!(locale, "退款申请未获同意：{item}", "Your request for a refund was refused: {item}"),
            tf!(
                locale,
                "你申请退还{item}的款项，管理员没有同意。订单保持不变。",
                "You asked for a refund of this: {item}. An admin refused it, and the order stays as it is."
            ),
        ),
        requests::Kind::Withdrawal => (
            tf!(locale, "撤回声明未获认可：{item}", "Your withdrawal was not accepted: {item}"),
            tf!(
                locale,
                "你声明撤回{item}的购买合同，管理员没有认可。订单保持不变。",
                "You declared your withdrawal from the contract for this: {item}. An admin did not accept it, and the order stays as it is."
            ),
        ),
    };
    Letter::new(&REFUSED, about, subject)
        .text(text)
        .facts(vec![(t!(locale, "答复", "Answer"), answer.to_owned()), (t!(locale, "订单号", "Order"), number.to_owned())])
        .button(see_order(locale), path)
}

/// A 发票 is issued: its number, and the day.
pub fn fapiao(about: &str, (item, order): (&str, &str), (number, day): (&str, &str), path: &str, locale: Locale) -> Letter {
    Letter::new(&FAPIAO, about, tf!(locale, "发票已开具：{item}", "Your fapiao is issued: {item}"))
        .text(t!(
            locale,
            "你申请的发票已经开具，会发送到申请时填写的邮箱。",
            "The fapiao you asked for is issued. It goes to the e-mail address that you gave for it."
        ))
        .facts(vec![
            (t!(locale, "发票号码", "Number"), number.to_owned()),
            (t!(locale, "开票日期", "Issued"), day.to_owned()),
            (t!(locale, "内容", "Item"), item.to_owned()),
            (t!(locale, "订单号", "Order"), order.to_owned()),
        ])
        .button(t!(locale, "查看发票申请", "See your request"), path)
}

/// There will be none, and why; `again`: whether it can be asked for once more.
pub fn no_fapiao(about: &str, (item, order): (&str, &str), (answer, again): (&str, bool), path: &str, locale: Locale) -> Letter {
    let letter = Letter::new(&NO_FAPIAO, about, tf!(locale, "发票不予开具：{item}", "Your request for a fapiao was refused: {item}"))
        .text(tf!(locale, "你为{item}申请的发票，管理员没有开具。", "The fapiao that you asked for was not issued: {item}."))
        .facts(vec![(t!(locale, "原因", "Why"), answer.to_owned()), (t!(locale, "订单号", "Order"), order.to_owned())]);
    match again {
        true => letter
            .text(t!(locale, "可以更改后重新申请。", "You can change your request and ask again."))
            .button(t!(locale, "更改申请", "Change it and ask again"), path),
        false => letter.button(t!(locale, "查看发票申请", "See your request"), path),
    }
}

/// A withdrawal, in its reader's words.
pub struct Withdrawn<'a> {
    /// Who declared it, where the reader is known.
    pub declarant: Option<&'a str>,
    pub item: &'a str,
    /// Of the order.
    pub number: &'a str,
    /// When it was received.
    pub at: &'a str,
    /// What goes back, and whether an admin gives it back by hand; `None`: an admin decides about that.
    pub gives: Option<(&'a str, bool)>,
    /// To the proof.
    pub path: &'a str,
}

/// The durable proof of a withdrawal: who declared what, when, and what goes back.
pub fn withdrawn(about: &str, withdrawn: &Withdrawn<'_>, locale: Locale) -> Letter {
    let Withdrawn { declarant, item, number, at, gives, path } = *withdrawn;
    let comes = match gives {
        Some((amount, false)) => {
            tf!(locale, "{amount} 将原路退回，对应的内容已经关闭。", "{amount} goes back the way you paid, and what you bought is closed.")
        }
        Some((amount, true)) => tf!(
            locale,
            "{amount} 由管理员人工退还；在退还之前，内容仍然可以打开。",
            "An admin gives {amount} back by hand; until then what you bought stays open."
        ),
        None => t!(locale, "管理员会尽快处理，并给你答复。", "An admin decides about it, and you will hear from us.").to_owned(),
    };
    let mut facts = Vec::from_iter(declarant.map(|name| (t!(locale, "声明人", "Declared by"), name.to_owned())));
    facts.extend([
        (t!(locale, "声明", "Declaration"), declared_said(requests::Kind::Withdrawal, locale).to_owned()),
        (t!(locale, "内容", "Item"), item.to_owned()),
        (t!(locale, "订单号", "Order"), number.to_owned()),
        (t!(locale, "收到时间", "Received"), at.to_owned()),
    ]);
    Letter::new(&WITHDRAWN, about, tf!(locale, "已收到撤回声明：{item}", "Withdrawal received: {item}"))
        .text(t!(
            locale,
            "我们收到了撤回这份合同的声明。这封邮件就是凭证，请妥善保存。",
            "We have received your withdrawal from this contract. This letter is your proof; please keep it."
        ))
        .facts(facts)
        .text(comes)
        .button(t!(locale, "查看凭证", "See the proof"), path)
        .small(t!(locale, "如果不是你本人操作，请立即联系我们。", "If this was not you, please tell us at once."))
}

fn see_order(locale: Locale) -> &'static str {
    t!(locale, "查看订单", "See the order")
}

/// Where an admin sees an order.
fn desk_of(order: i64) -> String {
    format!("/admin/orders/{order}")
}

fn recorded(reason: &str, locale: Locale) -> Vec<(&'static str, String)> {
    vec![(t!(locale, "系统记录的原因", "Reason, as recorded"), reason.to_owned())]
}

pub fn sale(about: &str, item: &str, amount: &str, through: &str, order: i64, locale: Locale) -> Letter {
    Letter::new(&SALE, about, tf!(locale, "售出：{item}，{amount}", "Sold: {item}, {amount}"))
        .facts(vec![
            (t!(locale, "内容", "Item"), item.to_owned()),
            (t!(locale, "金额", "Amount"), amount.to_owned()),
            (t!(locale, "付款方式", "Paid through"), through.to_owned()),
        ])
        .button(see_order(locale), desk_of(order))
}

/// A buyer takes something back, and an admin has to act: to give back by hand what the rule gives, or to decide, where it gives
/// nothing.
pub fn request(
    about: &str,
    kind: requests::Kind,
    (item, number): (&str, &str),
    by_hand: Option<&str>,
    request: i64,
    locale: Locale,
) -> Letter {
    let (subject, declared) = match kind {
        requests::Kind::Refund => (
            tf!(locale, "有一笔退款需要你处理：{item}", "A refund waits for you: {item}"),
            t!(locale, "买家按约定申请退款。", "A buyer took this back, as was agreed."),
        ),
        requests::Kind::Withdrawal => (
            tf!(locale, "有一份撤回声明需要你处理：{item}", "A withdrawal waits for you: {item}"),
            t!(locale, "买家声明撤回合同。", "A buyer declared that they withdraw from this contract."),
        ),
    };
    let text = match by_hand {
        Some(amount) => tf!(
            locale,
            "应退 {amount}，款项是线下收到的：请先自行退还，再到申请页面登记。",
            "{amount} is to go back, and it came offline: give it back yourself first, then record it with the request."
        ),
        None => t!(
            locale,
            "按约定不再自动退款；是否退款、退多少，由你决定。",
            "By what was agreed, nothing goes back by itself: you decide how much does, or refuse."
        )
        .to_owned(),
    };
    Letter::new(&REQUEST, about, subject)
        .text(declared)
        .text(text)
        .facts(vec![(t!(locale, "内容", "Item"), item.to_owned()), (t!(locale, "订单号", "Order"), number.to_owned())])
        .button(t!(locale, "查看申请", "See the request"), format!("/admin/refunds/{request}"))
}

/// A buyer asks for a 发票.
pub fn fapiao_asked(about: &str, (item, number): (&str, &str), order: i64, locale: Locale) -> Letter {
    Letter::new(&FAPIAO_ASKED, about, tf!(locale, "有一张发票待开具：{item}", "A fapiao is asked for: {item}"))
        .text(t!(
            locale,
            "买家申请了发票，抬头等信息见申请页面。开具之后，请在那里登记号码和日期。",
            "A buyer asked for a fapiao. What is to be written on it stands with the request; once it is issued, note its number and day there."
        ))
        .facts(vec![(t!(locale, "内容", "Item"), item.to_owned()), (t!(locale, "订单号", "Order"), number.to_owned())])
        .button(t!(locale, "查看申请", "See the request"), format!("/admin/fapiao/{order}"))
}

pub fn trouble(about: &str, provider: &str, reason: &str, locale: Locale) -> Letter {
    Letter::new(&TROUBLE, about, tf!(locale, "有一条付款通知需要处理（{provider}）", "A payment notification needs attention ({provider})"))
        .text(t!(
            locale,
            "这条通知与本站的记录不符，或者多次处理仍未成功，因此没有生效。",
            "It does not match our records, or could not be processed after many tries, so it had no effect."
        ))
        .facts(recorded(reason, locale))
        .button(t!(locale, "查看通知", "See the notifications"), "/admin/notifications")
}

/// A refund that does not go on by itself.
fn refund_trouble(about: &str, provider: &str, locale: Locale) -> Letter {
    Letter::new(&TROUBLE, about, tf!(locale, "有一笔退款需要你处理（{provider}）", "A refund waits for you ({provider})"))
}

/// What came offline and pays for nothing.
pub fn owed_by_hand(about: &str, provider: &str, amount: &str, order: i64, locale: Locale) -> Letter {
    refund_trouble(about, provider, locale)
        .text(tf!(
            locale,
            "这笔线下收到的 {amount} 已没有对应的订单内容，应退还买家。请先线下退款，再到订单页面登记。",
            "{amount} came offline and pays for nothing, so it is owed back to the buyer: give it back yourself first, then record it on the order's page."
        ))
        .button(see_order(locale), desk_of(order))
}

/// A refund that its buyer's card or account does not take.
pub fn stuck(about: &str, provider: &str, amount: &str, order: i64, locale: Locale) -> Letter {
    refund_trouble(about, provider, locale)
        .text(tf!(
            locale,
            "{amount} 没能退到买家账户，可能是对方的银行卡已经注销；钱已从你的商户账户扣出。请登录{provider}商户平台，选择把钱退到哪里。",
            "{amount} cannot reach the buyer, whose card or account may be gone; the money has left your account. Go to {provider}'s merchant platform and choose where it should go."
        ))
        .button(see_order(locale), desk_of(order))
}

/// A refund that its provider has had no answer to for days.
pub fn waits(about: &str, provider: &str, amount: &str, reason: &str, order: i64, locale: Locale) -> Letter {
    refund_trouble(about, provider, locale)
        .text(tf!(
            locale,
            "{amount} 的退款几天来一直没有办成。系统会继续尝试，如果{provider}一再拒绝，才会放弃并通知你；请看看下面的原因，并检查{provider}的密钥和商户账户的余额。",
            "{amount} was to go back days ago, and has not got through. It is tried again; only if {provider} goes on refusing it is given up, and you are told. Please look at the reason, and at the keys and the balance of your account with {provider}."
        ))
        .facts(recorded(reason, locale))
        .button(see_order(locale), desk_of(order))
}

/// A refund that failed; `reopened`: a buyer had asked for it, and waits.
pub fn not_given_back(
    about: &str,
    (provider, amount): (&str, &str),
    (order, reopened): (i64, bool),
    reason: Option<&str>,
    locale: Locale,
) -> Letter {
    let subject = tf!(locale, "有一笔退款没有成功（{provider}）", "A refund failed ({provider})");
    let mut letter = Letter::new(&TROUBLE, about, subject).text(tf!(
        locale,
        "{amount} 没有退成：{provider}拒绝了这笔退款，或者钱退出后又被退了回来。这笔钱仍在你的商户账户里。",
        "{amount} was not given back: {provider} refused it, or it was returned. The money is still in your account."
    ));
    if let Some(reason) = reason {
        letter = letter.facts(recorded(reason, locale));
    }
    if !reopened {
        return letter.button(see_order(locale), desk_of(order));
    }
    letter
        .text(t!(
            locale,
            "这笔退款是买家申请的：买家又能打开所买的内容，退款申请也重新变为待处理。",
            "Its buyer had asked for it: what they bought is open to them again, and their request waits for you."
        ))
        .button(t!(locale, "查看退款申请", "See what waits"), "/admin/refunds?state=open")
}

/// One of each kind, with made-up contents.
pub fn samples(price: Money, now: &str, (day, ends): (&str, &str), locale: Locale) -> Vec<Letter> {
    let (rate, taxed) = match locale {
        Locale::Zh => (600, "6%（中国）"),
        Locale::En => (1900, "19% (Germany)"),
    };
    let tax = Money::new(included(price.minor, rate), price.currency).format(locale);
    let stated = || Stated {
        tax: Some((tax.clone(), taxed.to_owned())),
        seller: t!(locale, "学廊文化有限公司，税号：91310000000000000X", "Porch Ltd, Business number: EL123456789").to_owned(),
        buyer: Some(t!(locale, "林安", "Ann Lin").to_owned()),
        note: String::new(),
    };
    let list = Money::new(price.minor / 4 * 5, price.currency).format(locale);
    let amount = price.format(locale);
    let price = amount.as_str();
    let tier = t!(locale, "读者", "Readers");
    let item = tf!(locale, "{tier} · 一年", "{tier}, one year");
    // It renews, which not every provider can.
    let through = provider_name(Provider::Stripe, locale);
    let method = Some("Visa ···· 4242");
    let charge = Charge { tier, price, day, method };
    let paid = Paid {
        number: "2026-000017".to_owned(),
        item: item.clone(),
        amount: price.to_owned(),
        stated: stated(),
        at: now.to_owned(),
        through,
        until: Some(day.to_owned()),
        offer: vec![
            (t!(locale, "原价", "Price before"), list.clone()),
            (t!(locale, "优惠", "Offer"), t!(locale, "早鸟", "Early birds").to_owned()),
        ],
        next: Some((list.clone(), day.to_owned())),
        renews: true,
        promised: Vec::new(),
        purpose: Purpose::Own,
        goes: None,
        path: "/account/purchases".to_owned(),
    };
    let credited = Credited { number: "2026-000018".to_owned(), receipt: paid.number.clone(), stated: stated() };
    let of_order = (&*item, "O-000017");
    let reason = t!(locale, "内容已经打开，按约定不再退款。", "It was opened, so under the terms you agreed to it is not refunded.");
    let declared = Withdrawn {
        declarant: Some(t!(locale, "林安", "Ann Lin")),
        item: &item,
        number: "O-000017",
        at: now,
        gives: Some((price, false)),
        path: "/account/purchases",
    };
    let wrong = t!(locale, "税号与抬头不符", "the tax number is not that of the company");
    vec![
        receipt("sample", &paid, locale),
        trial("sample", &charge, (&tf!(locale, "{price} / 年", "{price} a year"), false), locale),
        renewal("sample", &charge, locale),
        ending("sample", tier, ends, 7, locale),
        failed("sample", tier, price, method, locale),
        cancelled("sample", tier, Some(day), (true, true), locale),
        refunded("sample", (&item, price), true, Some(&credited), "/account/purchases", locale),
        refused("sample", requests::Kind::Refund, of_order, reason, "/account/purchases", locale),
        fapiao("sample", of_order, ("26312000000012345678", day), "/account/purchases", locale),
        no_fapiao("sample", of_order, (wrong, true), "/account/purchases", locale),
        withdrawn("sample", &declared, locale),
        request("sample", requests::Kind::Withdrawal, of_order, None, 17, locale),
        fapiao_asked("sample", of_order, 17, locale),
        sale("sample", &item, price, through, 17, locale),
        trouble("sample", through, "payment pi_3Q0001 is known with another amount or for another order", locale),
    ]
}
