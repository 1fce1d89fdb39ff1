//! The guide. Each page answers one kind of question.
//!
//! | question | page |
//! |---|---|
//! | What are the parts, and how does a payload become a decision? | [`concepts`] |
//! | Which payload leads to which decision? | [`decisions`] |
//! | How do I start a chat over HTTP? | [`starting`] |
//! | How do I start a chat over another protocol? | [`own_protocol`] |
//! | How often may I ask a network? | [`lookups`] |
//! | What do real servers and bridges answer, and what follows? | [`servers`] |
//! | When is it certain that there is only one chat? | [`one_chat`] |
//! | How does a user approve a start first? | [`approval`] |
//! | How do I show candidates, in any language? | [`picker`] |
//! | How do I answer `POST /v1/chats/start`? | [`serving`] |
//! | What do I log and count, and when is there an alert? | [`logging`] |
//! | Where do contacts come from, and how do I store them? | [`stores`] |
//! | How do I write a directory over my own database? | [`own_store`] |
//! | What happens if a disk damages a store? | [`damage`] |
//! | How do stores grow to many machines and accounts? | [`scale`] |
//! | How does a bot use an address book? | [`address_book`] |
//! | What does the crate know about each network? | [`networks`] |
//! | How do I add a network without a change of the crate? | [`own_network`] |
//! | What does an error code mean? | [`errors`] |
//! | How are phone numbers read? | [`phones`] |
//! | How are email addresses, handles, ids and links read? | [`addresses`] |
//! | How are names compared and searched? | [`names`] |
//! | How fast is it, and how accurate? | [`benchmarks`] |
//! | What does it not do? | [`limits`] |
//! | What else is there? | [`comparison`] |
//! | Why did it decide that? | [`troubleshooting`] |
//! | What does a word mean? | [`glossary`] |
//! | Where is it in the code? | [`architecture`] |
//! | Which properties always hold? | [`laws`] |

#[doc = include_str!("guide/concepts.md")]
pub mod concepts {}

#[doc = include_str!("guide/decisions.md")]
pub mod decisions {}

#[doc = include_str!("guide/starting.md")]
pub mod starting {}

#[doc = include_str!("guide/own_protocol.md")]
pub mod own_protocol {}

#[doc = include_str!("guide/lookups.md")]
pub mod lookups {}

#[doc = include_str!("guide/servers.md")]
pub mod servers {}

#[doc = include_str!("guide/one_chat.md")]
pub mod one_chat {}

#[doc = include_str!("guide/approval.md")]
pub mod approval {}

#[doc = include_str!("guide/picker.md")]
pub mod picker {}

#[doc = include_str!("guide/serving.md")]
pub mod serving {}

#[doc = include_str!("guide/logging.md")]
pub mod logging {}

#[doc = include_str!("guide/own_store.md")]
pub mod own_store {}

#[doc = include_str!("guide/stores.md")]
pub mod stores {}

#[doc = include_str!("guide/damage.md")]
pub mod damage {}

#[doc = include_str!("guide/scale.md")]
pub mod scale {}

#[doc = include_str!("guide/address_book.md")]
pub mod address_book {}

#[doc = include_str!("guide/networks.md")]
pub mod networks {}

#[doc = include_str!("guide/own_network.md")]
pub mod own_network {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/phones.md")]
pub mod phones {}

#[doc = include_str!("guide/addresses.md")]
pub mod addresses {}

#[doc = include_str!("guide/names.md")]
pub mod names {}

#[doc = include_str!("guide/benchmarks.md")]
pub mod benchmarks {}

#[doc = include_str!("guide/limits.md")]
pub mod limits {}

#[doc = include_str!("guide/comparison.md")]
pub mod comparison {}

#[doc = include_str!("guide/troubleshooting.md")]
pub mod troubleshooting {}

#[doc = include_str!("guide/glossary.md")]
pub mod glossary {}

#[doc = include_str!("guide/architecture.md")]
pub mod architecture {}

#[doc = include_str!("guide/laws.md")]
pub mod laws {}
