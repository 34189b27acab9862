//! Importing a folder of Markdown.

use crate::on_both;
use crate::support::TestApp;
use std::fs;
use std::path::Path;
use stoa::transfer::markdown::{Report, import};
use tempfile::TempDir;

fn write(folder: &Path, path: &str, text: impl AsRef<[u8]>) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

async fn import_from(app: &TestApp, folder: &Path) -> Report {
    import(&app.ctx, folder, |_, _| ()).await.unwrap()
}

fn reason<'a>(report: &'a Report, path: &str) -> &'a str {
    report.skipped.iter().find(|(file, _)| file == path).map_or("", |(_, reason)| reason)
}

on_both!(articles_of_both_kinds_come_in_with_their_old_addresses, |app| {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        "one.md",
        "+++\ntitle = \"One\"\npath = \"2024/05/06/One-1.0\"\nauthors = [\"Lin Wei\", \"Bo\"]\naliases = [\"releases/1.0.html\"]\n+++\nText of one.\n",
    );
    write(folder.path(), "two/index.md", "---\ntitle: 第二篇\ndate: 2024-06-07\nauthor: Lin Wei\ntags: [Rust, 入门]\n---\n正文。\n");
    let report = import_from(&app, folder.path()).await;
    assert_eq!((report.created, report.skipped.len()), (2, 0), "{report:?}");
    assert!(report.notes.iter().any(|(path, note)| path == "one.md" && note.contains("Bo")), "the second author is told");
    let visitor = app.visitor();
    for old in ["2024/05/06/One-1.0", "2024/05/06/One-1.0/", "2024/05/06/One-1.0.html", "2024/05/06/One-1.0/index.html", "releases/1.0"] {
        let answer = visitor.get(&format!("/{old}")).await;
        assert_eq!((answer.status, answer.location()), (301, "/p/one-1-0"), "{old}");
    }
    assert_eq!(app.count("select count(*) from members where not claimed").await, 1, "one author of both");
    assert_eq!(app.count("select published_at from posts where slug = 'one-1-0'").await, 1_714_953_600_000);
    assert_eq!(app.count("select count(*) from post_tags").await, 2);
});

on_both!(a_second_run_changes_nothing_and_a_changed_file_changes_its_article, |app| {
    let folder = TempDir::new().unwrap();
    for (path, day) in [("a.md", "2024/01/01"), ("b.md", "2024/01/02"), ("c.md", "2024/01/02")] {
        write(folder.path(), path, format!("+++\ntitle = \"Same\"\npath = \"{day}/same\"\nauthors = [\"A\"]\n+++\n{path}\n"));
    }
    assert_eq!(import_from(&app, folder.path()).await.created, 3);
    let slugs = "select count(*) from posts where slug in ('same', 'same-2024-01-02', 'same-2024-01-02-2')";
    assert_eq!(app.count(slugs).await, 3);
    let second = import_from(&app, folder.path()).await;
    assert_eq!((second.created, second.updated, second.unchanged, second.redirects), (0, 0, 3, 0));
    write(folder.path(), "b.md", "+++\ntitle = \"Other\"\npath = \"2024/01/02/same\"\nauthors = [\"A\"]\n+++\nchanged\n");
    let third = import_from(&app, folder.path()).await;
    assert_eq!((third.created, third.updated, third.unchanged), (0, 1, 2));
    assert_eq!(app.count(slugs).await, 3, "addresses stay");
});

on_both!(what_cannot_come_in_is_skipped_with_the_reason, |app| {
    let outside = TempDir::new().unwrap();
    let head = "+++\ntitle = \"T\"\ndate = 2024-01-01\n+++\n";
    write(outside.path(), "secret.md", format!("{head}secret"));
    let folder = TempDir::new().unwrap();
    let put = |path: &str, text: &[u8]| write(folder.path(), path, text);
    put("_index.md", head.as_bytes());
    put("huge.md", format!("{head}{}", "x".repeat(1024 * 1024)).as_bytes());
    put("latin.md", &[head.as_bytes(), b"\xe9"].concat());
    put("nothing.md", b"");
    put("undated.md", b"+++\ntitle = \"T\"\n+++\n");
    put("untitled.md", b"---\ndate: 2024-01-01\n---\n");
    put("wrong.md", b"+++\ntitle = [\n+++\n");
    put("escape.md", b"+++\ntitle = \"T\"\ndate = 2024-01-01\npath = \"../../etc/passwd\"\n+++\n");
    put("not-markdown.txt", head.as_bytes());
    std::os::unix::fs::symlink(outside.path().join("secret.md"), folder.path().join("link.md")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("linked-folder")).unwrap();
    let report = import_from(&app, folder.path()).await;
    assert_eq!((report.created, report.skipped.len()), (0, 10), "{report:?}");
    for (path, part) in [
        ("_index.md", "section"),
        ("huge.md", "1 MiB"),
        ("latin.md", "UTF-8"),
        ("nothing.md", "no front matter"),
        ("undated.md", "no date"),
        ("untitled.md", "title"),
        ("wrong.md", "not TOML"),
        ("escape.md", "out of the site"),
        ("link.md", "symbolic link"),
        ("linked-folder", "symbolic link"),
    ] {
        assert!(reason(&report, path).contains(part), "{path}: {report:?}");
    }
    assert_eq!(app.count("select count(*) from posts").await, 0);
});

on_both!(an_alias_cannot_lead_off_the_site_nor_take_anothers_address, |app| {
    let folder = TempDir::new().unwrap();
    let file = |alias: &str| format!("+++\ntitle = \"T\"\ndate = 2024-01-01\naliases = [{alias:?}]\n+++\ntext\n");
    write(folder.path(), "a.md", file("shared"));
    write(folder.path(), "b.md", file("shared"));
    write(folder.path(), "c.md", file("//evil.example/x"));
    let report = import_from(&app, folder.path()).await;
    assert_eq!(report.created, 3);
    assert_eq!(app.visitor().get("/shared").await.location(), "/p/a");
    assert_eq!(app.count("select count(*) from redirects where target not like '/p/%'").await, 0);
});

on_both!(a_name_of_an_author_that_is_no_handle_gets_one, |app| {
    let folder = TempDir::new().unwrap();
    for (i, name) in ["Admin", "🎉", "林", "The Very Long Name Of A Committee For Everything"].iter().enumerate() {
        write(folder.path(), &format!("{i}.md"), format!("+++\ntitle = \"T\"\ndate = 2024-01-01\nauthors = [{name:?}]\n+++\ntext\n"));
    }
    let report = import_from(&app, folder.path()).await;
    assert_eq!(report.created, 4, "{report:?}");
    assert_eq!(app.count("select count(*) from members where not claimed").await, 4);
});
