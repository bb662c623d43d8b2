"""The phrases by which an English complaint is told, in named groups with weights set by hand.

How a phrase is written, and what a weight means, stands in `listener.cues`.
"""

from listener.cues import cue
from listener.cues_small import SMALL_CUES

COMPLAINT_CUES = (
    cue(
        "waiting",
        1.1,
        """
        still {no|not|nothing|waiting|pending|hasnt|havent|isnt|wont|cant|dont|
        doesnt|didnt|unable|havent|showing}, still {have|has|am|is|are} {not|no|
        nothing|waiting|pending|unable}, still yet to, yet to {receive|get|hear|be},
        {been|was|am|are|keep|kept|were} waiting, waiting {for|on|to|since} {my|
        a|the|0|over|an|you|your|this|almost}, on hold, hold for, {hold|wait|
        queue|waiting} time, {long|longer|endless} wait, the wait, {for|over|past|than|
        almost|nearly|after|another|about|waited|waiting|takes|took|taking} <some>
        <while>, {last|past} 0 {hours|days|weeks|months}, {0|few} {hours|days|weeks|
        months} {late|and|now|later|already|passed|ago}, been <some> <while>, been
        {hours|days|weeks|months}, {hours|days|weeks|months} and counting, {for|in}
        {hours|days|weeks|months|ages|forever}, {takes|taking|took} {forever|ages|
        so long|too long|hours|days|weeks}, delayed, delay, delays, so late, {running|
        arrived|was|is} late, overdue, not yet, pending {for|since}, stuck, stranded, how
        {much longer|long {do|will|does|must|is|am|are|should}}, {since|from}
        {yesterday|last|morning|evening|0 {days|hours}|{the|} {morning|monday|
        friday}}, no {update|updates|progress|resolution|solution|action|eta|sign of},
        {all|whole|entire} {day|morning|week}, sitting {on|at|in|here}, time to wait,
        made to wait, have to wait, had to wait, {day|week|month} 0 {of|with|and|and
        still}, {hours|days|weeks|months} waiting, {would|should|was to|were to|was supposed to|
        supposed to|will} {come|
        arrive|be here|turn up|show up} {between|at|by|before|on|today|yesterday},
        it is {0|now 0|already}, {week|day|month} 0 {.|and counting|now|still}, {0|
        <some>} <while> {late|later|and counting|in and}, it is 0 now, {was|were} due {at|
        on|in|yesterday|last}, no {parcel|sign} , {nothing|nobody} here, never {turned|
        turns|shows|showed|show|comes|arrives} {up|}, {doesnt|didnt|did not} {show|
        turn} up, for six <while>, {delivered|resolved|refund} . it was not, it was
        not ., 0 <while> for {a|an|one|my|our|this}, {say|says|said} delivered,
        late again, {weekend|week|night|day|evening|morning} without {heating|hot|water|power|
        internet|electricity|gas|wifi|signal|broadband|a}, nothing {arrived|came|has arrived|has
        come}, still {cold|broken|offline|closed|
        blocked|open|missing|leaking|wrong|dead|frozen|locked|there|up}
        """,
    ),
    cue(
        "repeat contact",
        1.0,
        """
        {second|third|fourth|0 nd|0 rd|0 th|umpteenth|nth} {time|day|week|call|
        email}, 0 times, {0|two|three|several|multiple|many|numerous|countless}
        {times|calls|emails|complaints|attempts|reminders|requests}, again and again,
        over and over, {keep|keeps|kept} {asking|calling|getting|telling|saying|
        trying|sending|giving|crashing|happening|on|being|freezing|changing|
        putting|cutting}, {yet|once} again, every time, every {single|} {day|time}, time and
        again, {have|had|i} already, already {called|sent|told|tried|done|dmd|
        emailed|raised|complained|shared|contacted|did}, {repeated|repeatedly|
        continuously|constantly}, raised {a|the|my|complaint|ticket}, follow {ups|up
        {with|on}}, followed up, no matter how, even after, {called|calling|call} {back|
        again|you|them|customer}, happened again,
        {it|this|same|down|broken|late|gone|off|out|twice} again {.|!|this}, {called|rang|
        phoned|emailed|asked|wrote|written|contacted|complained|told} {@|you|them|in|} twice,
        twice {now|already|this}, {tried|
        trying} {to {call|contact|reach|get|speak|talk}|calling|contacting|
        everything|again|all}, {i|have|we} tried, constant, another {email|call|
        problem|issue}, {third|fourth|fifth|0 rd|0 th|second} {visit|attempt|
        appointment|letter|power cut|engineer}, {dmed|messaged|emailed|rang|phoned|
        called|written|wrote} {you|them|@|} {a week ago|0 times|twice|three times|
        four times|five times|several times}
        """,
    ),
    cue(
        "refund and charge",
        0.9,
        """
        refund, refunds, refunded, {my|our|the|your} money, money back, {was|been|got|
        being|were|am|me|am being} {charged|billed}, charged {me|my|the card|twice|for|
        money|0}, double charged, overcharged, charging me, {extra|hidden|wrong|double}
        {charge|charges|fee|fees}, deducted, debited, not credited, reimburse, reimbursed,
        reimbursement, compensation, compensate, {i|we|have|had} paid, paid {for|extra|
        money|0}, pay {for|extra|more} {a|to|the|this}, {wrong|incorrect} {bill|
        amount|price}, overpriced, cost me, costing me, voucher, return it, returned it, {want|
        going} to return, to return, returned, replacement, {double|triple} {charged|billed},
        keeps {billing|charging}, {billed|charged} {for|twice|again|on}, still billing, 0
        for a, nowhere mentioned, full price, never paid out, only half of, {keep|kept} my
        {deposit|money}, my deposit, half of it, {overcharging|billing|charging} {me|us|
        people|my}, {put|puts|putting} {the|my|our|your|their} {price|prices|bill|bills|rent|fee|
        fees|premium} up, {doubled|tripled|hiked|upped} {my|our|the|your|their} {price|prices|
        bill|
        bills|rent|fee|fees|premium}, {paid|pay|paying} for {next|same} day, pays for that, then
        charged,
        {refunded|refund} {me|us|} {half|only|part}, it is expired, {wants|want} me to pay, rip
        off
        """,
    ),
    cue(
        "broken",
        1.2,
        """
        {not|isnt|arent|never|stopped|stops|wasnt|nothing|quit|no longer|nor}
        working, {doesnt|dont|does not|do not|didnt|did not|wont|will not|not|
        never|cant} {work|load|open|start|connect|turn|charge|function|let|go|
        sync|play|recognize|allow|fit|respond|update|show|send|come|give|
        make|take|want|support|process|match}, {lost|damaged|ruined} {her|his|their} {parcel|order|
        package|delivery|luggage|bag|bags|suitcase|booking|refund}, broken, crash, crashes,
        crashed, crashing,
        freezes, freezing, error, errors, glitch, glitches, bug, bugs, buggy, faulty, defective,
        defect, damaged, torn, scratched, {is|are|was|been|was|keeps going|site|app|
        website|page} down, outage, malfunction, messed up, screwed up, screwed, {is|are|has|
        have|was} {failing|failed|stopped|dead|disappeared|vanished|corrupted|
        blocked}, {cant|unable|couldnt|not able|never able|can not|wont let me|could
        not} {to|even|get|log|login|access|use|open|find|connect|book|check|
        send|see|make|change|sign|pay|reach|speak|add|download|install|
        update|buy|do|be|seem|read|play|watch|believe|call|transfer|help|
        place|complete|view|figure|receive|believe}, not able, failed to, fails to,
        missing, lost {my|our|luggage|bag|bags|the|a|in|0}, {my|our} lost,
        {wrong|incorrect|expired} {product|item|size|order|one|colour|color|
        address|date|piece|thing}, {used|old|different} {item|size|order|colour|color|address|
        date|
        piece|thing}, {not|never|didnt|havent|
        hasnt|did not|nor|have not|not yet|still not} {receive|received|arrive|
        arrived|delivered|deliver|delivering|get|got|getting|come|came|show|
        showing|showed|updated|reflected|reflecting|credited|processed|refunded|
        resolved|solved|fixed|charging|loading|turning|sending|happening|been|
        taking|giving|coming|opening|connecting}, stopped, stops, dead, damage, damaged
        product, {drains|draining|drain} , overheating, overheats, heating {issue|problem|
        up}, hangs, lags, lagging, lagging, {so|very|too|extremely|really|painfully|
        super} slow, leaking, leak, tore, ripped, fell apart, falling apart, broke, worn out,
        {keeps|kept|keep|constantly|always|randomly} {dropping|disconnecting|
        buffering|lagging|failing|stopping|restarting|rebooting|dying|losing|timing
        out|freezing|glitching|cutting out|going {down|off|out}}, drops {out|every|
        all|constantly}, speed test {says|shows|gives|gave|said|showed|is|at},
        {getting|get|only} 0 {mbit|mbps|mb|megabit|megabits|kbps} , 0 {mbit|mbps|
        mb} {paying|instead|when|but|while|out of}, {please|kindly} fix {my|our},
        leaked {my|our|his|her|customer|customers|all}, {was|were|is|are|came|
        arrived} {raw|stale|mouldy|moldy|burnt|rotten|undercooked|soggy|filthy|
        smashed|shattered|expired|cracked|bent|leaking|soaked|empty|cold and|
        freezing}, {logs|logged|kicks|kicked} me out, {still|been} {offline|down|dead|
        without}, {keeps|kept} {rebooting|restarting}, rebooting every, {card|payment}
        {declined|blocked}, wont {scan|open|start|turn on|charge|load|let}, {drops|
        cuts out|crashes|freezes|reboots|dies} every, every {evening|night|minute|
        hour} , {has|had|have} {gone|been} {silent|dead|dark}, doesnt even, {broke|
        killed|ruined|wiped|deleted|lost|bricked} {my|our|all my|all our}, {fell|fall|falls|
        falling|
        fallen|came} to {bits|pieces}, {threw|throws|chucked|lobbed|tossed|dumped} {my|our|the}
        {package|parcel|box|delivery|order|bag|luggage}, {being|was|been|got|gets|keeps being|is}
        declined, {broke|burnt out|died|
        stopped|failed} after, is {dead|broken|frozen} again, gone again, down again, {wasnt|
        was not} on the, {left|leaving} {me|us} {with|without|in|stranded},
        no {heating|hot water|seat|seats},
        {delivered|sent|brought|shipped|gave} {me|us|} {the|a|} wrong, {wiped|deleted|erased|lost}
        everything, collapsed {with|under|on|after|when}, {still|left} no {heating|internet|
        water|power|signal|
        card|reply|refund},
        wrong {order|prescription|size|deliveries|delivery}, every order is, {logs|
        logged|logging|log} {everyone|us|me} out, {expired|disappeared|vanished|
        deleted} {overnight|from|without}, it vanished, out of stock, in {pieces|0 pieces|two
        pieces}, {wrong|missing} {deliveries|parcel|items|parts}, {hair|hairs|glass|plastic|
        mould|maggots} in
        {my|our}, full of {holes|mould|bugs}
        """,
    ),
    cue(
        "trouble",
        0.7,
        """
        issue, issues, problem, problems, trouble, fix, fail, fails, failed, wrong, cancelled,
        canceled, cancel, unable, having {issues|problems|trouble}, disaster, nightmare, mess,
        chaos, mistake, confused, confusing, blocked, suspended, locked out, hacked, down, slow,
        inconvenience, complaint, complaints, complain, complaining, due to, facing, lost
        """,
    ),
    cue(
        "no reply",
        1.4,
        """
        {day|week|month} 0 {without|of no|with no|and no}, no {response|reply|answer|
        responses|replies|help|communication|one {answers|answering|is answering|
        picks|responds|replies|cares|to help|there|is|has|at|can|in|knows|
        seems|from|will}|callback|call back|explanation|apology|support|
        information|info|email|notification|contact|way to|assistance|customer
        service}, no response from, without {any|a} {response|reply|notice|explanation|
        reason|information|prior|warning}, {not|never|doesnt|dont|isnt|arent|
        didnt|havent|hasnt|wont|nobody|nobody is|not even} {responding|replying|
        answering|answer|reply|respond|replied|responded|answered|called|calling|
        heard|picking|pick|contacted|call|hear|bother|acknowledge|listening|help|
        helping}, ignored, ignoring, ignore {me|my|us}, {hung|hangs|hang} up, disconnected,
        {get|getting|got} through, cut off, unhelpful, {not|wasnt|werent|isnt|zero|not
        very|less than} helpful, not help, never heard back, nobody {answers|knows|cares|
        is|can|has|to|at|seems}, automated {response|reply|message}, standard reply,
        copy paste, {no|zero} customer {service|support|care}, {call|calls|called|get|
        got|email|emailed|reply|write} {me|} back, run around, runaround, passed around,
        transferred {to|me}, {never|didnt|not} {bothered|bother} to, support {is|has
        gone|} {silent|useless|a bot}, completely silent, {ghosted|ghosting} {me|us|},
        {never|doesnt|dont|didnt|wont|nobody|no one|does anyone} {ever|} {replies|
        reply|answers|answer|answered|replied|responds|picks up|picked up|told me|
        emailed me|called back}, {cut|cuts} me off, anyone there, hello ? ?, {helped with|
        sorted|did} nothing, {no|without} notice, nobody {came|comes|picked|picks|
        replied|replies|answered|called}, without {asking|telling|warning|a word},
        {nobody|no one} tells, laughed at {me|us}, {kept|keeps|keep|just} hanging up,
        hanging up on, any chance of {a {reply|refund|response|callback}|an answer|answering|
        replying|
        responding|fixing|delivering|sorting|someone|anyone}, it bounces, {couldnt|cant|didnt|
        could not} help {either|me|at all},
        no {card|answer to}, review for 0 {days|weeks|months}, in review for
        """,
    ),
    cue(
        "accusation",
        1.3,
        """
        scam, scams, scammed, scammers, scammer, fraud, frauds, fraudulent, cheat, cheats,
        cheated,
        cheating, cheaters, stealing, stole, thief, thieves, robbed, robbery, robbing, looting,
        loot, rip off, ripoff, ripped off, ripping off, misleading, mislead, misled, {false|fake|
        empty|broken} {promise|promises|claim|claims|information|info|advertising|
        product|review|reviews|commitment}, deceptive, dishonest, lied, lies, liar, liars,
        lying to, incompetent, incompetence, negligence, negligent, irresponsible, careless,
        {dont|
        doesnt|do not|does not|didnt|could|couldnt|nobody|no one|not} {care|
        cares|care less|give a}, shame on, shameful, {unprofessional|rude|rudest|
        disrespectful|arrogant|racist|unethical|illegal|greedy|discriminating},
        attitude, unacceptable, ridiculous, disgusting, disgusted, disgraceful, disgrace,
        outrageous, appalling, appalled, absurd, {a|your|such a|complete|total|is} joke,
        pathetic, laughable, lame, horrendous, atrocious, shocking, shocked, inexcusable,
        clueless,
        idiots, stupid, insulting, harassment, harassing, taking advantage, mismanaged, poorly,
        joke, {criminal|crooks|crook|con artists|bait and switch|tough luck|extortion|
        daylight robbery}, {flat out|blatantly|keep|keeps} lying, {be|being|get} lied
        """,
    ),
    cue(
        "leaving",
        1.4,
        """
        never {again|flying|buying|using|fly|buy|use|order|ordering|book|shop|
        shopping|be back|going|trust|recommend|return|come}, {not|wont|never|
        wouldnt|will not|cant|not going to|never going to} be {back|buying|flying|
        using|ordering|returning|a customer|recommending|booking|shopping|going|
        renewing}, last time {i|we|you}, switching to, {switch|switched|move|moving|
        moved|going|go} {{to another|to a different} {bank|airline|provider|carrier|
        company|brand|shop|store|network|service|one|app|supplier|insurer}|to
        your competitor|elsewhere|carriers|providers|banks|airlines}, {should|wish|
        would|could} have {gone|flown|stayed|stuck|used|bought|chosen|taken|just},
        should of, {lost|lose|losing|loosing|lost me as} {a|my|your|me as|another|
        this|loyal|customers} {customer|customers|business|loyal|for}, losing customers,
        {lost|lose|losing} me, {closing|close|cancelling|canceling|cancelled|cancel}
        my {account|subscription|order|card|service|contract}, {take|taking} my
        {business|money} , {dont|do not|not|never|please dont|wouldnt|not to|dont
        ever|please do not|cant|will not|wont|would not} {buy|waste|use|order|
        trust|recommend|purchase|bother|go for|fall|take}, {stay|keep} away, avoid,
        beware, boycott, {done|finished|through|over it|over} with {you|this|them|
        your}, {worst|last} {purchase|buy|decision}, regret, regretting, unfollowing, dump,
        ditch, ditching, {save|wasted|wasting|waste} your {money|time}, think twice, i am
        {done|out} {.|!|with}, one more time, no longer a customer, {cancelling|closing}
        everything
        """,
    ),
    cue(
        "reproach",
        1.0,
        """
        why {is|are|cant|do|does|did|dont|doesnt|didnt|am|would|wont|has|
        have|isnt|arent|not|on|was|were|so|should|even|havent|hasnt|in|
        the|no|bother|you|must}, @ why, why ?, where {is|are|the|s} {my|the|our|
        your|it|hell|fuck}, wheres {my|the}, how {hard|come|can|is|are|could|
        dare|about|many} {you|it|this|is|i|a|they|the|that|we|people|
        times|more|actually|can|fixing}, how dare, how come, how hard, how do you {expect|
        not|lose|explain|guys|justify}, how is {it|this|that}, what {the {hell|heck|
        fuck|point|f|deal|problem|issue}|is going on|is the {point|problem|issue|
        reason|deal|use|status}|kind of|is wrong|happened {to|with|here}|gives|
        sort of|a|is this|is up|are you|a waste}, whats {the {point|deal|problem|
        issue|reason|status|use|hold}|going on|up with|wrong|happening|with}, wtf,
        wth, what the, when {will|are|is|can|do|does} {you|i|my|it|the|this|
        we|they|your} {be|get|going|refund|resolve|fix|have|expect|receive|
        bringing|going to|coming}, is this {how|your|the way|normal|a joke|really|
        for real|what|acceptable|some|the|even|true}, is it {really|too}, are you
        {kidding|serious|joking|going|even|guys|people|freaking|sure|really|
        trying|still|not|waiting|aware|ever}, you {kidding|guys|people} {me|are|
        need|have|cant|really}, really ?, seriously ?, seriously, {do|did|does|can|
        will|have|would} {you|anyone|someone|anybody} {even|guys|people|ever|
        actually|really|care|not|think|have any idea|know how}, dear @, hey @, do
        better, get it together, get your {act|shit|stuff}, not {cool|ok|okay|acceptable|
        fair|right|what i|good enough|impressed|even|amused|a good|the first|how|
        happy}, {too|so} bad, ? ?, ? !, ! ?, on earth, i thought, you said, supposed to, even
        though, explain {why|how|this|to}, {they|you} {claim|claims|claimed|told me|
        refuse|refused|promised|said|keep|lost|just}, you {never|didnt|have no|
        guys|people}, refuse to, refuses to, refused to, would think, not one, {what|who} {am
        i|pays|do i} {paying|pay} for, who pays for, so {you|they} can, {your|not|isnt}
        {my|his|her|our} {job|problem}, look at the, hope {you are|youre} proud, {i|we} would
        like to know {where|why|when|how}, would it
        kill, {had|have} to {leave work|drive|walk home|take a day|pay again}, wouldnt be
        here, explain the
        """,
    ),
    cue(
        "bitter thanks",
        1.9,
        """
        {thanks|thank you|thanks so much|thank you so much|thanks a lot} {@|} for
        {nothing|ruining|the {delay|delays|lack|wait|inconvenience|bad|terrible|
        horrible|crappy|standard|non|awful}|making {me|us|my} {wait|miss|late|
        sit|pay}|not|losing|leaving|cancelling|canceling|screwing|wasting|that
        standard|your non|stranding|delaying|overcharging|breaking|ignoring|forcing|
        putting me|keeping me|messing}, {no|not} thanks to, thanks a lot for, way to {go|
        ruin|treat|make|lose|screw|run|start}, so much for, got to love, nice job,
        {great|good|nice} {job|work} {losing|on not|ruining|with the delay|breaking|
        cancelling|making}, nice try, again {.|!} thanks,
        love {waiting|being|sitting|paying|getting charged|
        how i cant|when you}, just {great|wonderful|perfect|lovely|fantastic} .,
        {another|yet another} {great|fine|wonderful|lovely|fantastic}, {paying|pay|
        paid} {0|money|} {a month|every month|monthly|} for nothing, thanks a bunch, {so
        happy|thrilled|delighted} {with|that} {you|the|@} that,
        {shoutout|shout out|kudos|props} {to|for} {teaching|losing|ruining|making|
        charging|ignoring}
        """,
    ),
    cue(
        "demand",
        0.7,
        """
        {please|just|to|must|and|can you|you|you need to|should|and} fix {it|
        this|your|the|my|that|.}, fix {it|this|your}, sort {it|this|your|that}
        {out|}, needs {to|fixing}, {i|we} {need|want|demand|expect|deserve} {my|a|
        to {speak|talk|know|be|get|cancel|return}|someone|answers|an|help|you
        to|your|it|this|better}, give me {my|a|back}, get me {a|off|on|to|my},
        someone {please|to|needs|help|from}, {please|kindly} {help|fix|resolve|
        look|advise|sort|do|refund|check|dont|respond|reply|solve|provide|
        tell|take|return|stop|explain|contact|call|get|let|confirm|update|
        assist|arrange|send|make|give|improve|suggest|bring|cancel|clarify|
        deliver|ensure|process}, resolve, resolved, resolution, solve, do something, take
        action, action against, asap, urgent, urgently, immediately, right away, {bring|give|
        want} {it|my|back|me} {back|my|the}, stop {sending|calling|charging|asking|
        being|trying|making|the|it|this|with|telling|using|putting}, should {be
        {able|ashamed|free|a|more|fixed}|have {been|a|had|to|the}|not be|
        know|at least|get}, need {help|assistance|to {fix|get|do|hire|improve|be|
        change|stop|have|work}|an {answer|explanation}|some {help|answers}|your
        help|better}, help me, please help, any {update|updates|news|help|idea {why|
        when|what|how}|reason|solution}, {speak|talk} {to|with} {a|someone|anyone|
        the|an}, speak to, talk to, look into, unresolved, immediate, concern, grievance, escalate
        """,
    ),
    cue(
        "disappointment",
        1.2,
        """
        worst, worse, {very|so|really|too|is|was|are|its|how|pretty|not|
        extremely|such|such a|a|real} {bad|poor|disappointing|disappointed|
        frustrating|frustrated|annoying|annoyed|upset|unhappy|sad|cheap|upsetting|
        useless|pathetic|late|horrible|terrible|awful}, bad {experience|quality|
        service|product|customer|packaging|behaviour|behavior|company|item|day|
        design|luck|idea|for|news|smell|condition|business|one|battery|sound|
        packing|delivery|material|purchase}, poor {quality|service|customer|experience|
        product|communication|performance|packaging|sound|battery|show|design|
        delivery|build|packing|management}, low quality, {cheap|inferior|pathetic|
        worst|third class|0 rd class|substandard} {quality|product|material|service},
        terrible, horrible, awful, disappointed, disappointing, disappointment, {let|letting}
        {me|us|down} {down|}, sucks, suck, sucked, crap, crappy, garbage, trash, rubbish,
        worthless, useless, pointless, waste of, {a|total|complete|such a|wasted|wasting}
        waste, wasted, frustrating, frustrated, frustration, annoying, annoyed, irritating,
        irritated, infuriating, {fed|pissed} {up|off}, sick {of|and tired}, tired of, unhappy,
        upset, angry, furious, livid, mad, ugh, smh, sigh, come on, epic fail, {huge|major|big|
        total|complete|massive|another|what a} {fail|disappointment|failure|mess|
        joke|letdown}, letdown, dissatisfied, unsatisfied, unsatisfactory, unimpressed, {not|
        isnt|wasnt|never|arent|not at all|not so|not very|not that|not too|not a|
        no} {happy|good|impressed|satisfied|worth|acceptable|great|nice|fun|
        pleased|recommended|up to|proper|properly|as expected|original|same|
        genuine|safe|clear|like|comfortable|ideal|user|recommend|value|correct|
        fit|usable|useful|a good|good at|what|as}, i hate, hate {you|your|this|
        it|when|that|the|how|my}, hated, bullshit, bs, shit, shitty, fuck, fucked,
        fucking, {zero|negative|one} {stars|star}, duplicate, fake, not as {described|
        shown|per|good|expected|in}, different from, lack of, lacks, lacking, unreliable,
        unbelievable, inconvenient, inconvenienced, expected {better|more}, {could|should|
        deserve|expect|need} {be|have been|do|} better, below {average|expectation|
        expectations}, downhill, wish {you|i|the|they|your|it}, ruined, ruining, ruin,
        unfortunately, uncomfortable, sadly, sad, unfair, suffering, suffer, suffered, terribly,
        bad, poor, hate, sucky, wasting, dirty, filthy, disgust, smells, smell, stinks, pain,
        painful, hurts, worried, concerned, worse than, smelly, tight, blurry, weak, noisy, {is|
        are|was|total|absolute|utter|pure} {trash|filthy|criminal|chaos}, {used to}
        {love|like|be good|be great|be better}, so embarrassed, {not|never} what i
        {ordered|paid}, rip off
        """,
    ),
    *SMALL_CUES,
)
