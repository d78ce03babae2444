"""The servers under test: how each is started on its core, and where clients find it. A server
lives as long as its `with` block and not longer than the runner. What each is configured for stands
in README.md."""
import contextlib
import ctypes
import dataclasses
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = HERE.parents[1] / "tools/node/node_modules/.bin"  # where tools/setup.sh puts a newer one
START_DEADLINE = 20  # seconds
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)

# Heartbeats would be counted as part of a message; the run is over before these.
PARLEY_ENVIRONMENT = {
    "PARLEY_CLIENT__INSECURE": "all",
    "PARLEY_LIMITS__PING_INTERVAL": "1h",
    "PARLEY_CENTRIFUGE__PING_INTERVAL": "1h",
}


class ServerError(Exception):
    """A server that does not start; the text says what to do."""


@dataclasses.dataclass(frozen=True)
class Binaries:
    parley: str
    bare: str


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a server is started for."""
    binaries: Binaries
    port: int
    echo: bool
    folder: Path  # its own, temporary

    @property
    def mode(self):
        return "echo" if self.echo else "fanout"


def parley(threads=1, tls=False):
    listen, more = ("https://127.0.0.1", ["--tls", "self"]) if tls else ("127.0.0.1", [])
    return lambda plan: [plan.binaries.parley, "serve", "--threads", str(threads),
                         "--listen", f"{listen}:{plan.port}", *more]


def bare(plan):
    return [plan.binaries.bare, "--mode", plan.mode, "--port", str(plan.port)]


def node(script):
    return lambda plan: ["node", str(HERE / script), plan.mode, str(plan.port)]


def nchan(plan):
    # Its worker has the core; the limit of descriptors is what this process may have.
    text = (HERE / "nchan.conf").read_text().replace("@PORT@", str(plan.port))
    (plan.folder / "nchan.conf").write_text(text)
    return ["nginx", "-p", f"{plan.folder}/", "-c", "nchan.conf"]


def centrifugo(plan):
    return [str(HERE / ".cache/centrifugo"), "--config", str(HERE / "centrifugo.json"),
            "--address", "127.0.0.1", "--port", str(plan.port)]


@dataclasses.dataclass(frozen=True)
class Kind:
    command: callable
    label: str
    dialect: str = "plain"
    environment: dict = dataclasses.field(default_factory=dict)
    scheme: str = "ws"
    one_core: bool = True
    forks: bool = False  # the work is done by its only child


PARLEY = {"environment": PARLEY_ENVIRONMENT}

KINDS = {
    "bare": Kind(bare, "bare `send()` loop"),
    "parley": Kind(parley(), "Parley", **PARLEY),
    "parley-centrifuge": Kind(parley(), "Parley, Centrifuge protocol", **PARLEY,
                              dialect="centrifuge"),
    "parley-compressed": Kind(parley(), "Parley, compressed", **PARLEY),
    "parley-tls": Kind(parley(tls=True), "Parley, TLS", scheme="wss", **PARLEY),
    "parley-2-shards": Kind(parley(threads=2), "Parley, two shards", one_core=False, **PARLEY),
    "parley-1-shard": Kind(parley(), "Parley, one shard", one_core=False, **PARLEY),
    "nchan": Kind(nchan, "Nchan", forks=True),
    "ws": Kind(node("ws_server.mjs"), "npm `ws`"),
    "centrifugo": Kind(centrifugo, "Centrifugo", dialect="centrifuge"),
    "socketio": Kind(node("socketio_server.mjs"), "Socket.IO", dialect="socketio"),
}


def is_installed(name):
    """Whether this peer can be started here."""
    needs = {"nchan": Path("/usr/lib/nginx/modules/ngx_nchan_module.so"),
             "centrifugo": HERE / ".cache/centrifugo",
             "ws": HERE / "node_modules/ws", "socketio": HERE / "node_modules/socket.io"}
    return name not in needs or needs[name].exists()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def enter_core(cores):
    """Runs in the child before its program: on these cores, and not longer than the runner."""
    os.sched_setaffinity(0, cores)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    def __init__(self, kind, process, port):
        self.kind = kind
        self._process = process
        self._port = port

    @property
    def url(self):
        """Without a path: the load asks for that of its dialect."""
        return f"{self.kind.scheme}://127.0.0.1:{self._port}"

    @property
    def pid(self):
        """The process whose CPU time and memory count."""
        pid = self._process.pid
        if not self.kind.forks:
            return pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def wait_until_listening(process, port, log, command):
    until = time.monotonic() + START_DEADLINE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServerError(f"{command[0]} ended before it listened:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise ServerError(f"{command[0]} did not listen within {START_DEADLINE} s")


@contextlib.contextmanager
def start(name, binaries, cores, echo=False):
    """The running server of the kind `name`, on `cores`."""
    kind = KINDS[name]
    with tempfile.TemporaryDirectory(prefix="parley-peer-") as folder:
        plan = Plan(binaries, free_port(), echo, Path(folder))
        command = kind.command(plan)
        log = plan.folder / "output.log"
        with log.open("wb") as output:
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    env=os.environ | {"PATH": f"{NODE}:{os.environ['PATH']}"} | kind.environment,
                    preexec_fn=lambda: enter_core(cores))
            except FileNotFoundError:
                raise ServerError(f"{command[0]} is not there; see bench/peers/README.md") from None
        try:
            wait_until_listening(process, plan.port, log, command)
            yield Server(kind, process, plan.port)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
