"""What must wake somebody, and what must not."""

import pytest

from listener.cuetext import read
from listener.safety import tripped

MUST_RING = {
    "danger to life": [
        "The brakes failed on the motorway with my kids in the back.",
        "Your space heater nearly killed my whole family.",
        "I could have died because of this faulty harness",
        "@acme someone is going to get hurt, the step is broken and nobody fixes it",
        "We were trapped in your lift for two hours without air",
        "The pharmacy gave me the wrong medication, twice the dose",
        "There is a gas leak in our flat and your hotline keeps us on hold",
        "The airbag didn't deploy when we crashed",
        "The toy is a choking hazard, the eye came right off",
        "This crib is so dangerous. Please pull it from the shops",
        "My toddler swallowed a magnet that fell off your toy",
        "How many times must I report it before someone dies?",
        "I don't feel safe in that building anymore",
        "Dealing with you makes me feel suicidal, I have lost everything",
        "the carbon monoxide alarm you sold us does not go off",
        "Your driver was drunk, drunk driver, my sister was in that car! he put our lives at risk",
    ],
    "fire": [
        "My charger caught fire last night while we were sleeping",
        "The phone exploded in my hand",
        "@acme your toaster just burst into flames",
        "Smoke was coming out of the dishwasher on the first wash",
        "got an electric shock from the kettle, the handle is live",
        "The battery started melting and there is a burning smell from it",
        "Woke up because the power bank was on fire.",
        "sparks flying out of the socket again",
        "Your dryer burned down our garage",
    ],
    "injury": [
        "I ended up in hospital after using your cream",
        "My son was badly burned by the lid",
        "The chair collapsed under me and I broke my wrist",
        "The blade cut my finger to the bone, needed six stitches",
        "severe allergic reaction to the new formula, face swollen shut",
        "My grandmother fell down the escalator and your staff just watched",
        "we had to call an ambulance because of that ride",
        "got second degree burns from the steam valve",
        "Your security guard physically assaulted me",
        "My daughter was injured at your playground yesterday",
        "A shelf fell on my head in aisle 4",
        "there was a piece of glass in it and it sliced my mouth open",
    ],
    "food": [
        "Whole family has food poisoning after last night's takeaway",
        "Found a cockroach in my soup",
        "There was a piece of metal in my burger",
        "We all got sick after eating at your place",
        "been vomiting all night since I had the prawns",
        "The chicken was raw inside",
        "mould all over the bread and my kid ate it, mould in the bread",
        "Salmonella again? I want answers",
        "told them I'm allergic and they still served peanuts",
        "Maggots in my rice. Never again.",
    ],
    "law": [
        "You will be hearing from my lawyer",
        "I'm going to sue you for every cent",
        "Last chance before I take legal action.",
        "see you in court @acme",
        "I've filed a police report about your courier",
        "My solicitor is drafting a letter as we speak",
        "Thinking of taking you to small claims court",
        "We are starting a class action, who is in?",
        "What you are doing is illegal.",
        "I will press charges against your driver",
    ],
    "regulator": [
        "I have reported this to Trading Standards",
        "My complaint is now with the Financial Ombudsman",
        "Filing a complaint with the FCC today",
        "reported you to the BBB",
        "the health department will hear about your kitchen, I am calling the health department",
        "I complained to the regulator about you",
        "This is a GDPR violation and I want my data deleted",
        "Contacting the attorney general about your billing",
        "I will report you to Ofcom",
    ],
    "press": [
        "I'm taking this to the press",
        "Already spoke to a journalist about how you treat people",
        "I'm a reporter with the Herald, can you comment?",
        "Will be contacting the local news about this",
        "Going to the media if I don't hear back",
        "a BBC reporter called me about your company, I told the BBC everything",
    ],
    "data leak": [
        "Why can I see another customer's details in my account?",
        "You leaked my personal data to a stranger",
        "you emailed my bank statement to someone else, you sent my statement to a stranger",
        "My card details were stolen from your site",
        "another data breach, well done. My password is out there",
        "someone hacked my account and you do nothing",
        "Logged in and it shows someone else's orders and address, I can see other peoples orders",
        "My identity was stolen because of your leak",
    ],
    "discrimination": [
        "I was racially profiled by your security",
        "Your driver refused me because of my guide dog",
        "Your waiter made racist remarks to my wife",
        "They denied boarding to my disabled son because he is in a wheelchair",
        "I felt discriminated against by the bank clerk",
        "One of your managers sexually harassed me",
        "I was treated differently because I am black",
        "Your agent called me a slur and laughed",
    ],
}

