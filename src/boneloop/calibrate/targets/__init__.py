"""Published results as data, and what the model says to each: a target file is one study, with its arms and results."""
