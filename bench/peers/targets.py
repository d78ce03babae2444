"""The targets, each a ratio of two servers' figures or a bound of one, and whether a run has met them."""
import dataclasses

from figures import ratio


@dataclasses.dataclass(frozen=True)
class Target:
    workload: str
    server: str
    other: str  # empty: the figure itself is bounded
    field: str
    bound: float

    def __str__(self):
        what = {"rate": "by rate", "per_cpu": "per CPU second",
                "connection_bytes": "bytes a connection"}[self.field]
        against = f"{self.server} / {self.other}" if self.other else self.server
        return f"{self.workload}: {against}, {what}"

    def found(self, results):
        """The figure, or None when it was not measured."""
        measured = results.get(self.workload, {})
        if self.server not in measured:
            return None
        if not self.other:
            return getattr(measured[self.server], self.field)
        if self.other not in measured:
            return None
        return ratio(measured[self.server], measured[self.other], self.field)

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
    """(target, figure, met) of every target that was measured."""
    for target in TARGETS:
        figure = target.found(results)
        if figure is not None:
            yield target, figure, target.met(figure)
