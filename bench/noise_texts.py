"""Texts of our own by which brand noise and copies are measured: invented, nobody's posts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ordinary:
    """A name that is an ordinary word, with the neighbours that somebody would declare for it."""

    near: tuple[str, ...]
    not_near: tuple[str, ...]
    ours: tuple[str, ...]
    others: tuple[str, ...]


NAMES = {
    "Apple": Ordinary(
        near=(),
        not_near=("pie", "juice", "cider", "tree", "orchard", "fruit", "cinnamon", "big", "a day"),
        ours=(
            "my apple laptop died after two weeks and the store shrugs",
            "Apple support kept me on hold for an hour",
            "why does apple charge me twice for one app",
            "the new update from Apple broke my phone",
            "apple id locked again, nobody answers",
            "Waiting on Apple to send back my watch",
        ),
        others=(
            "grandma's apple pie went wrong today",
            "this apple juice tastes terrible",
            "an apple a day did not keep the doctor away",
            "our apple tree has some disease",
            "the big apple is too expensive these days",
            "worst apple cider I ever bought",
            "he is a bad apple and should be sacked",
            "apple crumble with cinnamon is overrated",
        ),
    ),
    "Target": Ordinary(
        near=("store", "order", "cart", "cashier", "return", "gift card", "aisle", "shopping"),
        not_near=(),
        ours=(
            "target cancelled my order without a word",
            "the cashier at Target was so rude",
            "standing in the Target store, no staff anywhere",
            "my Target gift card does not work",
            "Target will not take my return, furious",
            "never shopping at target again",
        ),
        others=(
            "we missed our sales target again",
            "refugees are an easy target for hate",
            "two shots on target and still we lost",
            "the target of the attack was a school",
            "a soft target, as always",
            "they set a climate target and ignore it",
            "why am I the target of every joke",
            "moving target: the deadline changed again",
        ),
    ),
    "Gap": Ordinary(
        near=("jeans", "hoodie", "store", "order", "clothes", "sale", "sizes", "delivery"),
        not_near=(),
        ours=(
            "gap sent me the wrong jeans twice",
            "my Gap order is three weeks late",
            "this Gap hoodie fell apart in one wash",
            "the Gap store in town is filthy",
            "Gap's sizes are a joke",
            "no refund from gap for the sale items",
        ),
        others=(
            "mind the gap between the train and the platform",
            "the wage gap is a disgrace",
            "there is a gap in the fence and nobody mends it",
            "gap year ruined by the strike",
            "the gap between rich and poor grows",
            "a gap in the market for honest builders",
            "bridge the gap, they said",
            "huge gap in my memory of last night",
        ),
    ),
    "Orange": Ordinary(
        near=("sim", "internet", "contract", "roaming", "signal", "bill", "broadband", "network"),
        not_near=(),
        ours=(
            "no signal from Orange since Monday",
            "orange raised my bill without telling me",
            "my Orange contract cannot be cancelled online",
            "the internet of orange is down again",
            "Orange sent a SIM that does not work",
            "orange, your network is dead in our whole street",
        ),
        others=(
            "the orange light on my router keeps flashing",
            "who puts orange juice on cereal",
            "an orange sweater and purple boots",
            "agent orange is still killing people",
            "orange is the new black was cancelled",
            "my orange cat hates everyone",
            "orange marmalade on everything",
            "the sky was orange and the air unbreathable",
        ),
    ),
    "Shell": Ordinary(
        near=(),
        not_near=("egg", "turtle", "script", "bash", "beach", "company", "taco", "sea", "shock"),
        ours=(
            "Shell overcharged me at the pump",
            "the toilets at the shell station are disgusting",
            "shell app took my money and gave no fuel",
            "Shell loyalty points vanished",
            "shell, your pump number 4 is broken",
            "Shell spills oil and shrugs",
        ),
        others=(
            "a bash shell script deleted my files",
            "there is egg shell in my omelette",
            "the turtle lost its shell",
            "a shell company hides the owner",
            "I cut my foot on a shell at the beach",
            "taco shell broke at the first bite",
            "the shell hit a hospital, terrible",
            "he has come out of his shell",
        ),
    ),
}  # fmt: skip

SAID = (
    "Third week without internet and every call ends with we will ring you back, nobody ever does",
    "The courier threw my parcel over the fence into a puddle, the lamp is broken, who pays for it",
    "You took 89 euros twice from my account and the hotline hangs up after forty minutes",
    "Booked a window seat for my mother, paid for it, and she sat in the middle row all the way",
    "Your new app logs me out each time I open it and support tells me to buy another telephone",
    "I ordered size 42 three times and three times a 39 arrived, is anybody reading the label",
    "Flight cancelled at midnight, no hotel, no food, one person at the desk for two hundred of us",
    "The washing machine you repaired on Monday flooded the kitchen on Tuesday and nobody comes",
    "Cancelled my contract in March, confirmed in April, and in June you still send reminders",
    "The salad had a piece of glass in it and the manager offered me a voucher for another salad",
    "Two hours on hold to be told that the department which could help me closes at noon",
    "My account was locked because I travelled, and to unlock it I need the phone that was stolen",
    "They promised a technician between eight and twelve, at one they wrote that I was not at home",
    "The hotel gave our room away although we had paid, and called it an upgrade to another town",
    "I have sent the same form five times, each time another person says that they never got it",
    "Why does the refund take thirty days when taking my money took less than a second",
    "The train stood in a field for three hours without a word and the doors stayed locked",
    "Your driver shouted at my daughter because she counted the change, please call me",
    "The battery swelled after a month and the shop says that this is normal wear",
    "No heating since Thursday, two children, and the landlord's line is a recording",
)
# The same troubles in other people's words, and other things of the same shape.
WORDS = (
    "Nobody rings back although they promise it on every call, my internet has been dead for weeks",
    "My lamp arrived broken because the courier just threw the parcel, who is going to pay",
    "Charged twice, 89 euros each, and the hotline drops me after forty minutes of music",
    "We paid for a window seat and got the middle row, my mother was in tears",
    "The app logs me out whenever I open it, support has no idea",
    "Size 42 ordered, 39 delivered, three times now",
    "Flight cancelled, no hotel and no food, two hundred people and one desk",
    "Kitchen flooded a day after you repaired the washing machine",
    "Contract cancelled and confirmed, reminders keep coming every month",
    "There was glass in my salad and all I got was a voucher",
    "Third week without water and every letter ends with we are working on it, nobody ever is",
    "The courier left my parcel with a neighbour I do not have, the tracking says delivered, where",
    "Booked a sea view for my father, paid for it, and he looked at a car park for a week",
    "Two hours in the queue to be told that the counter which sells tickets opens on Monday",
    "They promised a call between eight and nine, at ten they wrote that the case was closed",
    "Why does the delivery take thirty days when the shop is two streets from my house",
)
