//! Forms with brackets, as Stripe reads them: `a[b][0][c]=d`, and its refusals of what it does not know.

use super::problem::Problem;

/// The names and values of one request, brackets and all, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn read(encoded: &[u8]) -> Form {
        Form(form_urlencoded::parse(encoded).map(|(name, value)| (plain(&name), value.into_owned())).collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    pub fn has(&self, prefix: &str) -> bool {
        self.0.iter().any(|(name, _)| name.starts_with(prefix))
    }

    pub fn required(&self, name: &str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| Problem::missing(name))
    }

    pub fn whole_number(&self, name: &str) -> Result<Option<i64>, Problem> {
        self.get(name).map(|value| value.parse().map_err(|_| Problem::invalid(name, &format!("Invalid integer: {value}")))).transpose()
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(value) => Err(Problem::invalid(name, &format!("Invalid boolean: {value}"))),
        }
    }

    /// All values of `name[]`, numbered or not.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let pattern = format!("{name}[]");
        self.0.iter().filter(|(given, _)| pattern_of(given) == pattern).map(|(_, value)| value.as_str()).collect()
    }

    /// What stands under `name[…]`, one level deep.
    pub fn under(&self, name: &str) -> Vec<(&str, &str)> {
        let inner = |given: &'_ str| -> Option<(usize, usize)> {
            let rest = given.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            (!rest.contains('[')).then_some((name.len() + 1, given.len() - 1))
        };
        self.0.iter().filter_map(|(given, value)| inner(given).map(|(from, to)| (&given[from..to], value.as_str()))).collect()
    }

    /// Refuses the first parameter that is not of these. Indices are written `[]`, free names `[*]`.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        let fits = |name: &str| {
            let pattern = pattern_of(name);
            let free = pattern.rfind('[').map(|at| format!("{}[*]", &pattern[..at]));
            pattern == "expand[]" || known.contains(&pattern.as_str()) || free.is_some_and(|free| known.contains(&free.as_str()))
        };
        match self.0.iter().find(|(name, _)| !fits(name)) {
            Some((name, _)) => Err(Problem::unknown(name)),
            None => Ok(()),
        }
    }
}

/// `a[0][b]` for `a[][b]` of one element: an index left out is the first.
fn plain(name: &str) -> String {
    name.replace("[][", "[0][")
}

fn pattern_of(name: &str) -> String {
    let mut pattern = String::new();
    for (i, piece) in name.split('[').enumerate() {
        let inner = piece.trim_end_matches(']');
        match i {
            0 => pattern.push_str(piece),
            _ if inner.bytes().all(|b| b.is_ascii_digit()) => pattern.push_str("[]"),
            _ => pattern.push_str(&format!("[{inner}]")),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_read_and_what_is_unknown_is_named() {
        let form = Form::read(b"a%5Bb%5D=1&expand[]=x&expand[1]=y&metadata[k]=v&items[0][id]=si_1");
        assert_eq!(form.get("a[b]"), Some("1"));
        assert_eq!(form.all("expand"), ["x", "y"]);
        assert_eq!(form.under("metadata"), [("k", "v")]);
        assert!(form.only(&["a[b]", "metadata[*]", "items[][id]"]).is_ok());
        assert!(form.only(&["a[b]", "metadata[*]"]).is_err());
    }
}
