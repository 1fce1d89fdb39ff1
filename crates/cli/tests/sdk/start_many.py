"""Starts chats with many people, with the published Python client and its own retries, while the server may be killed.

Prints each number and its chat. A start without a response is repeated, as a user would do."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from beeper_desktop_api import APIConnectionError, APIStatusError, BeeperDesktop

client = BeeperDesktop(_strict_response_validation=True)


def start(number):
    for _ in range(100):
        try:
            return client.chats.start(account_id="whatsapp", user={"phone_number": number}).chat_id
        except (APIConnectionError, APIStatusError):
            time.sleep(1)
    raise AssertionError("no chat after a hundred tries")


numbers = [f"+1415555{person:04}" for person in range(int(sys.argv[1]))]
with ThreadPoolExecutor(4) as pool:
    for number, chat in zip(numbers, pool.map(start, numbers)):
        print(number, chat, flush=True)
