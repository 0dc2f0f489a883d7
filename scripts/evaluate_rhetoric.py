"""Score the coder of statements on the labelled statements and on labelled sentences of the General Debate.

Run: python scripts/evaluate_rhetoric.py   (prints the tables of docs/explanation/rhetoric.md; needs table ungdc)
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from sklearn.pipeline import make_pipeline

sys.path.insert(0, str(Path(__file__).parent))
from draw_rhetoric_sample import digest
from tocsin.case.load import load_case
from tocsin.rhetoric.coder import Coded, code_statement, hostile_states
from tocsin.rhetoric.lexicon import TYPES
from tocsin.rhetoric.text import clean, sentences
from tocsin.store import open_store

GOLD = Path(__file__).resolve().parents[1] / "tests" / "rhetoric"
Row = dict[str, str]


def gold(sample: str) -> tuple[list[Row], list[str]]:
    """Return the labels, and the sentences they are of, found again in the corpus by their hash."""
    rows = list(csv.DictReader((GOLD / f"general_debate_{sample}.csv").open(encoding="utf-8")))
    table = open_store().table("ungdc").collect()
    texts = {(i, y): t for i, y, t in table.select("iso3", "year", "text").iter_rows()}
    out = []
    for row in rows:
        said = sentences(clean(texts[row["iso3"], int(row["year"])]).text)
        found = [s for s in said if digest(s) == row["sha256_16"]]
        if not found:
            raise SystemExit(f"{row['id']}: no sentence with this hash in {row['iso3']} {row['year']}")
        out.append(found[0])
    return rows, out


def pools(sample: str) -> dict[str, float]:
    """Return by stratum how many sentences of the corpus each labelled one stands for."""
    rows = csv.DictReader((GOLD / f"general_debate_{sample}_pools.csv").open(encoding="utf-8"))
    return {r["stratum"]: int(r["sentences"]) / int(r["drawn"]) for r in rows}


def table(truth: list[str], told: list[str], weights: np.ndarray | None = None) -> None:
    """Print precision and recall by type, then the confusion table."""
    w = np.ones(len(truth)) if weights is None else weights
    y, p = np.array(truth), np.array(told)
    print(
        "| type | labelled | coded | precision | recall | recall in the corpus |" if weights is not None else "", end=""
    )
    print("\n" if weights is not None else "| type | labelled | coded | precision | recall |")
    for t in TYPES:
        hit = (y == t) & (p == t)
        n, m = (y == t).sum(), (p == t).sum()
        cells = [str(n), str(m), f"{hit.sum() / m:.2f}" if m else "-", f"{hit.sum() / n:.2f}" if n else "-"]
        if weights is not None:
            cells.append(f"{w[hit].sum() / w[y == t].sum():.2f}" if n else "-")
        print(f"| {t} | " + " | ".join(cells) + " |")
    print(
        f"accuracy {np.mean(y == p):.3f}"
        + (f", in the corpus {w[y == p].sum() / w.sum():.3f}" if weights is not None else "")
    )
    count = Counter(zip(truth, told, strict=True))
    print("| labelled \\ coded | " + " | ".join(TYPES) + " |")
    for a in TYPES:
        print(f"| {a} | " + " | ".join(str(count[a, b]) for b in TYPES) + " |")
    present = [t for t in TYPES if t in y]
    f1 = [2 * ((y == t) & (p == t)).sum() / max((y == t).sum() + (p == t).sum(), 1) for t in present]
    print(f"macro F1 over the types present {np.mean(f1):.3f}\n")


def words(coded: Coded, text: str) -> str:
    """Return a text with the rules that matched as extra words."""
    return text + " " + " ".join(f"rule_{m.rule.replace('-', '_')}" for m in coded.matches)


def leave_out(texts: list[str], truth: list[str], groups: list[str]) -> list[str]:
    """Return the classifier's type of each text, learnt from the texts of all other speakers."""
    told = np.empty(len(texts), dtype=object)
    for group in sorted(set(groups)):
        test = np.array([g == group for g in groups])
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            LogisticRegression(C=10, class_weight="balanced", max_iter=2000),
        )
        model.fit(
            [t for t, x in zip(texts, test, strict=True) if not x],
            [t for t, x in zip(truth, test, strict=True) if not x],
        )
        told[test] = model.predict([t for t, x in zip(texts, test, strict=True) if x])
    return list(told)


def statements() -> None:
    """Score on the labelled statements of the built-in case."""
    rows = load_case("armenia-azerbaijan").tables["statements"].to_dicts()
    coded = [code_statement(r["text"], speaker=r["state"], target=r["target"]) for r in rows]
    truth, told = [r["type"] for r in rows], [c.type for c in coded]
    print(f"## {len(rows)} statements: rules")
    table(truth, told)
    speakers = [r["speaker"] for r in rows]
    print(f"## classifier on words, leaving out each of {len(set(speakers))} speakers")
    table(truth, leave_out([r["text"] for r in rows], truth, speakers))
    print("## classifier on words and rules, leaving out each speaker")
    table(truth, leave_out([words(c, r["text"]) for c, r in zip(coded, rows, strict=True)], truth, speakers))
    for name in sorted(set(speakers)):
        mine = [(a, b) for a, b, s in zip(truth, told, speakers, strict=True) if s == name]
        print(f"{name}: {sum(a == b for a, b in mine)} of {len(mine)} by the rules")
    topics = [(r["topic"], c.topic) for r, c in zip(rows, coded, strict=True)]
    print(f"topic as labelled: {sum(a.lower() == b for a, b in topics)} of {len(topics)}\n")


