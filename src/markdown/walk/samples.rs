//! Code samples: each a figure with its file's name and its language above it, as far as the writer gave them.

use pulldown_cmark::CodeBlockKind;

use super::super::code;
use super::super::writer::escape;
use super::Walk;

/// The sample being read.
#[derive(Default)]
pub(super) struct Sample {
    language: String,
    file: String,
    pub(super) code: String,
}

impl Sample {
    pub(super) fn new(kind: &CodeBlockKind<'_>) -> Sample {
        match kind {
            CodeBlockKind::Fenced(info) => Sample { language: code::language(info), file: code::file(info), code: String::new() },
            CodeBlockKind::Indented => Sample::default(),
        }
    }
}

impl Walk<'_> {
    pub(super) fn end_sample(&mut self) {
        let Some(Sample { language, file, code }) = self.sample.take() else { return };
        self.side.code_samples += 1;
        let mut html = String::from("<figure class=\"code\">");
        let said = if code::is_plain(&language) { "" } else { language.as_str() };
        if !file.is_empty() || !said.is_empty() {
            html.push_str("<figcaption>");
            for (class, text) in [("file", file.as_str()), ("language", said)] {
                if !text.is_empty() {
                    html.extend(["<span class=\"", class, "\">"]);
                    escape(text, &mut html);
                    html.push_str("</span>");
                }
            }
            html.push_str("</figcaption>");
        }
        html.push_str("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            html.extend([" class=\"language-", &language, "\""]);
        }
        html.push('>');
        code::write(&language, &code, &mut self.budget, &mut html);
        html.push_str("</code></pre></figure>\n");
        self.writer().whole(&html);
    }
}
