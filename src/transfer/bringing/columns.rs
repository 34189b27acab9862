//! The columns of a file of members, found by their names in any order: Ghost's, and those of plain files.

use crate::foundation::locale::Words;
use crate::server::csv::clean;
use crate::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Email,
    Name,
    Note,
    /// Whether they want mail.
    Subscribed,
    Complimentary,
    /// Stripe's numbers of the customer and of the subscription.
    Customer,
    Subscription,
    Created,
    Deleted,
    Labels,
    Tiers,
    Until,
}

pub const COLUMNS: usize = 12;

/// Each with the names it has; the first is what we call it, and what Ghost does. `held` is what our own file of members says.
const NAMES: [(Column, &[&str]); COLUMNS] = [
    (Column::Email, &["email", "e-mail", "email_address", "邮箱", "电子邮箱", "邮箱地址"]),
    (Column::Name, &["name", "full_name", "姓名", "名称", "昵称", "显示名称"]),
    (Column::Note, &["note", "notes", "备注"]),
    (Column::Subscribed, &["subscribed_to_emails", "subscribed", "接收邮件"]),
    (Column::Complimentary, &["complimentary_plan", "complimentary", "赠送"]),
    (Column::Customer, &["stripe_customer_id", "customer_id"]),
    (Column::Subscription, &["stripe_subscription_id", "subscription_id"]),
    (Column::Created, &["created_at", "joined_at", "加入日期", "注册时间"]),
    (Column::Deleted, &["deleted_at"]),
    (Column::Labels, &["labels", "tags", "标签"]),
    (Column::Tiers, &["tiers", "products", "tier", "import_tier", "held", "会员等级"]),
    (Column::Until, &["until", "expires_at", "expiry_date", "到期日", "到期日期", "有效期至"]),
];

/// Where each stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns([Option<usize>; COLUMNS]);

impl Columns {
    /// `None` when this is no heading: it has no column for the e-mail.
    pub fn find(heading: &[String]) -> Option<Columns> {
        let heading: Vec<String> = heading.iter().map(|cell| clean(cell).to_lowercase().replace(' ', "_")).collect();
        let place = |names: &[&str]| names.iter().find_map(|name| heading.iter().position(|cell| cell == name));
        let columns = Columns(NAMES.map(|(_, names)| place(names)));
        columns.has(Column::Email).then_some(columns)
    }

    pub fn has(&self, column: Column) -> bool {
        self.0[column as usize].is_some()
    }

    /// `ghost` or `plain`.
    pub fn kind(&self) -> &'static str {
        // Ghost exports all of them; others may have some.
        let ghosts = [Column::Subscribed, Column::Complimentary, Column::Customer, Column::Created, Column::Deleted, Column::Labels];
        if ghosts.into_iter().all(|column| self.has(column)) { "ghost" } else { "plain" }
    }

    pub fn cell(&self, cells: &[String], column: Column) -> String {
        self.0[column as usize].and_then(|at| cells.get(at)).map(|cell| clean(cell)).unwrap_or_default()
    }
}

/// The names of the columns that are read, for a file of ours that can be read again.
pub fn heading() -> [&'static str; COLUMNS] {
    NAMES.map(|(_, names)| names.first().copied().unwrap_or_default())
}

pub fn no_heading() -> Words {
    words!(
        "没有找到邮箱这一列。请上传 Ghost 导出的会员 CSV，或者第一行有“email”列的 CSV。",
        "There is no column for the e-mail. Please send the members CSV that Ghost exports, or a CSV with a column “email” in its first line."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(heading: &str) -> Option<Columns> {
        Columns::find(&heading.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn ghosts_file_is_known_by_its_columns_of_now_and_of_before() {
        let now = "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers";
        let before = now.replace("tiers", "products");
        for heading in [now, &before] {
            let columns = find(heading).unwrap();
            assert!(columns.kind() == "ghost" && columns.has(Column::Tiers) && !columns.has(Column::Until), "{heading}");
        }
        assert_eq!(find("email,subscribed_to_emails,complimentary_plan").unwrap().kind(), "plain", "a file that somebody made up");
        let plain = find("姓名,E-Mail,会员等级,到期日").unwrap();
        assert_eq!(plain.kind(), "plain");
        let cells = ["'=1+1", "a@example.org", "", "2027-01-01"].map(str::to_owned);
        assert_eq!(plain.cell(&cells, Column::Name), "=1+1");
        assert_eq!(plain.cell(&cells, Column::Until), "2027-01-01");
        assert_eq!(find("name,tier"), None);
        assert!(find(&super::heading().join(",")).is_some());
    }
}
