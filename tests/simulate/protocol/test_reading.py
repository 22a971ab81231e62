"""What is wrong with a protocol is said at once, each thing with its file, line, rule and value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import InputError, ProtocolError
from boneloop.simulate.protocol.reading import examples, parse, read, text
from boneloop.simulate.protocol.words import story

GOOD = """duration = "2 years"

[patient]
age = 70

[[give]]
drug = "denosumab"
amount = "60 mg"
every = "6 months"

[record]
what = ["calcium", "pth"]
every = "1 day"
"""


def faults(text):
    """Every fault of a text, as a reader sees it."""
    with pytest.raises(ProtocolError) as caught:
        parse(text.encode(), "bad.toml")
    return [str(fault) for fault in caught.value.faults]


def changed(old, new):
    """The good protocol with one thing else."""
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_good_protocol_is_read():
    protocol = parse(GOOD.encode(), "good.toml")
    assert protocol.form == "smooth"
    assert protocol.duration == 2 * 8766
    assert protocol.doses[0].times == (0, 4383, 8766, 13149)
    assert len(protocol.record.times) == 731
    assert [one.column for one in protocol.record.what] == ["calcium_mmol_per_l", "pth_pmol_per_l"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said", "came"),
    [
        ('"denosumab"', '"denosumb"', 7, "unknown drug of the mineral engine; did you mean denosumab?", "denosumb"),
        ('"denosumab"', '"aspirin"', 7, "known are denosumab, teriparatide, calcium", "aspirin"),
        ('"60 mg"', '"60 mL"', 8, "a unit that converts to mg", "60 mL"),
        ('"60 mg"', "60", 8, "here is none", "60"),
        ('"60 mg"', '"sixty"', 8, "a number with its unit", "sixty"),
        ('"60 mg"', '"-60 mg"', 8, "more than 0", "-60 mg"),
        ('"60 mg"', '"60,5 mg"', 8, "a unit that converts to mg", "60,5 mg"),
        ('amount = "60 mg"\n', "", 6, 'how much: amount = "60 mg"', ""),
        ('drug = "denosumab"\n', "", 6, "either drug", ""),
        ('every = "6 months"', 'every = "6 moons"', 9, "a unit that converts to hour", "6 moons"),
        ('every = "6 months"', 'every = "0 months"', 9, "more than 0", "0 months"),
        ('every = "6 months"', 'every = "6 months"\nstart = "-1 week"', 10, "in the past", "-1 week"),
        ('every = "6 months"', 'times = ["1 month", "-1 day"]', 9, "in the past", "-1 day"),
        ('every = "6 months"', 'every = "6 months"\ncount = 5', 10, "dose 5 would be at 17532 h", "5"),
        ('every = "6 months"', 'every = "6 months"\nskip = [5]', 10, "1 to 4", "5"),
        ('every = "6 months"', 'evry = "6 months"', 9, "did you mean every?", "evry"),
        ('every = "6 months"', 'every = "6 months"\nwho = "anna"', 10, "unknown patient", "anna"),
        ("age = 70", "age = -70", 4, "more than 0", "-70"),
        ("age = 70", 'age = "old"', 4, "a number with its unit", "old"),
        ("age = 70", "aeg = 70", 4, "did you mean age", "aeg"),
        ("age = 70", 'gfr = "30"', 4, "a number with its unit", "30"),
        ("age = 70", 'gfr = "30 mg"', 4, "a unit that converts to mL/min", "30 mg"),
        ("age = 70", 'denosumab.clearence = "3 mL/h"', 4, "did you mean denosumab.clearance", "denosumab.clearence"),
        ("age = 70", 'denosumab.clearance = "3 mg/h"', 4, "a unit that converts to mL/hour", "3 mg/h"),
        ("age = 70", 'gfr = "30 mL/min"\nbaseline.filtration = "40 mL/min"', 5, "twice", "baseline.filtration"),
        ("age = 70", "menopause_age = 50", 1, "needs the age of every patient", ""),
        ('what = ["calcium", "pth"]', "what = []", 12, "nothing to record", ""),
        ('what = ["calcium", "pth"]\n', "", 11, "nothing to record", ""),
        ('["calcium", "pth"]', '["calcuim"]', 12, "did you mean calcium", "calcuim"),
        ('every = "1 day"', "", 11, "nothing to record", ""),
        ('every = "1 day"', 'times = ["3 years"]', 13, "up to the end of the protocol", "26298 h"),
        ('every = "1 day"', 'times = ["-3 days"]', 13, "0 or later", "-3 days"),
        ('every = "1 day"', 'every = "1 minute"', 13, "at most 1,000,000 rows", "1 minute"),
        ('duration = "2 years"', "duration = 2", 1, "here is none", "2"),
        ('duration = "2 years"\n', "", 1, "how long", ""),
        ('duration = "2 years"', 'duration = "2 years"\nform = "printed"', 2, "unknown word", "printed"),
        ('duration = "2 years"', 'duration = "2 years"\nfrom = "smooth"', 2, "did you mean form?", "from"),
        ('duration = "2 years"', 'duration = "2 years"\ntolerance = 1e-12', 2, "from 1e-09", "1e-12"),
        ('duration = "2 years"', 'duration = "2 years"\ntitle = 7', 2, "some text in quotes", "7"),
        ("[[give]]", "[give]", 6, "two brackets", ""),
        ("[patient]\nage = 70\n", "", 1, "somebody to simulate", ""),
        ("[patient]", "[[people]]", 3, "has an id", ""),
        ("[patient]", "[population]", 4, "unknown key", "age"),
    ],
)
def test_a_fault_is_said_with_its_line_its_rule_and_its_value(old, new, line, said, came):
    found = faults(changed(old, new))
    told = [fault for fault in found if said in fault]
    assert told, found
    assert told[0].startswith(f"bad.toml, line {line}")
    assert f"(came: {came!r})" in told[0] or f"(came: {came})" in told[0] or not came


def test_all_faults_are_said_in_the_order_of_their_lines():
    bad = changed('"denosumab"', '"miracle"').replace("age = 70", "aeg = 70").replace('"pth"', '"pht"')
    found = faults(bad.replace("2 years", "2 yeers"))
    assert [fault.split(",")[1] for fault in found] == [" line 1", " line 4", " line 7", " line 12"]


def test_two_patients_are_refused_with_the_line_of_the_other():
    assert "a second time; several patients are written [[people]]" in faults(GOOD + "[patient]\nage = 60\n")[0]
    (said,) = faults(GOOD + '[[people]]\nid = "b"\n')
    assert said.startswith("bad.toml, line 14")
    assert "the other stands in line 3" in said
    (same,) = faults(changed("[patient]", '[[people]]\nid = "a"\n[[people]]\nid = "a"'))
    assert same.startswith("bad.toml, line 5")
    assert "two patients of one id: the other stands in line 3" in same


def test_what_is_not_toml_is_said_with_its_line():
    assert faults(changed("age = 70", "age = "))[0].startswith("bad.toml, line 4: a protocol is a TOML file")
    with pytest.raises(ProtocolError, match="line 2: a protocol is a text file in UTF-8"):
        parse(b'title = "x"\nid = "\xff"\n', "bad.toml")


def test_a_file_that_is_not_there_is_refused_with_the_names_that_come_along(tmp_path):
    with pytest.raises(ProtocolError, match="denosumab-60mg"):
        read(tmp_path / "nothing.toml")
    assert issubclass(ProtocolError, InputError)


CHANGE = '\n[[change]]\nwhat = "vitamin_d"\nto = 1\nat = "1 year"\n'


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (CHANGE.replace("vitamin_d", "vitamin"), 16, "did you mean vitamin_d?"),
        (CHANGE.replace("vitamin_d", "age"), 16, "age goes on by itself"),
        (CHANGE.replace("1 year", "-1 year"), 18, "in the past"),
        (CHANGE.replace("1 year", "2 years"), 18, "before the end of the protocol"),
        (CHANGE.replace('at = "1 year"', ""), 15, "when"),
        (CHANGE.replace("to = 1", "to = 1\nfactor = 2"), 15, "either to"),
        (CHANGE.replace("to = 1", 'to = "1 mg"'), 17, "converts to 1"),
        (CHANGE + 'until = "1 month"\n', 19, "more than"),
        (CHANGE + CHANGE, 20, "two changes of one number at one time: the other is in line 15"),
        ('\n[gfr]\nfall = "100 mL/min"\nover = "1 year"\n', 16, "less than the GFR of every patient; patient has 100"),
        ('\n[gfr]\nfall = "10 mL/min"\n', 15, 'over = "10 years"'),
        ('\n[estrogen]\ncourse = "up"\n', 16, "unknown word"),
        ("\n[estrogen]\nonset_age = 50\n", 15, 'course = "menopause" or "off"'),
    ],
)
def test_a_fault_of_a_change_or_a_course_is_said(change, line, said):
    (found,) = faults(GOOD + change)
    assert found.startswith(f"bad.toml, line {line}")
    assert said in found


POPULATION = (
    'duration = "1 day"\n[population]\ncount = 20\n[population.spread]\n{}\n[record]\nwhat = "pth"\ntimes = [0]\n'
)


@pytest.mark.parametrize(
    ("spread", "said"),
    [
        ('gfr = { sd = "90 mL/min" }', "this spread gives patient"),
        ("gfr = { cv = 0 }", "a spread above 0"),
        ("gfr = 30", "a spread: { cv = 0.3 }"),
        ('gfr = { low = "50 mL/min", high = "40 mL/min" }', "a high that is above the low"),
        ("age = { cv = 0.1 }", "a middle to spread around"),
        ("gfrr = { cv = 0.1 }", "did you mean gfr?"),
    ],
)
def test_a_spread_that_cannot_be_is_refused_and_never_clipped(spread, said):
    (found,) = faults(POPULATION.format(spread))
    assert found.startswith("bad.toml, line 5")
    assert said in found


@pytest.mark.parametrize(
    ("told", "place", "value"),
    [
        ('gfr = "2.7 L/hour"', "baseline.filtration", 45),
        ('calcium_intake = "40.078 mg/day"', "gut.calcium_intake", 1 / 24),
        ('calcium_intake = "24 mmol/day"', "gut.calcium_intake", 1),
        ('calcium_intake = "1 g/d"', "gut.calcium_intake", 1000 / 40.078 / 24),
        ('calcium_intake = "700 milligram"', None, None),
        ("vitamin_d = 0.5", "inputs.calcitriol", 0.5),
        ('vitamin_d = "50 %"', "inputs.calcitriol", 0.5),
        ('age = "70 years"', "course.age", 70),
        ('denosumab.clearance = "66 mL/day"', "denosumab.clearance", 2.75),
        ('"denosumab.clearance" = "66 mL / d"', "denosumab.clearance", 2.75),
        ('baseline.calcium = "32900 µmol"', "baseline.calcium", 32.9),
        ('gut.adaptation_half_calcitriol = "80 pmol/L"', "gut.adaptation_half_calcitriol", 80),
    ],
)
def test_a_number_comes_in_any_unit_that_converts_and_in_no_other(told, place, value):
    text = changed("age = 70", told)
    if place is None:
        assert faults(text)
    else:
        assert parse(text.encode(), "x").people[0].values[place] == pytest.approx(value, rel=1e-12)


def test_months_and_years_are_those_of_the_form():
    def ends(form, duration):
        return parse(
            changed('duration = "2 years"', f'form = "{form}"\nduration = "{duration}"').encode(), "x"
        ).duration

    assert ends("smooth", "2 years") == 2 * 365.25 * 24
    assert ends("smooth", "18 months") == 1.5 * 365.25 * 24
    assert ends("published", "2 years") == 2 * 8736
    assert ends("published", "24 months") == 24 * 28 * 24
    assert ends("published", "100 weeks") == ends("smooth", "100 w") == ends("smooth", "700 d") == 16800


def test_a_byte_order_mark_and_windows_lines_change_nothing():
    there = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert parse(there, "x").doses == parse(GOOD.encode(), "x").doses


ODD = (
    "true",
    "0",
    "-1",
    "1.5",
    "inf",
    "nan",
    '""',
    '"x"',
    '"1e400 mg"',
    '"1 1"',
    '"nan days"',
    "[]",
    "[[]]",
    "{}",
    "{ a = 1 }",
    "1979-05-27",
    '["1 day", 2, true]',
    '"1 day"',
    "9" * 400,
)


@given(st.data())
def test_whatever_stands_where_something_else_should_is_refused_or_read(data):
    """Nothing but ProtocolError leaves the reader, and what it reads can be told in words."""
    lines = text(data.draw(st.sampled_from(examples()))).splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[at].partition(" = ")
        odd = data.draw(st.sampled_from(ODD))
        lines[at] = data.draw(
            st.sampled_from(["", "[patient]", "[[give]]", f"{key} = {odd}" if equals else f"odd = {odd}"])
        )
    try:
        protocol = parse("\n".join(lines).encode(), "odd.toml")
    except ProtocolError as error:
        assert all(fault.place.startswith("odd.toml, line ") for fault in error.faults)
    else:
        assert list(story(protocol))
