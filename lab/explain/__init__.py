"""Why a request gets the answer it gets: `tandem explain MODULE METHOD PATH`.

Which route answers is asked of the App's own tree, so it is the one that a server would find.
Nothing of a handler, a middleware or an error handler is called; converters are, for they route.
Start at `explaining`; then `losing`, the sentences for the routes that don't answer.
"""

from lab.explain.explaining import explain
from lab.explain.explanation import Explanation
from lab.explain.subject import Subject, subject_of

__all__ = ["Explanation", "Subject", "explain", "subject_of"]
