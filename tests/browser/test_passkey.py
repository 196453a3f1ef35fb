"""A passkey, from the device that makes it to the door it opens."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_opens_the_door(come_in, town):
    # Passkeys belong to a name: browsers make none for a bare number.
    home = f"http://localhost:{town.house.port}"
    page = come_in()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    page.goto(f"{home}/demo/")
    page.click("form:has(input[value=paulo]) button")
    page.goto(f"{home}/in/passkeys/add")
    page.click("#passkey-add")
    page.wait_for_url(lambda url: not url.endswith("/add"))
    page.goto(f"{home}/me/")
    page.click("form[action='/in/out'] button")

    page.goto(f"{home}/in/?next=/me/")
    page.click("#passkey-enter")
    page.wait_for_url(f"{home}/me/")
    assert "Paulo Reis" in page.inner_text("header")
