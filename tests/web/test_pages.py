"""What the pages say: the numbers of the Python calls, faults in plain words, and a way on from everywhere."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.ledger.made_up import LATER, NOW, binary, outcome
from tests.web.conftest import BASE, Get, patient
from tocsin.assessment.words import percent
from tocsin.case.synthetic import write_case
from tocsin.ledger.book import record, resolve
from tocsin.pipeline import assess
from tocsin.report import tables
from tocsin.web.app import create_app
from tocsin.web.settings import Settings

FLAGSHIP = "/case/armenia-azerbaijan"
PAGES = ["/", "/watchlist", "/ledger", "/data", FLAGSHIP, f"{FLAGSHIP}/claims", f"{FLAGSHIP}/record"]
PAGES += [f"{FLAGSHIP}?year=2010", "/case/made-up", "/case/made-up/claims", "/case/made-up/record"]


def text_of(page: str) -> str:
    """Return the words of a page as read aloud, blanks collapsed."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " "))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_and_every_link_on_it_leads_somewhere(client: TestClient, get: Get, address: str) -> None:
    answer = get(address)
    assert answer.status_code == 200
    page = answer.text
    assert page.startswith("<!doctype html>")
    assert len(re.findall(r"<h1>", page)) == 1
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    assert [h for h in re.findall(r'href="#([^"]+)"', page) if unescape(h) not in ids] == []
    for link in sorted(set(re.findall(r'(?:href|src)="(/[^"#]*)', page))):
        if "/lab" in link or "/strategy" in link or "/api/" in link:
            continue  # they have tests of their own
        assert get(unescape(link)).status_code == 200, link
    assert not re.search(r"<script(?![^>]*\ssrc=)", page), "no script inside a page: the policy forbids it"
    assert not re.search(r'\s(?:style|on[a-z]+)="', page), "nor style, nor handlers"
    assert "http://" not in re.sub(r'href="[^"]*"|xmlns[:a-z]*="[^"]*"', "", page)[:2000]


def test_the_first_page_shows_what_the_python_call_returns(get: Get) -> None:
    import time

    for _ in range(100):
        page = text_of(get("/").text)
        if "being reckoned" not in page and "Being read" not in page:
            break
        time.sleep(0.3)
    found = assess("armenia-azerbaijan", draws=0, scenarios=[])
    for f in tables.judged(found.forecasts):
        m = tables.mode_of(f, "strike")
        assert m.at_least.value is not None
        assert m.at_least.low is not None
        assert m.at_least.high is not None
        name = tables.names(found)
        assert f"{name[f.actor]} against {name[f.target]} {percent(m.at_least.value)}" in page
        assert f"{percent(m.at_least.low)} to {percent(m.at_least.high)}" in page


def test_the_replay_shows_what_the_python_call_returns(get: Get) -> None:
    found = assess("armenia-azerbaijan", as_of=date(2019, 12, 31), draws=0, scenarios=[])
    by_year, by_day = get(f"{FLAGSHIP}?year=2019").text, get(f"{FLAGSHIP}?as_of=2019-12-31").text
    for page in (by_year, by_day):
        words = text_of(page)
        for j in found.judgments:
            assert j.likelihood in words
        assert "Knowledge up to 31 December 2019" in words
    assert get(f"{FLAGSHIP}?year=2026").text == get(FLAGSHIP).text


def test_what_was_not_known_is_not_shown(get: Get) -> None:
    body = get(f"{FLAGSHIP}?as_of=2020-08-31").text.partition('<div id="body"')[2]
    # A source may be younger than what it tells of; the row says from when that was public.
    then = text_of(body.partition('id="sources"')[0])
    assert "2020-09-27" not in then, "the war began four weeks later"
    assert "2020-09-27" in get(FLAGSHIP).text


