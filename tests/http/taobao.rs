//! Orders of a shop on Taobao: the file that the seller exports, and the buyers who redeem what stands in it.

use crate::codes::redeem;
use crate::on_both;
use crate::support::{Answer, Person, TestApp};
use encoding_rs::GB18030;
use stoa::foundation::id::TierId;
use stoa::foundation::time::{DAY, MINUTE};
use stoa::server::db::Queries;

const HEADING: &str =
    "订单编号,买家会员名,买家实际支付金额,订单状态,收货人姓名,收货地址 ,联系手机,宝贝标题 ,宝贝种类,宝贝总数量,商家编码,退款金额";
const FILES: &str = "/admin/codes/taobao/files";

/// A line as Taobao writes it.
pub fn line(number: &str, status: &str, phone: &str, title: &str, quantity: &str, back: &str) -> String {
    format!("=\"{number}\",阿花,30.00,{status},王花花,浙江省杭州市,'{phone}\t,{title},1,{quantity},,{back}")
}

pub fn paid(number: &str, phone: &str) -> String {
    line(number, "买家已付款，等待卖家发货", phone, "学廊会员月卡", "1", "0.00")
}

pub fn file(lines: &[String]) -> Vec<u8> {
    format!("\u{feff}{HEADING}\r\n{}\r\n", lines.join("\r\n")).into_bytes()
}

/// Sends a file as the form does.
pub async fn send(person: &Person, bytes: &[u8]) -> Answer {
    let mut body =
        b"--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"ExportOrderList.csv\"\r\ncontent-type: text/csv\r\n\r\n"
            .to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let request = person.client.post(format!("{}{FILES}", person.address)).header("content-type", "multipart/form-data; boundary=edge");
    person.send(request.header("accept-language", "en").header("sec-fetch-site", "same-origin").body(body)).await
}

