"""The credential library: Open Badges 3.0 and W3C Verifiable Credentials, pure Python.

    api                  the library in a dozen names
    sign.sign            add a proof, or refuse with the place that would go unsigned
    verify.inspect       every check of a document, for display
    verify.verify        the credential if every check passed
    model                frozen views of a credential, and builders that conform
    statuslist, baking   revocation lists; credentials inside PNG and SVG
    keys, keyfile, did   signers, keys at rest, identifiers

No Django, no clock, no network: time, documents and keys are arguments. Import the module you
need; this package imports none, so that a command line starts at once.
"""
