"""What the verifier says, marked for translators: the sentences of sentences.json, in its order."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

SENTENCES: Final = (
    _("The proof builds on others, but does not name them by their ids."),
    _("The proof names one of those it builds on twice."),
    _("The proof builds on “{name}”, which names more than one of them."),
    _("The proof builds on “{name}”, which is not among the proofs here."),
    _("The proof builds on itself, by way of others."),
    _("The vocabulary {url} is not one that Cairn knows."),
    _("What stands at {url} could not be had."),
    _("The key's name does not repeat the key, as did:key demands."),
    _("“{method}” is not an address at which a key could be found."),
    _("“{address}” is not an address at which keys are published."),
    _("What stands at {address} is not a key document."),
    _("The document at {address} is about something else."),
    _("{base} does not list the key {method} among those that may sign credentials."),
    _("The key was withdrawn on {date}."),
    _("The key was out of use on {date}."),
    _("A key is published in one form: publicKeyMultibase or publicKeyJwk."),
    _("The key's end date “{date}” cannot be read."),
    _("is missing."),
    _("must be a list that starts with {base}."),
    _("must be {base}."),
    _("must be a URL or an object."),
    _("must contain VerifiableCredential."),
    _("must be text."),
    _("must be a URL with a scheme, such as https: or did:."),
    _("must be a URL, or an object whose id is a URL."),
    _("must be an object."),
    _("is empty: it must say something about the subject."),
    _("is before {first}."),
    _("must be an object with a type."),
    _("must be text, or an object with @value and @language."),
    _("has no place beside @value."),
    _("must be a language tag such as en or en-AU."),
    _("must be ltr or rtl."),
    _("must be an object with an id and a digest."),
    _("must be a URL with a scheme, such as https:."),
    _("stands twice among the related resources."),
    _("must have a digestSRI or a digestMultibase."),
    _("The DID method did:{method} is not supported. Supported: did:key, did:web."),
    _(
        "The document found for {did} is about {other}. Ask the issuer to publish a document "
        "whose id is the DID, letter for letter."
    ),
    _(
        "“{did}” is not a DID. A DID is written did:method:identifier, such as "
        "did:web:example.edu, with no spaces and no part after #, ? or /."
    ),
    _("“{did}” is not written as did:key: and one Multikey, such as did:key:z6Mk...."),
    _("The DID document at {url} cannot be read. Ask the issuer to mend it. {reason}"),
    _("{did} does not name a place on the web."),
    _("The document has {size} bytes; at most {most} are read."),
    _("A credential is a JSON object, in braces; this is not."),
    _("The text is not UTF-8."),
    _("This is not JSON: it cannot be read on at line {line}, column {column}."),
    _("The document is nested more than {most} levels deep."),
    _("The name “{name}” stands twice in one object; readers disagree on which one counts."),
    _("This text holds a character that cannot be written."),
    _("This number is beyond ±2^53, where readers round differently. Write it as text."),
    _("No document was supplied for {url}."),
    _(
        "This is a token (JWT), whose signature is not checked in the browser. Let the server "
        "check it."
    ),
    _(
        "This is an Open Badge of version 2, which is not checked in the browser. Let the server "
        "check it."
    ),
    _("Cannot be read: there is no credential here that could be checked."),
    _("Cannot be checked: nothing can be said about it either way."),
    _(
        "A public key of {kind} has {size} bytes, as a compressed point; this one has {length}. "
        "Copy the whole key again from its source."
    ),
    _(
        "An Ed25519 public key has 32 bytes; this one has {length}. Copy the whole key again from"
        " its source."
    ),
    _(
        "A Multikey is written in base58btc and starts with z. Ask the issuer to publish it in "
        "that form."
    ),
    _(
        "This is a private {kind} key. Whoever can read it can sign with it: stop using it, make "
        "a new one, and publish only its public half."
    ),
    _(
        "The multibase text is {kind}. Supported are Ed25519 (the text starts with z6Mk), P-256 "
        "(zDn) and P-384 (z82): publish such a key."
    ),
    _(
        "The JSON Web Key holds the private member {member}. Whoever can read it can sign with "
        "it: stop using this key, make a new one, and publish only its public half."
    ),
    _(
        "Of JSON Web Keys, those of kty OKP with crv Ed25519 and of kty EC with crv P-256 or "
        "P-384 are supported."
    ),
    _('The JSON Web Key is not meant for signatures: its use must be "sig".'),
    _("{what} is made with a key of the kind {wanted}; this one is {kind}."),
    _(
        "This browser cannot check signatures of this kind here: it does so on pages that came "
        "over https only."
    ),
    _(
        "These 32 bytes cannot be an Ed25519 public key: no signature under them would prove "
        "anything. Ask the issuer to publish a key made by a signing program."
    ),
    _(
        "This is not a point of the curve {kind}, so it is nobody's public key. Ask the issuer to"
        " publish a key made by a signing program."
    ),
    _("The JSON Web Key has no text member {name}, which belongs to the public key."),
    _(
        "The text does not say how it is encoded. Multibase starts with z (base58btc) or u "
        "(base64url)."
    ),
    _(
        "The text is not base64url without padding. Use A-Z, a-z, 0-9, - and _ only, with no = at"
        " the end, and check that the last character was not lost."
    ),
    _(
        "The base58btc text is {length} characters long; at most {most} are read. A key or a "
        "signature needs fewer than 100."
    ),
    _(
        "Character {place} does not belong to base58btc, which has no 0, O, I or l, no spaces and"
        " no punctuation. Copy the text again from its source."
    ),
    _("must have an id or an identifier, to say whose it is."),
    _("must have a narrative, an id, or both."),
    _("must contain {class}."),
    _("has no place here."),
    _("must be {kind}."),
    _("must contain {options}."),
    _("must be {option}."),
    _("must be one of {options}."),
    _(
        "must be the address of an Open Badges 3.0 context, such as "
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json."
    ),
    _("must be written as {pattern} asks."),
    _("must have at least {limit} entries."),
    _("can be read in two ways, so nobody can tell which is meant."),
    _("does not fit the Open Badges schema."),
    _(
        "This picture carries no credential. Programs and phones that edit or share pictures "
        "often strip it: ask for the original file or the link."
    ),
    _("This picture carries two credentials, and only one is allowed."),
    _("This picture is damaged. Ask for the original file."),
    _(
        "The picture has a place for a credential, but what stands there is neither a JSON object"
        " nor a compact JWS. Ask the issuer for the badge again."
    ),
    _(
        "The credential in this PNG is not of the form that Open Badges 3.0 asks for. Ask the "
        "issuer to bake it again."
    ),
    _("The text in this picture is not UTF-8. Ask the issuer for the badge again."),
    _(
        "This SVG defines a document type or entities of its own, which can hide what it "
        "contains. Save it as plain SVG without them."
    ),
    _("This is not well-formed SVG. Export the picture again."),
    _("This SVG is too large a drawing to look through."),
    _(
        "The credential must stand directly inside the svg element and hold no other element. Ask"
        " the issuer to bake it again."
    ),
    _("Nobody signed this document: it carries no proof."),
    _("More than {most} proofs are not read."),
    _("The contents are not what was signed."),
    _(
        "It shows a part of what was signed (ecdsa-sd-2023), which is not checked in the browser."
        " Let the server check it."
    ),
    _("It builds on an earlier proof that could not be confirmed."),
    _("The signature was made for another purpose than to make a statement."),
    _("The proof does not name its key."),
    _("The signature ran out on {date}."),
    _("The proof's domain is not text."),
    _("The proof's challenge is not text."),
    _("The proof's {member} is not a date and time."),
    _(
        "“{word}” is neither a word of the vocabularies in use nor an absolute address, so it "
        "would not be signed."
    ),
    _("What is written here belongs under “{name}” at the top of the document."),
    _("Values kept in a map by index, id or type are not read here."),
    _("A text in several languages holds text."),
    _("A bare reference stands where a whole object is signed."),
    _("A text or a list stands where a whole object is signed."),
    _("A list holds its items and nothing else."),
    _("“{key}” stands in a text value and would not be signed."),
    _("The direction of a text has no place in the signed data. Leave it out."),
    _("An index has no place in the signed data. Leave it out."),
    _("A value is one text or number, with a language or a type."),
    _("A null in the place of a text or its type would not be signed."),
    _("Only a text has a language."),
    _("The direction of a text has no place in the signed data."),
    _("A list in a list is an object with @list."),
    _("An id is one address, as text."),
    _("The document mixes its words in more ways than will be followed."),
    _("A document that uses {word} is not read here."),
    _("“{key}” has no meaning here and would not be signed."),
    _("An object has one id."),
    _("“{key}” is another way to write “{name}”, and whoever looks for that word misses it."),
    _("“{key}” has no place here and would not be signed."),
    _("A type is a word or an address, as text."),
    _("“{tag}” is not a language tag such as “en-AU”."),
    _(
        "The data is tangled in a way that would take too long to put in order, so its signature "
        "was not checked."
    ),
    _("This is {kind}. Ask for the credential itself: a .json file, or a badge as PNG or SVG."),
    _("The file is larger than {most} MiB, which is the most that is read."),
    _("a PDF"),
    _("a picture of a kind that can carry no credential"),
    _("a workbook or another zipped file"),
    _("an empty file"),
    _("a web page"),
    _("This is a file with a signing key. Give it to nobody."),
    _("a DID document, which publishes a key"),
    _(
        "The encoded list {fault}. Fetch it again; if that does not help, its issuer has to "
        "publish it again."
    ),
    _("{member} {fault}. Ask the issuer to mend it."),
    _(
        "Place {index} is outside the status list, which has {length} places. Check the index, or"
        " the address of the list."
    ),
    _(
        "What stands at the address of the status list calls itself another list, so it does not "
        "say whether the credential still stands."
    ),
    _("The issuer has suspended this credential."),
    _("The issuer has revoked this credential."),
    _(
        "The issuer has marked this credential on a list about “{purpose}”. What follows from "
        "that is for the issuer to say."
    ),
    _("The issuer's status list could not be had. {reason}"),
    _("The issuer's status list cannot be read. {reason}"),
    _("The status list does not conform: {problem}"),
    _("The document"),
    _("The status list was made by somebody else than the issuer."),
    _("The status list is not signed. {reason}"),
    _("The signature of the status list does not hold. {reason}"),
    _("The signature of the status list could not be checked."),
    _("The status list was signed by somebody else than the issuer."),
    _(
        "The status list at hand is past its date, so nobody can tell whether the credential "
        "still stands."
    ),
    _("The dates of the status list cannot be read."),
    _("The revocation list has no address."),
    _("The revocation list was made by somebody else than the issuer."),
    _("What stands at the address of the revocation list is no such list."),
    _("The revocation list names a credential that has no id."),
    _("The issuer has revoked this credential. It says: “{reason}”."),
    _("The credential status is not an object. Ask the issuer to mend it."),
    _("does not contain BitstringStatusListEntry"),
    _("is not a word such as revocation"),
    _("is not the address of a list"),
    _("must be an address of the entry's own, not that of the list"),
    _("is not a whole number from 1 to 8"),
    _(
        "The status says more than yes or no, which is not read in the browser. Let the server "
        "check it."
    ),
    _('is not a whole number in quotes, such as "94567"'),
    _("does not say what each of the {count} values means, from 0x0 on"),
    _("does not contain BitstringStatusListCredential, so this is no status list"),
    _("is not one object of type BitstringStatusList"),
    _(
        "The status list is not about {purpose}, which the credential asks for. Its issuer has to"
        " point to the right list."
    ),
    _("is not a text"),
    _(
        "The encoded list does not begin with u, the mark of base64url, as Bitstring Status List "
        "demands. Its issuer has to publish it again."
    ),
    _("is not base64url without padding"),
    _("unpacks to more than {most} bytes and was not read"),
    _("is not gzip, or is damaged"),
    _(
        "The status list has {length} places, and at least {least} are needed so that nobody can "
        "be told from the others. Its issuer has to publish a longer list."
    ),
    _("The proof is not a plain {type}."),
    _("The signature is missing or not written in base58btc."),
    _("The signature is not written in base58btc."),
    _("The document's vocabularies do not begin with those under which it was signed."),
    _(
        "It defines the meaning of some of its words itself, so nobody can tell whether they mean"
        " what they seem to say."
    ),
    _("@propagate is true or false."),
    _("More than {most} vocabularies in one place are not read."),
    _("A context cannot be emptied where its terms are protected."),
    _("A context is an address, an object or null."),
    _("A context that uses {name} is not read here."),
    _("The @version of a context is the number 1.1."),
    _("@vocab is an absolute address or null."),
    _("{name} is text or null."),
    _("The term {term} is defined by itself."),
    _("“{term}” cannot be given a meaning."),
    _("The term {term} is protected and cannot change its meaning."),
    _("The definition of {term} is not one that JSON-LD 1.1 knows."),
    _("Whether {term} is protected is true or false."),
    _("The meaning of @type cannot be changed."),
    _("The @id of {term} is text."),
    _("The meaning of {term} is not an absolute address."),
    _("The term {term} is an address and cannot mean another one."),
    _("The term {term} is not an absolute address."),
    _("The term {term} is given no meaning."),
    _("The type of {term} is not an absolute address."),
    _("The @container of a term is not one that JSON-LD 1.1 knows."),
    _("must be a date and time such as 2026-02-28T09:30:00Z"),
    _("needs an offset: end it with Z for UTC, or with one like +10:00"),
    _("is not a date and time that exists"),
    _("Not looked at, because the signature was not confirmed."),
    _(
        "This is a presentation of credentials, which is not checked in the browser. Let the "
        "server check it."
    ),
    _(
        "This is a record of several credentials (CLR), which is not checked in the browser. Let "
        "the server check it."
    ),
    _(
        "It names a document with its digest, which is not compared in the browser. Let the "
        "server check it."
    ),
    _("A part of it has no meaning that others could look up, so nobody can tell what it says."),
    _("Not compared, because what was signed could not be worked out."),
    _("It names a set of rules that is not known here, so they were not applied."),
    _("The issuer keeps no list on which this credential could be revoked."),
    _("It names more than {most} status lists, which are not all read."),
    _("Its dates cannot be read."),
    _("It is valid only from {date}."),
    _("It expired on {date}."),
    _("It has no end date."),
    _("It is valid until {date}."),
    _("Nobody else endorses it inside the document."),
    _("It carries more than {most} endorsements, which are not all read."),
    _("All {count} endorsements in it hold."),
    _("An endorsement is in a form that cannot be checked here."),
    _("An endorsement inside does not hold up: {reason}"),
    _("An endorsement inside could not be confirmed: {reason}"),
    _(
        "An endorsement inside speaks of something that is not in this document, so it says "
        "nothing about this credential."
    ),
    _("The contents are not what was signed: something was changed after signing."),
    _("It is signed in a way that is not known here, so nobody can tell."),
    _("The file can be read."),
    _("It is put together as the W3C standard for credentials asks."),
    _("It follows the Open Badges rules as far as they apply."),
    _("Every statement in it is covered by the signature."),
    _(
        "Nothing in it has changed since it was signed. Statements are compared by meaning, so "
        "spacing and the order of fields do not count."
    ),
    _("The issuer has not revoked it."),
    _("The endorsement holds."),
    _("Genuine and current: {issuer} made this statement and stands by it."),
    _(
        "Unaltered, issuer not confirmed: nothing has changed since it was signed, but it could "
        "not be confirmed that {issuer} signed it."
    ),
    _("Expired: {issuer} made this statement for a time that is over."),
    _("Not valid yet: {issuer} made this statement for a later time."),
    _("Revoked: {issuer} has withdrawn this statement."),
    _("Suspended: {issuer} has set this statement aside for now."),
    _("Altered: do not rely on this. It is not what was signed."),
    _(
        "Not covered by its signature: parts of this could have been written by anyone. Do not "
        "rely on it."
    ),
    _("Not from {issuer}: somebody else signed this. Do not rely on it."),
    _("Not in order: parts of this document break the standard, as listed. Ask whoever issued it."),
    _("Cannot be checked now: something that is needed could not be had."),
    _("Unreadable: this is not a credential that can be opened."),
    _("Expired: the time this was made for is over. It was not confirmed that {issuer} made it."),
    _("Not valid yet: this was made for a later time. It was not confirmed that {issuer} made it."),
    _("Revoked: whoever signed this has withdrawn it. It was not confirmed that {issuer} made it."),
    _(
        "Suspended: whoever signed this has set it aside for now. It was not confirmed that "
        "{issuer} made it."
    ),
    _("the holder of the key {key}"),
    _("The key that signed it is published by {issuer}."),
    _(
        "It was signed by {party}, the identifier it names as issuer. That identifier is a key "
        "and no more: the name “{name}” is the issuer's own word."
    ),
    _(
        "Only the document itself says that its key belongs to {name}. Anyone could write that, "
        "so ask the issuer."
    ),
    _("The keys of {name} could not be looked up, so only the document itself says who signed it."),
    _("{name} publishes its keys, and the one that signed this is not among them."),
    _("It was signed by {party}, which is not the issuer it names."),
    _("its issuer"),
)
