"""Names of states: shared ones, ones that only look like one, and capitals that act."""

from __future__ import annotations

import pytest

from tocsin.rhetoric.names import find, numbers, rows, same_state
from tocsin.states import code

CASES = [
    ("Georgia and Russia", ("GEO", "RUS")),
    ("our friends in Atlanta, Georgia", ()),
    ("South Georgia and the South Sandwich Islands", ()),
    ("Niger, Nigeria and the Niger Delta; the Niger River, the Niger basin", ("NER", "NGA")),
    ("Nigerien and Nigerian troops", ("NER", "NGA")),
    ("Guinea, Guinea-Bissau, Equatorial Guinea, Papua New Guinea and the Gulf of Guinea", ("GIN", "GNB", "GNQ", "PNG")),
    ("the Republic of the Congo and the Democratic Republic of the Congo", ("COG", "COD")),
    ("South Sudan and the Sudan", ("SSD", "SDN")),
    ("the Democratic People's Republic of Korea and the Republic of Korea", ("PRK", "KOR")),
    ("on the Korean peninsula", ()),
    ("the former Yugoslav Republic of Macedonia", ("MKD",)),
    ("in the former Yugoslavia and the former Soviet Union", ()),
    ("the Federal Republic of Yugoslavia (Serbia and Montenegro)", ("SRB",)),
    ("Latin America, Central American States, the Organization of American States", ()),
    ("American troops", ("USA",)),
    ("Lake Chad, Chad and the Jordan Valley", ("TCD",)),
    ("Northern Ireland and Ireland", ("GBR", "IRL")),
    ("the Turkish Cypriot side and Turkish troops", ("TUR",)),
    ("the Dominican Republic and Dominica", ("DOM", "DMA")),
    ("Samoa and American Samoa", ("WSM",)),
    ("Côte d’Ivoire, Türkiye and Viet Nam", ("CIV", "TUR", "VNM")),
    ("the Republic of China on Taiwan and the People's Republic of China", ("TWN", "CHN")),
    ("Nagorno-Karabakh, Kashmir, Crimea, Jerusalem, Western Sahara and the Malvinas", ()),
    ("we must unite and let us be chad-free, as turkey is eaten", ()),
    ("WE CALL ON TURKEY AND IRAN TO LET US BE", ("TUR", "IRN")),
    ("the US and the U.S. and the United States of America; US$ 5", ("USA",)),
    ("Saddam Hussein", ("IRQ",)),
    ("the eradication of Guinea worm disease in Ghana", ("GHA",)),
    ("Eid Mubarak, said Sheikh Mubarak Al-Sabah to President Mubarak", ("EGY",)),
    ("the DPRK and the UK", ("PRK", "GBR")),
    ("USA, UK, DPRK", ("USA", "GBR", "PRK")),
    ("ARMENIA MUST LEAVE.", ("ARM",)),
    # Leaders of movements and of unrecognised territories are no state's.
    ("Savimbi and Karadzic, Somaliland and Transnistria, Abkhazia and South Ossetia", ()),
    ("the North American Free Trade Agreement, Mexico City and the United States Virgin Islands", ()),
    ("Sudanese, Congolais and Indians on the Indian Ocean", ("SDN", "IND")),
]


@pytest.mark.parametrize(("text", "states"), CASES)
def test_names(text: str, states: tuple[str, ...]) -> None:
    assert find(text.replace("’", "'"), year=2010).states == states


def test_capitals_count_only_as_ones_that_act() -> None:
    assert find("Moscow has sent arms.").states == ("RUS",)
    assert find("Baku refuses to talk.").states == ("AZE",)
    for text in (
        "We met in Moscow.",
        "the Paris Agreement",
        "the Vienna Convention",
        "the city of Rome, and Doha Round",
    ):
        assert find(text).states == (), text


def test_a_shared_name_is_read_by_speaker_context_and_year_or_left_unresolved() -> None:
    assert find("The Congo will rise.", speaker="COD").states == ("COD",)
    assert find("The Congo met the Democratic Republic of the Congo.", year=2000).states == ("COD",)
    assert find("The Congo and Zaire", year=1994).states == ("COD",)
    assert find("We thank the Congo.", year=1995).states == ("COG",)
    unsure = find("We thank the Congo and Korea.", year=2005)
    assert unsure.states == ()
    assert [n for n, _ in unsure.unresolved] == ["Congo", "Korea"]


def test_kosovo_is_no_state_before_2008() -> None:
    assert find("Kosovo", year=1999).states == ()
    assert find("Kosovo", year=2010).states == ("XKX",)


def test_the_gazetteer_agrees_with_the_list_of_states() -> None:
    wrong = [
        (row["iso3"], row["ccode"], code(row["iso3"], 1992 if row["iso3"] == "CSK" else 2012))
        for row in rows("gazetteer.csv")
        if row["ccode"] and code(row["iso3"], 1992 if row["iso3"] == "CSK" else 2012) != row["ccode"]
    ]
    assert wrong == []
    assert numbers()["YUG"] == numbers()[same_state("YUG")] == 345


@pytest.mark.parametrize("row", rows("gazetteer.csv"), ids=lambda r: r["iso3"])
def test_every_name_finds_its_state(row: dict[str, str]) -> None:
    for kind in ("name", "demonym", "region", "leader"):
        for phrase in filter(None, row[f"{kind}s"].split(";")):
            assert find(f"Then {phrase} spoke.", year=2012).states == (row["iso3"],), phrase
