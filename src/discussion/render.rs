//! The list of replies as one piece of HTML. A page may hold hundreds of them, so this is written into one string by
//! hand instead of being put together from components; every text goes through an escape or is sanitised Markdown.
//!
//! Controls are small: one form a conversation (`id="talk"`) that all buttons belong to by their `form` attribute.

use super::model::Reply;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::t;
use html_escape::{encode_double_quoted_attribute, encode_text};
use jiff::tz::TimeZone;
use std::fmt::Write;

/// What is the same for all replies on a page.
pub struct Drawing<'a> {
    pub locale: Locale,
    pub zone: &'a TimeZone,
    pub viewer: &'a Viewer,
    /// Begins the address that shows this page with a reply box: `/t/1/x?sort=best&` or `/t/1/x?`.
    pub here: &'a str,
    /// Where a reply box stands, and its HTML.
    pub reply_box: Option<(i64, &'a str)>,
    /// Whether replies can be written here.
    pub accepts: bool,
}

/// The name of an author, with the way to their page; a deleted member has neither.
pub fn author(out: &mut String, locale: Locale, handle: Option<&str>, name: &str) {
    match handle {
        Some(handle) => {
            let (handle, name) = (encode_double_quoted_attribute(handle), encode_text(name));
            push(out, &["<a class=\"reply-author\" href=\"/u/", &handle, "\">", &name, "</a>"]);
        }
        None => push(out, &["<span class=\"reply-author\">", t!(locale, "已注销会员", "deleted member"), "</span>"]),
    }
}

fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

impl Drawing<'_> {
    /// The whole list, one `<ol>` in another as replies answer each other.
    pub fn list(&self, replies: &[Reply]) -> String {
        let text: usize = replies.iter().map(|reply| reply.html.len()).sum();
        let mut out = String::with_capacity(text + replies.len() * 900);
        let mut depth = -1;
        for reply in replies {
            if reply.depth > depth {
                out.push_str("<ol class=\"replies\">");
                depth += 1;
            } else {
                while depth > reply.depth {
                    out.push_str("</li></ol>");
                    depth -= 1;
                }
                out.push_str("</li>");
            }
            self.reply(&mut out, reply);
        }
        for _ in 0..=depth {
            out.push_str("</li></ol>");
        }
        out
    }

    /// One reply; its `<li>` stays open for what answers it.
    fn reply(&self, out: &mut String, reply: &Reply) {
        let _ = write!(out, "<li class=\"reply\" id=\"r-{}\">", reply.id);
        let moderator = self.viewer.may_moderate();
        if reply.deleted {
            push(out, &["<p class=\"reply-gone\">", t!(self.locale, "已被作者删除", "deleted by its author"), "</p>"]);
        } else if reply.hidden && !moderator {
            push(out, &["<p class=\"reply-gone\">", t!(self.locale, "已被版主隐藏", "hidden by a moderator"), "</p>"]);
        } else {
            self.head(out, reply);
            if reply.hidden {
                let label = t!(self.locale, "已被版主隐藏", "hidden by a moderator");
                push(out, &["<details class=\"reply-hidden\"><summary>", label, "</summary>"]);
            }
            out.push_str("<div class=\"reply-text prose\" dir=\"auto\"");
            if let Some(lang) = &reply.lang {
                push(out, &[" lang=\"", &encode_double_quoted_attribute(lang), "\""]);
            }
            push(out, &[">", &reply.html, "</div>"]);
            if reply.hidden {
                out.push_str("</details>");
            }
            self.actions(out, reply, moderator);
        }
        if let Some((id, html)) = self.reply_box
            && id == reply.id
        {
            out.push_str(html);
        }
    }

    fn head(&self, out: &mut String, reply: &Reply) {
        let at = Timestamp(reply.created_at);
        let (machine, human) = (format::machine(at), format::date_time(at, self.zone, self.locale));
        out.push_str("<div class=\"reply-head\">");
        author(out, self.locale, reply.handle.as_deref(), &reply.name);
        let _ = write!(out, " <a class=\"reply-when\" href=\"#r-{}\"><time datetime=\"{machine}\">{human}</time></a>", reply.id);
        if reply.edited {
            push(out, &[" <span class=\"reply-edited\">", t!(self.locale, "已编辑", "edited"), "</span>"]);
        }
        out.push_str("</div>");
    }

    fn actions(&self, out: &mut String, reply: &Reply, moderator: bool) {
        let locale = self.locale;
        let id = reply.id;
        let own = self.viewer.id().is_some_and(|member| member.0 == reply.author_id);
        let signed_in = self.viewer.member().is_some();
        out.push_str("<div class=\"reply-actions\">");
        let votes = Votes { form: "talk", id, up: reply.up_votes, down: reply.down_votes, own: reply.own_vote };
        votes.draw(out, locale, signed_in && !own);
        if signed_in && self.accepts {
            let here = encode_double_quoted_attribute(self.here);
            let label = t!(locale, "回复", "Reply");
            let _ = write!(out, "<a class=\"reply-answer\" href=\"{here}reply={id}#reply-form\" rel=\"nofollow\">{label}</a>");
        }
        if own && !reply.hidden {
            let label = t!(locale, "编辑或删除", "Edit or delete");
            let _ = write!(out, "<a href=\"/replies/{id}/edit\" rel=\"nofollow\">{label}</a>");
        }
        if moderator {
            let (what, label) =
                if reply.hidden { ("show", t!(locale, "恢复显示", "Show again")) } else { ("hide", t!(locale, "隐藏", "Hide")) };
            let _ = write!(out, "<button class=\"linklike\" form=\"talk\" formaction=\"/replies/{id}/{what}\">{label}</button>");
        }
        out.push_str("</div>");
    }
}

/// The votes on one thing, with the buttons to vote: pressing the one that is pressed takes the vote back.
pub struct Votes<'a> {
    /// The form the buttons belong to.
    pub form: &'a str,
    pub id: i64,
    pub up: i64,
    pub down: i64,
    pub own: i64,
}

impl Votes<'_> {
    pub fn draw(&self, out: &mut String, locale: Locale, may_vote: bool) {
        let total = format::number(self.up - self.down);
        let _ = write!(out, "<span class=\"votes\" id=\"{}-{}\">", self.form, self.id);
        if may_vote {
            self.button(out, "up", 1, "▲", t!(locale, "赞成", "Vote up"));
        }
        let label = t!(locale, "票", "votes");
        push(out, &["<span class=\"vote-count\">", &total, "<span class=\"sr-only\"> ", label, "</span></span>"]);
        if may_vote {
            self.button(out, "down", -1, "▼", t!(locale, "反对", "Vote down"));
        }
        out.push_str("</span>");
    }

    fn button(&self, out: &mut String, name: &str, value: i64, sign: &str, label: &str) {
        let pressed = self.own == value;
        let (form, id) = (self.form, self.id);
        let field = if pressed { "none" } else { name };
        let _ = write!(
            out,
            "<button class=\"vote vote-{name}\" form=\"{form}\" name=\"{field}\" value=\"{id}\" aria-pressed=\"{pressed}\" aria-label=\"{label}\">{sign}</button>"
        );
    }
}
