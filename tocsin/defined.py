"""What the reports count, each said once, so that a replay, a comparison and a digest agree."""

A_PAGE = (
    "A message is what reached somebody on a channel; a page is one case or incident that it asks "
    "for. A bundle is one message and several pages."
)
UNANSWERED = (
    "A page nobody answered is one that let its case climb; what the last step is asked again is "
    "not counted."
)
