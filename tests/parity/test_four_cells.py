"""{WSGI, ASGI} x {def, async def}: each cell holds, and the page in the docs says what it does."""

import pytest

from tests.parity.four_cells import CELLS, CHECKS, DOCS, observe, page


@pytest.mark.parametrize(("world", "kind"), CELLS)
@pytest.mark.parametrize("name", CHECKS)
def test_no_cell_is_empty(name, world, kind):
    assert observe(name, world, kind)


def test_the_page_says_what_was_seen():
    assert DOCS.read_text("utf-8") == page()  # `python -m tests.parity.four_cells` writes it anew
