"""Part two: on real servers, rates, processor time, memory, and how long a start takes."""
