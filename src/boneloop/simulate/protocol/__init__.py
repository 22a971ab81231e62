"""A protocol: who gets what when, and what is written down, as a TOML file that the mineral engine lives through.

    lines, page, section    the text, its lines, and everything that is wrong with it
    quantity                numbers with units, and the calendar of a form
    numbers                 what a person may be told by: words of the clinic, and any number of the engine
    people                  one patient, several, or virtual ones drawn from a spread
    dosing, changes         what is given; what is set to another value, and the courses of estrogen and GFR
    recording, observables  when is looked, and at what
    reading                 all of these together: ``read`` makes a ``Protocol`` of a file
    model, schedule, start  the recorded model, its events, and where everybody begins
    running                 ``run`` lives it, some patients at a time; who stops, stops alone
    tables                  the results as CSV or Parquet, units in the names of the columns

Time is in hours from the start of the protocol.
"""
