"""Verdicts on the claims of a case, from what the case knew on the as-of date and from the assessment of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.assessment.claim_parts import ClaimVerdict, TestResult, Verdict
from tocsin.assessment.parts import Provenance
from tocsin.case.claim_tests import Rows
from tocsin.claims import evidence, facts
from tocsin.claims.found import Context, combined
from tocsin.claims.registry import REGISTRY, computation
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.assessment.model import Assessment
    from tocsin.case.claim_tests import Test
    from tocsin.case.config import Claim
    from tocsin.case.load import Case

NO_TEST = "No registered test is named for it."


def judge(case: Case, assessment: Assessment) -> Assessment:
    """Return the assessment with the verdict on every claim public by the as-of date.

    Parameters
    ----------
    case : Case
        As known on the as-of date of the assessment.
    assessment : Assessment
        Of that case; its claims are replaced.
    """
    context = Context(case, assessment)
    verdicts = [_verdict(claim, context) for claim in case.config.claims]
    results = [r for v in verdicts for r in v.tests]
    rows = sorted({k for r in results for k in r.provenance.rows if facts.lookup(case, k) is not None})
    names = dict.fromkeys(r.evidence for r in results if r.evidence in evidence.meta()["regularities"])
    return assessment.model_copy(
        update={
            "claims": verdicts,
            "claim_rows": [facts.described(case, k) for k in rows],
            "evidence": [evidence.regularity(str(n), assessment.as_of.year) for n in names],
            "versions": assessment.versions.model_copy(update={"evidence_sha256": evidence.evidence_hash()}),
        }
    )


def _verdict(claim: Claim, c: Context) -> ClaimVerdict:
    results = [_result(test, c) for test in claim.tests]
    finding = " ".join(f"{r.part[:1].upper()}{r.part[1:]}: {r.finding}" if r.part else r.finding for r in results)
    keys = {*source_keys(claim.source), *(k for r in results for k in r.provenance.sources)}
    return ClaimVerdict(
        id=claim.id,
        text=claim.text,
        kind=claim.kind,
        horizon=claim.horizon,
        verdict=combined([_counted(t.partly, r) for t, r in zip(claim.tests, results, strict=True)]),
        finding=finding or claim.no_test or NO_TEST,
        tests=results,
        rivals=claim.rivals,
        literature=claim.literature,
        note=claim.note,
        sources=sorted(keys & set(c.case.sources)),
    )


def _counted(partly: bool, result: TestResult) -> Verdict:
    """Return the verdict as it counts for the claim: a part alone does not support the whole."""
    return "mixed" if partly and result.verdict == "supported" else result.verdict


def _result(test: Test, c: Context) -> TestResult:
    given: dict[str, Any] = test.model_dump(mode="json", exclude_defaults=True)
    name = str(given.pop("name"))
    given.pop("part", None)
    given.pop("partly", None)
    if isinstance(test, Rows):  # rows not yet public are not named
        given |= {k: [r for r in v if facts.lookup(c.case, r)] for k, v in given.items() if isinstance(v, list)}
    found = REGISTRY[name](test, c)
    return TestResult(
        test=name,
        part=test.part,
        parameters={k: ", ".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in given.items() if v != []},
        verdict=found.verdict,
        finding=found.finding,
        numbers=found.numbers,
        evidence=found.evidence,
        provenance=Provenance(computation=computation(name), rows=found.rows, sources=found.sources),
    )
