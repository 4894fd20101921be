"""The load generator: the standard library only, in a process of its own (`python -m lab.load`).

It asks one server on this machine for one path, from many connections, and writes down for every
request when it was due, when it was sent, and when the answer's first and last byte came.
"""
