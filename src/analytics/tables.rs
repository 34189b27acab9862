//! The rows behind every number, as tables: shown a page at a time, or sent whole as CSV. One list of columns and one
//! reader serve both.

use super::metrics::profit::{Heading, Taker, monthly_days};
use super::period::Period;
use super::service;
use super::store::{costs::CostRow, rows};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::t;
use futures::{Stream, StreamExt};
use jiff::ToSpan;
use jiff::civil::Date;
use std::convert::Infallible;

/// Rows on a page, and rows read at a time for CSV.
pub const PAGE: i64 = 50;
const CSV_BATCH: i64 = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Interactions,
    Ratings,
    /// Rated articles, the surely good ones first.
    Articles,
    /// Who registered, and whether they came back in the month after.
    Members,
    Ledger,
    Advertising,
    Costs,
    Views,
    /// The report itself, step by step.
    Summary,
    Cohorts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// A day, `2026-03-15` in CSV.
    Day(String),
    /// A moment, of which a page shows the time of day.
    At(Timestamp),
    /// Set to the right, and left alone in CSV.
    Number(String),
    /// A text that leads somewhere on this site.
    Link {
        href: String,
        text: String,
    },
    Nothing,
}

/// A heading, and whether the column holds numbers.
pub type Column = (&'static str, bool);

#[derive(Debug, Default)]
pub struct Rows {
    pub rows: Vec<Vec<Cell>>,
    /// The key of the next page.
    pub next: Option<String>,
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn number(n: i64) -> Cell {
    Cell::Number(n.to_string())
}

fn money(minor: i64, currency: &str) -> Cell {
    Cell::Number(Currency::parse(currency).map_or_else(|| minor.to_string(), |currency| Money::new(minor, currency).to_plain()))
}

fn member(handle: &str) -> Cell {
    Cell::Link { href: format!("/u/{handle}"), text: handle.to_owned() }
}

fn day_cell(day: &str) -> Cell {
    Cell::Day(day.to_owned())
}

fn article(slug: &str, title: &str) -> Cell {
    Cell::Link { href: format!("/p/{slug}"), text: title.to_owned() }
}

impl Table {
    pub const ALL: [Table; 10] = [
        Table::Interactions,
        Table::Ratings,
        Table::Articles,
        Table::Members,
        Table::Ledger,
        Table::Advertising,
        Table::Costs,
        Table::Views,
        Table::Summary,
        Table::Cohorts,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            Table::Interactions => "interactions",
            Table::Ratings => "ratings",
            Table::Articles => "articles",
            Table::Members => "members",
            Table::Ledger => "ledger",
            Table::Advertising => "advertising",
            Table::Costs => "costs",
            Table::Views => "views",
            Table::Summary => "summary",
            Table::Cohorts => "cohorts",
        }
    }

    pub fn parse(slug: &str) -> Result<Table> {
        Table::ALL.into_iter().find(|table| table.slug() == slug).ok_or(AppError::NotFound)
    }

    /// What a row is.
    pub fn about(self, locale: Locale) -> &'static str {
        match self {
            Table::Interactions => {
                t!(
                    locale,
                    "每一行是一位会员的一次互动：话题、回复、投票或评分。",
                    "Each row is one thing a member did: a topic, a reply, a vote, a rating."
                )
            }
            Table::Ratings => t!(locale, "每一行是一位读者给一篇文章的评分。", "Each row is the stars one reader gave to one article."),
            Table::Articles => t!(
                locale,
                "每一行是一篇有评分的文章，质量最有把握的排在前面。",
                "Each row is a rated article; those one can be most sure of come first."
            ),
            Table::Members => {
                t!(
                    locale,
                    "每一行是一位新会员，以及次月是否来过。",
                    "Each row is a new member, and whether they came back in the month after."
                )
            }
            Table::Ledger => t!(locale, "每一行是账本里的一笔收入。", "Each row is one entry of revenue in the ledger."),
            Table::Advertising => t!(locale, "每一行是登记的一笔广告收入。", "Each row is one advertising income that was recorded."),
            Table::Costs => t!(locale, "每一行是登记的一笔费用。", "Each row is one cost that was recorded."),
            Table::Views => t!(locale, "每一行是一个页面一天的浏览量。", "Each row is the views of one page on one day."),
            Table::Summary => t!(locale, "每一行是一天或一个月的全部数字。", "Each row is all numbers of one day or month."),
            Table::Cohorts => t!(
                locale,
                "每一行是同一个月加入的会员，在之后某个月来过的人数。",
                "Each row is how many of those who joined in one month were here in a later one."
            ),
        }
    }

    pub fn name(self, locale: Locale) -> &'static str {
        match self {
            Table::Interactions => t!(locale, "互动", "Interactions"),
            Table::Ratings => t!(locale, "评分", "Ratings"),
            Table::Articles => t!(locale, "文章质量", "Articles by quality"),
            Table::Members => t!(locale, "加入的会员", "Members who joined"),
            Table::Ledger => t!(locale, "收入与手续费明细", "Revenue and fee entries"),
            Table::Advertising => t!(locale, "广告收入", "Advertising income"),
            Table::Costs => t!(locale, "费用", "Costs"),
            Table::Views => t!(locale, "页面浏览量", "Page views"),
            Table::Summary => t!(locale, "按日或按月汇总", "Summary by day or month"),
            Table::Cohorts => t!(locale, "留存表", "Cohorts"),
        }
    }

    pub fn columns(self, locale: Locale) -> Vec<Column> {
        let day = (t!(locale, "日期", "Day"), false);
        let member = (t!(locale, "会员", "Member"), false);
        let article = (t!(locale, "文章", "Article"), false);
        let amount = (t!(locale, "金额", "Amount"), true);
        let currency = (t!(locale, "货币", "Currency"), false);
        let note = (t!(locale, "备注", "Note"), false);
        let category = (t!(locale, "类别", "Category"), false);
        match self {
            Table::Interactions => {
                vec![
                    day,
                    (t!(locale, "时间", "Time"), false),
                    member,
                    (t!(locale, "互动", "Interaction"), false),
                    (t!(locale, "对象", "On"), false),
                ]
            }
            Table::Ratings => vec![day, article, member, (t!(locale, "星级", "Stars"), true)],
            Table::Articles => vec![
                article,
                (t!(locale, "好评", "Positive"), true),
                (t!(locale, "评分数", "Ratings"), true),
                (t!(locale, "好评率", "Positive share"), true),
                (t!(locale, "威尔逊下界", "Wilson lower bound"), true),
            ],
            Table::Members => vec![
                (t!(locale, "加入日期", "Joined"), false),
                member,
                (t!(locale, "名称", "Name"), false),
                (t!(locale, "次月来过", "Here the next month"), false),
            ],
            Table::Ledger => vec![day, category, member, article, amount, currency, (t!(locale, "事由", "Cause"), false)],
            Table::Advertising => vec![day, amount, currency, note],
            Table::Costs => vec![
                day,
                (t!(locale, "结束日期", "Until"), false),
                category,
                (t!(locale, "频率", "How often"), false),
                amount,
                currency,
                (t!(locale, "期内次数", "Times in the period"), true),
                (t!(locale, "期内合计", "Sum in the period"), true),
                article,
                note,
            ],
            Table::Views => vec![day, (t!(locale, "页面", "Page"), false), (t!(locale, "浏览量", "Views"), true)],
            Table::Summary => {
                let mut columns = vec![
                    (t!(locale, "开始日期", "From"), false),
                    (t!(locale, "互动", "Interactions"), true),
                    (t!(locale, "活跃会员", "Active members"), true),
                    (t!(locale, "评分", "Ratings"), true),
                    (t!(locale, "好评", "Positive"), true),
                ];
                columns.extend(Heading::ALL.map(|heading| (heading.name(locale), true)));
                columns.push((t!(locale, "利润", "Profit"), true));
                columns.extend(Taker::ALL.map(|taker| (taker.name(locale), true)));
                columns.extend([
                    (t!(locale, "利润（扣除手续费、分成和奖励）", "Profit net of fees, shares and rewards"), true),
                    (t!(locale, "浏览量", "Views"), true),
                    (t!(locale, "访客数", "Visitors"), true),
                ]);
                columns
            }
            Table::Cohorts => {
                vec![
                    (t!(locale, "加入月份", "Joined in"), false),
                    (t!(locale, "人数", "Members"), true),
                    (t!(locale, "之后第几个月", "Months since"), true),
                    (t!(locale, "来过", "Were here"), true),
                    (t!(locale, "比例", "Share"), true),
                    (t!(locale, "该月已结束", "Month is over"), false),
                ]
            }
        }
    }

    /// A page of rows after a key; an unknown key begins at the beginning.
    pub async fn page(
        self,
        ctx: &Context,
        viewer: &Viewer,
        period: Period,
        after: Option<&str>,
        locale: Locale,
        limit: i64,
    ) -> Result<Rows> {
        viewer.require_admin()?;
        // PostgreSQL refuses NUL in text; no key of ours has one.
        let after = after.filter(|key| !key.contains('\0'));
        let key = Key::parse(after);
        let keyed = (key.text.as_str(), key.first, key.second);
        let db = ctx.db();
        let full = |n: usize| n as i64 == limit;
        Ok(match self {
            Table::Interactions => {
                let found = rows::interactions(db, period, keyed, limit).await?;
                let next = found.last().map(|row| Key::new(&row.day, row.id, 0));
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(|row| interaction(row, locale)).collect() }
            }
            Table::Ratings => {
                let found = rows::ratings(db, period, keyed, limit).await?;
                let next = found.last().map(|row| Key::new(&row.day, row.post_id, row.member_id));
                let row =
                    |row: &rows::Rating| vec![day_cell(&row.day), article(&row.slug, &row.title), member(&row.handle), number(row.stars)];
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(row).collect() }
            }
            Table::Articles => {
                let after = after.map(|_| (key.first, key.second));
                let found = service::ranked(ctx, viewer, period, after, usize::try_from(limit).unwrap_or_default()).await?;
                let next = found.last().map(|row| Key::new("", row.score, row.id));
                let row = |row: &service::Ranked| {
                    vec![
                        article(&row.slug, &row.title),
                        number(row.quality.positive),
                        number(row.quality.ratings),
                        Cell::Number(row.quality.score()),
                        Cell::Number(format!("{:.3}", row.score as f64 / 1e6)),
                    ]
                };
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(row).collect() }
            }
            Table::Members => {
                let found = rows::registered(db, period, keyed, limit).await?;
                let next = found.last().map(|row| Key::new(&row.registered_day, row.id, 0));
                let today = service::today(ctx).await?;
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(|row| registered(row, today, locale)).collect() }
            }
            Table::Ledger => {
                let found = rows::booked(db, period, keyed, limit).await?;
                let next = found.last().map(|row| Key::new(&row.booked_day, row.transfer_id, row.line));
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(|row| booked(row, locale)).collect() }
            }
            Table::Advertising => {
                let found = rows::advertising(db, period, keyed, limit).await?;
                let next = found.last().map(|row| Key::new(&row.day, row.id, 0));
                let row =
                    |row: &rows::Income| vec![day_cell(&row.day), money(row.minor, &row.currency), text(&row.currency), text(&row.note)];
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(row).collect() }
            }
            Table::Costs => {
                let found = rows::costs(db, period, keyed, limit).await?;
                let next = found.last().map(|row| Key::new(&row.day, row.id, 0));
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(|row| cost(row, period, locale)).collect() }
            }
            Table::Views => {
                let (day, path) = after.and_then(|after| after.split_once('~')).unwrap_or_default();
                let found = rows::views(db, period, (day, path), limit).await?;
                let next = found.last().map(|(day, path, _)| format!("{day}~{path}"));
                let row = |(day, path, n): &(String, String, i64)| {
                    vec![day_cell(day), Cell::Link { href: path.clone(), text: path.clone() }, number(*n)]
                };
                Rows { next: next.filter(|_| full(found.len())), rows: found.iter().map(row).collect() }
            }
            Table::Summary => Rows { rows: summary(ctx, viewer, period).await?, next: None },
            Table::Cohorts => {
                let grid = service::cohort_grid(ctx, viewer, period).await?;
                Rows { rows: grid.iter().flat_map(|c| cohort(c, locale)).collect(), next: None }
            }
        })
    }

    /// The whole table as CSV, read and sent in batches. The first batch is read before this returns, so that a refusal
    /// is an answer rather than half a file; if the database fails later, the file ends early and the log says why.
    pub async fn csv(
        self,
        ctx: Context,
        viewer: Viewer,
        period: Period,
        locale: Locale,
    ) -> Result<impl Stream<Item = Result<Vec<u8>, Infallible>> + Send + 'static> {
        let first = self.page(&ctx, &viewer, period, None, locale, CSV_BATCH).await?;
        // Excel takes a file without this mark for the encoding of its own country.
        let mut begin = "\u{feff}".as_bytes().to_vec();
        begin.extend(csv_lines(&[self.columns(locale).into_iter().map(|(name, _)| text(name)).collect()]));
        begin.extend(csv_lines(&first.rows));
        let rest = futures::stream::unfold(first.next, move |next| {
            let (ctx, viewer) = (ctx.clone(), viewer.clone());
            async move {
                let after = next?;
                match self.page(&ctx, &viewer, period, Some(&after), locale, CSV_BATCH).await {
                    Ok(page) => Some((Ok(csv_lines(&page.rows)), page.next)),
                    Err(error) => {
                        tracing::error!(%error, table = self.slug(), "a CSV file ended early");
                        None
                    }
                }
            }
        });
        // Fused, because whoever compresses the answer asks once more after the end.
        Ok(futures::stream::iter([Ok(begin)]).chain(rest).fuse())
    }
}

