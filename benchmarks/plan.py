"""What the load generator is told, and the forms it sends. Apart from Locust, which patches what it meets."""

import json
from dataclasses import asdict, dataclass

from benchmarks.pictures import Picture

BOUNDARY = "benchmark-7d1c5f"
FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Plan:
    """How many people, for how long, where."""

    url: str
    users: int
    arrive_seconds: float
    warm_seconds: float
    measure_seconds: float
    pictures: str
    """The folder with the forms to send, ready made."""
    people: list[dict[str, str]]
    seed: int = 1

    def as_json(self) -> str:
        """For the standard input of `benchmarks.load`."""
        return json.dumps(asdict(self))


def form(picture: Picture) -> bytes:
    """The picture as the body of a multipart request."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="{picture.name}"\r\n'
        f"Content-Type: {picture.content_type}\r\n\r\n"
    )
    return head.encode() + picture.content + f"\r\n--{BOUNDARY}--\r\n".encode()
