"""Whoever forgets to ask whose eyes they are shows too little."""

from articles import eyes


def test_nobody_in_particular_sees_as_readers_do():
    assert not eyes.see_all()


def test_a_persons_eyes_are_asked_for_only_when_needed():
    asked: list[int] = []
    with eyes.of(lambda: bool(asked.append(1) or True)):
        assert asked == []
        assert eyes.see_all() and asked == [1]
    assert not eyes.see_all()


def test_eyes_within_others_are_given_back():
    with eyes.wide_open():
        with eyes.of(lambda: False):
            assert not eyes.see_all()
        assert eyes.see_all()
