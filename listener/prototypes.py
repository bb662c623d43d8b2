"""Sentences of ours that say what a complaint is like, and what is like one and is none.

Written by hand for this purpose; none is anybody's post. `listener.likeness` compares with them.
"""

COMPLAINTS = tuple(
    """\
I have been waiting for two weeks and nobody answers
This is the third time I report this and nothing has been done
You charged me twice and I want my money back
My order never arrived and support does not reply
The app crashes every time I open it since the update
The item broke after one day of use
Your customer service hung up on me again
I was promised a call back and it never came
Our flight was cancelled and nobody at the airport told us anything
You lost my luggage and nobody knows where it is
My internet has been down since yesterday
The product is not as described and the quality is poor
I cannot log in to my account and the reset link does not work
Why do you keep taking money for a service that I cancelled
It stopped working and you refuse to replace it
I have been on hold for an hour
Still no refund although you received the return weeks ago
Seats were dirty and the staff were rude to us
The delivery was late and the box was damaged
I am never buying from you again
Can somebody please explain why my payment was declined again
The battery dies within hours and it gets far too hot
You changed the price without telling anybody
Misleading advert, this is not what I paid for""".splitlines()
)

OTHERS = tuple(
    """\
I love this, works perfectly and arrived early
Thank you for the quick help, great service
Best purchase I have made this year
The crew was lovely and the flight was on time
Good value for the money, I am happy with it
The company reports higher profits for the quarter
Shares of the company rose after the announcement
The company launches a new product next month
Just landed, what a beautiful city
Does this come in blue as well
What time does the shop open on Sunday
How do I change the name on my account
Win a free voucher, follow and share to enter
Get twenty percent off today with this code
I am on my way to the store with a friend
Watching the match tonight with pizza
Read our guide on how to save energy at home
I hate Mondays and this weather
My boyfriend is being mean to me today
The match was terrible and we lost again
New phone today and so excited
Looking forward to my trip next week
The manager of the team spoke to the press
Please send us a direct message with your details""".splitlines()
)
