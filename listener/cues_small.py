"""The small words of an English complaint: every long text has some, and alone they tell nothing.

How a phrase is written, and what a weight means, stands in `listener.cues`.
"""

from listener.cues import cue

SMALL_CUES = (
    cue(
        "angry emoji",
        0.9,
        """
        😡, 😠, 🤬, 👎, 😤, 🙄, 😒, 🤦, 🤮, 😞, 💔
        """,
        shown=False,
    ),
    cue(
        "service talk",
        0.5,
        """
        service, support {team|staff|ticket}, agent, agents, representative, rep, reps, manager,
        staff, supervisor, ticket, tickets, call center, call centre, helpline, technician,
        engineer, delivery {guy|man|boy|date|person}, employees, employee, seller, told
        {me|us|that|to|it}, they {said|told|say|are|have|dont|were},
        {said|says|saying|telling|tells|asked} {me|it|that|they|to|there|i|its|for|he|she|we|we},
        email, emails, request, response, {my|our}
        {account|order|flight|package|parcel|bag|bags|luggage|card|bill|number|internet|claim|case|ticket|issue|complaint|payment|booking|reservation|delivery|money|connection|subscription|application|transaction|query|app|email|emails|calls|device|password|purchase|refund},
        your
        {service|website|site|app|staff|team|system|customer|customers|company|employees|people|support|end|policy|phone|product|products|bank|response|store|agents|agent|online|server|servers|airline|executive|branch|representative},
        {ordered|purchased|bought} {a|this|it|the|on|from|0|two|my}, order {no|id|number|0},
        received {a|the|an|it|this|my|only|in|product|with}, regarding, requested, applied, branch,
        proof, promised
        """,
        shown=False,
    ),
    cue(
        "customer service",
        0.8,
        """
        {customer|consumer}
        {service|care|support|relations|experience|services|satisfaction|executive|court|forum},
        customers, your customer {service|care|support}, help {desk|line}, {call|service}
        {center|centre}, the service
        """,
        shown=False,
    ),
    cue(
        "strong language",
        0.6,
        """
        damn, hell, ass, omg, freaking, bloody, insane, crazy, sick, arse, hell no, god
        """,
        shown=False,
    ),
    cue(
        "negation",
        0.6,
        """
        not, no, never, dont, cant, doesnt, didnt, wont, isnt, nothing, hasnt, havent, wasnt,
        couldnt, arent, werent, nobody, without, nor, none, wouldnt, shouldnt, aint, no one, nowhere
        """,
        shown=False,
    ),
    cue(
        "contrast",
        0.4,
        """
        but, even, still, again, instead, because, after, though, however, only, yet, already,
        since, despite, why, unless, until, till, then, anymore, at all, due, now, just
        """,
        shown=False,
    ),
    cue(
        "own trouble",
        0.4,
        """
        my, me, i am, i have, we, us, our, trying, tried, been, had, we are, i was, have been, i had
        """,
        shown=False,
    ),
)
