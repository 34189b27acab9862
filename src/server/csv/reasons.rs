//! What is said of the lines of a file.

/// An enum `Reason`: each with its name as stored, what comes of such a line (a variant of an `Outcome` in scope), and the
/// sentence in both languages. `Quote`, `Cells` and `Long` are among them: what the reader of the file finds.
#[macro_export]
macro_rules! reasons {
    ($($name:ident, $key:literal, $outcome:ident, $zh:literal, $en:literal;)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason { $($name),+ }

        impl Reason {
            pub const ALL: &[Reason] = &[$(Reason::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $key),+ }
            }

            pub const fn outcome(self) -> Outcome {
                match self { $(Reason::$name => Outcome::$outcome),+ }
            }

            pub fn text(self, locale: $crate::foundation::locale::Locale) -> &'static str {
                match self { $(Reason::$name => $crate::t!(locale, $zh, $en)),+ }
            }

            pub fn parse(text: &str) -> Option<Reason> {
                Reason::ALL.iter().copied().find(|reason| reason.as_str() == text)
            }
        }

        impl From<$crate::server::csv::Broken> for Reason {
            fn from(broken: $crate::server::csv::Broken) -> Reason {
                match broken {
                    $crate::server::csv::Broken::Quote => Reason::Quote,
                    $crate::server::csv::Broken::Cells => Reason::Cells,
                    $crate::server::csv::Broken::Long => Reason::Long,
                }
            }
        }
    };
}