/// Where a list goes on: a day and up to two numbers, `2026-03-15~17~4`.
struct Key {
    text: String,
    first: i64,
    second: i64,
}

impl Key {
    #[expect(clippy::new_ret_no_self, reason = "a key is made as text and read back as its parts")]
    fn new(text: &str, first: i64, second: i64) -> String {
        format!("{text}~{first}~{second}")
    }

    fn parse(after: Option<&str>) -> Key {
        let parts = after.map(|after| after.split('~').collect::<Vec<_>>()).unwrap_or_default();
        match parts[..] {
            [text, first, second] => {
                Key { text: text.to_owned(), first: first.parse().unwrap_or_default(), second: second.parse().unwrap_or_default() }
            }
            _ => Key { text: String::new(), first: 0, second: 0 },
        }
    }
}

fn interaction(row: &rows::Interaction, locale: Locale) -> Vec<Cell> {
    let deed = match row.kind.as_str() {
        "topic" => t!(locale, "发话题", "topic"),
        "reply" => t!(locale, "回复", "reply"),
        "rating" => t!(locale, "评分", "rating"),
        "vote" => t!(locale, "投票", "vote"),
        "purchase" => t!(locale, "购买", "purchase"),
        other => other,
    };
    let target = match row.target_kind.as_str() {
        "post" => t!(locale, "文章", "article"),
        "topic" => t!(locale, "话题", "topic"),
        "reply" => t!(locale, "回复", "reply"),
        "order" => t!(locale, "订单", "order"),
        other => other,
    };
    let about = text(format!("{target} {}", row.target_id));
    vec![day_cell(&row.day), Cell::At(Timestamp(row.at)), member(&row.handle), text(deed), about]
}

