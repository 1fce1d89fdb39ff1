//! The explanation as an SVG picture: fields on the left, identifiers in the middle, people on the right.

use std::fmt::{self, Write as _};

use contact_resolution::pipeline::Verdict;
use contact_resolution::{Action, Decision};

use super::Explained;
use crate::report::WITHOUT_ID;

const WIDTH: usize = 1180;
const BOX_WIDTH: usize = 340;
const BOX_HEIGHT: usize = 72;
const ROW: usize = 92;
const TOP: usize = 96;
/// The left edges of the columns.
const COLUMNS: [usize; 3] = [20, 420, 820];
/// The most characters of a line in a box.
const LINE: usize = 50;

/// A box with three lines.
struct Item {
    lines: [String; 3],
    is_winning: bool,
}

/// Returns the picture.
pub(crate) fn picture(explained: &Explained<'_>) -> String {
    let explanation = &explained.explanation;
    let is_chosen = |at: &usize| {
        matches!(
            explanation.people.get(*at).map(|person| person.verdict),
            Some(Verdict::Chosen(_))
        )
    };
    let leads_to_chosen = |at: usize| explanation.identifiers[at].people.iter().any(is_chosen);

    let read: Vec<_> = explained.fields().collect();
    // The pairs of a field and an identifier that came from it.
    let readings: Vec<(usize, usize)> = (0..read.len())
        .flat_map(|field| (0..explanation.identifiers.len()).map(move |at| (field, at)))
        .filter(|(field, at)| {
            explanation.identifiers[*at]
                .fields
                .contains(&read[*field].0)
        })
        .collect();

    let fields = read
        .iter()
        .enumerate()
        .map(|(place, (field, text, error))| {
            let leads = |(field, at): &(usize, usize)| *field == place && leads_to_chosen(*at);
            let error = error.map_or_else(String::new, |code| format!("not used: {code}"));
            Item {
                lines: [field.to_string(), (*text).to_owned(), error],
                is_winning: readings.iter().any(leads),
            }
        });
    let identifiers = explanation.identifiers.iter().enumerate();
    let identifiers = identifiers.map(|(place, identifier)| {
        let held = match identifier.people.len() {
            0 => "held by no known person".to_owned(),
            1 => "held by one person".to_owned(),
            many => format!("held by {many} people"),
        };
        let certainty = identifier.certainty.as_str();
        Item {
            lines: [
                identifier.kind.to_string(),
                identifier.value.clone(),
                format!("{certainty}, {held}"),
            ],
            is_winning: leads_to_chosen(place),
        }
    });
    let people = explanation.people.iter().map(|person| {
        let name = person.full_name.as_deref().unwrap_or("without a name");
        let id = person.user_id.as_deref().unwrap_or(WITHOUT_ID);
        let verdict = person.verdict.to_string();
        // The color shows who is chosen.
        let reason = verdict.strip_prefix("not chosen: ").unwrap_or(&verdict);
        Item {
            lines: [name, id, reason].map(str::to_owned),
            is_winning: matches!(person.verdict, Verdict::Chosen(_)),
        }
    });
    let columns: [Vec<Item>; 3] = [fields.collect(), identifiers.collect(), people.collect()];
    let holders = (0..explanation.identifiers.len()).flat_map(|at| {
        explanation.identifiers[at]
            .people
            .iter()
            .map(move |person| (at, *person))
    });
    let lines = readings
        .iter()
        .map(|(from, to)| (0, *from, *to, leads_to_chosen(*to)))
        .chain(holders.map(|(from, to)| (1, from, to, is_chosen(&to))));

    let mut svg = Svg::new(&columns, &result(explained.decision));
    for (column, from, to, is_winning) in lines {
        svg.line(column, from, to, is_winning);
    }
    for (column, items) in columns.iter().enumerate() {
        for (row, item) in items.iter().enumerate() {
            svg.item(column, row, item);
        }
    }
    svg.finish()
}

/// Returns the decision in one line.
fn result(decision: &Decision) -> String {
    let action = match &decision.action {
        Action::Reuse(reuse) => format!("Reuse the chat {}", reuse.chat_id),
        Action::Create(_) => "Create a chat".to_owned(),
        Action::Refuse(refusal) => format!("Refuse as {}", refusal.code),
    };
    format!("{action}: {}", decision.reason)
}

/// An SVG document that is being written. Writing to a string does not fail.
struct Svg(String);

impl Svg {
    fn new(columns: &[Vec<Item>; 3], result: &str) -> Self {
        let rows = columns
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or_default()
            .max(1);
        let height = TOP + rows * ROW;
        let result = Xml(result);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"14\">\n\
             <title>{result}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
             <text x=\"20\" y=\"34\" font-size=\"18\" font-weight=\"600\" fill=\"#1a1a1a\">{result}</text>\n",
        );
        for (left, heading) in COLUMNS
            .into_iter()
            .zip(["Payload", "Identifiers", "People"])
        {
            let _ = writeln!(
                svg,
                "<text x=\"{left}\" y=\"74\" fill=\"#595959\">{heading}</text>"
            );
        }
        Svg(svg)
    }

    /// Draws a line from a row of a column to a row of the next one.
    fn line(&mut self, column: usize, from: usize, to: usize, is_winning: bool) {
        let middle = |row: usize| TOP + row * ROW + BOX_HEIGHT / 2;
        let (x1, x2) = (COLUMNS[column] + BOX_WIDTH, COLUMNS[column + 1]);
        let (y1, y2, bend) = (middle(from), middle(to), usize::midpoint(x1, x2));
        let style = if is_winning {
            "stroke=\"#0b6e4f\" stroke-width=\"3\""
        } else {
            "stroke=\"#8c8c8c\" stroke-dasharray=\"4 4\""
        };
        let _ = writeln!(
            self.0,
            "<path d=\"M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}\" fill=\"none\" {style}/>"
        );
    }

    fn item(&mut self, column: usize, row: usize, item: &Item) {
        let (x, y) = (COLUMNS[column], TOP + row * ROW);
        let (fill, stroke, width) = if item.is_winning {
            ("#e7f5ef", "#0b6e4f", 2)
        } else {
            ("#f5f5f5", "#8c8c8c", 1)
        };
        let whole = item.lines.join(", ");
        let _ = write!(
            self.0,
            "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"8\" \
             fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"/>",
            Xml(&whole)
        );
        let styles = [
            "font-weight=\"600\"",
            "font-size=\"13\"",
            "font-size=\"12\"",
        ];
        for ((line, style), below) in item.lines.iter().zip(styles).zip([21, 41, 60]) {
            let (left, base) = (x + 12, y + below);
            let shown = shortened(line);
            let _ = write!(
                self.0,
                "<text x=\"{left}\" y=\"{base}\" {style} fill=\"#1a1a1a\">{}</text>",
                Xml(&shown)
            );
        }
        self.0.push_str("</g>\n");
    }

    fn finish(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LINE {
        return text.to_owned();
    }
    text.chars().take(LINE - 1).chain(['…']).collect()
}

/// A text in XML. Characters that XML forbids are replaced.
struct Xml<'a>(&'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\u{FFFE}' | '\u{FFFF}' => f.write_char('\u{FFFD}')?,
                // A mark that reverses the order of text must not change what a person reads.
                '\u{61C}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}' => {}
                control if control.is_control() => f.write_char('\u{FFFD}')?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
