"""`tandem lab`: compare and x-ray as pages in a browser, served by Tandem's own ASGI side.

It is a program like any other that is made with Tandem, so read it as an example:

    site.py        the routes: what is asked for, and what is answered
    guard.py       the middleware: who may ask at all, for these pages start programs
    chosen.py      forms that were sent, checked, and made into command lines
    modules.py     the modules of the folder that may be chosen, found without running them
    programs.py    our own commands as processes: started without a shell, ended for certain
    runs.py        comparisons, one at a time: started, followed, stopped
    xrays.py       x-rays, the last few
    store.py       past runs, in a SQLite file
    side_by_side.py  two past runs, figure by figure
    shown.py       what each page is filled with
    filling.py     templates, filled in so that nothing but a template can be markup
    documents.py   reports and x-rays, framed as strangers
    command.py     the command, and the server

`templates` and `static` hold the HTML, the CSS and the small ES modules. There is no build step,
and nothing is fetched from another host.
"""
