"""What is measured: for each workload the servers that take turns, and what `parley bench` is asked
to do to them."""
import dataclasses

ONE_CORE = ("bare", "parley", "nchan", "ws", "parley-centrifuge", "centrifugo", "socketio")


@dataclasses.dataclass(frozen=True)
class Workload:
    key: str
    group: str  # the name on the command line
    title: str
    arguments: tuple  # of `parley bench`, before the target
    servers: tuple
    size: int = 64  # bytes of a message
    options: dict = dataclasses.field(default_factory=dict)  # more arguments for one server
    # server: the one before it, whose messages had the size on the wire that this one's are to have
    same_bytes_as: dict = dataclasses.field(default_factory=dict)
    timed: bool = True  # takes --duration
    spin: bool = True  # the load has a core to itself


def fanout(key, title, in_flight, contenders, *, size=64, group="fanout", **more):
    arguments = ("fanout", "--connections", "1000", "--in-flight", str(in_flight))
    return Workload(key, group, title, arguments, contenders, size=size, **more)


def echo(connections):
    return Workload(f"echo-{connections}", "echo", f"Echo, {connections} connections, 64 bytes",
                    ("echo", "--connections", str(connections)),
                    ("bare", "parley", "nchan", "ws", "socketio"))


def centrifuge(in_flight, title):
    return fanout(f"centrifuge-{in_flight}", f"Fan-out of the Centrifuge protocol, {title}",
                  in_flight, ("parley-centrifuge", "bare"), group="centrifuge",
                  same_bytes_as={"bare": "parley-centrifuge"})


WORKLOADS = (
    fanout("fanout-1", "Fan-out to 1,000 receivers, 64 bytes, 1 message in flight", 1, ONE_CORE),
    fanout("fanout-16", "Fan-out to 1,000 receivers, 64 bytes, 16 messages in flight", 16,
           ONE_CORE),
    echo(64),
    echo(500),
    Workload("idle", "idle", "Memory of 15,000 idle connections",
             ("idle", "--connections", "15000"), (*ONE_CORE, "parley-tls"), timed=False,
             spin=False),
    centrifuge(1, "1 message in flight; the bare loop sends as many bytes"),
    centrifuge(16, "16 messages in flight; the bare loop sends as many bytes"),
    fanout("compressed", "Fan-out of 1 KB compressed, beside messages of the compressed size", 1,
           ("parley-compressed", "parley"), size=1024, group="compressed",
           options={"parley-compressed": ("--compress",)},
           same_bytes_as={"parley": "parley-compressed"}),
    fanout("tls", "Fan-out over TLS to 1,000 receivers, 64 bytes, 16 messages in flight", 16,
           ("parley", "parley-tls"), group="tls"),
    # Two shards and the load share two cores, so each must have the same to do: an open loop.
    Workload("shards", "shards", "Fan-out on two shards to 1,000 receivers, 64 bytes, 30 a second",
             ("fanout", "--connections", "1000", "--rate", "30"),
             ("parley-1-shard", "parley-2-shards"), spin=False),
)

GROUPS = tuple(dict.fromkeys(workload.group for workload in WORKLOADS))
