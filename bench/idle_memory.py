#!/usr/bin/env python3
"""Memory of idle connections: starts a release server, opens WebSockets that say nothing (plain ones
in a room, or with --dialect centrifuge connected and subscribed to one channel with presence; with
--tls through TLS), and reads what the server's process holds at each step. Bytes a connection is the slope of a least
squares fit through the steps, so what the process needs anyway does not count. Then all clients
go, half with a close handshake and half without a word, and no descriptor, thread or connection
may be left. Exit code 1 when a connection costs too much or something is left.

    make build && bench/idle_memory.py
    bench/idle_memory.py --connections 50000 --path /room/lobby --hold 60
    bench/idle_memory.py --dialect centrifuge --connections 15000 --max-bytes 1536
    bench/idle_memory.py --tls --connections 5000 --max-bytes 12288
"""
import argparse
import os
import re
import resource
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.request

# Connections from one loopback address: below the ephemeral ports and any limit per address.
PER_ADDRESS = 5000
GAUGES = ("parley_connections", "parley_sessions", "parley_subscriptions", "parley_channels")
# connect() chooses the port, so ports of connections that have just ended may serve again.
IP_BIND_ADDRESS_NO_PORT = 24
OPCODE_TEXT, OPCODE_CLOSE, OPCODE_PING, OPCODE_PONG = 1, 8, 9, 10
PATHS = {"plain": "/echo", "centrifuge": "/connection/websocket"}
DEADLINE = 15  # seconds for the server to start, to forget its clients, to stop


