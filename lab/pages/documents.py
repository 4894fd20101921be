"""Reports and x-rays as they were written: whole pages of their own, inside a frame of ours.

They have a script and a style in them, allowed by the policy that each carries. The same policy is
sent with them, and a sandbox: whatever such a page holds, to our own pages it is a stranger,
without our origin, our cookie, or a way to send a form.
"""

import re
from html import unescape

from core import HTMLResponse, Response

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([ -~]+?)">')
NOTHING = "default-src 'none'"
# A report's guesses are a form that its script answers; `form-action` lets none be sent.
AROUND = "; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
SANDBOX = "; sandbox allow-scripts allow-forms"


def document(html: str) -> Response:
    """The answer with such a page."""
    found = _POLICY.search(html)
    policy = unescape(found[1]) if found else NOTHING
    headers = {
        "content-security-policy": policy + AROUND + SANDBOX,
        "x-frame-options": "SAMEORIGIN",
    }
    return HTMLResponse(html, headers=headers)
