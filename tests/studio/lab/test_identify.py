"""Who is believed to be whom."""

from __future__ import annotations

import pytest

from hts.studio.lab.identify import of_claims, of_headers, remember
from hts.studio.lab.settings import read_text
from hts.validate import BadInput

SECRET = {"HTS_PROXY_SECRET": "a secret of the proxy"}
PROXY = read_text('mode = "proxy"\nadmins = ["ada"]')
OIDC = read_text('mode = "oidc"\nadmins = ["ada@example.org"]')


def headers(**others: str) -> dict[str, str]:
    given = {"x-forwarded-user": "Ada", "X-Lab-Secret": SECRET["HTS_PROXY_SECRET"]}
    return {**given, **{name.replace("_", "-"): value for name, value in others.items()}}


def test_a_proxy_that_knows_the_secret_is_believed():
    found = of_headers(PROXY, headers(X_Forwarded_Name="Ada L."), SECRET)
    assert found is not None
    assert (found.id, found.name, found.role, found.how) == (
        "proxy:ada",
        "Ada L.",
        "admin",
        "proxy",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"X-Forwarded-User": "Ada"},
        {"X-Forwarded-User": "Ada", "X-Lab-Secret": ""},
        {"X-Forwarded-User": "Ada", "X-Lab-Secret": "a secret of the prox"},
        {"X-Forwarded-User": "Ada", "X-Lab-Secret": "ä secret"},
        {"X-Lab-Secret": SECRET["HTS_PROXY_SECRET"]},
        {"X-Forwarded-User": " ", "X-Lab-Secret": SECRET["HTS_PROXY_SECRET"]},
        {"X-Forwarded-User": "a" * 300, "X-Lab-Secret": SECRET["HTS_PROXY_SECRET"]},
        {"X-Forwarded-User": "a\u202eb", "X-Lab-Secret": SECRET["HTS_PROXY_SECRET"]},
        {},
    ],
)
def test_headers_that_anybody_could_send_name_nobody(given):
    assert of_headers(PROXY, given, SECRET) is None


@pytest.mark.parametrize("environ", [{}, {"HTS_PROXY_SECRET": "short"}])
def test_without_a_secret_of_the_server_nobody_is_let_in(environ):
    with pytest.raises(BadInput, match="without it anybody could be anybody"):
        of_headers(PROXY, headers(X_Lab_Secret=environ.get("HTS_PROXY_SECRET", "")), environ)


def test_a_provider_is_believed_where_it_has_verified_the_address():
    claims = {"email": "Ada@example.org", "name": "Ada", "sub": "7"}
    found = of_claims(OIDC, claims)
    assert found is not None
    assert (found.id, found.name, found.role) == ("oidc:ada@example.org", "Ada", "admin")
    assert of_claims(OIDC, {**claims, "email_verified": True}) == found
    assert of_claims(OIDC, {**claims, "email_verified": "true"}) == found
    for word in (False, "false", "False", "no", 0, None):
        assert of_claims(OIDC, {**claims, "email_verified": word}) is None
    assert of_claims(OIDC, {"sub": "7"}) is None
    assert of_claims(OIDC, {"email": ["ada@example.org"]}) is None


def test_the_same_name_by_another_way_is_another_person():
    by_claim = of_claims(OIDC, {"email": "ada"})
    by_proxy = of_headers(PROXY, headers(), SECRET)
    assert by_claim is not None
    assert by_proxy is not None
    assert by_claim.id != by_proxy.id


def test_who_is_here_is_written_down_now_and_then(store):
    found = of_claims(OIDC, {"email": "ada@example.org"})
    assert found is not None
    remember(store, found, 1.0)
    first = store.people.get(found.id)
    remember(store, found, first.seen + 10)
    assert store.people.get(found.id) == first
    remember(store, found, first.seen + 1000)
    assert store.people.get(found.id).seen > first.seen
    assert [known.id for known in store.people.list()] == [found.id]
