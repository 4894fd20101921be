"""`tandem compare`: one module on several real servers, under the same load, measured honestly.

Read `measure.py` for the method, `verdicts.py` for what is concluded from it.
"""
