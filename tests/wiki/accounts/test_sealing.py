"""Secrets of second factors, sealed before they are stored."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps

from tests import factories
from wiki.accounts import receivers, sealing, second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factories.user(name="Ada")


def row(account, kind: str) -> Authenticator:
    return Authenticator.objects.get(user=account, type=kind)


def accepts(account, key: str) -> bool:
    return row(account, "totp").wrap().validate_code(factories.code_of(key))


def test_what_is_sealed_says_nothing_and_can_be_opened():
    first, second = sealing.sealed("JBSWY3DP"), sealing.sealed("JBSWY3DP")
    assert "JBSWY3DP" not in first and first != second
    assert sealing.opened(first) == sealing.opened(second) == "JBSWY3DP"


def test_the_database_holds_neither_key_nor_seed_in_clear(ada):
    key = factories.authenticator_app(ada)
    assert key not in str(row(ada, "totp").data)
    assert row(ada, "totp").data["secret"].startswith("sealed:")
    assert row(ada, "recovery_codes").data["seed"].startswith("sealed:")
    assert accepts(ada, key)


def test_what_was_stored_before_there_were_seals_is_good_and_sealed_after_a_migration(ada):
    key = factories.authenticator_app(ada)
    Authenticator.objects.filter(user=ada, type="totp").update(data={"secret": key})
    assert accepts(ada, key)
    receivers.seal_again_after_migrate(app_config=apps.get_app_config("mfa"))
    assert (
        row(ada, "totp").data["secret"].startswith("sealed:") and sealing.opened(row(ada, "totp").data["secret"]) == key
    )


def test_after_a_change_of_the_servers_key_the_old_one_still_opens_until_all_is_sealed_again(ada, settings):
    key = factories.authenticator_app(ada)
    codes = row(ada, "recovery_codes").wrap().get_unused_codes()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert accepts(ada, key)
    assert (sealing.seal_again(), sealing.seal_again()) == (2, 0)
    settings.SECRET_KEY_FALLBACKS = []
    assert sealing.opened(row(ada, "totp").data["secret"]) == key
    assert row(ada, "recovery_codes").wrap().get_unused_codes() == codes


def test_sealing_again_keeps_which_codes_were_used(ada, settings):
    factories.authenticator_app(ada)
    codes = row(ada, "recovery_codes").wrap()
    assert codes.validate_code(codes.get_unused_codes()[0])
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    sealing.seal_again()
    assert len(row(ada, "recovery_codes").wrap().get_unused_codes()) == 9


def test_with_the_key_lost_no_code_is_right_and_nothing_fails(ada, settings, caplog):
    key = factories.authenticator_app(ada)
    settings.SECRET_KEY = "another"
    assert not accepts(ada, key) and "SECRET_KEY_FALLBACKS" in caplog.text
    assert not row(ada, "recovery_codes").wrap().validate_code("00000000")
    assert sealing.seal_again() == 0
    assert not second_factor.has_readable_codes(ada)


def test_a_seal_that_was_tampered_with_is_broken():
    with pytest.raises(sealing.SealBroken):
        sealing.opened(sealing.sealed("JBSWY3DP")[:-4] + "AAAA")
