//! A letter as HTML and as plain text. The HTML is for mail programs: styles stand in each element, since many programs
//! keep no others; what they keep of the style sheet makes the letter dark where its reader's screen is. It fetches
//! nothing.

use super::model::{Block, Letter, To};
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::settings::{Accent, Rgb};
use crate::{t, tf};
use html_escape::{encode_double_quoted_attribute, encode_text};

/// A letter as it is sent, but for its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub subject: String,
    pub html: String,
    pub plain: String,
}

/// What stands around a letter.
pub struct Around<'a> {
    pub site: &'a Site,
    pub base_url: &'a str,
    /// The address of the page that ends letters of this sort.
    pub unsubscribe: Option<&'a str>,
    /// It shows what such letters look like, and says so.
    pub sample: bool,
}

/// Ours, where no accent was chosen: style/tokens.css.
const CLAY: &str = "#9a3f2b";

/// Within Chinese sentences, programs that can put the space beside Latin names, as pages do.
const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Hiragino Sans GB','Microsoft YaHei',sans-serif;text-autospace:normal";

pub fn draw(letter: &Letter, to: &To, around: &Around<'_>) -> Drawn {
    let subject = text::line(&letter.subject);
    let subject = if letter.subject_typed { subject } else { text::set(&subject, to.locale) };
    let subject = match around.sample {
        true => tf!(to.locale, "【示例】{subject}", "[Sample] {subject}"),
        false => subject,
    };
    let blocks = blocks(letter, to.locale);
    Drawn { html: html(&blocks, to, around, &subject), plain: plain(&blocks, to, around), subject }
}

/// What a letter says, as it is set, since many mail programs put no space beside Latin names: not what a person wrote, and
/// neither addresses nor what is to be typed.
fn blocks(letter: &Letter, locale: Locale) -> Vec<Block> {
    let set = |sentence: &str| text::set(sentence, locale);
    let block = |block: &Block| match block {
        Block::Text(text) => Block::Text(set(text)),
        Block::Small(text) => Block::Small(set(text)),
        Block::Facts(facts) => Block::Facts(facts.iter().map(|(name, value)| (set(name), set(value))).collect()),
        Block::Button(label, path) => Block::Button(set(label), path.clone()),
        Block::Typed(_) | Block::Code(_) => block.clone(),
    };
    letter.blocks.iter().map(block).collect()
}

fn greeting(to: &To) -> String {
    match to.name.as_deref().map(text::line).filter(|name| !name.is_empty()) {
        Some(name) => tf!(to.locale, "{name}，你好：", "Hello {name},"),
        None => t!(to.locale, "你好：", "Hello,").to_owned(),
    }
}

fn sample_note(locale: Locale) -> &'static str {
    t!(locale, "这是一封示例邮件，内容均为虚构，链接也无法使用。", "This is a sample. Nothing in it is real, and its links lead nowhere.")
}

fn why(to: &To, site: &Site) -> String {
    let (name, address) = (&site.name, &to.address);
    text::set(&tf!(to.locale, "这封邮件由{name}发给 {address}。", "{name} sent this to {address}."), to.locale)
}

fn plain(blocks: &[Block], to: &To, around: &Around<'_>) -> String {
    let mut parts = Vec::new();
    if around.sample {
        parts.push(sample_note(to.locale).to_owned());
    }
    parts.push(greeting(to));
    for block in blocks {
        parts.push(match block {
            Block::Text(text) | Block::Typed(text) | Block::Small(text) => text.clone(),
            Block::Facts(facts) => {
                let colon = t!(to.locale, "：", ": ");
                facts.iter().map(|(name, value)| format!("{name}{colon}{value}")).collect::<Vec<_>>().join("\n")
            }
            Block::Button(label, path) => format!("{label}{}\n{}{path}", t!(to.locale, "：", ":"), around.base_url),
            Block::Code(code) => format!("    {code}"),
        });
    }
    let mut foot = format!("-- \n{}\n{}\n{}", around.site.name, around.base_url, why(to, around.site));
    if let Some(address) = around.unsubscribe {
        foot.push_str(&tf!(to.locale, "\n不再接收这类邮件：{address}", "\nNo more letters of this sort: {address}"));
    }
    parts.push(foot);
    parts.join("\n\n")
}

