"""What a reader types into the search, and the page that must come first."""

import checks
import offline_search
import pytest
from built import SITE
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from visits import open_page

FIRST = {
    "01_bernoulli_trials": ["Bernoulli", "law of large numbers"],
    "02_likelihood": [
        "log-likelihood",
        "loglikelihood",
        "MLE",
        "minibatch",
        "overflow",
        "underflow",
    ],
    "03_binary_cross_entropy": [
        *[
            "log loss",
            "logloss",
            "BCE",
            "binary crossentropy",
            "binary_crossentropy",
            "binary cross-entropy",
        ],
        *["binary cross entropy", "base rate", "broadcasting", "deviance"],
        *["negative log-likelihood", "NLL"],
    ],
    "04_surprise_entropy_kl": [
        *["entropy", "cross entropy", "KL divergence", "Kullback-Leibler"],
        *["relative entropy", "surprisal", "Gibbs' inequality", "perplexity"],
    ],
    "05_honest_forecasts": [
        *["Brier score", "proper scoring rule", "Kraft's inequality", "MSE"],
    ],
    "06_sigmoid_and_logit": [
        *["sigmoid", "logit", "logistic function", "log-odds", "softplus"],
        *["decision boundary", "Bayes' rule", "canonical link"],
    ],
    "07_the_gradient_that_cancels": [
        *["gradient", "autodiff", "automatic differentiation", "complex step"],
    ],
    "08_logistic_regression": [
        *["logistic regression", "weight decay", "L2 regularization", "ridge"],
        *["regularisation", "overfitting", "over fitting", "SGD", "separable data"],
        *["odds ratio", "Newton"],
    ],
    "09_the_shape_of_the_loss": ["convexity", "saddle point"],
    "10_how_far_to_step": [
        *["learning rate", "step size", "momentum", "condition number"],
    ],
    "11_computing_it_right": [
        *["numerical stability", "logaddexp", "log-sum-exp", "BCEWithLogitsLoss"],
        *["from_logits", "NaN"],
    ],
    "12_hinge_and_its_relatives": [
        *["hinge", "hinge loss", "SVM", "support vector machine", "margin"],
        *["exponential loss", "surrogate loss"],
    ],
    "13_soft_labels_and_smoothing": [
        *["label smoothing", "soft labels", "soft label"],
    ],
    "14_imbalance_and_focal_loss": [
        *["focal loss", "class imbalance", "imbalanced classes", "pos_weight"],
        *["SMOTE", "oversampling", "ROC curve", "precision recall"],
    ],
    "15_representation_xor": ["XOR", "backpropagation by hand", "hidden layer"],
    "16_judging_probabilities": [
        *["calibration", "reliability diagram", "temperature scaling", "ECE", "AUC"],
        *["isotonic regression", "Platt scaling", "expected calibration error"],
    ],
    "18_in_todays_models": [
        *["GAN", "VAE", "word2vec", "DPO", "negative sampling", "distillation"],
        *["reward model"],
    ],
    "19_beyond_two_classes": [
        *[
            "multiclass",
            "multi-class",
            "soft max",
            "softmax",
            "multilabel",
            "allreduce",
        ],
    ],
    "museum": [
        *["loss negative", "negative loss"],
        *["loss does not move", "loss stuck at 0.693", "two sigmoids", "lost minus"],
        *["accuracy stuck at 0.5", "museum"],
    ],
    "folklore": [
        *["folklore", "loss is asymmetric", "KL is a distance"],
        *["squared error local minima", "cross-entropy fails on imbalanced data"],
        *["logistic regression needs Gaussian features", "first loss should be log 2"],
    ],
    "timeline": ["timeline"],
    "glossary": ["glossary"],
    "notation": ["notation", "letters"],
    "cheat_sheet": ["cheat sheet", "cheatsheet"],
    "map": ["prerequisites"],
    "coverage": ["coverage"],
    "benchmarks": ["benchmarks", "speed"],
    "figures": ["embed a figure", "iframe"],
    "instructors": ["instructors", "grading a class", "appeal", "gradebook"],
    "teaching": ["exam", "fourteen weeks"],
    "api": [
        *["binary_cross_entropy_with_logits", "losses.hinge_loss", "softplus()"],
        *["bcelib.metrics.roc_auc_score", "log_loss_sum"],
    ],
}
AMONG_SIX = {  # what another page may be nearer to
    "subgradient": "glossary",
    "log-odds": "glossary",
    "asymmetric": "folklore",
    "imbalanced data": "folklore",
    "local minima": "folklore",
    "Berkson": "timeline",
    "likelihood": "02_likelihood",
    "history": "timeline",
    "numerical stability": "11_computing_it_right",
    "symbols": "notation",
    "loss is NaN": "museum",
    "NaN in float32": "museum",
}
QUERIES = {query: page for page, queries in FIRST.items() for query in queries}


RANK = "all => all.map(q => Search._performSearch(q).map(r => r[0]).reverse())"


@pytest.fixture(scope="module")
def results(browser, address):
    """The page of results, where all else can be asked."""
    page = open_page(browser, f"{address}search.html?q=loss")
    page.locator("ul.search li a").first.wait_for()
    yield page
    assert page.troubles == []
    page.context.close()


@pytest.fixture(scope="module")
def found(results):
    """{query: the pages found, the best first}."""
    queries = [*QUERIES, *AMONG_SIX]
    return dict(zip(queries, results.evaluate(RANK, queries), strict=True))


