"""Part one: in one process, without servers or sockets, what a request costs beside peers."""
