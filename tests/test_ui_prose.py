from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ui.inline import Inline, Link, Quote
from assistant.ui.prose import paragraphs, prose


def test_text_is_escaped() -> None:
    text = "<script>alert('x')</script> & \"so\" on"
    assert Inline(text)(0, len(text)) == (
        "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;so&quot; on"
    )


def test_a_quote_that_ends_inside_bold_text_leaves_the_tags_nested() -> None:
    text = "**one two** three"
    assert Inline(text, [Quote(0, 5, "q")])(0, len(text)) == (
        '<mark id="q"><strong>one</strong></mark><strong> two</strong> three'
    )


def test_two_quotes_side_by_side_are_two_marks() -> None:
    inline = Inline("One. Two.", [Quote(0, 4, "a"), Quote(5, 9, "b")])
    assert inline(0, 9) == '<mark id="a">One.</mark> <mark id="b">Two.</mark>'


def test_a_quote_across_lines_is_anchored_at_its_first_piece_only() -> None:
    assert prose(Inline("one\ntwo", [Quote(0, 7, "q")])) == (
        '<p><mark id="q">one</mark><br><mark>two</mark></p>'
    )


@pytest.mark.parametrize("text", ["2 ** 3 ** 4", "** open", "****", "a ** b"])
def test_asterisks_that_are_no_emphasis_stay(text: str) -> None:
    assert Inline(text)(0, len(text)) == text


@pytest.mark.parametrize("text", ["``so'' and ``on''", "`a", "` a `", "(`a',`b')", "``"])
def test_backticks_that_are_no_code_stay(text: str) -> None:
    assert "<code>" not in Inline(text)(0, len(text))
    assert unescape(Inline(text)(0, len(text))) == text


def test_a_quote_that_ends_inside_code_leaves_the_tags_nested() -> None:
    assert Inline("set `k=1` up", [Quote(0, 6, "")])(0, 12) == (
        "<mark>set <code>k</code></mark><code>=1</code> up"
    )


def test_asterisks_across_code_stay_and_those_around_it_are_bold() -> None:
    assert Inline("**a `b** c`")(0, 11) == "**a <code>b** c</code>"
    assert Inline("**a `b`**")(0, 9) == "<strong>a </strong><strong><code>b</code></strong>"


def test_a_link_replaces_its_span() -> None:
    inline = Inline("so **it is [1]**", links=[Link(11, 14, '<a href="#x">1</a>')])
    assert inline(0, 16) == 'so <strong>it is <a href="#x">1</a></strong>'


def test_paragraphs_bullets_and_titles() -> None:
    text = "# Title\nOne\nline.\n\n- a\n - b\n   * c\n\nLast"
    assert prose(Inline(text)) == (
        '<p class="title">Title</p><p>One<br>line.</p>'
        '<ul><li>a</li><li class="deep-1">b</li><li class="deep-2">c</li></ul><p>Last</p>'
    )


def test_numbered_points_are_a_list_that_keeps_their_numbers() -> None:
    text = "- a\n2. Two\n 3. Three\n\n7. Seven"
    assert prose(Inline(text)) == (
        '<ul><li>a</li></ul><ol><li value="2">Two</li>'
        '<li class="deep-1" value="3">Three</li></ol><ol><li value="7">Seven</li></ol>'
    )
    assert paragraphs(Inline("One. [1]\n2. Two [2]")) == (
        '<p>One. [1]</p><ol><li value="2">Two [2]</li></ol>'
    )


def test_a_number_at_the_beginning_of_a_line_does_not_break_a_sentence() -> None:
    assert prose(Inline("It began on\n12. March 1998.")) == "<p>It began on<br>12. March 1998.</p>"
    assert prose(Inline("Steps:\n1. Go")) == '<p>Steps:</p><ol><li value="1">Go</li></ol>'
    assert prose(Inline("In\n1998. So")) == "<p>In<br>1998. So</p>"


def test_an_item_goes_on_in_the_lines_below_it() -> None:
    text = "- one\n  goes on\n1. two\ngoes on\n2. three\n\nThe end"
    assert prose(Inline(text)) == (
        "<ul><li>one\n  goes on</li></ul>"
        '<ol><li value="1">two\ngoes on</li><li value="2">three</li></ol><p>The end</p>'
    )
    within = text.index("on\n1")
    assert prose(Inline(text, [Quote(2, within, "q")])).startswith(
        '<ul><li><mark id="q">one\n  goes </mark>on</li></ul>'
    )


def test_each_line_of_an_answer_is_a_paragraph() -> None:
    text = "One. [1]\nTwo. [2]\n- a\n- b"
    assert paragraphs(Inline(text)) == (
        "<p>One. [1]</p><p>Two. [2]</p><ul><li>a</li><li>b</li></ul>"
    )


def test_rows_with_tabs_are_a_table_under_their_title_and_header() -> None:
    text = "Databases\t\t\n\tGraph\tLedger\n<i>Service</i>\tNeptune\tQLDB\t"
    assert prose(Inline(text)) == (
        '<div class="cells"><table>'
        '<tr><th colspan="3">Databases</th></tr>'
        "<tr><th></th><th>Graph</th><th>Ledger</th></tr>"
        "<tr><td>Service</td><td>Neptune</td><td>QLDB</td></tr>"
        "</table></div>"
    )


