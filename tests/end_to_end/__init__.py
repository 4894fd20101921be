"""The examples and small programs of our own, on real servers, over real sockets."""
