"""The traced pass: a few requests, and what each thread and loop did for them, moment by moment.

It is never the measured pass, for it costs. `served` wraps the application inside the server's
process, `recorder` and `watchdog` write down what happens there, `trace_pass` asks and collects,
and `tape` is what comes out.
"""
