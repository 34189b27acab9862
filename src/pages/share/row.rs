//! The row under an article to share it with: the link to select, and its QR code for a phone. `front/share.js` adds the
//! buttons that copy it or hand it to the system.

use crate::foundation::locale::Locale;
use crate::t;
use leptos::prelude::*;

#[component]
pub fn ShareRow(locale: Locale, slug: String, title: String, base: String) -> impl IntoView {
    let address = format!("{base}/p/{slug}");
    let shown = address.clone();
    view! {
        <section class="share-row" aria-label=t!(locale, "分享本文", "Share this article") data-live="" data-share=address.clone() data-share-title=title>
            <label class="share-link">
                <span>{t!(locale, "链接", "Link")}</span>
                <input class="input" type="text" readonly value=address.clone()/>
            </label>
            <button
                class="button button-quiet"
                type="button"
                hidden
                data-share-copy=""
                data-done=t!(locale, "已复制", "Copied")
                data-failed=t!(locale, "没能复制，请选中上面的链接自行复制。", "Could not copy. Select the link and copy it yourself.")
            >
                {t!(locale, "复制链接", "Copy link")}
            </button>
            <button class="button button-quiet" type="button" hidden data-share-hand="">{t!(locale, "分享…", "Share…")}</button>
            <output class="share-said" aria-live="polite"></output>
            <details class="share-qr">
                <summary>{t!(locale, "二维码", "QR code")}</summary>
                <figure>
                    <img src=format!("/qr/{slug}") width="240" height="240" loading="lazy" alt=t!(locale, "本文链接的二维码", "QR code of this article’s link")/>
                    <figcaption>{shown}</figcaption>
                </figure>
            </details>
        </section>
    }
}
