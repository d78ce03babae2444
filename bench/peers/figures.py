"""The arithmetic of the comparison: what one run of `parley bench` gave, medians of several, ratios
of two servers."""
import dataclasses
import statistics

FULL = 0.8  # of its core: below, a server waited for the load, or shared the core


@dataclasses.dataclass(frozen=True)
class Figures:
    """Of one run, or the medians of several. None: the run does not tell."""
    rate: float = None  # deliveries a second
    per_cpu: float = None  # deliveries per second of the server's CPU time
    core_used: float = None
    p50: float = None  # microseconds
    p99: float = None
    message_bytes: float = None  # received, of each delivery
    connection_bytes: float = None  # resident, of each connection


FIELDS = [field.name for field in dataclasses.fields(Figures)]


def from_result(result):
    """The figures in the JSON of `parley bench`."""
    server = result.get("server") or {}
    deliveries = result["totals"]["deliveries"]
    return Figures(
        rate=result["rates"]["deliveries_per_s"],
        per_cpu=result["rates"]["deliveries_per_cpu_s"],
        core_used=server.get("core_used"),
        p50=result["latency_us"]["p50"],
        p99=result["latency_us"]["p99"],
        message_bytes=result["totals"]["bytes_received"] / deliveries if deliveries else None,
        connection_bytes=server.get("rss_per_connection"))


def medians(runs):
    """Field by field; a field that some run does not tell is left out."""
    def median(field):
        values = [getattr(run, field) for run in runs]
        return None if not values or None in values else statistics.median(values)
    return Figures(**{field: median(field) for field in FIELDS})


def ratio(one, other, field):
    """How many times the other's figure; None where either has none."""
    first, second = getattr(one, field), getattr(other, field)
    return first / second if first is not None and second else None


def payload_size(frame_bytes):
    """Of a server's WebSocket frame of so many bytes."""
    header = 2 if frame_bytes <= 2 + 125 else 4 if frame_bytes <= 4 + 0xFFFF else 10
    return round(frame_bytes - header)


def was_waiting(figures):
    """Whether the rate says more about the load, or about the neighbours, than about the server."""
    return figures.core_used is not None and figures.core_used < FULL
