"""The phrases that speak against a complaint: thanks, praise, news, adverts, plain questions.

How a phrase is written, and what a weight means, stands in `listener.cues`.
"""

from listener.cues import cue
from listener.cues_voices import VOICES

COUNTER_CUES = (
    cue(
        "thanks",
        -1.3,
        """
        thanks, thank you, thank, thanks for {the|your|all|a|being|getting|making|
        responding|reaching|sharing}, thank you {so much|very much|for|all|!},
        appreciate, appreciated, grateful, kudos, props to, shout out, shoutout, well done, good
        job, great job, {keep up|good work|great work}, bravo, cheers, congrats,
        congratulations, welcome, blessed, you rock, you guys rock, glad, no worries, no
        problem, no
        issues
        """,
    ),
    cue(
        "praise",
        -1.1,
        """
        love, loved, loves, loving, great, awesome, best, the best, amazing, excellent, perfect,
        perfectly, happy, helpful, fantastic, wonderful, favorite, favourite, beautiful,
        comfortable, enjoy, enjoyed, enjoying, delicious, superb, brilliant, incredible,
        impressed,
        impressive, recommend, recommended, satisfied, value for, worth {it|the|every|buying|
        a|of|reading|money}, must {buy|have|read|try}, outstanding, exceptional, lovely,
        pleased, pleasure, excited, exciting, cant wait, looking forward, smooth, {very|so|
        really|is|was|are|pretty|too|quite|all|looks|super} {good|nice|easy|
        cute|cool|fast|soft|useful|quick|fun|beautiful|pretty}, good {quality|
        product|service|luck|news|book|one|for|day|work|packaging|experience|
        deal|value|purchase|performance|material|product|buy|night|and|at|to},
        nice {product|one|to|and|quality|book|fit|work|service|flight|touch},
        good, nice, fun, cool, yay, wonderful, genius, yum, gorgeous, stunning, fab, quick,
        reliable, decent, interesting, liked, helps, beautifully, easily, easy, wonderful,
        special,
        perfect
        """,
    ),
    cue(
        "nothing wrong",
        -1.2,
        """
        {no|not a|not an|not any|zero|without {a|any|}|never {any|had {a|any|
        an|}}|dont have any|didnt have any|free of} {single|} {issue|issues|problem|
        problems|complaint|complaints|lag|lags|lagging|trouble|troubles|error|
        errors|damage|damages|heating {issue|issues|problem}|delay|delays|hassle|
        hassles|regret|regrets|doubt|doubts|defect|defects|fault|leak|leaks|
        leakage|bugs|crash|crashes}, not disappointed, {never|didnt|did not|doesnt|
        does not|dont|wont|will not|not} {disappoint|disappoints|disappointed|
        disappointing|fail|failed|regret|hang|lag|heat|complain|crash|leak},
        {not|isnt|wasnt|arent|werent|aint} {that|so|too|all that|as|half|at
        all|} bad, {never|didnt|dont|wont|doesnt} {had|have|need|needed} to wait,
        {without|no} {waiting|wait|queue}, {day|week|month} 0 without {smoking|sugar|
        alcohol|coffee|drinking|social|cigarettes|caffeine|meat|a}, nothing wrong, {without {a|
        any}|no} fuss, worried {about|for} nothing,
        cant complain, no cons, a steal, steal deal, {hassle|trouble|error|problem} free, not
        a bad, {only|just} {issue|problem|complaint|drawback|con}, fixed {!|now}, not an
        issue, {one|two|three|0|all|both} {emails|calls|requests|messages} {answered|returned},
        {dont|do not} {miss|think twice|worry|hesitate}
        """,
    ),
    cue(
        "slang praise",
        -1.2,
        """
        {killer|sick|insane|crazy|wicked|badass|dope|unreal|filthy} {deal|deals|
        app|phone|feature|features|beat|album|show|design|good|burger|food|
        flavour|flavor|view|price|prices|shoes|kicks|gig|service|product}, {so|
        pretty|totally|thats|that is|looks|is|absolutely} {sick|dope|lit|fire},
        sick !, killer !, the bomb, badass, bad ass, dope, to die for, the shit, addicted,
        obsessed,
        {crazy|stupid|dangerously|insanely|nasty|wicked|scary|disgustingly|unreal|
        so damn|ridiculously} {good|fast|cheap|nice|delicious|tasty}, hits different,
        {goes|go|went} {hard|off with}, slaps, never misses, killing it, should be illegal,
        you beauty, bloody {brilliant|good|marvellous|lovely|great}, in the best way, {want|
        need} {all of it|them all|every one}, not even mad, sickest, i am dead, holy shit the,
        {is|are} {fire|
        lit|unreal}
        """,
    ),
    cue(
        "cheerful emoji",
        -0.8,
        """
        😍, ❤, 👍, 🙏, 😊, 😁, 💕, 💙, 😀, 🎉, 👏
        """,
        shown=False,
    ),
    cue(
        "news or advert",
        -1.0,
        """
        via @, rt @, link via, : link, .. link, ! link, hiring, job, jobs, apply now, check {out|
        it}, giveaway, win a, to win, enter to, discount, coupon, promo, promo code, {follow|
        join|visit|contact} us, subscribe, read more, learn more, sign up, find out, breaking :,
        report :, shares, earnings, market, markets, investors, investment, invest, launch,
        launches, launched, announces, announced, announcement, announce, followed me, unfollowed
        me, follow back, available {now|at|in|on}, introducing, coming soon, new {video|
        post|blog|release|album|single}, {i|just} {liked|posted|added} {a|to},
        video, tips, webinar, event, podcast, conference, interview, review :, updated :, live on,
        vs, growth, economy, global, analyst, stock, stocks, price target, ceo, revealed, unveils,
        unveiled, reportedly, startup, special, game, games, song, trailer, birthday
        """,
    ),
    cue(
        "plain question",
        -0.6,
        """
        can i, can you {tell|confirm|recommend|follow|guide}, do you {have|know if|
        offer|accept|still offer|guys have|ship|sell}, is there {a|any} {way|chance|
        option|discount}, how do i, how can i {get|apply|change|find|add}, what time, what
        are {the|your}, what is the {best|price|difference|process|cost|name}, which,
        does {the|this|it} {come|have|support|include}, will {you|it|there|the} be,
        would like to {know|ask}, i would like, want to know, just wondering, wondering if,
        {could|would} you {tell|recommend}, may i, where can i, who is, any chance, any plans,
        are there {any|still}, is it possible, curious, {do|should} i need {a|to|an}, who do
        i {talk|speak|write|send}, can you cancel {a|an|it}, {whats|what is} {your|
        the} {policy|returns|return|refund policy|opening|cheapest|best|difference|
        warranty}, asking for a friend, what happens to my, {anyone|anybody|someone} {know|
        knows|have experience|tried}, what happens {if|when}
        """,
    ),
    cue(
        "easy tone",
        -0.5,
        """
        good {morning|afternoon|evening|day}, lol, haha, hahaha, lmao, ;, hi, ok, ok i, sure,
        i am a {reporter|journalist|producer|researcher|columnist|correspondent|editor},
        hope, see you, you are welcome, sounds good, let us know, we are, we can, we will, {dm|
        message} us, our team, your feedback, for all, you too, love it, first, world, future,
        life,
        enjoying, today, tomorrow, ready, start, strong, smart
        """,
        shown=False,
    ),
    cue(
        "solved",
        -1.6,
        """
        {is|are|been|got|all|was|now|were|have|has been} {fixed|sorted|
        resolved|solved|reversed}, {fixed|sorted|resolved|solved} {everything|my|the
        issue|the problem|within|in 0|in five|in ten|in no time|straight away},
        {sorted|fixed} it {!|.|quickly|fast|in|within|and}, sorting it, made {it|
        things} right, came through, {got|have} my {money|refund} back, refund {arrived|
        received|came}, {is|are} back {.|!|now|and|to normal|again thanks}, stopped
        {crashing|freezing|dropping}, no longer {an issue|a problem}, problem solved, took back
        {the|my}, took it back, false
        alarm, my bad, no questions asked, solid since, {fine|good|great|perfect|solid|
        better} {now|since}, all good, {replaced|refunded|found} {my|it|the} {damaged|
        broken|faulty|lost|missing}, {replaced|refunded} {it|me}, thanks for {fixing|
        sorting|chasing|the refund|the quick}, thank you for {fixing|sorting|chasing|the
        refund|the quick}, cant ask for more, same day ., {apologised|apologized} and, this year
        {it is|its|they are} {really|so|much} {good|better}, brought it {to|back}, it is
        {great|fine|good} now, the new team, {works|working|runs|running|brews} again
        """,
    ),
    cue(
        "joke",
        -0.8,
        """
        {will|going to|might} {literally|actually|legit} {die|cry|scream|explode|combust},
        my toxic trait, absolutely nobody, pov, send help, also me, living rent free, {somebody|
        someone} stop me, {making|made|makes} me {want|crave|hungry|buy|laugh|smile},
        take my money, my wallet, adopt me, i hate how {good|much}, i am in this, {stop|damn}
        you @, meme, roast, {has|have} beef with
        """,
    ),
    *VOICES,
)
