//! The table: a line per goal, told as soon as it is measured.
#![allow(clippy::print_stdout, reason = "this is what the program is for")]

use crate::machine;
use crate::runs::Runs;
use crate::{Outcome, Plan};

/// What a figure counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Seconds.
    Time,
    /// So many a second.
    Rate,
    /// Bytes.
    Bytes,
}

/// When a figure is good enough.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// At most so many times the yardstick and so much more.
    AtMost {
        /// Times the yardstick.
        times: f64,
        /// And so much more.
        plus: f64,
    },
    /// At least so many times the yardstick.
    AtLeast {
        /// Times the yardstick.
        times: f64,
    },
    /// Only told.
    None,
}

impl Goal {
    /// At most so much, whatever the yardstick.
    pub const fn at_most(figure: f64) -> Self {
        Goal::AtMost { times: 0.0, plus: figure }
    }

    /// At most so many times the yardstick.
    pub const fn at_most_times(times: f64) -> Self {
        Goal::AtMost { times, plus: 0.0 }
    }
}

/// One figure, its yardstick and its goal.
pub struct Line {
    /// The row that it belongs to.
    pub row: &'static str,
    /// What was measured.
    pub what: String,
    /// In what.
    pub unit: Unit,
    /// The figure.
    pub ours: Runs,
    /// What it is compared with, and that figure.
    pub yardstick: Option<(String, Runs)>,
    /// When it is good enough.
    pub goal: Goal,
    /// The same in words.
    pub said: &'static str,
}

/// All lines.
#[derive(Default)]
pub struct Table {
    lines: Vec<String>,
    missed: Vec<String>,
}

const HEAD: &str = "\
| row | what | measured (least to most) | yardstick | ratio (least to most) | goal | met |
|---|---|---|---|---|---|---|";

impl Table {
    /// Adds a line, and tells it at once.
    pub fn add(&mut self, line: &Line) {
        let met = line.met();
        if met == Some(false) {
            self.missed.push(format!("{} {}", line.row, line.what));
        }
        let text = line.text(met);
        println!("{text}");
        self.lines.push(text);
    }

    /// Tells all lines once more, as a table.
    pub fn end(&self) {
        println!("\n{HEAD}\n{}", self.lines.join("\n"));
        if !self.missed.is_empty() {
            println!("\nNot met: {}.", self.missed.join("; "));
        }
    }
}

impl Line {
    fn met(&self) -> Option<bool> {
        let ours = self.ours.median();
        let theirs = self.yardstick.as_ref().map_or(0.0, |(_, runs)| runs.median());
        // The ratio of the same run where there is nothing but a ratio.
        let ratio = self.yardstick.as_ref().map_or(0.0, |(_, runs)| self.ours.over(runs).median());
        match self.goal {
            Goal::AtMost { times, plus: 0.0 } => Some(ratio <= times),
            Goal::AtMost { times, plus } => Some(ours <= times * theirs + plus),
            Goal::AtLeast { times } => Some(ratio >= times),
            Goal::None => None,
        }
    }

    fn text(&self, met: Option<bool>) -> String {
        let shown = |runs: &Runs| {
            let (least, most) = runs.spread();
            format!("{} ({} to {})", self.unit.show(runs.median()), self.unit.show(least), self.unit.show(most))
        };
        let (yardstick, ratio) = match &self.yardstick {
            None => (String::new(), String::new()),
            Some((name, runs)) => {
                let ratio = self.ours.over(runs);
                let (least, most) = ratio.spread();
                let ratio = format!("{} ({} to {})", number(ratio.median()), number(least), number(most));
                (format!("{name}: {}", self.unit.show(runs.median())), ratio)
            }
        };
        let met = met.map_or("", |met| if met { "yes" } else { "**no**" });
        format!(
            "| {} | {} | {} | {yardstick} | {ratio} | {} | {met} |",
            self.row,
            self.what,
            shown(&self.ours),
            self.said
        )
    }
}

impl Unit {
    fn show(self, figure: f64) -> String {
        match self {
            Unit::Time if figure < 1e-6 => format!("{} ns", number(figure * 1e9)),
            Unit::Time if figure < 1e-3 => format!("{} µs", number(figure * 1e6)),
            Unit::Time if figure < 1.0 => format!("{} ms", number(figure * 1e3)),
            Unit::Time => format!("{} s", number(figure)),
            Unit::Rate => format!("{figure:.0}/s"),
            Unit::Bytes => format!("{figure:.0} B"),
        }
    }
}

/// Three digits of a number.
fn number(figure: f64) -> String {
    match figure {
        _ if figure >= 100.0 => format!("{figure:.0}"),
        _ if figure >= 10.0 => format!("{figure:.1}"),
        _ if figure >= 0.1 => format!("{figure:.2}"),
        _ => format!("{figure:.2e}"),
    }
}

/// Tells on what is measured, and how much.
pub fn begin(plan: &Plan) {
    println!("{}", machine::describe());
    println!("{plan:?}\n\n{HEAD}");
}

/// Tells something beside the table.
pub fn note(text: &str) {
    println!("<!-- {text} -->");
}

/// Tells loudly that something was not measured.
pub fn missing(what: &str) -> Outcome {
    println!("\n********************************************************************");
    println!("* NOT MEASURED: {what}");
    println!("********************************************************************\n");
    Ok(())
}
