"""Open Badges 2.0, read and checked, never issued.

    reading      is it one, and in which of its forms: JSON, a token, an address
    shape        what an assertion, a badge class and an issuer have to be
    linked       the documents that hang together, each from its own address
    inspection   every check, and what they add up to
    view         the same facts in the words of Open Badges 3.0, for showing

A *hosted* badge carries no signature: it is as good as the web site that publishes it today. A
*signed* one is a token under a key that the issuer's profile names.
"""
