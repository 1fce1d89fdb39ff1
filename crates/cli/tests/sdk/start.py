"""The published Python client, with strict checks of every response and its own retries, against the example server."""

import asyncio

from beeper_desktop_api import (
    AsyncBeeperDesktop,
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
info = BeeperDesktop(access_token="another", _strict_response_validation=True).info.retrieve()
assert info.server.status == "ok" and info.server.base_url == str(client.base_url).rstrip("/"), info

# The lists, page by page, and the requests of a resolver.
assert {account.account_id for account in client.accounts.list()} >= {"whatsapp", "matrix"}
ids = [user.id for user in client.accounts.contacts.list("whatsapp", limit=2)]
assert len(ids) == len(set(ids)) == 6, ids
chats = [chat.id for chat in client.chats.list(account_ids=["whatsapp", "imessage"], limit=200)]
assert len(chats) == len(set(chats)) and "!kim1:imessage" in chats and "!erin:matrix" not in chats, chats
found = client.accounts.contacts.search("whatsapp", query="okafor").items
assert {user.full_name for user in found} == {"Ada Okafor", "Chidi Okafor"}, found
assert client.accounts.contacts.search("imessage", query="kim@absent.invalid").items == []
assert client.accounts.retrieve("matrix").bridge.type == "matrix"
bridges = client.bridges.list().items
assert {bridge.id: bridge.status for bridge in bridges}["gmessages"] == "available", bridges
assert client.bridges.retrieve("whatsapp").active_account_count == 1

# A chat: search, change and write.
assert [chat.id for chat in client.chats.search(query="ada OKAFOR", type="single", account_ids=["whatsapp"])] == [
    "!ada:whatsapp"
]
assert len(list(client.chats.search(limit=2))) == len(list(client.chats.list()))
assert client.chats.retrieve("!hikers:whatsapp", max_participant_count=1).participants.has_more
client.chats.archive("!ada:whatsapp", archived=True)
assert client.chats.retrieve("!ada:whatsapp").is_archived
assert client.chats.update("!ada:whatsapp", is_archived=False, draft=None).is_archived is False
sent = client.messages.send("!ada:whatsapp", text="Hello")
assert sent.chat_id == "!ada:whatsapp" and sent.pending_message_id, sent
assert ada.model_extra["messageSent"] is False, ada
for too_much in ({"message": "a" * (1 << 18), "phone_number": "+442079460958"},):
    try:
        start("whatsapp", **too_much)
    except BadRequestError as error:
        assert error.body["code"] == "invalid_request"
    else:
        raise AssertionError("a body over the limit passed")


async def same_with_the_asynchronous_client():
    async with AsyncBeeperDesktop(_strict_response_validation=True) as client:
        starts = [client.chats.start(account_id="whatsapp", user={"phone_number": "+442079460970"}) for _ in range(4)]
        chats = await asyncio.gather(*starts)
        assert sorted(chat.status for chat in chats) == ["created", "existing", "existing", "existing"], chats
        assert len({chat.id for chat in chats}) == 1, chats
        chat = await client.chats.retrieve(chats[0].id)
        assert chat.last_activity and not chat.is_archived, chat
        assert (await client.chats.update(chat.id, is_archived=True)).is_archived
        await client.chats.archive(chat.id, archived=False)
        assert (await client.messages.send(chat.id, text="Hello")).chat_id == chat.id
        assert [found.id async for found in client.chats.search(query="Erin")] == ["!erin:matrix"]
        await client.info.retrieve()
        assert len((await client.bridges.list()).items) == 6
        assert (await client.accounts.retrieve("whatsapp")).account_id == "whatsapp"


asyncio.run(same_with_the_asynchronous_client())
print("python client: ok")