fn registered(row: &rows::Registered, today: Date, locale: Locale) -> Vec<Cell> {
    let next = row.registered_day.parse::<Date>().map(|day| day.first_of_month().saturating_add(1.month())).unwrap_or(today);
    let came = row.returned.as_deref().and_then(|day| day.parse::<Date>().ok()).is_some_and(|day| day.first_of_month() == next);
    let kept = match (came, next.last_of_month() < today) {
        (true, _) => t!(locale, "是", "yes"),
        (false, true) => t!(locale, "否", "no"),
        (false, false) => t!(locale, "还没到月底", "not over yet"),
    };
    vec![day_cell(&row.registered_day), member(&row.handle), text(&row.name), text(kept)]
}

fn booked(row: &rows::Booked, locale: Locale) -> Vec<Cell> {
    vec![
        day_cell(&row.booked_day),
        text(match (Heading::parse(&row.account), Taker::parse(&row.account)) {
            (Some(heading), _) => heading.name(locale),
            (None, Some(taker)) => taker.name(locale),
            (None, None) => &row.account,
        }),
        row.handle.as_deref().map_or(Cell::Nothing, member),
        row.slug.as_deref().map_or(Cell::Nothing, |slug| article(slug, slug)),
        money(row.minor, &row.currency),
        text(&row.currency),
        text(&row.cause),
    ]
}

