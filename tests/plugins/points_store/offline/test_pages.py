"""The pages and operations around a device without a line, as residents, clerks and the village meet them."""

import base64
import re

from cryptography.hazmat.primitives.asymmetric import ec

from core.clock import now
from core.county import county
from plugins.points_store.models import OfflineConflict, StoreClerk
from plugins.points_store.services import devices
from tests.plugins.points_store.offline.devices import Phone, card_of, new_phone
from tests.plugins.points_store.village import VILLAGE


def text_of(data):
    return base64.b64encode(data).decode()


def key_of(page):
    """The hidden fields of the first form that is booked once."""
    names = ("csrf_token", "form_key")
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1) for name in names}


def test_the_resident_sees_what_is_held_and_for_which_store(world, as_role):
    card_of(world)
    new_phone(world).reserve()
    page = as_role("resident", VILLAGE, person_id=world.household).get("/points-store/")
    assert page.status_code == 200
    assert "其中 50 分预留给新风超市离线使用" in page.text


def test_a_program_can_do_what_the_page_does(world, api_as):
    card = card_of(world)
    clerk, village = api_as("clerk", VILLAGE), api_as("secretary", VILLAGE)
    account_id = int(clerk.get("/me").json["id"])
    StoreClerk.create(store_id=world.store.id, account_id=account_id)
    phone = Phone(world, None, world.store.id, ec.generate_private_key(ec.SECP256R1()))
    proof = phone.sign(devices.enrolment_text(world.store.id, phone.mark))
    asked = {
        "store_id": str(world.store.id),
        "name": "前台",
        "public_key": text_of(phone.public_key),
        "proof": text_of(proof),
    }
    answer = clerk.post("/offline-devices", asked)
    assert (answer.status_code, answer.json["state"]) == (201, "waiting")
    path, sent_at = f"/offline-devices/{phone.mark}", now().isoformat()
    assert clerk.post(f"{path}/entries", {"sent_at": sent_at, "entries": []}).json["code"] == "device_waiting"
    number = answer.json["id"]
    assert clerk.post(f"/offline-devices/{number}/approval").status_code == 403
    assert village.post(f"/offline-devices/{number}/approval").json["state"] == "working"
    taken = clerk.post(f"{path}/quotas", {"sent_through": 0, "sent_at": sent_at}).json
    assert taken["server_key"] == text_of(county().keys.public_key())
    (quota,) = taken["quotas"]
    assert (quota["points"], quota["holder"]) == (50, "张*")
    assert {"product_id": world.salt.id, "name": "食盐", "points": 3} in taken["shelf"]
    phone.quotas = {int(quota["wallet_id"]): [quota["mark"], 50]}
    entry = phone.write(card, (world.salt, 2))
    body = {"sent_at": sent_at, "entries": [{"text": entry.text, "signature": text_of(entry.signature)}] * 2}
    synced = clerk.post(f"{path}/entries", body).json
    assert [row["state"] for row in synced["entries"]] == ["booked", "booked"]
    assert synced["last_seq"] == 1
    assert clerk.get(f"/wallets/{card.wallet_id}").status_code == 404
    assert village.get(f"/wallets/{card.wallet_id}").json["held"] == 44
    assert clerk.post(f"{path}/release", {"sent_through": 0}).json["code"] == "device_behind"
    assert clerk.post(f"{path}/release", {"sent_through": 1}).json == {"id": phone.mark, "points": 44}
    stopped = village.post(f"/offline-devices/{number}/revocation").json
    assert (stopped["state"], stopped["stopped_why"]) == ("stopped", "lost")


def test_the_village_lets_a_device_in_and_decides_what_could_not_be_booked(world, as_role):
    card, phone = card_of(world), new_phone(world)
    devices.Device.update(approved_at=None).execute()
    desk = as_role("secretary", VILLAGE)
    page = desk.get("/points-store/office/devices").text
    assert phone.mark[:4] in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    path = f"/points-store/office/devices/{phone.id}"
    assert desk.post(f"{path}/approval", data={"csrf_token": token}).status_code == 303
    phone.reserve()
    phone.write(card, (world.oil, 2), careless=True)
    assert phone.states() == [("conflict", "exceeded")]
    page = desk.get("/points-store/office/devices").text
    assert "超出预留额度" in page
    assert "食用油×2" in page
    conflict = OfflineConflict.unscoped("test").get()
    form = {**key_of(page[page.index("offline-conflicts") :]), "outcome": "store", "note": "店员认账"}
    path = f"/points-store/office/offline-conflicts/{conflict.id}"
    assert desk.post(path, data=form).status_code == 303
    assert "由超市承担" in desk.get("/points-store/office/devices").text
    assert as_role("clerk", VILLAGE).get("/points-store/office/devices").status_code == 403


def test_the_application_is_kept_by_a_worker_that_knows_all_its_parts(client):
    page = client.get("/points-store/offline/")
    assert "manifest-src 'self'" in page.headers["Content-Security-Policy"]
    worker = client.get("/points-store/offline/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/points-store/"
    kept = re.search(r"const KEPT = (\[.*?\]);", worker.text).group(1)
    for address in [*re.findall(r'(?:src|href)="(/[^"#]+)"', page.text), *re.findall(r'"(/[^"]+)"', kept)]:
        if "accounts" not in address and not address.endswith("/stores/"):
            with client.get(address) as answer:
                assert answer.status_code == 200, address
            assert f'"{address}"' in kept


def test_a_refusal_reaches_the_application_in_words(world, as_role):
    clerk = as_role("clerk", VILLAGE)
    state = clerk.get("/points-store/offline/state")
    assert (state.json["device"], state.json["points"]) == (None, 50)
    answer = clerk.post("/points-store/offline/enrol", json={}, headers={"X-CSRFToken": state.json["csrf"]})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
