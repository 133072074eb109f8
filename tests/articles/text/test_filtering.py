"""Whether a change is what a filter looks for."""

import time

import pytest

from articles.text import filtering
from articles.text.filtering import Facts, Rule, Standing


def facts(before: str = "", after: str = "", **known) -> Facts:
    usual = {
        "summary": "",
        "namespace": "article",
        "standing": lambda: Standing(days=1, edits=3, role=1),
        "saves_within": lambda minutes: 5 if minutes >= 10 else 2,
        "is_in": lambda topic: topic == "Lungs",
    }
    return Facts(before, after, **usual | known)


TEXT = "One line.\nAnother line.\nA third.\n"


@pytest.mark.parametrize(
    ("rule", "change", "is_found"),
    [
        ({"namespace": "article"}, {}, True),
        ({"namespace": "help"}, {}, False),
        ({"younger_than": 2}, {}, True),
        ({"younger_than": 1}, {}, False),
        ({"fewer_edits": 4}, {}, True),
        ({"fewer_edits": 3}, {}, False),
        ({"below": "contributor", "namespace": "article"}, {}, False),
        ({"below": "editor", "namespace": "article"}, {}, True),
        ({"below": "", "namespace": "article"}, {"standing": lambda: Standing(900, 900, 5)}, True),
        ({"namespace": "article"}, {"standing": lambda: Standing(900, 900, 3)}, False),
        ({"saves": 4}, {}, True),
        ({"saves": 4, "within": 5}, {}, False),
        ({"topic": "Lungs"}, {}, True),
        ({"topic": "Heart"}, {}, False),
        ({"grows_by": 5}, {"after": "12345"}, True),
        ({"grows_by": 6}, {"after": "12345"}, False),
        ({"shrinks_by": 5}, {"before": "1234é"}, True),
        ({"removes": 90}, {"before": TEXT, "after": "Gone.\n"}, False),
        ({"removes": 60}, {"before": TEXT, "after": "One line.\n"}, True),
        ({"removes": 1}, {"before": TEXT, "after": TEXT.replace("third", "fourth one")}, False),
        ({"added_words": "buy\ncheap, now"}, {"after": "CHEAP pills"}, True),
        ({"added_words": "buy"}, {"after": "A buyer."}, False),
        ({"added_words": "buy"}, {"before": "Buy it.", "after": "Buy it.\nMore."}, False),
        ({"added_links": 2}, {"after": "<http://a.test> [x](//b.test/c)"}, True),
        ({"added_links": 2}, {"before": "<http://a.test>", "after": "<http://a.test> //b.test"}, False),
        ({"added_domains": "evil.test"}, {"after": "[x](https://www.EVIL.test/a)"}, True),
        ({"added_domains": "evil.test"}, {"after": "[x](https://notevil.test/a)"}, False),
        ({"text_matches": r"^#\s"}, {"before": "# A", "after": "x\n# A"}, True),
        ({"added_matches": r"^#\s"}, {"before": "# A", "after": "x\n# A"}, False),
        ({"summary_matches": "lol|rofl"}, {"summary": "LOL"}, True),
        ({"summary_matches": "lol", "namespace": "help"}, {"summary": "LOL"}, False),
    ],
)
def test_all_conditions_that_are_set_hold_or_it_is_not_found(rule, change, is_found):
    assert filtering.holds(Rule(**rule), facts(**change)) is is_found


def test_what_costs_a_look_into_the_wiki_is_asked_last():
    asked: list[str] = []
    spy = facts(after="x", saves_within=lambda minutes: asked.append("saves") or 9, is_in=asked.append)
    assert not filtering.holds(Rule(added_words="buy", saves=1, topic="Lungs"), spy) and asked == []


def test_a_pathological_expression_is_cut_off():
    began = time.monotonic()
    with pytest.raises(filtering.TooSlow):
        filtering.matches("(a+)+$", "a" * 50_000 + "b")
    # By itself it would take longer than the universe has lasted: ten seconds are a hundred times its limit.
    assert time.monotonic() - began < 100 * filtering.SECONDS


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "[z-a]", "(?P<n>a)(?P=m)", "(" * 600, "(" * 499])
def test_what_is_no_expression_is_refused(pattern: str):
    with pytest.raises(filtering.BadPattern) as refused:
        filtering.check_pattern(pattern)
    assert refused.value.message


def test_a_rule_is_kept_and_read_again_and_forgets_what_nobody_knows():
    rule = Rule(added_words="buy", saves=3)
    assert Rule.from_json(rule.to_json() | {"of_the_future": 1}) == rule


def test_a_rule_without_a_condition_asks_nothing():
    assert Rule(below="editor", within=5).asks_nothing and not Rule(grows_by=0).asks_nothing


@pytest.mark.parametrize(
    "written",
    [
        "https://evil.test/x",
        "[x](//evil.test)",
        "[x](https://e&#118;il.test)",
        "[x](https://evil&period;test)",
        r"[x](https://evil\.test)",
        "<https://user:pass@evil.test:8080/>",
        "HTTP://EVIL.TEST",
        "[a]: http://evil.test.",
        "[x](https://%65vil.test)",
        r"[x](/\\evil.test/x)",
        r"[x](/\evil.test/x)",
        "[x](/&bsol;evil.test)",
        r"[x](https:\\evil.test/x)",
        r"[x](https:\evil.test)",
        "[x](http:/evil.test/x)",
        "[x](http:evil.test)",
        "[x](https&colon;evil.test)",
        "[x](///evil.test)",
        "[x](/&#9;/evil.test)",
        "[x](ht&Tab;tps:&NewLine;//evil.test)",
        "[x](https://ev&#x0A;il.test)",
        "[x](https://u@v@evil.test)",
        "[x](https://a'b@evil.test)",
        "[x]: \\\\evil.test",
        '<a href="\\\\evil.test">x</a>',
        '<a href="h\nttps:/\t/ev\til.test">x</a>',
        "[x](https://evil.test\\\\@other)",
        '<a href="https://some body@evil.test/">x</a>',
        '<a href="https://some&#32;body:a b@evil.test/">x</a>',
        "<a href='https://a\"b c@evil.test/'>x</a>",
        '<a href="https://a&quot; b@evil.test">x</a>',
        '<a href = "https://a > b@evil.test">x</a>',
        "[x](<https://some body@evil.test>)",
        "[x](https://some body@evil.test)",
        '[x](https://a"b (c) d@evil.test)',
        "<https://some body@evil.test>",
        "[x](https:some body@evil.test)",
    ],
)
def test_a_host_is_found_however_it_is_written(written: str):
    assert set(filtering.hosts_in(written)) == {"evil.test"}


@pytest.mark.parametrize(
    "text", ["http:" * 20_000, "](" * 50_000, "http:a b@" * 20_000, "//" * 50_000, '="' * 50_000, "@" * 100_000]
)
def test_a_long_text_is_looked_through_soon(text: str):
    began = time.monotonic()
    filtering.hosts_in(text)
    assert time.monotonic() - began < 2


def test_only_links_that_were_not_there_are_added():
    assert filtering.hosts_added("http://a.test http://b.test", "http://b.test http://a.test") == ()
    assert filtering.hosts_added("http://a.test", "http://a.test and http://a.test") == ("a.test",)


@pytest.mark.parametrize("written", ["", "evil", "a b", "http://", "..", "[x]"])
def test_what_is_no_domain_is_none(written: str):
    assert filtering.domain_of(written) == ""
