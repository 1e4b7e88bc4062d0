"""A small witness, made after C2SP's tlog-witness and not after our client: it signs no fork."""

import base64
import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tabularium import clock

Answer = tuple[int, bytes]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def both_roots(old: int, new: int, root: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    """RFC 6962, section 2.1.2, backwards: the earlier and the later root to which a proof leads.

    Raises:
        ValueError: it is too long or too short.
    """

    def climb(size: int, end: int, path: list[bytes], *, whole: bool) -> tuple[bytes, bytes]:
        if size == end:
            if len(path) != (not whole):
                raise ValueError
            return (root, root) if whole else (path[0], path[0])
        if not path:
            raise ValueError
        *below, last = path
        split = 1 << ((end - 1).bit_length() - 1)
        if size <= split:
            earlier, later = climb(size, split, below, whole=whole)
            return earlier, _node(later, last)
        earlier, later = climb(size - split, end - split, below, whole=False)
        return _node(last, earlier), _node(last, later)

    return climb(old, new, path, whole=True)


@dataclass
class SmallWitness:
    """A witness that knows some logs.

    Attributes:
        state: the file in which it keeps what it saw.
        logs: public keys of logs, by origin.
        name: of its own key.
        private: its own key.
        now: gives the time.
        asked: what it was sent.
        instead: answers in its place, if it is to behave badly.
    """

    state: Path
    logs: dict[str, bytes]
    name: str = "witness.example/w1"
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    now: Callable[[], float] = lambda: clock.now().timestamp()
    asked: list[bytes] = field(default_factory=list)
    instead: Callable[[bytes], Answer] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def verifier_key(self) -> str:
        typed = b"\x04" + self.private.public_key().public_bytes_raw()
        return f"{self.name}+{self._key_id().hex()}+{base64.b64encode(typed).decode()}"

    def _key_id(self) -> bytes:
        typed = b"\x04" + self.private.public_key().public_bytes_raw()
        return hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]

    def seen(self) -> dict[str, list[int | str]]:
        return dict(json.loads(self.state.read_text())) if self.state.exists() else {}

    def add_checkpoint(self, sent: bytes) -> Answer:
        head, _, note = sent.decode().partition("\n\n")
        first, *lines = head.split("\n")
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, size_line, root_line = text.split("\n")[:3]
        old, size, root = (
            int(first.removeprefix("old ")),
            int(size_line),
            base64.b64decode(root_line),
        )
        if origin not in self.logs:
            return 404, b"unknown log\n"
        if not self._signed(origin, text, signatures):
            return 403, b"not signed\n"
        if old > size or not first.startswith("old ") or len(lines) > 63:
            return 400, b"bad request\n"
        path = [base64.b64decode(each, validate=True) for each in lines]
        with self._lock:
            return self._judged(text, (old, size), root, path)

    def _judged(self, text: str, sizes: tuple[int, int], root: bytes, path: list[bytes]) -> Answer:
        origin, (old, size), seen = text.partition("\n")[0], sizes, self.seen()
        kept, kept_root = seen.get(origin, [0, ""])
        if old != kept or (old == size and kept and root.hex() != kept_root):
            return 409, f"{kept}\n".encode()
        if not self._consistent(old, bytes.fromhex(str(kept_root)), size, root, path):
            return 422, b"inconsistent\n"
        self.state.write_text(json.dumps({**seen, origin: [size, root.hex()]}))
        return 200, self.cosignature(text, int(self.now()))

    def cosignature(self, text: str, at: int) -> bytes:
        signed = self.private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        raw = self._key_id() + at.to_bytes(8, "big") + signed
        return f"— {self.name} {base64.b64encode(raw).decode()}\n".encode()

    def _signed(self, origin: str, text: str, signatures: str) -> bool:
        for line in signatures.splitlines():
            _, name, encoded = line.split(" ")
            if name != origin:
                continue
            try:
                public = Ed25519PublicKey.from_public_bytes(self.logs[origin])
                public.verify(base64.b64decode(encoded)[4:], text.encode())
            except InvalidSignature:
                continue
            return True
        return False

    @staticmethod
    def _consistent(old: int, old_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
        if old in {0, size}:
            return not path
        try:
            return both_roots(old, size, old_root, path) == (old_root, root)
        except ValueError:
            return False


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Who asked is gone: that is how a test ends that does not wait."""


@contextmanager
def serving(witness: SmallWitness, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The witness answers at an address of this machine; by https with the certificate of a context."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            witness.asked.append(sent)
            if self.path != "/below/add-checkpoint":
                status, body = 404, b"no such path\n"
            else:
                status, body = (witness.instead or witness.add_checkpoint)(sent)
            self.send_response(status)
            if status in {301, 302}:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    begins = "http://127.0.0.1" if context is None else "https://localhost"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{begins}:{server.server_address[1]}/below"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
