"""What died with the server is found at once, and a server that is away is not waited for by everybody."""

import psycopg
import pytest
from django.db import OperationalError, connections

from wiki.postgresql import base

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def end_all() -> None:
    """End connections of the pool from another one, as a restart of the server would."""
    with psycopg.connect(**_parameters(), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'fleet'"
        )


def _parameters() -> dict[str, object]:
    settings = connections["default"].settings_dict
    return {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"], "dbname": settings["NAME"]}


@pytest.fixture
def pooled():
    """A wrapper with a pool of its own, of four connections."""
    settings = {**connections["default"].settings_dict, "ENGINE": "wiki.postgresql"}
    settings["OPTIONS"] = {"application_name": "fleet", "pool": {"min_size": 4, "max_size": 4, "timeout": 10}}
    wrapper = base.DatabaseWrapper(settings, alias="fleet")
    wrapper.inc_thread_sharing()
    yield wrapper
    wrapper.close()
    wrapper.close_pool()
    base._absences.clear()


def asked(wrapper: base.DatabaseWrapper) -> object:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        found = cursor.fetchone()
    wrapper.close()
    return found


def test_all_that_died_with_the_server_is_found_by_the_first_who_asks(pooled):
    assert asked(pooled) == (1,)
    pooled.pool.wait()
    end_all()
    assert asked(pooled) == (1,)
    pooled.pool.wait()
    assert [asked(pooled) for _ in range(8)] == [(1,)] * 8
    assert pooled.pool.get_stats()["connections_lost"] >= 3


def test_a_server_that_did_not_answer_is_left_alone_for_a_moment(pooled, monkeypatch):
    monkeypatch.setitem(pooled.settings_dict["OPTIONS"], "pool", {"min_size": 1, "max_size": 1, "timeout": 0.1})
    asked(pooled)
    held = pooled.pool.getconn()
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        asked(pooled)
    pooled.pool.putconn(held)
    with pytest.raises(OperationalError, match="a moment ago"):
        asked(pooled)
    base._absences.clear()
    assert asked(pooled) == (1,)
