"""A service behind TLS whose stream is damaged below it: in the handshake, before, in or after an answer."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from attrs import define, field, frozen

from attack.answers import exchange_of
from attack.stage import probe_answer
from attack.verdicts import sent
from client.scripted import Step, answer

ALERTS = tuple(
    b"\x15\x03\x03\x00\x02" + bytes(alert)
    for alert in ((2, 40), (2, 20), (2, 80), (1, 0), (2, 0), (1, 90), (9, 9))
)

RECORDS = (
    *ALERTS,
    b"\x17\x03\x03\x00\x20" + b"x" * 32,
    b"\x17\x03\x03\x00\x00",
    b"\x16\x03\x03\x00\x04\x00\x00\x00\x00",
    b"\x14\x03\x03\x00\x01\x01",
    b"\x18\x03\x03\x00\x03\x01\x40\x00",
    b"\x99\x03\x03\x00\x01x",
)
"""Records that are complete, so nobody waits for the rest, but mean nothing, or an end."""

JUNK = (
    *RECORDS,
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x17\x03\x03\xff\xff" + b"x" * 50,
    b"\x17\x09\x09\x00\x01x",
    b"\x00" * 9,
    b"\xff",
)

FLIGHTS = ("hello", "finished", "answer", "behind")


@frozen
class Damage:
    """What is wrong with one flight of the server's bytes.

    Attributes:
        flight: its index: the first two belong to the handshake; the last is what comes after the
            answer.
        kind: what is done to its bytes: see `done`; `goodbye` closes TLS properly, `another` adds an
            answer.
        place: where in the bytes, from 0 to 1.
        junk: what is inserted there.
        ending: how the connection ends after it.
        oldest: whether the connection uses TLS 1.2.
    """

    flight: int
    kind: str
    place: float
    junk: bytes
    ending: Literal["", "FIN", "RST"]
    oldest: bool

    @classmethod
    def drawn(cls, number: int) -> Damage:
        """The damage for the exchange of a number."""
        draw = Random(number)
        flight = draw.choice((0, 0, 1, 2, 2, 2, 3, 3))
        kinds = ("cut", "flip", "drop", "before", "after", "within", "instead", "twice", "goodbye")
        kind = draw.choice(("after", "after", "goodbye", "another") if flight == 3 else kinds)
        # Half a record after an answer cannot be told from the beginning of one that is still
        # arriving.
        junk = draw.choice(RECORDS if flight == 3 else JUNK)
        ending: Any = draw.choice(("FIN", "FIN", "RST"))
        if flight == 3 or (
            kind in ("before", "after", "instead") and junk in RECORDS and draw.random() < 0.5
        ):
            ending = ""
        return cls(flight, kind, draw.random(), junk, ending, draw.random() < 0.4)

    def __str__(self) -> str:
        version = "TLS 1.2" if self.oldest else "TLS 1.3"
        return f"{version}, {FLIGHTS[self.flight]}: {self.kind} at {self.place:.2f} {self.junk[:40]!r} {self.ending}"

    @property
    def spoils(self) -> bool:
        """Whether the damage keeps any client from sending anything."""
        return self.flight == 0 and self.kind in ("cut", "flip", "drop")

    def done(self, flight: bytes) -> bytes:
        """The bytes of the flight, damaged."""
        at = int(len(flight) * self.place)
        flipped = bytes(byte ^ 0x15 for byte in flight[at : at + 1])
        damaged = {
            "cut": flight[:at],
            "flip": flight[:at] + flipped + flight[at + 1 :],
            "drop": flight[:at] + flight[at + 7 :],
            "before": self.junk + flight,
            "after": flight + self.junk,
            "within": flight[:at] + self.junk + flight[at:],
            "instead": self.junk,
            "twice": flight + flight,
        }
        return damaged.get(self.kind, flight)


def certificate(folder: Path) -> Path:
    """Make a self-signed certificate, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is needed to make a certificate, and is not installed")
    path = folder / "self-signed.pem"
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run(
        [openssl, "req", "-x509", *key.split(), *names, *files], check=True, capture_output=True
    )
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@define
class ProtectedStage:
    """A stage behind TLS, with the attributes of `Stage`; use it in a `with` block."""

    certificate: Path
    damage: Damage | None = None
    received: Counter[int] = field(factory=Counter)
    signings: int = 0
    grants: list[Step] = field(factory=list)
    _number: int = 0
    _answers: list[list[Step]] = field(factory=list)
    _listener: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _open: set[socket.socket] = field(factory=set)
    _contexts: dict[bool, ssl.SSLContext] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for oldest in (False, True):
            self._contexts[oldest] = context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            if oldest:
                context.maximum_version = ssl.TLSVersion.TLSv1_2

    @property
    def base_url(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}/core-fast"

    def __enter__(self) -> ProtectedStage:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def expect(self, number: int, answers: list[list[Step]], _: list[Step]) -> None:
        """Begin the exchange of a number: play these answers to it, with the damage for that number."""
        self.received[number] = 0
        self._number, self._answers, self.damage = number, answers, Damage.drawn(number)
        # Without open connections, the exchange begins with a handshake.
        for each in tuple(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.add(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # Only this connection is damaged; the next one is not.
        damage, self.damage = self.damage, None
        context = self._contexts[damage is not None and damage.oldest]
        try:
            with connection, contextlib.suppress(OSError):
                _Conversation(self, connection, damage, context).hold()
        finally:
            self._open.discard(connection)

    def answered(self, target: str) -> bytes:
        """The answer to a request."""
        found = exchange_of(target)
        if found is None:
            return answer(404)
        is_probe, number = found
        if is_probe:
            return probe_answer(number)
        self.received[number] += 1
        return sent(self._answers[0]) if number == self._number else answer(404)


class _Conversation:
    """One connection: its input is read to the end, whatever is done to its output."""

    def __init__(
        self,
        stage: ProtectedStage,
        connection: socket.socket,
        damage: Damage | None,
        context: ssl.SSLContext,
    ) -> None:
        self.stage = stage
        self.connection = connection
        self.damage = damage
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.flights = 0
        self.is_silent = False
        self.request = b""

    def hold(self) -> None:
        shaken = False
        while data := self.connection.recv(65_536):
            self.incoming.write(data)
            with contextlib.suppress(ssl.SSLWantReadError):
                try:
                    if not shaken:
                        self.tls.do_handshake()
                        shaken = True
                    self._read()
                except ssl.SSLError as error:
                    if isinstance(error, ssl.SSLWantReadError):
                        raise
                    self._send()
                    return
                finally:
                    self._send()

    def _read(self) -> None:
        self._send()
        while piece := self.tls.read(65_536):
            self.request += piece
            if b"\r\n\r\n" in self.request:
                target = self.request.split(b" ", 2)[1].decode()
                self.request = b""
                self._answer(self.stage.answered(target))

    def _answer(self, raw: bytes) -> None:
        self.flights = max(self.flights, 2)
        self.tls.write(raw)
        if self.damage is not None and self.damage.flight == 3:
            self._behind(self.damage)
        else:
            self._send()

    def _behind(self, damage: Damage) -> None:
        """Send the answer together with what comes after it."""
        if damage.kind == "another":
            self.tls.write(
                answer(200, {"data": [], "pagination": {"total": 666, "start": 0, "end": 0}})
            )
        if damage.kind == "goodbye":
            with contextlib.suppress(ssl.SSLError):
                self.tls.unwrap()
        flight = self.outgoing.read()
        self.damage = None
        self._deliver(damage.done(flight), damage)

    def _send(self) -> None:
        flight = self.outgoing.read()
        if not flight:
            return
        damage, self.flights = self.damage, self.flights + 1
        if damage is None or damage.flight != self.flights - 1:
            self._deliver(flight, None)
            return
        self.damage = None
        if damage.kind == "goodbye":
            flight = self._say_goodbye(flight, damage.place)
        self._deliver(damage.done(flight), damage)

    def _say_goodbye(self, flight: bytes, place: float) -> bytes:
        """End TLS; returns the bytes to send: part of the flight, or the goodbye in its place."""
        with contextlib.suppress(ssl.SSLError):
            self.tls.unwrap()
        if place < 0.5:
            return flight[: int(len(flight) * place)]
        return self.outgoing.read() or flight

    def _deliver(self, data: bytes, damage: Damage | None) -> None:
        if self.is_silent:
            return
        self.connection.sendall(data)
        if damage is None or not damage.ending:
            return
        self.is_silent = True
        if damage.ending == "FIN":
            self.connection.shutdown(socket.SHUT_WR)
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
