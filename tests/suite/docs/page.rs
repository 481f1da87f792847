//! Reading a page.

use std::path::{Path, PathBuf};

/// Why commands may be left out.
pub const REASONS: [&str; 5] = [
    "builds for minutes", "needs a container engine", "needs packages of npm", "runs until it is stopped",
    "needs a machine of its own",
];

/// Where a block of commands is run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// With the page's other commands.
    Here,
    /// On a PostgreSQL server that may be changed at will.
    Postgresql,
    /// Nowhere, for that reason.
    Nowhere(String),
}

/// A block of commands.
#[derive(Debug)]
pub struct Block {
    /// The line of the page where it begins.
    pub line: usize,
    /// The commands.
    pub text: String,
    /// Where it is run.
    pub place: Place,
    /// What it prints, and in which language that is written.
    pub answer: Option<(String, String)>,
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The text of a page.
pub fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every page: those in the folder of the repository, and those below `docs/`.
pub fn names() -> Vec<String> {
    fn pages_in(folder: &Path, deep: bool, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if deep && path.is_dir() {
                pages_in(&path, true, out);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                out.push(path);
            }
        }
    }
    let mut found = Vec::new();
    pages_in(&root(), false, &mut found);
    pages_in(&root().join("docs"), true, &mut found);
    let mut names: Vec<String> =
        found.iter().map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The blocks of commands of a page, in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    // The last line that was not blank, outside of blocks.
    let mut before = String::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            if !line.trim().is_empty() {
                before = line.trim().to_owned();
            }
            continue;
        };
        let inside = lines.by_ref().map(|(line, _)| line).take_while(|line| !line.starts_with("```"));
        let inside: String = inside.flat_map(|line| [line, "\n"]).collect();
        if language == "sh" {
            out.push(Block { line: number, text: inside, place: place(&before), answer: None });
        } else if before == "sh"
            && let Some(block) = out.last_mut()
        {
            block.answer = Some((language.to_owned(), inside));
        }
        language.clone_into(&mut before);
    }
    out
}

fn place(before: &str) -> Place {
    let marked = before.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")).map(str::trim);
    match marked {
        Some("on PostgreSQL") => Place::Postgresql,
        Some(marked) if marked.starts_with("not run:") => {
            Place::Nowhere(marked.trim_start_matches("not run:").trim().to_owned())
        }
        _ => Place::Here,
    }
}

/// The files of this repository that a page links to, but for pictures.
pub fn links(text: &str) -> Vec<String> {
    let targets = text.match_indices("](").filter_map(|(at, _)| text[at + 2..].split(')').next());
    let files = targets.map(|target| target.split('#').next().unwrap_or_default());
    let wanted = |file: &&str| !file.is_empty() && !file.contains("://") && !file.ends_with(".png");
    files.filter(wanted).map(str::to_owned).collect()
}

#[test]
fn a_page_is_read_as_described() {
    let text = "a\n```sh\none\ntwo\n```\n\n```json\n{}\n```\n\n<!-- not run: builds for minutes -->\n\n```sh\nx\n```\n\
                prose\n```json\nno answer\n```\n<!-- on PostgreSQL -->\n```sh\ny\n```\n";
    let blocks = blocks(text);
    assert_eq!(blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), ["one\ntwo\n", "x\n", "y\n"]);
    assert_eq!(blocks[0].answer, Some(("json".to_owned(), "{}\n".to_owned())));
    assert_eq!((blocks[0].line, &blocks[0].place, &blocks[2].place), (2, &Place::Here, &Place::Postgresql));
    assert_eq!((&blocks[1].place, &blocks[1].answer), (&Place::Nowhere("builds for minutes".to_owned()), &None));
    assert_eq!(links("[a](b.md#c) [d](http://e) ![f](g.png) [h](#i)"), ["b.md"]);
}
