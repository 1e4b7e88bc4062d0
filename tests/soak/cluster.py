"""A PostgreSQL of a test's own, which it may stop and start; what it acknowledges is safe on disk."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg


@dataclass(frozen=True)
class Cluster:
    """A cluster in a folder, reached by its socket alone."""

    folder: Path
    binaries: Path

    @property
    def address(self) -> str:
        return f"postgresql://tabularium@/register?host={self.folder}"

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses=''"
        self.run("pg_ctl", "--wait", f"--log={self.folder}/log", f"--options={options}", "start")

    def stop(self, mode: str) -> None:
        """Stop it: `fast` cuts connections off, `immediate` is as if all its processes were killed."""
        self.run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), f"--pgdata={self.folder}/data", *arguments]
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root; Debian's package makes a user for it.
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)


@contextmanager
def own_cluster() -> Iterator[Cluster | None]:
    """A cluster that runs and has a database; None where PostgreSQL is not installed."""
    programs = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        yield None
        return
    # Its socket's path is to be short, and it is to lie on a disk.
    folder = Path(tempfile.mkdtemp(prefix="tabularium-", dir="/var/tmp"))
    cluster = Cluster(folder, max(programs).parent)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        made = ("--auth=trust", "--username=tabularium", "--encoding=UTF8", "--locale=C.UTF-8")
        cluster.run("initdb", *made)
        cluster.start()
        first = {"host": str(folder), "user": "tabularium", "dbname": "postgres"}
        with psycopg.connect(autocommit=True, **first) as asked:
            asked.execute("CREATE DATABASE register")
        yield cluster
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            cluster.stop("immediate")
        shutil.rmtree(folder)
