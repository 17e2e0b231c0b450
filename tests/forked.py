"""Python processes for tests, started without reading everything anew.

`start` is `subprocess.Popen` for words that begin with this interpreter: a real process with its own sockets, signals and
exit status. Unless `COMITY_OWN_IMPORTS` is set, as `.ci/run` does once, it is forked from a process that has imported
Comity and does nothing else; a node costs a tenth of the computing then.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import runpy
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

LARGEST = (
    200_000  # bytes of one request; words and environment need a few thousand, a socket's buffer holds this many
)
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
SAID = subprocess.PIPE


def start(words: Sequence[str], **how: Any) -> subprocess.Popen[Any]:
    """The process of `sys.executable` and more words; options as of Popen, of which forked ones know streams, cwd and env."""
    return (subprocess.Popen if os.environ.get("COMITY_OWN_IMPORTS") else Forked)(list(words), **how)


def run(words: Sequence[str], timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Start it, wait until it ends, and what it said on both streams."""
    with start(words, stdout=SAID, stderr=SAID, text=True) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
        return subprocess.CompletedProcess(list(words), process.returncode, out, err)


class Forked(subprocess.Popen[Any]):
    """Popen whose child is forked elsewhere and is a child of this process nevertheless: its parent ends at once."""

    def _execute_child(self, args: list[str], *rest: Any) -> None:
        # What Popen gives before its pipes differs from version to version; the first seven and the pipes do not.
        cwd, env, pipes = rest[4], rest[5], rest[9:15]
        own = (pipes[0], pipes[3], pipes[5])
        streams = [at if number == -1 else number for at, number in enumerate(own)]
        assert args[0] == sys.executable, args
        asked = {"words": args[1:], "cwd": str(cwd or Path.cwd()), "env": dict(os.environ if env is None else env)}
        try:
            door = fork_server()
            socket.send_fds(door, [json.dumps(asked).encode("utf-8", "surrogateescape")], streams)
            self.pid = int(door.recv(LARGEST))
            self._child_created = True
        finally:
            self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]


@cache
def fork_server() -> socket.socket:
    """The way to the process that forks; it ends when this process does, and nothing is left at the other end."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        words = [sys.executable, __file__, str(theirs.fileno())]
        # One thread: OpenBLAS would have more, and a process with several is not to be forked.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        server = subprocess.Popen(words, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=environment)
    _kept.append(server)
    return ours


_kept: list[subprocess.Popen[bytes]] = []
"""The process that forks: Popen would complain of one that is forgotten while it runs."""


def serve(door: socket.socket) -> list[str]:
    """Fork whenever asked. Returns in the forked process, with its words, and ends with whoever asks."""
    while True:
        raw, streams, _, _ = socket.recv_fds(door, LARGEST, 3)
        if not raw:
            sys.exit()
        told, tell = os.pipe()
        between = os.fork()
        if not between and not (child := os.fork()):
            os.close(told)
            os.close(tell)
            door.close()
            return become(json.loads(raw.decode("utf-8", "surrogateescape")), streams)
        if not between:
            os.write(tell, str(child).encode())
            os._exit(0)
        os.waitpid(between, 0)  # from here on the child's parent is whoever asked
        door.send(os.read(told, 20))
        for number in (told, tell, *streams):
            os.close(number)


def become(asked: dict[str, Any], streams: list[int]) -> list[str]:
    """Take the place, the environment and the streams that were asked for; the words to carry out."""
    for at, number in enumerate(streams):
        os.dup2(number, at)
        os.close(number)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    return list(asked["words"])


def carry_out(words: list[str]) -> None:
    """What Python does with its words: `-m MODULE` or a script, and theirs."""
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path[0] = str(Path(words[0]).parent)
        runpy.run_path(words[0], run_name="__main__")


def read_all() -> None:
    """Import every command and what they use, and read the demonstration's law: what all processes read alike, they share."""
    import click

    import store_engines  # noqa: F401
    from comity.cli.main import comity
    from comity.demo.agencies import directory_agencies
    from comity.demo.laws import texts_for
    from comity.law.compile import parse_text

    with click.Context(comity) as context:
        for name in comity.list_commands(context):
            comity.get_command(context, name)
    for agency in directory_agencies():
        for text, _ in texts_for(agency.id):
            parse_text(text)
    gc.freeze()  # what is there already is not looked through, and so not copied, in each child


if __name__ == "__main__":
    read_all()
    carry_out(serve(socket.socket(fileno=int(sys.argv[1]))))
