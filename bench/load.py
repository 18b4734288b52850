"""A load generator for loopback: journeys over kept connections, driven by one epoll loop, bounded in time and number.

A journey is a generator that yields the bytes of a request and gets the answer back; one journey counts once.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

Journey = Generator[bytes, "Answer", None]

CONNECTIONS = 16
MOST_JOURNEYS = 200_000
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the head and the body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header; "" where it is not there."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return ""


class WrongAnswer(Exception):
    """A server answered something that nobody expected; a measure of errors would be worth nothing."""


@dataclass
class Result:
    """How many journeys ended in how many seconds, and how long each of them took."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Journeys a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """The time in milliseconds that this share of the journeys stayed below."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def request(method: str, path: str, port: int, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request; keywords are further headers, underscores as hyphens."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/html"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def expect(answer: Answer, status: int) -> Answer:
    """The answer, if it has this status. WrongAnswer."""
    if answer.status != status:
        raise WrongAnswer(f"{answer.status} instead of {status}: {answer.body[:300]!r}")
    return answer


@dataclass
class _Line:
    """A journey under way, the connection it uses, and what was read of its answer."""

    journey: Journey
    started: float
    socket: socket.socket = field(init=False)
    buffer: bytearray = field(default_factory=bytearray)
    head: bytes = b""
    end: int = 0

    def read(self) -> Answer | None:
        """Takes what has arrived; the answer once all of it is there."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise WrongAnswer("the server closed the connection")
        self.buffer += chunk
        if not self.head:
            at = self.buffer.find(b"\r\n\r\n")
            if at < 0:
                return None
            self.head = bytes(self.buffer[:at])
            self.end = at + 4 + _length(self.head)
        if len(self.buffer) < self.end:
            return None
        answer = Answer(int(self.head[9:12]), self.head, bytes(self.buffer[len(self.head) + 4 : self.end]))
        self.buffer, self.head = bytearray(), b""
        return answer


def run(port: int, journeys: Callable[[], Iterator[Journey]], seconds: float, most: int = MOST_JOURNEYS) -> Result:
    """Keeps every connection busy for so many seconds, or until `most` journeys began; those under way are finished."""
    source, result = journeys(), Result()
    begun = time.perf_counter()
    end = begun + seconds
    with select.epoll() as poll, _Lines(port, poll) as lines:
        for _number in range(min(CONNECTIONS, most)):
            lines.begin(next(source, None))
        while lines.busy:
            heard = poll.poll(PATIENCE_SECONDS)
            if not heard:
                raise WrongAnswer("no answer in a minute")
            for descriptor, _event in heard:
                took = lines.heard(descriptor)
                if took is not None:
                    result.times.append(took)
                    if time.perf_counter() < end and len(result.times) + len(lines.busy) < most:
                        lines.begin(next(source, None))
    result.seconds = time.perf_counter() - begun
    return result


class _Lines:
    """The connections: those that rest, and those that wait for an answer, by descriptor."""

    def __init__(self, port: int, poll: select.epoll) -> None:
        self.port, self.poll = port, poll
        self.resting: list[socket.socket] = []
        self.busy: dict[int, _Line] = {}

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in [*self.resting, *(line.socket for line in self.busy.values())]:
            connection.close()

    def begin(self, journey: Journey | None) -> None:
        """Sends the first request of a journey, if there is one."""
        if journey is not None:
            self.send(_Line(journey, time.perf_counter()), next(journey))

    def send(self, line: _Line, asked: bytes) -> None:
        """Sends a request of a journey over any free connection."""
        line.socket = self.resting.pop() if self.resting else self.connect()
        self.busy[line.socket.fileno()] = line
        line.socket.sendall(asked)

    def connect(self) -> socket.socket:
        """A new connection."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.poll.register(made.fileno(), select.EPOLLIN)
        return made

    def heard(self, descriptor: int) -> float | None:
        """Reads what is there and goes on with the journey; how long it took when it is over, else None."""
        line = self.busy[descriptor]
        answer = line.read()
        if answer is None:
            return None
        del self.busy[descriptor]
        if answer.header("Connection").lower() == "close":
            self.poll.unregister(descriptor)
            line.socket.close()
        else:
            self.resting.append(line.socket)
        try:
            self.send(line, line.journey.send(answer))
        except StopIteration:
            return time.perf_counter() - line.started
        return None


def _length(head: bytes) -> int:
    """The length of the body; none with 304."""
    if head[9:12] == b"304":
        return 0
    at = head.lower().find(b"content-length:")
    if at < 0:
        raise WrongAnswer(f"an answer without a length: {head[:200]!r}")
    return int(head[at + 15 :].split(b"\r\n", 1)[0])
