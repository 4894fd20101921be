"""64 clients ask the server on port 8000 for /wait at once, and the last is timed."""

import os

from lab.learn.checks.load import at_once, seconds_in_all

CLIENTS = 64

answers = at_once(int(os.environ.get("PORT", "8000")), "/wait", clients=CLIENTS)
answered = sum(answer.status == 200 for answer in answers)
print(f"{answered} of {CLIENTS} answered, the last after {seconds_in_all(answers):.2f} s")
