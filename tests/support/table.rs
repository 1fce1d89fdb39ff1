//! Reads the tables of cases in `tests/data`.

/// Returns the rows of a tab-separated table without the comment lines. A row has `N` columns.
pub(crate) fn rows<const N: usize>(table: &str) -> impl Iterator<Item = [&str; N]> {
    let lines = table.lines().filter(|line| !line.starts_with("# "));
    lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        columns
            .try_into()
            .unwrap_or_else(|_| panic!("not {N} columns: {line}"))
    })
}

/// Replaces `\u{…}` and `\\` by the characters that they mean.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = if let Some(code) = after.strip_prefix("u{") {
            let (code, after) = code.split_once('}').expect("a closed escape");
            let code = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
            out.push(code.expect("a character"));
            after
        } else {
            out.push('\\');
            after.strip_prefix('\\').expect("a doubled backslash")
        };
    }
    out + rest
}