fn cost(row: &CostRow, period: Period, locale: Locale) -> Vec<Cell> {
    let monthly = row.recurrence == "month";
    let until = row.until_day.as_deref().and_then(|day| day.parse().ok());
    let times = match row.day.parse() {
        Ok(first) if monthly => monthly_days(first, until, period).len() as i64,
        _ => 1,
    };
    vec![
        day_cell(&row.day),
        row.until_day.as_deref().map_or(Cell::Nothing, day_cell),
        text(Heading::parse(&row.category).map_or(row.category.as_str(), |heading| heading.name(locale))),
        text(if monthly { t!(locale, "每月", "monthly") } else { t!(locale, "一次性", "once") }),
        money(row.minor, &row.currency),
        text(&row.currency),
        number(times),
        money(row.minor.saturating_mul(times), &row.currency),
        row.slug.as_deref().map_or(Cell::Nothing, |slug| article(slug, slug)),
        text(&row.note),
    ]
}

async fn summary(ctx: &Context, viewer: &Viewer, period: Period) -> Result<Vec<Vec<Cell>>> {
    let currency = crate::settings::service::require_site(ctx).await?.currency.code();
    let report = service::report(ctx, viewer, period).await?;
    let row = |step: &service::StepRow| {
        let mut row = vec![
            Cell::Day(step.day.to_string()),
            number(step.interactions),
            number(step.active),
            number(step.quality.ratings),
            number(step.quality.positive),
        ];
        row.extend(Heading::ALL.map(|heading| money(step.books.of(heading), currency)));
        let books = &step.books;
        row.push(money(books.profit(), currency));
        row.extend(Taker::ALL.map(|taker| money(books.taken_by(taker), currency)));
        row.push(money(books.net_profit(), currency));
        row.extend([number(step.views), number(step.visitors)]);
        row
    };
    Ok(report.steps.iter().map(row).collect())
}

