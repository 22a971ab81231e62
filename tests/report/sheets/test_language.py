"""Two languages, one page: every message is translated, no number differs, and nothing English is left over."""

from __future__ import annotations

import gettext
import re
from collections import Counter
from html import unescape
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loading import loaded

from boneloop.assess.assessment import Assessment
from boneloop.assess.person import assess
from boneloop.errors import EvidenceError, InputError
from boneloop.exchange import read
from boneloop.guidance.advice import advise
from boneloop.guidance.rule import rules
from boneloop.patient.record import Record
from boneloop.report import catalog
from boneloop.report.catalog import Message
from boneloop.report.language import language, messages
from boneloop.report.sheets.clinician import clinician
from boneloop.report.sheets.messages import every_message
from boneloop.report.sheets.page import clinician_html, patient_html, templates
from boneloop.report.sheets.patient import patient
from boneloop.report.sheets.phrases import said

people = loaded(Path(__file__).parents[1] / "fhir_people.py")

ANY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=80)
CHINESE, WANTED = messages("zh")[1:], every_message()
PLACE = re.compile(r"%\(\w+\)[sd]")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SMALL_WORDS = re.compile(r"(?<![\w/.-])[a-z]{2,}(?![\w/])")
"""English words of running text; names, codes and abbreviations have capitals or digits."""
NOT_ENGLISH = {
    "boneloop", "assess", "mg", "kg", "cm", "anna", "beth", "mrs", "george", "edith", "rosa", "carol", "ingrid", "joan",
    "paul", "everything", "nobody",
}  # fmt: skip
"""Names of people and commands, units, and the ends of the ids of rules."""


