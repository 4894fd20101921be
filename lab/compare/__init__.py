"""`tandem compare`: one module on several real servers, under the same load, measured honestly.

Read `measure.py` for the method, `verdicts.py` for what is concluded from it. A module that has
workloads of its own imports `workload`, and `Ask`, from here.
"""

from lab.compare.own_workloads import Ask, workload
from lab.load.job import Beside

__all__ = ["Ask", "Beside", "workload"]
