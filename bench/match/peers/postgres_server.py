"""A PostgreSQL server of one's own, for the bench and the tests: started in a temporary directory, reached by its
socket, gone at the end.

It never touches a server that is already there: no network port, its own socket and data. PostgreSQL refuses to
run as root, so root starts it as the user `postgres` that the package makes. The bench's settings are for a throw-away
file that is only read once built: no fsync, no autovacuum (the bench vacuums once), no parallel workers and no jit, so
that one backend does all the work and its CPU clock is the whole cost.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

SUPERUSER = "bench"
STOP_SECONDS = 30
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
}


def find_programs() -> Path | None:
    """The directory of `initdb` and `pg_ctl`, the newest version first; None where PostgreSQL is not installed."""
    linked = shutil.which("pg_ctl")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    places = ([Path(linked).resolve().parent] if linked else []) + installed[::-1]
    return next((place for place in places if (place / "initdb").exists()), None)


class PostgresServer:
    """A running server. `folder` holds its data and its socket."""

    def __init__(self, settings: Mapping[str, str] = SETTINGS) -> None:
        programs = find_programs()
        if programs is None:
            # as a missing package would be: the bench leaves the peer out and says so
            raise ImportError("PostgreSQL is not installed; install the package `postgresql`")
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        atexit.register(self.close)  # a bench that fails leaves no server behind
        self._data = self.folder / "data"
        self._options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._options += f" -c unix_socket_directories='{self.folder}'"
        made = ("-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        try:
            self._run("initdb", "-D", str(self._data), *made)
            self.start()
        except subprocess.CalledProcessError:
            self.close()
            raise

    @property
    def address(self) -> str:
        """What a client connects to."""
        return f"host={self.folder} user={SUPERUSER} dbname=postgres"

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-s", "-D", str(self._data), "-l", log, "-o", self._options)

    def kill(self) -> None:
        """Stop the server as a power failure would: it writes nothing more and recovers when it starts again."""
        if (self._data / "postmaster.pid").exists():
            self._run(
                "pg_ctl", "stop", "-m", "immediate", "-w", "-t", str(STOP_SECONDS), "-s", "-D", str(self._data)
            )

    def close(self) -> None:
        """Stop the server and remove everything; a second time does nothing."""
        atexit.unregister(self.close)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        # the server inherits what pg_ctl has: a pipe would stay open as long as the server runs
        subprocess.run(
            [str(self._programs / program), *arguments],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=self.folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def cpu_seconds_of(pid: int) -> float:
    """CPU seconds a process has used, in nanosecond steps.

    The number of a process's CPU clock is made from its id as clock_getcpuclockid(3) makes it; `/proc/PID/stat`
    tells the same in steps of a hundredth of a second, too coarse for one question.
    """
    return time.clock_gettime((~pid << 3) | 2)