def visible(page: str) -> str:
    """What a reader sees, what must stand word for word left out."""
    body = re.sub(r'<(p|span) class="verbatim".*?</\1>', " ", page.partition("<body")[2].partition(">")[2], flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def numbers(text: str) -> Counter[str]:
    """The numbers of a text; its dates as one number each, however they are written."""
    english = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
    text = english.sub(lambda m: f" {m[3]}{MONTHS.index(m[2]) + 1:02d}{int(m[1]):02d} ", text)
    text = re.sub(r"(\d{4})年(\d+)月(\d+)日", lambda m: f" {m[1]}{int(m[2]):02d}{int(m[3]):02d} ", text)
    return Counter(NUMBER.findall(text))


def bare_numbers(message: str) -> Counter[str]:
    """The numbers that stand in a message itself."""
    return Counter(NUMBER.findall(PLACE.sub("", message)))


def pages(one: Assessment) -> list[tuple[str, str]]:
    """English and Chinese of both sheets."""
    advice = advise(one)
    return [
        (clinician_html(one, advice, "en"), clinician_html(one, advice, "zh")),
        (patient_html(one.record, "en"), patient_html(one.record, "zh")),
    ]


def test_every_message_of_the_sheets_is_in_the_catalog_and_no_other() -> None:
    assert {message.id for message in CHINESE} == set(WANTED)


def test_messages_are_found_in_templates_code_and_data() -> None:
    found = WANTED
    assert found["My plan"].places == ["templates/patient_sheet.html.j2"]
    assert found["You fell %(number)s time in the last year."].plural.startswith("You fell %(number)s times")
    assert {rule.message for rule in rules()} <= set(found)
    assert len(rules()) > 100
    for _, text in templates():
        for said_there in re.findall(r'[ (]_\("((?:[^"\\]|\\.)*)"', text):
            assert said_there in found


def test_every_message_is_translated_with_its_places_and_numbers() -> None:
    for message in CHINESE:
        assert message.texts and all(message.texts) and not message.fuzzy, message.id
        assert message.plural == WANTED[message.id].plural and len(message.texts) == 1
        english, chinese = message.plural or message.id, message.texts[0]
        assert Counter(PLACE.findall(chinese)) == Counter(PLACE.findall(english)), message.id
        assert bare_numbers(chinese) == bare_numbers(english), message.id
        assert chinese.count("%%") == english.count("%%"), message.id


def test_chinese_has_its_own_signs() -> None:
    for message in CHINESE:
        left = PLACE.sub("", message.texts[0])
        assert not re.search(r"[０-９Ａ-Ｚａ-ｚ]|[\u4e00-\u9fff][,;:?!(]|[,;:?!] ?[\u4e00-\u9fff]", left), message.id


def test_the_catalog_names_the_places_of_its_messages() -> None:
    assert {message.id: message.places for message in CHINESE} == {
        identity: sorted(message.places) for identity, message in WANTED.items()
    }


def test_chinese_has_one_plural_form() -> None:
    header = messages("zh")[0].texts[0]
    assert "Plural-Forms: nplurals=1; plural=0;" in header
    to = language("zh")
    form = ("You fell %(number)s time in the last year.", "You fell %(number)s times in the last year.")
    assert to.count(1, *form) == "您过去一年跌倒了 1 次。" and to.count(3, *form) == "您过去一年跌倒了 3 次。"
    assert language("en").count(1, *form) == "You fell 1 time in the last year."


def test_one_english_word_has_one_chinese_word_where_it_matters() -> None:
    wanted = {
        "denosumab": "地舒单抗", "zoledronate": "唑来膦酸", "alendronate": "阿仑膦酸钠",
        "romosozumab": "罗莫佐单抗", "teriparatide": "特立帕肽", "hip fracture": "髋部骨折",
        "osteoporosis": "骨质疏松", "bisphosphonate": "双膦酸盐", "creatinine clearance": "肌酐清除率",
        "antidepressant": "抗抑郁药", "low sodium": "低钠血症", "opioid": "阿片类", "benzodiazepine": "苯二氮䓬类",
        "vertebral fracture": "椎体骨折", "fragility fracture": "脆性骨折",
    }  # fmt: skip
    for message in CHINESE:
        for english, chinese in wanted.items():
            if re.search(rf"\b{english}\b", message.id) and message.id != "antidepressant other":
                assert chinese in message.texts[0], message.id


def test_no_english_is_left_on_a_chinese_page(demo: dict[str, Assessment], crowded: dict[str, Assessment]) -> None:
    for one in (*demo.values(), *crowded.values()):
        for _, chinese in pages(one):
            assert set(SMALL_WORDS.findall(visible(chinese))) <= NOT_ENGLISH
            assert "尚未翻译" not in chinese


def test_english_left_over_would_be_found() -> None:
    assert SMALL_WORDS.findall("骨密度 of the hip") == ["of", "the", "hip"]
    assert SMALL_WORDS.findall("12 mL/min 与 0.588 g/cm²，PHQ-9") == []


def test_no_number_differs_between_the_languages(demo: dict[str, Assessment], crowded: dict[str, Assessment]) -> None:
    for one in (*demo.values(), *crowded.values()):
        for english, chinese in pages(one):
            assert numbers(visible(english)) == numbers(visible(chinese)), one.record.id


@ANY
@given(record=people.records())
def test_whatever_is_said_of_anybody_is_said_in_chinese_with_the_same_numbers(record: Record) -> None:
    one, to = assess(record), language("zh")
    clinician(one, advise(one), to, ())
    patient(record, to, ())
    assert to.missing == []
    for english, chinese in pages(one):
        assert numbers(visible(english)) == numbers(visible(chinese))


@pytest.mark.parametrize(
    "framework", ["nogg_2024", "acp_2023", "aace_2020", "bhof_2022", "endocrine_2020", "china_2022"]
)
def test_every_framework_speaks_chinese(crowded: dict[str, Assessment], framework: str) -> None:
    one, to = crowded["everything-CN"], language("zh")
    every_rule = [rule.id for rule in rules()]
    view = clinician(one, advise(one, framework, every_rule), to, ())
    assert to.missing == [] and len(view.rules.shown + view.rules.more) > 10


def test_the_public_sets_are_said_in_chinese(shared: Path) -> None:
    to, seen = language("zh"), 0
    for file in sorted((shared / "data" / "fhir").glob("*.ndjson.gz")):
        for record in islice((one for one in read(file) if isinstance(one, Record)), 40):
            one = assess(record)
            clinician(one, advise(one), to, ())
            patient(record, to, ())
            seen += 1
    assert seen > 100 and to.missing == []


def test_a_text_that_nobody_translated_stays_english_and_the_page_says_so() -> None:
    to = language("zh")
    assert said(to, "The moon is made of cheese.") == "The moon is made of cheese."
    assert to.missing == ["The moon is made of cheese."]


def test_numbers_units_and_dates_of_a_sentence_are_carried_over() -> None:
    fact = "8.5 months since dose 3 of denosumab (2025-12-29): the next dose is due."
    assert said(language("zh"), fact) == "距地舒单抗第 3 剂（2025年12月29日）已 8.5 个月：应用下一剂。"
    assert said(language("en"), fact) == "8.5 months since dose 3 of denosumab (29 Dec 2025): the next dose is due."


def test_what_only_looks_like_a_date_stays_as_it_is() -> None:
    assert said(language("en"), "Not scored: scan-2026-99-99.json") == "Not scored: scan-2026-99-99.json"


def test_a_list_of_phrases_is_said_piece_by_piece() -> None:
    to = language("zh")
    assert said(to, "not known: body weight and height; smoking") == "不详：体重和身高；吸烟"
    assert said(to, "not known: body weight and cheese") == "not known: body weight and cheese"
    assert to.missing == ["not known: body weight and cheese"]


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="en, zh"):
        language("fr")


texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1)


@given(ids=st.lists(texts, unique=True, max_size=6), data=st.data())
def test_a_catalog_written_is_the_catalog_read(ids: list[str], data: st.DataObject) -> None:
    made = [
        Message(one, plural, data.draw(st.lists(texts, min_size=n, max_size=n)), fuzzy=data.draw(st.booleans()))
        for one in ids
        for plural, n in [data.draw(st.sampled_from([("", 1), ("many", 2)]))]
    ]
    assert catalog.read(catalog.written(made), "here") == made


def test_gettext_reads_what_is_made_of_a_catalog() -> None:
    header = Message("", texts=["Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n"])
    made = catalog.translations(
        [header, Message("one", "many", ["eins", "viele"]), Message("bone", texts=["Knochen"]),
         Message("pain", texts=["Schmerz"], fuzzy=True), Message("mood", texts=[""])]
    )  # fmt: skip
    assert isinstance(made, gettext.GNUTranslations)
    assert made.gettext("bone") == "Knochen" and made.gettext("pain") == "pain" and made.gettext("mood") == "mood"
    assert [made.ngettext("one", "many", n) for n in (1, 2)] == ["eins", "viele"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('msgid "a"\nmsgstr unquoted', "not understood: msgstr unquoted"),
        ('"lost"', "not understood"),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"', r"stand twice: \['a'\]"),
    ],
)
def test_a_catalog_with_a_fault_is_refused_with_its_place(text: str, fault: str) -> None:
    with pytest.raises(EvidenceError, match=fault):
        catalog.read(text, "zh.po")
