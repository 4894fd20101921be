"""Text that becomes HTML: escaped, and with what stands in backquotes set as code."""

import re
from html import escape


def prose(text: str) -> str:
    """HTML of a sentence: "an `async def`" has its code marked as such."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
