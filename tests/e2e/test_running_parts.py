"""What the running processes have loaded."""

from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures


def test_no_part_has_loaded_tensorflow_and_web_no_reader(product: TrialProduct) -> None:
    alice = house.arrive(product, "Alice")
    for _ in range(4):
        house.read_within(product, alice.api.submit(pictures.small()), 60)
    assert not _having(product, "web", "tensorflow/", "litert", "tflite")
    assert not _having(product, "worker", "tensorflow/")
    assert not _having(product, "beat", "tensorflow/", "litert", "tflite")
    assert _having(product, "worker", "litert"), "the question above would find nothing whatever is loaded"


def _having(product: TrialProduct, part: str, *words: str) -> set[str]:
    """The shared objects with one of the words in their path that any process of the part has loaded."""
    loaded = {path for pid in house.family(product.pid(part)) for path in house.libraries(pid)}
    return {path for path in loaded if any(word in path.lower() for word in words)}
