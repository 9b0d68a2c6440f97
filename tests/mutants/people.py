"""Deliberate defects in who may come in and what they may do: the fields of `Defect`, in its order."""

from __future__ import annotations

PEOPLE = (
    (
        "invitation for whoever holds the link",
        "app/uitnodigingen/aanvaarden.py",
        "    if address != uitnodiging.email:",
        "    if address is None:",
        ("tests/medewerkers/test_uitnodigen.py::test_only_the_invited_address_comes_in",),
    ),
    (
        "address that the provider does not vouch for",
        "app/uitnodigingen/aanvaarden.py",
        "    if address is None or not identity.email_bevestigd:",
        "    if address is None:",
        ("tests/medewerkers/test_uitnodigen.py::test_only_the_invited_address_comes_in",),
    ),
    (
        "invitation of one municipality opens another",
        "app/uitnodigingen/service.py",
        '    return subject_hmac(tenant, "uitnodiging", token)',
        "    return cookies.hash_of(token)",
        ("tests/medewerkers/test_uitnodigen.py::test_a_row_carried_to_another_municipality_opens_nothing",),
    ),
    (
        "link that works twice",
        "app/uitnodigingen/aanvaarden.py",
        "    uitnodiging.state, uitnodiging.afgehandeld_op = UitnodigingState.GEBRUIKT, klok.now()",
        "    uitnodiging.afgehandeld_op = klok.now()",
        ("tests/medewerkers/test_uitnodigen.py::test_two_at_once_use_a_link_once",),
    ),
    (
        "two last admins take each other away",
        "app/medewerkers/queries.py",
        "admins.order_by(Lidmaatschap.id).with_for_update()",
        "admins.order_by(Lidmaatschap.id)",
        ("tests/medewerkers/test_medewerkers.py::test_two_admins_take_each_other_away_at_once",),
    ),
    (
        "rights that shrink leave the session open",
        "app/medewerkers/service.py",
        "await sessions.end_all_of(session, lidmaatschap.id) if before - after else 0",
        "0",
        ("tests/medewerkers/test_medewerkers.py::test_roles_are_changed_and_nobody_keeps_a_right_that_was_taken",),
    ),
)
