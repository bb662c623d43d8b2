"""Groups of phrases that make a complaint graver and speak neither for nor against one."""

from listener.cues import cue

GRAVER_CUES = (
    cue(
        "harm done",
        0.0,
        """
        missed {my|our|the|a} {flight|connection|connecting|wedding|funeral|appointment|interview|
        exam|
        deadline|meeting|birthday|surgery}, {lost|losing} {my|our} {job|house|home|savings|data|
        business|
        customers|pictures|photos|files}, stranded, {out of|without} {power|water|heating|heat|
        money|
        medication|insulin|food} , cant {pay|afford|work|walk}, overdraft, evicted, ruined {my|our},
        {elderly|disabled|pregnant|sick|newborn|infant|diabetic|cancer}, {no|without} {heat|heating|
        water|electricity|power}, life savings, {thousands|hundreds} {of|in}, {in|into|of|more|huge}
        debt, debt {collector|
        collectors|collection|letters|spiral}, homeless
        """,
    ),
    cue(
        "escalation",
        0.0,
        """
        {file|filing|filed|lodge|lodged|raise|raised} {a|an} {complaint|dispute|claim|grievance},
        formal
        complaint, chargeback, {dispute|disputing} {the|this} {charge|payment}, {ceo|head office|
        corporate|management|supervisor|board of directors|executive office|higher management|
        director|
        senior management}, escalate, escalated, escalating, boycott, {going|go} viral,
        everyone {know|
        knows|should know}, {tell|telling|warn|warning} {everyone|everybody|people|all my|others},
        petition, {bad|negative|one star} {review|reviews}, post {this|it} everywhere
        """,
    ),
    cue(
        "blame",
        0.0,
        """
        {you|they|he|she|seller|bank|company|agent|driver|staff|courier|team|people|guys} {have|has|
        had|are|were|was|did|didnt|dont|doesnt|never|just|keep|kept|refuse|refused|wont|said|
        promised|told|took|take|sent|gave|charged|cancelled|deducted|blocked|debited|closed|changed|
        lost|made|put|sold|failed}, your {fault|mistake|responsibility|staff|agent|employee|
        executive|driver|team|system|people|branch|company|bank|website|app}, {because of|due to}
        {you|your|them|their}, responsible, accountable, blame, at fault, refuse, refused, refusing,
        refuses, denied, without {my|any} {consent|permission|notice|reason|information|knowledge},
        without {asking|telling|informing}, deliberately, on purpose, intentionally,
        {wrong|different|used|old|empty|expired|damaged|broken} {product|item|box|one|piece|phone|
        order|amount}
        """,
    ),
)
