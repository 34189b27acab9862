//! An admin's own CSS: what may be in it, and how it is wrapped. It comes after ours in a layer of its own, so it wins; it
//! must end where it ends, and loads nothing from other hosts.
//!
//! The text is read token by token, as a browser reads it. It is put between `@layer look {` and `}` as it was typed: that is
//! safe because the very reading that accepts it includes the closing brace, and finds it to be the one that closes.

use crate::foundation::locale::Words;
use crate::words;
use cssparser::{ParseError, Parser, SourceLocation, Token};

/// The most that is accepted.
pub const MAX_CSS: usize = 20 * 1024;

/// Why, and where. `None`: cssparser itself gave up.
type Refusal = Option<(Words, u32)>;
type Read<T> = Result<T, ParseError<Refusal>>;

/// The CSS in its layer, or why it is refused, with the line.
pub fn layered(css: &str) -> Result<String, Words> {
    if css.len() > MAX_CSS {
        let kib = MAX_CSS / 1024;
        return Err(words!("最多 {kib} KiB。", "At most {kib} KiB."));
    }
    let css = css.trim_end();
    // What a browser will read after our opening brace.
    let closed = format!("{css}\n}}");
    let mut reading = Reading { line: 0, end: css.len() };
    match reading.rules(&mut Parser::new(&closed)) {
        Ok(()) => Ok(format!("@layer look{{\n{closed}\n")),
        Err(error) => {
            let (Words { zh, en }, line) = match error.kind {
                cssparser::ParseErrorKind::Custom(Some(refusal)) => refusal,
                _ => (words!("这里无法识别", "this cannot be read"), reading.line),
            };
            let line = line + 1;
            Err(words!("第 {line} 行：{zh}。", "Line {line}: {en}."))
        }
    }
}

struct Reading {
    /// Where the last token stood.
    line: u32,
    /// Where the admin's text ends and our closing brace is about to come.
    end: usize,
}

/// What a statement has shown of itself so far: a rule, a declaration, or not begun.
#[derive(Clone, Copy, PartialEq)]
enum Statement {
    Nothing,
    /// Begins with a name: may become a declaration.
    Named,
    /// `name:`, which may still be a selector.
    Declared,
    /// `@media …`
    At,
    /// Only a selector begins like this.
    Selector,
}

fn refuse<T>(words: Words, line: u32) -> Read<T> {
    Err(ParseError::custom(Some((words, line))))
}

impl Reading {
    /// The whole text, up to our own closing brace.
    fn rules(&mut self, parser: &mut Parser) -> Read<()> {
        self.statements(parser, true)
    }

    /// Rules and declarations, as they stand in a sheet (`top`) or between braces.
    fn statements(&mut self, parser: &mut Parser, top: bool) -> Read<()> {
        let mut statement = Statement::Nothing;
        let mut began = 0;
        loop {
            let Some((token, at)) = self.next(parser) else {
                // Between braces the last declaration needs no semicolon. At the top our own brace should have come.
                return match statement {
                    _ if top => {
                        refuse(words!("有括号、引号或注释没有闭合", "a bracket, quotation mark or comment is not closed"), self.line)
                    }
                    Statement::Nothing | Statement::Declared | Statement::At => Ok(()),
                    _ => refuse(words!("这里应该写“属性: 值”", "expected “property: value”"), began),
                };
            };
            if statement == Statement::Nothing {
                began = self.line;
            }
            statement = match token {
                Token::CloseCurlyBracket if top && at > self.end => {
                    return match statement {
                        Statement::Nothing => Ok(()),
                        Statement::At => refuse(words!("这里少了分号", "a semicolon is missing"), began),
                        _ => refuse(words!("选择器后面少了 {{ }}", "{{ }} is missing after a selector"), began),
                    };
                }
                Token::CurlyBracketBlock => {
                    parser.parse_nested_block(|inner| self.statements(inner, false))?;
                    Statement::Nothing
                }
                Token::Semicolon => match statement {
                    Statement::Nothing | Statement::At => Statement::Nothing,
                    Statement::Declared if !top => Statement::Nothing,
                    _ => {
                        return refuse(words!("这里应该写“选择器 {{ 属性: 值 }}”", "expected “selector {{ property: value }}”"), began);
                    }
                },
                Token::AtKeyword(name) if statement == Statement::Nothing => {
                    if ["import", "namespace", "charset"].iter().any(|no| name.eq_ignore_ascii_case(no)) {
                        return refuse(words!("不能使用 @{name}", "@{name} is not allowed"), self.line);
                    }
                    Statement::At
                }
                token => {
                    self.value(parser, &token)?;
                    match (statement, token) {
                        (Statement::Nothing, Token::Ident(_)) => Statement::Named,
                        (Statement::Nothing, _) => Statement::Selector,
                        (Statement::Named, Token::Colon) => Statement::Declared,
                        (Statement::Named, _) => Statement::Selector,
                        (other, _) => other,
                    }
                }
            };
        }
    }