def test_rows_cut_off_from_their_header_get_it_back() -> None:
    inline = Inline("Graph\tNeptune", [Quote(0, 13, "q")])
    assert prose(inline, header="Kind\tService") == (
        '<div class="cells"><table>'
        "<tr><th>Kind</th><th>Service</th></tr>"
        '<tr><td><mark id="q">Graph</mark></td><td><mark>Neptune</mark></td></tr>'
        "</table></div>"
    )


def test_what_an_export_left_in_a_cell_is_not_shown() -> None:
    text = 'Name\tMeaning\nOne-hot\t<ul style="list-style-type: none"> Binary vectors.'
    assert "<td>One-hot</td><td>Binary vectors.</td>" in prose(Inline(text))


def test_a_cell_about_tags_keeps_them() -> None:
    assert "<td>&lt;ul&gt;</td>" in prose(Inline("Tag\tMeaning\n<ul>\ta list"))


def test_markdown_table_with_a_pipe_and_a_mark_behind_a_row() -> None:
    text = "| Name | Use |\n|:--|---|\n| a \\| b | both | [1]"
    inline = Inline(text, links=[Link(text.index("[1]"), len(text), "<a>1</a>")])
    assert prose(inline) == (
        '<div class="cells"><table>'
        "<tr><th>Name</th><th>Use</th></tr>"
        "<tr><td>a | b</td><td>both <a>1</a></td></tr>"
        "</table></div>"
    )


@pytest.mark.parametrize("text", ["", "\n\n", "|", "||", "|---|", "| |", "\t", "\t\t", "-", "**"])
def test_degenerate_text_is_rendered(text: str) -> None:
    assert set(_Tags(prose(Inline(text))).names) <= {"p", "div", "table", "tr", "td", "th"}


def test_a_tab_that_only_indents_makes_no_table() -> None:
    assert prose(Inline("\tindented")) == "<p>\tindented</p>"


TAGS = {"p", "br", "ul", "ol", "li", "div", "table", "tr", "td", "th", "mark", "strong", "code"}
MARKUP = st.sampled_from(
    [
        "**",
        "|",
        "\t",
        "\n",
        "- ",
        "7. ",
        "# ",
        "<b>",
        "<script>",
        "</",
        "&lt;",
        '"',
        "'",
        "[1]",
        "a",
        " ",
    ]
)


@given(st.lists(MARKUP | st.text(max_size=3), max_size=40).map("".join), st.data())
def test_only_known_tags_come_out_and_no_character_is_lost(text: str, data: st.DataObject) -> None:
    at = st.integers(0, len(text))
    spans = [sorted(data.draw(st.tuples(at, at))) for _ in range(2)]
    quotes = [Quote(start, end, f"q{n}") for n, (start, end) in enumerate(spans)]
    html = prose(Inline(text, quotes))
    tags = _Tags(html)
    assert tags.balanced
    assert set(tags.names) <= TAGS
    assert set(tags.attributes) <= {"class", "id", "colspan", "value"}
    numbered = re.sub(r'<li[^>]* value="(\d+)">', r"\1 ", html)
    shown = unescape(re.sub(r"<[^>]*>", "", numbered))
    letters = re.compile(r"[^\W_]+")
    if "<" not in text:
        assert "".join(letters.findall(shown)) == "".join(letters.findall(text))


class _Tags(HTMLParser):
    """The tags and attributes of some HTML, and whether it is balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[str] = []
        self.balanced = True
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.balanced = self.balanced and not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self._open) and self._open.pop() == tag


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"us\-east\-1\. A\b", r"us-east-1. A\b"),
        (r"`a\_b` \*not bold\*", r"<code>a\_b</code> *not bold*"),
        ("see [A](c.md#d).", 'see <span class="linked" title="c.md#d">A</span>.'),
        ("[`f`](g)", '<span class="linked" title="g"><code>f</code></span>'),
        ("**[a](b)**", '<span class="linked" title="b"><strong>a</strong></span>'),
        ('[x](b_(c) "<t>")', '<span class="linked" title="b_(c)">x</span>'),
        ('![x]("><b>)', '<span class="linked" title="&quot;&gt;&lt;b&gt;">x</span>'),
        ("`[a](b)`", "<code>[a](b)</code>"),
        ("[a] (b) [c]", "[a] (b) [c]"),
    ],
)
def test_links_and_escapes_of_markdown_are_read_as_such(text: str, html: str) -> None:
    assert Inline(text, markdown=True)(0, len(text)) == html


def test_elsewhere_a_backslash_is_a_backslash_and_brackets_are_brackets() -> None:
    text = r"\(x\) [a](b)"
    assert Inline(text)(0, len(text)) == text


def test_a_quote_that_ends_inside_a_link_leaves_the_tags_nested() -> None:
    text = "see [A page](c.md)"
    assert Inline(text, [Quote(0, 6, "")], markdown=True)(0, len(text)) == (
        '<mark>see <span class="linked" title="c.md">A</span></mark>'
        '<span class="linked" title="c.md"> page</span>'
    )
