"""Every class of attack on every kind of proof: the law that holds it off, or why it has no object.

The classes are those that hostile proofs are made of: what is cut, padded, moved, misread, replayed
or too large. A kind more is a column here, and is complete only when every class is answered.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FILES = {
    "trie": "tests/commit/test_proof.py",
    "rlp": "tests/commit/test_rlp.py",
    "storage": "tests/evidence/test_storage_proof.py",
    "felts": "tests/commit/starknet/test_proof.py",
    "limits": "tests/commit/starknet/test_proof_limits.py",
    "beacon": "tests/commit/beacon/test_attacks.py",
    "client": "tests/commit/beacon/test_client.py",
    "update": "tests/evidence/test_state_update.py",
    "blob": "tests/commit/l1/test_blob.py",
    "output": "tests/commit/l1/test_output.py",
    "tree": "tests/batch/test_tree.py",
    "mountain": "tests/batch/test_mountain.py",
    "stark": "tests/stark/test_attacks.py",
    "single": "tests/stark/test_single.py",
}
CLASSES = {
    "P1": "a node dropped",
    "P2": "nodes added, doubled, in another order",
    "P3": "shown for another key",
    "P4": "absence forged",
    "P5": "nodes that no tree has",
    "P6": "encodings that lie",
    "P7": "a leaf for a node, a node for a leaf",
    "P8": "places of many queries",
    "P9": "numbers of two spellings",
    "P10": "another length",
    "P11": "another depth",
    "P12": "another hash or domain",
    "P13": "replayed elsewhere",
    "P14": "challenges",
    "P15": "zeros and degenerate values",
    "P16": "grinding",
    "P17": "encoded again",
    "P18": "time and memory",
}
NONE_DRAWN = "- no challenge is drawn: nothing is sampled"
NO_WORK = "- no work is asked for"
ONE = "- a proof is of one place"

KINDS: dict[str, dict[str, str]] = {
    "Merkle Patricia": {
        "P1": "trie test_a_proof_without_any_of_its_nodes_is_refused_and_never_absence",
        "P2": "trie test_a_proof_with_a_node_too_many_is_refused",
        "P3": (
            "trie test_a_proof_shown_for_another_key_is_absence_only_where_the_ways_part_in_a_node"
        ),
        "P4": "trie test_the_absence_of_every_key_that_is_not_there_is_proven",
        "P5": "trie test_a_lie_under_right_hashes_is_refused",
        "P6": "rlp test_p6_an_encoding_that_lies_or_is_longer_than_needed_is_refused",
        "P7": "trie test_a_node_that_is_no_list_or_no_rlp_is_refused_under_its_own_hash",
        "P8": ONE,
        "P9": "storage test_every_altered_member_is_noticed",
        "P10": "trie test_every_truncation_of_a_node_is_refused",
        "P11": "trie test_deep_nesting_is_refused_without_a_foreign_error",
        "P12": "trie test_every_flipped_bit_of_a_proof_or_root_is_refused",
        "P13": "storage test_a_proof_of_another_key_contract_or_state_is_refused",
        "P14": NONE_DRAWN,
        "P15": "trie test_the_empty_trie_holds_nothing_and_needs_no_node",
        "P16": NO_WORK,
        "P17": "rlp test_p6_an_encoding_that_lies_or_is_longer_than_needed_is_refused",
        "P18": "trie test_hostile_sizes_are_refused_at_once_and_cost_no_memory",
    },
    "Starknet storage": {
        "P1": "felts test_a_dropped_node_is_refused_and_never_absence",
        "P2": "felts test_a_doubled_moved_or_foreign_node_is_refused",
        "P3": "felts test_a_proof_of_one_key_proves_no_other",
        "P4": "felts test_a_shape_that_no_trie_has_is_refused_though_its_hashes_are_right",
        "P5": "felts test_a_shape_that_no_trie_has_is_refused_though_its_hashes_are_right",
        "P6": "limits test_any_json_anywhere_is_refused_or_changes_nothing",
        "P7": "felts test_a_value_that_is_the_hash_of_a_node_is_a_value",
        "P8": "- nodes of many keys are a set: order and place carry nothing",
        "P9": "felts test_what_is_not_of_the_shape_is_refused_wherever_it_stands",
        "P10": "felts test_huge_answers_are_refused_before_they_are_hashed",
        "P11": "felts test_a_shape_that_no_trie_has_is_refused_though_its_hashes_are_right",
        "P12": "felts test_the_hash_of_the_other_trie_is_refused",
        "P13": "felts test_every_flipped_bit_of_the_root_is_refused",
        "P14": NONE_DRAWN,
        "P15": "felts test_data_of_a_contract_that_is_not_there_are_refused",
        "P16": NO_WORK,
        "P17": "- nodes answer in JSON of their own: what is read is the felts, not the bytes",
        "P18": "limits test_the_largest_answer_is_refused_in_a_second_though_only_its_end_is_wrong",
    },
    "light client": {
        "P1": "beacon test_a_branch_of_another_shape_is_refused",
        "P2": "beacon test_a_branch_of_another_shape_is_refused",
        "P3": "beacon test_p3_a_branch_of_another_member_is_refused",
        "P4": "- a branch shows presence only",
        "P5": "beacon test_p7_an_inner_node_is_no_committee",
        "P6": "beacon test_hostile_values_raise_only_errors_of_the_tree",
        "P7": "beacon test_p7_an_inner_node_is_no_committee",
        "P8": ONE,
        "P9": "beacon test_p9_a_number_has_one_encoding",
        "P10": "beacon test_p10_a_committee_has_exactly_its_size",
        "P11": "beacon test_a_branch_of_another_shape_is_refused",
        "P12": "beacon test_p12_a_signature_of_another_kind_is_refused",
        "P13": "beacon test_p13_an_update_cannot_be_replayed_into_another_period",
        "P14": "beacon test_p14_members_cannot_be_claimed_or_denied",
        "P15": "beacon test_p15_a_finalized_header_without_its_branch_is_not_taken",
        "P16": NO_WORK,
        "P17": "beacon test_p17_nothing_may_be_added",
        "P18": "beacon test_p18_a_huge_document_is_refused_in_time_and_memory",
    },
    "settlement": {
        "P1": "output test_p10_an_output_cut_anywhere_or_with_more_behind_it_is_none",
        "P2": "output test_p10_an_output_cut_anywhere_or_with_more_behind_it_is_none",
        "P3": "blob test_proofs_hold_for_their_own_blob_alone",
        "P4": "- a diff lists what changed: nothing is proven absent",
        "P5": "blob test_a_diff_that_is_not_of_its_layout_is_refused",
        "P6": "output test_an_output_that_lies_about_itself_is_refused",
        "P7": "- commitments are of polynomials, not of trees",
        "P8": ONE,
        "P9": "blob test_p9_an_element_is_below_the_fields_order",
        "P10": "blob test_p10_a_blob_of_another_size_is_refused",
        "P11": "- commitments are of polynomials, not of trees",
        "P12": "blob test_a_versioned_hash_is_one_byte_of_version_and_31_of_sha256",
        "P13": "update test_each_forgery_is_caught_by_its_own_check",
        "P14": "update test_no_bit_of_an_output_can_be_flipped_under_its_logged_fact",
        "P15": "update test_no_bit_of_a_commitment_or_proof_can_be_flipped",
        "P16": NO_WORK,
        "P17": "output test_a_file_that_is_not_those_bytes_is_refused",
        "P18": "output test_p18_a_huge_output_is_refused_at_once",
    },
    "rows and ledger": {
        "P1": "tree test_a_cut_padded_or_reordered_proof_is_refused",
        "P2": "mountain test_a_cut_padded_or_reordered_consistency_proof_is_refused",
        "P3": "tree test_a_proof_for_one_row_does_not_show_another_place",
        "P4": "tree test_nothing_is_proven_in_an_empty_table",
        "P5": "tree test_a_node_does_not_pass_for_a_row",
        "P6": "tree test_random_bytes_prove_nothing",
        "P7": "tree test_a_node_does_not_pass_for_a_row",
        "P8": ONE,
        "P9": "- a node is 32 bytes, whatever they are",
        "P10": "tree test_a_cut_padded_or_reordered_proof_is_refused",
        "P11": "tree test_a_proof_for_another_number_of_rows_is_refused",
        "P12": "tree test_every_flipped_bit_of_a_proof_its_row_and_its_root_is_refused",
        "P13": "mountain test_a_consistency_proof_for_other_sizes_is_refused",
        "P14": NONE_DRAWN,
        "P15": "tree test_nothing_is_proven_in_an_empty_table",
        "P16": NO_WORK,
        "P17": "- a proof is a list of nodes, without an encoding of its own",
        "P18": "- a path of other than log2(n) nodes is refused before anything is hashed",
    },
    "STARK": {
        "P1": "stark test_a17_no_layer_is_left_out_added_or_exchanged",
        "P2": "stark test_a16_a_multiproof_has_no_slack",
        "P3": "stark test_a31_a_proof_of_one_statement_is_none_of_another",
        "P4": "- absence is shown by no path, but by statements over whole tables",
        "P5": "stark test_a34_a_leaf_of_the_low_degree_tree_shows_no_row",
        "P6": "stark test_a35_malformed_bytes_are_refused",
        "P7": "stark test_a14_leaves_and_nodes_cannot_be_confused",
        "P8": "stark test_a13_places_are_different_and_as_many_as_declared",
        "P9": "stark test_a19_numbers_have_one_encoding",
        "P10": "stark test_a5_the_last_polynomial_has_exactly_its_length",
        "P11": "stark test_a15_paths_have_one_length_and_one_place",
        "P12": "stark test_a14_leaves_and_nodes_cannot_be_confused",
        "P13": "stark test_a2_statement_and_parameters_are_bound",
        "P14": "stark test_a33_no_two_prefixes_give_the_same_challenge",
        "P15": "stark test_a10_a11_the_random_point_is_no_row_and_no_place",
        "P16": "stark test_a9_grinding_is_checked_before_places_are_drawn",
        "P17": "stark test_a20_no_two_messages_are_one",
        "P18": "single test_hostile_sizes_take_no_memory",
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_class_of_attack_has_a_law_or_a_reason(kind: str) -> None:
    answers = KINDS[kind]
    assert list(answers) == list(CLASSES)
    for answer in answers.values():
        file, _, test = answer.partition(" ")
        if file == "-":
            assert len(test) > 15
        else:
            source = (ROOT / FILES[file]).read_text(encoding="utf-8")
            assert re.search(rf"^ *def {test}\(", source, re.MULTILINE), (file, test)


def test_every_kind_is_attacked_more_often_than_excused() -> None:
    for kind, answers in KINDS.items():
        excused = sum(answer.startswith("-") for answer in answers.values())
        assert excused <= 6, (kind, excused)
