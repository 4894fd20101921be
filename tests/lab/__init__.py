"""The lab's tests: arithmetic and pages in process, servers and the load generator for real."""
