pub fn reply(source: &str) -> String {
    source.to_owned()
}
