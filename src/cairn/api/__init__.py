"""The door for software: what verifiers, wallets and other systems ask for.

It says documents and nothing else: no cookies, no sessions, and no answer tells a row that does not
exist from one that you may not know of.
"""
