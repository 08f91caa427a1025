"""A native XMPP client on slixmpp, moved by JSON lines: commands on stdin, what happens on stdout.

slixmpp.ts drives it. It knows nothing of im-bridge: addresses, a password and a server are all that it is
told, as any client of staff's is.
"""
import asyncio
import json
import logging
import sys

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout

SECONDS = 10
"""For an answer of the server."""


def tell(event, **what):
    print(json.dumps({"event": event, **what}), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, address, password, ca):
        super().__init__(address, password)
        self.ca_certs = ca
        self.auto_subscribe = None  # answers no request for friendship by itself
        for plugin in ("xep_0030", "xep_0198", "xep_0280"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.on_session)
        self.add_event_handler("failed_auth", self.on_refusal)
        self.add_event_handler("ssl_invalid_chain", lambda _: self.end("the certificate is not trusted"))
        self.add_event_handler("connection_failed", lambda why: self.end(f"no connection: {why}"))
        self.add_event_handler("disconnected", lambda why: tell("disconnected", why=str(why or "")))
        self.add_event_handler("message", self.on_message)
        self.add_event_handler("presence_available", self.on_presence)
        self.add_event_handler("presence_unavailable", self.on_presence)

    def begin(self, host, port):
        if hasattr(self, "enable_starttls"):  # COMPAT: slixmpp of Debian 13 and later; it takes no plain stream
            self.enable_direct_tls = False
            self.connect(host, port)
        else:
            self.connect((host, port), force_starttls=True)

    async def on_session(self, _):
        tls = self.transport.get_extra_info("ssl_object")
        await self.enable_carbons()
        self.send_presence()
        tell("online", address=str(self.boundjid), tls=tls.version() if tls else None)

    async def enable_carbons(self):
        await self["xep_0280"].enable(timeout=SECONDS)

    def on_refusal(self, failure):
        tell("refused", condition=failure["condition"])

    def on_message(self, message):
        if message["type"] in ("chat", "normal") and message["body"]:
            tell("message", **{"from": str(message["from"]), "body": message["body"]})
        elif message["type"] == "error":
            tell("bounce", **{"from": str(message["from"]), "condition": message["error"]["condition"]})

    def on_presence(self, presence):
        tell("presence", **{"from": str(presence["from"]), "type": presence["type"]})

    def end(self, why):
        tell("failed", why=why)
        self.disconnect()

    async def do_chat(self, to, body):
        self.send_message(mto=to, mbody=body, mtype="chat")

    async def do_raw(self, data):
        self.send_raw(data)

    async def do_roster(self):
        roster = await self.get_roster(timeout=SECONDS)
        items = roster["roster"]["items"].items()
        tell("roster", items=[
            {"address": str(jid), "name": item["name"], "subscription": item["subscription"],
             "groups": sorted(item["groups"])}
            for jid, item in items
        ])

    async def do_set_roster(self, address, name):
        await self.update_roster(address, name=name, timeout=SECONDS)
        tell("roster-set")

    async def do_leave(self):
        await self.disconnect()

    async def obey(self, command):
        work = getattr(self, "do_" + command.pop("do"))
        try:
            await work(**command)
        except IqError as error:
            tell("iq-error", condition=error.iq["error"]["condition"], type=error.iq["error"]["type"])
        except IqTimeout:
            tell("failed", why="the server does not answer")


async def commands(loop):
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


async def main(loop):
    client = None
    async for command in commands(loop):
        if client is not None:
            await client.obey(command)
            continue
        host, port = command["host"], command["port"]
        client = Client(command["address"], command["password"], command["ca"])
        client.begin(host, port)
    if client is not None:
        await client.disconnect()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    own_loop = asyncio.new_event_loop()
    asyncio.set_event_loop(own_loop)
    own_loop.run_until_complete(main(own_loop))
