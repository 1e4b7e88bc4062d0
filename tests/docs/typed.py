"""Pages that a reader follows: what they say to type is typed, and what they say is answered has to come.

A block of code below the comment `<!-- run -->` holds commands behind `$` and their answers; three dots stand
for what differs. One below `<!-- run: long -->` is left to `make soak`, and one below `<!-- file: NAME -->`
is a file. An identity in an answer stands for the one that comes, from there on. Commands run in a scratch
register; `curl` asks it by us.
"""

import os
import re
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from tests import prepared
from tests.prepared import Ended, Started

DOCS = Path(__file__).resolve().parents[2] / "docs"

_BLOCK = re.compile(
    r"^<!-- (?P<what>run(?P<long>: long)?|file: (?P<name>[\w.-]+)) -->\n```\w*\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"^<!-- (?:run|file)", re.MULTILINE)
# Of an entry or an organisation, and the name of a state of an answer.
_CHANGING = re.compile(r"\b(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-hjkmnp-tv-z]{12}\b|\b[0-9a-f]{32}\b")
_NEVER = "000000000000"

# The register, served by one process for all calls of a reader; it says at which port.
_SERVED = """
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server
from tabularium.cli.folder import set_up
set_up(Path("data/register"))
from tabularium.wsgi import application
class Quiet(WSGIRequestHandler):
    def log_message(self, *_): pass
server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
Path("port.new").write_text(str(server.server_port))
Path("port.new").rename("port")
server.serve_forever()
"""
_ADDRESS = "127.0.0.1:8765"


@dataclass(frozen=True)
class Command:
    """What is typed, and the lines that are said to come."""

    typed: str
    answer: tuple[str, ...]


@dataclass
class Reader:
    """Somebody who follows pages, in a folder of their own."""

    folder: Path
    _served: Started | None = None
    _real: dict[str, str] = field(default_factory=dict)

    def follow(self, page: str) -> Iterator[str]:
        """Do what a page says; yields what did not come as it says."""
        text = (DOCS / page).read_text("utf-8")
        blocks = list(_BLOCK.finditer(text))
        assert len(blocks) == len(_MARK.findall(text)), f"{page}: a mark without its block"
        for block in blocks:
            if block["name"]:
                (self.folder / block["name"]).write_text(block["text"], "utf-8")
                continue
            if block["long"] and not os.environ.get("TABULARIUM_SOAK"):
                continue
            for command in commands(block["text"]):
                yield from (f"{page}: $ {command.typed}\n{each}" for each in self._type(command))

    def _type(self, command: Command) -> Iterator[str]:
        typed = _CHANGING.sub(lambda found: self._real.get(found[0], found[0]), command.typed)
        done = self._run(shlex.split(typed))
        # A terminal shows both as they come.
        either = [done.stderr + done.stdout, done.stdout + done.stderr]
        if "Traceback" in either[0] or not any(self._fits(command.answer, each) for each in either):
            yield f"said: {chr(10).join(command.answer)}\ncame: {either[0]}"

    def _run(self, words: list[str]) -> Ended:
        environment = {**os.environ, "TABULARIUM_DATABASE": "", "PYTHONIOENCODING": "utf-8"}
        environment.pop("TABULARIUM_DATA", None)
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            environment[name] = value
        program, *arguments = words
        assert program in {"tabularium", "curl"}, program
        if program == "curl":
            return Ended(0, _asked(self._port(environment), arguments), "")
        return prepared.run(["-m", "tabularium", *arguments], self.folder, environment)

    def _port(self, environment: dict[str, str]) -> int:
        place = self.folder / "port"
        if self._served is None:
            self._served = prepared.start(["-c", _SERVED], self.folder, environment)
        for _ in range(3_000):
            if place.is_file():
                break
            time.sleep(0.1)
        return int(place.read_text())

    def leave(self) -> None:
        """Stop what was started."""
        if self._served is not None:
            self._served.kill()
            self._served.wait()

    def _fits(self, answer: tuple[str, ...], came: str) -> bool:
        """Whether the answer is the one that is said; learns the identities in it."""
        learnt: list[str] = []

        def pattern(line: str) -> str:
            parts = re.split(r"(\.\.\.)", line)
            return "".join(".*" if each == "..." else _with_identities(each) for each in parts)

        def _with_identities(text: str) -> str:
            made, place = "", 0
            for found in _CHANGING.finditer(text):
                made += re.escape(text[place : found.start()])
                place = found.end()
                known = self._real.get(found[0])
                if known or found[0] == _NEVER:
                    made += re.escape(known or found[0])
                elif found[0] in learnt:
                    made += f"(?P=n{learnt.index(found[0])})"
                else:
                    made += f"(?P<n{len(learnt)}>[0-9a-z]{{{len(found[0])}}})"
                    learnt.append(found[0])
            return made + re.escape(text[place:])

        lines = ["(?:.*\n)*?" if each == "..." else f"{pattern(each)}\n" for each in answer]
        found = re.fullmatch("".join(lines), came.rstrip("\n") + "\n")
        if found is None:
            return False
        self._real |= {name: found[f"n{place}"] for place, name in enumerate(learnt)}
        return True


def commands(block: str) -> Iterator[Command]:
    """The commands of a block, each with its answer."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        typed, *answer = part.rstrip("\n").split("\n")
        yield Command(typed, tuple(answer))


def _asked(port: int, arguments: list[str]) -> str:
    """What curl would print."""
    address, method, body = "", "GET", None
    headers = {"Host": _ADDRESS}
    rest = iter(arguments)
    for each in rest:
        if each == "-I":
            method = "HEAD"
        elif each == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif each == "--data-urlencode":
            name, _, value = next(rest).partition("=")
            method, body = "POST", f"{name}={quote(value)}"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            assert each.startswith(f"http://{_ADDRESS}/"), f"not known here: {each}"
            address = each.removeprefix(f"http://{_ADDRESS}")
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request(method, address, body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    if method != "HEAD":
        return text
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in response.getheaders())])
