//! The laws of the engine, one file each, over small adversarial worlds.

#[path = "../support/generators/mod.rs"]
mod generators;
#[path = "../support/oracle/mod.rs"]
mod oracle;

mod steps;

mod agreement_never_weakens;
mod answers_are_never_believed_unseen;
mod at_most_one_chat;
mod distinct_people_stay_distinct;
mod everything_is_reached;
mod hint_only_orders;
mod hostile_input_is_harmless;
mod input_order_never_matters;
mod json_reads_back;
mod losers_never_move_others;
mod nothing_personal_is_shown;
mod only_held_identifiers_are_sent;
mod oracle_agrees;
mod other_accounts_never_leak;
mod records_apart_are_one_person;
mod resolve_is_pure;
mod unknown_is_never_absent;
mod unmet_requirements_refuse;
