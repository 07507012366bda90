"""Markdown that people write, as HTML that can't do anything: read by markdown-it, which writes no HTML of theirs, and
cleaned by nh3 all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']")
TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
DEEPER = 2  # a heading of theirs stands below the headings of the page


@lru_cache(maxsize=512)
def html(text: str) -> str:
    """Pictures are left as their words, since they would tell others who reads."""
    if not text.strip():
        return ""
    made = _reader().render(text)
    return nh3.clean(
        made, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("js-default", {"html": False, "breaks": True, "maxNesting": 20}).disable("image")
    reader.core.ruler.push("addresses", _addresses)
    reader.core.ruler.push("headings", _headings)
    return reader


def _headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + DEEPER)}"


def _addresses(state: StateCore) -> None:
    """An address that stands in the text is a link."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children))


def _linked(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    inside = 0
    for token in tokens:
        inside += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "text" or inside:
            found.append(token)
            continue
        begun = 0
        for at in ADDRESS.finditer(token.content):
            found.append(_text(token.content[begun : at.start()]))
            found.append(Token("link_open", "a", 1, attrs={"href": at[0]}))
            found += [_text(at[0]), Token("link_close", "a", -1)]
            begun = at.end()
        found.append(_text(token.content[begun:]))
    return found


def _text(content: str) -> Token:
    token = Token("text", "", 0)
    token.content = content
    return token
