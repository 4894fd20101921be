"""Templates: what is put in is text."""

import pytest

from lab.pages.filling import TEMPLATES, Markup, fill, joined

EVIL = "<script>alert('\"$name&')</script>"


def test_a_value_is_escaped():
    shown = fill("item", text=EVIL)
    assert shown == "<li>&lt;script&gt;alert(&#x27;&quot;$name&amp;&#x27;)&lt;/script&gt;</li>"


def test_what_came_out_of_a_template_goes_into_another_as_it_is():
    assert fill("item", text=fill("item", text="<")) == "<li><li>&lt;</li></li>"


def test_several_pieces_are_one():
    both = joined([fill("item", text=1), fill("item", text=2)])
    assert isinstance(both, Markup)
    assert both == "<li>1</li>\n<li>2</li>"


def test_text_that_is_put_together_of_markup_is_text_again():
    assert fill("item", text="<b>" + fill("item", text="")) == (
        "<li>&lt;b&gt;&lt;li&gt;&lt;/li&gt;</li>"
    )


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError, match="text"):
        fill("item")


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda file: file.stem)
def test_no_template_has_a_script_or_style_in_it(template):
    text = template.read_text()
    assert "<style" not in text
    assert "style=" not in text
    assert "javascript:" not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')
