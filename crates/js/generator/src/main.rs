//! Writes the tables of characters in a small form: `generator FOLDER`.
//!
//! Each value comes from the crate that the table replaces, so the tables have no source of their own.

mod domains;
mod look_alikes;
mod names;
mod normal_forms;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder of the tables.
struct Folder(PathBuf);

impl Folder {
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Box<dyn Error>> {
        Ok(fs::write(self.0.join(name), bytes)?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("generator FOLDER")?;
    fs::create_dir_all(&folder)?;
    let folder = Folder(Path::new(&folder).to_path_buf());
    normal_forms::write(&folder)?;
    look_alikes::write(&folder)?;
    domains::write(&folder)?;
    names::write(&folder)
}
