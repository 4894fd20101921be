"""Settings for gunicorn: it reads them by `gunicorn --config exercise.py app:application`.

At least ten requests have to be in flight at the same time, whichever of them come together. The
machine has memory for two processes of your application, and for no more.
"""

# Your turn: choose the numbers. Other settings of gunicorn may stand here too.
workers = 1  # processes
threads = 1  # of each process