class Server:
    def __init__(self, binary, tls=False):
        command = [binary, "serve", "--listen", "127.0.0.1:0"]
        if tls:
            command += ["--listen", "https://127.0.0.1:0", "--tls", "self"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addresses = {}  # by scheme
        for line in self.process.stdout:
            if found := re.search(r"listening on (https?)://([^:/]+):(\d+)", line):
                self.addresses[found[1]] = (found[2], int(found[3]))
                if len(self.addresses) == 1 + tls:
                    return
        sys.exit(f"{binary} ended before it listened")

    def _proc(self, name):
        with open(f"/proc/{self.process.pid}/{name}") as file:
            return file.read()

    def memory(self):
        """Bytes: resident set, proportional share, private pages."""
        rollup = dict(re.findall(r"^(\w+): +(\d+) kB", self._proc("smaps_rollup"), re.M))
        resident = int(re.search(r"VmRSS:\s+(\d+)", self._proc("status"))[1])
        private = int(rollup["Private_Clean"]) + int(rollup["Private_Dirty"])
        return resident * 1024, int(rollup["Pss"]) * 1024, private * 1024

    def threads(self):
        return int(re.search(r"Threads:\s+(\d+)", self._proc("status"))[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def gauges(self):
        """What the server itself believes to have; the connection that asks is one of them."""
        url = "http://{}:{}/metrics".format(*self.addresses["http"])
        request = urllib.request.Request(url, headers={"Connection": "close"})
        with urllib.request.urlopen(request, timeout=10) as reply:
            text = reply.read().decode()
        gauges = {}
        for name in GAUGES:
            values = re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.M)
            gauges[name] = sum(float(value) for value in values)
        gauges["parley_connections"] -= 1
        return gauges

    def is_empty(self):
        return not any(self.gauges().values())

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def client_frame(opcode, payload):
    """A masked frame; the key is zero, so the payload goes as it is."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


class Crowd:
    """The clients. They answer pings, and read whatever the server has to say."""

    def __init__(self, server, options):
        self.address = server.addresses["https" if options.tls else "http"]
        self.centrifuge = options.dialect == "centrifuge"
        self.path = options.path or PATHS[options.dialect]
        self.tls = None
        if options.tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.tls.check_hostname = False
            self.tls.verify_mode = ssl.CERT_NONE
        self.sockets = []
        self.by_descriptor = {}
        self.poll = select.epoll()

    def open(self, count):
        for index in range(len(self.sockets), len(self.sockets) + count):
            source = f"127.0.{1 + index // PER_ADDRESS}.1"
            client = socket.socket()
            client.settimeout(10)
            client.setsockopt(socket.SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            client.bind((source, 0))
            client.connect(self.address)
            if self.tls:
                client = self.tls.wrap_socket(client)
            self._upgrade(client, index)
            if self.centrifuge:
                client.sendall(client_frame(OPCODE_TEXT, b'{"id":1,"connect":{}}\n'
                                            b'{"id":2,"subscribe":{"channel":"lobby"}}'))
                self._expect(client, b'{"id":2,"subscribe":')
            client.setblocking(False)
            self.sockets.append(client)
            self.by_descriptor[client.fileno()] = client
            self.poll.register(client, select.EPOLLIN)

    def _upgrade(self, client, index):
        client.sendall(
            f"GET {self.path}?username=u{index} HTTP/1.1\r\nHost: {self.address[0]}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
        reply = self._expect(client, b"\r\n\r\n")
        if not reply.startswith(b"HTTP/1.1 101 "):
            sys.exit(f"connection {index} was not upgraded: {reply.decode(errors='replace')}")

    @staticmethod
    def _expect(client, words):
        reply = b""
        while words not in reply:
            if not (byte := client.recv(1)):
                break
            reply += byte
        return reply

    def idle(self, seconds):
        """Lets time pass; a connection that ends meanwhile is a failure."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for descriptor, _ in self.poll.poll(left, 1024):
                self._answer(self.by_descriptor[descriptor])

    def _answer(self, client):
        try:
            data = client.recv(65536)
        except ssl.SSLWantReadError:  # a session ticket, or half a record
            return
        if not data:
            sys.exit("the server closed an idle connection")
        while len(data) >= 2:
            opcode, length, at = data[0] & 15, data[1], 2
            if length == 126:
                length, at = struct.unpack_from(">H", data, 2)[0], 4
            if opcode == OPCODE_CLOSE:
                sys.exit(f"the server closed an idle connection: {data[2:]!r}")
            if opcode == OPCODE_PING:
                client.sendall(client_frame(OPCODE_PONG, data[at:at + length]))
            if self.centrifuge and data[at:at + length] == b"{}":
                client.sendall(client_frame(OPCODE_TEXT, b"{}"))
            data = data[at + length:]

    def close(self):
        for index, client in enumerate(self.sockets):
            if index % 2 == 0:
                client.sendall(client_frame(OPCODE_CLOSE, struct.pack(">H", 1000)))
            client.close()
        self.poll.close()


def slope(points):
    """Least squares: by how much y grows with each x."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return covariance / sum((x - mean_x) ** 2 for x, _ in points)


def wait_until(condition):
    until = time.monotonic() + DEADLINE
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return met


def fill(server, crowd, options):
    """Opens the connections step by step; returns (connections, memory) of each step."""
    print("connections  VmRSS KiB    Pss KiB  private KiB  threads     fds")
    samples = []
    for step in range(options.steps + 1):
        wanted = options.connections * step // options.steps
        crowd.open(wanted - len(crowd.sockets))
        crowd.idle(0.2)
        memory = server.memory()
        samples.append((wanted, memory))
        print(f"{wanted:11} {memory[0] // 1024:10} {memory[1] // 1024:10} {memory[2] // 1024:12} "
              f"{server.threads():8} {server.descriptors():7}", flush=True)
    return samples


def measure(server, options):
    faults = []
    first = Crowd(server, options)
    first.open(1)  # so that what is made at first use is in the baseline
    first.close()
    if not wait_until(server.is_empty):
        sys.exit(f"not empty before the start: {server.gauges()}")
    threads, descriptors = server.threads(), server.descriptors()

    crowd = Crowd(server, options)
    samples = fill(server, crowd, options)
    crowd.idle(options.hold)
    if options.hold:
        print(f"after {options.hold:g} s idle: VmRSS {server.memory()[0] // 1024} KiB")
    if (counted := server.gauges()["parley_connections"]) != options.connections:
        faults.append(f"parley_connections says {counted:g} of {options.connections}")
    if server.threads() != threads:
        faults.append(f"{server.threads()} threads with the connections, {threads} without")
    crowd.close()

    if not wait_until(server.is_empty):
        faults.append(f"left in the server's tables: {server.gauges()}")
    if not wait_until(lambda: server.descriptors() <= descriptors):
        faults.append(f"{server.descriptors()} descriptors left, {descriptors} before")
    print(f"after all left: VmRSS {server.memory()[0] // 1024} KiB, {server.threads()} threads, "
          f"{server.descriptors()} fds (before: {threads} threads, {descriptors} fds)")

    cost, pss, private = (slope([(n, memory[kind]) for n, memory in samples]) for kind in range(3))
    print(f"bytes a connection: {cost:.0f} resident (at most {options.max_bytes}), "
          f"{pss:.0f} Pss, {private:.0f} private")
    if cost > options.max_bytes:
        faults.append(f"a connection costs {cost:.0f} bytes, more than {options.max_bytes}")
    return faults


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=10000)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--dialect", choices=PATHS, default="plain")
    parser.add_argument("--path", help="by default the dialect's")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--hold", type=float, default=0, help="seconds to stay idle afterwards")
    parser.add_argument("--max-bytes", type=int, default=2048)
    options = parser.parse_args()

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = max(options.connections + 512, hard)  # above the hard limit only root may go
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))  # the server inherits it
    server = Server(os.environ.get("PARLEY_BIN", "build/release/bin/parley"), options.tls)
    try:
        faults = measure(server, options)
    finally:
        code = server.stop()
    if code != 0:
        faults.append(f"the server's exit code is {code}")
    for fault in faults:
        print("FAULT:", fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
