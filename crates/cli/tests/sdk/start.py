"""The published Python client, with strict checks of every response and its own retries, against the example server."""

import os

from beeper_desktop_api import (
    AuthenticationError,
    BadRequestError,
    BeeperDesktop,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)

client = BeeperDesktop(_strict_response_validation=True)
requests = 0


def count(_):
    global requests
    requests += 1


client._client.event_hooks["request"].append(count)


def start(account, message=None, invite=None, **user):
    more = {}
    if message is not None:
        more["message_text"] = message
    if invite is not None:
        more["allow_invite"] = invite
    return client.chats.start(account_id=account, user=user, **more)


# A known person with a chat, by a national number.
ada = start("whatsapp", phone_number="(212) 555-0142")
assert (ada.status, ada.id, ada.chat_id) == ("existing", "!ada:whatsapp", "!ada:whatsapp"), ada
# A country variant of a known number.
bruno = start("whatsapp", phone_number="+5511987650011")
assert (bruno.status, bruno.id) == ("existing", "!bruno:whatsapp"), bruno
# A known person, first without a chat and then with one.
for status in ("created", "existing"):
    dana = start("whatsapp", phone_number="+447700900177", full_name="Дана Петрова")
    assert (dana.status, dana.type, dana.title) == (status, "single", "Дана Петрова"), dana
    assert {user.id for user in dana.participants.items} == {
        "447700900177@s.whatsapp.net",
        "12125550100@s.whatsapp.net",
    }
# Unknown people, by a number, a handle and an id.
for account, user in (
    ("whatsapp", {"phone_number": "+442079460958"}),
    ("telegram", {"username": "@somebody_new"}),
    ("matrix", {"id": "@new:example.org", "username": "@new:example.org"}),
):
    first, second = start(account, **user), start(account, **user)
    assert (first.status, second.status) == ("created", "existing"), (account, first, second)
    assert first.id == second.id == client.chats.retrieve(first.id).id
# The network needs a first message for this chat.
assert start("linkedin", message="Hello", username="lena-wojcik").status == "created"

# Every refusal: its class, its status, its code, and the number of requests.
REFUSALS = [
    (UnprocessableEntityError, 422, "no_identifier", 1, ("whatsapp", {})),
    (UnprocessableEntityError, 422, "no_identifier", 1, ("whatsapp", {"full_name": "Nobody At All"})),
    (UnprocessableEntityError, 422, "invalid_identifier", 1, ("whatsapp", {"phone_number": "12"})),
    (UnprocessableEntityError, 422, "unsupported_identifier", 1, ("whatsapp", {"email": "a@example.com"})),
    (UnprocessableEntityError, 422, "ambiguous_user", 1, ("whatsapp", {"phone_number": "+12125550177"})),
    (UnprocessableEntityError, 422, "message_required", 1, ("linkedin", {"id": "ACoAAzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"})),
    (UnprocessableEntityError, 422, "message_too_long", 1, ("linkedin", {"id": "ACoAAzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "message": "a" * 8001})),
    (PermissionDeniedError, 403, "cannot_message", 1, ("whatsapp", {"phone_number": "+12125550199"})),
    (PermissionDeniedError, 403, "cannot_message", 1, ("imessage", {"email": "a@hidden.invalid"})),
    (PermissionDeniedError, 403, "invite_required", 1, ("matrix", {"id": "@other:example.org", "invite": False})),
    (NotFoundError, 404, "account_not_found", 1, ("nowhere", {"id": "a"})),
    (NotFoundError, 404, "user_not_found", 1, ("imessage", {"email": "a@absent.invalid"})),
    (NotFoundError, 404, "user_not_found", 1, ("telegram", {"id": "somebody", "username": "somebody", "full_name": "somebody"})),
    (RateLimitError, 429, "rate_limited", 3, ("imessage", {"email": "a@limited.invalid"})),
    (InternalServerError, 502, "upstream_failed", 3, ("imessage", {"email": "a@failing.invalid"})),
    (InternalServerError, 503, "account_unavailable", 1, ("gmessages", {"phone_number": "+12125550188"})),
    (InternalServerError, 503, "outcome_unknown", 1, ("imessage", {"email": "a@lost.invalid"})),
]
for kind, status, code, asked, (account, arguments) in REFUSALS:
    requests = 0
    try:
        start(account, **arguments)
    except kind as error:
        result = (error.status_code, error.body["code"], requests)
        assert result == (status, code, asked), (result, code)
        if code == "ambiguous_user":
            assert len(error.body["details"]["candidates"]) == 2, error.body
        if code == "invalid_identifier":
            assert error.body["details"]["fields"] == {"phoneNumber": "short_code"}, error.body
    else:
        raise AssertionError(f"{code}: started")

try:
    client.post("/v1/chats/start", cast_to=object, body={"accountID": "whatsapp", "user": "Ada"})
except BadRequestError as error:
    assert error.body["code"] == "invalid_request"
else:
    raise AssertionError("a request of the wrong shape passed")
try:
    BeeperDesktop(access_token="another").accounts.list()
except AuthenticationError as error:
    assert error.body["code"] == "unauthorized"
else:
    raise AssertionError("another token passed")
BeeperDesktop(access_token="another").info.retrieve()

# The lists, page by page, and the requests of a resolver.
assert {account.account_id for account in client.accounts.list()} >= {"whatsapp", "matrix"}
ids = [user.id for user in client.accounts.contacts.list("whatsapp", limit=2)]
assert len(ids) == len(set(ids)) == 6, ids
chats = [chat.id for chat in client.chats.list(account_ids=["whatsapp", "imessage"], limit=200)]
assert len(chats) == len(set(chats)) and "!kim1:imessage" in chats and "!erin:matrix" not in chats, chats
found = client.accounts.contacts.search("whatsapp", query="okafor").items
assert {user.full_name for user in found} == {"Ada Okafor", "Chidi Okafor"}, found
print("python client: ok")
