"""The addresses of the console."""

from django.urls import path

from cairn.web.console import health, house, keys, ledger, people

app_name = "console"
urlpatterns = [
    path("", people.home, name="home"),
    path("people", people.people, name="people"),
    path("people/add", people.add, name="person_add"),
    path("people/<slug:public_id>", people.person, name="person"),
    path("people/<slug:public_id>/role", people.give, name="role_give"),
    path("people/<slug:public_id>/lend", people.lend, name="lend"),
    path("people/<slug:public_id>/login", people.login, name="login"),
    path("people/<slug:public_id>/address", people.address, name="address"),
    path("roles/<slug:public_id>/end", people.end_role, name="role_end"),
    path("lent/<slug:public_id>/end", people.end_delegation, name="lent_end"),
    path("units", house.units, name="units"),
    path("institution", house.institution, name="institution"),
    path("keys", keys.keys, name="keys"),
    path("keys/<slug:public_id>/revoke", keys.revoke, name="key_revoke"),
    path("keys/<slug:verb>", keys.turn, name="key_turn"),
    path("health", health.health, name="health"),
    path("health/jobs/<slug:public_id>/retry", health.retry, name="retry"),
    path("ledger", ledger.ledger, name="ledger"),
    path("ledger/check", ledger.check, name="ledger_check"),
    path("ledger/export", ledger.export, name="ledger_export"),
]
