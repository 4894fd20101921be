"""Tandem beside a bare callable and its peers, timed in one process and one interleaved run."""
