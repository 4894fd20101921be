"""The TCP listener: a bound socket, and a connection for each client that comes to it."""

import asyncio
import errno
import socket
from collections.abc import Callable

from lab.errors import LabError, WrongUsageError

BACKLOG = 2_048  # clients that wait to be accepted; the system may allow fewer
# Accepted in one turn of the loop; as often it logs an error where no descriptor is left.
AT_ONCE = 32


class PortInUse(LabError):
    """Another program listens there."""


def bound(host: str, port: int) -> socket.socket:
    """A socket that is bound, and listens; with port 0 the system chooses one that is free.

    It listens at once, so that whoever inherits it finds clients waiting, and no client is refused.
    Raises PortInUse, and LabError where the address is none of this machine's, or is not allowed.
    """
    if not host:  # to the system that is every address: an unset variable would open the machine
        raise WrongUsageError('a host is an address, as "127.0.0.1", or "0.0.0.0" for all; got ""')
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    # a port whose last server has ended is free, also while its connections are being forgotten
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise _explained(error, host, port) from error
    return listening


def inherited(descriptor: int) -> socket.socket:
    """The socket that another process has bound and handed over; raises LabError for none."""
    try:
        return socket.socket(fileno=descriptor)
    except OSError as error:
        raise LabError(f"--fd is a socket, handed over; got {descriptor}: {error}") from error


def url_of(listening: socket.socket) -> str:
    """What a browser is given."""
    name = listening.getsockname()
    host, port = name[0], name[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _explained(error: Exception, host: str, port: int) -> LabError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return PortInUse(
            f"port {port} of {host} is in use: another program listens there; end it, or choose "
            f"another port (PORT={port + 1}, or --port {port + 1})"
        )
    if number == errno.EACCES:
        return LabError(f"port {port} is not allowed to this user: choose one above 1023")
    return LabError(f"can't listen on port {port} of {host!r}: {error}")


class Listener:
    """Accepts clients, and makes a connection for each."""

    def __init__(
        self, listening: socket.socket, connection: Callable[[], asyncio.Protocol]
    ) -> None:
        self._socket = listening
        self._connection = connection
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """From now on clients are accepted."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._connection, sock=self._socket, backlog=AT_ONCE
        )
        self._socket.listen(BACKLOG)  # the loop took the one number for the other

    def close(self) -> None:
        """No more; those who wait are left to whoever else has the socket."""
        if self._server is not None:
            self._server.close()