def test_the_claims_and_one_verdict(get: Get) -> None:
    page = get(f"{FLAGSHIP}/claims").text
    assert 'id="claim-C08"' in page
    one = get(f"{FLAGSHIP}/claims?verdict=mixed").text
    assert 'data-verdict="mixed"' in one
    assert '<option value="mixed" selected>' in one
    none = text_of(get("/case/made-up/claims?verdict=mixed").text)
    assert "No claim is mixed" in none
    assert "tocsin claims made-up" in none


def test_the_record_has_its_scores(get: Get) -> None:
    words = text_of(get(f"{FLAGSHIP}/record").text)
    found = assess("armenia-azerbaijan", draws=0, scenarios=[])
    for t in found.track_summary:
        assert f"{t.rps:.3g}" in words
    assert "Are its probabilities honest?" in words


def test_the_strategy_waits_and_then_shows_the_game(client: TestClient, settings: Settings) -> None:
    address = "/case/armenia-azerbaijan/strategy"
    first = client.get(address)
    if first.status_code == 202:
        assert 'data-again="2"' in first.text
        assert first.headers["retry-after"] == "2"
        assert client.get("/data").status_code == 200, "other pages work meanwhile"
    page = patient(client, address)
    assert page.status_code == 200
    for name in ("condition", "window", "tornado"):
        assert f'id="fig-{name}"' in page.text
    ids = set(re.findall(r'\sid="([^"]+)"', page.text))
    assert [h for h in re.findall(r'href="#([^"]+)"', page.text) if h not in ids] == []
    assert settings.cache is not None
    assert [p.name for p in settings.cache.glob("assessment-*.json")], "kept for the next start"


def test_a_figure_as_vega(get: Get) -> None:
    spec = get(f"{FLAGSHIP}/figure/first/power.json").json()
    assert "/vega/" in spec["$schema"]
    assert get(f"{FLAGSHIP}/figure/first/tornado.json").status_code == 404
    assert get(f"{FLAGSHIP}/figure/nothing/power.json").status_code == 404


BAD = [
    "as_of=2010-13-01", "as_of=x", "as_of=20100101", "as_of=1800-01-01", "as_of=2999-01-01", "year=x", "year=1e9",
    "year=-5", "year=999999999999999999999", "year=２０１０", "as_of=" + "9" * 300, "foo=1", "year=2010&year=2011",
    "as_of=%00", "as_of=%3Cscript%3E", "year=nan", "year=inf",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
@pytest.mark.parametrize("page", ["", "/claims", "/record", "/strategy", "/figure/first/power.json"])
def test_nonsense_in_a_parameter_of_a_case(client: TestClient, page: str, query: str) -> None:
    answer = client.get(f"{FLAGSHIP}{page}?{query}")
    assert answer.status_code == 400
    assert "<script>" not in answer.text.replace('<script src="/static/theme.js"></script>', "")
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "as_of=1959", "as_of=2031", "as_of=x", "as_of=2e3", "least=x", "least=nan", "least=-1", "least=101", "least=inf",
        "least=1_0", "region=Atlantis", "kind=friends", "page=0", "page=x", "page=-1", "foo=1", "page=" + "1" * 100,
    ],
)  # fmt: skip
def test_nonsense_in_a_parameter_of_the_watchlist(client: TestClient, query: str) -> None:
    assert client.get(f"/watchlist?{query}").status_code == 400


@pytest.mark.parametrize("address", ["/data?state=gone", "/ledger?page=x", "/?x=1", f"{FLAGSHIP}/claims?verdict=wrong"])
def test_nonsense_elsewhere(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "%2e%2e",
        "..%2f..%2fetc",
        "%2e%2e%2fmade-up",
        "made-up%00",
        ".git",
        "a" * 200,
        "made-up%2f..",
        "-x",
    ],
)
def test_names_that_lead_nowhere(client: TestClient, name: str) -> None:
    answer = client.get(f"/case/{name}")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_the_empty_states_say_which_command_brings_the_data(get: Get) -> None:
    assert "tocsin data fetch" in get("/watchlist").text
    assert "tocsin data fetch" in get("/data").text
    assert "tocsin assess armenia-azerbaijan --record" in get("/ledger").text


