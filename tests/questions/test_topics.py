"""The topic tree: moving in it, and naming its nodes."""

from __future__ import annotations

import pytest

from bot.questions.topics import Topic, TopicTree, UnknownTopic


def topic(topic_id: str, title: str, *aliases: str, parent: str | None = None, leaf: bool = True) -> Topic:
    return Topic(topic_id, title, parent, None, aliases, volatile=False, is_leaf=leaf)


@pytest.fixture
def tree() -> TopicTree:
    return TopicTree(
        [
            topic("cai", "Constitutional AI", "constitution", leaf=False),
            topic("cai.rlaif", "Training with AI feedback", "RLAIF", "RLHF", parent="cai"),
            topic("cai.why", "Why principles?", parent="cai"),
            topic("ml", "ML fundamentals", "machine learning", leaf=False),
            topic("ml.rl", "Reinforcement learning", "RL", parent="ml", leaf=False),
            topic("ml.rl.rlhf", "RL from human feedback", "R.L.H.F.", "feedback", parent="ml.rl"),
            topic("ml.rl.basics", "RL basics", "ppo", "feedback", parent="ml.rl"),
        ]
    )


def test_the_tree_knows_roots_leaves_paths_and_order(tree: TopicTree) -> None:
    assert [root.id for root in tree.roots] == ["cai", "ml"]
    assert tree.leaves("ml") == ("ml.rl.rlhf", "ml.rl.basics")
    assert tree.leaves("ml.rl.basics") == ("ml.rl.basics",)
    assert len(tree.leaves()) == 4
    assert tree.root_of("ml.rl.rlhf").id == "ml"
    assert tree.path("ml.rl.basics") == "ML fundamentals › Reinforcement learning › RL basics"
    assert tree.path("no.such") == tree.title("no.such") == "no.such", "a node that is no longer there"
    assert tree.order("ml.rl.rlhf") + 1 == tree.order("ml.rl.basics")


@pytest.mark.parametrize("text", ["RLHF", "rlhf", " r-l h.f ", "ＲＬＨＦ"])
def test_an_alias_may_name_two_topics_in_any_spelling(tree: TopicTree, text: str) -> None:
    assert tree.resolve(text) == ("cai.rlaif", "ml.rl.rlhf")


def test_an_id_names_its_node_alone(tree: TopicTree) -> None:
    assert tree.resolve("ml.rl.rlhf") == ("ml.rl.rlhf",)
    assert tree.resolve("ML") == ("ml",)


def test_titles_and_the_last_part_of_an_id_are_names_too(tree: TopicTree) -> None:
    assert tree.resolve("constitutional ai") == ("cai",)
    assert tree.resolve("basics") == ("ml.rl.basics",)


def test_a_node_below_another_that_is_meant_is_not_named_again() -> None:
    tree = TopicTree([topic("a", "One", "x", leaf=False), topic("a.b", "Two", "x", parent="a")])
    assert tree.resolve("x") == ("a",)


def test_an_unknown_name_offers_the_nearest_as_they_are_spelt(tree: TopicTree) -> None:
    with pytest.raises(UnknownTopic, match="Did you mean RLHF") as raised:
        tree.resolve("RHLF")
    assert raised.value.nearest[0] == "RLHF"


@pytest.mark.parametrize("text", ["", "   ", "?!", "quantum cooking"])
def test_what_names_nothing_is_a_named_error(tree: TopicTree, text: str) -> None:
    with pytest.raises(UnknownTopic):
        tree.resolve(text)
    with pytest.raises(UnknownTopic):
        tree.leaves("no.such.node")


def test_completion_puts_whole_names_first_then_beginnings_then_later_words(tree: TopicTree) -> None:
    assert [one.id for one in tree.search("rl")] == ["ml.rl", "cai.rlaif", "ml.rl.rlhf", "ml.rl.basics"]
    assert [one.id for one in tree.search("feed")] == ["ml.rl.rlhf", "ml.rl.basics", "cai.rlaif"]
    assert [one.id for one in tree.search("learning")] == ["ml", "ml.rl"]


def test_completion_is_limited_and_begins_with_the_roots(tree: TopicTree) -> None:
    assert [one.id for one in tree.search("")] == ["cai", "ml"]
    assert len(tree.search("r", limit=2)) == 2
    assert tree.search("zzz") == ()


def test_a_child_before_its_parent_or_a_second_node_of_one_id_is_refused() -> None:
    with pytest.raises(ValueError, match="before its parent"):
        TopicTree([topic("a.b", "Two", parent="a"), topic("a", "One")])
    with pytest.raises(ValueError, match="twice"):
        TopicTree([topic("a", "One"), topic("a", "Again")])
