"""What is about things and not about people may be looked up by a key that somebody only said."""

import pytest

from tests.sketching import agreement, sketch


@pytest.mark.parametrize(("thing", "look_ups"), [("true", 1), ("false", 0)])
def test_a_redesign_asks_about_a_thing_by_a_key_that_was_only_said(thing: str, look_ups: int) -> None:
    parcel = f"entity: parcel\nthing: {thing}\nkey: number\nelements: {{number: text, area: number}}"
    land = (
        "registry: land\ntitle: land\nagency: village\nservices:\n  s: {about: parcel, needs: [number], gives: [area]}"
    )
    steps = "- {form: apply, asks: [site.number, site.area]}\n- {issue: permit, by: office, carries: [site.number, site.area]}"

    found = sketch(
        steps, parcel + "\n---\n" + land, agreement("a", "land.s"), roles="{applicant: person, site: parcel}"
    )

    assert len(found.redesigned.look_ups) == look_ups
