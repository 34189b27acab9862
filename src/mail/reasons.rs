//! Why a letter was not sent, where the reason is ours; what a mail server says is shown as it came.

use crate::foundation::locale::Locale;
use crate::t;

pub const LATE: &str = "it could not be sent while it was of use";
pub const NEEDLESS: &str = "it was not needed any more";
pub const OTHER_KEY: &str = "it was closed with another secret key";
pub const SILENT: &str = "the mail server did not answer in time";
pub const SUPPRESSED: &str = "this address has refused letters before";

/// What is kept as the reason, in the reader's language.
pub fn shown(kept: &str, locale: Locale) -> &str {
    match kept {
        LATE => t!(locale, "没能在有效期内发出", "It could not be sent in time"),
        NEEDLESS => t!(locale, "已不需要发送", "It was no longer needed"),
        OTHER_KEY => t!(locale, "邮件内容是用另一把主密钥加密的", "It was encrypted with another secret key"),
        SILENT => t!(locale, "邮件服务器没有及时回答", "The mail server did not answer in time"),
        SUPPRESSED => t!(locale, "这个地址之前多次退信", "This address has refused letters before"),
        said => said,
    }
}
