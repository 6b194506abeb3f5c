"""RDF Dataset Canonicalization 1.0 against the W3C test suite, and the bound on its work."""

import json
import random
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc import rdfc
from cairn.vc.errors import OverBudget, Unavailable
from tests.support import nquads

SUITE = Path(__file__).parent.parent / "vectors/rdf-canon"
ENTRIES = json.loads((SUITE / "manifest.jsonld").read_text("utf-8"))["entries"]


def entries(kind):
    chosen = [entry for entry in ENTRIES if entry["type"] == f"rdfc:RDFC10{kind}"]
    return pytest.mark.parametrize("entry", chosen, ids=[entry["id"][1:] for entry in chosen])


def canonical(entry, **limits):
    quads = nquads.read((SUITE / entry["action"]).read_text("utf-8"))
    algorithm = entry.get("hashAlgorithm", "SHA256").lower()
    return rdfc.canonicalize(quads, algorithm=algorithm, **limits)


def test_the_suite_is_here_whole():
    kinds = [entry["type"].removeprefix("rdfc:RDFC10") for entry in ENTRIES]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "EvalTest": 64,
        "MapTest": 21,
        "NegativeEvalTest": 1,
    }


@entries("EvalTest")
def test_canonical_form_is_the_published_one(entry):
    assert canonical(entry).text == (SUITE / entry["result"]).read_text("utf-8")


@entries("MapTest")
def test_labels_are_the_published_ones(entry):
    published = json.loads((SUITE / entry["result"]).read_text("utf-8"))
    assert canonical(entry).labels == {f"_:{old}": f"_:{new}" for old, new in published.items()}


@entries("NegativeEvalTest")
def test_poison_graph_is_stopped_by_the_budget(entry):
    with pytest.raises(OverBudget, match="too long") as caught:
        canonical(entry)
    assert caught.value.code == "document.over_budget"
    assert isinstance(caught.value, Unavailable)


@entries("EvalTest")
def test_every_published_graph_leaves_most_of_the_budget(entry):
    assert canonical(entry, work=rdfc.WORK_BUDGET // 3).labels is not None


def clique(size):
    nodes = [f"_:n{number}" for number in range(size)]
    return [(a, "<http://example.org/knows>", b, "") for a, b in permutations(nodes, 2)]


@pytest.mark.parametrize("size", [8, 9, 10, 20, 60])
def test_the_budget_bounds_every_clique(size):
    with pytest.raises(OverBudget):
        rdfc.canonicalize(clique(size))


def test_a_chain_of_look_alikes_is_followed_only_so_far():
    links = 300
    chain = [
        (f"_:n{number}", "<http://example.org/next>", f"_:n{(number + 1) % links}", "")
        for number in range(links)
    ]
    with pytest.raises(OverBudget):
        rdfc.canonicalize(chain, work=10**9)


def proof_in_a_graph(number, members):
    """The quads of one proof among look-alikes: every one of them names the same blank graph."""
    node, graph = f"_:proof{number}", f"_:graph{number}"
    holder = f"<https://example.org/credentials/{number}>"
    return [
        *((node, f"<https://example.org/{name}>", '"same"', graph) for name in range(members)),
        (holder, "<https://w3id.org/security#proof>", graph, ""),
    ]


@pytest.mark.parametrize("members", [2, 7, 12, 40])
def test_the_same_neighbour_many_times_is_one_order_not_a_factorial(members):
    """One endorsement that stands in two places has two proofs of equal content."""
    dataset = [quad for number in range(2) for quad in proof_in_a_graph(number, members)]
    result = rdfc.canonicalize(dataset, work=1_000)
    assert len(result.labels) == 4


def test_a_neighbour_counts_as_often_as_it_is_named():
    """Once for every quad (§4.8.3 step 3.1), as rdf-canonize and PyLD count; pyoxigraph does not."""
    quads = [quad for number in range(2) for quad in proof_in_a_graph(number, 2)]
    assert rdfc.canonicalize(quads).labels == {
        "_:graph1": "_:c14n0",
        "_:graph0": "_:c14n1",
        "_:proof1": "_:c14n2",
        "_:proof0": "_:c14n3",
    }


def test_hostile_labels_in_the_input_change_nothing():
    quads = nquads.read("_:c14n1 <http://e/p> _:c14n0 .\n_:c14n0 <http://e/q> <http://e/o> .\n")
    renamed = nquads.read("_:a <http://e/p> _:b .\n_:b <http://e/q> <http://e/o> .\n")
    assert rdfc.canonicalize(quads).text == rdfc.canonicalize(renamed).text


def test_lines_are_sorted_by_code_point_not_by_utf16():
    low, high = "\uffff", "\U00010000"
    assert high.encode("utf-16-be") < low.encode("utf-16-be")
    quads = [("<urn:s>", "<urn:p>", rdfc.literal(text), "") for text in (high, low)]
    assert rdfc.canonicalize(quads).lines == (
        f'<urn:s> <urn:p> "{low}" .\n',
        f'<urn:s> <urn:p> "{high}" .\n',
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\0\x07", '"\\u0000\\u0007"'),
        ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"'),
        ("\x0b\x1f\x7f", '"\\u000B\\u001F\\u007F"'),
        ('"\\', '"\\"\\\\"'),
        ("\x80\u2028é𝄞", '"\x80\u2028é𝄞"'),
    ],
)
def test_control_characters_are_escaped_and_nothing_else_is(text, written):
    assert rdfc.literal(text) == written


def test_a_repeated_quad_counts_once():
    quad = ("<urn:s>", "<urn:p>", '"o"', "")
    assert rdfc.canonicalize([quad, quad]).text == '<urn:s> <urn:p> "o" .\n'


def test_an_empty_dataset_has_the_digest_of_nothing():
    assert rdfc.canonicalize([]).digest().hex().startswith("e3b0c44298fc1c149afbf4c8996fb924")


# One blank graph only, and no node in its place: with two, the algorithm itself (every implementation
# of it that we tried) cannot tell {a p b :g, a q b :h, a q c :g, a p c :h} from its mirror image, since
# Hash Related Blank Node (§4.7) leaves the predicate out where the neighbour is the graph.
TERMS = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<urn:x>"])
QUADS = st.lists(
    st.tuples(TERMS, st.sampled_from(["<urn:p>", "<urn:q>"]), TERMS, st.sampled_from(["", "_:g"])),
    max_size=8,
)


@given(QUADS, st.randoms(use_true_random=False))
def test_neither_labels_nor_order_of_the_input_matter(quads, chance: random.Random):
    fresh = [f"_:z{number}" for number in range(5)]
    chance.shuffle(fresh)
    names = dict(zip(["_:a", "_:b", "_:c", "_:d", "_:g"], fresh, strict=True))
    other = [tuple(names.get(term, term) for term in quad) for quad in quads]
    chance.shuffle(other)
    assert rdfc.canonicalize(other).text == rdfc.canonicalize(quads).text


@given(QUADS)
def test_the_canonical_form_of_a_canonical_form_is_itself(quads):
    text = rdfc.canonicalize(quads).text
    assert rdfc.canonicalize(nquads.read(text)).text == text
