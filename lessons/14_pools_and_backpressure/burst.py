"""A burst: when 120 clients that ask for /query at the same moment have their answers."""

import os
from collections import Counter

from lab.learn.checks.load import at_once

answers = at_once(int(os.environ.get("PORT", "8000")), "/query", clients=120)
began = min(answer.sent for answer in answers)
good = sorted(answer.done - began for answer in answers if answer.status == 200)
print("statuses:", dict(Counter(answer.status for answer in answers)))
for place in (1, 30, 60, 90, 120):
    if place <= len(good):
        print(f"answer {place:3} after {good[place - 1]:.2f} s")
