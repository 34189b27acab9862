//! A signed-in browser in words: which one it is, and what it runs on. Only what it says of itself is known, without versions,
//! which it often makes up; an iPad that asks for the pages of a desk says it is a Mac.

use crate::foundation::locale::Locale;
use crate::t;

/// As much of what no rule knows as is shown, in characters.
const SHOWN: usize = 60;

/// Most browsers also name the one they are built on, so the more particular ones stand first.
fn browser(said: &str, locale: Locale) -> Option<&'static str> {
    let known = [
        ("MicroMessenger/", t!(locale, "微信", "WeChat")),
        ("HuaweiBrowser/", t!(locale, "华为浏览器", "Huawei Browser")),
        ("MiuiBrowser/", t!(locale, "小米浏览器", "Mi Browser")),
        ("UCBrowser/", t!(locale, "UC 浏览器", "UC Browser")),
        ("QQBrowser/", t!(locale, "QQ 浏览器", "QQ Browser")),
        ("SamsungBrowser/", t!(locale, "三星浏览器", "Samsung Internet")),
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("OPR/", "Opera"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    known.into_iter().find(|(mark, _)| said.contains(mark)).map(|(_, name)| name)
}

/// Phones name the system theirs comes from, too.
fn system(said: &str) -> Option<&'static str> {
    let known = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("OpenHarmony", "HarmonyOS"),
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];
    known.into_iter().find(|(mark, _)| said.contains(mark)).map(|(_, name)| name)
}

/// What to call the browser that sent this `User-Agent`.
pub fn name(said: &str, locale: Locale) -> String {
    match (browser(said, locale), system(said)) {
        (Some(browser), Some(system)) => match locale {
            Locale::Zh => format!("{browser}（{system}）"),
            Locale::En => format!("{browser} on {system}"),
        },
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if said.trim().is_empty() => t!(locale, "未知设备", "Unknown device").to_owned(),
        (None, None) => said.chars().take(SHOWN).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::name;
    use crate::foundation::locale::Locale::{En, Zh};

    #[test]
    fn a_browser_is_called_by_its_own_name_not_by_those_it_also_claims() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
        let chat = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0 MQQBrowser/6.2 Mobile Safari/537.36 MicroMessenger/8.0";
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
        assert_eq!([edge, safari, firefox].map(|said| name(said, En)), ["Edge on Windows", "Safari on iPhone", "Firefox on Linux"]);
        assert_eq!((name(chat, Zh), name(chat, En)), ("微信（Android）".to_owned(), "WeChat on Android".to_owned()));
    }

    #[test]
    fn what_no_rule_knows_is_shown_as_it_came_and_cut() {
        assert_eq!(name("curl/8.9", Zh), "curl/8.9");
        assert_eq!(name("", Zh), "未知设备");
        assert_eq!(name(&"机".repeat(500), En).chars().count(), 60);
    }
}