def test_a_fault_of_the_tool_is_a_page_without_a_traceback(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import tocsin.web.pages.data as module

    def broken(store: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(module, "rows", broken)
    answer = client.get("/data")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    monkeypatch.undo()
    assert client.get("/data").status_code == 200


def test_static_files_have_tags_and_no_file_beside_them_is_sent(client: TestClient) -> None:
    for name, start in (("theme.js", "//"), ("site.css", "/*"), ("report.css", ":root"), ("vega.js", "")):
        first = client.get(f"/static/{name}")
        assert first.status_code == 200
        assert first.text.startswith(start)
        again = client.get(f"/static/{name}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "vegaEmbed" in client.get("/static/vega.js").text
    for name in ("app.py", "..%2fapp.py", "..%2f..%2f..%2fpyproject.toml", "%2e%2e/settings.py", ""):
        assert client.get(f"/static/{name}").status_code == 404


def test_the_ledger_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    record(path, [binary("first", 0.3), binary("second", 0.8)], now=NOW)
    resolve(path, [outcome("first", "no")], now=LATER)
    before = path.read_bytes()
    with TestClient(create_app(Settings(ledger=path, warm=False)), base_url=BASE) as found:
        words = text_of(found.get("/ledger").text)
        assert "The chain holds. 3 entries" in words
        assert re.search(r"first.*no known", words)
        assert "open" in words
        assert path.read_bytes() == before
        # One digit of an entry is changed behind the ledger's back.
        spot = before.index(b"0.3")
        path.write_bytes(before[: spot + 2] + b"4" + before[spot + 3 :])
        words = text_of(found.get("/ledger").text)
        assert "The chain does not hold" in words
        path.write_bytes(b"not a ledger at all" * 100)
        assert found.get("/ledger").status_code == 200
        assert "chain holds" not in text_of(found.get("/ledger").text)


def test_own_cases_are_read_anew_when_they_change(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    write_case(folder / "mine", rows=5)
    with TestClient(create_app(Settings(cases=folder, warm=False)), base_url=BASE) as found:
        assert "(made up)" in patient(found, "/case/mine").text
        file = folder / "mine" / "case.toml"
        file.write_text(file.read_text("utf-8").replace("(made up)", "(made anew)"), "utf-8")
        assert "(made anew)" in patient(found, "/case/mine").text
        rows = (folder / "mine" / "incidents.csv").read_text("utf-8").splitlines()
        (folder / "mine" / "incidents.csv").write_text("\n".join([rows[0] + ",<b>x</b>", *rows[1:]]), "utf-8")
        broken = found.get("/case/mine")
        assert broken.status_code == 422
        assert "incidents.csv" in broken.text
        assert "<b>x</b>" not in broken.text
        assert "Traceback" not in broken.text
        shutil.rmtree(folder / "mine")
        assert found.get("/case/mine").status_code == 404
        write_case(folder / "another", rows=5)
        assert patient(found, "/case/another").status_code == 200


HOSTILE = "\"><i id=x>'&amp;{{ 7 * 7 }}${7*7}</i>"


def test_text_of_a_case_never_becomes_markup(tmp_path: Path) -> None:
    """What the checks of a case let through is escaped; what they do not is a fault that shows nothing raw."""
    folder = write_case(tmp_path / "cases" / "x", rows=3)
    text = (folder / "case.toml").read_text("utf-8")
    title = 'A \\"B\\" & {{ 7 * 7 }} onload=alert(1) ${7*7} &lt;b&gt;'
    (folder / "case.toml").write_text(re.sub(r'title = ".*"', lambda _: f'title = "{title}"', text, count=1), "utf-8")
    with TestClient(create_app(Settings(cases=folder.parent, warm=False)), base_url=BASE) as found:
        for address in ("/case/x", "/case/x/claims", "/case/x/record", "/"):
            page = patient(found, address).text
            assert "49" not in re.findall(r"<h1>.*", page)[0]
            if "x" in address:
                assert "{{ 7 * 7 }} onload=alert(1) ${7*7} &amp;lt;b&amp;gt;" in page
                assert "&#34;B&#34; &amp; " in page
        (folder / "case.toml").write_text(
            re.sub(r'title = ".*"', lambda _: "title = '''" + HOSTILE + "'''", text, count=1), "utf-8"
        )
        page = found.get("/case/x")
        assert page.status_code == 422
        assert "<i id=x>" not in page.text


def test_what_lies_outside_the_folder_is_not_shown(tmp_path: Path) -> None:
    outside = write_case(tmp_path / "outside", rows=3)
    folder = tmp_path / "cases"
    inside = write_case(folder / "inside", rows=3)
    (folder / "linked").symlink_to(outside)
    (folder / ".hidden").mkdir()
    secret = tmp_path / "secret.csv"
    shutil.copy(inside / "statements.csv", secret)
    (inside / "statements.csv").unlink()
    (inside / "statements.csv").symlink_to(secret)
    with TestClient(create_app(Settings(cases=folder, warm=False)), base_url=BASE) as found:
        assert "linked" not in found.get("/").text
        assert found.get("/case/linked").status_code == 404
        answer = found.get("/case/inside")
        assert answer.status_code == 422
        assert "leads out of the case folder" in answer.text


def test_a_case_too_large_is_not_read(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases" / "large", rows=3)
    with (folder / "statements.csv").open("ab") as handle:
        handle.truncate(30_000_000)
    with TestClient(create_app(Settings(cases=folder.parent, warm=False)), base_url=BASE) as found:
        answer = found.get("/case/large")
        assert answer.status_code == 422
        assert "30 MB" in text_of(answer.text)


def test_an_own_case_stands_in_for_the_built_in_one(tmp_path: Path) -> None:
    write_case(tmp_path / "india-pakistan", rows=3)
    with TestClient(create_app(Settings(cases=tmp_path, warm=False)), base_url=BASE) as found:
        assert "Aland" in patient(found, "/case/india-pakistan").text
        assert "in place of the built-in one" in found.get("/").text


@pytest.mark.data
def test_the_watchlist(watch_store: Path, tmp_path: Path) -> None:
    settings = Settings(store=watch_store, cache=tmp_path, warm=False)
    with TestClient(create_app(settings), base_url=BASE) as found:
        page = patient(found, "/watchlist?as_of=2013").text
        words = text_of(page)
        assert "Forecast for 2014" in words
        assert "What came." in words
        assert 'id="fig-world"' in page
        assert page.count('<th scope="row">') == 50
        one = text_of(found.get("/watchlist?as_of=2013&state=ukraine&region=Europe").text)
        assert "Russia" in one
        assert "of 1," in one
        none = text_of(found.get("/watchlist?as_of=2013&least=100").text)
        assert "No pair fits" in none
        later = found.get("/watchlist?as_of=2013&page=3").text
        assert 'aria-current="page" aria-label="Part 3' in later
    # A second server finds what the first one kept.
    with TestClient(create_app(settings), base_url=BASE) as found:
        assert found.get("/watchlist?as_of=2013").status_code == 200


@pytest.fixture(scope="module")
def watch_store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables behind a watchlist of a year in which every input is up to date."""
    from tocsin.forecast.record import TABLES
    from tocsin.sources.declaration import table_sources
    from tocsin.store import Store
    from tocsin.store.build import fetch

    built = Store(tmp_path_factory.mktemp("watch-store"))
    names = sorted({table_sources()[t].table for t in (*TABLES, "archigos_years", "capitals_cow", "cow_gw", "gw_cow")})
    fetch(built, names, mirror=mirror)
    return built.root


def test_the_time_of_now_is_not_in_the_pages(get: Get) -> None:
    """The same case gives the same page, whenever it is loaded."""
    assert get(f"{FLAGSHIP}/record").text == get(f"{FLAGSHIP}/record").text
    assert str(datetime.now(UTC).date()) not in get(f"{FLAGSHIP}/record").text
