"""Why a digit was read so, with a real worker: asked while it dies, and beside pictures that wait."""

import signal

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.drawing import encoded, page
from tests.e2e import house, pictures
from tests.e2e.house import Person


def why(public_id: str, position: int = 0) -> str:
    return f"/api/v1/recognitions/{public_id}/digits/{position}/explanation/"


def read(product: TrialProduct, owner: Person, content: bytes) -> str:
    """The public id of a picture that was read."""
    public_id = owner.api.submit(content)
    house.read_within(product, public_id, 60)
    return public_id


def files_of_explanations(product: TrialProduct) -> set[str]:
    return {name for name in house.stored_files(product) if "/explanations/" in name}


def is_made(owner: Person, public_id: str, position: int = 0) -> bool:
    return owner.api.get(why(public_id, position)).status == 200


def test_a_worker_killed_half_way_is_replaced_and_the_explanation_made_once(
    impatient: TrialProduct, alice: Person
) -> None:
    public_id = read(impatient, alice, pictures.full_page())
    before = files_of_explanations(impatient)

    def ask() -> str:
        assert alice.api.ask("POST", why(public_id)).status == 202
        return public_id

    _, stopped = house.freeze_while_explaining(impatient, ask)
    assert alice.api.ask("POST", why(public_id)).status == 202  # asked again meanwhile
    house.send_signal(stopped, signal.SIGKILL)
    assert wait_for(lambda: is_made(alice, public_id), 60), impatient.logs()[-4000:]
    status, attempt, losses = house.explanation_state(impatient, public_id)
    assert (status, attempt - losses) == ("done", 1)  # a machine that is busy may lose it once more
    assert losses >= 1
    assert len(files_of_explanations(impatient) - before) == 3
    body = alice.api.get(why(public_id)).json
    assert len(body["findings"]["heat"]) == 28
    heat = alice.api.get(body["pictures"]["heat"].partition(impatient.url)[2])
    assert (heat.status, heat.body[:4]) == (200, b"\x89PNG")


def test_deleting_the_picture_while_it_is_explained_leaves_nothing(impatient: TrialProduct, alice: Person) -> None:
    files = house.stored_files(impatient)
    public_id = read(impatient, alice, pictures.full_page())

    def ask() -> str:
        assert alice.api.ask("POST", why(public_id)).status == 202
        return public_id

    _, stopped = house.freeze_while_explaining(impatient, ask)
    assert alice.api.ask("DELETE", f"/api/v1/recognitions/{public_id}/").status == 204
    house.send_signal(stopped, signal.SIGCONT)
    later = read(impatient, alice, pictures.small())  # the worker has gone on to other work
    assert alice.api.get(why(public_id)).status == 404
    assert alice.api.ask("DELETE", f"/api/v1/recognitions/{later}/").status == 204
    assert wait_for(lambda: house.stored_files(impatient) == files, 30)


def test_a_picture_that_comes_while_many_explanations_wait_is_read_and_all_are_made(
    impatient: TrialProduct, alice: Person, bob: Person
) -> None:
    sheet = read(impatient, alice, encoded(page("402853", "176209", height=60)))
    count = len(alice.api.recognition(sheet)["digits"])
    assert count == 12
    with house.frozen(house.readers(impatient)):
        for position in range(count):
            assert alice.api.ask("POST", why(sheet, position)).status == 202
        picture = bob.api.submit(pictures.small())
    house.read_within(impatient, picture, 60)
    assert wait_for(lambda: all(is_made(alice, sheet, position) for position in range(count)), 120)


def test_bob_learns_nothing_about_alices_digits(impatient: TrialProduct, alice: Person, bob: Person) -> None:
    public_id = read(impatient, alice, pictures.small())
    assert alice.api.ask("POST", why(public_id)).status == 202
    assert wait_for(lambda: is_made(alice, public_id), 60)
    for path in (why(public_id), f"{why(public_id)}heat/"):
        assert bob.api.get(path).status == 404
    assert bob.api.ask("POST", why(public_id)).status == 404
