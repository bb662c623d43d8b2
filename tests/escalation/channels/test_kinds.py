"""Every kind of channel says what it can do, and the page of channels says the same."""

import pytest

from escalation import channels
from escalation.channel import Capabilities
from tests import channel_table


@pytest.mark.parametrize("kind", sorted(channels.CHANNELS))
def test_every_kind_says_what_it_can_do_and_has_its_page(kind: str) -> None:
    can = channels.capabilities_of(kind)
    assert isinstance(can, Capabilities)
    assert not can.forms or can.two_way, "what is asked for in a form has to come back"
    assert channels.settings_of(kind).model_fields["kind"].default == kind
    page = channel_table.PAGE.parent / f"{kind}.md"
    assert f'kind = "{kind}"' in page.read_text(encoding="utf-8")


def test_the_table_of_channels_is_that_of_the_code() -> None:
    page = channel_table.PAGE.read_text(encoding="utf-8")
    assert channel_table.written(page) == page, "python -m tests.channel_table writes it"
    assert page.count("\n| [") == len(channels.CHANNELS)