def typed(truth: list[str], told: list[str], weights: np.ndarray) -> str:
    """Return mean F1, and precision and recall of a type that is not none, in the sample and in the corpus."""
    y, p = np.array(truth), np.array(told)
    hit, said, real = (y == p) & (y != "none"), p != "none", y != "none"
    f1 = [2 * ((y == t) & (p == t)).sum() / ((y == t).sum() + (p == t).sum()) for t in TYPES if t in y]
    return (
        f"mean F1 {np.mean(f1):.3f}; a type is right {hit.sum()} of {said.sum()} times ({hit.sum() / said.sum():.2f}), "
        f"found {hit.sum()} of {real.sum()} ({hit.sum() / real.sum():.2f}); in the corpus "
        f"{weights[hit].sum() / weights[said].sum():.2f} and {weights[hit].sum() / weights[real].sum():.2f}"
    )


def pooled() -> None:
    """Score classifiers that learn from both samples together, leaving out each speaking state.

    The last only vetoes: it learns from what the rules gave a type whether that was right.
    """
    rows, texts, weights, sample = [], [], [], []
    for name in ("first", "second"):
        found, said = gold(name)
        weight = pools(name)
        rows, texts = rows + found, texts + said
        weights += [weight[r["stratum"]] for r in found]
        sample += [name] * len(found)
    coded = [code_statement(t, speaker=r["iso3"], year=int(r["year"])) for r, t in zip(rows, texts, strict=True)]
    truth, rules = [r["type"] for r in rows], [c.type for c in coded]
    extra, states = [words(c, t) for c, t in zip(coded, texts, strict=True)], [r["iso3"] for r in rows]
    given = [i for i, t in enumerate(rules) if t != "none"]
    right = leave_out([extra[i] for i in given], [str(truth[i] == rules[i]) for i in given], [states[i] for i in given])
    kept = dict(zip(given, right, strict=True))
    told = {
        "rules": rules,
        "classifier on words": leave_out(texts, truth, states),
        "classifier on words and rules": leave_out(extra, truth, states),
        "rules, vetoed by a classifier": [t if kept.get(i) == "True" else "none" for i, t in enumerate(rules)],
    }
    print("## both samples to learn from, leaving out each speaking state")
    for name, types in told.items():
        for one in ("first", "second"):
            here = [i for i, s in enumerate(sample) if s == one]
            w = np.array(weights)[here]
            print(f"{name}, {one} sample: {typed([truth[i] for i in here], [types[i] for i in here], w)}")


def agreement(rows: list[Row]) -> None:
    """Print how far the two passes of labelling agree."""
    one, two = ([r[f"type_{k}"] for r in rows] for k in ("first", "second"))
    print(
        f"agreement of the two passes {np.mean(np.array(one) == two):.3f}, "
        f"Cohen's kappa {cohen_kappa_score(one, two):.3f}"
    )
    some = [(a, b) for a, b in zip(one, two, strict=True) if (a, b) != ("none", "none")]
    print(f"where either pass has a type: the same in {sum(a == b for a, b in some)} of {len(some)}")


def general_debate(sample: str) -> None:
    """Score on the labelled sentences of the General Debate."""
    rows, texts = gold(sample)
    weight = pools(sample)
    w = np.array([weight[r["stratum"]] for r in rows])
    print(f"## {sample} sample: {len(rows)} sentences of the General Debate")
    if "type_second" in rows[0]:
        agreement(rows)
    coded = [code_statement(t, speaker=r["iso3"], year=int(r["year"])) for r, t in zip(rows, texts, strict=True)]
    truth, told = [r["type"] for r in rows], [c.type for c in coded]
    table(truth, told, w)
    right = [(r["target"], c.target) for r, c in zip(rows, coded, strict=True) if r["type"] == c.type != "none"]
    print(f"target where the type is right: {sum(x == y for x, y in right)} of {len(right)}")
    print("## classifier on words and rules, leaving out each speaking state")
    table(
        truth, leave_out([words(c, t) for c, t in zip(coded, texts, strict=True)], truth, [r["iso3"] for r in rows]), w
    )
    labelled = [set(filter(None, r["hostile"].split(";"))) for r in rows]
    found = [set(hostile_states(t, speaker=r["iso3"], year=int(r["year"]))) for r, t in zip(rows, texts, strict=True)]
    both = sum(len(x & y) for x, y in zip(labelled, found, strict=True))
    print("## hostile mentions (sentence and state)")
    print(f"labelled {sum(map(len, labelled))}, coded {sum(map(len, found))}, both {both}")
    hits = sum(k * len(x & y) for k, x, y in zip(w, labelled, found, strict=True))
    all_, said = (sum(k * len(x) for k, x in zip(w, sets, strict=True)) for sets in (labelled, found))
    print(f"in the corpus: precision {hits / said:.2f}, recall {hits / all_:.2f}")
    for r, t, x, y in zip(rows, texts, labelled, found, strict=True):
        if "-v" in sys.argv and x != y:
            print(r["id"], "labelled", sorted(x), "coded", sorted(y), t[:200])
    for r, t, c in zip(rows, texts, coded, strict=True):
        if "-v" in sys.argv and r["type"] != c.type:
            print(r["id"], r["type"], "->", c.type, [m.words for m in c.matches], t[:200])


if __name__ == "__main__":
    statements()
    for name in ("first", "second"):
        general_debate(name)
    pooled()
