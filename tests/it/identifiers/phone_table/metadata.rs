//! Loads the metadata that comes with the dev-dependency `phonenumber`.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::Command;

use phonenumber::metadata::loader;

pub(crate) const VERSION: &str = "9.0.33";

// The kinds, by their index in `PhoneKind::ALL`.
pub(crate) const FIXED_LINE: u8 = 0;
pub(crate) const MOBILE: u8 = 1;
pub(crate) const FIXED_LINE_OR_MOBILE: u8 = 2;
pub(crate) const TOLL_FREE: u8 = 3;
pub(crate) const PREMIUM_RATE: u8 = 4;
pub(crate) const SHARED_COST: u8 = 5;
pub(crate) const VOIP: u8 = 6;
pub(crate) const PERSONAL_NUMBER: u8 = 7;
pub(crate) const PAGER: u8 = 8;
pub(crate) const UAN: u8 = 9;
pub(crate) const VOICEMAIL: u8 = 10;
pub(crate) const UNKNOWN: u8 = 11;

/// A pattern, and the lengths of its numbers as a bit set.
#[derive(Clone)]
pub(crate) struct Pattern {
    pub(crate) text: String,
    pub(crate) lengths: u32,
}

pub(crate) struct Territory {
    pub(crate) id: String,
    pub(crate) code: u16,
    pub(crate) main: bool,
    pub(crate) leading: Option<String>,
    pub(crate) general: Pattern,
    pub(crate) local: u32,
    pub(crate) kinds: HashMap<u8, Pattern>,
    pub(crate) international: Option<String>,
    pub(crate) prefix: Option<String>,
    /// The digits that are dialed before a national number.
    pub(crate) trunk: Option<String>,
    pub(crate) transform: Option<String>,
}

pub(crate) fn territories() -> Vec<Territory> {
    // Patterns are broken over lines in the XML.
    let whole = |text: &String| text.split_whitespace().collect::<String>();
    let bits = |lengths: &[u16]| lengths.iter().fold(0, |bits, length| bits | 1u32 << length);
    let xml = BufReader::new(File::open(metadata_path()).unwrap());
    let territory = |source: loader::Metadata| {
        let sources = [
            (FIXED_LINE, &source.fixed_line),
            (MOBILE, &source.mobile),
            (TOLL_FREE, &source.toll_free),
            (PREMIUM_RATE, &source.premium_rate),
            (SHARED_COST, &source.shared_cost),
            (VOIP, &source.voip),
            (PERSONAL_NUMBER, &source.personal_number),
            (PAGER, &source.pager),
            (UAN, &source.uan),
            (VOICEMAIL, &source.voicemail),
        ];
        let mut kinds = HashMap::new();
        let (mut full, mut local) = (0, 0);
        for (kind, descriptor) in sources {
            if let Some(descriptor) = descriptor {
                let lengths = bits(&descriptor.possible_length);
                full |= lengths;
                local |= bits(&descriptor.possible_local_length);
                kinds.insert(
                    kind,
                    Pattern {
                        text: whole(descriptor.national_number.as_ref().unwrap()),
                        lengths,
                    },
                );
            }
        }
        let general = source
            .general
            .as_ref()
            .and_then(|general| general.national_number.as_ref())
            .unwrap();
        Territory {
            id: source.id.unwrap(),
            code: source.country_code.unwrap(),
            main: source.main_country_for_code,
            leading: source.leading_digits.as_ref().map(whole),
            general: Pattern {
                text: whole(general),
                lengths: full,
            },
            local: local & !full,
            kinds,
            international: source.international_prefix.as_ref().map(whole),
            trunk: source.national_prefix.clone(),
            // Absent if it is the national prefix.
            prefix: source
                .national_prefix_for_parsing
                .or(source.national_prefix)
                .as_ref()
                .map(whole),
            transform: source.national_prefix_transform_rule,
        }
    };
    let mut territories: Vec<Territory> = loader::load(xml)
        .unwrap()
        .into_iter()
        .map(territory)
        .collect();
    // The regions of a calling code are neighbors, the main one first, the others in the order of the metadata.
    territories.sort_by_key(|territory| (territory.code, !territory.main));
    territories
}

/// Returns the path of the metadata in cargo's registry.
pub(crate) fn metadata_path() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|package| package["name"] == "phonenumber")
        .unwrap();
    assert!(
        package["version"]
            .as_str()
            .unwrap()
            .ends_with(&format!("+{VERSION}"))
    );
    PathBuf::from(package["manifest_path"].as_str().unwrap())
        .with_file_name("assets/PhoneNumberMetadata.xml")
}
