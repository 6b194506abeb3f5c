"""Documents into quads: what is refused because it would not be signed, and what is read how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc import contexts
from cairn.vc.contexts import UnknownContext
from cairn.vc.errors import DataLoss, Unavailable, Unsignable
from cairn.vc.jsonld import BadContext, Unsupported, to_rdf
from cairn.vc.rdfc import canonicalize

V2, OB = contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_V3
SUBJECT = "<urn:uuid:1>"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def badge(context=None, **members):
    """A small credential; ``context`` is written in place after the published ones."""
    return {
        "@context": [V2, OB] if context is None else [V2, OB, context],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        **{name.replace("at_", "@"): value for name, value in members.items()},
    }


def said(document):
    """What a document says beyond its types: predicate and object of the canonical quads."""
    text = canonicalize(to_rdf(document)).text
    quads = [line.removesuffix(" .").split(" ", 2) for line in text.split("\n") if line]
    return [
        (predicate[1:-1], rest)
        for subject, predicate, rest in quads
        if subject == SUBJECT and predicate != f"<{RDF}type>"
    ]


def term(definition):
    return {"f": {"@id": "https://x.example/f", **definition}}


def only(document):
    [(predicate, value)] = said(document)
    assert predicate == "https://x.example/f"
    return value


# Data loss: each of these is dropped, or may be dropped, by a processor that follows the algorithm.

ALIGNED = {
    "type": "AchievementSubject",
    "achievement": {"type": ["Achievement"], "alignment": [{}, {"type": "Alignment", "nope": 1}]},
}
LOST = {
    "a term that no context defines": (badge(nope=1), "/nope"),
    "an undefined term at depth": (
        badge(credentialSubject=ALIGNED),
        "/credentialSubject/achievement/alignment/1/nope",
    ),
    "a term defined for another type": (
        badge(credentialSubject={"type": "AchievementSubject", "criteria": {"narrative": "x"}}),
        "/credentialSubject/criteria",
    ),
    "a term of a property, one object too deep": (
        badge(term({"@context": {"g": "https://x.example/g"}}), f={"id": "urn:x", "nope": 1}),
        "/f/nope",
    ),
    "a term that was taken away": (badge({"f": None}, f="x"), "/f"),
    "an empty name": (badge(**{"": "x"}), "/"),
    "a name with a slash and a tilde": (badge(**{"a/b~c": "x"}), "/a~1b~0c"),
    "an undefined type": (badge(type=["VerifiableCredential", "Nope"]), "/type"),
    "an undefined type alone": (badge(type="Nope"), "/type"),
    "a type that is a number": (badge(type=["VerifiableCredential", 7]), "/type"),
    "a type that is null": (badge(type=None), "/type"),
    "a relative id": (badge(id="credentials/1"), "/id"),
    "an empty id": (badge(id=""), "/id"),
    "a null id": (badge(issuer={"id": None}), "/issuer/id"),
    "an id that is a list": (badge(issuer={"id": ["urn:x"]}), "/issuer/id"),
    "two ids": (badge(at_id="urn:x"), "/@id"),
    "a relative reference": (badge(issuer="../issuer"), "/issuer"),
    "a fragment": (badge(issuer="#me"), "/issuer"),
    "a reference with a space": (badge(issuer="https://x.example/a b"), "/issuer"),
    "a reference with a line break": (badge(issuer="https://x.example/\nb"), "/issuer"),
    "a reference with a quotation mark": (badge(issuer='https://x.example/"'), "/issuer"),
    "a reference with a bracket": (badge(issuer="https://x.example/>"), "/issuer"),
    "a reference that looks like a keyword": (badge(issuer="@id"), "/issuer"),
    "a scheme that is none": (badge(issuer="1a:b"), "/issuer"),
    "a predicate that is a blank node": (badge(**{"_:p": "x"}), "/_:p"),
    "a name that looks like a keyword": (badge(at_foo="x"), "/@foo"),
    "a keyword of contexts": (badge(at_vocab="https://x.example/"), "/@vocab"),
    "a language on an object": (badge(at_language="en"), "/@language"),
    "a value on an object": (badge(at_value="x"), "/@value"),
    "a list in the place of the document": (badge(at_list=["x"]), "/@list"),
    "an index on an object": (badge(issuer={"id": "urn:x", "@index": "1"}), "/issuer/@index"),
    "a direction that there is not": (badge(name={"@value": "x", "@direction": "up"}), "/name"),
    "the direction of a number": (badge(name={"@value": 1, "@direction": "rtl"}), "/name"),
    "the direction of a literal with a type": (
        badge(name={"@value": "x", "@type": "urn:x", "@direction": "rtl"}),
        "/name",
    ),
    "a direction that the context gives": (
        badge({"@direction": "rtl"}, description="x"),
        "/description",
    ),
    "a direction that the term gives": (badge(term({"@direction": "rtl"}), f="x"), "/f"),
    "an index on a text": (badge(name={"@value": "x", "@index": "1"}), "/name"),
    "a word in a text": (badge(name={"@value": "x", "note": "y"}), "/name/note"),
    "an id in a text": (badge(name={"@value": "x", "@id": "urn:x"}), "/name/@id"),
    "a keyword of nobody in a text": (badge(name={"@value": "x", "@foo": "y"}), "/name/@foo"),
    "a text of null": (badge(name={"@value": None}), "/name"),
    "a type of null on a text": (badge(name={"@value": "x", "@type": None}), "/name"),
    "a text with language and type": (
        badge(name={"@value": "x", "@language": "en", "@type": "urn:t"}),
        "/name",
    ),
    "a text of an undefined type": (badge(name={"@value": "x", "@type": "nope"}), "/name"),
    "an object in the place of a text": (badge(name={"@value": {"a": 1}}), "/name"),
    "a language without a text": (badge(name={"@language": "en"}), "/name/@language"),
    "a number with a language": (badge(name={"@value": 1, "@language": "en"}), "/name"),
    "a language that is none": (badge(name={"@value": "x", "@language": "e n"}), "/name"),
    "a language map of numbers": (
        badge(term({"@container": "@language"}), f={"en": ["x", 1]}),
        "/f/en",
    ),
    "a list with an index": (badge(term({}), f={"@list": ["x"], "@index": "1"}), "/f"),
    "a bare reference where a graph is signed": (badge(proof="https://x.example/p"), "/proof"),
    "a reference in an object there": (badge(proof={"id": "https://x.example/p"}), "/proof"),
    "a set there": (badge(proof={"@set": [{"cryptosuite": "x"}]}), "/proof"),
    "a bare list in a list written as an object": (
        badge(description={"@list": ["x", ["y"]]}),
        "/description/@list/1",
    ),
    "a reference with nothing but null beside it": (
        badge(proof={"id": "https://x.example/p", "name": None}),
        "/proof",
    ),
    "a text there": (badge(proof={"@value": "x"}), "/proof"),
    "a list there": (badge(proof={"@list": [{"cryptosuite": "x"}]}), "/proof"),
    "a reference with a blank of another alphabet": (badge(issuer="urn:a\u2028b"), "/issuer"),
    "an empty object there": (badge(proof=[{}]), "/proof/0"),
    "an item of a list": (
        badge(term({"@type": "@id", "@container": "@list"}), f=["urn:x", "y"]),
        "/f/1",
    ),
}


@pytest.mark.parametrize(("document", "place"), LOST.values(), ids=LOST)
def test_what_would_not_be_signed_is_refused_with_its_place(document, place):
    with pytest.raises(DataLoss) as caught:
        to_rdf(document)
    assert (caught.value.code, caught.value.pointer) == ("document.data_loss", place)
    assert caught.value.message.endswith(".")


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters=":"), max_size=12)
)
def test_no_word_outside_the_contexts_passes_in_silence(word):
    plain = len(to_rdf(badge(credentialSubject={"type": ["AchievementSubject"]})))
    quads, place = outcome(badge(credentialSubject={"type": ["AchievementSubject"], word: "x"}))
    assert quads > plain or place.startswith("/credentialSubject") or word == "type"


def outcome(document):
    """The number of quads, or the place of the fault."""
    try:
        return len(to_rdf(document)), ""
    except (Unsignable, Unavailable) as exc:
        return 0, exc.pointer


# Vocabularies.


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (badge("https://x.example/context"), "/@context"),
        (badge(issuer={"@context": "https://x.example/context"}), "/issuer/@context"),
        (badge(evidence=[{}, {"@context": ["https://x.example/c"]}]), "/evidence/1/@context"),
    ],
)
def test_unknown_vocabulary_is_named_and_never_fetched(document, place):
    with pytest.raises(UnknownContext, match=r"https://x\.example/c") as caught:
        to_rdf(document)
    assert (caught.value.code, caught.value.pointer) == ("context.unknown", place)
    assert isinstance(caught.value, Unavailable)


@pytest.mark.parametrize(
    "context",
    [
        {"name": "https://x.example/name"},
        {"type": "https://x.example/type"},
        {"Achievement": "https://x.example/Achievement"},
        None,
        [None, {"f": "https://x.example/f"}],
        {"@version": 1.0},
        {"a": "b:c", "b": "a:c"},
        {"f": {"@id": "https://x.example/f", "@container": "@bag"}},
        {"f": {"@id": "relative"}},
        {"f": {"@id": "schéma:x"}},
        {"f": {"@id": "urn:f", "@type": "schéma:x"}},
        {"f": {"@id": "urn:f", "@protected": "yes"}},
        {"schéma:x": {"@type": "@id"}},
        {"ex": "https://x.example/", "ex:f": "https://x.example/g"},
        {"urn:f": "urn:g"},
        {"@type": "urn:t"},
        {"@type": {"@id": "urn:t", "@container": "@set"}},
        {"f": {"@id": "https://x.example/f", "@surprise": 1}},
        {"@vocab": "relative"},
        {"@language": 7},
        {"@id": "https://x.example/f"},
        7,
    ],
)
def test_a_context_that_breaks_the_rules_is_refused(context):
    document = badge()
    document["@context"] = [V2, OB, context]
    with pytest.raises(BadContext) as caught:
        to_rdf(document)
    assert (caught.value.code, caught.value.pointer) == ("context.malformed", "/@context")


def test_a_protected_word_keeps_its_meaning_inside_an_object_too():
    with pytest.raises(BadContext, match="name is protected") as caught:
        to_rdf(badge(issuer={"@context": {"name": "https://x.example/n"}, "id": "urn:x"}))
    assert caught.value.pointer == "/issuer/@context"


def test_a_protected_word_may_be_said_again_in_the_same_words():
    document = badge()
    document["@context"] = [V2, OB, V2, OB]
    assert to_rdf(document) == to_rdf(badge())


def test_a_property_may_give_a_protected_word_another_meaning():
    scoped = term({"@context": {"name": "https://x.example/other"}})
    quads = to_rdf(badge(scoped, f={"id": "urn:x", "name": "n"}))
    assert ("<urn:x>", "<https://x.example/other>", '"n"', "") in quads


def test_the_words_of_a_type_end_at_the_next_object():
    typed = {"T": {"@id": "urn:T", "@context": {"g": "https://x.example/g"}}}
    inside = badge(typed, termsOfUse={"type": "T", "g": {"id": "urn:x"}})
    assert ("_:b2", "<https://x.example/g>", "<urn:x>", "") in to_rdf(inside)
    beyond = badge(typed, termsOfUse={"type": "T", "g": {"type": "urn:U", "g": "x"}})
    with pytest.raises(DataLoss) as caught:
        to_rdf(beyond)
    assert caught.value.pointer == "/termsOfUse/g/g"


def test_the_words_of_a_property_reach_all_the_way_down():
    scoped = term({"@context": {"g": "https://x.example/g"}})
    quads = to_rdf(badge(scoped, f={"g": {"g": "x"}}))
    assert [quad[1] for quad in quads].count("<https://x.example/g>") == 2


def test_a_context_in_place_reaches_to_the_end_of_its_object():
    document = badge(
        issuer={"@context": {"f": "https://x.example/f"}, "id": "urn:x", "f": "x"}, f="x"
    )
    with pytest.raises(DataLoss) as caught:
        to_rdf(document)
    assert caught.value.pointer == "/f"


def test_a_context_in_place_does_not_reach_the_next_document():
    assert only(badge({"f": "https://x.example/f"}, f="x")) == '"x"'
    with pytest.raises(DataLoss):
        to_rdf(badge(f="x"))


def test_aliases_of_keywords_are_followed():
    aliases = {"kind": "@type", "says": "@value", "tongue": "@language"}
    assert said(badge(aliases, description={"says": "x", "tongue": "en"})) == [
        ("https://schema.org/description", '"x"@en')
    ]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (badge(at_graph=[]), "/@graph"),
        (badge(at_included=[]), "/@included"),
        (badge(at_reverse={}), "/@reverse"),
        (badge({"f": "@nest"}, f={}), "/f"),
        (badge({"f": {"@reverse": "https://x.example/f"}}), "/@context"),
        (badge({"@import": V2}), "/@context"),
        (badge({"@base": "https://x.example/"}), "/@context"),
        (badge(term({"@container": "@index"}), f={"a": "x"}), "/f"),
        (badge(term({"@container": "@id"}), f={"urn:x": {}}), "/f"),
    ],
)
def test_what_is_not_read_is_unknown_and_never_guessed(document, place):
    with pytest.raises(Unsupported) as caught:
        to_rdf(document)
    assert (caught.value.code, caught.value.pointer) == ("context.unsupported", place)
    assert isinstance(caught.value, Unavailable)


# Values.


@pytest.mark.parametrize("nothing", [None, [], [None, []]])
def test_null_and_empty_arrays_say_nothing(nothing):
    assert to_rdf(badge(evidence=nothing)) == to_rdf(badge())


@pytest.mark.parametrize(
    ("definition", "value", "written"),
    [
        ({}, "x", '"x"'),
        ({}, True, f'"true"^^<{XSD}boolean>'),
        ({}, 6, f'"6"^^<{XSD}integer>'),
        ({}, 6.0, f'"6"^^<{XSD}integer>'),
        ({}, -0.0, f'"0"^^<{XSD}integer>'),
        ({}, 6.5, f'"6.5E0"^^<{XSD}double>'),
        ({}, 0.1, f'"1.0E-1"^^<{XSD}double>'),
        ({}, 1e-7, f'"1.0E-7"^^<{XSD}double>'),
        ({}, 123456.789, f'"1.23456789E5"^^<{XSD}double>'),
        ({"@type": f"{XSD}double"}, 6, f'"6.0E0"^^<{XSD}double>'),
        ({"@type": f"{XSD}float"}, 6, f'"6"^^<{XSD}float>'),
        ({"@type": f"{XSD}float"}, "6.0", f'"6.0"^^<{XSD}float>'),
        ({"@type": f"{XSD}string"}, "x", '"x"'),
        ({"@type": "@id"}, "urn:x", "<urn:x>"),
        (
            {"@type": "@vocab"},
            "OpenBadgeCredential",
            "<https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential>",
        ),
        ({"@type": "@none"}, "urn:x", '"urn:x"'),
        ({"@language": "DE"}, "x", '"x"@de'),
        ({"@language": "de"}, 1, f'"1"^^<{XSD}integer>'),
        (
            {"@type": "@json"},
            {"b": [1.0, None], "a": "é"},
            f'"{{\\"a\\":\\"é\\",\\"b\\":[1,null]}}"^^<{RDF}JSON>',
        ),
        ({"@type": "@json"}, None, f'"null"^^<{RDF}JSON>'),
        ({}, {"@value": {"b": 1}, "@type": "@json"}, f'"{{\\"b\\":1}}"^^<{RDF}JSON>'),
        ({}, {"@value": "x", "@language": "en-AU"}, '"x"@en-au'),
        ({}, {"@value": "x", "@type": "urn:t"}, '"x"^^<urn:t>'),
        ({}, {"@set": ["x"]}, '"x"'),
        ({"@container": "@language"}, {"en-AU": "x"}, '"x"@en-au'),
        ({"@container": "@language"}, {"@none": "x", "en": None}, '"x"'),
        ({"@container": "@list"}, [], f"<{RDF}nil>"),
    ],
)
def test_a_value_is_written_as_the_specification_says(definition, value, written):
    assert only(badge(term(definition), f=value)) == written


def test_a_list_of_lists_keeps_its_shape_and_its_order():
    lists = to_rdf(badge(term({"@container": "@list"}), f=[["a"], [], "b", {"@list": ["c"]}]))
    firsts = [object_ for _, predicate, object_, _ in lists if predicate == f"<{RDF}first>"]
    assert sorted(firsts) == [
        '"a"',
        '"b"',
        '"c"',
        f"<{RDF}nil>",
        *sorted(f for f in firsts if f[:2] == "_:"),
    ]
    swapped = to_rdf(badge(term({"@container": "@list"}), f=[[], ["a"], "b", {"@list": ["c"]}]))
    assert canonicalize(lists).text != canonicalize(swapped).text


@pytest.mark.parametrize("value", [{"@set": ["x"]}, {"@list": ["x"]}])
def test_an_object_around_values_leaves_the_words_of_the_type(value):
    """validFrom has its type from the type of the document, which ends where an object begins."""
    quads = to_rdf(badge(validFrom=value))
    assert [quad[2] for quad in quads if quad[2][0] == '"'] == ['"x"']
    assert said(badge(validFrom=["x"])) == [
        ("https://www.w3.org/2018/credentials#validFrom", f'"x"^^<{XSD}dateTime>')
    ]


def test_a_term_may_be_an_address_that_means_itself():
    context = {"ex": "https://x.example/", "ex:f": {"@id": "https://x.example/f", "@type": "@id"}}
    assert only(badge(context, **{"ex:f": "urn:x"})) == "<urn:x>"


def test_a_list_in_an_object_is_the_list_itself():
    container = term({"@container": "@list"})
    assert canonicalize(to_rdf(badge(container, f={"@list": ["a", "b"]}))) == canonicalize(
        to_rdf(badge(container, f=["a", "b"]))
    )


def test_order_of_a_set_and_of_names_means_nothing():
    one = badge(evidence=[{"id": "urn:a"}, {"id": "urn:b"}], name="n")
    other = badge(name="n", evidence=[{"id": "urn:b"}, {"id": "urn:a"}])
    assert canonicalize(to_rdf(one)).text == canonicalize(to_rdf(other)).text


def test_blank_node_labels_of_the_document_never_meet_our_own():
    named = badge(termsOfUse=[{"id": "_:b1", "type": "urn:T"}, {"type": "urn:U"}])
    renamed = badge(termsOfUse=[{"id": "_:x", "type": "urn:T"}, {"type": "urn:U"}])
    plain = badge(termsOfUse=[{"type": "urn:T"}, {"type": "urn:U"}])
    texts = {canonicalize(to_rdf(document)).text for document in (named, renamed, plain)}
    assert len(texts) == 1


def test_each_proof_stands_in_a_graph_of_its_own():
    proof = {"type": "DataIntegrityProof", "cryptosuite": "x"}
    quads = to_rdf(badge(proof=[proof, proof]))
    assert len({graph for _, _, _, graph in quads if graph}) == 2


def test_a_text_keeps_its_direction_in_its_datatype() -> None:
    """JSON-LD 1.1 API §8.3, as implementations of Data Integrity ask for it (i18n-datatype)."""
    words = {"@value": "x", "@language": "ar-EG", "@direction": "rtl"}
    schema, datatype = "https://schema.org/name", "https://www.w3.org/ns/i18n#"
    for name, wanted in ((words, "ar-eg_rtl"), ({"@value": "x", "@direction": "ltr"}, "_ltr")):
        assert ("urn:uuid:1", f"<{schema}>", f'"x"^^<{datatype}{wanted}>') in {
            (s.strip("<>"), p, o) for s, p, o, _ in to_rdf(badge(id="urn:uuid:1", name=name))
        }
