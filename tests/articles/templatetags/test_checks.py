"""How findings are put into words."""

from articles.templatetags import checks
from articles.text import checking


def test_findings_of_one_kind_stand_together():
    groups = checks.groups(checking.check("Take 5 mg.\n", "Take 50 mg.\n\n== A ==\n\n== B ==\n"))
    assert [(group.code, len(group.findings), group.can_change) for group in groups] == [
        ("quantity", 1, False),
        ("wikitext", 2, True),
    ]


def test_a_changed_number_is_told_with_what_it_was():
    (finding,) = checking.check("It is not safe.\n", "It is safe.\n")
    assert checks.remark(finding) == "not → nothing"


def test_a_left_out_level_is_told_with_the_one_expected():
    (finding,) = checking.check("", "## A\n\n#### B\n")
    assert checks.remark(finding) == "expected here: ###"


def test_tags_are_told_in_words():
    assert checks.tag_names(["check:emptied"]) == ["section emptied"]
