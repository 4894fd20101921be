"""The routes of `examples/routers.py`, a router in each module."""
