"""Settings for gunicorn: it reads them by `gunicorn --config exercise.py app:application`.

At least ten requests have to be in flight at the same time, whichever of them come together. The
machine has memory for two processes of your application, and for no more.
"""

# One process, so that there is one queue and all threads share it.
workers = 1  # processes
threads = 10  # of each process
