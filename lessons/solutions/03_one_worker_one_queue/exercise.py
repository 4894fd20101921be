"""How long it takes until the last of many clients has its answer.

    python exercise.py      prints what you predict for 64 clients and 50 ms

Each worker takes one request at a time.
"""

import math


def seconds_in_all(clients: int, seconds: float, workers: int) -> float:
    """From the moment when all clients ask to the last answer.

    Each request keeps a worker for so many `seconds`, and a worker takes one request at a time.
    """
    one_after_another = math.ceil(clients / workers)
    return one_after_another * seconds


if __name__ == "__main__":
    for workers in (1, 2, 4, 100):
        print(f"{workers:3} workers: {seconds_in_all(64, 0.05, workers):.2f} s")
