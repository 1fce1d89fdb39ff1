//! The options for a payload and the policy for it.

use clap::Args;
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{AmbiguityPolicy, Policy, Region};

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags are options of a command and independent"
)]
pub(crate) struct PayloadArgs {
    /// The user's id on the network
    #[arg(long, requires = "account")]
    id: Option<String>,
    /// A phone number
    #[arg(long, requires = "account", allow_hyphen_values = true)]
    phone: Option<String>,
    /// An email address
    #[arg(long, requires = "account")]
    email: Option<String>,
    /// A username or handle
    #[arg(long, requires = "account")]
    username: Option<String>,
    /// The full name, used as a hint
    #[arg(long, requires = "account")]
    name: Option<String>,
    /// The first message, for networks that need one to create a chat
    #[arg(long, requires = "account")]
    message: Option<String>,
    /// Refuse if a new chat needs an invite
    #[arg(long, requires = "account")]
    no_invite: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The region of national phone numbers if the account has none
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// Create no chat with a phone number outside the assigned ranges of its country
    #[arg(long)]
    valid_numbers: bool,
    /// Take the best of several people instead of refusing
    #[arg(long)]
    take_best: bool,
}

impl PayloadArgs {
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        policy.default_region = self.region;
        policy.require_valid_numbers = self.valid_numbers;
        if self.take_best {
            policy.ambiguity = AmbiguityPolicy::TakeBest;
        }
        policy
    }

    pub(crate) fn request(&self, account: &str) -> StartRequest {
        let user = UserPayload {
            id: self.id.clone(),
            email: self.email.clone(),
            full_name: self.name.clone(),
            phone_number: self.phone.clone(),
            username: self.username.clone(),
        };
        StartRequest {
            allow_invite: self.no_invite.then_some(false),
            message_text: self.message.clone(),
            ..StartRequest::new(account, user)
        }
    }
}
