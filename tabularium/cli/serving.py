"""Serving the public site, and the demo."""

import errno
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import monotonic

import click

from tabularium.cli.folder import SECRET, Stop, data_option, make, open_register

HOST = "127.0.0.1"
MARK = "demo.json"

PORT = 8765

UPKEEP_EVERY = 60.0
"""Seconds between two runs of what is due."""


def _port_option(default: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option("--port", type=click.IntRange(1, 65535), default=default, show_default=True)


@click.command()
@click.option(
    "--host",
    default=HOST,
    show_default=True,
    help="The address to listen at. To be reached under other names than localhost, name them in"
    " TABULARIUM_HOSTS, with commas between.",
)
@_port_option(PORT)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    help="Processes that answer.",
)
@click.option(
    "--upkeep-every",
    type=click.FloatRange(1),
    default=UPKEEP_EVERY,
    show_default=True,
    metavar="SECONDS",
    help="How often what is due is done, in a process beside those that answer.",
)
@click.option(
    "--no-upkeep", is_flag=True, help="Leave that to `tabularium tick`, run by cron or a timer."
)
@data_option()
def serve(
    host: str, port: int, workers: int, upkeep_every: float, no_upkeep: bool, data: Path
) -> None:
    """Serve the public site and the API, and do what is due, until stopped with Ctrl-C."""
    name_port(port)
    open_register(data)
    refuse_what_is_unsafe(host)
    check_port(host, port)
    compare_log()
    run(host, port, workers, upkeep_every=None if no_upkeep else upkeep_every)


@click.command()
@_port_option(PORT)
@click.option("--make-only", is_flag=True, help="Make the made-up town, and serve nothing.")
@click.option("--organisations", default=2000, show_default=True, type=click.IntRange(50))
@click.option("--entries", default=10_000, show_default=True, type=click.IntRange(200))
@data_option("data/demo")
def demo(port: int, make_only: bool, organisations: int, entries: int, data: Path) -> None:
    """Make a made-up town with its authorities, organisations and decisions, and serve its register.

    The first run makes the town, through the same intake and life of an entry as any other; later runs
    find it and start at once. What is due in the town is done beside the server, as in any register: the
    windows that are open close, and what has ended is erased in its time.
    """
    name_port(port)
    if not make_only:
        check_port(HOST, port)
    if not (data / MARK).is_file():
        _make_town(data, organisations, entries)
        if not make_only:
            # This process is set up for the folder that the town was made in; a fresh one is not.
            again = ["-m", "tabularium", "demo", "--data", str(data), "--port", str(port)]
            os.execv(sys.executable, [sys.executable, *again])  # noqa: S606 - ourselves
        return
    open_register(data)
    click.echo(f"Found the made-up town in {data}.")
    if not make_only:
        refuse_what_is_unsafe(HOST)
        compare_log()
        run(HOST, port, workers=min(2, os.cpu_count() or 1), upkeep_every=UPKEEP_EVERY)


def _make_town(data: Path, organisations: int, entries: int) -> None:
    """Make the town beside its place and move it there whole, so that half a town is never found."""
    if data.exists() and any(data.iterdir()):
        what = "another register" if (data / SECRET).exists() else "something else"
        raise Stop(f"The folder {data} holds {what}. Name an empty or new one with --data.")
    making = data.with_name(data.name + ".making")
    started = monotonic()
    try:
        shutil.rmtree(making, ignore_errors=True)
        make(making)
        _fill(making, organisations, entries)
        if data.exists():
            data.rmdir()
        making.rename(data)
    except OSError as error:
        raise Stop(
            f"Cannot write to the folder {data}: {error.strerror}. Name another with --data."
        ) from None
    click.echo(f"Made the town in {monotonic() - started:.0f} seconds.")


def _fill(folder: Path, organisations: int, entries: int) -> None:
    from django.db import connections

    from tabularium import demo as town

    try:
        town.make(folder, say=click.echo, organisations=organisations, entries=entries)
    except town.DemoError as error:
        raise Stop(f"The town could not be made: {error}") from None
    finally:
        connections.close_all()


def name_port(port: int) -> None:
    """Let links name the port that is listened at, unless TABULARIUM_ADDRESS says where the register is.

    The log keeps the name that it has in a register of that address: by it its signatures are checked.
    Has to be called before the settings are read; the processes that answer read them too.
    """
    if not os.environ.get("TABULARIUM_ADDRESS"):
        os.environ.setdefault("TABULARIUM_LOG_NAME", f"{HOST}:{PORT}/log")
        os.environ["TABULARIUM_ADDRESS"] = f"http://{HOST}:{port}"


def check_port(host: str, port: int) -> None:
    """Make sure that a server can listen there.

    Raises:
        Stop: something else does, or it is not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise Stop(f"{host} is no address of this machine. Leave --host out.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Stop(
                f"Port {port} is in use. Stop what listens there, or name another: --port {port + 1}"
            ) from None
        raise Stop(f"Cannot listen at {host}, port {port}: {error.strerror}.") from None


def refuse_what_is_unsafe(host: str) -> None:
    """Make sure that the configuration is safe to be served with; what is only doubtful is told.

    Raises:
        Stop: it is not.
    """
    from tabularium.operation.safety import findings

    found = findings(host)
    refused = [f"{each.what} {each.do}" for each in found if each.refused]
    if refused:
        raise Stop(f"Not started: {' '.join(refused)}")
    for each in found:
        click.echo(f"{each.what} {each.do}", err=True)


def compare_log() -> None:
    """Make sure that the database is no older than what was signed of its log, and says the same.

    A backup that is older than the log would show again what was withdrawn since.

    Raises:
        Stop: it is, or it does not.
    """
    from tabularium.log.extending import compare
    from tabularium.log.folder import LogError
    from tabularium.log.told import log_folder

    try:
        compare(log_folder())
    except LogError as error:
        raise Stop(f"Not started: {error}") from None


def run(host: str, port: int, workers: int, upkeep_every: float | None) -> None:
    """Answer requests until stopped.

    Args:
        host: the address to listen at.
        port: and its port.
        workers: processes that answer.
        upkeep_every: seconds between two runs of what is due, in another process; None for none.
    """
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from tabularium.cli.upkeep_worker import upkeep_beside

    # Workers are forks of this process, and a lock on a file does not outlive a fork. SQLite in a worker
    # would count the locks of a connection that is open here as its own and ask for none. After a kill of
    # this process no other would know of the worker: the first to close takes itself for the last and
    # removes the log of writes (-wal), into which the worker goes on to write what it acknowledges.
    connections.close_all()
    click.echo(f"Tabularium is at http://{host}:{port}/  (stop with Ctrl-C)")
    with (
        counted_together(),
        nullcontext() if upkeep_every is None else upkeep_beside(upkeep_every),
    ):
        Granian(
            "tabularium.cli.worker:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            # Each blocking thread opens the database; more than two gain nothing.
            blocking_threads=2,
            workers_kill_timeout=10,
            # One that is killed, for want of memory say, does not take the others with it.
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
        ).serve()


@contextmanager
def counted_together() -> Iterator[None]:
    """Let the processes that answer count in one folder, if a monitoring system is to be told."""
    from django.conf import settings

    name = "PROMETHEUS_MULTIPROC_DIR"
    if not settings.METRICS_TOKEN or os.environ.get(name):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="tabularium-") as folder:
        os.environ[name] = folder
        yield
