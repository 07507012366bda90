from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gaitway.lib import markdown


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", ""),
        ("**b** and _i_", "<p><strong>b</strong> and <em>i</em></p>"),
        ("# Plan", "<h3>Plan</h3>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("`https://a.example`", "<p><code>https://a.example</code></p>"),
    ],
)
def test_what_it_makes(text: str, made: str) -> None:
    assert markdown.html(text).strip() == made


def test_an_address_in_the_text_is_a_link_and_its_full_stop_is_not() -> None:
    assert '<a href="https://a.example/b_c?d=1" rel="noopener noreferrer nofollow">https://a.example/b_c?d=1</a>.' in (
        markdown.html("See https://a.example/b_c?d=1.")
    )


def test_a_picture_is_not_fetched() -> None:
    assert "<img" not in markdown.html("![p](https://elsewhere.example/pixel.png)")


class Read(HTMLParser):
    """As a browser takes it in: tags with what they carry."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@given(some.text(max_size=200) | some.lists(some.sampled_from(
    ["<", ">", "&", '"', "[a]", "(javascript:x)", "onclick=", "<svg/onload=x>", "`", "*", "\n", "- ", "data:", "<a href="]
)).map("".join))  # fmt: skip
def test_nothing_that_acts_comes_through(text: str) -> None:
    read = Read()
    read.feed(markdown.html(text))
    read.close()
    assert {name for name, _said in read.tags} <= markdown.TAGS
    assert {key for _name, said in read.tags for key in said} <= {"href", "rel", "start"}
    addresses = [said["href"] for _name, said in read.tags if "href" in said]
    assert all(str(each).startswith(("http://", "https://", "mailto:")) for each in addresses)
