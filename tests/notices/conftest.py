"""Real receivers beside the tests: a mail server and a mailbox with a certificate of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings

from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.register import services
from tabularium.register.models import Entry, Notice
from tests.builders import Town, a_draft
from tests.register.conftest import Move

ROOT = Path(__file__).resolve().parents[2]
SENDER = "notices@register.example"


@dataclass(frozen=True)
class Receivers:
    """A mail server and a mailbox in another process, and what they accepted."""

    folder: Path
    ports: dict[str, int]

    @property
    def certificate(self) -> str:
        return str(self.folder / "certificate.pem")

    @property
    def smtp(self) -> str:
        return f"smtp://127.0.0.1:{self.ports['plain']}"

    @property
    def starttls(self) -> str:
        return f"smtp+starttls://register:pass%3Aword%2F@localhost:{self.ports['starttls']}"

    def mailbox(self, path: str = "/notices") -> str:
        return f"https://localhost:{self.ports['mailbox']}{path}"

    @property
    def mails(self) -> list[dict[str, Any]]:
        return self._kept("mail.jsonl")

    @property
    def calls(self) -> list[dict[str, Any]]:
        return self._kept("calls.jsonl")

    def _kept(self, name: str) -> list[dict[str, Any]]:
        file = self.folder / name
        return (
            [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            if file.exists()
            else []
        )


def certify(folder: Path) -> None:
    """A key and a certificate for localhost, which is trusted by whoever is told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receivers]:
    folder = tmp_path_factory.mktemp("receivers")
    certify(folder)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.notices.receivers", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield Receivers(folder, json.loads(process.stdout.readline()))
        process.kill()


@pytest.fixture
def receivers(_running: Receivers, settings: LazySettings) -> Receivers:
    """The receivers, with nothing accepted yet, and a register that is told of them."""
    for name in ("mail.jsonl", "calls.jsonl"):
        (_running.folder / name).unlink(missing_ok=True)
    settings.NOTICES_SMTP = _running.smtp
    settings.NOTICES_SENDER = SENDER
    settings.NOTICES_MAILBOX_NETWORKS = ["127.0.0.0/8", "::1/128"]
    settings.NOTICES_CERTIFICATES = _running.certificate
    settings.ADDRESS = "https://register.example"
    return _running


@pytest.fixture
def town(db: None, move: Move) -> Town:  # noqa: ARG001 - the database and the clock, by being asked for
    return Town()


def approved(
    town: Town, channel: NoticeChannel, where: str = "", **changes: Any
) -> tuple[Entry, Notice]:
    """An adverse entry that waits for its notice by a channel, with an address for it."""
    draft = a_draft(town, Kind.PENALTY, notice_channel=channel, **changes)
    entry = services.approve(draft.pk, approver=town.approver)
    if where:
        keep_address(town, entry, channel, where)
    return entry, notice_of(entry)


def keep_address(town: Town, entry: Entry, channel: NoticeChannel, where: str) -> None:
    assert entry.organisation is not None
    services.set_service_address(town.authority, entry.organisation, channel, where, by=town.clerk)


def notice_of(entry: Entry, purpose: str = "before-publication") -> Notice:
    """The notice of an entry's current version, as it is now."""
    return Notice.objects.select_related("event", "version__entry__authority__organisation").get(
        version=Entry.objects.get(pk=entry.pk).current_version_id, purpose=purpose
    )