# Told in other words; which kind of danger it is called matters less than that it rings.
TOLD_OTHERWISE = [
    "Your heater started a small fire in our living room",
    "the microwave is shooting flames, send someone",
    "my kid got shocked by the night light",
    "My mum slipped on your wet floor and fractured her hip",
    "Kid nearly choked on a loose button",
    "My dog died after eating your food",
    "our baby was hospitalized because of the formula",
    "stomach flu? no, food poisoning from your shrimp, three of us in hospital",
    "There was a live worm in my salad",
    "meat was still raw in the middle, now I'm throwing up",
    "expect a letter from our attorney",
    "we'll be suing",
    "taking this to court",
    "reporting this to the FDA",
    "I've contacted my congressman and the CFPB",
    "Does the FAA know about this? I'm telling them",
    "the local paper is running my story tomorrow",
    "This is going to be on the front page",
    "I got an email with a stranger's invoice and address",
    "You have been hacked, my password is for sale",
    "Somebody opened an account in my name with you",
    "Your staff told my wife to remove her hijab",
    "the clerk used the n-word",
    "Your employee harassed my daughter",
    "No ramp, no help, my wheelchair was thrown down the stairs. Discrimination!",
    "Elevator dropped two floors with us inside",
    "a loose wire nearly electrocuted my husband",
    "your ladder snapped and I fell 3 metres",
    "The ride stopped upside down, people were screaming and hurt",
    "Your delivery van ran a red light and almost hit my children",
    "my hoverboard caught on fire in the garage",
    "Your blender exploded and cut my face",
    "I nearly choked to death on a plastic piece in your cereal",
    "The car's brakes stopped working on the highway",
    "smelled gas all night and your emergency line never picked up",
    "My daughter had an allergic reaction because the label was wrong",
    "There was mold in the baby formula",
    "I'm contacting a lawyer today",
    "We will see you in court",
    "I've reported you to the police for theft",
    "Complaint filed with the FTC",
    "I am going to the press with this story",
    "BBC News wants to talk to me about you",
    "You have leaked my data",
    "I can see other people's bank statements in your app",
    "Racist staff at your store on Main Street",
    "They discriminated against me because of my disability",
    "My wheelchair was destroyed on your flight",
    "Your product gave me chemical burns",
    "My husband is in the hospital because of your food",
    "Someone could have been killed by that falling sign",
    "I was assaulted by your driver",
    "This is a serious safety issue, the handle gets red hot and burned my child",
    "I got sick after eating your sandwich",
    "Found a piece of plastic in my yogurt",
    "This is fraud and I am taking legal action",
    "The ombudsman will hear about this",
    "My account was hacked and all my money is gone",
    "There is a fire hazard with this charger",
    "Your guard punched my brother",
    "The baby monitor was hacked, a stranger talked to my child",
    "Sewage water came out of the tap and my kids are ill",
    "the tyre burst at 70mph, brand new from you",
    "The medicine was past its expiry date and my mother drank it",
    "Nurse ignored me for hours while I was bleeding",
    "electric wires hanging loose at the playground",
    "my son almost drowned because there was no lifeguard",
    "the gas stove blew up in my face",
    "Class action lawsuit anyone?",
    "You broke the law by charging me",
    "Report them to the Better Business Bureau",
    "I have told my story to a reporter",
    "Private photos of mine were shared by your technician",
    "You discriminated me for my age",
    "I was called a racial slur by your cashier",
]

MUST_NOT_RING = [
    "this deal is fire",
    "Your new album is killing me, so good",
    "Nobody was hurt, thank goodness.",
    "No one got injured, just a long delay",
    "I'm not going to sue you, relax",
    "It did not catch fire, it simply stopped",
    "we were not in danger at any time",
    "That joke killed me",
    "I almost died laughing at your ad",
    "The new phone is the bomb",
    "She is on fire tonight, what a game",
    "My phone died after two hours",
    "sick beat, killer deal",
    "Court upholds ruling in the tax case",
    "Press the button to start",
    "The press release is out",
    "Great news from the team today",
    "Refund please. Third time asking.",
    "The food was cold and the waiter was slow",
    "Still waiting for my parcel after two weeks",
    "I hate this app, it crashes all the time",
    "Is it safe to order online?",
    "He broke the record for the third time",
    "The battery drains so fast",
    "You are burning through my data plan",
    "This queue will be the death of me",
    "I'd kill for one of your burgers right now",
    "Legal notes are at the bottom of the page",
    "My flight was cancelled and I am stranded",
    "Your prices are criminal lol",
    "That goal was an absolute rocket, explosive start",
    "My card was declined at the till",
    "I missed my connection because of you",
    "Racing to the gate, wish me luck",
    "I read about it in the paper this morning",
    "My lawyer friend loves your coffee, I am not suing anyone",
    "Fire sale today, everything must go",
    "Your delivery driver was lovely to my kids",
    "the new update is a killer feature",
    "Our team got crushed yesterday, what a match",
    "someone else's order came with mine",
    "I got a strange email about my order",
    "The chicken sandwich is insane",
    "No food poisoning this time, lovely dinner",
    "Police are directing traffic near the shop",
    "charged twice for one meal, please refund",
]

SENTENCES = [(kind, text) for kind, texts in MUST_RING.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), SENTENCES, ids=[text for _, text in SENTENCES])
def test_what_endangers_somebody_trips_a_wire(kind: str, text: str) -> None:
    assert kind in dict(tripped(read(text)))


@pytest.mark.parametrize("text", TOLD_OTHERWISE)
def test_a_danger_told_in_other_words_trips_a_wire(text: str) -> None:
    assert any(True for _ in tripped(read(text)))


@pytest.mark.parametrize("text", MUST_NOT_RING)
def test_a_figure_of_speech_or_what_did_not_happen_trips_none(text: str) -> None:
    assert not list(tripped(read(text)))


def test_the_words_that_tripped_it_are_quoted() -> None:
    assert dict(tripped(read("Sorry but my charger caught fire today"))) == {"fire": "caught fire"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("could have " * 3000, id="a beginning that never ends"),
        pytest.param(
            "my son was injured nobody " * 1000, id="a danger taken back a thousand times"
        ),
        pytest.param("fire " * 4000, id="one word of a rule"),
        pytest.param("report to the to the to the " * 800, id="gaps within gaps"),
    ],
)
def test_a_text_made_to_be_slow_is_answered(text: str) -> None:
    assert len(list(tripped(read(text)))) <= len(MUST_RING)
