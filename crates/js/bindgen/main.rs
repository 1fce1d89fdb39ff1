//! Writes the JavaScript of a compiled module: `bindgen MODULE.wasm FOLDER`.
//!
//! The published command line of wasm-bindgen does the same. This program needs no installation, and the lock file gives it
//! the version of the bindings.

use std::env;
use std::error::Error;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        return Err("bindgen MODULE.wasm FOLDER".into());
    };
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("core")
        .generate(folder)?;
    Ok(())
}
