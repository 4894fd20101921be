"""The course's lessons as pages: their Markdown as HTML, which has nothing in it but Markdown.

HTML in a text stays text. A block of code is coloured by Pygments with class names, which
`static/lessons.css` gives their colours, and has the name of its file above it.
"""

from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from core import NotFound
from lab.learn.course import Lesson, lessons
from lab.pages.filling import Markup, fill, joined

PICTURE = ".svg"


def the_list() -> Markup:
    """Every lesson, with its idea."""
    return joined(
        fill(
            "lesson_item",
            name=lesson.name,
            number=lesson.number,
            title=_in_line(lesson, lesson.title),
            idea=_in_line(lesson, lesson.idea),
            minutes=lesson.minutes,
        )
        for lesson in lessons()
    )


def lesson_of(name: str) -> Lesson:
    """The lesson whose folder has this name; raises NotFound."""
    for lesson in lessons():
        if lesson.name == name:
            return lesson
    raise NotFound(f"there is no lesson {name!r}")


def picture_of(name: str, file: str) -> Path:
    """A picture of a lesson; raises NotFound for what is none."""
    pictures = {path.name: path for path in lesson_of(name).folder.glob(f"*{PICTURE}")}
    if file not in pictures:
        raise NotFound(f"lesson {name!r} has no picture {file!r}")
    return pictures[file]


def text_of(lesson: Lesson) -> Markup:
    """The lesson's text, and its whole program below."""
    text = (lesson.folder / "lesson.md").read_text("utf-8")
    program = (lesson.folder / "app.py").read_text("utf-8")
    whole = f'{text}\n## The whole program\n\n```python title="app.py"\n{program}```\n'
    return Markup(_markdown(lesson).render(whole))


def _in_line(lesson: Lesson, text: str) -> Markup:
    return Markup(_markdown(lesson).renderInline(text))


def _markdown(lesson: Lesson) -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.add_render_rule("fence", _fence)

    def link(renderer: RendererHTML, tokens: list[Token], index: int, *_: object) -> str:
        token = tokens[index]
        token.attrs["href"] = _address(lesson, str(token.attrs["href"]))
        return renderer.renderToken(tokens, index, made.options, {})

    def image(_: RendererHTML, tokens: list[Token], index: int, *_rest: object) -> str:
        token = tokens[index]
        source = f"/lessons/{lesson.name}/{token.attrs['src']}"
        return fill("lesson_picture", source=source, alternative=token.content)

    made.add_render_rule("link_open", link)
    made.add_render_rule("image", image)
    return made


def _address(lesson: Lesson, target: str) -> str:
    """Where a link leads to on these pages: to another lesson, outside, or nowhere else."""
    if target.startswith("https://"):
        return target
    path = (lesson.folder / target).resolve()
    is_lesson = path.name == "lesson.md" and path.parent.parent == lesson.folder.parent.resolve()
    return f"/lessons/{path.parent.name}" if is_lesson else f"/lessons/{lesson.name}"


def _fence(_: RendererHTML, tokens: list[Token], index: int, *_rest: object) -> str:
    token = tokens[index]
    language, _space, title = token.info.partition(" ")
    file = title.removeprefix('title="').removesuffix('"')
    code = Markup(_coloured(token.content, language))
    above = fill("lesson_file", file=file) if file else Markup("")
    commands = all(line.startswith("$ ") for line in token.content.splitlines())
    kind = "listing typed" if commands else "listing"
    return fill("lesson_code", kind=kind, above=above, code=code) + "\n"


def _coloured(code: str, language: str) -> str:
    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix="code-"))
