"""What only the ASGI door has: the scope, threads, WebSockets, the lifespan."""
