#!/usr/bin/env python3
"""Talks in a room by the plain dialect, and neither loses nor repeats a message when the line drops.

    client.py ws://127.0.0.1:8000/room/tea lisi

Each line of standard input is said, what is heard is printed. Needs `websockets` (Debian: python3-websockets).
"""

import asyncio
import contextlib
import json
import random
import sys
import uuid
from urllib.parse import urlencode

import websockets

PAUSES = [0.2, 0.5, 1, 2, 5, 10]  # seconds before the next attempt to connect
TRY_AGAIN = ("too_many_requests", "overloaded", "storage_failed")  # docs/errors.md has all names


class Room:
    def __init__(self, url, user):
        self.url = url
        self.user = user
        self.socket = None
        self.last = None  # id of the last message, behind which the next connection goes on
        self.unacknowledged = {}  # what was said, by ref

    async def say(self, data):
        ref = str(uuid.uuid4())
        self.unacknowledged[ref] = json.dumps({"data": data, "ref": ref})
        await self.send(self.unacknowledged[ref])

    async def send(self, message):
        if self.socket:
            with contextlib.suppress(websockets.ConnectionClosed):  # it is sent on the next connection
                await self.socket.send(message)

    async def messages(self):
        """What is said in the room, as it comes; a lost connection does not end it."""
        failures = 0
        while True:
            place = {"since": self.last} if self.last else {"history": 50}
            query = urlencode({"username": self.user, "format": "json", **place})
            try:
                async with websockets.connect(f"{self.url}?{query}") as self.socket:
                    failures = 0
                    async for message in self.conversation():
                        yield message
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
                print(f"not connected: {error}", file=sys.stderr)
            self.socket = None
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)] * random.uniform(0.5, 1))
            failures += 1

    async def conversation(self):
        async for text in self.socket:
            envelope = json.loads(text)
            match envelope["type"]:
                case "welcome" if envelope.get("recovered") is False:
                    self.last = None  # more was missed than the server keeps: begin anew with the newest
                    return
                case "welcome":
                    for message in list(self.unacknowledged.values()):
                        await self.send(message)  # with its old ref, so that it is not heard twice
                case "ack":
                    self.unacknowledged.pop(envelope["ref"], None)
                case "message":
                    if "to" not in envelope and "-" in envelope["id"]:  # others have no place in the history
                        self.last = envelope["id"]
                    yield envelope
                case "error":
                    print(f"refused: {envelope['message']}", file=sys.stderr)
                    if envelope["name"] not in TRY_AGAIN:
                        self.unacknowledged.pop(envelope.get("ref"), None)


async def listen(room):
    async for message in room.messages():
        print(f"{message['from'] or 'back end'}: {message['data']}", flush=True)


async def talk(room):
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for line in lines:
        await room.say(line.decode().rstrip("\n"))


async def main(url, user):
    room = Room(url, user)
    await asyncio.gather(listen(room), talk(room))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:3]))