fn html(blocks: &[Block], to: &To, around: &Around<'_>, subject: &str) -> String {
    let locale = to.locale;
    let chosen = around.site.look.accent.as_deref().and_then(|accent| Rgb::parse(accent).ok()).or_else(|| Rgb::parse(CLAY).ok());
    let (day, night) = match chosen.map(Accent::new) {
        Some(accent) => ((accent.day.clay.hex(), accent.day.on.hex()), (accent.night.clay.hex(), accent.night.on.hex())),
        None => ((CLAY.to_owned(), "#ffffff".to_owned()), (CLAY.to_owned(), "#ffffff".to_owned())),
    };
    let (clay, on) = &day;
    let paragraph = |class: &str, style: &str, text: &str| {
        let text = encode_text(text).replace('\n', "<br>");
        format!("<p class=\"{class}\" style=\"margin:0 0 16px;{style}\">{text}</p>\n")
    };
    let ink = "color:#27211d;font-size:16px;line-height:1.6";
    let soft = "color:#5f5751;font-size:14px;line-height:1.6";
    let mut body = String::new();
    if around.sample {
        body.push_str(&paragraph(
            "note",
            &format!("{soft};border:1px dashed #8d857e;border-radius:4px;padding:8px 12px"),
            sample_note(locale),
        ));
    }
    body.push_str(&paragraph("ink", ink, &greeting(to)));
    for block in blocks {
        match block {
            Block::Text(text) | Block::Typed(text) => body.push_str(&paragraph("ink", ink, text)),
            Block::Small(text) => body.push_str(&paragraph("soft", soft, text)),
            Block::Code(code) => body.push_str(&paragraph(
                "code",
                "color:#27211d;background:#f4f1ed;border-radius:4px;padding:12px 16px;font-size:28px;line-height:1.3;font-family:Consolas,Menlo,monospace;letter-spacing:6px;text-align:center",
                code,
            )),
            Block::Facts(facts) => {
                body.push_str("<dl class=\"facts\" style=\"margin:0 0 16px;border-top:1px solid #dcd7d2\">\n");
                for (name, value) in facts {
                    let (name, value) = (encode_text(name), encode_text(value));
                    body.push_str(&format!(
                        "<div class=\"fact\" style=\"padding:8px 0;border-bottom:1px solid #dcd7d2\"><dt class=\"soft\" style=\"{soft};margin:0\">{name}</dt><dd class=\"ink\" style=\"{ink};margin:0\">{value}</dd></div>\n"
                    ));
                }
                body.push_str("</dl>\n");
            }
            Block::Button(label, path) => {
                let address = format!("{}{path}", around.base_url);
                let (href, shown, label) = (encode_double_quoted_attribute(&address), encode_text(&address), encode_text(label));
                body.push_str(&format!(
                    "<p style=\"margin:24px 0 8px\"><a class=\"button\" href=\"{href}\" style=\"display:inline-block;background:{clay};color:{on};border-radius:4px;padding:12px 20px;font-size:16px;line-height:1.25;font-weight:600;text-decoration:none\">{label}</a></p>\n\
                     <p class=\"soft\" style=\"margin:0 0 16px;{soft};word-break:break-all\">{}<br>{shown}</p>\n",
                    t!(locale, "按钮打不开时，请复制这个地址：", "If the button does not work, copy this address:")
                ));
            }
        }
    }
    let mut foot = encode_text(&why(to, around.site)).into_owned();
    if let Some(address) = around.unsubscribe {
        let href = encode_double_quoted_attribute(address);
        let label = t!(locale, "不再接收这类邮件", "No more letters of this sort");
        foot.push_str(&format!("<br><a class=\"soft\" href=\"{href}\" style=\"color:#5f5751\">{label}</a>"));
    }
    let (lang, title, name) = (locale.tag(), encode_text(subject), encode_text(&around.site.name));
    let home = encode_double_quoted_attribute(around.base_url);
    let (night_clay, night_on) = &night;
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n:root{{color-scheme:light dark;supported-color-schemes:light dark}}\n@media (prefers-color-scheme:dark){{\n\
         .paper{{background:#151210!important}}\n.ink,.code{{color:#e5e1dc!important}}\n.soft,.note{{color:#aea69e!important}}\n\
         .code{{background:#211d1a!important}}\n.facts,.fact,.foot{{border-color:#37322e!important}}\n\
         .name{{color:{night_clay}!important}}\n.button{{background:{night_clay}!important;color:{night_on}!important}}\n}}\n</style>\n</head>\n\
         <body class=\"paper\" style=\"margin:0;padding:0;background:#fcfaf8;{FONT}\">\n\
         <div class=\"paper\" style=\"background:#fcfaf8;padding:32px 16px\">\n<div style=\"max-width:600px;margin:0 auto\">\n\
         <p style=\"margin:0 0 24px;font-size:18px;font-weight:600\"><a class=\"name\" href=\"{home}\" style=\"color:{clay};text-decoration:none\">{name}</a></p>\n\
         {body}<p class=\"soft foot\" style=\"margin:32px 0 0;padding-top:16px;border-top:1px solid #dcd7d2;{soft}\">{foot}</p>\n\
         </div>\n</div>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::look::Look;
    use crate::foundation::money::Currency;
    use crate::mail::model::Kind;

    static KIND: Kind = Kind { name: "test", label: |_| "test", choice: None, asks: false };

    fn drawn(letter: Letter, name: &str, locale: Locale) -> Drawn {
        let currency = Currency::parse("CNY").unwrap();
        let look = Look { accent: Some("#ffeb3b".into()), ..Look::default() };
        let site = Site { name: "学廊 <b>&".into(), locale, time_zone: jiff::tz::TimeZone::UTC, currency, look };
        let to = To { member: None, address: "a@example.org".into(), name: Some(name.into()), locale };
        draw(
            &letter,
            &to,
            &Around { site: &site, base_url: "https://x.example", unsubscribe: Some("https://x.example/u?a=1&b=2"), sample: false },
        )
    }

    #[test]
    fn what_people_typed_is_text_in_both_parts() {
        let evil = "<script>alert(1)</script>\" onclick=x <img src=x onerror=y>";
        let letter = Letter::new(&KIND, "1", "s").text(evil).small(evil).facts(vec![("n", evil.into())]).button(evil, "/p?\"><b>");
        let drawn = drawn(letter, evil, Locale::En);
        let page = scraper::Html::parse_document(&drawn.html);
        for element in page.tree.values().filter_map(|node| node.as_element()) {
            assert!(!["script", "img", "b", "iframe"].contains(&element.name()), "{}", element.name());
            assert!(element.attrs().all(|(name, _)| !name.starts_with("on")));
        }
        assert!(drawn.plain.contains(evil) && drawn.plain.contains("学廊 <b>&"));
    }

    #[test]
    fn sentences_are_set_with_spaces_and_what_people_wrote_stays() {
        let letter = Letter::new(&KIND, "1", "欢迎加入Stoa")
            .text("你在Stoa的账号")
            .typed("用Rust写")
            .facts(vec![("用途", "付3次".into())])
            .button("打开Stoa", "/p/文a")
            .small("共2项");
        let said = drawn(letter.clone(), "小明Tom", Locale::Zh);
        assert_eq!(said.subject, "欢迎加入 Stoa");
        for part in [&said.plain, &said.html] {
            for words in ["你在 Stoa 的账号", "用Rust写", "付 3 次", "打开 Stoa", "https://x.example/p/文a", "共 2 项", "小明Tom，你好："]
            {
                assert!(part.contains(words), "{words}: {part}");
            }
        }
        assert_eq!(drawn(letter, "Ann", Locale::En).subject, "欢迎加入Stoa", "no other language is touched");
        assert_eq!(drawn(Letter::typed_by(&KIND, "1", "学Rust"), "Ann", Locale::Zh).subject, "学Rust");
    }

    #[test]
    fn it_fetches_nothing_and_is_readable_in_the_dark_and_on_a_phone() {
        let html = drawn(Letter::new(&KIND, "1", "s").text("t").button("go", "/x"), "Ann", Locale::Zh).html;
        assert!(!html.contains("<img") && !html.contains("<link") && !html.contains("url(") && !html.contains("@import"));
        assert!(html.contains("prefers-color-scheme:dark") && html.contains("max-width:600px") && html.contains("width=device-width"));
        assert!(html.contains("Ann，你好：") && html.contains("lang=\"zh-CN\""));
        assert!(!html.contains("background:#ffeb3b;color"), "a pale accent is darkened under light text");
    }

    #[test]
    fn the_plain_part_says_the_same_in_lines_that_read_well() {
        let letter = Letter::new(&KIND, "1", "s").text("One.").facts(vec![("Total", "CN¥1.00".into())]).button("Open", "/x");
        let plain = drawn(letter, "Ann", Locale::En).plain;
        assert_eq!(
            plain,
            "Hello Ann,\n\nOne.\n\nTotal: CN¥1.00\n\nOpen:\nhttps://x.example/x\n\n-- \n学廊 <b>&\nhttps://x.example\n\
             学廊 <b>& sent this to a@example.org.\nNo more letters of this sort: https://x.example/u?a=1&b=2"
        );
    }
}
