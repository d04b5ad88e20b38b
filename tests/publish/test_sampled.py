"""What a sample of blocks showed goes into the release, and to its readers."""

from dashboards.coverage import sample
from psephos.chain.verify import Verify, shows
from psephos.store.manifest import encode, parse
from tests.publish.conftest import House


def test_a_release_says_how_many_blocks_were_drawn_by_which_hash_and_how_many_were_clean(tmp_path):
    house = House(tmp_path)
    house.live(60)
    house.sync(verify=Verify("sample", 20))
    house.release()
    head = house.chain.head()
    with house.read() as release:
        for name, drawn in (("token", 21), ("gov", 20)):  # gov begins at block 1
            dataset = release.datasets[name]
            assert dataset.sampled == (drawn, 0)  # nobody signed this chain's transactions
            assert dataset.spans[-1].level == "seen"
        manifest = release.manifest
    (told,) = manifest.datasets["token"].samples
    assert (told.first, told.last, told.drawn, told.clean) == (0, head.number, 21, 0)
    assert (told.seed, told.seed_hash) == (head.number, "0x" + head.hash.hex())
    assert manifest.version == 3
    assert parse(encode(manifest), "m") == manifest


def test_where_none_was_drawn_nothing_is_said(tmp_path):
    house = House(tmp_path)
    house.live(20)
    house.sync()
    house.release()
    with house.read() as release:
        assert release.datasets["token"].sampled == (0, 0)
        assert b"samples" not in encode(release.manifest)
        assert release.manifest.version < 3


def test_the_site_says_what_a_sample_shows_and_nothing_without_one():
    assert sample(0, 0) == ""
    assert "fewer than 1 % of all blocks are bad, with 95 % confidence" in sample(300, 300)
    assert shows(300, 299) in sample(300, 299)