fn cohort(cohort: &super::metrics::retention::Cohort, locale: Locale) -> Vec<Vec<Cell>> {
    let row = |(since, here): (usize, &i64)| {
        let over = if since < cohort.over { t!(locale, "是", "yes") } else { t!(locale, "否", "no") };
        vec![
            text(cohort.month.strftime("%Y-%m").to_string()),
            number(cohort.size),
            number(since as i64),
            number(*here),
            Cell::Number(format::percent(*here, cohort.size)),
            text(over),
        ]
    };
    cohort.here.iter().enumerate().map(row).collect()
}

/// Lines of CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP: CSV injection).
pub fn csv_lines(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) | Cell::Link { text, .. } if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
            Cell::Text(text) | Cell::Link { text, .. } | Cell::Number(text) | Cell::Day(text) => text.clone(),
            Cell::At(at) => format::machine(*at),
            Cell::Nothing => String::new(),
        });
        if let Err(error) = writer.write_record(cells) {
            tracing::error!(%error, "a line of CSV could not be written");
        }
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_never_sees_a_formula_that_a_member_wrote() {
        let row = vec![text("=1+1"), text("@SUM(A1)"), text("-2"), Cell::Number("-2".into()), text("a,\"b\""), Cell::Nothing];
        assert_eq!(String::from_utf8(csv_lines(&[row])).unwrap(), "'=1+1,'@SUM(A1),'-2,-2,\"a,\"\"b\"\"\",\r\n");
    }
}
