//! The laws of the engine, a file each, over small adversarial worlds.

#[path = "../oracle/mod.rs"]
mod oracle;
#[path = "../worlds/mod.rs"]
mod worlds;

mod everything_is_reached;
mod law_10_at_most_one_chat;
mod law_11_unmet_refuses;
mod law_12_total;
mod law_13_nothing_personal;
mod law_14_wire;
mod law_3_hint_orders;
mod law_4_order_is_nothing;
mod law_5_losers_move_nobody;
mod law_6_agreement_and_contradiction;
mod law_7_nothing_leaks;
mod law_8_pure;
mod law_9_unknown_is_never_absent;
mod oracle_agrees;
mod steps;
