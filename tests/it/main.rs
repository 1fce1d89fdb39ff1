//! The tests of the public interface, in one binary, so that the dependencies are linked once.

#[path = "../support/generators/mod.rs"]
mod generators;
#[cfg(feature = "lookup-limits")]
#[path = "../support/lookup_server.rs"]
mod lookup_server;
#[cfg(feature = "ureq")]
#[path = "../support/loopback.rs"]
mod loopback;
#[path = "../support/people.rs"]
mod people;
#[path = "../support/script.rs"]
mod script;
#[path = "../support/table.rs"]
mod table;

mod examples;
mod glob_import;
mod prose;
mod readme;
#[cfg(all(feature = "ureq", feature = "lookup-limits"))]
mod redaction;

mod identifiers {
    #[cfg(all(feature = "phonenumber", feature = "email_address"))]
    mod conversions;
    mod email;
    mod handle;
    mod link;
    mod phone_cases;
    mod phone_parse;
    mod phone_table;
    mod phone_variants;
}

mod names {
    mod decisive;
    mod index;
    mod placeholders;
    mod score;
    mod store_rows;
}

mod networks {
    mod folding;
    mod no_branches;
    mod own;
    mod refused;
    mod rules;
    mod spellings;
}

mod decisions {
    mod batch;
    mod plan;
    mod reading;
    mod record_merging;
    pub(crate) mod scenarios;
}

mod start {
    mod answers;
    mod claims;
    mod debug;
    mod ends;
    mod learning;
    mod lookups;
    mod played;
    mod resume;
    #[cfg(feature = "tracing")]
    mod traces;
}

mod http {
    mod beeper;
    mod bridge;
    mod creates;
}

mod transport {
    mod client;
    mod load_test;
    #[cfg(feature = "lookup-limits")]
    mod lookup_limits;
    mod time_budget;
    #[cfg(feature = "ureq")]
    mod ureq;
}

mod wire {
    mod compatibility;
}

mod directory {
    mod conformance;
    mod memory;
    mod memory_file;
}
