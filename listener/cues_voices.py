"""The phrases by which a voice is told that is no customer's: support, news, jobs, adverts, spam.

A voice speaks the whole post: where one is heard and nobody tells of themselves, what sounds like
reproach in it ("sorry your parcel arrived damaged") is no reproach. How a phrase is written, and
what a weight means, stands in `listener.cues`.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from listener.cues import Cue, cue, wordset

SUPPORT = cue(
    "support's own words",
    -2.0,
    """
    {sorry|so sorry|very sorry|saddened|hate} to {hear|see|learn} {about|of|that|
    this|your|you|it|.}, {sorry|apologies|apologise|apologize} for {the|any|your|
    this|all} {inconvenience|delay|delays|disruption|trouble|wait|late reply|late
    response|experience|confusion|issue|issues}, we {apologise|apologize|sincerely
    apologise|sincerely apologize|do apologise|understand|hear you|really appreciate
    your|missed you}, we are {aware|looking into|working on|investigating|currently {aware|
    looking|working|investigating|experiencing|checking}|very sorry|so sorry|truly sorry|sorry|
    here to|happy to|on it}, we would {love|be happy|
    hate} to, we would like to {help|look|take|assist|hear|apologise|apologize|thank}, we will
    {look into|get back|get to|share|take a|be in touch|reach
    out|follow up|investigate|pass|check|keep you}, we have {escalated|passed|
    replied|responded|forwarded|shared|sent you|received your|raised this|noted|
    informed}, weve {escalated|passed|replied|responded|forwarded|shared|sent you|
    received your|raised this|noted|informed}, {dm|pm|message|inbox} us, {send|drop|
    shoot} us {a|your|the}, {via|by|through|in|over} {dm|pm|private message|direct
    message}, thanks for {reaching out|flagging|getting in touch|contacting|letting us
    know|bringing this|bringing it|your patience|your feedback|your message}, thank you
    for {reaching out|flagging|getting in touch|contacting|letting us know|bringing this|
    bringing it|your patience|your feedback|your message|your understanding}, have you tried
    {restarting|rebooting|turning|resetting|clearing|reinstalling|logging}, may we
    {know|have|ask}, could you {send us|share|please share|provide|please provide|
    double check|confirm|please confirm|please send|dm|please dm}, can you {send us|
    share|please share|please dm|please provide|please confirm|dm}, {kindly|please}
    {share|dm|provide|fill in|fill out|follow and dm|check your inbox|reach out to
    us|contact us|call us}, our {team|engineers|executive|crew|staff|agents|
    specialists|teams|technicians} {will|would|can|{are|is} {looking|working|here|ready|on it|
    investigating|checking|aware|happy|available}}, {is our|our top} priority,
    happy to help, {like|love|glad} to help, not the experience we, {brings|brought} to our
    attention, be in touch with you, registered {mobile|email|number}, {will|shall} call you,
    your frustration, we regret {the|any|to}
    """,
)
NEWS = cue(
    "news",
    -1.2,
    """
    estimates, {profit|profits|earnings|revenue} {warning|fall|falls|rise|rises|
    down|up|beat|beats}, {shares|stock} {up|down|fall|falls|rise|rises|drop|
    drops|crash|slump|jump|surge|in|at}, {share|stock} {price|prices} {up|down|fall|
    falls|rise|rises|drops|slumps|slump|jumps|hits|at}, nasdaq,
    nyse, {early|premarket|after hours|late} trading, volume 0, {down|up|off|fell|rose|drops} 0
    {at|to} {0|money}, closed at 0 0, price target, analysts, investors,
    shareholders, {steps|step|stepped} down, regulator, regulators, watchdog, probe, lawsuit,
    sued by, court, judge, jury, {on|murder|fraud} trial, trial
    {opens|begins|starts}, executives, prosecutors, charged with, fined {money|0},
    {sources|officials|police|mayor|minister|union|report|reports|papers} {say|
    says|said|show|shows|claims}, union, {votes|voted|vote} to, job cuts, {to|will}
    {close|cut|shut|axe|open|buy|acquire|sell} {its|0|stores|branches|plant|
    factory|all}, recalls, recalled, {in|after|amid} {talks|backlash|fears|concerns|
    outcry|criticism}, {company|firm|airline|bank|spokesman|spokeswoman|spokesperson|
    ceo} {says|said|confirms|confirmed|investigating|denies|denied|told}, breaking :,
    breaking news, report :, exclusive :, opinion :, survey, ranks, reuters, bloomberg, bbc,
    hackers, {hits|hit} {thousands|hundreds|millions}, thread by, my piece, {lost|losing|
    win|won} the {streaming|price|browser|phone} {war|wars}, confirms, merger, takeover,
    acquisition, ipo, bankruptcy, layoffs, {starts|begins|opens} today in, {delays|delayed}
    launch, cancels plans, {pulls|drops} {ad|plan|plans|out}, {new|latest} {study|
    survey|poll|report}
    """,
)
JOBS = cue(
    "job",
    -1.3,
    """
    {is|are|now|we are|currently} {hiring|recruiting}, hiring :, vacancy, vacancy :, vacancies,
    job :, {m|f} {f|m|w} d, per annum, salary {money|of|up}, money {per|a} {year|annum},
    {permanent|remote|hybrid} {role|position}, new role, competitive salary, salary :, {is|are}
    {looking for|seeking} {a|an} {new|experienced|motivated|full time|part time}, job
    {alert|opening|fair|vacancy|offer}, new job, careers fair, join our team, apply {by|
    now|today|before|here|at|via|online}, applications {close|open|are}, {full|
    part} time, immediate start, no experience needed, apprenticeship, internship, {seasonal|
    warehouse} staff, drivers wanted, advisor wanted, taking people on, {start|starting} at,
    {working|work|works} at {@|a|the}, {anyone|anybody|someone} {here|} work {at|
    for}, {job|interview|internship|career|last day|first day} {at|with}, my cv,
    recruiter from, wish me luck, parental leave, {my|a|the} {first|second|third|final|
    job} interview, {got|landed} the job, quit my job, {late|night|early} shift, colleagues,
    seeks
    """,
)
ADVERTS = cue(
    "advert",
    -1.3,
    """
    {switch|upgrade} to, use code, promo code, {0 percent|0} off, up to 0 off, {get|claim|
    start|try} your free, free {trial|delivery} {at|now|until|today|with}, {dont|do
    not} miss out, {learn|read|find} {more|out more}, order {ahead|now|today|yours},
    shop now, buy now, book now, sign up {now|today|and}, {say|wave} goodbye to, no more
    {waiting|queues|hassle|worries|excuses|fees}, stop wasting, never {lose|worry|
    miss|pay|wait} {your|about|again|a|for}, {dont|never} get {ripped|caught|
    stuck|scammed}, compare {with|prices|deals}, this is it :, in stores, now available,
    limited edition, limited time, ends {sunday|today|tonight|soon|monday}, hurry, deals
    are, is here, are here, {win|enter} {a|here|to win|now}, why pay more, {call|visit}
    {us|now|today}, open an, ? open an, from {0|money} a month,
    {repairs|fixes} any, {sale|offer}
    {now on|ends|starts}, refer a friend, referral {link|code}, download the, get the app,
    gift cards, introducing, help when things go wrong
    """,
)
SPAM = cue(
    "spam",
    -1.8,
    """
    airdrop, presale, giveaway, whitelist, connect wallet, to the moon, 0 x gem, mint before,
    {trading|forex|crypto} signals, 0 accuracy, follow back, {i|we} follow back, followback,
    teamfollowback, followers {fast|cheap|free}, {gain|buy|get} {0|more|free|cheap|}
    followers, {retweet|rt|like|tag|comment|share} {and|or} {follow|tag|win|
    share|comment|like|rt|retweet}, rt follow, tag 0 friends, like share, {dm|message|
    contact|telegram|whatsapp|text} {me|her|him|@}, on telegram, whatsapp, got {mine|
    it all|it|everything|my account} back {in|thank|from|thanks}, recover {stolen|
    lost|your}, recovered my, got it all back, singles near, sugar {baby|daddy}, weekly
    allowance, make money, {0|money} a {week|day} trading, {voucher|card|code|coupon}
    generator, accounts for sale, wallet address, check my {pinned|bio}, link in bio, join our
    discord, long calls, mutuals, free coupons, hodl, trading with
    """,
)
VOICES = (SUPPORT, NEWS, JOBS, ADVERTS, SPAM)

# Words with which somebody tells of themselves: no such voice, whatever else they say.
_OWN = frozenset(["my", "me", "mine", "myself"])
_I = _OWN | {"i"}
_WE = _I | wordset("we us our ours you your")
SILENCED_BY: dict[str, AbstractSet[str]] = {
    SUPPORT.name: _OWN | {"refused", "stranded", "ridiculous", "ignored", "copy"},
    NEWS.name: _WE | {"wtf", "?"},
    JOBS.name: wordset(
        "nobody ghosted error broken doesnt wont hold phones wrong refund rude never answers"
    ),
    ADVERTS.name: _I
    | wordset("they not refused wont doesnt tried broken charged nightmare worst scam again"),
    SPAM.name: wordset("refund refused nobody answers ticket tickets support charged"),
}


# Who advertises a vacancy names the task: "refund specialist", "phones".
_POSTED = frozenset(("vacancy", "vacancies", "salary", "annum"))
_TASKS = frozenset(("refund", "phones", "hold", "broken", "wrong", "rude"))
# So does who names the post itself and does not tell what came of it.
_OFFERED = wordset("hiring recruiting job role position")
_TITLES = wordset(
    "officer handler handlers advisor adviser advisors advisers specialist assistant coordinator "
    "administrator representative executive manager agent agents clerk associate analyst leader"
)
_APPLICANTS = wordset(
    "i me my we us but because why how still yet page site website form button link portal test "
    "interview applied process recruiter ?"
)
_NOTHING: AbstractSet[str] = frozenset()

# Phrases of two words that customers say as well: one of them silences nobody.
_EVERYBODY_SAYS = frozenset(
    (
        "is here",
        "are here",
        "download the",
        "gift cards",
        "part time",
        "open an",
        "late shift",
        "new role",
        "night shift",
        "early shift",
    )
)


def is_clear(phrases: Iterable[str]) -> bool:
    """Whether phrases of a voice are enough to silence a post: two, or one of several words.

    "Trial", "survey", "hurry" by themselves are words like others.
    """
    said = [phrase.strip() for phrase in phrases]
    return len(said) > 1 or any(" " in one and one not in _EVERYBODY_SAYS for one in said)


def speaks(voice: Cue, words: AbstractSet[str], bitter: bool) -> bool:
    """Whether a voice, of which a phrase was found, speaks a text of these words.

    bitter  it also says that nobody answers, or how often it was tried: only news may.
    """
    silenced = SILENCED_BY[voice.name] - (_TASKS if _posted(words) else _NOTHING)
    return silenced.isdisjoint(words) and not (bitter and voice is not NEWS)


def _posted(words: AbstractSet[str]) -> bool:
    """Whether a post offers a job, whose tasks may be the complaints of others."""
    if not words.isdisjoint(_POSTED):
        return True
    offered = not words.isdisjoint(_OFFERED) and not words.isdisjoint(_TITLES)
    return offered and words.isdisjoint(_APPLICANTS)