/// New, known, refunded, skipped, broken, as the report says.
async fn came(person: &Person, sent: &Answer) -> [i64; 5] {
    assert_eq!(sent.status, 303, "{:?}", sent.texts(".field-error"));
    let report = person.get(sent.location()).await;
    let facts = report.texts(".facts dd");
    let numbers: Vec<i64> = facts[facts.len() - 5..].iter().map(|text| text.replace(',', "").parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

/// The lines that a report names, from page to page.
pub async fn lines_of(person: &Person, report: &str, cells: &str) -> Vec<i64> {
    let (mut next, mut lines) = (Some(report.to_owned()), Vec::new());
    while let Some(path) = next {
        let page = person.get(&path).await;
        lines.extend(page.texts(cells).iter().map(|text| text.parse::<i64>().unwrap()));
        next = page.attribute(".pager a", "href");
    }
    lines
}

async fn redeem_order(person: &Person, number: &str, tail: &str) -> Answer {
    person.post("/redeem/order", &[("number", number), ("tail", tail)]).await
}

fn said(answer: &Answer) -> String {
    [answer.texts(".banner"), answer.texts(".field-error")].concat().join(" ")
}

impl TestApp {
    /// A shop whose month cards open thirty days of a tier.
    pub async fn shop(&self) -> TierId {
        let tier = self.tier("Readers").await;
        let item =
            [("field", "title"), ("how", "contains"), ("text", "会员月卡"), ("tier", &tier.to_string()), ("term", "days"), ("days", "30")];
        assert_eq!(self.owner().await.post("/admin/codes/taobao/items", &item).await.status, 303);
        tier
    }
}

const LIVE: &str = "select count(*) from entitlements where revoked_at is null";

on_both!(an_order_from_the_shop_is_activated_once_and_a_refund_takes_it_back, |app| {
    let tier = app.shop().await;
    let owner = app.owner().await;
    let (buyer, other) = (app.member("buyer").await, app.member("other").await);
    let lines = [
        paid("1234567890123456789", "138****1234"),
        line("2234567890123456789", "交易成功", "13800002222", "会员月卡 两张", "2", ""),
        line("3234567890123456789", "等待买家付款", "13800003333", "会员月卡", "1", "0.00"),
        line("4234567890123456789", "交易关闭", "", "会员月卡", "1", "0.00"),
        line("5234567890123456789", "交易成功", "13800005555", "手机壳", "1", "0.00"),
    ];
    let sent = send(&owner, &file(&lines)).await;
    assert_eq!(came(&owner, &sent).await, [3, 0, 0, 2, 0]);
    let report = owner.get(sent.location()).await;
    assert_eq!(report.texts("tbody tr th"), ["5", "6"], "the lines of the file");
    assert!(report.body.contains("The order is closed") && report.body.contains("No item of yours matches it"));
    assert!(report.body.contains("UTF-8") && report.body.contains("ExportOrderList.csv"));

    // The same file again, and the same in the other encoding, change nothing.
    let snapshot = "select count(*) * 1000 + (select count(*) from taobao_lines) from taobao_orders";
    let before = app.count(snapshot).await;
    let utf8 = file(&lines);
    let gbk = GB18030.encode(std::str::from_utf8(&utf8[3..]).unwrap()).0.into_owned();
    for again in [file(&lines), gbk] {
        let sent = send(&owner, &again).await;
        assert_eq!(came(&owner, &sent).await, [0, 4, 0, 1, 0]);
    }
    assert_eq!(app.count(snapshot).await, before);

    let unknown = redeem_order(&buyer, "9999999999999999999", "1234").await;
    let wrong = redeem_order(&buyer, "1234567890123456789", "9999").await;
    assert_eq!((unknown.status, said(&unknown)), (wrong.status, said(&wrong)), "a wrong telephone is told like an unknown order");
    assert!(unknown.status == 422 && said(&unknown).contains("come back later"));
    assert_eq!(wrong.attribute("#number", "value").as_deref(), Some("1234567890123456789"), "what was typed comes back");
    let unpaid = redeem_order(&buyer, "3234567890123456789", "3333").await;
    assert_eq!((unpaid.status, said(&unpaid).starts_with("This order is not paid yet")), (409, true));
    for (number, tail, wrong) in [
        ("1234567890123456789", "９९九", &["Please give the last four digits of the telephone number."][..]),
        ("12", " ", &["The number of an order has 6 to 32 digits.", "Please give the end of the telephone number."]),
        ("", "1234", &["Please give the number of the order."]),
    ] {
        let answer = redeem_order(&buyer, number, tail).await;
        let said = [answer.texts("#number-error"), answer.texts("#tail-error")].concat();
        assert_eq!((answer.status, said), (422, wrong.iter().map(|words| (*words).to_owned()).collect::<Vec<_>>()), "{number} {tail}");
    }
    assert_eq!(redeem_order(&buyer, "4234567890123456789", "").await.status, 422, "an order without a telephone is nobody's");

    let done = redeem_order(&buyer, " 1234567890123456789 ", "1234").await;
    assert_eq!((done.status, done.location()), (303, "/account/codes/orders/1?done=redeemed"));
    assert!(buyer.get(done.location()).await.body.contains("Taobao order 1234567890123456789"));
    assert_eq!(app.days_of(buyer.id, tier).await, Some(30));
    let again = redeem_order(&buyer, "1234567890123456789", "1234").await;
    assert_eq!((again.status, said(&again).starts_with("You have redeemed this order already")), (409, true));
    let used = redeem_order(&other, "1234567890123456789", "1234").await;
    assert_eq!((used.status, said(&used).as_str()), (409, "This order has been redeemed already."));
    // Two cards are two terms, and follow on the first.
    assert_eq!(redeem_order(&buyer, "2234567890123456789", "13800002222").await.status, 303);
    assert_eq!(app.days_of(buyer.id, tier).await, Some(90));

    let refunded = [
        line("1234567890123456789", "交易关闭", "138****1234", "学廊会员月卡", "1", "30.00"),
        line("2234567890123456789", "交易成功", "13800002222", "会员月卡 两张", "2", "10.00"),
        line("3234567890123456789", "买家已付款，等待卖家发货", "13800003333", "会员月卡", "1", "0.00"),
    ];
    let sent = send(&owner, &file(&refunded)).await;
    assert_eq!(came(&owner, &sent).await, [0, 2, 1, 0, 0]);
    let report = owner.get(sent.location()).await;
    assert!(report.body.contains("What it had opened was taken back") && report.body.contains("Refunded in part"));
    assert_eq!(app.days_of(buyer.id, tier).await, Some(60), "the others moved up");
    let told = app.newest_letter("taken-back").await;
    assert!(told.contains("The Taobao order 1234567890123456789 was closed or refunded") && told.contains("Readers · 30 days"), "{told}");
    assert_eq!(redeem_order(&other, "3234567890123456789", "3333").await.status, 303, "paid meanwhile");
    // An older file that comes later opens nothing again.
    let sent = send(&owner, &file(&lines)).await;
    assert_eq!(came(&owner, &sent).await, [0, 4, 0, 1, 0]);
    assert_eq!(app.days_of(buyer.id, tier).await, Some(60));
    assert_eq!(app.letters("taken-back").await.len(), 1, "what was refunded in part stays, and what nobody redeemed is nobody's");
    assert_eq!(app.count("select count(*) from orders").await + app.count("select count(*) from ledger_transfers").await, 0);
});

on_both!(of_the_buyers_only_the_end_of_the_telephone_is_kept, |app| {
    app.shop().await;
    let owner = app.owner().await;
    let lines = [paid("1234567890123456789", "13812345678"), line("223456789012345", "神秘的状态", "13812345678", "会员月卡", "1", "")];
    let sent = send(&owner, &file(&lines)).await;
    assert_eq!(came(&owner, &sent).await, [1, 0, 0, 0, 1]);
    let csv = owner.get(&format!("{FILES}/1/broken.csv")).await;
    assert!(csv.body.contains("****5678") && csv.body.starts_with('\u{feff}'), "{}", csv.body);
    for sql in [
        "select count(*) from taobao_import_lines where cells like '%1381234%' or cells like '%王花花%' or cells like '%浙江%' or cells like '%阿花%'",
        "select count(*) from taobao_orders where phone_tail <> '5678'",
        "select count(*) from taobao_lines where title like '%王花花%' or item like '%138%'",
    ] {
        assert_eq!(app.count(sql).await, 0, "{sql}");
    }
});

on_both!(broken_lines_are_numbered_can_be_mended_and_keep_nothing_else_out, |app| {
    app.shop().await;
    let owner = app.owner().await;
    let lines = [
        "".to_owned(),
        paid("1234567890123456701", "13800000001"),
        line("1.23457E+18", "交易成功", "13800000002", "会员月卡", "1", ""),
        line("1234567890123456703", "=cmd|' /C calc'!A0", "13800000003", "会员月卡", "1", ""),
        "\"1234567890123456704,交易成功".to_owned(),
        paid("1234567890123456705", "13800000005"),
        line("1234567890123456706", "交易成功", "*******", "会员月卡", "1", ""),
        line("1234567890123456707", "交易成功", "13800000007", "会员月卡", "一张", ""),
        "1,2,3".to_owned(),
        line("1234567890123456709", "交易成功", "13800000009", "\"会员月卡\n第二行 \"\"引号\"\", 逗号\"", "1", ""),
        line("1234567890123456710", "交易成功", "13800000010", &format!("会员月卡{}", "长".repeat(300)), "1", ""),
        line("12345678901234\0", "交易成功", "138000\u{0}0011", "会员\0月卡", "1", ""),
        line(&"9".repeat(300), "交易成功", "13800000012", "会员月卡", "1", ""),
        format!("{}{}", paid("1234567890123456713", "13800000013"), ",".repeat(70_000)),
        paid("1234567890123456714", "13800000014"),
    ];
    let sent = send(&owner, &file(&lines)).await;
    assert_eq!(came(&owner, &sent).await, [6, 0, 0, 0, 8], "{:?}", owner.get(sent.location()).await.texts("tbody tr"));
    let report = owner.get(&format!("{FILES}/1?show=broken")).await;
    assert_eq!(report.texts("tbody tr th"), ["4", "5", "6", "8", "9", "10", "15", "16"]);
    for reason in ["rounded", "status is not known", "quotation mark", "last four digits", "quantity", "more or fewer cells", "too long"] {
        assert!(report.body.contains(reason), "{reason}");
    }
    let csv = owner.get(&format!("{FILES}/1/broken.csv")).await.body;
    assert!(csv.contains(",'=cmd|' /C calc'!A0,"), "no spreadsheet runs it: {csv}");
    // Mended, the very file goes in.
    let mended = csv.replace("'=cmd|' /C calc'!A0", "交易成功").replace("1.23457E+18", "1234567890123456702").replace("一张", "1");
    let sent = send(&owner, mended.as_bytes()).await;
    assert_eq!(came(&owner, &sent).await[0], 3, "{mended}\n{:?}", owner.get(sent.location()).await.texts("tbody tr"));
    let buyer = app.member("buyer").await;
    assert_eq!(redeem_order(&buyer, "1234567890123456702", "0002").await.status, 303);
});

on_both!(what_is_no_file_of_orders_changes_nothing, |app| {
    let owner = app.owner().await;
    let early = send(&owner, &file(&[])).await;
    assert_eq!((early.status, said(&early).as_str()), (422, "Please say first which item opens what."));
    app.shop().await;
    for (bytes, reason) in [
        (&b""[..], "Please choose a file."),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\0\0\0\0", "no columns"),
        (b"\xff\xfe\x00", "no columns"),
        ("订单编号,订单状态\n1,2".as_bytes(), "There is no column"),
        ("订单编号,订单状态,联系手机\n1,2,3".as_bytes(), "There is no column"),
        (&[0x80; 5000][..], "no columns"),
    ] {
        let answer = send(&owner, bytes).await;
        assert_eq!(answer.status, 422, "{reason}");
        assert!(said(&answer).contains(reason), "{reason}: {}", said(&answer));
    }
    assert_eq!(app.count("select count(*) from taobao_imports").await, 0);
    // A file without lines is one all the same.
    assert_eq!(send(&owner, &file(&[])).await.status, 303);
    assert_eq!(send(&app.member("mallory").await, &file(&[])).await.status, 403);
    assert_eq!(send(&app.visitor(), &file(&[])).await.status, 401);
    // Larger than any other form may be.
    let long = send(&owner, &file(&["x".repeat(5 * 1024 * 1024), paid("1234567890123456789", "13800001234")])).await;
    assert_eq!(came(&owner, &long).await, [1, 0, 0, 0, 1]);
    let large = vec![b'a'; 32 * 1024 * 1024 + 80 * 1024];
    assert_eq!(send(&owner, &large).await.status, 413);
    let other = owner.post("/admin/codes/taobao/items", &[("text", &"a".repeat(4 * 1024 * 1024))]).await;
    assert_eq!(other.status, 413, "only files may be larger");
});

on_both!(a_long_file_with_broken_lines_goes_in_once, |app| {
    app.shop().await;
    let owner = app.owner().await;
    let n = 20_000;
    let lines: Vec<String> = (0..n)
        .map(|n| match n % 100 {
            7 => format!("\"{n},broken"),
            13 => line(&format!("{n:019}"), "???", "13800001234", "会员月卡", "1", ""),
            20..60 => line(&format!("{n:019}"), "交易成功", "13800001234", "手机壳", "1", ""),
            _ => paid(&format!("{n:019}"), &format!("138{n:08}")),
        })
        .collect();
    let bytes = file(&lines);
    let sent = send(&owner, &bytes).await;
    assert_eq!(came(&owner, &sent).await, [n * 58 / 100, 0, 0, n * 40 / 100, n * 2 / 100]);
    assert_eq!(app.count("select count(*) from taobao_orders").await, n * 58 / 100);
    // The heading is the first line of the file.
    let broken: Vec<i64> = (0..n).filter(|n| matches!(n % 100, 7 | 13)).map(|n| n + 2).collect();
    assert_eq!(lines_of(&owner, &format!("{FILES}/1?show=broken"), "tbody tr th").await, broken);
    let again = send(&owner, &bytes).await;
    assert_eq!(lines_of(&owner, &format!("{FILES}/2?show=broken"), "tbody tr th").await, broken);
    assert_eq!(came(&owner, &again).await, [0, n * 58 / 100, 0, n * 40 / 100, n * 2 / 100]);
    assert_eq!(app.count("select count(*) from taobao_lines").await, n * 58 / 100);
    let buyer = app.member("buyer").await;
    assert_eq!(redeem_order(&buyer, &format!("{:019}", 19_999), "9999").await.status, 303);
});

on_both!(an_order_of_several_lines_and_another_kind_of_file, |app| {
    let tier = app.shop().await;
    let owner = app.owner().await;
    let heading = "主订单编号,子订单编号,商品标题,商品属性,购买数量,订单状态,退款状态,联系手机";
    let each = |second: &str| {
        format!(
            "{heading}\n1234567890123456789,1,会员月卡,红,1,交易成功,没有申请退款,13800001234\n\
             1234567890123456789,2,会员月卡,蓝,2,交易成功,{second},13800001234\n"
        )
    };
    let sent = send(&owner, each("没有申请退款").as_bytes()).await;
    assert_eq!(came(&owner, &sent).await, [2, 0, 0, 0, 0]);
    // The list of orders has one line for the same order: nothing is added by it.
    let whole = file(&[line("1234567890123456789", "交易成功", "13800001234", "会员月卡，会员月卡", "3", "0.00")]);
    let sent = send(&owner, &whole).await;
    assert_eq!(came(&owner, &sent).await, [0, 1, 0, 0, 0]);
    let buyer = app.member("buyer").await;
    assert_eq!(redeem_order(&buyer, "1234567890123456789", "1234").await.status, 303);
    assert_eq!(app.days_of(buyer.id, tier).await, Some(90), "once red, twice blue");
    let sent = send(&owner, each("退款成功").as_bytes()).await;
    assert_eq!(came(&owner, &sent).await, [0, 1, 1, 0, 0]);
    assert_eq!(app.days_of(buyer.id, tier).await, Some(30), "the blue ones went back");
    // What is new in an order that is redeemed opens nothing, and is said.
    let third = each("退款成功") + "1234567890123456789,3,会员月卡,绿,1,交易成功,,13800001234\n";
    let sent = send(&owner, third.as_bytes()).await;
    assert_eq!(came(&owner, &sent).await, [0, 2, 0, 1, 0]);
    // When the whole order is closed, all of it goes back.
    let closed = file(&[line("1234567890123456789", "交易关闭", "", "会员月卡，会员月卡", "3", "0.00")]);
    let sent = send(&owner, &closed).await;
    assert_eq!(came(&owner, &sent).await, [0, 0, 1, 0, 0]);
    assert_eq!(app.days_of(buyer.id, tier).await, None);
    assert_eq!(app.count(LIVE).await, 0);
});

on_both!(what_was_to_go_back_and_is_kept_after_all_is_opened_then_and_told, |app| {
    let tier = app.shop().await;
    let owner = app.owner().await;
    // The first line is paid throughout; of the others a refund is asked for before the order is redeemed.
    let each = |second: &str, third: &str| {
        format!(
            "主订单编号,子订单编号,商品标题,商品属性,购买数量,订单状态,退款状态,联系手机\n\
             1234567890123456789,1,会员月卡,红,1,交易成功,没有申请退款,13800001234\n\
             1234567890123456789,2,会员月卡,蓝,2,交易成功,{second},13800001234\n\
             1234567890123456789,3,会员月卡,绿,1,交易成功,{third},13800001234\n"
        )
    };
    let (asked, withdrawn, back) = ("买家申请退款", "退款关闭", "退款成功");
    let sent = send(&owner, each(asked, asked).as_bytes()).await;
    assert_eq!(came(&owner, &sent).await, [3, 0, 0, 0, 0]);
    let buyer = app.member("buyer").await;
    assert_eq!(redeem_order(&buyer, "1234567890123456789", "1234").await.status, 303);
    assert_eq!((app.days_of(buyer.id, tier).await, app.letters("redeemed").await.len()), (Some(30), 1));

    // Of one the buyer thought better, and cannot redeem the order again; the money of the other, which never was open, goes back.
    let sent = send(&owner, each(withdrawn, back).as_bytes()).await;
    assert_eq!(came(&owner, &sent).await, [0, 2, 1, 0, 0]);
    assert_eq!(redeem_order(&buyer, "1234567890123456789", "1234").await.status, 409);
    assert_eq!(app.days_of(buyer.id, tier).await, Some(90));
    assert_eq!(app.letters("redeemed").await.len(), 2);
    let told = app.newest_letter("redeemed").await;
    assert!(told.contains("The Taobao order 1234567890123456789") && told.contains("Readers"), "{told}");
    assert_eq!(app.letters("taken-back").await.len(), 0, "what never was open is not told to be closed");

    // The same again, and asked for and withdrawn once more: it is given once, and told once.
    for second in [withdrawn, asked, withdrawn] {
        let sent = send(&owner, each(second, back).as_bytes()).await;
        assert_eq!(came(&owner, &sent).await, [0, 3, 0, 0, 0]);
        assert_eq!((app.days_of(buyer.id, tier).await, app.letters("redeemed").await.len()), (Some(90), 2));
    }
    let sent = send(&owner, each(back, back).as_bytes()).await;
    assert_eq!(came(&owner, &sent).await, [0, 2, 1, 0, 0]);
    assert_eq!((app.days_of(buyer.id, tier).await, app.letters("taken-back").await.len()), (Some(30), 1));
    // Closed is for good, of what was open and of what never was.
    let sent = send(&owner, each(withdrawn, withdrawn).as_bytes()).await;
    assert_eq!(came(&owner, &sent).await, [0, 3, 0, 0, 0]);
    assert_eq!((app.days_of(buyer.id, tier).await, app.letters("redeemed").await.len()), (Some(30), 2));
    assert_eq!(app.count(LIVE).await, 1);
});

on_both!(a_buyer_without_an_account_enters_the_order_once, |app| {
    let tier = app.shop().await;
    let owner = app.owner().await;
    send(&owner, &file(&[paid("1234567890123456789", "13800001234")])).await;
    let visitor = app.visitor();
    let page = visitor.get("/redeem?by=order").await;
    assert_eq!(page.texts(".tabs [aria-current]"), ["Taobao order"]);
    assert_eq!(redeem_order(&visitor, "1234567890123456789", "1234").await.location(), "/redeem");
    assert_eq!(visitor.get("/redeem").await.texts(".redeem-opens li"), ["Readers · 30 days"]);
    let form = [("email", "new@example.org"), ("handle", "new"), ("password", crate::support::PASSWORD)];
    assert_eq!(visitor.post("/join", &form).await.location(), "/account/codes/orders/1?done=redeemed");
    let (member,): (i64,) = app.ctx.db().one("select id from members where handle = 'new'", vec![]).await.unwrap();
    assert_eq!(app.days_of(stoa::foundation::id::MemberId(member), tier).await, Some(30));
    // An admin closes it by hand.
    assert!(owner.get("/admin/codes/taobao/orders?number=1234567890123456789").await.body.contains("@new"));
    assert_eq!(owner.post("/admin/codes/taobao/orders/1/revoke", &[]).await.status, 303);
    assert_eq!(app.days_of(stoa::foundation::id::MemberId(member), tier).await, None);
    assert!(app.days_of(owner.id, tier).await.is_none());
});

on_both!(the_end_of_a_telephone_is_not_found_by_trying, |app| {
    app.shop().await;
    let owner = app.owner().await;
    send(&owner, &file(&[paid("1234567890123456789", "13800007777")])).await;
    let mut refused = 0;
    // Each from another account, so that only the order itself is counted.
    for n in 0..30 {
        let guesser = app.member(&format!("guesser{n}")).await;
        refused += i64::from(redeem_order(&guesser, "1234567890123456789", &format!("{n:04}")).await.status == 429);
    }
    assert!(refused > 5, "{refused}");
    app.clock.advance(DAY / 24 + 16 * MINUTE);
    assert_eq!(redeem_order(&app.member("buyer").await, "1234567890123456789", "7777").await.status, 303);
    assert_eq!(redeem(&app.member("coder").await, "0000").await.status, 422, "codes are tried as before");
});

on_both!(the_most_exact_item_wins_and_one_that_is_gone_holds_no_more, |app| {
    let tier = app.shop().await;
    let owner = app.owner().await;
    let items = "/admin/codes/taobao/items";
    let exact = [("field", "title"), ("how", "equals"), ("text", "学廊会员月卡"), ("tier", &tier.to_string()), ("term", "year")];
    assert_eq!(owner.post(items, &exact).await.status, 303);
    let twice = owner.post(items, &exact).await;
    assert_eq!((twice.status, twice.texts(".field-error")), (422, vec!["There is such an item already.".to_owned()]));
    send(&owner, &file(&[paid("1234567890123456789", "13800001234")])).await;
    assert_eq!(owner.post(&format!("{items}/2/remove"), &[]).await.status, 303);
    send(&owner, &file(&[paid("2234567890123456789", "13800001234")])).await;
    let (first, second) = (app.member("first").await, app.member("second").await);
    redeem_order(&first, "1234567890123456789", "1234").await;
    redeem_order(&second, "2234567890123456789", "1234").await;
    assert_eq!((app.days_of(first.id, tier).await, app.days_of(second.id, tier).await), (Some(365), Some(30)));
});