    /// What stands between brackets of a value or a selector.
    fn values(&mut self, parser: &mut Parser) -> Read<()> {
        while let Some((token, _)) = self.next(parser) {
            match token {
                Token::CurlyBracketBlock => parser.parse_nested_block(|inner| self.values(inner))?,
                token => self.value(parser, &token)?,
            }
        }
        Ok(())
    }

    /// One token of a value or a selector, with what it opens.
    fn value(&mut self, parser: &mut Parser, token: &Token) -> Read<()> {
        match token {
            Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock => {
                let url = matches!(token, Token::Function(name) if ["url", "src"].iter().any(|f| name.eq_ignore_ascii_case(f)));
                parser.parse_nested_block(|inner| if url { self.address(inner) } else { self.values(inner) })
            }
            Token::UnquotedUrl(address) => self.local(address),
            Token::QuotedString(text) if leads_elsewhere(text) => self.elsewhere(),
            Token::BadString(_) => refuse(words!("引号没有闭合", "a quotation mark is not closed"), self.line),
            Token::BadUrl(_) => refuse(words!("url() 里的地址无法识别", "the address in url() cannot be read"), self.line),
            Token::CloseCurlyBracket | Token::CloseParenthesis | Token::CloseSquareBracket => {
                refuse(words!("多了一个右括号", "there is one closing bracket too many"), self.line)
            }
            _ => Ok(()),
        }
    }

    /// `url("…")`: a string, and nothing that could become one later.
    fn address(&mut self, parser: &mut Parser) -> Read<()> {
        while let Some((token, _)) = self.next(parser) {
            match token {
                Token::QuotedString(address) => self.local(&address)?,
                _ => return self.elsewhere(),
            }
        }
        Ok(())
    }

    fn local(&self, address: &str) -> Read<()> {
        let address = address.trim();
        let here = address.starts_with('#') || (address.starts_with('/') && !leads_elsewhere(address));
        if here { Ok(()) } else { self.elsewhere() }
    }

    fn elsewhere<T>(&self) -> Read<T> {
        refuse(words!("只能引用本站以 / 开头的地址", "only addresses on this site, starting with /, are allowed"), self.line)
    }

    /// The next token and where it ended, without white space and comments.
    fn next<'i>(&mut self, parser: &mut Parser<'i>) -> Option<(Token<'i>, usize)> {
        parser.skip_whitespace();
        let SourceLocation { line, .. } = parser.current_source_location();
        let token = parser.next().ok()?.clone();
        self.line = line;
        Some((token, parser.position().byte_index()))
    }
}

