"""What only the WSGI door has: the environ, the worker thread's own event loop."""