@pytest.mark.parametrize("query", QUERIES)
def test_first_page(site, found, query):
    assert found[query], "nothing was found"
    assert found[query][0] == f"book/{QUERIES[query]}", found[query][:3]


@pytest.mark.parametrize("query", AMONG_SIX)
def test_among_the_first_six(site, found, query):
    assert f"book/{AMONG_SIX[query]}" in found[query][:6]


SAME = [
    ("regularisation", "regularization"),
    ("optimise the behaviour", "optimize the behavior"),
    ("labelled centre", "labeled center"),
    ("Kullback–Leibler", "kullback leibler"),
    ("SOFTMAX", "soft max"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_are_one(site, results, one, other):
    first, second = results.evaluate(RANK, [one, other])
    assert first
    assert first[:3] == second[:3]


@pytest.mark.parametrize(
    "query", ["", "the", "of the", "xyzzy", "12", "()", "._", "(+"]
)
def test_a_query_that_says_nothing_finds_nothing(site, results, query):
    assert results.evaluate(RANK, [query]) == [[]]


def test_a_function_is_shown_at_its_place(browser, home):
    page = open_page(browser, f"{home}search.html?q=losses.hinge_loss_grad")
    link = page.locator("ul.search li a").first
    link.wait_for()
    assert link.get_attribute("href").endswith("api.html#bcelib.losses.hinge_loss_grad")
    page.context.close()


def test_only_the_best_are_quoted(browser, home):
    page = open_page(browser, f"{home}search.html?q=loss")
    page.locator("ul.search li p").nth(4).wait_for()
    entries = page.locator("ul.search li")
    quoted = [entry.locator("p").count() for entry in entries.all()]
    assert quoted == [1] * 5 + [0] * (len(quoted) - 5)
    fetched = [r for r in page.responses if r.request.resource_type == "fetch"]
    assert len(quoted) > len(fetched) == 5
    page.context.close()


# ---- the index ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A loss, twice.", ["A", "loss", "twice"]),
        ("BCEWithLogitsLoss", ["BCE", "With", "Logits", "Loss", "BCEWithLogitsLoss"]),
        ("log_loss(y)", ["log", "loss", "log_loss", "y"]),
        ("stuck at 0.693", ["stuck", "at", "0.693"]),
        ("scikit-learn", ["scikit", "learn"]),
        ("F1 and L2", ["F1", "and", "L2"]),
    ],
)
def test_words(text, words):
    assert [*offline_search.words_of(text)] == words


WORDS = ["Regularisation", "behaviour", "naïve", "modelling", "centre", "licence"]
WORDS += ["analyse", "this", "loss", "Σ", "catalogue", "four", "precise", "0.693"]


def test_browser_spells_as_the_index_does(site, results):
    spelled = results.evaluate("all => all.map(spell)", WORDS)
    assert spelled == [*map(offline_search.spell, WORDS)]


@given(st.dictionaries(st.integers(0, 999), st.integers(1, 20)))
def test_places_and_counts_can_be_read_back(counts):
    counts = dict(sorted(counts.items()))
    place, read = 0, {}
    for code in offline_search.encoded(counts):
        place += code // 10
        read[place] = code % 10
    assert read == {place: min(count, 9) for place, count in counts.items()}


def small():
    """A page with a formula, and two sections one within the other."""
    document = nodes.document(None, None)
    inner = nodes.section("", nodes.title("", "Inner"), ids=["inner"])
    inner += nodes.paragraph("", "deep ", nodes.math("x^y", "x^y"))
    outer = nodes.section("", nodes.title("", "Title"), ids=["title"])
    outer += [nodes.paragraph("", "top words"), inner]
    document += outer
    return document


def test_places_of_a_page():
    page, inner = offline_search.places_of(small())
    assert (page.anchor, page.names, page.words) == ("", ["Title"], ["top", "words"])
    assert (inner.anchor, inner.names, inner.words) == ("inner", ["Inner"], ["deep"])


def test_a_term_leads_to_where_it_is_explained():
    term = offline_search.Place("term-a", ["a"], ["A", "word"], [("two", "far-away")])
    pages = {
        "one": ("One", [offline_search.Place("", ["One"], ["the"]), term]),
        "two": ("Two", [offline_search.Place("far", ["Far"], ["word", "words"])]),
    }
    slug = {"far-away": "far"}
    index = offline_search.index_of(
        pages, lambda page, end: slug[end], lambda word: word[:4], {"the"}
    )
    assert index["pages"] == [["one", "One", 1], ["two", "Two", 1]]
    assert index["places"] == [[0, "", "One"], [0, "term-a", "a"], [1, "far", "Far"]]
    assert index["goals"] == {1: [2]}
    assert index["terms"] == {"word": [11, 12]}


def test_a_term_is_quoted_with_what_is_said_of_it(browser, home):
    page = open_page(browser, f"{home}search.html?q=mini-batch")
    entry = page.locator("li", has=page.locator('a[href$="#term-mini-batch"]'))
    entry.locator("p").wait_for()
    glossary = checks.Page.read(SITE / "book" / "glossary.html").words
    said = " ".join(entry.locator("p").inner_text().strip(".").split())
    assert len(said) > 40
    assert said[:40] in " ".join(glossary.split())
    assert page.troubles == []
    page.context.close()
