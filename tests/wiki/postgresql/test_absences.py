"""Who waits for a server that doesn't answer."""

from wiki.postgresql import absences


def test_while_it_answers_everybody_asks():
    absence = absences.Absence()
    assert absence.lets_ask() and absence.lets_ask() and not absence.is_known


def test_for_a_moment_after_it_did_not_answer_nobody_asks_and_it_is_news_once(monkeypatch):
    monkeypatch.setattr(absences, "_LEFT_ALONE", 600)
    absence = absences.Absence()
    assert (absence.begins(), absence.begins()) == (True, False)
    assert absence.is_known and not absence.lets_ask()
    absence.ends()
    assert absence.lets_ask() and absence.begins()


def test_then_one_asks_for_all(monkeypatch):
    monkeypatch.setattr(absences, "_LEFT_ALONE", 0)
    monkeypatch.setattr(absences, "_TRIED", 600)
    absence = absences.Absence()
    absence.begins()
    assert [absence.lets_ask() for _ in range(3)] == [True, False, False]
