"""Direct channels are remembered by several senders at once."""

import threading

from escalation.channels import rest


def test_many_senders_remember_at_once_and_the_oldest_is_forgotten() -> None:
    known: dict[str, str] = {}
    failed: list[Exception] = []

    def remember(first: int) -> None:
        try:
            for number in range(first, first + 3_000):
                rest.keep_direct(known, str(number), "c")
        except Exception as error:  # noqa: BLE001  told below
            failed.append(error)

    senders = [threading.Thread(target=remember, args=(n * 10_000,)) for n in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert failed == []
    assert len(known) == rest.MOST_DIRECT
