"""The targets, each a ratio of two servers' figures or a bound of one, and whether a run has met
them."""
import dataclasses

from figures import was_waiting, ratio

WORDS = {"rate": "by rate", "per_cpu": "per CPU second", "connection_bytes": "bytes a connection"}


@dataclasses.dataclass(frozen=True)
class Target:
    workload: str
    server: str
    other: str  # empty: the figure itself is bounded
    field: str
    bound: float

    def found(self, results):
        """(the figure, in which words), or None when it was not measured."""
        measured = results.get(self.workload, {})
        if self.server not in measured or (self.other and self.other not in measured):
            return None
        server = measured[self.server]
        if not self.other:
            return getattr(server, self.field), WORDS[self.field]
        other = measured[self.other]
        # With a core to spare a server was not what limited the rate.
        waited = was_waiting(server) or was_waiting(other)
        field = "per_cpu" if self.field == "rate" and waited else self.field
        return ratio(server, other, field), WORDS[field]

    def __str__(self):
        against = f" / {self.other}" if self.other else ""
        return f"{self.workload}: {self.server}{against}"

    def met(self, figure):
        return figure >= self.bound if self.other else figure <= self.bound

    def wanted(self):
        return f">= {self.bound:g}" if self.other else f"<= {self.bound:g}"


TARGETS = (
    Target("fanout-1", "parley", "bare", "rate", 0.90),
    Target("fanout-16", "parley", "bare", "rate", 0.85),
    Target("echo-64", "parley", "bare", "rate", 0.95),
    Target("echo-500", "parley", "bare", "rate", 0.95),
    Target("fanout-1", "parley", "ws", "per_cpu", 1.7),
    Target("fanout-1", "parley", "nchan", "per_cpu", 1.3),
    Target("fanout-1", "parley", "socketio", "per_cpu", 2),
    Target("fanout-1", "parley-centrifuge", "centrifugo", "per_cpu", 2),
    Target("fanout-16", "parley", "ws", "per_cpu", 15),
    Target("fanout-16", "parley", "nchan", "per_cpu", 8),
    Target("fanout-16", "parley", "socketio", "per_cpu", 15),
    Target("fanout-16", "parley-centrifuge", "centrifugo", "per_cpu", 4),
    Target("centrifuge-1", "parley-centrifuge", "bare", "rate", 0.85),
    Target("compressed", "parley-compressed", "parley", "per_cpu", 0.9),
    Target("shards", "parley-2-shards", "parley-1-shard", "per_cpu", 0.9),
    Target("idle", "parley", "", "connection_bytes", 1024),
    Target("idle", "parley-centrifuge", "", "connection_bytes", 1536),
    Target("idle", "parley-tls", "", "connection_bytes", 12288),
)


def judge(results):
    """(target, figure, words, met) of every target that was measured."""
    for target in TARGETS:
        figure, words = target.found(results) or (None, "")
        if figure is not None:
            yield target, figure, words, target.met(figure)
