"""The core's tests: parts of it by tables of cases, what a client can see through both adapters."""
