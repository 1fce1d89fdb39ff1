//! Prints the phone numbers of the benchmarks, one a line: group, region, number, text.

#[path = "../fixtures/phones/inputs.rs"]
mod inputs;

fn main() {
    for (group, inputs) in inputs::inputs() {
        for input in inputs {
            println!(
                "{group}\t{}\t{}\t{}",
                input.region.unwrap_or_default(),
                input.number,
                input.text
            );
        }
    }
}
