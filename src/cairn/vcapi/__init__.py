"""The VC-API test profile: what the W3C's published test suites call, on this machine alone.

    profile     requests and their answers, without HTTP
    issuers     one issuer for each cryptosuite and kind of key
    statuses    the lists of the issuer that can revoke
    checking    a report of the library as the answer of a verifier
    listing     what there is, for people and for a suite's localConfig.cjs
    server      HTTP and TLS on the loopback address

These endpoints sign whatever they are given and believe documents that define their own words, so no
server of Cairn imports them: `cairn vcapi` does, and nothing else.
"""
