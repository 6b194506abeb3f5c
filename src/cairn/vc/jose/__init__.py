"""JOSE and COSE: credentials in an envelope, in four named forms.

    openbadges   VC-JWT as Open Badges 3.0 wants it: RS256 or ES256, every claim compared
    w3c          Securing Verifiable Credentials using JOSE and COSE: vc+jwt and vp+jwt
    disclosures  the same as SD-JWT (vc+sd-jwt, vp+sd-jwt): the holder chooses what to show
    cose         the same as COSE_Sign1 (vc+cose, vp+cose)

Which form an envelope has is what its header says (``typ``), never what would happen to fit. Nothing
in a header is fetched but the key that ``kid`` names, and that only to ask whose it is. The signed
bytes are what counts here, so that no canonical form is needed. :mod:`cairn.vc.verify` reads all four.
"""
