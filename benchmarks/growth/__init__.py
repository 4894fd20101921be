"""Part three: what grows with routes, middleware, headers, bodies and connections."""
