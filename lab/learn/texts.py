"""A lesson's Markdown, for a terminal."""

import re

from rich.markdown import Markdown
from rich.syntax import Syntax

THEME = "ansi_dark"  # the terminal's own colours
_TITLED = re.compile(r'^```(\w+) title="([^"]+)"$', re.M)
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def rendered(text: str) -> Markdown:
    """The text; a picture is told by its words, and an excerpt by the file it is from."""
    text = _PICTURE.sub(r"*(\2, a picture: \1)*", text)
    text = _TITLED.sub(r"`\2`\n\n```\1", text)
    return Markdown(text, code_theme=THEME, hyperlinks=False)


def code(text: str) -> Syntax:
    """A program."""
    return Syntax(text, "python", theme=THEME, word_wrap=True, background_color="default")
