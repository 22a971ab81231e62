"""A model written as SBML says the same as its graph: read back by this file's own reader, and judged by libSBML."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import Event, Events, Problem
from boneloop.kernel.recorder import record
from boneloop.kernel.sbml import units
from boneloop.kernel.sbml.document import Description, Quantity, composed, write
from boneloop.kernel.sbml.formula import number
from boneloop.mathematics import exp, maximum, minimum, power, step
from boneloop.simulate import mineral_as_sbml as exported
from boneloop.simulate.mineral_as_sbml import engine_alone
from boneloop.simulate.protocol import reading as protocols
from boneloop.simulate.protocol import start
from boneloop.simulate.protocol.model import STATES, model_of
from boneloop.simulate.protocol.schedule import schedule

MATHML, CORE = "{http://www.w3.org/1998/Math/MathML}", "{http://www.sbml.org/sbml/level3/version1/core}"
OPERATORS = {
    "plus": lambda a, b: a + b,
    "minus": lambda a, b=None: -a if b is None else a - b,
    "times": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "exp": np.exp,
    "ln": np.log,
    "root": np.sqrt,
    "tanh": np.tanh,
    "lt": lambda a, b: a < b,
    "gt": lambda a, b: a > b,
    "geq": lambda a, b: a >= b,
}


class Reader:
    """A document read back: enough of SBML to evaluate what is written here."""

    def __init__(self, text):
        self.model = ElementTree.fromstring(text).find(f"{CORE}model")
        self.rates, self.assigned = (self._rules(kind) for kind in ("rateRule", "assignmentRule"))
        self.parameters = {one.get("id"): one for one in self.model.iter(f"{CORE}parameter")}
        self.events = list(self.model.iter(f"{CORE}event"))

    def _rules(self, kind):
        return {rule.get("variable"): rule[0][0] for rule in self.model.iter(CORE + kind)}

    def rows(self, names, values, time):
        """The rates, or else the assigned values, of these quantities."""
        known = {"time": time, **values}
        wanted = {**self.assigned, **self.rates}
        return np.array([np.broadcast_to(self.value(wanted[name], known), np.shape(time)) for name in names])

    def value(self, element, known):
        tag = element.tag.removeprefix(MATHML)
        if tag == "cn":
            sep = element.find(f"{MATHML}sep")
            return float(element.text) if sep is None else float(f"{element.text}e{sep.tail}")
        if tag == "csymbol":
            return known["time"]
        if tag == "ci":
            name = element.text
            if name not in known:
                known[name] = self.value(self.assigned[name], known)
            return known[name]
        if tag == "piecewise":
            (then, condition), (otherwise,) = element
            return np.where(*(self.value(part, known) for part in (condition, then, otherwise)))
        operator, *arguments = element
        return OPERATORS[operator.tag.removeprefix(MATHML)](*(self.value(one, known) for one in arguments))


def described(system, **more):
    states = [Quantity(f"state {turn}", "mmol", value) for turn, value in enumerate(system.states[:, 0].tolist())]
    given = [Quantity(f"table.number_{turn}", "1/hour", v) for turn, v in enumerate(system.parameters[:, 0].tolist())]
    return Description("A made-up model", states, given, **more)


@pytest.mark.parametrize("powers", [True, False])
def test_what_is_read_back_moves_as_the_graph_does(words, powers):
    """Every word of the models, at a thousand states."""
    states, parameters, time = words.draw(1000)
    read = Reader(write(words.graph, described(words), powers))
    values = {f"state_{turn}": row for turn, row in enumerate(states)}
    values |= {f"table_number_{turn}": row for turn, row in enumerate(parameters)}
    found = read.rows([f"state_{turn}" for turn in range(4)], values, time)
    exact = words.graph(states, parameters, time)
    assert np.abs(found - exact).max() <= 1e-12 * np.abs(exact).max()


def test_powers_are_written_as_powers_and_logarithms_are_shared_where_powers_are_not_wanted():
    graph = record(lambda y, p, time: (power(y[0], 1.7) + power(y[0], -2.3) * power(y[0], p[0]),), 1, 1)
    given = Description("powers", [Quantity("x")], [Quantity("c")])
    readable, quick = write(graph, given), write(graph, given, powers=False)
    assert readable.count("<power") == 3 and "<ln" not in readable
    assert "<power" not in quick and quick.count("<ln") == 1


def test_a_jump_is_one_choice():
    graph = record(lambda y, p, time: (step(y[0] - 2) - step(3 - y[0]),), 1)
    text = write(graph, Description("jumps", [Quantity("x")]))
    assert text.count("<piecewise") == 2 and "1152921504606846976" not in text
    x = np.array([1.0, 2.5, 4.0])
    assert Reader(text).rows(["x"], {"x": x}, x).tolist() == graph(x[None]).tolist()


def test_what_several_formulas_need_is_written_once():
    def model(y, p, time):
        shared = exp(y[0] * 2)
        return (shared + 1, minimum(shared, y[1] * y[0]) - maximum(1, y[1]))

    text = write(record(model, 2), Description("shared", [Quantity("x"), Quantity("y")]))
    assert text.count("<exp") == 1
    assert 'name="x"' in text and 'id="shared_1"' in text


def test_doses_and_changed_inputs_are_events_and_those_of_the_start_are_in_the_start_values():
    graph = record(lambda y, p, time: (-p[0] * y[0],), 1, 2)
    events = [Event(5.0, 0, 3.0), Event(0.0, 0, 2.0), Event(5.0, 1, 0.25, keep=0.0), Event(5.0, 0, 1.0, keep=0.5)]
    given = Description(
        "doses", [Quantity("x", "ng", 1.0)], [Quantity("k", value=0.1), Quantity("unused")], events=events
    )
    read = Reader(write(graph, given))
    assert float(read.parameters["x"].get("value")) == 3
    assert read.parameters["k"].get("constant") == "false" and "unused" not in read.parameters
    (event,) = read.events
    trigger = event.find(f"{CORE}trigger")
    assert (trigger.get("persistent"), trigger.get("initialValue")) == ("true", "false")
    assert read.value(trigger[0][0], {"time": np.array([4.9, 5.0])}).tolist() == [False, True]
    changes = {one.get("variable"): one[0][0] for one in event.iter(f"{CORE}eventAssignment")}
    assert {name: read.value(change, {"x": 10.0, "k": 9.0}) for name, change in changes.items()} == {
        "x": 7.5,
        "k": 0.25,
    }


def test_events_in_one_place_at_one_time_are_composed_in_their_order():
    _, later = composed([Event(2.0, 0, 1.0, keep=0.0), Event(2.0, 0, 4.0), Event(2.0, 1, 1.0)])
    assert later == {2.0: (Event(2.0, 0, 5.0, 0.0), Event(2.0, 1, 1.0, 1.0))}


def test_outputs_follow_from_the_states_under_their_own_names():
    graph = record(lambda y, p, time: (-y[0], y[0] / 14), 1)
    text = write(
        graph, Description("outputs", [Quantity("calcium", "mmol", 33)], outputs=[Quantity("level", "mmol/L")])
    )
    assert Reader(text).rows(["level"], {"calcium": np.array([28.0])}, np.zeros(1)) == pytest.approx(np.array([[2.0]]))


def test_ids_are_valid_and_given_once():
    graph = record(lambda y, p, time: (y[1], y[0] * p[0]), 2, 1)
    given = Description("1st model", [Quantity("a b"), Quantity("a.b")], [Quantity("time")])
    read = Reader(write(graph, given))
    assert list(read.parameters) == ["a_b", "a_b_2", "time_2"]
    assert read.model.get("id") == "_1st_model"


def test_a_description_that_does_not_fit_the_model_is_refused(words):
    with pytest.raises(ValueError, match="parameters: the model has 3, 0 are described"):
        write(words.graph, Description("x", described(words).states))
    with pytest.raises(ValueError, match="rates and outputs: the model has 4, 5 are described"):
        write(words.graph, described(words, outputs=[Quantity("o")]))
    with pytest.raises(ValueError, match="before time 0"):
        write(words.graph, described(words, events=[Event(-1.0, 0, 1.0)]))


@pytest.mark.parametrize("value", [0.1, -2.5e-7, 1 / 3, 6.02214076e23, -1e-300, 123456789.0, 0.0])
def test_numbers_keep_all_their_digits(value):
    element = number(value)
    text = element.text if not len(element) else f"{element.text}e{element[0].tail}"
    assert float(text) == value and ("e" in text) == bool(len(element))


@pytest.mark.parametrize(
    ("unit", "parts"),
    [
        ("1", ()),
        ("pmol/hour2", (("mole", 1, -12, 1.0), ("second", -2, 0, 3600.0))),
        ("mM", (("mole", 1, -3, 1.0), ("litre", -1, 0, 1.0))),
        ("1/(L day)", (("litre", -1, 0, 1.0), ("second", -1, 0, 86400.0))),
        ("min", (("second", 1, 0, 60.0),)),
        ("unit of the model", None),
    ],
)
def test_printed_units_are_products_of_base_units(unit, parts):
    found = units.parts(unit)
    assert (None if found is None else tuple(map(tuple, found))) == parts


def test_libsbml_finds_no_error(words, reactions):
    libsbml = pytest.importorskip("libsbml", reason="python-libsbml is not installed")
    events = [Event(3.0, 0, 1.0), Event(4.0, 5, 0.5, keep=0.0)]
    for system in (words, reactions):
        for powers in (True, False):
            document = libsbml.readSBMLFromString(write(system.graph, described(system, events=events), powers))
            document.checkConsistency()
            found = [document.getError(turn) for turn in range(document.getNumErrors())]
            assert not [one.getMessage() for one in found if one.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]


@pytest.fixture(scope="module", params=["published", "denosumab-stopped"])
def mineral(request):
    """A protocol of each form, the engine that it needs, and its document."""
    protocol = engine_alone("published") if request.param == "published" else protocols.read(request.param)
    model = exported.opened(model_of(protocol))
    return protocol, model, exported.document(protocol, protocol.people[0])


def test_the_mineral_engine_is_read_back_at_a_thousand_states_as_its_station_has_it(mineral):
    """Scaled by the size of each state; numbers of the engine vary too."""
    protocol, model, text = mineral
    chance, read = np.random.default_rng(3), Reader(text)
    numbers = {name: float(read.parameters[name].get("value")) for name in read.parameters if name not in read.assigned}
    size = np.array([float(value) or 1.0 for value in model_of(protocol).alone.scale])[:, None]
    states = size * chance.lognormal(0, 0.2, (len(STATES), 1000))
    numbers["osteoclast_rate"] = numbers["osteoclast_rate"] * chance.lognormal(0, 0.2, 1000)
    hours = chance.uniform(0, 4000, 1000)
    own = model.own(protocol, protocol.people[:1])
    rows = np.array([np.broadcast_to(numbers.get(place.replace(".", "_"), own[place]), 1000) for place in model.opened])
    exact = np.array([np.broadcast_to(rate, 1000) for rate in model.rates(states, rows, hours)])
    found = read.rows(STATES, {**numbers, **dict(zip(STATES, states, strict=True))}, hours)
    for name, ours, theirs in zip(STATES, found, exact, strict=True):
        assert np.abs(ours - theirs).max() <= 1e-12 * np.abs(theirs).max(), name


def test_libsbml_finds_no_error_in_the_mineral_engine(mineral):
    libsbml = pytest.importorskip("libsbml", reason="python-libsbml is not installed")
    document = libsbml.readSBMLFromString(mineral[2])
    document.checkConsistency()
    found = [document.getError(turn) for turn in range(document.getNumErrors())]
    assert not [one.getMessage() for one in found if one.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]


def test_libroadrunner_finds_the_course_that_the_native_engine_finds(mineral):
    roadrunner = pytest.importorskip("roadrunner", reason="libroadrunner is not installed")
    protocol, model, text = mineral
    person = protocol.people[0]
    own = model.own(protocol, [person])
    events = schedule(protocol, model, person, {place: float(values[0]) for place, values in own.items()}).events
    states, _ = start.states(model, own, protocol.start == "rest")
    times, size = np.linspace(200, 4800, 24), np.array([float(one) for one in model_of(protocol).alone.scale])
    given = Problem(
        states, np.array([own[place] for place in model.opened]), 0.0, 4800.0, Events.shared(events, 1), times
    )
    ours = engine_for(model.graph).solve(given, Tolerance(1e-8, 1e-11 * size)).checked().recorded[..., 0]
    theirs = roadrunner.RoadRunner(text)
    theirs.integrator.relative_tolerance, theirs.integrator.absolute_tolerance = 1e-9, 1e-12
    table = np.array(theirs.simulate(times=[0.0, *times.tolist()], selections=["time", *STATES]))[1:, 1:]
    assert (np.abs(table - ours) / np.maximum(np.abs(ours), 1e-3 * size)).max() < 1e-5
