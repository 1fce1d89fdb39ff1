//! Why a decision was taken, as data, and in plain words.

use std::fmt;

/// The reason of a decision. Its words say nothing personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is a direct chat with the person.
    OpenChat,
    /// The person is known, every direct chat of the account is known, and there is none with them.
    NoChatYet,
    /// The person is known, but not all direct chats are: the network is asked first.
    ChatsNotCovered,
    /// Nobody known holds an identifier of the payload: the network is asked who does.
    UnknownPerson,
    /// Nobody known holds an identifier of the payload, and the network takes it without being asked.
    UnknownPersonTakenAsIs,
    /// The id is unknown, and another identifier is somebody's who is known: the network is asked about the id first.
    UnknownIdFirst,
    /// The network has told who it is, and that there is no chat with them.
    NamedByNetwork,
    /// The payload says nothing.
    NothingGiven,
    /// The payload has only a name, and a name identifies nobody.
    OnlyAName,
    /// No member of the payload can be read as an identifier.
    NothingReadable,
    /// Neither the network nor the account's bridge can use an identifier of the payload.
    NothingSupported,
    /// The text could be a name: it may find somebody known, but starts no chat with a stranger.
    OnlyPlainText,
    /// The network has nobody of any of the identifiers.
    NotOnNetwork,
    /// Several known people hold the same identifier.
    SharedIdentifier,
    /// The identifiers belong to different known people.
    DifferentPeople,
    /// The id is unknown, another identifier is somebody's who is known, and the network can't be asked about the id.
    UnknownIdBesideKnown,
    /// Something that the chat needs is missing.
    Unmet,
    /// The network does not tell whether it has the person.
    Hidden,
    /// The network wants fewer questions.
    RateLimited,
    /// The network could not be asked.
    LookupFailed,
    /// There is no such account.
    NoSuchAccount,
    /// The request is not of the shape it must have.
    NoValidRequest,
    /// What was approved is not what is found now.
    PlanMoved,
}

impl Reason {
    /// Every reason.
    pub const ALL: &[Reason] = &[
        Reason::OpenChat,
        Reason::NoChatYet,
        Reason::ChatsNotCovered,
        Reason::UnknownPerson,
        Reason::UnknownPersonTakenAsIs,
        Reason::UnknownIdFirst,
        Reason::NamedByNetwork,
        Reason::NothingGiven,
        Reason::OnlyAName,
        Reason::NothingReadable,
        Reason::NothingSupported,
        Reason::OnlyPlainText,
        Reason::NotOnNetwork,
        Reason::SharedIdentifier,
        Reason::DifferentPeople,
        Reason::UnknownIdBesideKnown,
        Reason::Unmet,
        Reason::Hidden,
        Reason::RateLimited,
        Reason::LookupFailed,
        Reason::NoSuchAccount,
        Reason::NoValidRequest,
        Reason::PlanMoved,
    ];
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::OpenChat => "there is a direct chat with this person",
            Reason::NoChatYet => "this person is known, and there is no direct chat with them yet",
            Reason::ChatsNotCovered => {
                "this person is known, but not every direct chat is, so the network is asked first"
            }
            Reason::UnknownPerson => "nobody known has this identifier, so the network is asked who has",
            Reason::UnknownPersonTakenAsIs => {
                "nobody known has this identifier, and the network takes it as it is"
            }
            Reason::UnknownIdFirst => {
                "the id is unknown while another identifier is a known person's, so the network is asked about the id first"
            }
            Reason::NamedByNetwork => "the network has told who this is, and there is no direct chat with them yet",
            Reason::NothingGiven => "the payload has no identifier",
            Reason::OnlyAName => "a name alone identifies nobody",
            Reason::NothingReadable => "no member of the payload can be read as an identifier",
            Reason::NothingSupported => "this account can't find people by such identifiers",
            Reason::OnlyPlainText => {
                "nobody known has this handle, and plain text starts no chat with a stranger"
            }
            Reason::NotOnNetwork => "the network has nobody of these identifiers",
            Reason::SharedIdentifier => "several known people have this identifier, and the name does not tell which",
            Reason::DifferentPeople => {
                "the identifiers belong to different known people, and the name does not tell which"
            }
            Reason::UnknownIdBesideKnown => {
                "the id is unknown while another identifier is a known person's, and this network can't be asked"
            }
            Reason::Unmet => "something that a new chat needs is missing",
            Reason::Hidden => "the network does not tell whether this person is there",
            Reason::RateLimited => "the network wants fewer questions",
            Reason::LookupFailed => "the network could not be asked",
            Reason::NoSuchAccount => "there is no such account",
            Reason::NoValidRequest => "the request has not the shape it must have",
            Reason::PlanMoved => "what was approved is not what is found now",
        })
    }
}
