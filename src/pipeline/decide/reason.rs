//! The reasons of decisions: a stable code, and a sentence.

use std::fmt;

use crate::codes::codes;

codes! {
    /// The reason of a decision. Neither its code nor its sentence contains personal data.
    ///
    /// ```
    /// use contact_resolution::Reason;
    ///
    /// assert_eq!(Reason::NoChatYet.as_str(), "no_chat_yet");
    /// assert_eq!(Reason::NoChatYet.to_string(), "this person is known and has no direct chat yet");
    /// ```
    #[non_exhaustive]
    pub enum Reason {
        /// There is a direct chat with the person.
        ChatExists = "chat_exists": "there is a direct chat with this person",
        /// The person is known. All direct chats are known, and none is with this person.
        NoChatYet = "no_chat_yet": "this person is known and has no direct chat yet",
        /// The person is known, but not all direct chats are. So the network is queried first.
        ChatsNotCovered = "chats_not_covered":
            "this person is known, but not every direct chat is, so the network is asked first",
        /// No known person has an identifier of the payload. The network is asked for its owner.
        UnknownPerson = "unknown_person": "no known person has this identifier, so the network is asked",
        /// No known person has an identifier of the payload. The network accepts it without a lookup.
        UnknownPersonWithoutLookup = "unknown_person_without_lookup":
            "no known person has this identifier, and the network accepts it without a lookup",
        /// The id is unknown, and another identifier belongs to a known person. The network is asked about the id first.
        UnknownIdFirst = "unknown_id_first":
            "the id is unknown and another identifier belongs to a known person, so the network is asked about the id first",
        /// Several known people have the identifier. The network is asked for its owner.
        SharedIdentifierAsked = "shared_identifier_asked":
            "several known people have this identifier, so the network is asked for its owner",
        /// The network named the person, and there is no direct chat yet.
        NamedByNetwork = "named_by_network": "the network named this person, and there is no direct chat yet",
        /// The payload is empty.
        EmptyPayload = "empty_payload": "the payload has no identifier",
        /// The payload has only a name, and a name identifies no one.
        OnlyName = "only_name": "a name alone does not identify a person",
        /// No field of the payload can be read as an identifier that the policy accepts.
        NothingReadable = "nothing_readable":
            "no field of the payload is an identifier that a chat can be started with",
        /// Neither the network nor the account's bridge can use an identifier of the payload.
        NothingSupported = "nothing_supported": "this account cannot find people by identifiers of this kind",
        /// The payload has only an unmarked word, and no known person has it as a handle.
        OnlyPlainText = "only_plain_text":
            "no known person has this handle, and an unmarked word never starts a chat with a stranger",
        /// The network has no person with any of the identifiers.
        NotOnNetwork = "not_on_network": "the network has no person with these identifiers",
        /// The network gave the known person's identifier to another person, and no other identifier is left.
        IdentifierMoved = "identifier_moved": "the network gave this person's identifier to another person",
        /// Several known people have the same identifier.
        SharedIdentifier = "shared_identifier":
            "several known people have this identifier, and the name does not decide between them",
        /// The identifiers belong to different known people.
        DifferentPeople = "different_people":
            "the identifiers belong to different known people, and the name does not decide between them",
        /// The id is unknown, another identifier belongs to a known person, and the network does not decide between them.
        UnknownIdBesideKnown = "unknown_id_beside_known":
            "the id is unknown and another identifier belongs to a known person, and the network does not decide between them",
        /// The account is not connected.
        AccountNotConnected = "account_not_connected": "the account is not connected",
        /// A requirement of the new chat is not met.
        Unmet = "unmet": "a requirement of the new chat is not met",
        /// The network does not disclose whether it has the person.
        Hidden = "hidden": "the network does not disclose whether it has this person",
        /// Too many lookups.
        RateLimited = "rate_limited": "rate limited by the network",
        /// A lookup failed.
        LookupFailed = "lookup_failed": "the lookup failed",
        /// The lookup showed neither a person nor absence.
        LookupInconclusive = "lookup_inconclusive": "the lookup shows neither a person nor absence",
        /// The server opened a chat that is not with the person.
        WrongChat = "wrong_chat": "the server opened a chat that is not with this person",
        /// The network refused the create.
        RefusedByNetwork = "refused_by_network": "the network refused to create the chat",
        /// The request for the chat was not sent.
        NotSent = "not_sent": "the server could not be reached, and no chat was created",
        /// Another start holds the claim.
        ClaimHeld = "claim_held": "another start for this person is under way",
        /// The answer to a create was lost.
        CreateLost = "create_lost": "a create was sent and its answer was lost, so there may be a chat",
        /// The account does not exist.
        NoSuchAccount = "no_such_account": "there is no such account",
        /// The request is malformed.
        MalformedRequest = "malformed_request": "the request is malformed",
        /// The request now means another person than the approved plan, or the person now has another name.
        PlanPersonChanged = "plan_person_changed":
            "the request now means another person than the approved plan",
        /// The request now leads to another action, chat or identifier than the approved plan.
        PlanActionChanged = "plan_action_changed":
            "the request now leads to another action than the approved plan",
        /// Since the plan was approved, other people fit the request, or the own user of the account has changed.
        PlanEvidenceChanged = "plan_evidence_changed":
            "since the plan was approved, the evidence for this person has changed",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