/// Whether a browser would go to another host for this text, or find in it what it holds. Strings become addresses in some
/// functions, and in others by way of a variable.
fn leads_elsewhere(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_ascii_lowercase().replace('\\', "/");
    let schemes = ["http:", "https:", "ftp:", "ws:", "wss:", "data:", "blob:", "file:", "javascript:"];
    text.contains("//") || schemes.iter().any(|scheme| text.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(css: &str) -> String {
        layered(css).map_or_else(|words| words.en, |css| panic!("accepted: {css}"))
    }

    #[test]
    fn what_styles_this_site_is_wrapped_as_it_was_typed() {
        for css in [
            "",
            ".site-name { letter-spacing: 0.02em }",
            "@media (min-width: 60rem) { main > p { color: var(--ink); } }\n/* a word */",
            ".a { background: url(/look/x.png) no-repeat; &:hover { color: red; b { margin: 0 } } }",
            "@font-face { font-family: \"X\"; src: url('/x.woff2') }",
            "a:hover, a::after { content: \"→ \\201c\"; --x: { y: z } }",
            "@layer one, two; :root { --clay: #123 }",
            "svg { filter: url(#blur) }",
            ".品牌 { color: red !important; color: rgb(1 2 3 / 50%) }",
        ] {
            let layered = layered(css).unwrap_or_else(|words| panic!("{css}: {}", words.en));
            assert_eq!(layered, format!("@layer look{{\n{}\n}}\n", css.trim_end()));
        }
    }

    #[test]
    fn other_hosts_are_refused_with_the_line() {
        for css in [
            "@import \"/other.css\";",
            "\\@import 'x'; } @import 'x';",
            "a { background: url(https://evil.example/x) }",
            "a { background: url( \"//evil.example/x\" ) }",
            "a { background: URL(\\68ttps://evil.example) }",
            "a { background: \\75rl(https://evil.example) }",
            "a { background: url(/\\\\evil.example) }",
            "a { background: url(x.png) }",
            "a { background: url(data:image/png;base64,AAAA) }",
            "a { background: image-set(\"https://evil.example/x\" 1x) }",
            "a { --x: \"//evil.example/x\"; background: image-set(var(--x) 1x) }",
            "a { background: src(var(--x)) }",
            "a { --x: url(https://evil.example) }",
            "@media print { a { b { cursor: url('ht\\\ntps://evil.example') } } }",
            "@font-face { src: url(https:evil.example) }",
            "a[href=\"x\"] { background: -webkit-image-set(url(//evil.example) 1x) }",
        ] {
            refusal(css);
        }
        assert_eq!(
            refusal("a { color: red }\n\nb {\n  background: url(https://evil.example)\n}"),
            "Line 4: only addresses on this site, starting with /, are allowed."
        );
        assert_eq!(refusal("/* one\ntwo */ @IMPORT url(/x.css);"), "Line 2: @IMPORT is not allowed.");
    }

    #[test]
    fn what_breaks_out_or_cannot_be_read_is_refused() {
        for css in [
            "}",
            "} body { display: none }",
            "a { color: red } }",
            "a { color: red",
            "a { b { color: red }",
            "a { color: (red }",
            "a { content: \"x }",
            "a { content: \"x\n }",
            "a { color: red } /* x",
            "a { color: red } '",
            "a { color: url(/x y) }",
            "color: red;",
            "a",
            "a { color }",
            "a { red; color: blue }",
            "@media print",
            "a { color: red ] }",
            "a { background: url(",
            "a { b: c } \\",
        ] {
            refusal(css);
        }
        assert_eq!(refusal("a { color: red }\nb { color: blue"), "Line 2: a bracket, quotation mark or comment is not closed.");
        assert!(refusal(&"a{".repeat(5_000)).starts_with("Line 1"));
        assert_eq!(refusal(&" ".repeat(MAX_CSS + 1)), "At most 20 KiB.");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_what_is_accepted_closes_itself(css in "[a-z{}()\\[\\]\"'@;:/*\\\\ \n]{0,60}") {
            if let Ok(layered) = layered(&css) {
                // Read once more, with a rule after it: that rule is still one of the sheet.
                let whole = format!("{layered} last{{}}");
                let mut parser = Parser::new(&whole);
                let mut blocks = 0;
                let mut last = String::new();
                while let Ok(token) = parser.next() {
                    match token {
                        Token::CurlyBracketBlock => blocks += 1,
                        Token::Ident(name) => last = name.to_string(),
                        _ => (),
                    }
                }
                proptest::prop_assert_eq!((blocks, last.as_str()), (2, "last"));
            }
        }
    }
}
