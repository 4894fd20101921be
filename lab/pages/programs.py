"""Our own commands as processes: started without a shell, in the folder, and ended for certain.

A process has a session of its own, so that a Ctrl-C in the terminal is for the lab, which then ends
what it has started.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import lab
from lab.compare.resources import process_tree

# -P: a directory named `lab` in the user's folder is not ours.
LAB = (sys.executable, "-P", "-m", "lab")
LONGEST_LINE = 2**24  # bytes


async def started(
    arguments: Sequence[str], folder: Path, output: int, errors: IO[bytes]
) -> asyncio.subprocess.Process:
    """`tandem` with these arguments, running in the folder. Raises OSError."""
    places = (os.environ.get("PYTHONPATH", ""), str(Path(lab.__file__).parent.parent))
    return await asyncio.create_subprocess_exec(
        *LAB,
        *arguments,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        limit=LONGEST_LINE,
        start_new_session=True,
    )


async def end(process: asyncio.subprocess.Process, grace: float) -> None:
    """Have it end, as by Ctrl-C; after `grace` seconds it is killed, with all it has started."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        # not by `send_signal`, which looks whether it has ended, and may take its exit code away
        # from asyncio, which waits for it in a thread
        os.kill(process.pid, signal.SIGINT)
    try:
        await asyncio.wait_for(process.wait(), grace)
    except TimeoutError:
        for pid in process_tree(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await process.wait()


def said_in(errors: IO[bytes], most: int = 20_000) -> str:
    """The end of what a process has written to stderr; `most` in bytes."""
    size = os.fstat(errors.fileno()).st_size
    # pread leaves the file position alone, which the process shares with us
    return os.pread(errors.fileno(), most, max(0, size - most)).decode(errors="replace").strip()
